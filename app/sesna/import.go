package sesna

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"declara/forms"
	"declara/storage"
)

// Outcome is what becomes of a record.
type Outcome string

// The outcomes. Those before Already come in, or would.
const (
	Imported  Outcome = "imported"
	Added     Outcome = "added"    // with the official, who was not on the roster
	Already   Outcome = "already"  // an earlier run brought it in
	DraftOnly Outcome = "draft"    // it was never signed
	Nobody    Outcome = "nobody"   // its official is not on the roster
	Taken     Outcome = "taken"    // the same was filed here
	Refused   Outcome = "refused"  // it has no type, time or id, or would be no document of the standard
	Stranger  Outcome = "stranger" // a record of something else
	Repeated  Outcome = "repeated" // the dump has it twice
	Unnamed   Outcome = "unnamed"  // the official cannot be added: name, RFC or CURP are missing
	FromUsers Outcome = "account"  // of the collection of users
)

// Outcomes, in the order in which they are told.
var Outcomes = []Outcome{Imported, Added, Already, DraftOnly, Nobody, Unnamed, Taken, Repeated, Refused, Stranger, FromUsers}

// Line is what is told of a record: which, what became of it, and what of it did not
// come over. It has nothing of what it says.
type Line struct {
	File     string
	Line     int
	ID       string
	Outcome  Outcome
	Folio    string
	Why      string // key of words, of a record that was refused
	Problems []Problem
}

// Source is a file of a dump, which is read twice.
type Source struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Options of a run.
type Options struct {
	Apply  bool // otherwise nothing changes
	People bool // add officials who are not on the roster
	Actor  string
	Tell   func(Line) error
}

// Service brings dumps into a store.
type Service struct {
	db  *storage.DB
	now func() time.Time
}

// New makes the service.
func New(db *storage.DB, now func() time.Time) *Service { return &Service{db, now} }

// run is one run over a dump.
type run struct {
	*Service
	ctx      context.Context
	tenant   string
	o        Options
	inst     storage.Institution
	zone     *time.Location
	accounts map[string]Identity
	byCURP   map[string]string
	byRFC    map[string]string
	seen     map[string]bool
	counts   map[Outcome]int
}

// Import reads a dump and tells what becomes of each record, in order. The counts are by
// outcome. What came in before an error stays, and another run goes on behind it.
func (s *Service) Import(ctx context.Context, tenant string, from []Source, o Options) (map[Outcome]int, error) {
	r := run{Service: s, ctx: ctx, tenant: tenant, o: o, accounts: map[string]Identity{}, byCURP: map[string]string{}, byRFC: map[string]string{}, seen: map[string]bool{}, counts: map[Outcome]int{}}
	if err := s.db.View(ctx, tenant, r.roster); err != nil {
		return nil, err
	}
	var err error
	if r.zone, err = r.inst.Location(); err != nil {
		return nil, err
	}
	if err := r.each(from, func(_ string, _ int, record map[string]any) error {
		if a, ok := AccountOf(record); ok {
			r.accounts[a.ID] = a.Who
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if err := r.each(from, r.record); err != nil {
		return r.counts, err
	}
	if !o.Apply {
		return r.counts, nil
	}
	return r.counts, s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: o.Actor, Act: "import.sesna", Reason: fmt.Sprint(r.counts[Imported] + r.counts[Added])})
	})
}

func (r *run) roster(tx *storage.Txn) (err error) {
	if r.inst, err = tx.Institution(); err != nil {
		return err
	}
	return tx.People(func(p storage.Person) error {
		r.know(p)
		return nil
	})
}

func (r *run) know(p storage.Person) {
	r.byCURP[upper(p.CURP)] = p.ID
	r.byRFC[upper(p.RFC)] = p.ID
}

func (r *run) each(from []Source, fn func(file string, line int, record map[string]any) error) error {
	for _, f := range from {
		in, err := f.Open()
		if err != nil {
			return err
		}
		err = Split(in, func(line int, raw []byte) error {
			if err := r.ctx.Err(); err != nil {
				return err
			}
			record, err := Read(line, raw)
			if err != nil {
				return err
			}
			return fn(f.Name, line, record)
		})
		if err = errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// record decides on one record, and brings it in when that was asked.
func (r *run) record(file string, line int, record map[string]any) error {
	l := Line{File: file, Line: line, ID: text(record["_id"])}
	if !validID(l.ID) {
		l.ID = ""
	}
	err := r.decide(&l, record)
	if err != nil {
		return fmt.Errorf("line %d: %w", line, err)
	}
	r.counts[l.Outcome]++
	if r.o.Tell != nil {
		return r.o.Tell(l)
	}
	return nil
}

func (r *run) decide(l *Line, record map[string]any) error {
	if record["tipoDeclaracion"] == nil && record["datosGenerales"] == nil {
		l.Outcome = Stranger
		if _, ok := AccountOf(record); ok {
			l.Outcome = FromUsers
		}
		return nil
	}
	d, err := Convert(record, r.zone)
	if !d.Signed && err == nil {
		l.Outcome = DraftOnly
		return nil
	}
	if err != nil {
		l.Outcome, l.Why = Refused, "sesna.skip.read"
		if errors.Is(err, ErrNoID) || errors.Is(err, ErrNoType) || errors.Is(err, ErrNoTime) {
			l.Why = err.Error()
		}
		return nil
	}
	l.Problems = d.Problems
	if r.seen[d.ID] {
		l.Outcome = Repeated
		return nil
	}
	r.seen[d.ID] = true
	full, open, err := r.documents(&d, "00000000000000000000000000")
	if err != nil {
		return err
	}
	if faults := forms.CheckPublic(open); len(faults) > 0 {
		l.Outcome, l.Why = Refused, "sesna.skip.standard"
		for _, x := range faults {
			l.Problems = append(l.Problems, Problem{x.Path, CodeStandard, x.Code})
		}
		return nil
	}
	if len(full) > forms.MaxDocument {
		l.Outcome, l.Why = Refused, "sesna.skip.read"
		return nil
	}
	do := r.db.View
	if r.o.Apply {
		do = r.db.Update
	}
	var added *storage.Person
	if err := do(r.ctx, r.tenant, func(tx *storage.Txn) (err error) {
		added, err = r.bring(tx, l, &d)
		return err
	}); err != nil {
		return err
	}
	if added != nil {
		r.know(*added)
	}
	return nil
}

// documents are the whole document and its public version, by our redaction alone.
func (r *run) documents(d *Declaration, id string) (full, open []byte, err error) {
	public, err := d.Document.Public(forms.PublicOptions{TotalAsDeclared: r.inst.TotalAsDeclared})
	if err != nil {
		return nil, nil, err
	}
	meta := forms.Metadata{Actualizacion: d.At, Institucion: r.inst.Name, Tipo: d.Type, DeclaracionCompleta: d.Level == forms.Full, ActualizacionConflictoInteres: d.Interest}
	return forms.Result(id, meta, d.Document), forms.Result(id, meta, public), nil
}

const origin = "sesna"

func (r *run) bring(tx *storage.Txn, l *Line, d *Declaration) (added *storage.Person, err error) {
	sent := origin + "." + d.ID
	switch f, err := tx.FilingBySent(sent); {
	case err == nil:
		l.Outcome, l.Folio, l.Problems = Already, f.Folio, nil
		return nil, nil
	case !errors.Is(err, storage.ErrNotFound):
		return nil, err
	}
	l.Outcome, l.Folio = Imported, ""
	person, err := r.person(tx, d)
	switch {
	case errors.Is(err, storage.ErrNotFound) && !r.o.People:
		l.Outcome = Nobody
		return nil, nil
	case errors.Is(err, storage.ErrNotFound):
		if added, person = r.newcomer(d); added == nil {
			l.Outcome = Unnamed
			return nil, nil
		}
		l.Outcome = Added
	case err != nil:
		return nil, err
	default:
		if taken, err := r.taken(tx, person, d); taken || err != nil {
			l.Outcome = Taken
			return nil, err
		}
	}
	if !r.o.Apply {
		return added, nil
	}
	if added != nil {
		if err := tx.PutPerson(person); err != nil {
			return nil, err
		}
	}
	now := r.now().UTC().Truncate(time.Second)
	f := storage.Filing{
		ID: storage.NewID(now), Person: person.ID, Type: d.Type, Level: d.Level, Edition: forms.CurrentEdition, Year: d.Year, Event: d.Event,
		Filed: d.At, Zone: r.inst.Zone, Interest: d.Interest, Method: storage.MethodImported, Sent: sent,
		Reserved: person.Reserve != nil && now.In(r.zone).Format(time.DateOnly) <= person.Reserve.Until,
		Imported: &storage.Imported{From: origin, ID: d.ID, At: now, Lost: len(d.Problems)},
	}
	full, open, err := r.documents(d, f.ID)
	if err != nil {
		return nil, err
	}
	if err := tx.File(&f, full, open, ""); err != nil {
		return nil, err
	}
	l.Folio = f.Folio
	return added, nil
}

// person is whose declaration it is, by what it says and by the account that owns it.
func (r *run) person(tx *storage.Txn, d *Declaration) (storage.Person, error) {
	if a, ok := r.accounts[d.Owner]; ok {
		for _, x := range []struct{ have, from *string }{{&d.Who.CURP, &a.CURP}, {&d.Who.RFC, &a.RFC}, {&d.Who.Given, &a.Given}, {&d.Who.First, &a.First}, {&d.Who.Second, &a.Second}} {
			if *x.have == "" {
				*x.have = *x.from
			}
		}
		for _, id := range []string{r.byCURP[a.CURP], r.byRFC[a.RFC]} {
			if id != "" && (a.CURP != "" || a.RFC != "") {
				return r.read(tx, id)
			}
		}
	}
	if id := r.byCURP[d.Who.CURP]; id != "" && d.Who.CURP != "" {
		return r.read(tx, id)
	}
	if id := r.byRFC[d.Who.RFC]; id != "" && d.Who.RFC != "" {
		return r.read(tx, id)
	}
	return storage.Person{}, storage.ErrNotFound
}

// read is an official by id; one whom a run without Apply would add is not there.
func (r *run) read(tx *storage.Txn, id string) (storage.Person, error) {
	p, err := tx.Person(id)
	if errors.Is(err, storage.ErrNotFound) && !r.o.Apply {
		return storage.Person{ID: id}, nil
	}
	return p, err
}

// newcomer is an official made of a declaration; nil when it does not say enough. The
// office checks the days: the dump does not have those of human resources.
func (r *run) newcomer(d *Declaration) (*storage.Person, storage.Person) {
	w := d.Who
	if w.Given == "" || w.First == "" || len([]rune(w.RFC)) != 13 || len([]rune(w.CURP)) != 18 {
		return nil, storage.Person{}
	}
	entry := d.Event
	if entry == "" {
		entry = d.At.In(r.zone).Format(time.DateOnly)
	}
	p := storage.Person{ID: storage.NewID(r.now()), Given: w.Given, First: w.First, Second: w.Second, RFC: w.RFC, CURP: w.CURP, Unit: d.Unit, Post: d.Post, Grade: d.Grade, Level: d.Level, Entry: entry, Created: r.now()}
	if d.Type == forms.Conclusion {
		p.Exit = entry
	}
	return &p, p
}

// taken reports whether the official filed the same here, without an import.
func (r *run) taken(tx *storage.Txn, p storage.Person, d *Declaration) (bool, error) {
	all, err := tx.FilingsOf(p.ID)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(all, func(f storage.Filing) bool {
		return f.Imported == nil && f.Type == d.Type && f.Year == d.Year && f.Interest == d.Interest && !f.Interest && (d.Type == forms.Modificacion || f.Event == d.Event)
	}), nil
}
