package account

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"declara/app/account/payroll"
	"declara/app/errs"
	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

// The catalogue of posts decides who declares in full and who in the simplified
// form (Normas 11ª and 12ª, legal.md 4): not the person, and not whoever puts her on
// the roster. A post is known by its name, however payroll writes it.

// maxAgreement is the longest reference to where a level was decided, in bytes.
const maxAgreement = 200

var (
	errAgreement = errs.New(errs.Invalid, "account.post.agreement")
	errNoPost    = errs.New(errs.Invalid, "account.post.none")
)

// PostID is the id of the post of a name.
func PostID(name string) string { return storage.Digest([]byte(table.Fold(name)))[:24] }

// PostLine is a post of the catalogue, or one that waits to be put there.
type PostLine struct {
	storage.Post
	Known  bool
	People int      // in office, on the roster and on the list
	Grades []string // that they have
}

// Posts lists the catalogue with the posts of the roster, and of a list that waits
// if its id is not "", that are not in it yet: those first. A level is proposed for
// them.
func (s *Service) Posts(ctx context.Context, tenant, listID string) ([]PostLine, error) {
	var all []PostLine
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		all, err = s.posts(tx, listID)
		return err
	})
	return all, err
}

func (s *Service) posts(tx *storage.Txn, listID string) ([]PostLine, error) {
	byID := map[string]*PostLine{}
	full := map[string]int{} // of those who hold it, on the roster
	if err := tx.Posts(func(p storage.Post) error {
		byID[p.ID] = &PostLine{Post: p, Known: true}
		return nil
	}); err != nil {
		return nil, err
	}
	count := func(name, grade string) *PostLine {
		id := PostID(name)
		l := byID[id]
		if l == nil {
			l = &PostLine{Post: storage.Post{ID: id, Name: name}}
			byID[id] = l
		}
		l.People++
		if !slices.Contains(l.Grades, grade) {
			l.Grades = append(l.Grades, grade)
		}
		return l
	}
	if err := tx.People(func(p storage.Person) error {
		if p.Exit != "" || p.Post == "" {
			return nil
		}
		l := count(p.Post, p.Grade)
		if p.Level == forms.Full {
			full[l.ID]++
		} else {
			full[l.ID]--
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if listID != "" {
		_, lines, err := s.compared(tx, listID)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			if l.In && l.Fate != FateMissing && (l.Person == "" || slices.ContainsFunc(l.Changes, func(c Change) bool { return c.Field == payroll.Post })) {
				count(l.To.Post, l.To.Grade)
			}
		}
	}
	out := make([]PostLine, 0, len(byID))
	for id, l := range byID {
		if !l.Known {
			l.Level = propose(l.Name)
			switch n := full[id]; {
			case n > 0:
				l.Level = forms.Full
			case n < 0:
				l.Level = forms.Simplified
			}
		}
		slices.Sort(l.Grades)
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b PostLine) int {
		if a.Known != b.Known {
			if b.Known {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(plainWords(a.Name), plainWords(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// heads are the words that names of posts from jefe de departamento up begin with.
var heads = []string{
	"jefe de departamento", "jefa de departamento", "jefe de area", "jefa de area", "jefe de unidad", "jefa de unidad", "director", "directora", "subdirector",
	"subdirectora", "secretario general", "secretaria general", "secretario del ayuntamiento", "secretaria del ayuntamiento", "subsecretari", "secretario de ",
	"secretaria de ", "coordinador", "coordinadora", "titular", "president", "regidor", "sindic", "tesorer", "contralor", "oficial mayor", "gerente", "comisari",
	"rector", "vicerrector", "magistrad", "juez", "jueza", "diputad", "gobernador", "procurador", "fiscal", "delegado", "delegada", "comisionad",
}

// propose is the level that the name of a post speaks for. A person decides.
func propose(name string) forms.Level {
	text := table.Fold(name)
	if slices.ContainsFunc(heads, func(h string) bool { return strings.HasPrefix(text, h) }) {
		return forms.Full
	}
	return forms.Simplified
}

// SetPosts decides on posts by id: those that Posts lists. agreement says where it
// was decided. Whoever holds a post goes with it. It tells how many people changed, and
// how many posts wait: one that is full, or would be, becomes simplified when the control
// body confirms it, whoever else asks (lower.go).
func (s *Service) SetPosts(ctx context.Context, tenant, actor, listID, agreement string, levels map[string]forms.Level) (moved, waiting int, err error) {
	agreement = tidy(agreement)
	if agreement == "" || len(agreement) > maxAgreement {
		return 0, 0, errAgreement
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		moved, waiting = 0, 0
		all, err := s.posts(tx, listID)
		if err != nil {
			return err
		}
		alone, err := confirms(tx, actor)
		if err != nil {
			return err
		}
		done := map[string]storage.Post{}
		for _, l := range all {
			level, said := levels[l.ID]
			if !said || l.Known && l.Level == level {
				continue
			}
			p := storage.Post{ID: l.ID, Name: l.Name, Level: level, Agreement: agreement, By: actor, Changed: now}
			if level == forms.Simplified && l.Level == forms.Full && !alone {
				p.Level, p.Asked = forms.Full, &storage.PostAsk{Agreement: agreement, By: actor, At: now}
				if l.Known {
					p.Agreement, p.By, p.Changed = l.Agreement, l.By, l.Changed
				}
				waiting++
			}
			if err := tx.PutPost(p); err != nil {
				return err
			}
			if err := tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: postAct(p), About: p.ID, Reason: level.Slug() + ": " + agreement}); err != nil {
				return err
			}
			done[p.ID] = p
		}
		if len(done) == 0 {
			return errNoPost
		}
		moved, err = bringAlong(tx, actor, now, done)
		return err
	})
	return moved, waiting, err
}

// bringAlong gives those who hold posts their level.
func bringAlong(tx *storage.Txn, actor string, now time.Time, posts map[string]storage.Post) (moved int, err error) {
	var change []storage.Person
	if err := tx.People(func(p storage.Person) error {
		if post, ok := posts[PostID(p.Post)]; ok && p.Level != post.Level {
			if p.Level = post.Level; p.Level == forms.Full {
				p.Lowered = nil
			}
			change = append(change, p)
		}
		return nil
	}); err != nil {
		return 0, err
	}
	for _, p := range change {
		if err := tx.PutPerson(p); err != nil {
			return 0, err
		}
		if err := tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "person.edit", About: p.ID, Reason: "post.level"}); err != nil {
			return 0, err
		}
	}
	return len(change), nil
}

// decided puts the level of the catalogue on an official whose post is in it.
func decided(tx *storage.Txn, o *Official) error {
	p, err := tx.Post(PostID(o.Post))
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err == nil {
		o.Level = p.Level
	}
	return err
}
