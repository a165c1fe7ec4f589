package storage

import (
	"errors"
	"time"

	"declara/forms"
)

// Post is a line of the catalogue of posts: it decides with which format those who
// hold the post declare (Normas 11ª and 12ª). Sealed at rest.
type Post struct {
	ID        string      `json:"id"`   // follows from the name, so that a post is there once
	Name      string      `json:"name"` // as the roster writes it
	Level     forms.Level `json:"level"`
	Agreement string      `json:"agreement,omitempty"` // where it was decided
	By        string      `json:"by"`                  // user
	Changed   time.Time   `json:"changed"`
	Asked     *PostAsk    `json:"asked,omitempty"` // the simplified format, which the control body has not confirmed
}

// PostAsk is what human resources want a post to be.
type PostAsk struct {
	Agreement string    `json:"agreement"`
	By        string    `json:"by"` // user
	At        time.Time `json:"at"`
}

// Post reads a post of the catalogue.
func (x *Txn) Post(id string) (Post, error) { return get[Post](x, kPost, id) }

// Posts calls fn with every post of the catalogue in order of ids. An error of fn
// ends it. fn must not write.
func (x *Txn) Posts(fn func(Post) error) error { return each(x, kPost, fn) }

// PutPost makes or changes a post.
func (x *Txn) PutPost(p Post) error { return put(x, p, kPost, p.ID) }

// Import is a list of people on its way to the roster, and then what it did there,
// so that it can be taken back. Sealed at rest, and forgotten when it expires.
type Import struct {
	ID      string    `json:"id"`
	User    string    `json:"user"` // who brought it
	Created time.Time `json:"created"`
	Applied time.Time `json:"applied,omitzero"`
	Undone  time.Time `json:"undone,omitzero"`
	Expires time.Time `json:"expires"`
	Data    []byte    `json:"data"` // the service's own
}

// Import reads a list.
func (x *Txn) Import(id string) (Import, error) { return get[Import](x, kImport, id) }

// Imports calls fn with every list in order of ids. An error of fn ends it. fn must
// not write.
func (x *Txn) Imports(fn func(Import) error) error { return each(x, kImport, fn) }

// PutImport keeps a list.
func (x *Txn) PutImport(i Import) error { return put(x, i, kImport, i.ID) }

// DropImport forgets a list.
func (x *Txn) DropImport(id string) error { return x.drop(kImport, id) }

// SweepImports forgets at most limit lists that have expired, and tells how many.
func (x *Txn) SweepImports(now time.Time, limit int) (int, error) {
	return sweep(x, kImport, limit, func(i Import) bool { return !now.Before(i.Expires) }, x.DropImport)
}

// DropPerson takes an official off the roster who was put on it by mistake, with her
// account. ErrConflict when anything rests on her already: a filing, a
// draft or a requirement; what was filed is never left without its person.
func (x *Txn) DropPerson(id string) error {
	p, err := x.Person(id)
	if err != nil {
		return err
	}
	filings, err := x.FilingsOf(id)
	if err != nil {
		return err
	}
	drafts, err := x.DraftsOf(id)
	if err != nil {
		return err
	}
	follow, err := x.Follow(id)
	if err != nil {
		return err
	}
	if len(filings)+len(drafts)+len(follow.Requirements)+len(follow.Handed)+len(follow.Papers) > 0 || p.Reserve != nil {
		return ErrConflict
	}
	u, err := x.UserByPerson(id)
	switch {
	case err == nil:
		if err := x.EndSessionsOf(u.ID, ""); err != nil {
			return err
		}
		if err := errors.Join(x.drop(kUserLogin, x.blind(kUserLogin, u.Login)), x.drop(kUserPerson, id), x.drop(kUser, u.ID)); err != nil {
			return err
		}
	case !absent(err):
		return err
	}
	return errors.Join(x.drop(kPersonRFC, x.blind(kPersonRFC, p.RFC)), x.drop(kFollow, id), x.drop(kPerson, id))
}
