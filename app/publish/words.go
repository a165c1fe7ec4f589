package publish

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// words is a dictionary: each folded word with the rows that have it.
type words struct {
	at     map[string]*word
	sorted []*word // by text, for prefixes; settled by settle
	fresh  []*word // not in sorted yet
}

type word struct {
	text string   // folded
	show string   // as first written, to suggest it with its accents
	rows []uint32 // ascending
}

func newWords() *words { return &words{at: map[string]*word{}} }

// add notes that the row has the words of text. Rows come in ascending order.
func (d *words) add(row uint32, text string) {
	for _, shown := range strings.Fields(text) {
		fold(shown, func(w string) bool {
			e := d.at[w]
			if e == nil {
				e = &word{text: w, show: w}
				if foldAll(shown) == w {
					e.show = strings.Trim(shown, ".,;:()\"'")
				}
				d.at[e.text] = e
				d.fresh = append(d.fresh, e)
			}
			if n := len(e.rows); n == 0 || e.rows[n-1] != row {
				e.rows = append(e.rows, row)
			}
			return true
		})
	}
}

// settle makes what was added visible to prefix and similar.
func (d *words) settle() {
	if len(d.fresh) == 0 {
		return
	}
	byText := func(a, b *word) int { return strings.Compare(a.text, b.text) }
	if len(d.fresh) > 64 {
		d.sorted = append(d.sorted, d.fresh...)
		slices.SortFunc(d.sorted, byText)
	} else {
		for _, e := range d.fresh {
			i, _ := slices.BinarySearchFunc(d.sorted, e, byText)
			d.sorted = slices.Insert(d.sorted, i, e)
		}
	}
	d.fresh = nil
}

// prefix adds to out the rows that have a word beginning with p.
func (d *words) prefix(p string, out set) {
	i := sort.Search(len(d.sorted), func(i int) bool { return d.sorted[i].text >= p })
	for ; i < len(d.sorted) && strings.HasPrefix(d.sorted[i].text, p); i++ {
		for _, r := range d.sorted[i].rows {
			out.add(r)
		}
	}
}

// similar are the words nearest to w, best first, at most n: one slip in a short
// word, two in a long one, where a slip is a letter more, less, changed or swapped.
func (d *words) similar(w string, n int) []*word {
	most := 1
	if utf8.RuneCountInString(w) > 5 {
		most = 2
	}
	type near struct {
		*word
		slips int
	}
	var found []near
	a := []rune(w)
	for _, e := range d.sorted {
		if dist := slips(a, e.text, most); dist <= most {
			found = append(found, near{e, dist})
		}
	}
	slices.SortFunc(found, func(x, y near) int {
		return cmp.Or(cmp.Compare(x.slips, y.slips), cmp.Compare(len(y.rows), len(x.rows)), strings.Compare(x.text, y.text))
	})
	var out []*word
	for _, f := range found[:min(n, len(found))] {
		out = append(out, f.word)
	}
	return out
}

// slips is the number of slips between a and b, or more than most as soon as it
// must be (optimal string alignment).
func slips(a []rune, b string, most int) int {
	var rows [3][maxWord + 1]int
	if d := len(a) - utf8.RuneCountInString(b); d > most || -d > most || len(a) > maxWord {
		return most + 1
	}
	var bs [maxWord]rune
	n := 0
	for _, r := range b {
		if n == maxWord {
			return most + 1
		}
		bs[n] = r
		n++
	}
	for j := 0; j <= n; j++ {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur, last, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		cur[0] = i
		best := i
		for j := 1; j <= n; j++ {
			same := 1
			if a[i-1] == bs[j-1] {
				same = 0
			}
			v := min(last[j]+1, cur[j-1]+1, last[j-1]+same)
			if i > 1 && j > 1 && a[i-1] == bs[j-2] && a[i-2] == bs[j-1] {
				v = min(v, before[j-2]+1)
			}
			cur[j] = v
			best = min(best, v)
		}
		if best > most {
			return most + 1
		}
	}
	return rows[len(a)%3][n]
}
