package complain

import (
	"cmp"
	"context"
	"slices"

	"declara/storage"
)

// What the office reads. A list is made of the wraps that its reader holds, and of
// nothing else; what a case tells is opened in memory for one page and is nowhere
// afterwards.

// Line is a case in a list: nothing of it was opened.
type Line struct {
	ID, Folio, Day, State, Stage, Since, Category, Channel, Tray string

	Days     int      // natural days in the state
	Next     *Clock   // first of the law to end
	Buried   bool     // nothing was done in 60 business days
	Facts    bool     // the day of the facts is known, or is needed no more
	Assigned []Holder // in charge
	Mine     bool
}

// Late reports whether a term is past.
func (l Line) Late() bool { return l.Next != nil && l.Next.Late || l.Buried }

// Filter is what a list is narrowed to; it stands in the address.
type Filter struct {
	Stage, State, Who, Due, Tray string
}

// The values of Filter.Due.
const (
	DueLate  = "vencido"
	DueWeek  = "semana"
	DueQuiet = "sin-avance"
)

// Nobody is the Filter.Who of cases that nobody is in charge of.
const Nobody = "nadie"

func (f *Filter) takes(l *Line) bool {
	switch {
	case f.Stage != "" && l.Stage != f.Stage, f.State != "" && l.State != f.State, f.Tray != "" && l.Tray != f.Tray:
		return false
	case f.Who == Nobody && len(l.Assigned) > 0:
		return false
	case f.Who != "" && f.Who != Nobody && !slices.ContainsFunc(l.Assigned, func(h Holder) bool { return h.User == f.Who }):
		return false
	}
	switch f.Due {
	case DueLate:
		return l.Late()
	case DueWeek:
		return l.Next != nil && !l.Next.Late && (l.Next.Left <= 5)
	case DueQuiet:
		return l.Buried
	}
	return true
}

// Count is how many cases a value of a filter has, of those that the other filters
// take.
type Count struct {
	Value, Name string
	N           int
}

// Board is the list of cases of a reader.
type Board struct {
	Lines                      []Line // the most urgent first
	All                        int    // without a filter
	Stages, States, Whos, Dues []Count
	Left                       int // cases that she has left: a number and nothing else
	Calendar                   bool
	Today                      string
}

// Board lists the cases that a user holds.
func (o *Office) Board(ctx context.Context, tenant, user string, f Filter) (b Board, err error) {
	var lines []Line
	if err := o.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		lines = nil
		k, err := calendarOf(tx)
		if err != nil {
			return err
		}
		if b.Today, err = o.today(tx); err != nil {
			return err
		}
		b.Calendar = k.Has(b.Today)
		known := map[string]Holder{}
		return tx.ComplaintsOf(user, func(c storage.Complaint) error {
			if c.Case.Of(user) == nil {
				return nil // she keeps an identity, and does not read the case
			}
			l, err := lineOf(tx, k, &c, user, b.Today, known)
			lines = append(lines, l)
			return err
		})
	}); err != nil {
		return b, err
	}
	if b.Left, err = o.Left(ctx, tenant, user); err != nil {
		return b, err
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Or(cmp.Compare(urgency(&a), urgency(&b)), cmp.Compare(a.ID, b.ID)) })
	b.All = len(lines)
	b.count(lines, f)
	for _, l := range lines {
		if f.takes(&l) {
			b.Lines = append(b.Lines, l)
		}
	}
	return b, nil
}

// urgency orders a list: by the day on which something must have happened.
func urgency(l *Line) string {
	if l.Next != nil {
		return l.Next.Day
	}
	return "9999" + l.Since
}

func lineOf(tx *storage.Txn, k Calendar, c *storage.Complaint, user, today string, known map[string]Holder) (Line, error) {
	state := StateOf(c.State)
	l := Line{ID: c.ID, Folio: c.Folio, Day: c.Day, State: c.State, Stage: state.Stage, Since: c.Since, Category: c.Category, Channel: c.Channel, Tray: c.Tray,
		Days: natural(c.Since, today), Buried: k.Buried(c, today), Facts: dated(c), Mine: slices.Contains(c.Assigned, user)}
	if all := k.Clocks(c, today); len(all) > 0 {
		l.Next = &all[0]
	}
	for _, a := range c.Assigned {
		h, ok := known[a]
		if !ok {
			var err error
			if h, err = holderOf(tx, a); err != nil {
				return l, err
			}
			known[a] = h
		}
		l.Assigned = append(l.Assigned, h)
	}
	return l, nil
}

// dated reports whether a case has its clock of prescription, or needs none.
func dated(c *storage.Complaint) bool {
	return c.Clocks[ClockPrescription] != "" || !slices.Contains(StateOf(c.State).Clocks, prescribes)
}

// count counts each value of each filter among the cases that the other filters take,
// so that a number says what picking it will show.
func (b *Board) count(lines []Line, f Filter) {
	tally := func(without Filter, value string, takes func(*Line) bool) Count {
		c := Count{Value: value}
		for i := range lines {
			if without.takes(&lines[i]) && takes(&lines[i]) {
				c.N++
			}
		}
		return c
	}
	rest := f
	rest.Stage, rest.State = "", ""
	for _, s := range Stages {
		b.Stages = append(b.Stages, tally(rest, s, func(l *Line) bool { return l.Stage == s }))
	}
	rest = f
	rest.State = ""
	for _, s := range States {
		if c := tally(rest, s.Code, func(l *Line) bool { return l.State == s.Code }); c.N > 0 || f.State == s.Code {
			b.States = append(b.States, c)
		}
	}
	rest = f
	rest.Who = ""
	var who []Holder
	for _, l := range lines {
		for _, h := range l.Assigned {
			if !slices.ContainsFunc(who, func(x Holder) bool { return x.User == h.User }) {
				who = append(who, h)
			}
		}
	}
	slices.SortFunc(who, func(a, b Holder) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.User, b.User)) })
	for _, h := range who {
		one := Filter{Who: h.User}
		c := tally(rest, h.User, one.takes)
		c.Name = h.Name
		b.Whos = append(b.Whos, c)
	}
	none := Filter{Who: Nobody}
	b.Whos = append(b.Whos, tally(rest, Nobody, none.takes))
	rest = f
	rest.Due = ""
	for _, d := range []string{DueLate, DueWeek, DueQuiet} {
		one := Filter{Due: d}
		b.Dues = append(b.Dues, tally(rest, d, one.takes))
	}
}

// Opened is a case as its page shows it.
type Opened struct {
	Line
	Moves    []Moved
	Facts    Facts
	Files    []OpenedFile
	Posts    []Post
	Notes    []OpenedNote
	Acts     []OpenedAct
	Exports  []OpenedExport
	Events   []Event
	Clocks   []Clock
	Ways     []*Transition
	Holders  []Holder
	Others   []string // names of those who have it open
	Class    string
	FactsDay string // on which it happened, as the office holds it
	Grave    bool
	Limit    string // the day on which it prescribes
	File     string // number of the file
	Excluded int    // how many must not read it: a number
	Version  int    // how often it was moved
	Head     bool   // who reads is of the head
	Pending  []Pending
	Orders   []OpenedOrder
	Held     []OpenedHold
	MayLift  bool

	MayDeclare bool // who reads may put the declaration of who is accused into it

	holdNotes map[uint64]HoldNote
}

// Moved is a change of state.
type Moved struct {
	From, To, Day, By, Motive, Reason string
	Document                          bool
	Notice                            *storage.ComplaintNotice
	Until                             string // last day to challenge it
}

// OpenedFile is a file that was sent.
type OpenedFile struct {
	File
	Seq int // number of its part
	N   int
	Day string
	Has bool // the working copy is still there
}

// OpenedNote is a note.
type OpenedNote struct {
	Day, By, Text, About string
}

// OpenedAct is a writ.
type OpenedAct struct {
	Act
	Seq  int
	Day  string
	By   string
	Used bool // a move was made with it
}

// OpenedExport is a sealed copy for another authority.
type OpenedExport struct {
	Turned
	Seq int
	Day string
}

// Open opens a case for its page, and writes down, in memory, that its reader has it
// open.
func (o *Office) Open(ctx context.Context, h Hand, id string) (out Opened, err error) {
	var c storage.Complaint
	var parts []storage.ComplaintPart
	var u storage.User
	var untils []string // of each move
	names := map[string]string{}
	if err := o.db.View(ctx, h.Tenant, func(tx *storage.Txn) (err error) {
		out, untils = Opened{}, nil
		if u, err = hand(tx, h); err != nil {
			return err
		}
		if c, err = o.holdCase(tx, id, h.User); err != nil {
			return err
		}
		k, err := calendarOf(tx)
		if err != nil {
			return err
		}
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		if out.Line, err = lineOf(tx, k, &c, h.User, today, map[string]Holder{}); err != nil {
			return err
		}
		out.Clocks, out.Orders, out.Pending = k.Clocks(&c, today), k.openedOrders(&c, today), pending(&c)
		for i := range c.Moves {
			untils = append(untils, k.until(&c.Moves[i]))
		}
		if out.Holders, err = holdersOf(tx, &c); err != nil {
			return err
		}
		if parts, err = tx.Parts(id); err != nil {
			return err
		}
		return tx.Users(func(u storage.User) error { names[u.ID] = u.Name; return nil })
	}); err != nil {
		return out, err
	}
	opened, err := o.OpenCase(h.Tenant, c, h.User, h.Key)
	if err != nil {
		return out, closed(err)
	}
	defer opened.Close()
	reasons := map[string][]string{}
	out.holdNotes = map[uint64]HoldNote{}
	for _, p := range parts {
		if err := out.read(opened, p, names, reasons); err != nil {
			return out, err
		}
	}
	out.moves(&c, names, reasons, untils)
	out.Ways, out.Class, out.Excluded, out.Version = Ways(&c, &u), Class(&c), len(c.Excluded), len(c.Moves)
	out.Head = slices.Contains(u.Roles, storage.RoleComptroller)
	out.MayDeclare = mayDeclare(&c, &u) == nil
	out.Held, out.MayLift = openedHolds(&c, out.holdNotes), MayLift(u.Roles)
	if c.External != "" {
		out.Ways = nil
	}
	if out.FactsDay != "" {
		out.Limit = Prescribes(out.FactsDay, out.Grave)
	}
	for _, user := range o.look(id, h.User) {
		if c.Case.Of(user) != nil {
			out.Others = append(out.Others, names[user])
		}
	}
	return out, nil
}

// moves puts the moves in order, each with why.
func (out *Opened) moves(c *storage.Complaint, names map[string]string, reasons map[string][]string, untils []string) {
	for n, m := range c.Moves {
		x := Moved{From: m.From, To: m.To, Day: m.Day, By: names[m.By], Motive: m.Motive, Document: m.Document != "", Notice: m.Notice, Until: untils[n]}
		if key := m.From + "-" + m.To; len(reasons[key]) > 0 {
			x.Reason, reasons[key] = reasons[key][0], reasons[key][1:]
		}
		out.Moves = append(out.Moves, x)
		for i := range out.Acts {
			if out.Acts[i].Hash == m.Document {
				out.Acts[i].Used = true
			}
		}
	}
}

// read opens one part into the page.
func (out *Opened) read(opened *Case, p storage.ComplaintPart, names map[string]string, reasons map[string][]string) error {
	switch p.Kind {
	case storage.PartFacts:
		return opened.Read(p, &out.Facts)
	case storage.PartMessage:
		var m Message
		if err := opened.Read(p, &m); err != nil {
			return err
		}
		out.Posts = append(out.Posts, Post{p.Seq, p.From == storage.FromOffice, p.Day, m.Text})
	case storage.PartFile:
		f := OpenedFile{Seq: int(p.Seq), N: len(out.Files) + 1, Day: p.Day}
		if err := opened.Read(p, &f.File); err != nil {
			return err
		}
		f.Has = slices.ContainsFunc(p.Files, func(e storage.EvidenceFile) bool { return e.Name == f.Sealed })
		out.Files = append(out.Files, f)
	case storage.PartNote:
		var n Note
		if err := opened.Read(p, &n); err != nil {
			return err
		}
		switch {
		case n.About == AboutFacts:
			out.FactsDay, out.Grave = n.Facts, n.Grave
		case TransitionOf(fromTo(n.About)) != nil:
			reasons[n.About] = append(reasons[n.About], n.Text)
		default:
			if n.Hold != nil {
				out.holdNotes[p.Seq] = *n.Hold
			}
			out.Notes = append(out.Notes, OpenedNote{p.Day, names[n.By], n.Text, n.About})
		}
	case storage.PartAct:
		a := OpenedAct{Seq: int(p.Seq), Day: p.Day}
		if err := opened.Read(p, &a.Act); err != nil {
			return err
		}
		a.By = names[a.Act.By]
		out.Acts = append(out.Acts, a)
	case storage.PartExport:
		e := OpenedExport{Seq: int(p.Seq), Day: p.Day}
		if err := opened.Read(p, &e.Turned); err != nil {
			return err
		}
		out.Exports = append(out.Exports, e)
	case storage.PartEvent:
		var e Event
		if err := opened.Read(p, &e); err != nil {
			return err
		}
		if e.Data["number"] != "" {
			out.File = e.Data["number"]
		}
		out.Events = append(out.Events, e)
	}
	return nil
}

// fromTo reads "R0-R1".
func fromTo(about string) (from, to string) {
	if len(about) != 5 || about[2] != '-' {
		return "", ""
	}
	return about[:2], about[3:]
}

// Download is a file of a case, opened.
type Download struct {
	Name, Type string
	Bytes      []byte
}

// Fetch opens a file of a part: the working copy of evidence, a signed writ, or the
// copy for another authority, which stays sealed. It gets a name of ours.
func (o *Office) Fetch(ctx context.Context, h Hand, id, kind string, seq uint64) (d Download, err error) {
	var c storage.Complaint
	var parts []storage.ComplaintPart
	if err := o.db.View(ctx, h.Tenant, func(tx *storage.Txn) (err error) {
		if _, err := hand(tx, h); err != nil {
			return err
		}
		if c, err = o.holdCase(tx, id, h.User); err != nil {
			return err
		}
		parts, err = tx.Parts(id)
		return err
	}); err != nil {
		return d, err
	}
	n := 0
	for _, p := range parts {
		if p.Kind != kind {
			continue
		}
		if n++; p.Seq != seq {
			continue
		}
		if kind == storage.PartExport {
			if len(p.Files) != 1 {
				return d, ErrNoCase
			}
			b, err := o.files.Get(p.Files[0].Name)
			return Download{c.Folio + ".tar.age", "application/octet-stream", b}, err
		}
		return o.fetch(h, &c, p, n)
	}
	return d, ErrNoCase
}

func (o *Office) fetch(h Hand, c *storage.Complaint, p storage.ComplaintPart, n int) (d Download, err error) {
	opened, err := o.OpenCase(h.Tenant, *c, h.User, h.Key)
	if err != nil {
		return d, closed(err)
	}
	defer opened.Close()
	var sealed string
	if p.Kind == storage.PartAct {
		var a Act
		if err := opened.Read(p, &a); err != nil {
			return d, err
		}
		sealed, d.Name, d.Type = a.Sealed, "acto-"+number(n)+".pdf", "application/pdf"
	} else {
		var f File
		if err := opened.Read(p, &f); err != nil {
			return d, err
		}
		sealed, d.Name, d.Type = f.Sealed, f.Kind.Name(n), f.Kind.MIME()
	}
	for _, e := range p.Files {
		if e.Name == sealed {
			d.Bytes, err = opened.File(e)
			return d, err
		}
	}
	return d, ErrNoCase
}
