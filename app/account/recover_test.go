package account

import (
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// link is the token of the last letter that carried one.
func (o *office) link() string {
	o.t.Helper()
	for i := len(o.letters) - 1; i >= 0; i-- {
		if token, ok := strings.CutPrefix(o.letters[i].Path, "/recuperar/"); ok && o.letters[i].Kind == LetterRecovery {
			return token
		}
	}
	o.t.Fatal("no letter with a link")
	return ""
}

func TestRecover(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	session, err := o.signIn(u.Login, goodPassword, home)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Recover(t.Context(), tenant, " Alguien@VALLE.example", away); err != nil {
		t.Fatal(err)
	}
	token := o.link()
	for range 3 { // a mail scanner opens the link first
		if holds, err := o.LinkHolds(t.Context(), tenant, token); !holds || err != nil {
			t.Fatalf("looking used it up: %v", err)
		}
	}
	if _, err := o.signIn(u.Login, goodPassword, home); err != nil {
		t.Errorf("asking for a link ended the password: %v", err)
	}
	_, _, err = o.Reset(t.Context(), tenant, token, "corta", away)
	wantCode(t, err, errs.Invalid)
	fresh, _, err := o.Reset(t.Context(), tenant, token, otherPassword, away)
	if err != nil || !o.holds(fresh) || o.holds(session) {
		t.Fatalf("the link: %v", err)
	}
	if _, _, err := o.Reset(t.Context(), tenant, token, goodPassword, away); errs.CodeOf(err) != errs.Gone {
		t.Errorf("the link works twice: %v", err)
	}
	if _, err := o.signIn(u.Login, otherPassword, home); err != nil {
		t.Error(err)
	}
	if o.letters[len(o.letters)-1].Kind != LetterChanged {
		t.Error("nobody told the owner that the password changed")
	}
}

func TestLinkLife(t *testing.T) {
	o := newOffice(t)
	u, other := o.entered("a@valle.example", storage.RoleHR), o.entered("b@valle.example", storage.RoleHR)
	ask := func() string {
		if err := o.Recover(t.Context(), tenant, u.Login, home); err != nil {
			t.Fatal(err)
		}
		return o.link()
	}
	first := ask()
	second := ask()
	holds := func(token string) bool {
		ok, err := o.LinkHolds(t.Context(), tenant, token)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if holds(first) || !holds(second) {
		t.Error("an older link goes on working")
	}
	for _, forged := range []string{"", second[:idLength], second[:len(second)-1], other.ID + second[idLength:], "x" + second, strings.Repeat("A", 5000)} {
		if holds(forged) {
			t.Errorf("%.40q opens", forged)
		}
	}
	o.now = o.now.Add(time.Hour)
	if holds(second) {
		t.Error("it outlives an hour")
	}
}

// TestRecoverTellsNothing: the answer is the same for every login, there are few
// letters, and a printed code is not ended by a stranger who asks for a link.
func TestRecoverTellsNothing(t *testing.T) {
	o := newOffice(t)
	_, code, err := o.AddOfficial(t.Context(), tenant, "actor", maria())
	if err != nil {
		t.Fatal(err)
	}
	closed := o.entered("cerrada@valle.example", storage.RoleHR)
	closed.Disabled = true
	o.update(func(tx *storage.Txn) error { return tx.PutUser(closed) })
	for _, login := range []string{"PUFE040229MVZRCJA9", "cerrada@valle.example", "nadie@valle.example", "", strings.Repeat("x", 1000)} {
		if err := o.Recover(t.Context(), tenant, login, home); err != nil {
			t.Errorf("%.20s: %v", login, err)
		}
	}
	if len(o.letters) != 1 || o.letters[0].Kind != LetterUnused || o.letters[0].To != maria().Email {
		t.Errorf("letters: %+v", o.letters)
	}
	in := First{Login: "PUFE040229MVZRCJA9", Code: code, Email: "m@correo.example", Password: goodPassword, IP: home}
	if _, _, err := o.FirstTime(t.Context(), tenant, in); err != nil {
		t.Errorf("asking for a link ended the code: %v", err)
	}
	o.letters = nil
	waits := 0
	for range 20 {
		if IsWait(o.Recover(t.Context(), tenant, in.Login, home)) {
			waits++
		}
	}
	if len(o.letters) > letterRule.free || waits < 17 {
		t.Errorf("%d letters to one person and %d waits", len(o.letters), waits)
	}
	for i := range letterRule.free + 1 {
		if got := IsWait(o.Recover(t.Context(), tenant, "otra@valle.example", away)); got != (i == letterRule.free) {
			t.Errorf("an unknown login is counted otherwise: try %d waits: %v", i+1, got)
		}
	}
}

// TestCodesAreApart: a link's secret is no printed code, and neither sets up.
func TestCodesAreApart(t *testing.T) {
	o := newOffice(t)
	u := o.entered("a@valle.example", storage.RoleHR)
	code, _, err := o.IssueCode(t.Context(), tenant, "actor", u.ID)
	if err != nil {
		t.Fatal(err)
	}
	if ok, _ := o.LinkHolds(t.Context(), tenant, u.ID+cleanCode(code)); ok {
		t.Error("a printed code opens as a link")
	}
	if _, err := o.Setup(t.Context(), tenant, cleanCode(code)); err == nil {
		t.Error("a printed code sets up")
	}
}
