package complain

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/i18n"
	"declara/storage"
)

// Office is where cases are worked: whoever holds a wrap of one sees it, and there is
// no other way in. It is safe for concurrent use.
type Office struct {
	*Service
	words *i18n.Bundle

	mu   sync.Mutex
	here map[string]map[string]time.Time // case → user → when she last looked
}

// NewOffice makes an Office over a Service. Its acts are worded by words.
func NewOffice(s *Service, words *i18n.Bundle) *Office {
	return &Office{Service: s, words: words, here: map[string]map[string]time.Time{}}
}

// Hand is somebody of the office at work: her account, and her key open.
type Hand struct {
	Tenant string
	User   string
	Key    *vault.Private
}

// What somebody of the office is told.
var (
	ErrNoCase    = errs.New(errs.NotFound, "web.error.notfound")
	errMoved     = errs.New(errs.Conflict, "cases.error.moved")
	errNoWay     = errs.New(errs.Invalid, "cases.error.way")
	errSide      = errs.New(errs.Invalid, "cases.error.side")
	errDocument  = errs.New(errs.Invalid, "cases.error.document")
	errPDF       = errs.New(errs.Invalid, "cases.error.pdf")
	errKind      = errs.New(errs.Invalid, "cases.error.kind")
	errReason    = errs.New(errs.Invalid, "cases.error.reason")
	errMotive    = errs.New(errs.Invalid, "cases.error.motive")
	errQuestion  = errs.New(errs.Invalid, "cases.error.question")
	errAuthority = errs.New(errs.Invalid, "cases.error.authority")
	errFile      = errs.New(errs.Invalid, "cases.error.file")
	errText      = errs.New(errs.Invalid, "cases.error.text")
	errLong      = errs.New(errs.Invalid, "cases.error.long")
	errFacts     = errs.New(errs.Invalid, "cases.error.facts")
	errLast      = errs.New(errs.Invalid, "cases.error.last")
	errHead      = errs.New(errs.Forbidden, "cases.error.head")
	errSealed    = errs.New(errs.Invalid, "cases.error.external")
)

// hold reads a case that a user holds a wrap of.
func (o *Office) holdCase(tx *storage.Txn, id, user string) (c storage.Complaint, err error) {
	c, err = tx.Complaint(id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && c.Case.Of(user) == nil {
		return c, ErrNoCase
	}
	return c, err
}

// hand reads the account of who works, which may have lost its roles since she signed
// in.
func hand(tx *storage.Txn, h Hand) (u storage.User, err error) {
	u, err = tx.User(h.User)
	if err == nil && (u.Disabled || !mayRead(u.Roles)) {
		return u, errMayNot
	}
	return u, err
}

// Presence.

// presence is how long after her last look somebody counts as having a case open.
const presence = 10 * time.Minute

// look writes down, in memory only, that a user has a case open, and tells who else.
func (o *Office) look(id, user string) (others []string) {
	now := o.now()
	o.mu.Lock()
	defer o.mu.Unlock()
	for c, all := range o.here {
		for u, at := range all {
			if now.Sub(at) > presence {
				delete(all, u)
			}
		}
		if len(all) == 0 {
			delete(o.here, c)
		}
	}
	if o.here[id] == nil {
		o.here[id] = map[string]time.Time{}
	}
	o.here[id][user] = now
	for u := range o.here[id] {
		if u != user {
			others = append(others, u)
		}
	}
	slices.Sort(others)
	return others
}

// left forgets that a user has a case open.
func (o *Office) left(id, user string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.here[id], user)
}

// Holders of a case.

// Holder is somebody who can open a case.
type Holder struct {
	User, Name, Post string
	Assigned         bool
	Roles            []storage.Role
}

// holdersOf are those who hold a wrap of a case, by name.
func holdersOf(tx *storage.Txn, c *storage.Complaint) (all []Holder, err error) {
	for _, w := range c.Case.Wraps {
		h, err := holderOf(tx, w.User)
		if err != nil {
			return nil, err
		}
		h.Assigned = slices.Contains(c.Assigned, w.User)
		all = append(all, h)
	}
	return all, nil
}

func holderOf(tx *storage.Txn, user string) (Holder, error) {
	u, err := tx.User(user)
	if errors.Is(err, storage.ErrNotFound) {
		return Holder{User: user}, nil
	} else if err != nil {
		return Holder{}, err
	}
	h := Holder{User: user, Name: u.Name, Roles: u.Roles}
	k, err := tx.VaultKey(user)
	if errors.Is(err, storage.ErrNotFound) {
		return h, nil
	}
	h.Post = k.Post
	return h, err
}

// change changes a case in one transaction: fn is given it as it is now, with who asks.
// Others may have changed it since she read it; fn says whether that matters.
func (o *Office) change(ctx context.Context, h Hand, id string, fn func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error) error {
	return o.db.Update(ctx, h.Tenant, func(tx *storage.Txn) error {
		u, err := hand(tx, h)
		if err != nil {
			return err
		}
		c, err := o.holdCase(tx, id, h.User)
		if err != nil {
			return err
		}
		return o.telling(tx, id, func() error { return fn(tx, &c, &u) })
	})
}

// acted sets the day of the last act, and keeps the case.
func (o *Office) acted(tx *storage.Txn, c *storage.Complaint) error {
	day, err := o.today(tx)
	if err != nil {
		return err
	}
	if c.Clocks == nil {
		c.Clocks = map[string]string{}
	}
	c.Clocks[clockAct] = day
	return tx.PutComplaint(*c, c.Version)
}
