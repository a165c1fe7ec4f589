package pdf

import (
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"
)

// fontFiles holds the faces and, beside them, their licences, which must travel
// with them. ReadFile gives a copy each time: gofpdf writes into the slice that
// it is given, so two documents must never share one.
//
//go:embed fonts/*.ttf fonts/*.txt
var fontFiles embed.FS

// face is one of the embedded fonts.
type face uint8

const (
	regular   face = iota // Asap
	bold                  // Asap Bold
	title                 // Faustina Bold, as the titles of the pages
	mono                  // DejaVu Sans Mono, for hashes
	lent                  // DejaVu Sans Condensed: what Asap lacks
	lentBold              // DejaVu Sans Condensed Bold: what the bold faces lack
	faceCount             // not a face
)

var faceFiles = [faceCount]string{
	regular:  "fonts/Asap-Regular.ttf",
	bold:     "fonts/Asap-Bold.ttf",
	title:    "fonts/Faustina-Bold.ttf",
	mono:     "fonts/DejaVuSansMono-Regular.ttf",
	lent:     "fonts/DejaVuSansCondensed-Regular.ttf",
	lentBold: "fonts/DejaVuSansCondensed-Bold.ttf",
}

// faceNames are the names of the faces inside a file.
var faceNames = [faceCount]string{
	regular: "asap", bold: "asapbold", title: "faustinabold", mono: "dejavumono", lent: "dejavu", lentBold: "dejavubold",
}

// lender is the face that draws what a face has no glyph for.
var lender = [faceCount]face{
	regular: lent, bold: lentBold, title: lentBold, mono: lent, lent: lent, lentBold: lentBold,
}

// unknown is drawn for what no face can draw: a visible mark, never nothing.
const unknown = '\uFFFD'

// metrics says what a face can draw and how wide it is, in thousandths of the
// size, rounded as gofpdf rounds it.
type metrics map[rune]int

// widths reads the metrics of every face once.
var widths = sync.OnceValue(func() (all [faceCount]metrics) {
	for f := range all {
		b, err := fontFiles.ReadFile(faceFiles[f])
		if err == nil {
			all[f], err = readMetrics(b)
		}
		if err != nil {
			panic(fmt.Sprintf("pdf: embedded font %s: %v", faceFiles[f], err))
		}
	}
	return all
})

// has reports whether the face has a glyph for r.
func (f face) has(r rune) bool {
	_, ok := widths()[f][r]
	return ok
}

var errFont = errors.New("not a TrueType font with a format 4 cmap")

// readMetrics reads cmap (format 4) and hmtx: only of our own files, which a
// test reads whole, so a broken file is an error and not a case.
func readMetrics(b []byte) (m metrics, err error) {
	defer func() {
		if recover() != nil {
			m, err = nil, errFont
		}
	}()
	be := binary.BigEndian
	tables := map[string][]byte{}
	for i := range int(be.Uint16(b[4:])) {
		rec := b[12+16*i:]
		at, size := be.Uint32(rec[8:]), be.Uint32(rec[12:])
		tables[string(rec[:4])] = b[at : at+size]
	}
	perEm := float64(be.Uint16(tables["head"][18:]))
	measured := int(be.Uint16(tables["hhea"][34:])) // glyphs that have a width of their own
	advance := func(glyph int) int {
		glyph = min(glyph, measured-1)
		return int(math.Round(float64(be.Uint16(tables["hmtx"][4*glyph:])) * 1000 / perEm))
	}
	cmap := tables["cmap"]
	for i := range int(be.Uint16(cmap[2:])) {
		sub := cmap[be.Uint32(cmap[4+8*i+4:]):]
		if be.Uint16(sub) == 4 {
			return readSegments(sub, advance), nil
		}
	}
	return nil, errFont
}

// readSegments reads a cmap of format 4 into widths.
func readSegments(sub []byte, advance func(glyph int) int) metrics {
	be := binary.BigEndian
	m := metrics{}
	n := int(be.Uint16(sub[6:])) / 2
	ends, starts := sub[14:], sub[16+2*n:]
	deltas, offsets := sub[16+4*n:], sub[16+6*n:]
	for i := range n {
		first, last := int(be.Uint16(starts[2*i:])), int(be.Uint16(ends[2*i:]))
		delta, offset := int(be.Uint16(deltas[2*i:])), int(be.Uint16(offsets[2*i:]))
		for c := first; c <= last && c != 0xFFFF; c++ {
			glyph := (c + delta) & 0xFFFF
			if offset != 0 {
				glyph = int(be.Uint16(offsets[2*i+offset+2*(c-first):]))
				if glyph != 0 {
					glyph = (glyph + delta) & 0xFFFF
				}
			}
			if glyph != 0 {
				m[rune(c)] = advance(glyph)
			}
		}
	}
	return m
}
