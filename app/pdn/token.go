package pdn

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// Lifetime is how long a token is good for (clients.md 1: no client keeps one).
const Lifetime = time.Hour

// tokenType is the scheme of the Authorization header that carries a token.
const tokenType = "Bearer"

// Token is a token as the token endpoint answers it. The members are those of
// RFC 6749 and every published client reads the first two.
type Token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
}

// grant is what a token says.
type grant struct {
	client  string
	gen     uint32
	expires uint32 // Unix seconds
}

const grantHead = 9 // version, generation, expiry

// Token answers a request for a token. contentType, body and authorization are
// as the client sent them; network is where from. It writes nothing.
func (s *Service) Token(ctx context.Context, tenant, network, contentType, authorization string, body []byte) (Token, error) {
	r, err := readRequest(contentType, body)
	if err == nil {
		err = r.complete(authorization)
	}
	if err != nil {
		s.refuse(tenant, "", err)
		return Token{}, err
	}
	p, err := s.client(ctx, tenant, network, r, authorization)
	if err != nil {
		if errs.CodeOf(err) == errs.Unsigned && !s.fails.allow(tenant+" "+network) {
			err = fault(codeTries, errs.TooMany, "pdn.error.tries")
		}
		s.refuse(tenant, p.named, err)
		return Token{}, err
	}
	s.issued(tenant, p.client.ID)
	return Token{
		AccessToken: s.token(tenant, grant{p.client.ID, uint32(p.client.Gen), uint32(p.until.Unix())}),
		TokenType:   tokenType,
		ExpiresIn:   int(p.until.Sub(s.now()) / time.Second),
	}, nil
}

// proof is who asks for a token.
type proof struct {
	named  string // a client that is there and was named, whether or not the rest was right
	client storage.Client
	until  time.Time // its token may not hold longer
}

// client is the client that the request proves to come from: with the credentials
// of the form, or those of the Basic header, as either may have been damaged on
// the way (clients.md 1).
func (s *Service) client(ctx context.Context, tenant, network string, r request, authorization string) (found proof, err error) {
	pairs := [][2]string{{r.clientID, r.clientSecret}}
	if id, secret, ok := basic(authorization); ok {
		pairs = append(pairs, [2]string{id, secret})
	}
	now := s.now()
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		found = proof{}
		for _, p := range pairs {
			c, err := tx.Client(p[0])
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
			if c.ID != "" {
				found.named = c.ID
			}
			if until, ok := proves(c, p[1], r.username, r.password, now); ok {
				found.client, found.until = c, until
				return may(c, network, now)
			}
		}
		return fault(codeUnknown, errs.Unsigned, "pdn.error.credentials")
	})
	return found, err
}

// proves reports whether a client record, which may be the zero one, fits what was
// sent, with its secrets or with those of before while these hold; and until when its
// token may. It takes the same time whatever is wrong.
func proves(c storage.Client, secret, username, password string, now time.Time) (until time.Time, ok bool) {
	var former storage.Former
	if c.Former != nil {
		former = *c.Former
	}
	user := subtle.ConstantTimeCompare(digest(c.Username), digest(username))
	fresh := same(c.Secret, secret) & same(c.Password, password) & user
	old := same(former.Secret, secret) & same(former.Password, password) & user
	until = now.Add(Lifetime)
	switch {
	case c.Disabled || c.ID == "":
		return until, false
	case fresh == 1:
	case old == 1 && now.Before(former.Until):
		until = earlier(until, former.Until)
	default:
		return until, false
	}
	return earlier(until, c.Until), true
}

// earlier is the first of two times; a zero b is never.
func earlier(a, b time.Time) time.Time {
	if !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// may says why a client that is known may not ask: its time is over, or it does not
// ask from where it said that it would.
func may(c storage.Client, network string, now time.Time) error {
	if !c.Until.IsZero() && !now.Before(c.Until) {
		return fault(codeExpired, errs.Unsigned, "pdn.error.expired")
	}
	if !within(c.Networks, network) {
		return fault(codeNetwork, errs.Unsigned, "pdn.error.network")
	}
	return nil
}

// within reports whether an address lies in one of the ranges, one a line. Without
// ranges every address does.
func within(ranges, address string) bool {
	if ranges == "" {
		return true
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	a = a.WithZone("").Unmap()
	for line := range strings.Lines(ranges) {
		if p, err := netip.ParsePrefix(strings.TrimSpace(line)); err == nil && p.Contains(a) {
			return true
		}
	}
	return false
}

// same is 1 when a text has the digest.
func same(want, text string) int {
	sum, err := hex.DecodeString(want)
	if err != nil {
		return 0
	}
	return subtle.ConstantTimeCompare(sum, digest(text))
}

func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// token seals a grant: who has the token can read nothing in it, and who changes
// it, or brings it to another tenant, has none.
func (s *Service) token(tenant string, g grant) string {
	plain := make([]byte, 0, grantHead+len(g.client))
	plain = append(plain, 1)
	plain = binary.BigEndian.AppendUint32(plain, g.gen)
	plain = binary.BigEndian.AppendUint32(plain, g.expires)
	plain = append(plain, g.client...)
	nonce := make([]byte, s.seal.NonceSize(), s.seal.NonceSize()+len(plain)+s.seal.Overhead())
	rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(s.seal.Seal(nonce, nonce, plain, []byte(tenant)))
}

func refused() *Error { return fault(codeToken, errs.Unsigned, "pdn.error.token") }

// open reads the token of an Authorization header.
func (s *Service) open(tenant, authorization string) (grant, error) {
	scheme, text, _ := strings.Cut(strings.TrimSpace(authorization), " ")
	if !strings.EqualFold(scheme, tokenType) { // bulk sends it as it got it
		return grant{}, refused()
	}
	sealed, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(sealed) < s.seal.NonceSize() {
		return grant{}, refused()
	}
	nonce, rest := sealed[:s.seal.NonceSize()], sealed[s.seal.NonceSize():]
	plain, err := s.seal.Open(nil, nonce, rest, []byte(tenant))
	if err != nil || len(plain) < grantHead || plain[0] != 1 {
		return grant{}, refused()
	}
	g := grant{
		gen: binary.BigEndian.Uint32(plain[1:]), expires: binary.BigEndian.Uint32(plain[5:]),
		client: string(plain[grantHead:]),
	}
	if s.now().Unix() >= int64(g.expires) {
		return grant{}, refused()
	}
	return g, nil
}

// holds reports whether the client still may: a new generation or switching it
// off ends its tokens at once, and so does the end of its time.
func (g grant) holds(tx *storage.Txn, network string, now time.Time) error {
	c, err := tx.Client(g.client)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return refused()
	case err != nil:
		return err
	case c.Disabled || uint32(c.Gen) != g.gen:
		return refused()
	}
	return may(c, network, now)
}
