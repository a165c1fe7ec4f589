package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/errs"
	"declara/app/verify/evolution"
	"declara/forms"
	"declara/storage"
)

// The work sheet of one declaration: what it and those before it say, side by side and
// over the years, with what the verifier makes of it.

const (
	mostYears   = 12 // declarations on a sheet
	mostNote    = 1000
	mostShort   = 200
	mostEntries = 100
)

// What who works on a sheet may be told.
var (
	ErrReason      = errs.New(errs.Invalid, "sheet.error.reason")
	ErrMark        = errs.New(errs.Invalid, "sheet.error.mark")
	ErrNote        = errs.New(errs.Invalid, "sheet.error.note")
	ErrPaper       = errs.New(errs.Invalid, "sheet.error.paper")
	ErrEntryYear   = errs.New(errs.Invalid, "sheet.error.year")
	ErrEntryKind   = errs.New(errs.Invalid, "sheet.error.kind")
	ErrAmount      = errs.New(errs.Invalid, "sheet.error.amount")
	ErrWords       = errs.New(errs.Invalid, "sheet.error.words")
	ErrEntrySource = errs.New(errs.Invalid, "sheet.error.source")
	ErrCurrency    = errs.New(errs.Invalid, "sheet.error.currency")
	ErrRate        = errs.New(errs.Invalid, "sheet.error.rate")
	errMany        = errs.New(errs.Conflict, "sheet.error.many")
	// ErrUnopened means that the declarations were not opened today.
	ErrUnopened = errs.New(errs.Conflict, "sheet.error.unopened")
)

// Marks of a section.
const (
	MarkOK         = "ok"
	MarkDifference = "diferencia"
	MarkAsk        = "aclarar"
)

// Marks are those that a section can get, in the order of the page.
var Marks = []string{MarkOK, MarkDifference, MarkAsk}

// States of a document that was asked for.
const (
	PaperAsked  = "pedido"
	PaperAgrees = "coincide"
	PaperNot    = "no_coincide"
	PaperSilent = "sin_respuesta"
)

// PaperStates are all of them, in the order of the page.
var PaperStates = []string{PaperAsked, PaperAgrees, PaperNot, PaperSilent}

// Part is one declaration on a sheet.
type Part struct {
	Filing storage.Filing
	evolution.Statement
	Notes []storage.Note
}

// Sheet is everything on it.
type Sheet struct {
	Task
	Parts  []Part // in the order of the days that they tell; the last one was drawn
	Years  []evolution.Year
	Zone   *time.Location
	Expiry bool // the last question was not answered in its term
}

// Drawn is the declaration that is verified.
func (s *Sheet) Drawn() *Part { return &s.Parts[len(s.Parts)-1] }

// Before is the declaration before it, or nil.
func (s *Sheet) Before() *Part {
	if len(s.Parts) < 2 {
		return nil
	}
	return &s.Parts[len(s.Parts)-2]
}

// Section is a section of the declaration, or nil.
func (s *Sheet) Section(key string) *forms.Section { return s.Drawn().Form.Section(key) }

// readable reports whether the content may be opened in this verification at all. What
// is closed is a ground no more, but for who has to hand it on.
func readable(v storage.Verification, d storage.Draw) bool {
	return d.Void == "" && (v.State != storage.Verified || v.Outcome == storage.Referred)
}

// Open writes down that somebody reads the declaration and those before it, today, and
// why. The verifier's reason is the draw itself, in the words that are given; who else
// of the office does gives one of her own.
func (s *Service) Open(ctx context.Context, tenant string, by storage.User, number, folio, drawn, reason string) error {
	if !may(by) && !verifies(by) {
		return errMayNot
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		v, d, err := task(tx, number, folio)
		switch {
		case err != nil:
			return err
		case !sees(by, v):
			return errNotFound
		case !readable(v, d):
			return errClosed
		}
		if err := barred(tx, by, v); err != nil {
			return err
		}
		mine, role := v.Verifier == by.ID, storage.RoleComptroller
		if mine && verifies(by) {
			role = storage.RoleVerifier
		}
		if mine {
			reason = drawn
		} else if reason = words(reason); !between(reason, leastWhy, mostWhy) {
			return ErrReason
		}
		now, today, err := s.today(tx)
		if err != nil {
			return err
		}
		now = now.UTC().Truncate(time.Second)
		filings, err := history(tx, v)
		if err != nil {
			return err
		}
		read, err := s.opened(tx, by, v, today)
		if err != nil {
			return err
		}
		for _, f := range filings {
			if read[f.ID] {
				continue
			}
			r := storage.Read{ID: storage.NewID(now), Filing: f.ID, User: by.ID, Name: by.Name, Role: role, File: number, Reason: reason, At: now}
			if err := tx.LogRead(&r); err != nil {
				return fmt.Errorf("verify: reading: %w", err)
			}
			if err := audit(tx, now, by, "declaration.read", f.ID, number+": "+reason); err != nil {
				return err
			}
		}
		if mine && v.State == storage.ToVerify {
			v.State, v.Changed = storage.Verifying, now
			if err := tx.PutVerification(v); err != nil {
				return fmt.Errorf("verify: work: %w", err)
			}
		}
		return nil
	})
}

// history are the declarations on a sheet: the one that was drawn, and those that tell of
// days before it, in their order; one that was filed late stands in its own year. Updates
// of interests are none of them.
func history(tx *storage.Txn, v storage.Verification) ([]storage.Filing, error) {
	all, err := tx.FilingsOf(v.Person)
	if err != nil {
		return nil, fmt.Errorf("verify: filings: %w", err)
	}
	drawn, err := tx.Filing(v.Filing)
	if err != nil {
		return nil, fmt.Errorf("verify: filing: %w", err)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(f storage.Filing) bool { return f.Interest || inTime(f, drawn) >= 0 })
	slices.SortFunc(all, inTime)
	all = append(all, drawn)
	return all[max(0, len(all)-mostYears):], nil
}

// inTime orders filings by the day that they tell of, and then as they were filed.
func inTime(a, b storage.Filing) int {
	day := func(f storage.Filing) string {
		s := evolution.Statement{Type: f.Type, Year: f.Year, Event: f.Event}
		return cmp.Or(s.At(), f.Filed.Format(time.DateOnly))
	}
	return cmp.Or(strings.Compare(day(a), day(b)), cmp.Compare(a.Leaf, b.Leaf))
}

// opened are the filings that somebody opened today under this draw.
func (s *Service) opened(tx *storage.Txn, by storage.User, v storage.Verification, today string) (map[string]bool, error) {
	reads, err := tx.ReadsOf(v.Person)
	if err != nil {
		return nil, fmt.Errorf("verify: readings: %w", err)
	}
	inst, err := tx.Institution()
	if err != nil {
		return nil, fmt.Errorf("verify: institution: %w", err)
	}
	zone, err := inst.Location()
	if err != nil {
		return nil, fmt.Errorf("verify: zone: %w", err)
	}
	all := map[string]bool{}
	for _, r := range reads {
		if r.User == by.ID && r.File == v.Draw && r.Finding == "" && r.At.In(zone).Format(time.DateOnly) == today {
			all[r.Filing] = true
		}
	}
	return all, nil
}

// Sheet reads a sheet whose declarations were opened today by who asks; otherwise it is
// ErrUnopened.
func (s *Service) Sheet(ctx context.Context, tenant string, by storage.User, number, folio string) (out Sheet, err error) {
	if !may(by) && !verifies(by) {
		return out, errMayNot
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		v, d, err := task(tx, number, folio)
		switch {
		case err != nil:
			return err
		case !sees(by, v):
			return errNotFound
		case !readable(v, d):
			return errClosed
		}
		if err := barred(tx, by, v); err != nil {
			return err
		}
		_, today, err := s.today(tx)
		if err != nil {
			return err
		}
		read, err := s.opened(tx, by, v, today)
		if err != nil {
			return err
		}
		filings, err := history(tx, v)
		if err != nil {
			return err
		}
		out.Parts = nil
		for _, f := range filings {
			if !read[f.ID] {
				return ErrUnopened
			}
			p, err := part(tx, f)
			if err != nil {
				return err
			}
			out.Parts = append(out.Parts, p)
		}
		out.Verification = v
		if n := len(v.Rounds); n > 0 {
			out.Expiry = v.Rounds[n-1].Answer == "" && today > v.Rounds[n-1].Due
		}
		inst, err := tx.Institution()
		if err != nil {
			return fmt.Errorf("verify: institution: %w", err)
		}
		out.Zone, err = inst.Location()
		return err
	})
	if err != nil {
		return out, err
	}
	if out.Task, err = s.task(ctx, tenant, by, number, folio); err != nil {
		return out, err
	}
	out.Years = out.years()
	return out, nil
}

// part reads one declaration.
func part(tx *storage.Txn, f storage.Filing) (Part, error) {
	raw, err := tx.FullDocument(f.ID)
	if err != nil {
		return Part{}, fmt.Errorf("verify: document: %w", err)
	}
	_, _, doc, err := forms.ParseResult(raw)
	if err != nil {
		return Part{}, fmt.Errorf("verify: document: %w", err)
	}
	answers, err := forms.Parse(doc.Form, doc.JSON)
	if err != nil {
		return Part{}, fmt.Errorf("verify: document: %w", err)
	}
	notes, err := tx.NotesOf(f.ID)
	if err != nil {
		return Part{}, fmt.Errorf("verify: notes: %w", err)
	}
	return Part{Filing: f, Notes: notes, Statement: evolution.Statement{
		ID: f.ID, Folio: f.Folio, Type: f.Type, Level: f.Level, Year: f.Year, Event: f.Event, Form: doc.Form, Answers: answers,
	}}, nil
}

func (s *Sheet) years() []evolution.Year {
	var all []evolution.Statement
	for _, p := range s.Parts {
		all = append(all, p.Statement)
	}
	var entries []evolution.Entry
	for _, e := range s.Entries {
		entries = append(entries, evolution.Entry(e))
	}
	var rates []evolution.Rate
	for _, r := range s.Rates {
		rates = append(rates, evolution.Rate(r))
	}
	return evolution.Over(all, entries, rates)
}

// Check writes down what the verifier found in a section.
func (s *Service) Check(ctx context.Context, tenant string, by storage.User, number, folio, section, mark, note string) error {
	var wrong []error
	if !slices.Contains(Marks, mark) {
		wrong = append(wrong, ErrMark)
	}
	if note = text(note); !between(note, 0, mostNote) || note == "" && mark != MarkOK && slices.Contains(Marks, mark) {
		wrong = append(wrong, ErrNote)
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	return s.mine(ctx, tenant, by, number, folio, "verification.check", func(tx *storage.Txn, v *storage.Verification, now time.Time) error {
		f, err := tx.Filing(v.Filing)
		if err != nil {
			return fmt.Errorf("verify: filing: %w", err)
		}
		if forms.Lookup(f.Type, f.Level).Section(section) == nil {
			return errNotFound
		}
		if v.Checks == nil {
			v.Checks = map[string]storage.SectionCheck{}
		}
		v.Checks[section] = storage.SectionCheck{Mark: mark, Note: note, At: now}
		return nil
	})
}

// AskPaper writes down that a document was asked for: from the declarant, a bank, a
// registry.
func (s *Service) AskPaper(ctx context.Context, tenant string, by storage.User, number, folio, what string) error {
	if what = words(what); !between(what, 3, mostShort) {
		return ErrPaper
	}
	return s.mine(ctx, tenant, by, number, folio, "verification.paper", func(_ *storage.Txn, v *storage.Verification, now time.Time) error {
		if len(v.Papers) >= mostEntries {
			return errMany
		}
		v.Papers = append(v.Papers, storage.AskedPaper{ID: "n" + strconv.Itoa(len(v.Papers)+1), What: what, State: PaperAsked, At: now})
		return nil
	})
}

// MarkPaper writes down what became of a document.
func (s *Service) MarkPaper(ctx context.Context, tenant string, by storage.User, number, folio, id, state string) error {
	if !slices.Contains(PaperStates, state) {
		return ErrPaper
	}
	return s.mine(ctx, tenant, by, number, folio, "verification.paper", func(_ *storage.Txn, v *storage.Verification, now time.Time) error {
		for i := range v.Papers {
			if v.Papers[i].ID == id {
				v.Papers[i].State, v.Papers[i].At = state, now
				return nil
			}
		}
		return errNotFound
	})
}

// Figure is an entry or a rate as it is typed.
type Figure struct {
	Kind     string // FigureExpense, FigureResource, FigureRate
	Year     string
	Amount   string // pesos; of a rate, pesos for one unit: "19.1234"
	Currency string // of a rate
	Words    string
	Source   string
}

// The kinds of figures.
const (
	FigureExpense  = "gasto"
	FigureResource = "recurso"
	FigureRate     = "cambio"
)

// Figures are all of them, in the order of the page.
var Figures = []string{FigureExpense, FigureResource, FigureRate}

// AddFigure enters a figure of the verifier, with its source. A rate takes the place of
// the one of the same year and currency.
func (s *Service) AddFigure(ctx context.Context, tenant string, by storage.User, number, folio string, f Figure) error {
	year, err := strconv.Atoi(strings.TrimSpace(f.Year))
	var wrong []error
	if err != nil || year < 1980 || year > 2200 {
		wrong = append(wrong, ErrEntryYear)
	}
	if !slices.Contains(Figures, f.Kind) {
		wrong = append(wrong, ErrEntryKind)
	}
	if f.Source = words(f.Source); !between(f.Source, 3, mostShort) {
		wrong = append(wrong, ErrEntrySource)
	}
	var amount int64
	if f.Kind == FigureRate {
		if f.Currency == evolution.Peso || !forms.Currencies.Has(f.Currency) {
			wrong = append(wrong, ErrCurrency)
		}
		var ok bool
		if amount, ok = rate(f.Amount); !ok {
			wrong = append(wrong, ErrRate)
		}
	} else {
		if amount, err = forms.ParseMoney(f.Amount); err != nil || amount == 0 {
			wrong = append(wrong, ErrAmount)
		}
		if f.Words = words(f.Words); !between(f.Words, 3, mostShort) {
			wrong = append(wrong, ErrWords)
		}
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	return s.mine(ctx, tenant, by, number, folio, "verification.figure", func(_ *storage.Txn, v *storage.Verification, now time.Time) error {
		if len(v.Entries)+len(v.Rates) >= mostEntries {
			return errMany
		}
		if f.Kind == FigureRate {
			v.Rates = slices.DeleteFunc(v.Rates, func(r storage.SheetRate) bool { return r.Year == year && r.Currency == f.Currency })
			v.Rates = append(v.Rates, storage.SheetRate{Year: year, Currency: f.Currency, Rate: amount, Source: f.Source})
			return nil
		}
		e := storage.SheetEntry{Year: year, Use: f.Kind == FigureExpense, Amount: amount, Words: f.Words, Source: f.Source}
		if slices.ContainsFunc(v.Entries, func(x storage.SheetEntry) bool { x.ID = ""; return x == e }) {
			return nil // the same press again
		}
		e.ID = storage.NewID(now)
		v.Entries = append(v.Entries, e)
		return nil
	})
}

// RemoveFigure takes a figure of the verifier out: an entry by its id, a rate by
// year and currency ("2026USD").
func (s *Service) RemoveFigure(ctx context.Context, tenant string, by storage.User, number, folio, id string) error {
	return s.mine(ctx, tenant, by, number, folio, "verification.figure", func(_ *storage.Txn, v *storage.Verification, _ time.Time) error {
		v.Entries = slices.DeleteFunc(v.Entries, func(e storage.SheetEntry) bool { return e.ID == id })
		v.Rates = slices.DeleteFunc(v.Rates, func(r storage.SheetRate) bool { return strconv.Itoa(r.Year)+r.Currency == id })
		return nil
	})
}

// rate reads pesos for one unit, with at most four decimals, in ten-thousandths. Three
// figures after a comma may be thousands or decimals, so they are neither.
func rate(s string) (int64, bool) {
	if _, part, comma := strings.Cut(strings.TrimSpace(s), ","); comma && len(part) == 3 {
		return 0, false
	}
	whole, part, _ := strings.Cut(strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(s), ",", "."), "$"), ".")
	if whole == "" || len(whole) > 4 || len(part) > 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(whole)+(part + "0000")[:4], 10, 63)
	return int64(n), err == nil && n > 0 && n <= evolution.MaxRate
}
