package storage_test

import (
	"errors"
	"testing"

	"declara/storage"
)

// TestSelf: an account is of an official when it is hers, writes to her address, signs in
// with her CURP, or is of another record of her on the roster: with the same CURP, or with
// an RFC that differs in its homoclave alone.
func TestSelf(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error {
		return errors.Join(
			tx.PutPerson(storage.Person{ID: "her", RFC: "PUFE800229M93", CURP: "PUFE800229HDFRCJ08", Email: "ella@e.example"}),
			tx.PutPerson(storage.Person{ID: "typed", RFC: "PUFE800229J19", CURP: "PUFE800229HDFRCJ16"}),
			tx.PutPerson(storage.Person{ID: "same", RFC: "XEXX010101000", CURP: "PUFE800229HDFRCJ08"}),
			tx.PutPerson(storage.Person{ID: "other", RFC: "NUPB800229J19", CURP: "NUPB800229MOCXXG06"}),
			tx.PutPerson(storage.Person{ID: "bare"}),
			tx.PutUser(storage.User{ID: "d", Login: "pufe800229hdfrcj08", Email: "casa@e.example", Person: "her"}),
		)
	})
	for _, c := range []struct {
		name string
		u    storage.User
		want bool
	}{
		{"her own", storage.User{Person: "her"}, true},
		{"the address of the roster", storage.User{Email: "Ella@e.example"}, true},
		{"the address of the account with which she declares", storage.User{Login: "casa@e.example"}, true},
		{"her CURP", storage.User{Login: "pufe800229hdfrcj08"}, true},
		{"of a record with the same CURP", storage.User{Person: "same"}, true},
		{"of a record with another homoclave", storage.User{Person: "typed"}, true},
		{"of somebody else", storage.User{Person: "other", Email: "otra@e.example"}, false},
		{"of a record without RFC and CURP", storage.User{Person: "bare"}, false},
		{"of a record that is gone", storage.User{Person: "nobody"}, false},
		{"of the office alone", storage.User{Login: "oic@e.example", Email: "oic@e.example"}, false},
		{"of nothing", storage.User{}, false},
	} {
		w.view(func(tx *storage.Txn) error {
			got, err := tx.Self(c.u, "her")
			if got != c.want {
				t.Errorf("%s: %v", c.name, got)
			}
			return err
		})
	}
	w.view(func(tx *storage.Txn) error {
		if is, err := tx.Self(storage.User{Person: "her"}, "bare"); is || err != nil {
			t.Errorf("of a record without RFC and CURP: %v %v", is, err)
		}
		return nil
	})
}
