package declare

import (
	"strconv"

	"declara/app/errs"
	"declara/forms"
)

// maxDraft is the most that the answers of a draft may take, with their paths, in
// bytes. Each save writes the whole draft while everybody else who saves waits, and
// each page reads it, so who fills hers with what no form asks for would stop the
// site for all. A declaration whose every list is full has about half of it.
const maxDraft = 4 << 20

var errDraftSize = errs.New(errs.TooLarge, "web.error.toolarge", strconv.Itoa(maxDraft>>10))

// size is what answers take, in bytes.
func size(a forms.Answers) (n int) {
	for p, values := range a {
		n += len(p)
		for _, v := range values {
			n += len(v)
		}
	}
	return n
}

// bounded refuses a change that makes a draft larger than maxDraft. One that makes
// it smaller always goes in.
func (w *Work) bounded() error {
	if n := size(w.Kept.Draft.Answers); n > maxDraft && n > w.had {
		return errDraftSize
	}
	return nil
}
