package complain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/i18n"
	"declara/pdf"
	"declara/storage"
)

// The register of boxes for paper. A box is opened before two witnesses, who sign a
// record with its hash, and each paper is typed into a complaint that counts as received
// on the day of the opening. An opening that found nothing is written down too: what the
// register shows is that nobody let a box stand.

// What is wrong with a box or an opening.
var (
	errBoxNumber  = errs.New(errs.Invalid, "boxes.error.number")
	errBoxPlace   = errs.New(errs.Invalid, "boxes.error.place")
	errBoxTwice   = errs.New(errs.Invalid, "boxes.error.twice")
	errBoxDay     = errs.New(errs.Invalid, "boxes.error.day")
	errBoxPapers  = errs.New(errs.Invalid, "boxes.error.papers")
	errBoxWitness = errs.New(errs.Invalid, "boxes.error.witness")
	errBoxSame    = errs.New(errs.Invalid, "boxes.error.same")
	errBoxFull    = errs.New(errs.Invalid, "boxes.error.full")
	ErrNoBox      = errs.New(errs.NotFound, "web.error.notfound")
)

const (
	maxBoxes  = 500
	maxPapers = 999
)

// BoxLine is a box in the list.
type BoxLine struct {
	storage.Box
	Last    *storage.BoxOpening // nil: never
	Due     string              // the day by which it is to be opened; "" when it was removed
	Late    bool
	Untyped int // papers of which no complaint was made
}

// Boxes is the register: boxes that hang first, by number.
func (o *Office) Boxes(ctx context.Context, tenant string) (all []BoxLine, err error) {
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		r, err := rulesOf(tx)
		if err != nil {
			return err
		}
		var boxes []storage.Box
		if err := tx.Boxes(func(b storage.Box) error { boxes = append(boxes, b); return nil }); err != nil {
			return err
		}
		for _, b := range boxes {
			l := BoxLine{Box: b}
			if err := tx.BoxOpenings(b.ID, func(x storage.BoxOpening) error {
				if l.Last == nil || x.Day >= l.Last.Day {
					l.Last = &x
				}
				l.Untyped += x.Papers - x.Typed
				return nil
			}); err != nil {
				return err
			}
			if b.Removed == "" {
				last := b.Since
				if l.Last != nil {
					last = l.Last.Day
				}
				l.Due = later(last, 0, 0, r.Boxes)
				l.Late = today > l.Due
			}
			all = append(all, l)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b BoxLine) int {
		return cmp.Or(cmp.Compare(a.Removed, b.Removed), cmp.Compare(len(a.Number), len(b.Number)), cmp.Compare(a.Number, b.Number))
	})
	return all, err
}

// LateBoxes is how many boxes were not opened in time.
func (o *Office) LateBoxes(ctx context.Context, tenant string) (n int, err error) {
	all, err := o.Boxes(ctx, tenant)
	for _, l := range all {
		if l.Late {
			n++
		}
	}
	return n, err
}

// BoxRecord is a box with its openings, the last one first.
type BoxRecord struct {
	BoxLine
	Openings []storage.BoxOpening
}

// Box reads one.
func (o *Office) Box(ctx context.Context, tenant, id string) (r BoxRecord, err error) {
	all, err := o.Boxes(ctx, tenant)
	if err != nil {
		return r, err
	}
	i := slices.IndexFunc(all, func(l BoxLine) bool { return l.ID == id })
	if i < 0 {
		return r, ErrNoBox
	}
	r.BoxLine = all[i]
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) error {
		r.Openings = nil
		return tx.BoxOpenings(id, func(x storage.BoxOpening) error { r.Openings = append(r.Openings, x); return nil })
	})
	slices.Reverse(r.Openings)
	return r, err
}

// Wrong is what is wrong with a box of a form.
type Wrong struct {
	Field string
	Err   error
}

// AddBox adds a box to the register. It tells all that is wrong at once.
func (o *Office) AddBox(ctx context.Context, tenant, user, numeral, place string) (wrong []Wrong, err error) {
	numeral, place = strings.Join(strings.Fields(numeral), " "), strings.Join(strings.Fields(place), " ")
	if n := utf8.RuneCountInString(numeral); n == 0 || n > 20 {
		wrong = append(wrong, Wrong{"numero", errBoxNumber})
	}
	if n := utf8.RuneCountInString(place); n < 3 || n > 150 {
		wrong = append(wrong, Wrong{"lugar", errBoxPlace})
	}
	if wrong != nil {
		return wrong, nil
	}
	err = o.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		n, taken := 0, false
		if err := tx.Boxes(func(b storage.Box) error {
			n++
			taken = taken || b.Removed == "" && b.Number == numeral
			return nil
		}); err != nil {
			return err
		}
		switch {
		case taken:
			return errBoxTwice
		case n >= maxBoxes:
			return errs.New(errs.TooMany, "boxes.error.many")
		}
		day, err := o.today(tx)
		if err != nil {
			return err
		}
		id := storage.RandomID()
		if err := tx.PutBox(storage.Box{ID: id, Number: numeral, Place: place, Since: day}, 0); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: user, Act: "box.add", About: id})
	})
	if errors.Is(err, errBoxTwice) {
		return []Wrong{{"numero", errBoxTwice}}, nil
	}
	return nil, err
}

// RemoveBox takes a box off the wall. Its record stays.
func (o *Office) RemoveBox(ctx context.Context, tenant, user, id string) error {
	return o.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		b, err := box(tx, id)
		if err != nil || b.Removed != "" {
			return err
		}
		if b.Removed, err = o.today(tx); err != nil {
			return err
		}
		if err := tx.PutBox(b, b.Version); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: user, Act: "box.remove", About: id})
	})
}

func box(tx *storage.Txn, id string) (storage.Box, error) {
	b, err := tx.Box(id)
	if errors.Is(err, storage.ErrNotFound) {
		return b, ErrNoBox
	}
	return b, err
}

// Opening is a box that was opened, as somebody writes it down.
type Opening struct {
	Day       string // yyyy-mm-dd
	Papers    string // as typed
	Witnesses [2]storage.Witness
	Scan      []byte // of the papers; its hash is kept, and nothing else of it
}

// OpenBox writes down an opening. It tells all that is wrong at once.
func (o *Office) OpenBox(ctx context.Context, tenant, user, id string, n Opening) (seq uint64, wrong []Wrong, err error) {
	papers, ok := 0, n.Papers != "" && len(n.Papers) <= 3
	for _, d := range []byte(n.Papers) {
		ok = ok && d >= '0' && d <= '9'
		papers = papers*10 + int(d-'0')
	}
	for i := range n.Witnesses {
		w := &n.Witnesses[i]
		w.Name, w.Post = strings.Join(strings.Fields(w.Name), " "), strings.Join(strings.Fields(w.Post), " ")
	}
	err = o.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		wrong = nil
		b, err := box(tx, id)
		if err != nil {
			return err
		}
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		if _, err := time.Parse(time.DateOnly, n.Day); err != nil || n.Day > today || n.Day < b.Since || b.Removed != "" && n.Day > b.Removed {
			wrong = append(wrong, Wrong{"dia", errBoxDay})
		}
		if !ok || papers > maxPapers {
			wrong = append(wrong, Wrong{"papeles", errBoxPapers})
		}
		for i, w := range n.Witnesses {
			for _, f := range []struct{ name, value string }{{"testigo", w.Name}, {"puesto", w.Post}} {
				if c := utf8.RuneCountInString(f.value); c < 3 || c > 120 {
					wrong = append(wrong, Wrong{f.name + number(i+1), errBoxWitness})
				}
			}
		}
		if n.Witnesses[0].Name != "" && strings.EqualFold(n.Witnesses[0].Name, n.Witnesses[1].Name) {
			wrong = append(wrong, Wrong{"testigo2", errBoxSame})
		}
		if wrong != nil {
			return nil
		}
		x := storage.BoxOpening{Box: id, Seq: b.Next, Day: n.Day, Witnesses: n.Witnesses[:], Papers: papers, By: user}
		if len(n.Scan) > 0 {
			x.Scan = digest(n.Scan)
		}
		x.Record = digest(record(&b, &x))
		seq = b.Next
		b.Next++
		if err := errors.Join(tx.PutBox(b, b.Version), tx.PutBoxOpening(x)); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: user, Act: "box.open", About: id})
	})
	return seq, wrong, err
}

// record is the text whose hash an opening has: what its witnesses sign.
func record(b *storage.Box, x *storage.BoxOpening) []byte {
	var t strings.Builder
	fmt.Fprintf(&t, "APERTURA DE BUZÓN\nNúmero: %s\nLugar: %s\nDía: %s\nPapeles: %d\n", b.Number, b.Place, x.Day, x.Papers)
	for _, w := range x.Witnesses {
		fmt.Fprintf(&t, "Testigo: %s, %s\n", w.Name, w.Post)
	}
	if x.Scan != "" {
		fmt.Fprintf(&t, "SHA-256 de los papeles: %s\n", x.Scan)
	}
	return []byte(t.String())
}

// paperOf takes one paper of an opening: a complaint is being made of it. It gives the
// day on which the box was opened, on which the complaint came in.
func paperOf(tx *storage.Txn, w Way) (day string, err error) {
	x, err := tx.BoxOpening(w.Box, w.Opening)
	if errors.Is(err, storage.ErrNotFound) {
		return "", ErrNoBox
	} else if err != nil {
		return "", err
	}
	if x.Typed >= x.Papers {
		return "", errBoxFull
	}
	x.Typed++
	return x.Day, tx.PutBoxOpening(x)
}

// PrintOpening writes the record of an opening, to be signed by hand.
func (o *Office) PrintOpening(ctx context.Context, tenant, id string, seq uint64, out io.Writer) error {
	var b storage.Box
	var x storage.BoxOpening
	var inst storage.Institution
	var by Holder
	if err := o.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if b, err = box(tx, id); err != nil {
			return err
		}
		if x, err = tx.BoxOpening(id, seq); errors.Is(err, storage.ErrNotFound) {
			return ErrNoBox
		} else if err != nil {
			return err
		}
		if by, err = holderOf(tx, x.By); err != nil {
			return err
		}
		inst, err = tx.Institution()
		return err
	}); err != nil {
		return err
	}
	words := o.words.Printer(i18n.Spanish)
	a := pdf.Act{
		Words: words, Lang: words.Tag(), Institution: inst.Name, Office: inst.Office, Initials: inst.Initials, Address: inst.Address,
		Title: words.T("act.buzon.title"), Day: x.Day, Signer: by.Name, Post: by.Post,
		Marks: [][2]string{{words.T("act.buzon.number"), b.Number}, {words.T("act.buzon.place"), b.Place}},
		Before: []string{
			words.T("act.buzon.1", b.Number, b.Place, words.Day(x.Day)),
			words.N("act.buzon.papers", x.Papers), words.T("act.buzon.2"),
		},
	}
	if x.Papers == 0 {
		a.Before = []string{a.Before[0], words.T("act.buzon.empty")}
	}
	if x.Scan != "" {
		a.After = append(a.After, words.T("act.buzon.scan", x.Scan))
	}
	a.After = append(a.After, words.T("act.buzon.record", x.Record), words.T("act.buzon.3"))
	for _, w := range x.Witnesses {
		a.Witnesses = append(a.Witnesses, [2]string{w.Name, w.Post})
	}
	if err := pdf.WriteAct(out, a); err != nil {
		return errors.Join(errs.New(errs.Internal, "web.error.internal"), err)
	}
	return nil
}
