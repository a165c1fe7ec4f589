package demo_test

import (
	"log/slog"
	"testing"

	"declara/app/declare"
	"declara/app/demo"
	"declara/app/outbox"
	"declara/app/wiring"
	"declara/i18n"
	"declara/storage"
)

// TestCampaign: the demo has reminders of the calendar and by hand, one address that
// refuses, one letter on paper, and requirements in three states.
func TestCampaign(t *testing.T) {
	story, _ := filled(t, demo.Options{Officials: 60, Seed: 1, Today: autumn}, func(s *demo.Services, clock *demo.Clock) {
		words := i18n.Load()
		s.Campaign = wiring.Campaign(s.DB, words, clock.Now, slog.New(slog.DiscardHandler), "", "", s.Declare, outbox.NewWriter(words, clock.Now, "", ""))
	})
	db, svc := story.DB, story.Declare
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
