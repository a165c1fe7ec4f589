package complain

import (
	"errors"
	"slices"
	"strings"

	"declara/storage"
)

// telling runs what may change who can read a complaint. When it did, its sender is told
// of it, by posts and never by names, and can prove it.
func (s *Service) telling(tx *storage.Txn, id string, fn func() error) error {
	before, err := tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) {
		return fn()
	} else if err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	after, err := tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	told := map[string]string{}
	for name, change := range map[string][2]*storage.Complaint{"in": {&after, &before}, "out": {&before, &after}} {
		posts, err := postsOf(tx, change[0], change[1])
		if err != nil {
			return err
		}
		if len(posts) > 0 {
			told[name] = strings.Join(posts, "; ")
		}
	}
	if len(told) == 0 {
		return nil
	}
	return s.Happened(tx, id, EventReaders, told)
}

// postsOf are the posts of those who can read one and not the other.
func postsOf(tx *storage.Txn, one, other *storage.Complaint) (posts []string, err error) {
	for _, w := range one.Case.Wraps {
		if other.Case.Of(w.User) != nil {
			continue
		}
		k, err := tx.VaultKey(w.User)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return nil, err
		}
		if k.Post == "" {
			k.Post = "—"
		}
		posts = append(posts, k.Post)
	}
	slices.Sort(posts)
	return posts, nil
}
