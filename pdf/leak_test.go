package pdf

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"declara/forms"
	"declara/forms/formstest"
)

// solid is text as it can be searched though it was wrapped over lines.
func solid(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// TestLeak marks every private answer that can carry a mark, and looks for the
// marks in all that the public version draws and is called: none is there, and
// none is there either when a caller gives the full document by mistake. The full
// version has each of them, so the test can see.
func TestLeak(t *testing.T) {
	marked := 0
	rapid.Check(t, func(t *rapid.T) {
		f := forms.Lookup(rapid.SampledFrom(forms.AllTypes).Draw(t, "type"), rapid.SampledFrom(forms.AllLevels).Draw(t, "level"))
		d := formstest.Draft(t, f)
		marks := formstest.Markers(d)
		fullDoc, err := forms.Compile(f, d)
		if err != nil {
			t.Skip("the marks broke the draft")
		}
		publicDoc, err := fullDoc.Public(forms.PublicOptions{})
		if err != nil {
			t.Fatal(err)
		}
		marked += len(marks)
		var own, open, mistake bytes.Buffer
		in := filing(t, fullDoc)
		for name, err := range map[string]error{
			"full": Full(&own, in), "public": Public(&open, filing(t, publicDoc)), "mistake": Public(&mistake, in),
		} {
			if err != nil {
				t.Fatal(name, err)
			}
		}
		has, leaks, slips := search(t, own.Bytes()), search(t, open.Bytes()), search(t, mistake.Bytes())
		for _, m := range marks {
			if !has.holds(m) {
				t.Fatalf("the full version lacks %q: this test would see nothing", m)
			}
			if leaks.holds(m) {
				t.Fatalf("the public version has the private answer %q", m)
			}
			if slips.holds(m) {
				t.Fatalf("the public version of a full document has the private answer %q", m)
			}
		}
	})
	if marked < 200 {
		t.Errorf("only %d marks were tried", marked)
	}
}

// TestReceiptTellsNothing: the receipt is written from the metadata only.
func TestReceiptTellsNothing(t *testing.T) {
	f := forms.Lookup(forms.Conclusion, forms.Full)
	d := formstest.Example(f, 4)
	marks := formstest.Markers(d)
	doc, err := forms.Compile(f, d)
	if err != nil {
		t.Fatal(err)
	}
	var with, without bytes.Buffer
	in := filing(t, doc)
	if err := Receipt(&with, in); err != nil {
		t.Fatal(err)
	}
	in.Document.JSON = nil
	if err := Receipt(&without, in); err != nil {
		t.Fatal(err)
	}
	if len(marks) < 50 || !bytes.Equal(with.Bytes(), without.Bytes()) {
		t.Errorf("the receipt depends on what was declared (%d marks)", len(marks))
	}
}

// haystack is a document as marks are looked for in it: what is drawn, its
// unpacked streams, and the file itself.
type haystack struct{ drawn, streams, file string }

func search(t tb, doc []byte) haystack {
	t.Helper()
	return haystack{solid(textOf(t, doc)), strings.Join(contents(t, doc), "\n"), string(doc)}
}

// holds reports whether a document has a mark: drawn (an amount with its commas),
// or anywhere in its streams and names, as bytes or in UTF-16.
func (h haystack) holds(mark string) bool {
	looks := []string{solid(clean(mark))}
	if n, err := strconv.ParseInt(mark, 10, 64); err == nil {
		looks = append(looks, group(n))
	}
	for _, m := range looks {
		if strings.Contains(h.drawn, m) || strings.Contains(h.streams, m) || strings.Contains(h.streams, wide(m)) ||
			strings.Contains(h.file, wide(m)) || strings.Contains(h.file, m) {
			return true
		}
	}
	return false
}

// wide is ASCII in UTF-16, as strings stand in a file.
func wide(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(0)
		b.WriteByte(c)
	}
	return b.String()
}
