package vault

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

var account = Context{Tenant: "1", Case: "u1", Purpose: "official"}

// TestOfficial: password and printed code open the same key; changing one kills its
// old copy and leaves the other.
func TestOfficial(t *testing.T) {
	ctx := context.Background()
	o, code, p, err := NewOfficial(ctx, account, "correcto caballo", cheap)
	if err != nil {
		t.Fatal(err)
	}
	id := p.Public().ID()
	if o.Public().ID() != id {
		t.Fatal("the record is of another key")
	}
	o = must(ParseOfficial(o.Bytes()))
	opens := func(o *Official, password string, code RecoveryCode) (byPassword, byCode bool) {
		t.Helper()
		a, err1 := o.Unlock(ctx, account, password)
		b, err2 := o.UnlockWithCode(ctx, account, code)
		for _, err := range []error{err1, err2} {
			if err != nil && err != ErrOpen {
				t.Errorf("error %v", err)
			}
		}
		if a != nil && a.Public().ID() != id || b != nil && b.Public().ID() != id {
			t.Error("another key comes out")
		}
		return a != nil, b != nil
	}
	check := func(what string, o *Official, password string, code RecoveryCode, wantPassword, wantCode bool) {
		t.Helper()
		if a, b := opens(o, password, code); a != wantPassword || b != wantCode {
			t.Errorf("%s: password opens %v, code %v", what, a, b)
		}
	}
	check("new", o, "correcto caballo", code, true, true)
	check("wrong", o, "correcto caballO", newRecoveryCode(), false, false)

	changed, err := o.ChangePassword(ctx, account, "correcto caballo", "batería grapa", cheap)
	if err != nil {
		t.Fatal(err)
	}
	check("changed", changed, "batería grapa", code, true, true)
	check("changed, accents combined", changed, "bateri\u0301a grapa", code, true, true)
	check("the old password", changed, "correcto caballo", code, false, true)
	if _, err := changed.ChangePassword(ctx, account, "correcto caballo", "x", cheap); err != ErrOpen {
		t.Errorf("changing with the old password: %v", err)
	}

	recovered, fresh, q, err := changed.Recover(ctx, account, must(ParseRecoveryCode(code.String())), "tercera", cheap)
	if err != nil || q.Public().ID() != id {
		t.Fatal(err)
	}
	check("recovered", recovered, "tercera", fresh, true, true)
	check("what was before", recovered, "batería grapa", code, false, false)

	reissued, last, err := recovered.Reissue(ctx, account, "tercera", cheap)
	if err != nil {
		t.Fatal(err)
	}
	check("reissued", reissued, "tercera", last, true, true)
	check("the lost code", reissued, "tercera", fresh, true, false)

	other := account
	other.Case = "u2"
	if _, err := o.Unlock(ctx, other, "correcto caballo"); err != ErrOpen {
		t.Errorf("in another account: %v", err)
	}
	if _, _, _, err := NewOfficial(ctx, account, "", cheap); err != ErrEmpty {
		t.Errorf("no password: %v", err)
	}
	if _, err := o.ChangePassword(ctx, account, "correcto caballo", "", cheap); err != ErrEmpty {
		t.Errorf("change to no password: %v", err)
	}
}

// stale tells which copies have another price.
func (o *Official) stale(cost Params) (password, code bool) {
	a, _ := parseLock(kindPassword, o.password)
	b, _ := parseLock(kindRecovery, o.recovery)
	return a.params != cost, b.params != cost
}

// TestPriceRises: what was locked at a lower price opens, and has the price of today with
// the next password and the next code.
func TestPriceRises(t *testing.T) {
	ctx := context.Background()
	o, _, _, err := NewOfficial(ctx, account, "p", cheap)
	if err != nil {
		t.Fatal(err)
	}
	dear := Params{Memory: 128, Time: 2, Threads: 2}
	if a, b := o.stale(cheap); a || b {
		t.Errorf("stale at once: %v %v", a, b)
	}
	if a, b := o.stale(dear); !a || !b {
		t.Errorf("not stale: %v %v", a, b)
	}
	o = must(o.ChangePassword(ctx, account, "p", "p", dear))
	if a, b := o.stale(dear); a || !b {
		t.Errorf("after the password: %v %v", a, b)
	}
	o, code, err := o.Reissue(ctx, account, "p", dear)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := o.stale(dear); a || b {
		t.Errorf("after both: %v %v", a, b)
	}
	if _, err := o.UnlockWithCode(ctx, account, code); err != nil {
		t.Error(err)
	}
}

// TestOfficialAltered: a record of which any bit was turned is refused when it is
// read, or its copies do not open; a public key that was put in its place is found.
func TestOfficialAltered(t *testing.T) {
	ctx := context.Background()
	o, code, _, err := NewOfficial(ctx, account, "p", cheap)
	if err != nil {
		t.Fatal(err)
	}
	whole := o.Bytes()
	rapid.Check(t, func(rt *rapid.T) {
		spoilt, err := ParseOfficial(flip(rt, whole))
		if err != nil {
			refused(rt, "reading", nil, err)
			return
		}
		_, err1 := spoilt.Unlock(ctx, account, "p")
		_, err2 := spoilt.UnlockWithCode(ctx, account, code)
		if err1 == nil && err2 == nil {
			rt.Fatal("nobody notices")
		}
	})
	forged := append([]byte(nil), whole...)
	copy(forged[headBytes:], someKeys()[0].Public().Bytes())
	if _, err := ParseOfficial(forged); !errors.Is(err, ErrFormat) {
		t.Errorf("another public key: %v", err)
	}
	for _, b := range [][]byte{nil, whole[:len(whole)-1], append(append([]byte(nil), whole...), 0)} {
		if _, err := ParseOfficial(b); err != ErrFormat {
			t.Errorf("%d bytes: %v", len(b), err)
		}
	}
}

// TestRecoveryCode: as it is typed.
func TestRecoveryCode(t *testing.T) {
	code := newRecoveryCode()
	copy(code.symbols[:], []byte{0, 1, 10, 11})
	s := code.String()
	if len(s) != 23 || s[:5] != "01AB"+s[4:5] || s[5] != '-' {
		t.Fatalf("printed as %q", s)
	}
	for name, in := range map[string]string{"lower case": "oiab" + s[4:], "capital O and L": "OLAB" + s[4:], "spaces": " " + s[:11] + " " + s[12:]} {
		if got, err := ParseRecoveryCode(in); err != nil || got != code {
			t.Errorf("%s: %v", name, err)
		}
	}
	for in, want := range map[string]error{
		"": CountError{0, 20}, s[1:]: CountError{19, 20}, s + "0": CountError{21, 20}, s[:22] + "U": ErrSymbol, s[:22] + "ñ": ErrSymbol, s[:22] + "\x00": ErrSymbol,
	} {
		if _, err := ParseRecoveryCode(in); err != want {
			t.Errorf("%q: %v", in, err)
		}
	}
}
