package account

import (
	"context"
	"path/filepath"
	"testing"

	"declara/app/errs"
	"declara/storage"
	"declara/storage/bolt"
)

// counting is a store that counts the transactions that write.
type counting struct {
	storage.Store
	writes int
}

func (c *counting) Update(ctx context.Context, fn func(storage.Tx) error) error {
	c.writes++
	return c.Store.Update(ctx, fn)
}

// TestWrongTriesWriteAlike: each write is a sync of the disk, some milliseconds that
// anybody can measure, so what is wrong must not show in how many there are.
func TestWrongTriesWriteAlike(t *testing.T) {
	file, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	store := &counting{Store: file}
	o := newOffice(t)
	db := storage.Open(store, storage.NewKeys())
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.db, o.Service.db = db, db
	waiting, _, err := o.AddOfficial(t.Context(), tenant, "hr", maria())
	if err != nil {
		t.Fatal(err)
	}
	opened := o.entered("abierta@valle.example", storage.RoleDeclarant)
	logins := map[string]string{"a code waits": waiting.CURP, "opened": opened.Login, "nobody": "nadie@valle.example"}
	ways := map[string]func(login string) error{
		"code": func(login string) error {
			_, _, err := o.FirstTime(t.Context(), tenant, First{Login: login, Code: "AAAA-BBBB-CCCC", Email: "x@correo.example", Password: goodPassword, IP: home})
			return err
		},
		"password": func(login string) error {
			_, err := o.signIn(login, otherPassword, home)
			return err
		},
		"link": func(login string) error { return o.Recover(t.Context(), tenant, login, home) },
	}
	for way, try := range ways {
		for who, login := range logins {
			store.writes = 0
			if err := try(login); err != nil && errs.CodeOf(err) != errs.Unsigned {
				t.Fatalf("%s, %s: %v", way, who, err)
			}
			if store.writes != 1 {
				t.Errorf("%s, %s: %d writes, want 1", way, who, store.writes)
			}
		}
	}
}

// TestSpentCodeLeavesTheLink: who guesses at a printed code until it ends must not
// keep an official who has a password from a link to a new one.
func TestSpentCodeLeavesTheLink(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleHR)
	if _, _, err := o.IssueCode(t.Context(), tenant, "admin", u.ID); err != nil {
		t.Fatal(err)
	}
	o.update(func(tx *storage.Txn) error {
		kept, err := tx.User(u.ID)
		if err != nil {
			return err
		}
		kept.Code.Tries = codeTries
		return tx.PutUser(kept)
	})
	if err := o.Recover(t.Context(), tenant, u.Login, home); err != nil {
		t.Fatal(err)
	}
	if kind := o.letters[len(o.letters)-1].Kind; kind != LetterRecovery {
		t.Errorf("the letter is %v: a spent code bars the way to a new password", kind)
	}
}

// TestEmailChangeEndsLink: who reads the mailbox of before must not come in with a
// link that was sent to it.
func TestEmailChangeEndsLink(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	if err := o.Recover(t.Context(), tenant, u.Login, away); err != nil {
		t.Fatal(err)
	}
	token := o.link()
	if err := o.SetEmail(t.Context(), tenant, u.ID, "otra@correo.example"); err != nil {
		t.Fatal(err)
	}
	if holds, err := o.LinkHolds(t.Context(), tenant, token); holds || err != nil {
		t.Errorf("a link to the address of before goes on working: %v", err)
	}
}
