package seal

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"declara/pdf/sign"
	"declara/storage"
)

// Bounds of what an administrator may configure.
const (
	maxRoots     = 20
	maxWitnesses = 10
	maxAddress   = 300
)

// Trust is what the administrator decided to trust and whom to tell.
func (s *Service) Trust(ctx context.Context, tenant string) (t storage.Trust, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		t, err = tx.Trust()
		return err
	})
	return t, err
}

// change rewrites a part of what is trusted.
func (s *Service) change(ctx context.Context, tenant, actor, act string, fn func(*storage.Trust) error) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		t, err := tx.Trust()
		if err != nil {
			return err
		}
		if err := fn(&t); err != nil {
			return err
		}
		if err := tx.PutTrust(t); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act})
	})
}

// Authority is a time stamp authority as an administrator describes it.
type Authority struct {
	URL, User string
	Password  string // "" leaves the one that is kept
	Forget    bool   // of the password
	Roots     []byte // PEM or DER, added to those that are kept
}

// SetStamps configures the time stamp authority; an empty URL ends time stamps. A
// new authority is asked at once the next time. Roots are only added: the stamps of an
// authority of before are verified for ever.
func (s *Service) SetStamps(ctx context.Context, tenant, actor string, a Authority) error {
	if a.URL != "" && !validURL(a.URL) {
		return refused("seal.error.stamps.url")
	}
	var roots []storage.Certificate
	if len(a.Roots) > 0 {
		certs, err := readRoots(a.Roots)
		if err != nil {
			return err
		}
		for _, c := range certs {
			roots = append(roots, storage.Certificate{DER: c.Raw, Added: s.now().UTC(), By: actor})
		}
	}
	s.stamps.set(time.Time{})
	return s.change(ctx, tenant, actor, "stamps.set", func(t *storage.Trust) error {
		kept := t.Stamps
		t.Stamps = storage.Stamps{URL: a.URL, User: a.User, Password: kept.Password, Roots: kept.Roots}
		if a.Password != "" {
			t.Stamps.Password = a.Password
		}
		if a.Forget || a.User == "" {
			t.Stamps.Password = ""
		}
		for _, r := range roots {
			if !slices.ContainsFunc(t.Stamps.Roots, func(k storage.Certificate) bool { return bytes.Equal(k.DER, r.DER) }) {
				t.Stamps.Roots = append(t.Stamps.Roots, r)
			}
		}
		if len(t.Stamps.Roots) > maxRoots {
			return refused("seal.error.roots.many")
		}
		if t.Stamps.URL != "" && len(t.Stamps.Roots) == 0 {
			return refused("seal.error.stamps.roots")
		}
		return nil
	})
}

func validURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && len(address) <= maxAddress && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}

// readRoots reads certificates of authorities, PEM or one in DER.
func readRoots(file []byte) (certs []*x509.Certificate, err error) {
	if len(file) > maxBring {
		return nil, refused("seal.error.large")
	}
	if c, err := x509.ParseCertificate(file); err == nil {
		return []*x509.Certificate{c}, nil
	}
	for {
		var b *pem.Block
		if b, file = pem.Decode(file); b == nil {
			break
		}
		c, err := x509.ParseCertificate(b.Bytes)
		if b.Type != "CERTIFICATE" || err != nil || len(certs) == maxRoots {
			return nil, refused("seal.error.roots")
		}
		certs = append(certs, c)
	}
	if len(certs) == 0 {
		return nil, refused("seal.error.roots")
	}
	return certs, nil
}

// TryStamps asks the configured authority for a stamp over something random, and
// gives the reason why there is none.
func (s *Service) TryStamps(ctx context.Context, tenant string) (why sign.Reason, err error) {
	t, err := s.Trust(ctx, tenant)
	if err != nil {
		return "", err
	}
	st := s.stamper(t.Stamps)
	if st == nil {
		return "", refused("seal.error.stamps.none")
	}
	var digest [32]byte
	rand.Read(digest[:])
	if _, err := st.Stamp(ctx, digest); err != nil {
		if e, ok := errors.AsType[*sign.Error](err); ok {
			return e.Why, nil
		}
		return sign.StampUnreachable, nil
	}
	s.stamps.set(time.Time{})
	return "", nil
}

// SetWitnesses says to which addresses the state of the log is sent every day.
func (s *Service) SetWitnesses(ctx context.Context, tenant, actor string, addresses []string) error {
	var all []string
	for _, a := range addresses {
		a = strings.TrimSpace(a)
		if a == "" {
			continue
		}
		got, err := mail.ParseAddress(a)
		if err != nil || got.Address != a || len(a) > maxAddress || strings.ContainsAny(a, "\r\n") {
			return refused("seal.error.witness", clip(a))
		}
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	if len(all) > maxWitnesses {
		return refused("seal.error.witnesses")
	}
	return s.change(ctx, tenant, actor, "witnesses.set", func(t *storage.Trust) error {
		t.Witnesses.Mail = all
		return nil
	})
}

// SetFolder says into which folder of the server the state of the log is written every
// day, "" into none. It is the operator's to choose, when the program starts: a page
// could name any folder that the program may write to.
func (s *Service) SetFolder(ctx context.Context, tenant, folder string) error {
	t, err := s.Trust(ctx, tenant)
	if err != nil || t.Witnesses.Folder == folder {
		return err
	}
	return s.change(ctx, tenant, "", "witnesses.folder", func(t *storage.Trust) error {
		t.Witnesses.Folder = folder
		return nil
	})
}

// Installed is a certificate that an administrator installed, as a person compares
// it.
type Installed struct {
	Name, Issuer, Fingerprint string
	From, Until               time.Time
}

// Describe tells certificates that were installed.
func Describe(certs []storage.Certificate) (all []Installed) {
	for _, k := range certs {
		if c, err := x509.ParseCertificate(k.DER); err == nil {
			all = append(all, Installed{cmp.Or(c.Subject.CommonName, c.Subject.String()), c.Issuer.CommonName, Fingerprint(c), c.NotBefore, c.NotAfter})
		}
	}
	return all
}
