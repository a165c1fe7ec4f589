package account

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"crypto/hmac"
	"crypto/sha256"

	"declara/app/errs"
	"declara/storage"
)

// Guessing is slowed down by three counters of tries that failed:
//
//   - of one login from one network: five are free, then each costs a longer wait;
//   - of one network, whatever the login;
//   - of one login, wherever from.
//
// The last two do not hold for a network from which the account was entered
// before. So who guesses at somebody's account, from one place or from a
// thousand, never keeps her out at her desk; no wait is longer than a quarter of
// an hour, and nothing is ever locked for good. Unknown logins count the same.
//
// A try is counted before the password is looked at, so that a hundred at once
// are a hundred, and taken back when it was right. Counters are in the store,
// shared by all processes; there are at most 65,536 of each kind, chosen by a
// keyed hash, so nobody can fill the store or aim at another's counter.
type rule struct {
	kind   string
	free   int           // failures that cost nothing
	first  time.Duration // wait after the next one; it doubles with each further one
	most   time.Duration
	forget time.Duration // without a failure for so long, all are forgotten
}

var (
	pairRule    = rule{"pair", 5, 30 * time.Second, 15 * time.Minute, time.Hour}
	networkRule = rule{"network", 60, time.Minute, 10 * time.Minute, 20 * time.Minute}
	loginRule   = rule{"login", 20, time.Minute, 15 * time.Minute, time.Hour}
	// letterRule is for links sent by mail: each is a letter in somebody's inbox.
	letterRule = rule{"letter", 3, 10 * time.Minute, time.Hour, 6 * time.Hour}
	// relayRule is for tests of mail servers: each has this server go where somebody says.
	relayRule = rule{"relay", 10, 2 * time.Minute, 20 * time.Minute, 12 * time.Hour}
	// secondRule is for codes of the second factor, in place of loginRule: whoever tries them
	// has the password, and of a million codes three are right. So it holds for known networks
	// too, and is forgotten when a code was right, or after months: a year of guessing is
	// less than one chance in a hundred.
	secondRule = rule{"second", 10, 5 * time.Minute, 4 * time.Hour, 60 * 24 * time.Hour}
)

// knownFor is how long a network stays known after the last sign-in from it.
const knownFor = 120 * 24 * time.Hour

// wait is how long it takes until the next try.
func (r rule) wait(n storage.Tries, now time.Time) time.Duration {
	idle := now.Sub(n.Last)
	if n.Count < r.free || idle > r.forget {
		return 0
	}
	delay := r.most
	if doubled := n.Count - r.free; doubled < 16 {
		delay = min(r.most, r.first<<doubled)
	}
	return max(0, delay-idle)
}

// count adds a failure.
func (r rule) count(n storage.Tries, now time.Time) storage.Tries {
	if now.Sub(n.Last) > r.forget {
		n = storage.Tries{}
	}
	if n.Count == 0 {
		n.Since = now
	}
	n.Count++
	n.Last = now
	return n
}

// try is one attempt at coming in, and what it is counted under.
type try struct {
	login, network string
	user           string // id, when there is such an account
}

// triesCode begins the login of attempts at the second factor.
const triesCode = "second|"

// newTry names an attempt. what tells apart ways of coming in, which do not count
// against each other.
func newTry(what, login, ip, user string) try {
	network := networkOf(ip)
	return try{login: what + "|" + login, network: what + "|" + network, user: user}
}

func (t try) pair() string  { return t.login + "|" + t.network }
func (t try) known() string { return "known|" + t.user + "|" + t.network }

// admit counts an attempt, or refuses it with how long to wait.
func (s *Service) admit(tx *storage.Txn, t try, now time.Time) error {
	known := false
	if t.user != "" {
		n, err := tx.Tries(t.known())
		if err != nil {
			return err
		}
		known = !n.Last.IsZero() && now.Sub(n.Last) < knownFor
	}
	counters := []counter{{pairRule, t.pair()}, {networkRule, t.network}, t.wherever()}
	var wait time.Duration
	for _, c := range counters {
		n, err := tx.Tries(s.subject(c))
		if err != nil {
			return err
		}
		if !known || c.rule == pairRule || c.rule == secondRule {
			wait = max(wait, c.rule.wait(n, now))
		}
	}
	if wait > 0 {
		return tooMany(wait)
	}
	for _, c := range counters {
		if err := s.add(tx, c, now); err != nil {
			return err
		}
	}
	return nil
}

// wherever is the counter of a login whatever network the attempts come from.
func (t try) wherever() counter {
	if strings.HasPrefix(t.login, triesCode) {
		return counter{secondRule, t.login}
	}
	return counter{loginRule, t.login}
}

type counter struct {
	rule    rule
	subject string
}

func (s *Service) add(tx *storage.Txn, c counter, now time.Time) error {
	at := s.subject(c)
	n, err := tx.Tries(at)
	if err != nil {
		return err
	}
	return tx.PutTries(at, c.rule.count(n, now))
}

// right takes an attempt back that was right, and remembers where it came from.
func (s *Service) right(tx *storage.Txn, t try, now time.Time) error {
	if err := s.takeBack(tx, t); err != nil {
		return err
	}
	return s.remember(tx, t, now)
}

// rightSoFar is right, but what only opens the way to the second factor is not
// remembered: whoever has a password has not entered the account.
func (s *Service) rightSoFar(tx *storage.Txn, t try, u *storage.User, now time.Time) error {
	if NeedsSecond(u) {
		return s.takeBack(tx, t)
	}
	return s.right(tx, t, now)
}

// takeBack uncounts an attempt.
func (s *Service) takeBack(tx *storage.Txn, t try) error {
	if err := tx.PutTries(s.subject(counter{pairRule, t.pair()}), storage.Tries{}); err != nil {
		return err
	}
	for _, c := range []counter{{networkRule, t.network}, t.wherever()} {
		at := s.subject(c)
		n, err := tx.Tries(at)
		if err != nil {
			return err
		}
		if n.Count--; n.Count <= 0 || c.rule == secondRule {
			n = storage.Tries{}
		}
		if err := tx.PutTries(at, n); err != nil {
			return err
		}
	}
	return nil
}

// remember notes that an account was entered from where an attempt came.
func (s *Service) remember(tx *storage.Txn, t try, now time.Time) error {
	n, err := tx.Tries(t.known())
	if err != nil || now.Sub(n.Last) < 24*time.Hour {
		return err
	}
	return tx.PutTries(t.known(), storage.Tries{Count: n.Count + 1, Since: now, Last: now})
}

// subject is the name of a counter: one of 65,536 of its kind.
func (s *Service) subject(c counter) string {
	mac := hmac.New(sha256.New, s.codeKey)
	mac.Write([]byte(c.rule.kind + "|" + c.subject))
	return c.rule.kind + "|" + strconv.Itoa(int(binary.BigEndian.Uint16(mac.Sum(nil))))
}

// tooMany says how many minutes to wait.
func tooMany(wait time.Duration) error { return waitFor("account.wait", wait) }

func waitFor(key string, wait time.Duration) error {
	return errs.New(errs.TooMany, key, strconv.Itoa(int((wait+time.Minute-1)/time.Minute)))
}

// IsWait reports whether an error asks to wait.
func IsWait(err error) bool { return errs.CodeOf(err) == errs.TooMany }

// networkOf is what one subscriber has: an address of IPv4, a /64 of IPv6.
func networkOf(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	p, _ := addr.Prefix(64)
	return p.String()
}

// found is the account of a folded login, or nil.
func found(tx *storage.Txn, login string) (*storage.User, error) {
	u, err := tx.UserByLogin(login)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return &u, err
}

// attempt begins one in a transaction of its own: it finds the account, which is nil
// when there is none, counts, and does what else is to be counted.
func (s *Service) attempt(ctx context.Context, tenant, what, login, ip string, more ...func(*storage.Txn, *storage.User) error) (u *storage.User, t try, err error) {
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		if u, err = found(tx, login); err != nil {
			return err
		}
		id := ""
		if u != nil {
			id = u.ID
		}
		t = newTry(what, login, ip, id)
		if err := s.admit(tx, t, now); err != nil {
			return err
		}
		for _, fn := range more {
			if err := fn(tx, u); err != nil {
				return err
			}
		}
		return nil
	})
	return u, t, err
}
