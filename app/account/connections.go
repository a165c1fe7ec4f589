package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

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
	if problems := checked(struct {
		Name string `validate:"required,max=100"`
	}{name}, map[string]string{"Name": "nombre"}); problems != nil {
		return c, given, problems
	}
	now := s.now()
	c = storage.Client{ID: storage.NewID(now), Name: name, Created: now}
	c.Username = "lector-" + strings.ToLower(c.ID[len(c.ID)-8:])
	given = renew(&c)
	return c, given, s.putClient(ctx, tenant, actor, "client.add", c)
}

// renew gives a reader a new secret and password; tokens of before stop working.
func renew(c *storage.Client) Credentials {
	given := Credentials{ClientID: c.ID, Secret: newSecret(), Username: c.Username, Password: newSecret()}
	c.Secret, c.Password = secretHash(given.Secret), secretHash(given.Password)
	c.Gen++
	return given
}

// RotateClient gives a reader other secrets, at once: the old ones and the tokens
// made with them stop working.
func (s *Service) RotateClient(ctx context.Context, tenant, actor, id string) (c storage.Client, given Credentials, err error) {
	if c, err = s.Client(ctx, tenant, id); err != nil {
		return c, given, err
	}
	given = renew(&c)
	return c, given, s.putClient(ctx, tenant, actor, "client.rotate", c)
}

// SuspendClient stops a reader, or lets it read again. Its tokens stop working.
func (s *Service) SuspendClient(ctx context.Context, tenant, actor, id string, stop bool) error {
	c, err := s.Client(ctx, tenant, id)
	if err != nil {
		return err
	}
	act := "client.resume"
	if stop {
		act = "client.suspend"
	}
	c.Disabled = stop
	c.Gen++
	return s.putClient(ctx, tenant, actor, act, c)
}

// putClient keeps a reader unless it changed since it was read.
func (s *Service) putClient(ctx context.Context, tenant, actor, act string, c storage.Client) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if act != "client.add" {
			old, err := tx.Client(c.ID)
			if err != nil {
				return err
			}
			if old.Gen != c.Gen-1 {
				return storage.ErrConflict
			}
		}
		if err := tx.PutClient(c); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act, About: c.ID})
	})
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
