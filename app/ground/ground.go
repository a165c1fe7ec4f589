// Package ground is the ground on which the office reads what is private of a
// declaration (LGRA 29 to 31): the number of a file and a reason. Package declare asks
// for one to hand out a declaration, package verify to hand out what was found in one.
package ground

import (
	"errors"
	"strings"
	"unicode/utf8"

	"declara/app/errs"
)

const (
	maxFile                 = 60 // characters of the number of a file
	leastReason, mostReason = 10, 500
)

// Ground is why something is read.
type Ground struct {
	File   string // number of the file (expediente)
	Reason string
}

// What may be wrong with a ground; both may be at once.
var (
	ErrFile   = errs.New(errs.Invalid, "ground.error.file")
	ErrReason = errs.New(errs.Invalid, "ground.error.reason")
)

// Check reads the ground as it was typed.
func (g Ground) Check() (Ground, error) {
	g.File, g.Reason = strings.Join(strings.Fields(g.File), " "), strings.TrimSpace(strings.ReplaceAll(g.Reason, "\r\n", "\n"))
	var wrong []error
	if !Fits(g.File, 1, maxFile) {
		wrong = append(wrong, ErrFile)
	}
	if !Fits(g.Reason, leastReason, mostReason) {
		wrong = append(wrong, ErrReason)
	}
	return g, errors.Join(wrong...)
}

// Fits reports whether a text has so many characters and none that hides or turns another.
func Fits(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
	})
}
