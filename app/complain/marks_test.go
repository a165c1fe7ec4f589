package complain_test

import (
	"strings"
	"testing"
	"unicode"

	"declara/app/complain"
	"declara/app/complain/evidence"
	"declara/app/errs"
)

// marks turn what follows them around, join, or are not seen.
const marks = "\u202e\u202d\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff\u200b\u200d\u2028\u2029\x00\x1b\u0085"

// TestMarksInNames: the name of a file has none of them, so that "fdp.exe" is not read as
// "exe.pdf"; what is left is a name, or none.
func TestMarksInNames(t *testing.T) {
	for _, name := range []string{"acta\u202efdp.exe", marks + "foto.jpg", "foto" + marks + ".jpg", marks, "a/" + marks + "b.jpg", strings.Repeat("\u202e", 500) + "x.jpg", "مرحبا\u200f.jpg", "\xff\u202e\xfe.jpg"} {
		got := complain.FileName(name)
		if strings.ContainsFunc(got, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }) || strings.ContainsAny(got, "/\\") {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
	if got := complain.FileName("acta\u202efdp.exe"); got != "actafdp.exe" {
		t.Errorf("%q", got)
	}
}

// TestMarksInKeys: a key that was copied with such marks is the key, or is told to be
// none: nothing panics, and no derivation is paid for what cannot be one.
func TestMarksInKeys(t *testing.T) {
	w := newTown(t, "ana")
	sent := w.receive(bribe)
	for _, typed := range []string{"\u200f" + sent.Key, sent.Key + "\u200e", "\u202e" + sent.Key + "\u202c", marks, marks + sent.Key, strings.Join(strings.Split(sent.Key, ""), "\u202e"), strings.Repeat("\u202e", 100_000), "\xff" + sent.Key} {
		if _, err := w.Enter(w.Context(), tenant, typed); err != nil && errs.CodeOf(err) == errs.Internal {
			t.Errorf("%.40q: %v", typed, err)
		}
	}
}

// TestCleanerThatPanics: a file that breaks its cleaner, with such a name, is refused in
// words, and the name is in no log.
func TestCleanerThatPanics(t *testing.T) {
	w := newTown(t, "ana")
	w.Cleaner(func(_ evidence.Kind, b []byte) (evidence.Working, error) {
		panic("secreto\u202e" + string(b[:4]))
	})
	ticket := w.begin()
	w.save(ticket, bribe)
	err := w.AddFile(w.Context(), tenant, ticket, complain.Upload{Name: "ex-esposa\u202egpj.exe.jpg", Bytes: photo(t, 0)})
	refused(t, err, "evidence.refuse.unclean")
	if d, err := w.Draft(w.Context(), tenant, ticket); err != nil || d.Answers.What != bribe.What || len(d.Files) != 0 {
		t.Errorf("%+v %v", d, err)
	}
}
