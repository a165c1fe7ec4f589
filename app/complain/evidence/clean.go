package evidence

import (
	"bytes"
	"slices"
)

// Working is the copy that officials see.
type Working struct {
	Kind  Kind
	Bytes []byte
	Lost  []Loss // what the original has and this has not, sorted; empty in the usual case
}

// cleaned is what a cleaner hands over to be checked.
type cleaned struct {
	out []byte
	// removed are the bytes taken out that could tell who or where: the checker looks
	// for their words again.
	removed [][]byte
	// frame are the parts of out in which nothing of removed may be: all but pixels,
	// sound and the sender's own text, where a name may rightly stand.
	frame [][]byte
	// whole are values taken out that are looked for as they are, in labels: the places
	// of a document that are neither text nor a name the sender gave to something.
	whole  []string
	labels []byte
	lost   []Loss
}

func (c *cleaned) lose(l Loss) { c.lost = append(c.lost, l) }

func (c *cleaned) drop(b []byte) {
	if len(b) > 0 {
		c.removed = append(c.removed, b)
	}
}

// Clean makes the working copy of a file that Inspect found to be of kind k. It is
// a function of its bytes: the same file always gives the same copy. It does not
// change b, and the copy shares no memory with it.
//
// It fails closed. The copy is inspected and cleaned again, which must leave it as it
// is, and the words that were taken out are looked for in it.
func Clean(k Kind, b []byte) (Working, error) {
	if found, err := Inspect("", b); err != nil {
		return Working{}, err
	} else if found != k {
		return Working{}, refuse(Unknown)
	}
	c, err := clean(k, b)
	if err != nil {
		return Working{}, err
	}
	if err := verify(k, c); err != nil {
		return Working{}, err
	}
	slices.Sort(c.lost)
	return Working{Kind: k, Bytes: c.out, Lost: slices.Compact(c.lost)}, nil
}

// clean sends each kind to its cleaner. What a cleaner cannot explain it refuses.
func clean(k Kind, b []byte) (cleaned, error) {
	switch k {
	case JPEG:
		return cleanJPEG(b, true)
	case PNG:
		return cleanPNG(b)
	case WebP:
		return cleanWebP(b)
	case PDF:
		return cleanPDF(b)
	case Text:
		return cleanText(b)
	case MP3, AAC:
		return cleanFrames(b)
	case OGG:
		return cleanOGG(b)
	case WAV:
		return cleanWAV(b)
	case AMR:
		return cleanAMR(b)
	case M4A, GP3, MP4, MOV:
		return cleanMovie(b)
	case DOCX, XLSX:
		return cleanOffice(k, b)
	}
	return cleaned{}, refuse(Unknown)
}

// verify holds a copy to be clean: it is still what it was, a second cleaning finds
// nothing to do, and nothing that was taken out is left in its frame.
func verify(k Kind, c cleaned) error {
	if found, err := Inspect("", c.out); err != nil || found != k {
		return refuse(Unclean)
	}
	again, err := clean(k, c.out)
	if err != nil || len(again.removed) > 0 || !bytes.Equal(again.out, c.out) {
		return refuse(Unclean)
	}
	if traces(c.removed, c.frame) || tracesWhole(c.whole, c.labels) {
		return refuse(Unclean)
	}
	return nil
}
