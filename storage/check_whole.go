package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
)

// documents compares each filing with its documents, both ways.
func (c *checker) documents() {
	for id, f := range c.filings {
		c.document("full", id, f.Hash, c.full)
		if f.Reserved {
			c.document("reserved", id, f.Public, c.hidden)
		} else {
			c.document("public", id, f.Public, c.public)
		}
	}
	for _, left := range []struct {
		what string
		docs map[string][sha256.Size]byte
	}{{"full", c.full}, {"reserved", c.hidden}, {"public", c.public}} {
		for id := range left.docs {
			c.fault("filing %s: its %s document should not be there", id, left.what)
		}
	}
}

// document compares a hash and strikes the document off.
func (c *checker) document(what, id, hash string, docs map[string][sha256.Size]byte) {
	sum, ok := docs[id]
	switch {
	case !ok:
		c.fault("filing %s: its %s document is not there", id, what)
	case hex.EncodeToString(sum[:]) != hash:
		c.fault("filing %s: its %s document is not the one that was filed", id, what)
	}
	delete(docs, id)
}

// kept compares what lies beside filings with them: notes, papers, readings, and what
// was signed.
func (c *checker) kept() {
	for _, n := range c.notes {
		if _, ok := c.filings[n.Filing]; !ok {
			c.fault("note %s/%s: its filing is not there", n.Filing, n.ID)
		}
	}
	for _, id := range c.signed {
		if _, ok := c.filings[id]; !ok {
			c.fault("signed %s: its filing is not there", id)
		}
	}
	for _, r := range c.reads {
		if f, ok := c.filings[r.Filing]; !ok || f.Person != r.Person {
			c.fault("read %s: its filing is not there", r.ID)
		}
	}
	for _, d := range c.draws {
		if sum, ok := c.universes[d.Number]; !ok || hex.EncodeToString(sum[:]) != d.Universe {
			c.fault("draw %s: its universe is not the one that was frozen", d.Number)
		}
		delete(c.universes, d.Number)
	}
	c.certified()
	for number := range c.universes {
		c.fault("universe %s: it is of no draw", number)
	}
	for id, f := range c.filings {
		for _, kind := range PaperKinds {
			p, ok := c.papers[id+" "+kind]
			if !ok {
				c.expect(id, kPaperDue, number(f.Leaf))
				continue
			}
			place := string(paperPlace(kind, f.Reserved)) + " " + id + " " + kind
			switch sum, ok := c.files[place]; {
			case !ok:
				c.fault("paper %s of filing %s: its file is not there", kind, id)
			case hex.EncodeToString(sum[:]) != p.Hash:
				c.fault("paper %s of filing %s: its file is not the one that was kept", kind, id)
			}
			delete(c.files, place)
		}
	}
	for at := range c.files {
		c.fault("%s: a file that should not be there", at)
	}
	for at, p := range c.papers {
		if _, ok := c.filings[p.Filing]; !ok {
			c.fault("paper %s: its filing is not there", at)
		}
	}
	for _, p := range c.parts {
		if next, ok := c.cases[p.Complaint]; !ok || p.Seq >= next {
			c.fault("part %d of complaint %s: it should not be there", p.Seq, p.Complaint)
		}
	}
}

// certified compares certificates with their papers and with what they are of.
func (c *checker) certified() {
	for _, v := range c.certs {
		if f, ok := c.filings[v.Filing]; !ok || f.Person != v.Person {
			c.fault("certificate %s: its filing is not there", v.Number)
		}
		sum, ok := c.attested[v.Number]
		if ok != (v.Paper != "") || ok && hex.EncodeToString(sum[:]) != v.Paper {
			c.fault("certificate %s: its paper is not the one that was kept", v.Number)
		}
		delete(c.attested, v.Number)
	}
	for number := range c.attested {
		c.fault("paper %s: it is of no certificate", number)
	}
}

// log compares the leaves with what they tell of, both ways.
func (c *checker) log() {
	if uint64(len(c.leaves)) != c.head.Leaves || !c.torn && !bytes.Equal(c.edge, c.head.Edge) {
		c.fault("log: %d leaves are there and %d were written, or it has another root", len(c.leaves), c.head.Leaves)
	}
	want := map[uint64][]Leaf{} // more than one where the public could see it or not
	for _, f := range c.filings {
		want[f.Leaf] = append(want[f.Leaf], f.leaf(false), f.leaf(true))
	}
	for _, p := range c.papers {
		folio := c.filings[p.Filing].Folio
		want[p.Leaf] = append(want[p.Leaf], p.leaf(folio, false), p.leaf(folio, true))
	}
	for _, n := range c.notes {
		want[n.Leaf] = append(want[n.Leaf], n.leaf())
	}
	for _, r := range c.reads {
		want[r.Leaf] = append(want[r.Leaf], r.leaf())
	}
	events := logged(c.events)
	for _, e := range events {
		want[e.Leaf] = append(want[e.Leaf], e.leaf())
	}
	drawn := 0
	for _, d := range c.draws {
		for _, l := range d.leaves() {
			want[l.N] = append(want[l.N], l)
			drawn++
		}
	}
	for _, v := range c.certs {
		for _, l := range v.leaves() {
			want[l.N] = append(want[l.N], l)
			drawn++
		}
	}
	for _, l := range c.leaves {
		if !slices.ContainsFunc(want[l.N], func(w Leaf) bool {
			same := w.At.Equal(l.At)
			w.At = l.At
			return same && w == l
		}) {
			c.fault("log: leaf %d is not of what it names", l.N)
		}
	}
	if n := len(c.filings) + len(c.papers) + len(c.notes) + len(c.reads) + len(events) + drawn; n != len(c.leaves) {
		c.fault("log: %d leaves for %d filings, papers, notes, readings, events, draws and certificates", len(c.leaves), n)
	}
}

// published compares what was published of the log with the log.
func (c *checker) published() {
	for _, p := range c.points {
		if c.torn || p.Size > uint64(len(c.leaves)) {
			c.fault("checkpoint %s: the log does not have what it had then", p.Day)
			continue
		}
		if tree, err := c.x.TreeAt(p.Size); err != nil || tree.Root != p.Root {
			c.fault("checkpoint %s: the log is not the one that was published", p.Day)
		}
	}
}

// folios finds gaps: the folios of a year are 1 to its counter.
func (c *checker) folios() {
	there := map[int]uint64{}
	highest := map[int]uint64{}
	for _, f := range c.filings {
		year, n, _ := parseFolio(f.Folio)
		there[int(year)]++
		highest[int(year)] = max(highest[int(year)], n)
	}
	years := slices.Collect(maps.Keys(c.head.Folios))
	for year := range there {
		if _, ok := c.head.Folios[year]; !ok {
			years = append(years, year)
		}
	}
	for _, year := range years {
		if n := c.head.Folios[year]; there[year] != n || highest[year] != n {
			c.fault("folios of %d: %d are there, the last is %d and %d were given", year, there[year], highest[year], n)
		}
	}
}

// publication compares the publication log with the filings, both ways.
func (c *checker) publication() {
	for i, p := range c.changes {
		if p.Seq != uint64(i)+1 {
			c.fault("publication log: broken at %d", i+1)
			return
		}
		f, ok := c.filings[p.ID]
		if !ok || p.Seq > f.Seq || !p.Gone && p.Seq < f.Seq || p.Seq == f.Seq && p.Gone != f.Reserved {
			c.fault("publication log: change %d does not fit its filing", p.Seq)
		}
	}
	if uint64(len(c.changes)) != c.pubEnd {
		c.fault("publication log: %d changes are there and %d were written", len(c.changes), c.pubEnd)
	}
	for id, f := range c.filings {
		if f.Seq > c.pubEnd || f.Seq == 0 && !f.Reserved || f.Seq > 0 && c.changes[f.Seq-1].ID != id {
			c.fault("filing %s: it is not in the publication log where it should be", id)
		}
	}
}

// indexes compares the entries that are there with those that should be.
func (c *checker) indexes() {
	for key, id := range c.want {
		if got, ok := c.got[key]; !ok || got != id {
			_, k, _, _ := parse(key)
			c.fault("index %s: does not lead to %s", k, id)
		}
	}
	for key := range c.got {
		if _, ok := c.want[key]; !ok {
			_, k, _, _ := parse(key)
			c.fault("index %s: an entry leads nowhere", k)
		}
	}
}
