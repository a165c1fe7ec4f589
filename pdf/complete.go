package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
)

var errShape = errors.New("pdf: the generator's file has another shape than expected")

// complete adds to gofpdf's file what gofpdf cannot write: the language, that
// the window shows the title, a file identifier (the hash of what comes before,
// so it is as deterministic as the rest) and the version that these need.
//
// The catalogue is the last object that gofpdf writes, so that it can grow
// without moving another: the table of offsets stays true.
func complete(b []byte, lang string) ([]byte, error) {
	const old, version = "%PDF-1.3", "%PDF-1.7"
	root := bytes.LastIndex(b, []byte("\n/Type /Catalog\n"))
	xref := bytes.LastIndex(b, []byte("\nxref\n"))
	trailer := bytes.LastIndex(b, []byte("\ntrailer\n<<\n"))
	if !bytes.HasPrefix(b, []byte(old)) || root < 0 || xref < root || trailer < xref {
		return nil, errShape
	}
	id := sha256.Sum256(b[:xref])
	add := fmt.Appendf(nil, "\n/Lang (%s)\n/ViewerPreferences <</DisplayDocTitle true>>", tag(lang))
	out := make([]byte, 0, len(b)+256)
	out = append(out, version...)
	out = append(out, b[len(old):root]...)
	out = append(out, add...)
	out = append(out, b[root:xref+1]...)
	start := len(out)
	out = append(out, b[xref+1:trailer]...)
	out = fmt.Appendf(out, "\ntrailer\n<<\n/ID [<%x> <%x>]\n", id[:16], id[:16])
	end := bytes.LastIndex(b, []byte("startxref\n"))
	if end < trailer {
		return nil, errShape
	}
	out = append(out, b[trailer+len("\ntrailer\n<<\n"):end]...)
	out = append(out, "startxref\n"...)
	out = strconv.AppendInt(out, int64(start), 10)
	return append(out, "\n%%EOF\n"...), nil
}

// tag keeps of a BCP 47 tag only the characters that one may have.
func tag(lang string) []byte {
	var out []byte
	for _, c := range []byte(lang) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			out = append(out, c)
		}
	}
	return out
}
