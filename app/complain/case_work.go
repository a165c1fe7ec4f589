package complain

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/complain/evidence"
	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// Note is the sealed content of a note of the office. Beside what somebody writes,
// notes are where reasons stand, and the day of the facts.
type Note struct {
	Text  string `json:"text,omitempty"`
	Envio string `json:"envio,omitempty"` // of the form
	By    string `json:"by,omitempty"`    // user
	About string `json:"about,omitempty"` // "case.excuse", "R1-R3" …: what it is the reason of
	Facts string `json:"facts,omitempty"` // the day on which it happened, yyyy-mm-dd
	Grave bool   `json:"grave,omitempty"` // with Facts: it may be grave

	Hold *HoldNote `json:"hold,omitempty"` // what a hold rests on
}

// Act is the sealed content of a writ: what the signed sheet is, which lies beside it.
type Act struct {
	Kind   string `json:"kind"`
	Hash   string `json:"hash"` // SHA-256 of the file, hex
	Size   int    `json:"size"`
	Sealed string `json:"sealed"` // name of the file among the part's
	By     string `json:"by"`
}

// AboutFacts marks the notes that tell the day of the facts.
const AboutFacts = "hechos"

// maxWords is the most characters of a message, a note or a reason.
const maxWords = 20_000

// written checks a text that somebody of the office wrote.
func written(text string, missing error) error {
	switch {
	case text == "":
		return missing
	case utf8.RuneCountInString(text) > maxWords:
		return errLong
	}
	return nil
}

// Say sends a message to who complained. The same envio twice is one message.
func (o *Office) Say(ctx context.Context, h Hand, id, text, envio string) error {
	text = plain(text)
	if err := written(text, errText); err != nil {
		return err
	}
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		if c.External != "" {
			return errSealed
		}
		if there, err := o.thereAlready(tx, c, h, storage.PartMessage, envio); err != nil || there {
			return err
		}
		if err := o.acted(tx, c); err != nil {
			return err
		}
		_, err := o.Append(tx, id, NewPart{Kind: storage.PartMessage, From: storage.FromOffice, Text: encode(Message{text, envio}), Mail: true})
		return err
	})
}

// Remark adds a note, which only who holds the case reads.
func (o *Office) Remark(ctx context.Context, h Hand, id, text, envio string) error {
	text = plain(text)
	if err := written(text, errText); err != nil {
		return err
	}
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		if there, err := o.thereAlready(tx, c, h, storage.PartNote, envio); err != nil || there {
			return err
		}
		_, err := o.Append(tx, id, NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: encode(Note{Text: text, Envio: envio, By: h.User})})
		return err
	})
}

// thereAlready reports whether the office sent a form before.
func (o *Office) thereAlready(tx *storage.Txn, c *storage.Complaint, h Hand, kind, envio string) (bool, error) {
	if envio == "" {
		return false, nil
	}
	opened, err := o.OpenCase(h.Tenant, *c, h.User, h.Key)
	if err != nil {
		return false, closed(err)
	}
	defer opened.Close()
	parts, err := tx.Parts(c.ID)
	if err != nil {
		return false, err
	}
	for _, p := range parts {
		if p.Kind != kind || p.From != storage.FromOffice {
			continue
		}
		var n Note
		if err := opened.Read(p, &n); err != nil {
			return false, err
		}
		if n.Envio == envio {
			return true, nil
		}
	}
	return false, nil
}

// closed is why a case does not open, as whoever asks is told: as if there were none.
func closed(err error) error {
	if errors.Is(err, vault.ErrOpen) || errors.Is(err, storage.ErrNotFound) {
		return ErrNoCase
	}
	return err
}

// Happening sets the day of the facts, from which a case prescribes. The day is sealed;
// in clear is the beginning of the month in which it prescribes. Of a month ("2026-03") or
// a year ("2026") it is the first day: a limit is never told later than it is.
func (o *Office) Happening(ctx context.Context, h Hand, id, day string, grave bool) error {
	var at time.Time
	var err error
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		if at, err = time.Parse(form, day); err == nil {
			break
		}
	}
	if err != nil {
		return errFacts
	}
	day = at.Format(time.DateOnly)
	return o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		today, err := o.today(tx)
		if err != nil {
			return err
		}
		if day > today || at.Year() < 1990 {
			return errFacts
		}
		if c.Clocks == nil {
			c.Clocks = map[string]string{}
		}
		if Class(c) == "" { // classified, it prescribes no more
			c.Clocks[ClockPrescription] = blurred(Prescribes(day, grave))
		}
		if err := tx.PutComplaint(*c, c.Version); err != nil {
			return err
		}
		_, err = o.Append(tx, id, NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: encode(Note{By: h.User, About: AboutFacts, Facts: day, Grave: grave})})
		return err
	})
}

// Sheet is a signed writ as it was uploaded.
type Sheet struct {
	Kind  string
	Bytes []byte
}

// Step is a move that somebody asks for.
type Step struct {
	To        string
	Moves     int    // that the case had when she read it
	Sheet     *Sheet // the signed writ, or
	Act       uint64 // one that is in the case already: its sequence number
	Reason    string
	Motive    string
	Question  string
	Authority string // name, of the settings
	File      string // number of the file
	Envio     string
}

// check looks at what can be told without the case, and tells all that is wrong at once
// (errors.Join). What a way does not ask for is not kept: a motive stands in clear.
func (s *Step) check(t *Transition) error {
	s.Reason, s.Question, s.File = plain(s.Reason), plain(s.Question), strings.Join(strings.Fields(s.File), " ")
	var all []error
	switch {
	case t.Motives == nil:
		s.Motive = ""
	case !slices.Contains(t.Motives, s.Motive):
		all = append(all, errMotive)
	}
	switch {
	case t.Asks == AskFile && (s.File == "" || utf8.RuneCountInString(s.File) > 60):
		all = append(all, errFile)
	case t.Asks == AskAuthority && s.Authority == "":
		all = append(all, errAuthority)
	case t.Asks == AskQuestion:
		all = append(all, written(s.Question, errQuestion))
	}
	if t.Reason || s.Reason != "" {
		all = append(all, written(s.Reason, errReason))
	}
	switch {
	case s.Sheet != nil:
		if t.Document != "" && t.Document != ActOther {
			s.Sheet.Kind = t.Document
		}
		all = append(all, s.Sheet.check())
	case t.Document != "" && s.Act == 0:
		all = append(all, errDocument)
	}
	return errors.Join(all...)
}

// Move moves a case. When it was moved meanwhile by somebody else, it is not moved
// again, and what was uploaded is kept in it: the error is of errs.Conflict then.
func (o *Office) Move(ctx context.Context, h Hand, id string, s Step) error {
	var c storage.Complaint
	if err := o.change(ctx, h, id, func(_ *storage.Txn, now *storage.Complaint, u *storage.User) error {
		c = *now
		return allowed(now, u, &s)
	}); errs.CodeOf(err) == errs.Conflict && s.Sheet != nil {
		return errors.Join(err, o.File(ctx, h, id, *s.Sheet))
	} else if err != nil {
		return err
	}
	t := TransitionOf(c.State, s.To)
	if err := s.check(t); err != nil {
		return err
	}
	act, sealed, err := o.sheet(h, &c, s.Sheet)
	if err != nil {
		return err
	}
	turned, err := o.turning(ctx, h, &c, t, &s)
	if err != nil {
		return errors.Join(err, o.files.Remove(names(sealed)...))
	}
	kept := false
	err = o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		kept = false
		if err := allowed(c, u, &s); err != nil {
			if errs.CodeOf(err) != errs.Conflict || act == nil {
				return err
			}
			kept = true
			_, err := o.Append(tx, id, NewPart{Kind: storage.PartAct, From: storage.FromOffice, Text: encode(*act), Files: sealed})
			return err
		}
		return o.move(tx, c, h, t, &s, act, sealed, turned)
	})
	if err == nil && kept {
		return errors.Join(errMoved, o.files.Remove(turned.names()...))
	}
	if err != nil {
		return errors.Join(err, o.files.Remove(append(names(sealed), turned.names()...)...))
	}
	return nil
}

// allowed checks a step against the case as it is.
func allowed(c *storage.Complaint, u *storage.User, s *Step) error {
	if len(c.Moves) != s.Moves {
		return errMoved
	}
	t := TransitionOf(c.State, s.To)
	switch {
	case t == nil || c.External != "":
		return errNoWay
	case !t.may(c, u.ID, u.Roles):
		if done := sides(c, u.ID); t.Side == Substantiate && slices.Contains(done, Investigates) || t.Side == Investigates && slices.Contains(done, Substantiate) {
			return errSide
		}
		return errNoWay
	}
	return nil
}

// check says why a sheet is none.
func (s *Sheet) check() error {
	if kind, err := evidence.Inspect("acto.pdf", s.Bytes); err != nil {
		return refusal(err)
	} else if kind != evidence.PDF {
		return errPDF
	}
	return nil
}

// sheet seals a signed writ to its case.
func (o *Office) sheet(h Hand, c *storage.Complaint, s *Sheet) (*Act, []storage.EvidenceFile, error) {
	if s == nil {
		return nil, nil, nil
	}
	if err := s.check(); err != nil {
		return nil, nil, err
	}
	public, err := vault.ParsePublic(c.Case.Public)
	if err != nil {
		return nil, nil, err
	}
	e, err := o.sealFile(h.Tenant, c.ID, public, nil, s.Bytes, purposeWorking, false)
	if err != nil {
		return nil, nil, err
	}
	if !slices.Contains(ActKinds, s.Kind) {
		s.Kind = ActOther
	}
	return &Act{Kind: s.Kind, Hash: digest(s.Bytes), Size: len(s.Bytes), Sealed: e.Name, By: h.User}, []storage.EvidenceFile{e}, nil
}

// File adds a signed writ to a case without moving it: a requirement that was sent, or
// an answer that came on paper.
func (o *Office) File(ctx context.Context, h Hand, id string, s Sheet) error {
	var c storage.Complaint
	if err := o.change(ctx, h, id, func(_ *storage.Txn, now *storage.Complaint, _ *storage.User) error { c = *now; return nil }); err != nil {
		return err
	}
	act, sealed, err := o.sheet(h, &c, &s)
	if err != nil {
		return err
	}
	err = o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		if err := o.acted(tx, c); err != nil {
			return err
		}
		_, err := o.Append(tx, id, NewPart{Kind: storage.PartAct, From: storage.FromOffice, Text: encode(*act), Files: sealed})
		return err
	})
	if err != nil {
		return errors.Join(err, o.files.Remove(names(sealed)...))
	}
	return nil
}

// move is the one place where a case changes its state.
func (o *Office) move(tx *storage.Txn, c *storage.Complaint, h Hand, t *Transition, s *Step, act *Act, sealed []storage.EvidenceFile, turned turned) error {
	day, err := o.today(tx)
	if err != nil {
		return err
	}
	k, err := calendarOf(tx)
	if err != nil {
		return err
	}
	m := storage.ComplaintMove{From: t.From, To: t.To, Day: day, By: h.User, Motive: s.Motive, Part: c.Next}
	if t.To == StateTurned {
		m.Motive = MotiveCompetence
	}
	switch {
	case act != nil:
		m.Document = act.Hash
	case s.Act != 0:
		if m.Document, err = o.unused(tx, c, h, t, s.Act); err != nil {
			return err
		}
	}
	c.State, c.Since, c.Moves = t.To, day, append(c.Moves, m)
	if c.Clocks == nil {
		c.Clocks = map[string]string{}
	}
	c.Clocks[clockAct] = day
	k.promise(c)
	if t.To == StateClassified { // LGRA 74
		delete(c.Clocks, ClockPrescription)
	}
	if err := tx.PutComplaint(*c, c.Version); err != nil {
		return err
	}
	for _, p := range o.moveParts(t, s, h, act, sealed, turned) {
		if _, err := o.Append(tx, c.ID, p); err != nil {
			return err
		}
	}
	if err := o.Happened(tx, c.ID, EventMoved, toldOf(c, t, s, &m)); err != nil {
		return err
	}
	return tx.Audit(storage.AuditEntry{At: o.now(), Actor: h.User, Act: "case.move", About: c.ID})
}

// promise sets the day by which who complained will hear something.
func (k Calendar) promise(c *storage.Complaint) {
	delete(c.Clocks, ClockNext)
	if next := StateOf(c.State).Next; next.Clock != "" {
		c.Clocks[ClockNext] = k.end(next, c)
	}
}

// moveParts are what a move adds to its case: first why, then the writ, then what who
// complained is asked, and what goes to the other authority.
func (o *Office) moveParts(t *Transition, s *Step, h Hand, act *Act, sealed []storage.EvidenceFile, turned turned) (all []NewPart) {
	all = append(all, NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: encode(Note{Text: s.Reason, By: h.User, About: t.From + "-" + t.To})})
	if act != nil {
		all = append(all, NewPart{Kind: storage.PartAct, From: storage.FromOffice, Text: encode(*act), Files: sealed})
	}
	if t.Asks == AskQuestion {
		all = append(all, NewPart{Kind: storage.PartMessage, From: storage.FromOffice, Text: encode(Message{s.Question, s.Envio}), Mail: true})
	}
	if turned.file != nil {
		all = append(all, NewPart{Kind: storage.PartExport, From: storage.FromSystem, Text: encode(Turned{turned.to, turned.hash}), Files: []storage.EvidenceFile{*turned.file}})
	}
	return all
}

// toldOf is what who complained is told of a move. The reason of the office stays there.
func toldOf(c *storage.Complaint, t *Transition, s *Step, m *storage.ComplaintMove) map[string]string {
	d := map[string]string{"from": t.From, "to": t.To}
	for key, v := range map[string]string{"document": m.Document, "motive": m.Motive, "next": c.Clocks[ClockNext]} {
		if v != "" {
			d[key] = v
		}
	}
	switch t.Asks {
	case AskAuthority:
		d["authority"] = s.Authority
	case AskFile:
		d["number"] = s.File
	}
	return d
}

// TakesAct reports whether a writ of a kind is what a way asks for.
func (t *Transition) TakesAct(kind string) bool {
	return kind != ActDeclaration && (t.Document == "" || t.Document == ActOther || t.Document == kind)
}

// unused is the hash of a writ that is in the case, of the kind that a way asks for, and
// that no move was made with.
func (o *Office) unused(tx *storage.Txn, c *storage.Complaint, h Hand, t *Transition, seq uint64) (string, error) {
	p, err := tx.Part(c.ID, seq)
	if errors.Is(err, storage.ErrNotFound) || err == nil && p.Kind != storage.PartAct {
		return "", errDocument
	} else if err != nil {
		return "", err
	}
	opened, err := o.OpenCase(h.Tenant, *c, h.User, h.Key)
	if err != nil {
		return "", closed(err)
	}
	defer opened.Close()
	text, err := opened.Part(p)
	if err != nil {
		return "", err
	}
	var a Act
	if err := json.Unmarshal(text, &a); err != nil {
		return "", err
	}
	switch {
	case slices.ContainsFunc(c.Moves, func(m storage.ComplaintMove) bool { return m.Document == a.Hash }):
		return "", errDocument
	case !t.TakesAct(a.Kind):
		return "", errKind
	}
	return a.Hash, nil
}
