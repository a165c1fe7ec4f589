package complain

import (
	"context"
	"sync"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// draftRoom is how much the files of all complaints that nobody sent yet may take, since
// whoever begins and never sends pays for nothing. Beyond it no more are taken, and never
// a text: a complaint is sent, and its files come afterwards with the follow-up key.
const draftRoom = 2 << 30

// textRoom is how much the texts of those drafts may take. Beyond it a draft lies in the
// form of its page (draft_carried.go): who writes notices nothing.
const textRoom = 256 << 20

// takenFor is how long what is taken is not counted again: counting reads every draft, and
// whoever makes many of them should not make that dear.
const takenFor = 30 * time.Second

// taken is what the files of drafts take, by public body: counted now and then, and with
// what this process took since.
type taken struct {
	sync.Mutex
	of map[string]*takenBy
}

type takenBy struct {
	at time.Time
	storage.DraftSize
}

// errNoRoom says that, and how to go on.
var errNoRoom = errs.New(errs.TooMany, "complain.error.room")

// roomFor says whether a file of so many bytes may be added to a draft. A file may lie
// there twice, the original and the working copy.
func (s *Service) roomFor(ctx context.Context, tenant string, bytes int) error {
	const step = 64 << 10 // to which vault pads files
	needs := 2 * step * (int64(bytes)/step + 1)
	ok, err := s.takes(ctx, tenant, func(by *takenBy) bool {
		if by.Files+needs > s.room {
			return false
		}
		by.Files += needs
		return true
	})
	if err == nil && !ok {
		err = errNoRoom
	}
	return err
}

// textFits reports whether a draft may be kept that takes so many bytes more than before.
func (s *Service) textFits(ctx context.Context, tenant string, more int64) (bool, error) {
	return s.takes(ctx, tenant, func(by *takenBy) bool {
		if more > 0 && by.Texts+more > s.texts {
			return false
		}
		by.Texts += more
		return true
	})
}

// takes asks what is taken, counted anew when that was long ago.
func (s *Service) takes(ctx context.Context, tenant string, fits func(*takenBy) bool) (bool, error) {
	s.taken.Lock()
	defer s.taken.Unlock()
	by := s.taken.of[tenant]
	if now := s.now(); by == nil || now.Before(by.at) || now.Sub(by.at) >= takenFor {
		by = &takenBy{at: now}
		if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) { by.DraftSize, err = tx.DraftBytes(); return err }); err != nil {
			return false, err
		}
		if s.taken.of == nil {
			s.taken.of = map[string]*takenBy{}
		}
		s.taken.of[tenant] = by
	}
	return fits(by), nil
}
