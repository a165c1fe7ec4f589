package complain

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode"

	"declara/storage"
)

// Cases that tell of the same. They are compared in the session of somebody whose key
// opens all of them, when she asks, and what was found out is gone with the answer: there
// is no index and no hash of a text, against which who has the database could try what he
// thinks somebody told. Who does not hold a case is never told that it is like another.

// Alike is a case that may tell of the same.
type Alike struct {
	ID, Folio, Day, State string
	File                  bool // the same file came with both
}

const (
	mostAlike  = 5
	leastAlike = 0.3 // cosine of what they tell, by words that few cases have
)

// likened is what one case tells, opened.
type likened struct {
	Alike
	words map[string]float64
	files []string // SHA-256 of the originals
}

// Alike are the cases of a user's that are most like one of hers, the likest first.
func (o *Office) Alike(ctx context.Context, h Hand, id string) (all []Alike, err error) {
	var cases []storage.Complaint
	parts := map[string][]storage.ComplaintPart{}
	if err := o.db.View(ctx, h.Tenant, func(tx *storage.Txn) error {
		cases = nil
		if _, err := hand(tx, h); err != nil {
			return err
		}
		if _, err := o.holdCase(tx, id, h.User); err != nil {
			return err
		}
		if err := tx.ComplaintsOf(h.User, func(c storage.Complaint) error {
			if c.Case.Of(h.User) != nil {
				cases = append(cases, c)
			}
			return nil
		}); err != nil {
			return err
		}
		for _, c := range cases {
			ps, err := tx.Parts(c.ID)
			if err != nil {
				return err
			}
			parts[c.ID] = ps
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var this *likened
	var others []likened
	for i := range cases {
		t, err := o.tells(h, cases[i], parts[cases[i].ID])
		if err != nil {
			return nil, err
		}
		if others = append(others, t); t.ID == id {
			this = &t
		}
	}
	if this == nil {
		return nil, ErrNoCase
	}
	weigh(others)
	type scored struct {
		Alike
		score float64
	}
	var found []scored
	for _, t := range others {
		if t.ID == id {
			continue
		}
		t.File = slices.ContainsFunc(t.files, func(f string) bool { return slices.Contains(this.files, f) })
		score := cosine(this.words, t.words)
		if t.File {
			score++
		}
		if score >= leastAlike {
			found = append(found, scored{t.Alike, score})
		}
	}
	slices.SortFunc(found, func(a, b scored) int { return cmp.Or(-cmp.Compare(a.score, b.score), cmp.Compare(a.Folio, b.Folio)) })
	for _, f := range found[:min(len(found), mostAlike)] {
		all = append(all, f.Alike)
	}
	return all, nil
}

// tells opens what a case tells, in memory.
func (o *Office) tells(h Hand, c storage.Complaint, parts []storage.ComplaintPart) (t likened, err error) {
	opened, err := o.OpenCase(h.Tenant, c, h.User, h.Key)
	if err != nil {
		return t, closed(err)
	}
	defer opened.Close()
	t = likened{Alike: Alike{ID: c.ID, Folio: c.Folio, Day: c.Day, State: c.State}, words: map[string]float64{}}
	for _, p := range parts {
		switch p.Kind {
		case storage.PartFacts:
			var f Facts
			if err := opened.Read(p, &f); err != nil {
				return t, err
			}
			for _, w := range wordsOf(f.What + " " + f.Where + " " + f.When) {
				t.words[w]++
			}
		case storage.PartFile:
			var f File
			if err := opened.Read(p, &f); err != nil {
				return t, err
			}
			t.files = append(t.files, f.Original)
		}
	}
	return t, nil
}

// wordsOf are the words of a text that may tell one from another.
func wordsOf(text string) (all []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if w = plainLetters.Replace(w); len(w) > 3 {
			all = append(all, w)
		}
	}
	return all
}

// plainLetters takes accents off, which people leave out.
var plainLetters = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u")

// weigh gives each word the more weight the fewer cases have it.
func weigh(all []likened) {
	in := map[string]int{}
	for _, t := range all {
		for w := range t.words {
			in[w]++
		}
	}
	for _, t := range all {
		for w := range t.words {
			t.words[w] = math.Log(1 + float64(len(all))/float64(in[w]))
		}
	}
}

// cosine is how much two cases point the same way, from 0 to 1.
func cosine(a, b map[string]float64) float64 {
	dot, la, lb := 0.0, 0.0, 0.0
	for w, x := range a {
		dot, la = dot+x*b[w], la+x*x
	}
	for _, y := range b {
		lb += y * y
	}
	if la == 0 || lb == 0 {
		return 0
	}
	return dot / math.Sqrt(la*lb)
}
