package complain

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"declara/app/complain/figures"
	"declara/app/errs"
	"declara/storage"
)

// The phases of public figures, which are coarser than the states of cases.
const (
	PhaseAnalysis     = "EN_ANALISIS"
	PhaseTurned       = "TURNADA_A_OTRA_AUTORIDAD"
	PhaseInquiry      = "EN_INVESTIGACION"
	PhaseClosed       = "CONCLUSION_Y_ARCHIVO"
	PhaseProcedure    = "EN_PROCEDIMIENTO"
	PhaseInadmissible = "IMPROCEDENTE"
)

// Phases are all of them, in their order.
var Phases = []string{PhaseAnalysis, PhaseTurned, PhaseInquiry, PhaseClosed, PhaseProcedure, PhaseInadmissible}

// phase is that of a state.
func phase(state string) string {
	switch {
	case state == "R3":
		return PhaseTurned
	case state == "I5":
		return PhaseClosed
	case len(state) == 2 && state[0] == 'I':
		return PhaseInquiry
	case len(state) == 2 && state[0] == 'P':
		return PhaseProcedure
	case len(state) == 2 && state[0] == 'X':
		return PhaseInadmissible
	}
	return PhaseAnalysis
}

const (
	freezeJob   = "figures" // name of the lease
	freezeLease = 5 * time.Minute
	freezeLook  = 10 * time.Minute
)

// Published is a version of a period as anybody may see it.
type Published struct {
	figures.Sheet
	Version int
	Day     string // it was frozen
	Note    string // of a correction
}

// Figures freezes periods that are over and keeps what is published of them. It is safe
// for concurrent use.
type Figures struct {
	db     *storage.DB
	now    func() time.Time
	log    *slog.Logger
	holder string
}

// NewFigures makes it. holder names this process among those that share the store.
func NewFigures(db *storage.DB, now func() time.Time, log *slog.Logger, holder string) *Figures {
	return &Figures{db, now, log, holder}
}

// Run freezes what is over, until ctx ends.
func (f *Figures) Run(ctx context.Context) error {
	tick := time.NewTicker(freezeLook)
	defer tick.Stop()
	for {
		err := f.db.EachTenant(ctx, func(t string) error { return f.Freeze(ctx, t) })
		if err != nil && ctx.Err() == nil {
			f.log.Error("figures", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// All is every version of every period that was frozen, the newest period first and in
// it the newest version.
func (f *Figures) All(ctx context.Context, tenant string) (all []Published, err error) {
	err = f.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		all, err = frozen(tx)
		return err
	})
	slices.SortFunc(all, func(a, b Published) int {
		return cmp.Or(cmp.Compare(b.From, a.From), b.Version-a.Version)
	})
	return all, err
}

// frozen reads what was frozen, in order of periods and versions.
func frozen(tx *storage.Txn) (all []Published, err error) {
	err = tx.Figures(func(r storage.Figure) error {
		p := Published{Version: r.Version, Day: r.Day, Note: r.Note}
		if err := json.Unmarshal(r.Body, &p.Sheet); err != nil {
			return fmt.Errorf("complain: figures of %s: %w", r.Period, err)
		}
		all = append(all, p)
		return nil
	})
	return all, err
}

// sheets are the versions of a period, or with "" the first version of each.
func sheets(all []Published, period string) (some []figures.Sheet) {
	for _, p := range all {
		if p.ID == period || period == "" && p.Version == 1 {
			some = append(some, p.Sheet)
		}
	}
	return some
}

// Freeze makes the figures of every period that is over and has none, beginning with
// the year in which the institution was set up. Looking costs no write.
func (f *Figures) Freeze(ctx context.Context, tenant string) error {
	for {
		var due *figures.Period
		if err := f.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
			due, _, err = f.due(tx)
			return err
		}); err != nil || due == nil {
			return err
		}
		held := false
		if err := f.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
			if held, err = tx.TakeLease(freezeJob, f.holder, f.now(), f.now().Add(freezeLease)); err != nil || !held {
				return err
			}
			p, today, err := f.due(tx)
			if err != nil || p == nil {
				return err
			}
			c, err := count(tx, *p)
			if err != nil {
				return err
			}
			s, err := figures.Freeze(*p, c)
			if err != nil {
				return err
			}
			return keepSheet(tx, s, 1, today, "")
		}); err != nil || !held {
			return err
		}
	}
}

// due is the first period that is over and not frozen; nil when there is none.
func (f *Figures) due(tx *storage.Txn) (*figures.Period, string, error) {
	inst, err := tx.Institution()
	if errors.Is(err, storage.ErrNotFound) {
		return nil, "", nil
	} else if err != nil {
		return nil, "", err
	}
	zone, err := inst.Location()
	if err != nil {
		return nil, "", err
	}
	all, err := frozen(tx)
	if err != nil {
		return nil, "", err
	}
	first, now := sheets(all, ""), f.now().In(zone)
	today := now.Format(time.DateOnly)
	for year := inst.SetUp.In(zone).Year(); year <= now.Year(); year++ {
		for _, p := range figures.Plan(year, first) {
			if !p.Over(today) {
				return nil, today, nil
			}
			if sheets(all, p.ID) == nil {
				return &p, today, nil
			}
		}
	}
	return nil, today, nil
}

// count is the complaints that came in during a period, as its last day found them.
func count(tx *storage.Txn, p figures.Period) (figures.Counts, error) {
	c := figures.Counts{}
	of := map[string]map[string]int{figures.ByGroup: {}, figures.ByChannel: {}, figures.ByStage: {}}
	err := tx.Complaints(func(x storage.Complaint) error {
		if !p.Holds(x.Day) {
			return nil
		}
		c.Total++
		of[figures.ByGroup][known(x.Category, Groups, GroupUnsure)]++
		of[figures.ByChannel][known(x.Channel, Channels, ChannelWeb)]++
		state := StateReceived
		for _, m := range x.Moves {
			if m.Day <= p.To {
				state = m.To
			}
		}
		of[figures.ByStage][phase(state)]++
		return nil
	})
	for _, t := range []struct {
		name string
		keys []string
	}{{figures.ByGroup, Groups}, {figures.ByChannel, Channels}, {figures.ByStage, Phases}} {
		table := figures.Table{Name: t.name}
		for _, k := range t.keys {
			table.Counts = append(table.Counts, figures.Count{Key: k, N: of[t.name][k]})
		}
		c.Tables = append(c.Tables, table)
	}
	return c, err
}

// known is a value of a closed list.
func known(v string, list []string, other string) string {
	if slices.Contains(list, v) {
		return v
	}
	return other
}

func keepSheet(tx *storage.Txn, s figures.Sheet, version int, day, note string) error {
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return tx.PutFigure(storage.Figure{Period: s.ID, Version: version, Day: day, Note: note, Body: body})
}

// maxNote is the most characters of the note of a correction.
const maxNote = 500

// Correct counts a period anew and publishes it as another version, with a note that
// anybody reads. What was published stays. Correcting by fewer than five is refused
// with a sentence: it would tell of somebody.
func (f *Figures) Correct(ctx context.Context, tenant, user, period, note string) error {
	if note = plain(note); note == "" || len([]rune(note)) > maxNote {
		return errs.New(errs.Invalid, "figures.error.note")
	}
	return f.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		all, err := frozen(tx)
		if err != nil {
			return err
		}
		before := sheets(all, period)
		if before == nil {
			return errs.New(errs.NotFound, "web.error.notfound")
		}
		c, err := count(tx, before[0].Period)
		if err != nil {
			return err
		}
		s, err := figures.Correct(before, c)
		if errors.Is(err, figures.ErrSmall) {
			return errs.New(errs.Invalid, "figures.error.small")
		} else if err != nil {
			return err
		}
		inst, err := tx.Institution()
		if err != nil {
			return err
		}
		zone, err := inst.Location()
		if err != nil {
			return err
		}
		if err := keepSheet(tx, s, len(before)+1, f.now().In(zone).Format(time.DateOnly), note); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: f.now(), Actor: user, Act: "publication.correct", About: period, Reason: note})
	})
}
