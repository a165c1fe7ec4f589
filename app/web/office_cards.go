package web

import (
	"slices"
	"time"

	"declara/app/campaign"
	"declara/app/complain"
	"declara/storage"
)

// What stands on the panel beside the campaign: which reminders come, the last draw,
// the cases of who looks, and whether the parts of the system work.

// drawCard is the last draw that was drawn.
type drawCard struct {
	Number, Type, On, Path      string
	Count, Universe             int
	Closed, Working, Waiting    int
	Asking                      int // with a difference that is being cleared up
	ClosedW, WorkingX, WorkingW string
	WaitingX, WaitingW          string
}

// stageCard is how many of her cases are in a stage.
type stageCard struct {
	Name  string
	Count int
}

// ahead is how many days of reminders to come are told.
const ahead = 30

// cards fills them.
func (s *Server) cards(c *Ctx, d *panelData, all []campaign.Owed, today string) error {
	if s.campaign != nil {
		for _, x := range campaign.Ahead(all, today, ahead) {
			if len(d.Next) < 5 {
				d.Next = append(d.Next, c.coming(x))
			}
		}
		for i := range all {
			if all[i].Open || all[i].Unmet {
				d.Remindable++
			}
		}
	}
	return s.db.View(c.Context(), c.Tenant(), func(tx *storage.Txn) error {
		d.Draw, d.Stages, d.PDN = nil, nil, ""
		if err := c.lastDraw(tx, d); err != nil {
			return err
		}
		if err := c.stages(tx, d); err != nil {
			return err
		}
		if err := s.lastQuery(c, tx, d); err != nil {
			return err
		}
		last, err := tx.Backup()
		if err != nil {
			return err
		}
		o, err := tx.Options()
		if err != nil {
			return err
		}
		d.Server = s.serverTroubles(c, o)
		d.Backup = c.words.T("office.backup.never")
		if !last.IsZero() {
			d.Backup = c.words.T("office.backup", c.words.When(last.In(c.Zone())))
		}
		return nil
	})
}

// lastDraw counts the verifications of the last draw. It names nobody.
func (c *Ctx) lastDraw(tx *storage.Txn, d *panelData) error {
	all, err := tx.Draws()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x storage.Draw) bool { return !x.Drawn.IsZero() && x.Void == "" })
	if i < 0 {
		return nil
	}
	x := all[i]
	card := &drawCard{Number: x.Number, On: c.words.Day(x.Drawn.In(c.Zone()).Format(time.DateOnly)), Path: drawsPath + "/" + x.Number, Count: len(x.Folios), Universe: x.Count}
	if err := tx.VerificationsIn(x.Number, func(v storage.Verification) error {
		switch v.State {
		case storage.Verified:
			card.Closed++
		case storage.Verifying:
			card.Working++
		}
		if v.State == storage.Verifying && len(v.Rounds) > 0 {
			card.Asking++
		}
		return nil
	}); err != nil {
		return err
	}
	card.Waiting = max(0, card.Count-card.Closed-card.Working)
	card.shapes()
	d.Draw = card
	return nil
}

// shapes are its bar, of 200 by 10.
func (x *drawCard) shapes() {
	if x.Count == 0 {
		return
	}
	of := func(n int) float64 { return float64(n) / float64(x.Count) * 200 }
	x.ClosedW = number1(max(0, of(x.Closed)-1))
	x.WorkingX, x.WorkingW = number1(of(x.Closed)), number1(max(0, of(x.Working)-1))
	x.WaitingX, x.WaitingW = number1(of(x.Closed+x.Working)), number1(of(x.Waiting))
}

// stages counts the cases that who looks can read, and no others: that there are some
// is not for everybody (legal.md 1.5).
func (c *Ctx) stages(tx *storage.Txn, d *panelData) error {
	counts, any := map[string]int{}, false
	if err := tx.ComplaintsOf(c.User().ID, func(x storage.Complaint) error {
		counts[complain.StateOf(x.State).Stage]++
		any = true
		return nil
	}); err != nil || !any {
		return err
	}
	for _, name := range complain.Stages {
		d.Stages = append(d.Stages, stageCard{c.words.T("cases.stage." + name), counts[name]})
	}
	return nil
}

// lastQuery tells when the national platform, or another reader, last asked: of this
// minute by what the process counts, of before by what is written down.
func (s *Server) lastQuery(c *Ctx, tx *storage.Txn, d *panelData) error {
	if s.pdn == nil {
		return nil
	}
	var last time.Time
	some := false
	if err := tx.Clients(func(x storage.Client) error {
		some = true
		if u := s.pdn.Usage(x.ID); u.Last.After(last) {
			last = u.Last
		}
		return tx.ClientDays(x.ID, func(day storage.ClientDay) error {
			if day.Last != nil && day.Last.At.After(last) {
				last = day.Last.At
			}
			return nil
		})
	}); err != nil {
		return err
	}
	switch {
	case !some:
		d.PDN = c.words.T("office.pdn.none")
	case last.IsZero():
		d.PDN = c.words.T("office.pdn.quiet")
	default:
		d.PDN = c.words.T("office.pdn", c.words.When(last.In(c.Zone())))
	}
	return nil
}
