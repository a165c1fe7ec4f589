package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// Credentials are what a reader of the API is given. Secret and Password are
// shown once: the store has their SHA-256, which is enough for 200 random bits.
type Credentials struct {
	ClientID, Secret   string
	Username, Password string
}

// secretLetters are those that need no escaping in a URL, a header or a form:
// readers put the secret in all three.
const secretLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-"

// secretLength gives 241 bits.
const secretLength = 40

// newSecret draws letters without bias: bytes beyond the last whole round of the
// alphabet are thrown away.
func newSecret() string {
	const rounds = 256 / len(secretLetters) * len(secretLetters)
	var out []byte
	for len(out) < secretLength {
		var b [64]byte
		rand.Read(b[:])
		for _, x := range b {
			if int(x) < rounds && len(out) < secretLength {
				out = append(out, secretLetters[int(x)%len(secretLetters)])
			}
		}
	}
	return string(out)
}

// secretHash is what is kept of a secret.
func secretHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// AddClient makes a reader of the API and returns what it is to be given.
func (s *Service) AddClient(ctx context.Context, tenant, actor, name string) (c storage.Client, given Credentials, err error) {
	name = tidy(name)
	if problems := clientName(name); problems != nil {
		return c, given, problems
	}
	now := s.now()
	c = storage.Client{ID: storage.NewID(now), Name: name, Created: now, Gen: 1, Rev: 1}
	c.Username = "lector-" + strings.ToLower(c.ID[len(c.ID)-8:])
	given = renew(&c)
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := tx.PutClient(c); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "client.add", About: c.ID})
	})
	return c, given, err
}

func clientName(name string) Problems {
	return checked(struct {
		Name string `validate:"required,max=100"`
	}{name}, map[string]string{"Name": "nombre"})
}

// renew gives a reader a new secret and password.
func renew(c *storage.Client) Credentials {
	given := Credentials{ClientID: c.ID, Secret: newSecret(), Username: c.Username, Password: newSecret()}
	c.Secret, c.Password = secretHash(given.Secret), secretHash(given.Password)
	return given
}

// MostOverlap is the most days that secrets hold after others took their place.
const MostOverlap = 90

// RotateClient gives a reader other secrets. Those of before hold for so many days yet;
// with 0 they and the tokens made with them end at once. Of secrets that were changed
// twice, only the last pair before holds.
func (s *Service) RotateClient(ctx context.Context, tenant, actor, id string, overlap int) (c storage.Client, given Credentials, err error) {
	if overlap < 0 || overlap > MostOverlap {
		return c, given, Problems{{Field: "dias", Key: "connect.rotate.error.days", Args: []string{strconv.Itoa(MostOverlap)}}}
	}
	act := "client.rotate"
	if overlap > 0 {
		act = "client.rotate.overlap"
	}
	c, err = s.changeClient(ctx, tenant, actor, act, id, func(_ *storage.Txn, c *storage.Client) error {
		was := storage.Former{Secret: c.Secret, Password: c.Password, Until: s.now().AddDate(0, 0, overlap)}
		given = renew(c)
		c.Former, c.Renewed = nil, s.now()
		if overlap > 0 {
			c.Former = &was
		} else {
			c.Gen++
		}
		return nil
	})
	return c, given, err
}

// EndFormer ends the secrets that others took the place of before their day, and all
// tokens: nobody knows with which pair each was made.
func (s *Service) EndFormer(ctx context.Context, tenant, actor, id string) error {
	_, err := s.changeClient(ctx, tenant, actor, "client.former.end", id, func(_ *storage.Txn, c *storage.Client) error {
		c.Former = nil
		c.Gen++
		return nil
	})
	return err
}

// SuspendClient stops a reader, or lets it read again. Its tokens stop working.
func (s *Service) SuspendClient(ctx context.Context, tenant, actor, id string, stop bool) error {
	act := "client.resume"
	if stop {
		act = "client.suspend"
	}
	_, err := s.changeClient(ctx, tenant, actor, act, id, func(_ *storage.Txn, c *storage.Client) error {
		c.Disabled = stop
		c.Gen++
		return nil
	})
	return err
}

// RevokeClient ends a reader for good. What it did stays to be read.
func (s *Service) RevokeClient(ctx context.Context, tenant, actor, id string) error {
	_, err := s.changeClient(ctx, tenant, actor, "client.revoke", id, func(_ *storage.Txn, c *storage.Client) error {
		c.Disabled, c.Revoked, c.Former = true, s.now(), nil
		c.Secret, c.Password = "", ""
		c.Gen++
		return nil
	})
	return err
}

// Terms are what a reader of the API is held to.
type Terms struct {
	Name     string
	Expires  string // day as it was typed; "" is never
	Networks string // ranges as they were typed
}

// SetTerms changes the name of a reader, its last day and where it may ask from.
func (s *Service) SetTerms(ctx context.Context, tenant, actor, id string, t Terms) error {
	t.Name = tidy(t.Name)
	problems := clientName(t.Name)
	var expires string
	if strings.TrimSpace(t.Expires) != "" {
		day, err := forms.ParseDate(strings.TrimSpace(t.Expires))
		if err != nil {
			problems = append(problems, Problem{Field: "vence", Key: "connect.terms.error.day"})
		}
		expires = day
	}
	networks, bad := cleanRanges(t.Networks)
	if bad != "" {
		problems = append(problems, Problem{Field: "redes", Key: "connect.terms.error.networks", Args: []string{bad}})
	}
	if problems != nil {
		return problems
	}
	_, err := s.changeClient(ctx, tenant, actor, "client.terms", id, func(tx *storage.Txn, c *storage.Client) error {
		c.Name, c.Networks = t.Name, networks
		if c.Expires == expires {
			return nil
		}
		c.Expires, c.Until = expires, time.Time{}
		if expires == "" {
			return nil
		}
		inst, err := tx.Institution()
		if err != nil {
			return err
		}
		zone, err := inst.Location()
		if err != nil {
			return err
		}
		day, err := time.ParseInLocation(time.DateOnly, expires, zone)
		if err != nil {
			return err
		}
		if expires < s.now().In(zone).Format(time.DateOnly) {
			return Problems{{Field: "vence", Key: "connect.terms.error.past"}}
		}
		c.Until = day.AddDate(0, 0, 1)
		return nil
	})
	return err
}

// errRevoked is told when somebody changes a reader that was ended for good.
var errRevoked = errs.New(errs.Conflict, "connect.error.revoked")

// changeClient changes a reader as the transaction finds it.
func (s *Service) changeClient(ctx context.Context, tenant, actor, act, id string, fn func(*storage.Txn, *storage.Client) error) (c storage.Client, err error) {
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if c, err = tx.Client(id); err != nil {
			return err
		}
		if !c.Revoked.IsZero() {
			return errRevoked
		}
		if err := fn(tx, &c); err != nil {
			return err
		}
		c.Rev++
		if err := tx.PutClient(c); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act, About: c.ID})
	})
	return c, err
}

// Client is one reader of the API.
func (s *Service) Client(ctx context.Context, tenant, id string) (c storage.Client, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		c, err = tx.Client(id)
		return err
	})
	return c, err
}

// Clients lists the readers of the API, oldest first.
func (s *Service) Clients(ctx context.Context, tenant string) (all []storage.Client, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.Clients(func(c storage.Client) error {
			all = append(all, c)
			return nil
		})
	})
	slices.SortFunc(all, func(a, b storage.Client) int { return strings.Compare(a.ID, b.ID) })
	return all, err
}

// OneOf is an address within ranges of a reader, for who tries its connection out here;
// ok is false when it may ask from anywhere.
func OneOf(ranges string) (address string, ok bool) {
	line, _, _ := strings.Cut(ranges, "\n")
	p, err := netip.ParsePrefix(line)
	return p.Addr().String(), err == nil
}
