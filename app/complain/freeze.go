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

// The phases of public figures, which are coarser than the states of cases. All that
// were classified are of one phase, so that no other figure tells of how.
const (
	PhaseAnalysis     = "EN_ANALISIS"
	PhaseTurned       = "TURNADA_A_OTRA_AUTORIDAD"
	PhaseInquiry      = "EN_INVESTIGACION"
	PhaseClassified   = "CALIFICADA_O_EN_PROCEDIMIENTO"
	PhaseClosed       = "CONCLUSION_Y_ARCHIVO"
	PhaseInadmissible = "IMPROCEDENTE"
)

// Phases are all of them, in their order.
var Phases = []string{PhaseAnalysis, PhaseTurned, PhaseInquiry, PhaseClassified, PhaseClosed, PhaseInadmissible}

// phase is that of a state.
func phase(state string) string {
	switch {
	case state == StateTurned:
		return PhaseTurned
	case state == StateArchived:
		return PhaseClosed
	case state == StateClassified, state == StateChallenged, len(state) == 2 && state[0] == 'P':
		return PhaseClassified
	case len(state) == 2 && state[0] == 'I':
		return PhaseInquiry
	case len(state) == 2 && state[0] == 'X':
		return PhaseInadmissible
	}
	return PhaseAnalysis
}

// phaseOf is that of a complaint. One that was never classified is none of the classified,
// whatever its state.
func phaseOf(c *storage.Complaint) string {
	state := StateReceived
	if n := len(c.Moves); n > 0 {
		state = c.Moves[n-1].To
	}
	in := phase(state)
	if in == PhaseClassified && Class(c) == "" {
		return PhaseInquiry
	}
	return in
}

// The classes of faults and why cases ended, as figures name them.
const (
	FaultMinor   = "NO_GRAVE"
	FaultGrave   = "GRAVE"
	FaultPrivate = "PARTICULARES"

	EndCompetence = "INCOMPETENCIA"
	EndElements   = "FALTA_DE_ELEMENTOS"
	EndNoFault    = "SIN_FALTA"
	EndPrescribed = "PRESCRITA"
	EndUnfit      = "IMPROCEDENTE"
	EndDouble     = "DUPLICADA"
	EndFlood      = "SATURACION"
	EndOther      = "OTRO"
)

var (
	faultOf = map[string]string{ClassMinor: FaultMinor, ClassGrave: FaultGrave, ClassPrivate: FaultPrivate}
	endOf   = map[string]string{
		MotiveCompetence: EndCompetence, MotiveElements: EndElements, MotiveNoFault: EndNoFault, MotivePrescribed: EndPrescribed,
		MotiveUnfit: EndUnfit, MotiveDouble: EndDouble, MotiveFlood: EndFlood,
	}
)

// FigureFaults and FigureEnds are all of them, in their order.
var (
	FigureFaults = []string{FaultMinor, FaultGrave, FaultPrivate}
	FigureEnds   = []string{EndCompetence, EndElements, EndNoFault, EndPrescribed, EndUnfit, EndDouble, EndFlood, EndOther}
)

// consists is of what the complaints of a phase consist.
var consists = []struct {
	phase, name string
	keys        []string // the last is of those that have none of the others
}{
	{PhaseTurned, figures.ByMotive, []string{EndCompetence}},
	{PhaseClassified, figures.ByFault, FigureFaults},
	{PhaseClosed, figures.ByMotive, []string{EndElements, EndNoFault, EndPrescribed, EndDouble, EndOther}},
	{PhaseInadmissible, figures.ByMotive, []string{EndElements, EndUnfit, EndDouble, EndFlood, EndOther}},
}

// lasts is how long what takes, from the day that a complaint came in: of which phases
// it is told, and which move ends it.
var lasts = []struct {
	name   string
	phases []string
	ends   func(storage.ComplaintMove) bool
}{
	{figures.Reading, Phases[1:], func(m storage.ComplaintMove) bool { return m.From == StateReceived }},
	{figures.Opening, []string{PhaseInquiry, PhaseClassified, PhaseClosed}, func(m storage.ComplaintMove) bool { return m.To == StateOpened }},
	{figures.Ending, []string{PhaseTurned, PhaseClosed, PhaseInadmissible}, func(m storage.ComplaintMove) bool { return StateOf(m.To).Over }},
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
	parts := map[string]map[string]int{} // by phase
	days := make([]figures.Days, len(lasts))
	for i, l := range lasts {
		days[i] = figures.Days{Name: l.name, Took: map[string][]int{}}
	}
	err := tx.Complaints(func(x storage.Complaint) error {
		if !p.Holds(x.Day) {
			return nil
		}
		x.Moves = slices.DeleteFunc(x.Moves, func(m storage.ComplaintMove) bool { return m.Day > p.To })
		in := phaseOf(&x)
		c.Total++
		of[figures.ByGroup][known(x.Category, Groups, GroupUnsure)]++
		of[figures.ByChannel][known(x.Channel, Channels, ChannelWeb)]++
		of[figures.ByStage][in]++
		if parts[in] == nil {
			parts[in] = map[string]int{}
		}
		parts[in][part(&x, in)]++
		for i, l := range lasts {
			if slices.Contains(l.phases, in) {
				if at := slices.IndexFunc(x.Moves, l.ends); at >= 0 {
					days[i].Took[in] = append(days[i].Took[in], natural(x.Day, x.Moves[at].Day))
				}
			}
		}
		return nil
	})
	for _, t := range []struct {
		name string
		keys []string
	}{{figures.ByGroup, Groups}, {figures.ByChannel, Channels}, {figures.ByStage, Phases}} {
		c.Tables = append(c.Tables, figures.Table{Name: t.name, Counts: listed(t.keys, of[t.name])})
	}
	stages := &c.Tables[len(c.Tables)-1]
	for _, x := range consists {
		stages.Parts = append(stages.Parts, figures.Part{Of: x.phase, Name: x.name, Counts: listed(x.keys, parts[x.phase])})
	}
	c.Days = days
	return c, err
}

// part is what a complaint is in its phase: how it was classified, or why it ended.
func part(c *storage.Complaint, in string) string {
	for _, x := range consists {
		if x.phase != in {
			continue
		}
		said := faultOf[Class(c)]
		if x.name == figures.ByMotive {
			said = endOf[c.Moves[len(c.Moves)-1].Motive]
		}
		return known(said, x.keys, x.keys[len(x.keys)-1])
	}
	return ""
}

// listed are counts of all keys of a closed list.
func listed(keys []string, n map[string]int) (all []figures.Count) {
	for _, k := range keys {
		all = append(all, figures.Count{Key: k, N: n[k]})
	}
	return all
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
