package campaign

import (
	"sync"

	"declara/storage"
)

// memos are what was read of one kind of records, by tenant (storage.Memo).
type memos[T any] struct{ of sync.Map }

func (m *memos[T]) at(tenant string) *storage.Memo[T] {
	kept, _ := m.of.LoadOrStore(tenant, new(storage.Memo[T]))
	return kept.(*storage.Memo[T])
}
