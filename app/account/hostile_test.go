package account

import (
	"fmt"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// TestCodesAreNotGuessed: whoever has the password and tries codes for a year, from as many
// networks as she likes and as often as she is let, has less than one chance in a hundred:
// a try is one of three codes of a million.
func TestCodesAreNotGuessed(t *testing.T) {
	o := newOffice(t)
	login := o.entered("rosa@valle.example", storage.RoleComptroller).Login
	tries, begin := 0, o.now
	id := o.user2(login).ID
	hash, began := "", time.Time{}
	for n := 1; o.now.Sub(begin) < 30*24*time.Hour && tries < 1000; n++ {
		ip := fmt.Sprintf("2001:db8:%x:%x::1", n>>16, n&0xffff)
		if o.now.Sub(began) > halfFor-time.Minute { // the password is given again
			hash, began = fmt.Sprint("half", n), o.now
			o.update(func(tx *storage.Txn) error {
				return tx.PutSession(hash, storage.Session{User: id, Created: o.now, Seen: o.now, Half: true})
			})
		}
		switch _, err := o.GiveCode(t.Context(), tenant, hash, "000000", ip); {
		case IsWait(err):
			o.now = o.now.Add(10 * time.Minute)
		case err == ErrCode:
			tries++
		default:
			t.Fatal(err)
		}
	}
	if days := o.now.Sub(begin).Hours() / 24; float64(tries)/days*365*3/1e6 > 0.01 {
		t.Errorf("%d tries in %.1f days", tries, days)
	}
	// Whoever is at the door with her telephone comes in when the wait is over.
	o.now = o.now.Add(24 * time.Hour)
	if _, err := o.GiveCode(t.Context(), tenant, o.half(login), CodeOf(phone, o.now), home); err != nil {
		t.Error(err)
	}
	// A code that was right ends the count.
	o.now = o.now.Add(time.Minute)
	if _, err := o.GiveCode(t.Context(), tenant, o.half(login), "000000", home); err != ErrCode {
		t.Error(err)
	}
}

// TestNobodyReservesHerself: the office keeps the declarations of others from the public,
// and nobody her own, with whichever account.
func TestNobodyReservesHerself(t *testing.T) {
	o := newOffice(t)
	p, _, err := o.AddOfficial(t.Context(), tenant, "actor", maria())
	if err != nil {
		t.Fatal(err)
	}
	twin := o.entered(maria().Email, storage.RoleComptroller)
	r := storage.Reserve{Agreement: "CT/12/2026", Ground: "LGTAIP, artículo 113, fracción V", Until: "04/05/2027"}
	today := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	if err := o.Reserve(t.Context(), tenant, twin.ID, p.ID, r, today); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("with another account: %v", err)
	}
	u := o.user2(maria().CURP)
	if err := o.Reserve(t.Context(), tenant, u.ID, p.ID, r, today); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("with her own: %v", err)
	}
	if err := o.LiftReserve(t.Context(), tenant, twin.ID, p.ID, "Ya no quiero la reserva"); err != nil {
		t.Errorf("what is public harms nobody: %v", err)
	}
}
