package forms

// Entry is one option of a catalogue.
type Entry struct {
	Key  string // "clave", exactly as the standard spells it (NFC)
	Text string // "valor" for a pair; words to show for a bare enum
	By   string // key of the parent option, in a catalogue with By
}

// Catalogue is a closed list of the standard, of INEGI or of ISO. It is made once
// at start and never changed, so it is shared by all requests.
type Catalogue struct {
	Name    string
	Bare    bool   // the document carries only the key, not {"clave","valor"}
	By      string // name of the sibling field whose answer narrows the options
	Other   string // key whose "valor" is the text that the person types, or ""
	Entries []Entry
	index   map[place]int    // place of each option; made once by indexed
	under   map[string][]int // places of the options of each parent
}

// place is where an option is found. A key alone is not enough: each state
// numbers its municipalities from 001. Options are also indexed with an empty
// parent, where the first of the key stands.
type place struct{ by, key string }

// indexed makes the lookups of a catalogue whose entries are complete.
func (c *Catalogue) indexed() *Catalogue {
	c.index = make(map[place]int, 2*len(c.Entries))
	c.under = make(map[string][]int)
	for i, e := range c.Entries {
		for _, by := range []string{e.By, ""} {
			if _, taken := c.index[place{by, e.Key}]; !taken {
				c.index[place{by, e.Key}] = i
			}
		}
		c.under[e.By] = append(c.under[e.By], i)
	}
	return c
}

// entry is the option with a key under a parent. In a catalogue with parents
// there is none without the parent; in the others the parent is not looked at.
func (c *Catalogue) entry(key, by string) (Entry, bool) {
	switch {
	case c.By == "":
		by = ""
	case by == "":
		return Entry{}, false
	}
	i, ok := c.index[place{by, key}]
	if !ok {
		return Entry{}, false
	}
	return c.Entries[i], true
}

// Has reports whether some option has the key, under whatever parent.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.index[place{"", key}]
	return ok
}

// Text is the official text of the option with the key, or "". In a catalogue
// with parents it is that of the first one: use Under for municipalities.
func (c *Catalogue) Text(key string) string {
	if i, ok := c.index[place{"", key}]; ok {
		return c.Entries[i].Text
	}
	return ""
}

// Under is the option with the key among those of a parent, as in
// Municipalities.Under("20", "067"); ok is false when there is none.
func (c *Catalogue) Under(by, key string) (e Entry, ok bool) { return c.entry(key, by) }

// Options are the options to offer, in official order: all of them, or in a
// catalogue with By those of the given parent. Without the parent there are none,
// since its question comes first. The slice is the caller's.
func (c *Catalogue) Options(by string) []Entry {
	if c.By == "" {
		by = ""
	}
	places := c.under[by]
	options := make([]Entry, len(places))
	for i, p := range places {
		options[i] = c.Entries[p]
	}
	return options
}

// only is the part of a catalogue that one question offers, under the same name
// and in the same order.
func (c *Catalogue) only(offered func(Entry) bool) *Catalogue {
	part := &Catalogue{Name: c.Name, Bare: c.Bare, By: c.By}
	for _, e := range c.Entries {
		if offered(e) {
			part.Entries = append(part.Entries, e)
			if e.Key == c.Other {
				part.Other = c.Other
			}
		}
	}
	return part.indexed()
}
