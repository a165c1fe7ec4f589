// Package account knows who is who: the accounts of a public body, how they are
// entered, what each may do, and the roster of officials they belong to.
//
// # Entering
//
// An account begins with a printed one-time code and no password (code.go). Its
// owner sets the password with it, once. A forgotten password is set again
// through a link that goes to the e-mail of the account (recover.go). Passwords
// are kept as argon2id and never leave this package (password.go, hash.go).
//
// Whoever guesses is slowed down, never the person who is guessed at: a network
// from which an account was entered before is asked for nothing but the password,
// however many others try (throttle.go). No answer tells whether a login exists:
// words and work are the same.
//
// # Sessions
//
// A browser holds 32 random bytes, the store their SHA-256 (session.go, and
// docs/decisions/0005-sessions.md). A password change ends all sessions.
//
// # Roster and readers
//
// Human resources and the control body keep the roster, person by person (roster.go) or
// from lists of payroll (list.go, compare.go, undo.go; payroll reads them), with the
// catalogue of posts (posts.go), and invite people (invite.go). The
// administrator keeps the accounts of staff (staff.go), the readers of the API
// (connections.go) and the institution (setup.go). Every such act is one
// transaction with its entry of the audit log, which holds ids and no content.
//
// The package knows nothing of HTTP. Nothing here is written to a log.
package account

import (
	"context"
	"time"

	"declara/storage"
)

// Post puts a letter in the outbox, in the transaction that caused it. It must do
// nothing but through tx, which may run more than once.
type Post func(tx *storage.Txn, l Letter) error

// Letter is a mail about an account. It never carries a password or a code that
// was printed; an invitation carries a code of its own.
type Letter struct {
	Kind LetterKind
	To   string
	Lang string // language of the person, "" when she chose none
	Path string // address within the site that the letter points to, "" for none
	Code string // of an invitation
	Day  string // yyyy-mm-dd, last day of a reader of the API
	Left int    // how many days before it at the most; 0 is after it
}

// LetterKind is what a letter is about.
type LetterKind string

// The kinds of letters, as they stand in storage.Mail.
const (
	LetterRecovery LetterKind = "recovery" // a link that sets a new password, good for one hour
	LetterUnused   LetterKind = "unused"   // somebody asked for that link before the first sign-in
	LetterChanged  LetterKind = "changed"  // the password was changed
	LetterFactor   LetterKind = "factor"   // the second factor was set up, changed or taken off
	LetterMoved    LetterKind = "moved"    // the account writes to another address from now on

	LetterSpare LetterKind = "spare" // somebody came in with a recovery code

	LetterInvitation LetterKind = "invitation" // a code for the first sign-in
)

// Keys is what this package asks of who keeps the keys that a password locks.
type Keys struct {
	// Reseal locks the key of a user under another password. It does the slow work
	// and returns what keeps the result, for the transaction that keeps the password;
	// nil when the user has no key that the old password opens.
	Reseal func(ctx context.Context, tenant, user, old, password string) (func(*storage.Txn) error, error)
	// Roles refuses roles with which somebody would hold what they do not allow.
	Roles func(tx *storage.Txn, user string, roles []storage.Role) error
}

// Service is the accounts of all tenants. It is safe for concurrent use.
type Service struct {
	keys    Keys
	db      *storage.DB
	now     func() time.Time
	post    Post
	cost    Cost
	places  Places
	decoy   string // hash that is compared when there is no account
	codeKey []byte
}

// Option changes what New makes.
type Option func(*Service)

// WithCost sets the price of a password hash; the default is DefaultCost.
func WithCost(c Cost) Option { return func(s *Service) { s.cost = c } }

// Places waits for a place where a hash that takes so many KiB may be computed; leave
// gives it back.
type Places func(ctx context.Context, memory uint32) (leave func(), err error)

// WithPlaces says where hashes are computed; without it there are some of our own.
func WithPlaces(p Places) Option { return func(s *Service) { s.places = p } }

// WithKeys says who keeps the keys that a password locks; without it nobody does.
func WithKeys(k Keys) Option { return func(s *Service) { s.keys = k } }

// New makes the service. now is the clock; post puts letters in the outbox.
func New(db *storage.DB, now func() time.Time, post Post, options ...Option) *Service {
	s := &Service{db: db, now: now, post: post, cost: DefaultCost,
		places: ownPlaces(), codeKey: db.Keys().Sub("account code")}
	for _, o := range options {
		o(s)
	}
	s.decoy = s.cost.decoy()
	return s
}
