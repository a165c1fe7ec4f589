package account

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"declara/storage"
)

// How long a session lasts. It ends so long after it was last used, and at the
// latest so long after it began. Use is noted at most every touchEvery, so that
// reading pages does not write; a session may therefore end up to that much
// before its time, never after. See Remaining for what may be promised.
const (
	idleDeclarant = 30 * time.Minute
	idleStaff     = 15 * time.Minute
	absolute      = 12 * time.Hour
	touchEvery    = 5 * time.Minute
	// asideFor is how long a post waits for its person to sign in again.
	asideFor = 10 * time.Minute
)

// Visit is what is known of who asks for a page.
type Visit struct {
	Institution storage.Institution // zero before set-up
	User        *storage.User       // nil when nobody is signed in
	Session     storage.Session     //
	Hash        string              // of the session's token; "" when there is none
	Over        string              // id of the user whose session ended, when the cookie tells
	Half        *storage.User       // who gave the password and not yet the second factor; User is nil then
}

// Idle is how long a session of the user lasts without use.
func Idle(u *storage.User) time.Duration {
	if OnlyDeclares(*u) {
		return idleDeclarant
	}
	return idleStaff
}

// Remaining is the time that a page may promise to its reader before the session
// ends for want of use.
func Remaining(u *storage.User) time.Duration { return Idle(u) - touchEvery }

// Visit reads, in one transaction, the institution and the session of a cookie's
// token. It writes only when the last use noted is older than five minutes.
func (s *Service) Visit(ctx context.Context, tenant, token string) (Visit, error) {
	var v Visit
	now := s.now()
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		v = Visit{}
		if v.Institution, err = tx.Institution(); err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		return v.read(tx, token, now)
	})
	if err == nil && v.User != nil && now.Sub(v.Session.Seen) >= touchEvery {
		err = s.Touch(ctx, tenant, &v)
	}
	return v, err
}

// read finds the session of a token and whether it still holds.
func (v *Visit) read(tx *storage.Txn, token string, now time.Time) error {
	if token == "" || len(token) > 64 {
		return nil
	}
	hash := hashToken(token)
	session, err := tx.Session(hash)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	user, err := tx.User(session.User)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	if user.Disabled || session.Created.Before(user.Changed) {
		return nil
	}
	if session.Half || NeedsSecond(&user) && user.Second == nil {
		if session.Half && now.Sub(session.Created) <= halfFor {
			v.Half, v.Session, v.Hash = &user, session, hash
		}
		return nil
	}
	if now.Sub(session.Seen) > Idle(&user) || now.Sub(session.Created) > absolute {
		v.Over = user.ID
		return nil
	}
	v.User, v.Session, v.Hash = &user, session, hash
	return nil
}

// Touch notes that a session is in use, now.
func (s *Service) Touch(ctx context.Context, tenant string, v *Visit) error {
	now := s.now()
	err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		session, err := tx.Session(v.Hash)
		if errors.Is(err, storage.ErrNotFound) {
			return nil // it was ended meanwhile, and stays ended
		} else if err != nil {
			return err
		}
		session.Seen = now
		return tx.PutSession(v.Hash, session)
	})
	if err == nil {
		v.Session.Seen = now
	}
	return err
}

// Flash keeps what the next page of a session shows once.
func (s *Service) Flash(ctx context.Context, tenant, hash string, f *storage.Flash) error {
	return s.session(ctx, tenant, hash, func(x *storage.Session) { x.Flash = f })
}

// Search keeps what a session looks for in the roster.
func (s *Service) Search(ctx context.Context, tenant, hash, words string) error {
	words = strings.ToValidUTF8(words[:min(len(words), mostSearched)], "")
	return s.session(ctx, tenant, hash, func(x *storage.Session) { x.Search = words })
}

// sealedUnder is what SealedUnder gives for a token: another value than its hash, which
// the store has, and one that nothing in the store leads to.
const sealedUnder = "declara session vault v1"

// SealedUnder is 32 bytes that only the browser of a session can give: what is sealed
// under them and kept in the session opens for nobody who has the store and its keys.
func SealedUnder(token string) []byte {
	secret, err := hkdf.Key(sha256.New, []byte(token), nil, sealedUnder, 32)
	if err != nil {
		panic(err) // never for that length
	}
	return secret
}

// KeepSealed keeps, for as long as a session lasts, what was sealed under its
// SealedUnder; nil takes it away.
func (s *Service) KeepSealed(ctx context.Context, tenant, hash string, sealed []byte) error {
	return s.session(ctx, tenant, hash, func(x *storage.Session) { x.Vault = sealed })
}

// session changes a session that is not over.
func (s *Service) session(ctx context.Context, tenant, hash string, change func(*storage.Session)) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		session, err := tx.Session(hash)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
		change(&session)
		return tx.PutSession(hash, session)
	})
}

// SignOut ends one session.
func (s *Service) SignOut(ctx context.Context, tenant, hash string) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return tx.DeleteSession(hash) })
}

// EndOthers ends every session of a user but the one of hash.
func (s *Service) EndOthers(ctx context.Context, tenant, user, hash string) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		return tx.EndSessionsOf(user, hash)
	})
}

// mostSearched is the longest search of the roster, in bytes.
const mostSearched = 200

// sweepAtOnce is how many records one transaction of Sweep forgets.
const sweepAtOnce = 500

// Sweep forgets sessions that are over, posts that nobody came back for, lists whose
// day is over and old counters of tries. It is for a job that runs now and then.
func (s *Service) Sweep(ctx context.Context, tenant string) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := tx.EndSessions(func(_ string, x storage.Session) bool {
			return now.Sub(x.Created) > absolute+asideFor || now.Sub(x.Seen) > idleDeclarant+time.Hour
		}); err != nil {
			return err
		}
		if _, err := tx.SweepAsides(now, sweepAtOnce); err != nil {
			return err
		}
		if _, err := tx.SweepImports(now, sweepAtOnce); err != nil {
			return err
		}
		_, err := tx.SweepTries(now.Add(-knownFor), sweepAtOnce)
		return err
	})
}

// begin makes a session for a user and returns what its browser is to hold. It is half
// of one for who has still to show the second factor.
func begin(tx *storage.Txn, u storage.User, now time.Time) (token string, err error) {
	if !NeedsSecond(&u) {
		return beginWhole(tx, u, now)
	}
	x := storage.Session{User: u.ID, Created: now, Seen: now, Half: true}
	if u.Second == nil {
		x.Secret = newTOTP()
	}
	token = newToken()
	return token, tx.PutSession(hashToken(token), x)
}

// beginWhole is begin for who showed all that there is to show.
func beginWhole(tx *storage.Txn, u storage.User, now time.Time) (token string, err error) {
	token = newToken()
	return token, tx.PutSession(hashToken(token), storage.Session{User: u.ID, Created: now, Seen: now})
}

// SetAside keeps a form post that came after its session had ended, for ten
// minutes and for that user alone. The key is what the browser is to hold.
func (s *Service) SetAside(ctx context.Context, tenant, user, path string, form []byte) (key string, err error) {
	key = newToken()
	aside := storage.Aside{User: user, Path: path, Form: slices.Clone(form), Expires: s.now().Add(asideFor)}
	return key, s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return tx.PutAside(hashToken(key), aside) })
}

// LookAside shows what SetAside kept, and keeps it. ok is false when there is
// nothing, when it is too late, or when it is somebody else's.
func (s *Service) LookAside(ctx context.Context, tenant, user, key string) (path string, form []byte, ok bool, err error) {
	return s.aside(ctx, tenant, user, key, true)
}

// TakeAside is LookAside that keeps nothing: what it gives is given once.
func (s *Service) TakeAside(ctx context.Context, tenant, user, key string) (path string, form []byte, ok bool, err error) {
	return s.aside(ctx, tenant, user, key, false)
}

func (s *Service) aside(ctx context.Context, tenant, user, key string, keep bool) (path string, form []byte, ok bool, err error) {
	if key == "" || len(key) > 64 {
		return "", nil, false, nil
	}
	var a storage.Aside
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		a, err = tx.TakeAside(hashToken(key))
		if err == nil && keep && a.User == user && now.Before(a.Expires) {
			return tx.PutAside(hashToken(key), a)
		}
		return err
	})
	if errors.Is(err, storage.ErrNotFound) {
		return "", nil, false, nil
	}
	if err != nil || a.User != user || !now.Before(a.Expires) {
		return "", nil, false, err
	}
	return a.Path, a.Form, true, nil
}

// newToken is 32 random bytes as text for a cookie or an address.
func newToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
