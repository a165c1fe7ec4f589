package pdn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"   ":                     "",
		"María de los ÁNGELES":    "maria de los angeles",
		"  Ana \t\n  Laura  ":     "ana laura",
		"Peña":                    "peña",
		"PEN\u0303A":              "peña",
		"n\u0323\u0303":           "ñ",
		"ÑÁÑEZ":                   "ñañez",
		"Zoë Müller":              "zoe muller",
		"İstanbul":                "istanbul",
		"ａｂｃ":                     "abc",
		"a\u200bb\u202ec\u0007d":  "abcd",
		"´":                       "",
		"[x] \\ .* ( ' \" %":      "[x] \\ .* ( ' \" %",
		"مُدِير":                  "مدير",
		"🏠 n\u0303":               "🏠 ñ",
		"nn\u0303n":               "nñn",
		"n \u0303":                "n",
		"Ñ\U0001d172":             "ñ\U0001d172",
		"\xff\xfe":                "\ufffd\ufffd",
		"Straße 5":                "straße 5",
		"¼ ª º":                   "1⁄4 a o",
		"\u0303":                  "",
		"O’Brien O'Brien":         "o’brien o'brien",
		"a\u00a0b\u2003c\u3000d":  "a b c d",
		"ñandú Ñandu\u0301 NANDU": "ñandu ñandu nandu",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// Folding twice changes nothing, gives valid text, and agrees with what the oracle
// takes for equal.
func TestFoldIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(
			rapid.SampledFrom([]rune("aáàäâãåAÁÑñnN \t\u0303\u0301\u200b'´")), rapid.Rune(),
		)).Draw(t, "s")
		f := Fold(s)
		if Fold(f) != f || !utf8.ValidString(f) || strings.TrimSpace(f) != f {
			t.Fatalf("Fold(%q) = %q, again %q", s, f, Fold(f))
		}
		if p := makePlain(s); p != f {
			t.Fatalf("Fold(%q) = %q, the oracle says %q", s, f, p)
		}
	})
}

// What is found through sequences of bytes is what looking at every text finds,
// however many texts there are and whenever they came.
func TestContaining(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"ma", "rí", "Ñ", "o", "xi", " de ", "ga", "lo", "z", "é", "🏠", "[", "\\"}
	w := newWords()
	for range 6 {
		for range 400 {
			var b strings.Builder
			for range 1 + r.IntN(5) {
				b.WriteString(parts[r.IntN(len(parts))])
			}
			fmt.Fprint(&b, r.IntN(50))
			w.code(b.String())
		}
		w.fold()
		for range 200 {
			text := w.folds[1+r.IntN(len(w.folds)-1)]
			lo := r.IntN(len(text))
			part := text[lo : lo+1+r.IntN(len(text)-lo)]
			var want []uint32
			for c := 1; c < len(w.all); c++ {
				if strings.Contains(Fold(w.all[c]), part) {
					want = append(want, uint32(c))
				}
			}
			got := w.containing(part, len(w.all))
			slices.Sort(got.list)
			if !slices.Equal(got.list, want) {
				t.Fatalf("%q: got %v, want %v", part, got.list, want)
			}
			for _, c := range want {
				if !got.has(c) {
					t.Fatalf("%q: %d is in the list and not in the set", part, c)
				}
			}
		}
	}
	if len(w.containing("does not occur", len(w.all)).list) != 0 || len(w.containing("\x00", len(w.all)).list) != 0 {
		t.Error("found what is not there")
	}
}

// Spanish order: ñ after n, spaces before letters, accents and capitals only where
// all else is equal.
func TestSpanishOrder(t *testing.T) {
	want := []string{"", "de la Cruz", "Delacruz", "garcía", "García", "nube", "Núñez", "Nz", "Ñáñez", "ñu", "peña", "Pez", "zapata"}
	w := newWords()
	order := []int{7, 3, 12, 0, 9, 5, 1, 11, 4, 2, 10, 8, 6}
	for _, i := range order {
		if want[i] != "" {
			w.code(want[i])
		}
	}
	w.settle(5) // in two goes
	w.settle(len(w.all))
	var got []string
	for _, c := range w.sorted {
		got = append(got, w.all[c])
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for i, c := range w.sorted {
		if w.rank[c] != uint32(i) {
			t.Fatalf("rank of %q is %d, not %d", w.all[c], w.rank[c], i)
		}
	}
}

// No text makes the collation library fail or run on: it has done both with
// invalid text.
func FuzzCollation(f *testing.F) {
	f.Add("María", "\x99\xeb\x9d\x18\xa4G\x84\x04]\x87\xf3\xc6|\xf2'F")
	f.Add("", "\u200b\u0300\u0300")
	f.Fuzz(func(t *testing.T, a, b string) {
		w := newWords()
		w.code(tidy(a))
		w.code(tidy(b))
		w.settle(len(w.all))
		if len(w.sorted) != len(w.all) {
			t.Fatal("an order lost texts")
		}
	})
}
