package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// contents are the unpacked streams of a document that are drawing operators: its
// pages, in order.
func contents(t tb, doc []byte) []string {
	t.Helper()
	var out []string
	for _, part := range bytes.Split(doc, []byte("stream\n"))[1:] {
		z, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			continue
		}
		b, err := io.ReadAll(z)
		if err == nil && bytes.Contains(b, []byte(" Tj ET")) {
			out = append(out, string(b))
		}
	}
	return out
}

var shown = regexp.MustCompile(`(?s)Td \(((?:[^\\()]|\\.)*)\) Tj`)

// textOf is the text of a document as its pages draw it: one line a piece.
func textOf(t tb, doc []byte) string {
	t.Helper()
	var b strings.Builder
	for _, page := range contents(t, doc) {
		for _, m := range shown.FindAllStringSubmatch(page, -1) {
			b.WriteString(unescape(t, m[1]))
			b.WriteByte('\n')
		}
		b.WriteByte('\f')
	}
	return b.String()
}

// unescape reads a PDF string in UTF-16 as gofpdf writes it.
func unescape(t tb, s string) string {
	t.Helper()
	s = strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`, `\r`, "\r").Replace(s)
	if len(s)%2 != 0 {
		t.Fatalf("odd text string %q", s)
	}
	units := make([]uint16, len(s)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16([]byte(s[2*i:]))
	}
	return string(utf16.Decode(units))
}

// checkShape holds a file to what every reader needs: its offsets lead to its
// objects, and the end leads to the table of offsets.
func checkShape(t tb, doc []byte) {
	t.Helper()
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(doc)
	if m == nil {
		t.Fatal("no startxref at the end")
	}
	at, _ := strconv.Atoi(string(m[1]))
	if at >= len(doc) || !bytes.HasPrefix(doc[at:], []byte("xref\n0 ")) {
		t.Fatal("startxref does not lead to the table")
	}
	entries := regexp.MustCompile(`(?m)^(\d{10}) 00000 n `).FindAllSubmatch(doc[at:], -1)
	for i, e := range entries {
		off, _ := strconv.Atoi(string(e[1]))
		if want := strconv.Itoa(i+1) + " 0 obj\n"; off >= at || !bytes.HasPrefix(doc[off:], []byte(want)) {
			t.Fatalf("object %d is not at %d", i+1, off)
		}
	}
	if len(entries) == 0 {
		t.Fatal("no objects")
	}
}

// pages is how many pages a document has.
func pages(doc []byte) int { return bytes.Count(doc, []byte("/Type /Page\n")) }

// tool runs a program of poppler-utils over a document, or skips the test.
func tool(t *testing.T, doc []byte, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed (Debian: poppler-utils)", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = bytes.NewReader(doc)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil || errs.Len() > 0 {
		t.Fatalf("%s: %v %s", name, err, errs.String())
	}
	return string(out)
}

// tb is what the helpers need of a test, rapid's too.
type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}
