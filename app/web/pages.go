package web

import "strconv"

// perPage is how many lines a page of a list of the office has.
const perPage = 50

// pages are those of a long list. Which one is shown stands in its address, as "pagina".
type pages struct {
	Page, Pages, Total int
	Prev, Next         string // addresses, "" where there is none
	from, to           int    // which lines the page has
}

// pages finds the page that an address asks for: the first one where it says no number,
// and the last one where it says too much. at is the address of each.
func (c *Ctx) pages(total int, at func(page int) string) pages {
	p := pages{Total: total, Pages: max(1, (total+perPage-1)/perPage)}
	p.Page, _ = strconv.Atoi(c.Query("pagina"))
	p.Page = min(max(1, p.Page), p.Pages)
	p.from, p.to = (p.Page-1)*perPage, min(p.Page*perPage, total)
	if p.Page > 1 {
		p.Prev = at(p.Page - 1)
	}
	if p.Page < p.Pages {
		p.Next = at(p.Page + 1)
	}
	return p
}
