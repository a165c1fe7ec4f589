package sign_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
)

var background = context.Background()

// noStamper never stamps.
type noStamper struct{}

func (noStamper) Stamp(context.Context, [32]byte) ([]byte, error) { return nil, errors.New("away") }

// bomb is a stream that unpacks to many zeros.
func bomb(size int) string {
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		panic(err)
	}
	for range size >> 10 {
		if _, err := z.Write(make([]byte, 1<<10)); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return fmt.Sprintf("<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", b.Len(), b.String())
}

// tables is a file with as many revisions as fit, each naming many objects.
func tables() []byte {
	b := []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
	prev := 0
	for len(b) < 15<<20 {
		at := len(b)
		b = append(b, "xref\n0 1\n0000000000 65535 f \n1 49000\n"...)
		for range 49000 {
			b = append(b, "0000000009 00000 n \n"...)
		}
		b = append(b, "trailer\n<< /Size 49001 /Root 1 0 R "...)
		if prev > 0 {
			b = fmt.Appendf(b, "/Prev %d ", prev)
		}
		b = fmt.Appendf(b, ">>\nstartxref\n%d\n%%%%EOF\n", at)
		prev = at
	}
	return b
}
