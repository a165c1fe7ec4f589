package seal

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"declara/storage"
)

// Seal is what anybody may know of a seal of the institution.
type Seal struct {
	ID          string
	Name        string // subject, common name
	Issuer      string
	Fingerprint string // SHA-256 of the certificate, hex
	Kind        string // "P-256", "RSA 2048"
	Source      string // SourceOwn, SourceImported
	From        time.Time
	Retired     time.Time // zero while it is in use
	Until       time.Time // end of its certificate
	Soon        bool      // it should be changed by now
}

// Seals are all seals that the institution ever used, the newest first, and the
// certificate of its own authority, nil when it has none. An institution that has no
// seal yet gets one.
func (s *Service) Seals(ctx context.Context, tenant string) (all []Seal, authority *x509.Certificate, err error) {
	if _, err := s.current(ctx, tenant); err != nil {
		return nil, nil, err
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all, authority = nil, nil
		kept, err := tx.Seals()
		if err != nil {
			return err
		}
		for _, k := range slices.Backward(kept) {
			id, err := stored(k)
			if err != nil {
				return err
			}
			if k.Use == storage.SealIssuer {
				if k.Retired.IsZero() && authority == nil {
					authority = id.cert
				}
				continue
			}
			all = append(all, Seal{
				ID: k.ID, Name: id.cert.Subject.CommonName, Issuer: id.cert.Issuer.CommonName, Fingerprint: Fingerprint(id.cert),
				Kind: kindOf(id.cert), Source: k.Source, From: k.From, Retired: k.Retired, Until: id.cert.NotAfter,
				Soon: k.Retired.IsZero() && s.now().Add(remindBefore).After(id.cert.NotAfter),
			})
		}
		return nil
	})
	return all, authority, err
}

func kindOf(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return key.Params().Name
	}
	return c.PublicKeyAlgorithm.String()
}

// Certificates are those that a stranger needs to verify our papers, past ones too:
// each seal, and our own authorities. Whoever issued a seal that was brought issued
// others too, to other people, and is not among them.
func (s *Service) Certificates(ctx context.Context, tenant string) ([]byte, error) {
	if _, err := s.current(ctx, tenant); err != nil {
		return nil, err
	}
	var certs []*x509.Certificate
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		certs = nil
		kept, err := tx.Seals()
		for _, k := range kept {
			id, err := stored(k)
			if err != nil {
				return err
			}
			certs = append(certs, id.cert)
		}
		return err
	})
	return asPEM(certs), err
}

// Rotate puts a new seal of our own in the place of the one with that id. What was
// sealed before stays verifiable; the key of the old one is destroyed.
func (s *Service) Rotate(ctx context.Context, tenant, actor, id string) error {
	if err := s.inUse(ctx, tenant, id); err != nil {
		return err
	}
	_, err := s.renew(ctx, tenant, actor, id)
	return err
}

// Bring puts a seal that an administrator brought in the place of the one with that
// id: file is PKCS#12, or PEM whose key may stand in a file of its own.
func (s *Service) Bring(ctx context.Context, tenant, actor, id string, file, keyFile []byte, password string) error {
	now := s.now()
	brought, err := read(file, keyFile, password, now)
	if err != nil {
		return err
	}
	k, err := brought.toStore(storage.SealPapers, SourceImported, now)
	if err != nil {
		return err
	}
	if err := s.inUse(ctx, tenant, id); err != nil {
		return err
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		kept, err := replace(tx, k, id, now)
		if err != nil {
			return err
		}
		if kept.ID != k.ID {
			return refused("seal.error.changed")
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "sealkey.bring", About: k.ID})
	})
}

// inUse refuses to replace a seal that is no longer the one in use: two
// administrators at once, or a page that was left open.
func (s *Service) inUse(ctx context.Context, tenant, id string) error {
	return s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		k, err := tx.CurrentSeal(storage.SealPapers)
		if errors.Is(err, storage.ErrNotFound) || err == nil && k.ID != id {
			return refused("seal.error.changed")
		}
		return err
	})
}
