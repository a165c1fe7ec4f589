package pdf

import (
	"fmt"
	"io"
	"strings"
	"time"

	"declara/forms"
)

// Declaration is all that a document tells of one filing. Nothing is looked up:
// no clock, no store, no environment.
type Declaration struct {
	// Document is what is printed: the full document for Full, the public one for
	// Public. Receipt reads only its form, and never the content.
	Document forms.Document

	Folio    string // "VE-2026-000123"
	Unsealed bool   // drawn to be signed, before it is received: there is no folio, and Filed is when it was drawn
	ID       string // public id of the filing; the file names it, for who checks it
	Year     int    // year in which it was due
	Interest bool   // an update of interests, which has no due day (Norma 8ª)
	Person   string // whole name of who declares
	Post     string // empleo, cargo o comisión

	Institution string // "Municipio de Valle Encinos"
	Office      string // "Órgano Interno de Control"
	Initials    string // two or three letters for the seal

	Filed  time.Time      // instant of filing: also both dates of the file
	Zone   *time.Location // of the institution; nil is UTC
	Due    string         // yyyy-mm-dd, or "" when there is no limit
	Late   bool           // filed after Due
	Method string         // how it was signed: "password", "efirma" or "paper"

	Received string // yyyy-mm-dd on which it was received on paper; "" otherwise
	Scan     string // SHA-256 of the scan of that paper, hex

	Hash       string  // SHA-256 of the full result document, hex
	PublicHash string  // SHA-256 of the public result document, hex; "" while it is reserved
	Leaf       *uint64 // place in the log of filings; nil leaves it out

	CheckURL string // whole address of the page that checks this filing
	Lang     string // BCP 47 tag of the words, for the file's language
	Words    Words
}

// Words turn keys, amounts and dates into the reader's language. *i18n.Printer
// is one.
type Words = forms.Words

// Full writes the private version, for who declared and for those whom the law
// lets read it: every live answer by section; those that are not public carry
// "No público" and the double line. The caller has checked who asks.
//
// The same Declaration gives the same bytes. It is safe for concurrent use, at
// some megabytes of memory each: callers bound how many run at once.
func Full(w io.Writer, in Declaration) error { return write(w, in, full) }

// Public writes the version for anybody. in.Document must be the public
// document, which is all that this function knows: what the law reserves is not
// left out here, it was never given (decision: redaction happens once, at
// publication). Should an answer that the table calls private be in it all the
// same, it is not printed.
func Public(w io.Writer, in Declaration) error { return write(w, in, public) }

// kind is which of the versions is written.
type kind uint8

const (
	full kind = iota
	public
)

// slug is the last part of the keys of words that differ by version.
func (k kind) slug() string { return [...]string{"full", "public"}[k] }

func write(w io.Writer, in Declaration, k kind) error {
	chapters, err := read(in, k)
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	var rows []row
	for i := range chapters {
		rows = append(rows, chapterRows(in.Words, chapters, i)...)
	}
	pages := paginate(rows, bodyTop, bodyBottom)
	s := newSheet(in.meta(k))
	in.cover(s, k, chapters, find(pages, len(chapters)), len(pages)+1)
	for n, page := range pages {
		s.newPage()
		in.runningHead(s, chapters[page[0].chapter], in.name()+" · "+clip(in.Person, 160))
		in.foot(s, k, n+2, len(pages)+1)
		drawRows(s, chapters, page)
	}
	return s.done(w, in.Lang)
}

// drawRows draws one page of rows, the double line of the private ones, and the
// outline entry of each section that begins on it.
func drawRows(s *sheet, chapters []chapter, page []placed) {
	for i, r := range page {
		if r.draw != nil {
			r.draw(s, r.y)
		}
		if r.private {
			top := r.y
			if i > 0 && page[i-1].private && page[i-1].chapter == r.chapter && r.gap < 12 {
				top = page[i-1].y + page[i-1].height
			}
			s.upright(textLeft, top, r.y+r.height, border)
		}
		if c := &chapters[r.chapter]; r.first {
			s.bookmark(c.number+" "+c.title, 1, r.y)
		}
	}
}

// local is the hour of filing in the institution's zone.
func (in Declaration) local() time.Time {
	if in.Zone == nil {
		return in.Filed.UTC()
	}
	return in.Filed.In(in.Zone)
}

// name is what was filed: "Declaración de modificación 2026".
func (in Declaration) name() string { return oneLine(in.Words.T("pdf.title."+in.slug(), in.Year)) }

// slug is the last part of the keys of words that differ by what was filed.
func (in Declaration) slug() string {
	if in.Interest {
		return "interest"
	}
	return in.Document.Form.Type.Slug()
}

func (in Declaration) meta(k kind) meta {
	return meta{
		title:    in.Words.T("pdf.meta."+k.slug(), in.name(), in.Person),
		subject:  in.subject(),
		author:   in.Institution,
		keywords: strings.Join([]string{"declara", k.slug(), in.ID, in.hash(k)}, " "),
		at:       in.local(),
	}
}

// subject is the folio; before there is one, the day on which it was drawn.
func (in Declaration) subject() string {
	if in.Unsealed {
		return in.Words.T("pdf.unsealed.made", in.day(), in.hour())
	}
	return in.Words.T("pdf.folio") + " " + in.Folio
}
