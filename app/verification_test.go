package app

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/app/outbox"
	"declara/app/verify"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

// TestVerificationLetters: who is asked, and who is answered, gets a letter that leads to
// the page and tells nothing of it.
func TestVerificationLetters(t *testing.T) {
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, storage.NewKeys())
	defer db.Close()
	now := func() time.Time { return time.Date(2026, 6, 10, 16, 0, 0, 0, time.UTC) }
	post := aboutVerification(outbox.NewWriter(i18n.Load(), now, "https://declara.example", ""))
	for kind, says := range map[string]string{verify.LetterAsked: "pide una aclar", verify.LetterAnswered: "hay una respuesta"} {
		var got string
		if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
			if err := tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Office: "Contraloría", Zone: "America/Mexico_City", Email: "oic@valleencinos.example"}); err != nil {
				return err
			}
			if err := post(tx, verify.Letter{Kind: kind, To: storage.User{Name: "MARCANOMBRE", Login: "MARCACURP", Email: "persona@correo.example"}, Path: "/declaraciones/verificacion"}); err != nil {
				return err
			}
			return tx.Mails(func(m storage.Mail) error {
				if m.Kind == kind {
					got = string(m.Message)
				}
				return nil
			})
		}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.ToLower(strings.ReplaceAll(got, "=\r\n", "")), says) && !strings.Contains(got, "/declaraciones/verificacion") || strings.Contains(got, "MARCA") {
			t.Errorf("%s: %s", kind, got)
		}
	}
	if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error { return post(tx, verify.Letter{Kind: "otra"}) }); err == nil {
		t.Error("a letter of an unknown kind")
	}
}
