package storage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"declara/storage"
)

// TestCertificates: a certificate has the next number of its year, a leaf that tells
// nothing, and one paper for ever.
func TestCertificates(t *testing.T) {
	w := newWorld(t)
	f := w.file(1)
	certify := func(year int) storage.Certification {
		c := storage.Certification{Draw: "VER-2026-001", Filing: f.ID, Folio: f.Folio, Hash: f.Hash, Type: "modificacion", Year: 2026, Person: f.Person, Name: "MARCANOMBRE", Issued: noon}
		w.update(func(tx *storage.Txn) error {
			fresh := c
			err := tx.Certify(&fresh, year)
			c = fresh
			return err
		})
		return c
	}
	first, second, other := certify(2026), certify(2026), certify(2027)
	same(t, []string{first.Number, second.Number, other.Number}, "CER-2026-001", "CER-2026-002", "CER-2027-001")
	paper := []byte("%PDF of the first")
	w.view(func(tx *storage.Txn) error {
		if _, err := tx.CertificationPaper(first.Number); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a paper before it was made: %v", err)
		}
		return nil
	})
	var kept storage.Certification
	for _, b := range []string{string(paper), "another"} {
		w.update(func(tx *storage.Txn) (err error) {
			kept, err = tx.KeepCertification(first.Number, []byte(b), noon.Add(time.Hour))
			return err
		})
	}
	w.view(func(tx *storage.Txn) error {
		b, err := tx.CertificationPaper(first.Number)
		if err != nil || string(b) != string(paper) {
			t.Errorf("%q, %v", b, err)
		}
		found, err := tx.CertificationByHash(storage.Digest(paper))
		if err != nil || found.Number != first.Number {
			t.Errorf("%+v, %v", found, err)
		}
		for n, hash := range map[uint64]string{kept.Leaf: kept.IssuedHash(), kept.PaperLeaf: kept.Paper} {
			l, record, err := tx.Leaf(n)
			salt := kept.Salt
			if n == kept.PaperLeaf {
				salt = kept.PaperSalt
			}
			if err != nil || l.Kind != storage.LeafCertificate || l.About != "" || !storage.Commits(l.Full, salt, hash) || strings.Contains(string(record), "CER-") {
				t.Errorf("leaf %d: %s, %v", n, record, err)
			}
		}
		_, err = tx.CertificationByHash(storage.Digest([]byte("another")))
		if !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a paper that is none: %v", err)
		}
		return nil
	})
	if err := w.try(func(tx *storage.Txn) error { _, err := tx.KeepCertification("CER-2026-009", paper, noon); return err }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the paper of none: %v", err)
	}
	for _, raw := range keysOf(t, w.store) {
		if strings.Contains(raw, "MARCA") {
			t.Errorf("a key tells: %q", raw)
		}
	}
}

func putVerification(tx *storage.Txn) error {
	return tx.PutVerification(storage.Verification{Draw: "VER-2026-001", Filing: "d1", Person: "p1", Rounds: []storage.Round{{Question: "¿De dónde?"}}})
}

func certify(tx *storage.Txn) error {
	return tx.Certify(&storage.Certification{Filing: "d1", Person: "p1", Issued: noon}, 2026)
}

func keepCertificate(tx *storage.Txn) error {
	_, err := tx.KeepCertification("CER-2026-001", []byte("%PDF"), noon)
	return err
}
