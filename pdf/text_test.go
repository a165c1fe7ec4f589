package pdf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"declara/forms"
)

// letters are what people write in Spanish and in the languages of Mexico, and
// the signs that forms need.
const letters = "áéíóúüñÁÉÍÓÚÜÑ¿¡«»“”‘’–—…·ªº°²³½€£¥×÷±≥≤→☐☑✓\uA78C\uA78Bʼʔāēīōūäëïöẍḵḻṉṟɨʉẽĩũ−№©®™"

// TestFaces: every face can be read, every letter has a face, both lenders have
// the same letters (clean relies on it), and our widths are gofpdf's, so that what
// is right aligned stands where it should.
func TestFaces(t *testing.T) {
	for _, r := range letters + string(unknown) {
		if !lent.has(r) || !lentBold.has(r) {
			t.Errorf("no face lends %q", r)
		}
	}
	for r := range widths()[lent] {
		if !lentBold.has(r) {
			t.Errorf("%U is lent, but not in bold", r)
		}
	}
	s := newSheet(meta{at: time.Unix(0, 0)})
	s.newPage()
	for f := range faceCount {
		s.use(f, 1000, dark)
		for r, want := range widths()[f] {
			if got := s.pdf.GetStringWidth(string(r)); int(got+0.5) != want && r >= ' ' {
				t.Errorf("%s %U: %d here, %g in gofpdf", faceFiles[f], r, want, got)
			}
		}
	}
	for d := '1'; d <= '9'; d++ {
		for f := range faceCount {
			if widths()[f][d] != widths()[f]['0'] {
				t.Errorf("%s: figures of different widths", faceFiles[f])
			}
		}
	}
	if err := s.pdf.Error(); err != nil {
		t.Fatal(err)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Núñez":                             "Núñez",
		"Nu\u0301n\u0303ez":                 "Núñez",
		"a\r\nb\rc\u2028d":                  "a\nb\nc\nd",
		"a\tb\u3000c":                       "a b c",
		"a\x00b\x1b[31m\u200b\ufeffc\u00ad": "ab[31mc",
		"Ana\u202EluaR":                     "AnaluaR",
		"\xff\xfeok":                        "\uFFFDok",
		"casa 🏠":                            "casa \uFFFD",
		"👩\u200d💻":                          "\uFFFD\uFFFD",
		"𝕏":                                 "\uFFFD",
		"山田":                                "\uFFFD\uFFFD",
		"tlajcuilo\uA78C x\u0331":           "tlajcuilo\uA78C x\u0331",
		"שלום":                              "שלום",
		"no\u2011break\u00a0x":              "no-break\u00a0x",
		"a" + strings.Repeat("\u0301", 50):  "á" + strings.Repeat("\u0301", maxMarks),
		"\uE000":                            "\uFFFD",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestCleanHolds: whatever comes in, what comes out can be drawn, and cleaning it
// again changes nothing.
func TestCleanHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		got := clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("invalid UTF-8: %q", got)
		}
		for _, r := range got {
			if r != '\n' && r != nbsp && !lent.has(r) {
				t.Fatalf("%U cannot be drawn", r)
			}
		}
		if again := clean(got); again != got {
			t.Fatalf("%q became %q", got, again)
		}
	})
}

// TestWrap: no line is wider than asked unless one letter is, no letter is lost,
// and spaces are lost only where a line ends.
func TestWrap(t *testing.T) {
	st := style{regular, 10, dark}
	words := rapid.SliceOf(rapid.StringMatching(`[A-Za-zñáx\x{0331}\x{A78C}/-]{1,30}`))
	rapid.Check(t, func(t *rapid.T) {
		s := clean(strings.Join(words.Draw(t, "words"), rapid.SampledFrom([]string{" ", "  ", "\n"}).Draw(t, "between")))
		room := rapid.Float64Range(1, 300).Draw(t, "room")
		lines := st.wrap(s, room)
		for _, l := range lines {
			n, _, _ := letter(l, regular)
			if w := st.width(l); w > room+0.01 && n < len(l) {
				t.Fatalf("%q is %g wide, %g asked", l, w, room)
			}
		}
		bare := strings.NewReplacer(" ", "", "\n", "")
		if got, want := bare.Replace(strings.Join(lines, "")), bare.Replace(s); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

func TestWrapLines(t *testing.T) {
	st := style{regular, 10, dark}
	for _, c := range []struct {
		in   string
		room float64
		want string
	}{
		{"uno dos tres", 40, "uno dos|tres"},
		{"uno\n\n\n\ndos\n\n", 100, "uno||dos"},
		{"", 100, ""},
		{"   uno", 100, "uno"},
		{"norte-sur", 30, "norte-|sur"},
		{strings.Repeat("m", 9), 35, "mmmm|mmmm|m"},
		{"USD\u00a01,234 y más", 45, "USD\u00a01,234|y más"},
	} {
		if got := strings.Join(st.wrap(c.in, c.room), "|"); got != c.want {
			t.Errorf("wrap(%q, %g) = %q, want %q", c.in, c.room, got, c.want)
		}
	}
}

// nasty are texts that have broken generators of PDF.
var nasty = map[string]string{
	"emoji":     "🏠👩‍💻 casa 🇲🇽",
	"invalid":   "\xff\xc3\x28\xed\xa0\x80 x",
	"control":   "a\x00b\x07c\x1b[2Jd\u200b\u202e",
	"rtl":       "שלום עולם مرحبا",
	"marks":     "Z" + strings.Repeat("\u0301\u0331", 400),
	"onlymarks": strings.Repeat("\u0331", 100),
	"word":      strings.Repeat("palabra", 800),
	"syntax":    `) Tj ET (\\ <</Type /Page>> endstream endobj %%EOF startxref {nb} \`,
	"breaks":    strings.Repeat("línea\n", 600),
	"empties":   strings.Repeat("\n \n", 3000),
	"long":      strings.Repeat("Nueva lana de borrego, ", 4600),
	"saltillo":  "Tlajcuilo\uA78C, x\u0331ik\u02BC",
	"bmp":       "\uFFFF\uFFFE\uFDD0\uFFFD",
}

// declaring is a declaration with the text in every place that a person's words
// can reach.
func declaring(t tb, text string) Declaration {
	t.Helper()
	q, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	in := filing(t, forms.Document{
		Form: forms.Lookup(forms.Modificacion, forms.Full),
		JSON: fmt.Appendf(nil, `{"situacionPatrimonial":{"datosGenerales":{"nombre":%[1]s,"aclaracionesObservaciones":%[1]s},`+
			`"experienciaLaboral":{"ninguno":false,"experiencia":[{"nombreEntePublico":%[1]s,"funcionPrincipal":%[1]s}]}}}`, q),
	})
	in.Person, in.Post, in.Institution, in.Office, in.Initials = text, text, text, text, text
	in.Folio, in.CheckURL, in.Hash, in.Lang, in.Due = text, text, text, text, text
	return in
}

// TestNasty: nothing that is typed breaks a document or takes pages without end.
func TestNasty(t *testing.T) {
	for name, text := range nasty {
		t.Run(name, func(t *testing.T) {
			in := declaring(t, text)
			for kind, write := range map[string]func(*bytes.Buffer) error{
				"full":    func(b *bytes.Buffer) error { return Full(b, in) },
				"public":  func(b *bytes.Buffer) error { return Public(b, in) },
				"receipt": func(b *bytes.Buffer) error { return Receipt(b, in) },
			} {
				var b bytes.Buffer
				if err := write(&b); err != nil {
					t.Fatal(kind, err)
				}
				checkShape(t, b.Bytes())
				if n := pages(b.Bytes()); n > 120 || kind == "receipt" && n != 1 {
					t.Errorf("%s: %d pages", kind, n)
				}
			}
		})
	}
}

// TestCopied: what is drawn can be copied back letter by letter, saltillo and
// loose accents too.
func TestCopied(t *testing.T) {
	in := declaring(t, "Núñez Tlajcuilo\uA78C x\u0331 ẽ ½ ✓")
	in.Hash, in.Lang, in.Due = hashA, "es-MX", "2026-05-31"
	var b bytes.Buffer
	if err := Full(&b, in); err != nil {
		t.Fatal(err)
	}
	text := tool(t, b.Bytes(), "pdftotext", "-", "-")
	for _, want := range []string{"Núñez", "Tlajcuilo\uA78C", "x\u0331", "ẽ", "½", "✓", "9f2c 41d8 b07e 5a63"} {
		if !strings.Contains(text, want) {
			t.Errorf("lost %q", want)
		}
	}
}

// FuzzLines looks for words that the text engine loses or draws wide; it needs no
// file, so it tries many.
func FuzzLines(f *testing.F) {
	for _, text := range nasty {
		f.Add(text[:min(len(text), 300)], 120.0)
	}
	f.Fuzz(func(t *testing.T, text string, room float64) {
		if len(text) > 1<<16 || !(room > 1 && room < 1000) {
			return
		}
		s := clean(text)
		for _, st := range []style{answerStyle, strongStyle, chapterStyle, {mono, 8, dark}} {
			for _, l := range st.wrap(s, room) {
				n, _, _ := letter(l+" ", st.face)
				if st.width(l) > room+0.01 && n < len(l) {
					t.Fatalf("%q is wider than %g", l, room)
				}
				for _, r := range st.runs(l) {
					for _, c := range drawable(r) {
						if !r.face.has(c) || c > 0xFFFF {
							t.Fatalf("%U is not in %s", c, faceFiles[r.face])
						}
					}
				}
				if cut := st.fit(l, room); st.width(cut) > room+st.width("…")+0.01 {
					t.Fatalf("fit(%q, %g) = %q", l, room, cut)
				}
			}
		}
	})
}

// FuzzText looks for words that break a document. Each try writes a whole file,
// which is slow where every line of gofpdf is counted.
func FuzzText(f *testing.F) {
	for _, text := range nasty {
		f.Add(text[:min(len(text), 300)])
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		var b bytes.Buffer
		if err := Full(&b, declaring(t, text)); err != nil {
			t.Fatal(err)
		}
		checkShape(t, b.Bytes())
		_ = textOf(t, b.Bytes()) // fails on a broken string
	})
}
