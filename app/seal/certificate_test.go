package seal

import (
	"bytes"
	"strings"
	"testing"

	"declara/i18n"
	"declara/storage"
)

// TestCertificate: the paper of a certificate is made once, sealed, and verified as any
// paper; changed, it is not.
func TestCertificate(t *testing.T) {
	w := newWorld(t)
	f := w.file()
	c := storage.Certification{Draw: "VER-2026-001", Filing: f.ID, Folio: f.Folio, Hash: f.Hash, Type: "modificacion", Year: 2026, Person: f.Person, Name: "Raúl Méndez Ibarra", Post: "Dirección de Obras Públicas", Verifier: "Eva Solís", Issued: noon}
	w.update(func(tx *storage.Txn) error { return tx.Certify(&c, 2026) })
	b, err := w.s.Certificate(t.Context(), town, c.Number)
	w.must(err)
	again, err := w.s.Certificate(t.Context(), town, c.Number)
	w.must(err)
	if !bytes.Equal(b, again) {
		t.Error("a second download is another file")
	}
	found, err := w.s.Inspect(t.Context(), town, b)
	w.must(err)
	if found.Verdict() != Sound || found.Paper == nil || found.Paper.Folio != c.Number {
		t.Errorf("%s %+v", found.Verdict(), found.Paper)
	}
	k, err := w.s.PaperByHash(t.Context(), town, storage.Digest(b))
	w.must(err)
	told := KnownPaper(w.words.Printer(i18n.Spanish), storage.Digest(b), k)
	if len(told.Log) != 1 || !strings.Contains(told.Log[0].Text, "CER-2026-001") || strings.Contains(told.Log[0].Text, "Raúl") {
		t.Errorf("%+v", told)
	}
	b[len(b)/2] ^= 1
	found, err = w.s.Inspect(t.Context(), town, b)
	w.must(err)
	if found.Verdict() == Sound || found.Paper != nil {
		t.Errorf("changed: %s", found.Verdict())
	}
	if _, err := w.s.Certificate(t.Context(), town, "CER-2026-009"); err == nil {
		t.Error("a certificate that is none")
	}
	got, err := w.db.Check(t.Context())
	w.must(err)
	if len(got.Faults) > 0 {
		t.Error(got.Faults)
	}
}
