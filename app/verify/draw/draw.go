// Package draw chooses by lot which declarations are verified (LGRA 30), in a way that
// a stranger can repeat with nothing but a file and a number. It knows no store and
// imports nothing of ours; package verify and the command `declara draw` are its users.
//
// # The algorithm, "sha256-1"
//
// The universe is a text of one line for each declaration. The seed is a text that
// nobody could know when the universe was frozen, such as the winning number of a
// lottery. For each declaration take the SHA-256 of the bytes
//
//	<SHA-256 of the universe's file, in hex> "\n" <seed> "\n" <folio>
//
// and put the declarations in the order of those hashes. The first n of the order are
// drawn. With strata the places are first shared among them in proportion: each stratum
// of Nᵢ declarations of N gets the whole part of n·Nᵢ/N, and the places that are left go
// one each to the strata with the largest remainders of that division, and among equal
// ones to the name that sorts first as bytes. Then the first of the order in each
// stratum are drawn.
//
// In a shell, without strata, where U is the file, S the seed and N how many:
//
//	h=$(sha256sum U | cut -d' ' -f1)
//	tail -n +7 U | cut -f1 | while read -r f; do
//	  printf '%s  %s\n' "$(printf '%s\n%s\n%s' "$h" "$S" "$f" | sha256sum | cut -d' ' -f1)" "$f"
//	done | sort | head -n N
package draw

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Algorithm is the name of what this package does. Another way has another name.
const Algorithm = "sha256-1"

// Strata are what the places of a draw are shared by.
type Strata string

// The ways to share.
const (
	Whole   Strata = "ninguno"
	ByLevel Strata = "nivel"
	ByUnit  Strata = "unidad"
)

// Valid reports whether it is one of them.
func (s Strata) Valid() bool { return s == Whole || s == ByLevel || s == ByUnit }

const maxSeed = 200 // bytes

// What may be wrong with what a draw is asked.
var (
	ErrSeed = errors.New("draw: the seed must be one line of 1 to 200 bytes without blanks around it")
	ErrSize = errors.New("draw: the size must be from 1 to the number of declarations in the universe")
)

// Seed is a seed as it is used: its blanks made single, none around it.
func Seed(typed string) (string, error) {
	s := strings.Join(strings.Fields(typed), " ")
	if s == "" || len(s) > maxSeed || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return "", ErrSeed
	}
	return s, nil
}

// Drawn is the list that a draw gives.
type Drawn struct {
	Folios []string // in the order of the draw: by stratum, and in each by its hashes
	Shares []Share
}

// Share is what one stratum has and gives.
type Share struct {
	Name      string
	Of, Drawn int
}

// Draw is the draw of n declarations from a universe.
func Draw(u Universe, seed string, n int) (Drawn, error) {
	if s, err := Seed(seed); err != nil || s != seed {
		return Drawn{}, ErrSeed
	}
	if n < 1 || n > len(u.Rows) {
		return Drawn{}, ErrSize
	}
	type placed struct{ hash, folio string }
	groups, names := map[string][]placed{}, []string{}
	universe := u.Hash()
	for _, r := range u.Rows {
		name := r.stratum(u.Strata)
		if groups[name] == nil {
			names = append(names, name)
		}
		sum := sha256.Sum256([]byte(universe + "\n" + seed + "\n" + r.Folio))
		groups[name] = append(groups[name], placed{hex.EncodeToString(sum[:]), r.Folio})
	}
	slices.Sort(names)
	shares := make([]Share, len(names))
	for i, name := range names {
		shares[i] = Share{Name: name, Of: len(groups[name])}
	}
	share(shares, n, len(u.Rows))
	d := Drawn{Shares: shares}
	for _, s := range shares {
		all := groups[s.Name]
		slices.SortFunc(all, func(a, b placed) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.folio, b.folio)) })
		for _, p := range all[:s.Drawn] {
			d.Folios = append(d.Folios, p.folio)
		}
	}
	return d, nil
}

// share gives n places of a whole of size of to strata that are in the order of names.
func share(all []Share, n, of int) {
	left := n
	rest := make([]uint64, len(all))
	order := make([]int, len(all))
	for i := range all {
		hi, lo := bits.Mul64(uint64(n), uint64(all[i].Of))
		q, r := bits.Div64(hi, lo, uint64(of))
		all[i].Drawn, rest[i], order[i] = int(q), r, i
		left -= int(q)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order[:left] {
		all[i].Drawn++
	}
}

// Confidence is a row of the table of sample sizes.
type Confidence string

// The rows: confidence and error, in percent.
const (
	C95 Confidence = "95/5"
	C90 Confidence = "90/10"
)

// Size is how many of n declarations make a sample of that confidence, with the
// correction for a finite population and p = 0.5: n0 = z²·0.25/e², and
// ⌈n0/(1+(n0−1)/N)⌉. It counts in whole numbers: n0 = a/b. It is 0 for none.
func Size(c Confidence, n int) int {
	var a, b uint64 // n0 = a/b
	switch c {
	case C95: // 1.96² · 0.25 / 0.05²
		a, b = 38416, 100
	case C90: // 1.645² · 0.25 / 0.10²
		a, b = 2_706_025, 40_000
	}
	if a == 0 || n <= 0 || n > MaxRows {
		return 0
	}
	above := a * uint64(n)
	below := b*uint64(n) + a - b
	return int((above + below - 1) / below)
}
