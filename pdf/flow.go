package pdf

// row is the least that pages are made of: it is never cut.
type row struct {
	gap     float64 // empty space before it, dropped at the top of a page
	height  float64
	keep    bool // stays on the page of the next row
	private bool // the double line stands at its left
	chapter int  // index of its section
	item    *repeated
	first   bool // heading of its section
	draw    func(s *sheet, y float64)
}

// repeated is the heading of an item, repeated where the item goes on on another page.
type repeated struct {
	height float64
	draw   func(s *sheet, y float64)
}

// placed is a row with its place.
type placed struct {
	row
	y float64 // of its upper edge
}

// paginate puts rows on pages, from top to bottom of each: rows kept together
// stay together, so that no heading ends a page. A chain of kept rows longer than
// a page is cut where the page ends, since there is nothing better. Each row is
// looked at twice at most.
func paginate(rows []row, top, bottom float64) [][]placed {
	var pages [][]placed
	y := bottom + 1 // nothing fits: the first row begins a page
	for i := 0; i < len(rows); {
		n, height := chain(rows[i:])
		if y+height > bottom {
			pages = append(pages, nil)
			y = top
		}
		for ; n > 0; n-- {
			r := rows[i]
			last := len(pages) - 1
			if y+r.gap+r.height > bottom && len(pages[last]) > 0 {
				pages = append(pages, nil)
				y, last = top, last+1
			}
			if y == top {
				r.gap = 0
				if goesOn(rows, i) {
					pages[last] = append(pages[last], placed{row{height: r.item.height, private: r.private,
						chapter: r.chapter, draw: r.item.draw}, y})
					y += r.item.height
				}
			}
			y += r.gap
			pages[last] = append(pages[last], placed{r, y})
			y += r.height
			i++
		}
	}
	return pages
}

// chain is how many rows stay together from the first one, and their height.
func chain(rows []row) (n int, height float64) {
	for _, r := range rows {
		n++
		height += r.gap + r.height
		if !r.keep {
			break
		}
	}
	return n, height
}

// goesOn reports whether row i belongs to an item that began before it.
func goesOn(rows []row, i int) bool {
	return rows[i].item != nil && i > 0 && rows[i-1].item == rows[i].item
}

// together marks rows to stay on one page when they are no taller than most;
// otherwise only the first and the last few, so that neither is left alone.
func together(rows []row, most float64) {
	height := 0.0
	for _, r := range rows {
		height += r.gap + r.height
	}
	n := len(rows)
	for i := range rows[:max(n-1, 0)] {
		if height <= most || i < 2 || i == n-2 {
			rows[i].keep = true
		}
	}
}

// find is the page, from 0, on which each section begins.
func find(pages [][]placed, chapters int) []int {
	at := make([]int, chapters)
	for p := len(pages) - 1; p >= 0; p-- {
		for _, r := range pages[p] {
			at[r.chapter] = p
		}
	}
	return at
}
