package seal

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"

	"declara/i18n"
	"declara/pdf/sign"
	"declara/pdf/sign/efirma"
)

// Level is how a sentence is meant: in words, shape and colour on a page, by a sign
// in the terminal.
type Level string

// The levels.
const (
	Fine  Level = "fine"
	Note  Level = "note"  // good to know, or could not be checked
	Wrong Level = "wrong" // speaks against the file
)

// Line is one sentence about a file.
type Line struct {
	Level Level  `json:"level"`
	Text  string `json:"text"`
}

// Told are findings in words.
type Told struct {
	Head  Line
	Text  string     // what it means, in one or two sentences
	Signs []SignTold // one for each signature, the oldest first
	Log   []Line     // what the log says of the file
	Mark  string     // what the proof of that is asked for with: a hash or a folio; "" without one
}

// SignTold is a signature in words.
type SignTold struct {
	Head  Line
	Lines []Line
}

// Sentences tells findings in a language. Hours are told in a zone.
func Sentences(p *i18n.Printer, f Findings, zone *time.Location) Told {
	v := f.Verdict()
	t := Told{Head: Line{levels[v], p.T("seal.verdict." + string(v))}}
	switch {
	case v == Unreadable:
		t.Text = word(p, "seal.broken.", f.Broken, sign.Damaged)
		return t
	case v == Sound && !f.Asked:
		t.Text = p.T("seal.verdict.text.offline")
	case v == Sound && f.Complaint != "":
		t.Text = p.T("seal.verdict.text.complaint")
	default:
		t.Text = p.T("seal.verdict.text." + string(v))
	}
	w := writer{p, zone}
	for i, s := range f.Report.Signatures {
		t.Signs = append(t.Signs, w.signature(s, f.Marks[i]))
	}
	t.Log = w.log(&f)
	switch {
	case f.Paper != nil:
		t.Mark = f.Hash
	case f.Begins != nil:
		t.Mark = f.Begins.Folio
	case f.Document != nil:
		t.Mark = f.Document.Folio
	}
	return t
}

var levels = map[Verdict]Level{Sound: Fine, Altered: Wrong, Unsigned: Note, Foreign: Wrong, Revoked: Wrong, Unlogged: Wrong, Other: Note, Unreadable: Wrong}

// word is the words of a reason, or those of another when there are none.
func word(p *i18n.Printer, prefix string, r, other sign.Reason) string {
	if key := prefix + string(r); p.Has(key) {
		return p.T(key)
	}
	return p.T(prefix + string(other))
}

type writer struct {
	p    *i18n.Printer
	zone *time.Location
}

func (w writer) when(t time.Time) string {
	t = t.In(w.zone)
	return w.p.T("seal.when", w.p.Day(t.Format(time.DateOnly)), t.Format("15:04:05"), zoneOf(t))
}

// zoneOf is the difference from UTC, as people write it.
func zoneOf(t time.Time) string { return "UTC" + strings.Replace(t.Format("-07:00"), "-", "\u2212", 1) }

// signature tells who, when, whether what was signed is as it was, what came after,
// and what is known of the certificate.
func (w writer) signature(s sign.Signature, m Mark) (t SignTold) {
	add := func(l Level, key string, args ...any) { t.Lines = append(t.Lines, Line{l, w.p.T(key, args...)}) }
	t.Head = w.who(s)
	switch {
	case s.Valid && s.Document:
		add(Fine, "seal.signature.stamp.valid")
	case s.Valid:
		add(Fine, "seal.signature.valid")
	default:
		t.Head.Level = Wrong
		t.Lines = append(t.Lines, Line{Wrong, word(w.p, "seal.why.", s.Why, sign.BadFormat)})
	}
	w.hour(s, add)
	if !m.Retired.IsZero() {
		t.Head.Level = Wrong
		add(Wrong, "seal.signature.retired", w.when(m.Retired))
	}
	switch {
	case s.After == sign.Appended:
		add(Wrong, "seal.signature.appended")
	case s.After != "":
		add(Wrong, "seal.signature.changed")
	case s.Valid && s.Whole:
		add(Fine, "seal.signature.whole")
	case s.Valid:
		add(Fine, "seal.signature.more")
	}
	if s.Trusted == sign.AnchorSigner {
		switch s.Revocation {
		case sign.Good:
			add(Fine, "seal.signature.good")
		case sign.Revoked:
			t.Head.Level = Wrong
			add(Wrong, "seal.signature.revoked")
		default:
			add(Note, "seal.signature.unchecked")
		}
	}
	return t
}

// who tells whose the signature is. A name that nobody vouches for is told as what
// the file claims.
func (w writer) who(s sign.Signature) Line {
	var name string
	if s.Cert != nil {
		name = clip(strings.Join(strings.Fields(s.Cert.Subject.CommonName), " "))
	}
	name = cmp.Or(name, clip(s.Subject), w.p.T("seal.nobody"))
	switch {
	case !s.Valid && s.Name == "":
		return Line{Wrong, w.p.T("seal.signature.invalid")}
	case !s.Valid:
		return Line{Wrong, w.p.T("seal.signature.invalid.name", clip(s.Name))}
	case s.Document && s.Stamped != nil:
		return Line{Fine, w.p.T("seal.signature.document", stampedBy(s))}
	case s.Document:
		return Line{Note, w.p.T("seal.signature.document.unknown")}
	case s.Trusted == sign.AnchorSeal:
		return Line{Fine, w.p.T("seal.signature.seal", name)}
	case s.Trusted == sign.AnchorSigner:
		return Line{Fine, w.p.T("seal.signature.signer", name, efirma.Of(s.Cert).Serial)}
	}
	return Line{Wrong, w.p.T("seal.signature.stranger", name)}
}

// hour tells when it was signed, and on whose word.
func (w writer) hour(s sign.Signature, add func(Level, string, ...any)) {
	switch {
	case s.Stamped != nil:
		add(Fine, "seal.signature.stamped", w.when(*s.Stamped), stampedBy(s))
	case s.StampWhy != "":
		add(Note, "seal.signature.stamp.bad", w.claimed(s))
	case !s.Document:
		add(Note, "seal.signature.claimed", w.claimed(s))
	}
}

func (w writer) claimed(s sign.Signature) string {
	if s.Claimed.IsZero() {
		return w.p.T("seal.when.never")
	}
	return w.when(s.Claimed)
}

func stampedBy(s sign.Signature) string {
	if s.StampedBy == nil {
		return ""
	}
	return clip(s.StampedBy.Subject.CommonName)
}

// clip shortens what a stranger's certificate says, and leaves out what is no letter:
// a terminal obeys some of it, and some turns the words of a page around.
func clip(s string) string {
	letters := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, s))
	if len(letters) > 120 {
		return string(letters[:120]) + "…"
	}
	return string(letters)
}

// KnownPaper tells what the log says of a paper that only its hash is known of: who
// has it keeps it, and we have not seen it.
func KnownPaper(p *i18n.Printer, hash string, k *Known) Told {
	w := writer{p, k.Zone}
	return Told{
		Head: Line{Fine, p.T("seal.verdict.hash")}, Text: p.T("seal.verdict.text.hash"),
		Log: w.log(&Findings{Asked: true, Paper: k}), Mark: hash,
	}
}

func (w writer) log(f *Findings) (all []Line) {
	add := func(l Level, key string, args ...any) { all = append(all, Line{l, w.p.T(key, args...)}) }
	leaf := func(n uint64) string { return fmt.Sprint(n) }
	switch {
	case !f.Asked:
		add(Note, "seal.log.unasked")
	case f.Paper != nil:
		add(Fine, "seal.log.paper."+f.Paper.Kind, f.Paper.Folio, leaf(f.Paper.Leaf), w.when(f.Paper.Kept))
		if !f.Paper.Filed.IsZero() {
			add(Fine, "seal.log.filed", f.Paper.Folio, w.when(f.Paper.Filed))
		}
	case f.Begins != nil:
		add(Fine, "seal.log.begins", f.Begins.Folio, leaf(f.Begins.Leaf))
	case f.Document != nil:
		add(Fine, "seal.log.document", f.Document.Folio, leaf(f.Document.Leaf), w.when(f.Document.Filed))
		if f.Report.Altered {
			add(Note, "seal.log.altered")
		} else {
			add(Note, "seal.log.othercopy")
		}
	case f.Complaint != "":
		add(Note, "seal.log.complaint", f.Complaint)
	default:
		add(Wrong, "seal.log.absent")
	}
	if f.LogKey != "" {
		add(Note, "seal.log.key", f.LogKey)
	}
	return all
}
