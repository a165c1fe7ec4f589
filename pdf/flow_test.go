package pdf

import (
	"testing"

	"pgregory.net/rapid"

	"declara/forms"
	"declara/forms/sample"
)

// TestPaginate: every row is placed once, in order, inside the page; no page is
// empty; a row that must stay with the next never ends a page, unless the chain
// is longer than a page.
func TestPaginate(t *testing.T) {
	const top, bottom = 50.0, 450.0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 120).Draw(t, "rows")
		rows := make([]row, n)
		chained := 0.0
		for i := range rows {
			rows[i] = row{gap: rapid.Float64Range(0, 30).Draw(t, "gap"), height: rapid.Float64Range(5, 60).Draw(t, "height"),
				keep: i < n-1 && rapid.IntRange(0, 3).Draw(t, "keep") == 0, chapter: i}
			if chained += rows[i].gap + rows[i].height; chained > bottom-top {
				rows[i].keep = false
			}
			if !rows[i].keep {
				chained = 0
			}
		}
		next := 0
		for _, page := range paginate(rows, top, bottom) {
			if len(page) == 0 {
				t.Fatal("an empty page")
			}
			y := top
			for _, r := range page {
				if r.chapter != next {
					t.Fatalf("row %d where %d was due", r.chapter, next)
				}
				next++
				if r.y < y || r.y+r.height > bottom+1e-9 {
					t.Fatalf("row %d at %g, %g high, after %g", r.chapter, r.y, r.height, y)
				}
				y = r.y + r.height
			}
			if page[0].y != top {
				t.Fatal("a page begins with air")
			}
		}
		if next != n {
			t.Fatalf("%d of %d rows placed", next, n)
		}
	})
}

// TestKeep: in documents of every kind no page ends with a heading, and an item
// that goes on says so.
func TestKeep(t *testing.T) {
	repeats := 0
	for seed := range int64(12) {
		d, _ := example(t, forms.AllTypes[seed%3], forms.Full, seed, sample.Options{Wealth: 0.9})
		in := filing(t, d)
		chapters, err := read(in, full)
		if err != nil {
			t.Fatal(err)
		}
		var rows []row
		for i := range chapters {
			rows = append(rows, chapterRows(in.Words, chapters, i)...)
		}
		seen := map[*repeated]bool{}
		placed := 0
		laid := paginate(rows, bodyTop, bodyBottom)
		for n, page := range laid {
			if last := page[len(page)-1]; last.first && n+1 < len(laid) && laid[n+1][0].chapter == last.chapter {
				t.Errorf("seed %d: page %d ends with the heading of a section", seed, n+2)
			}
			if last := page[len(page)-1]; last.keep {
				t.Errorf("seed %d: page %d ends with what belongs to the next row", seed, n+2)
			}
			if first := page[0]; first.item == nil && len(page) > 1 && page[1].item != nil && seen[page[1].item] {
				repeats++
			} else if first.item != nil && seen[first.item] {
				t.Errorf("seed %d: page %d goes on with an item without saying which", seed, n+2)
			}
			for _, r := range page {
				if r.item != nil {
					seen[r.item] = true
				}
				if r.y+r.height > bodyBottom+1e-6 {
					t.Errorf("seed %d: page %d: a row ends at %g", seed, n+2, r.y+r.height)
				}
				placed++
			}
		}
		if placed < len(rows) {
			t.Errorf("seed %d: %d of %d rows", seed, placed, len(rows))
		}
	}
	if repeats == 0 {
		t.Error("no item went on on another page: the samples are too small to tell")
	}
}
