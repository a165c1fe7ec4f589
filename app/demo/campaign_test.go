package demo_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"declara/app/declare"
	"declara/app/demo"
	"declara/app/outbox"
	"declara/app/wiring"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

// TestCampaign: the demo has reminders of the calendar and by hand, one address that
// refuses, one letter on paper, and requirements in three states.
func TestCampaign(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, storage.NewKeys())
	defer db.Close()
	clock := &demo.Clock{}
	svc := declare.New(db, clock.Now, func(*storage.Txn, declare.Letter) error { return nil })
	words := i18n.Load()
	if _, err := demo.Fill(t.Context(), demo.Services{
		DB: db, Declare: svc, Hash: func(_ context.Context, p string) (string, error) { return "hash of " + p, nil },
		Campaign: wiring.Campaign(db, words, clock.Now, slog.New(slog.DiscardHandler), "", "", svc, outbox.NewWriter(words, clock.Now, "", "")),
	}, clock, demo.Options{Officials: 60, Seed: 1, Today: time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	roll, err := svc.Roll(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	states := map[declare.State]int{}
	for _, l := range roll.Lines {
		states[l.State]++
	}
	if states[declare.RequiredOver] != 1 || states[declare.Required] != 1 || states[declare.Omitted] == 0 {
		t.Errorf("%v", states)
	}
	ways, waiting, bounced, letters := map[string]int{}, 0, 0, 0
	if err := db.View(t.Context(), "1", func(tx *storage.Txn) error {
		if err := tx.People(func(p storage.Person) error {
			f, err := tx.Follow(p.ID)
			letters += len(f.Requirements)
			for _, n := range f.Notices {
				way := n.Occasion[:1]
				if n.Mail == "" {
					way += " paper"
				}
				ways[way]++
			}
			return err
		}); err != nil {
			return err
		}
		if err := tx.Mails(func(m storage.Mail) error {
			if m.Sent.IsZero() && !m.Dead {
				waiting++
			}
			return nil
		}); err != nil {
			return err
		}
		return tx.Bounces(func(storage.Bounce) error { bounced++; return nil })
	}); err != nil {
		t.Fatal(err)
	}
	if ways["a"] == 0 || ways["m"] == 0 || ways["m paper"] != 1 || bounced != 1 || waiting != 0 || letters != 3 {
		t.Errorf("%v, %d waiting, %d bounced, %d letters", ways, waiting, bounced, letters)
	}
}
