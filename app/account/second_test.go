package account

import (
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// half is what the password alone gives to an account of staff.
func (o *office) half(login string) string {
	o.t.Helper()
	token, _, err := o.SignIn(o.t.Context(), tenant, login, goodPassword, home)
	if err != nil {
		o.t.Fatal(err)
	}
	v, err := o.Visit(o.t.Context(), tenant, token)
	if err != nil || v.User != nil || v.Half == nil {
		o.t.Fatalf("after the password: user %v, half %v, %v", v.User, v.Half, err)
	}
	return hashToken(token)
}

// TestPasswordIsHalf: with the password alone nobody is anybody, for a quarter of an
// hour and no longer.
func TestPasswordIsHalf(t *testing.T) {
	o := newOffice(t)
	o.entered("rosa@valle.example", storage.RoleComptroller)
	token, _, err := o.SignIn(t.Context(), tenant, "rosa@valle.example", goodPassword, home)
	if err != nil || o.holds(token) {
		t.Fatalf("the password signs in: %v", err)
	}
	if e, err := o.Enrolment(t.Context(), tenant, hashToken(token)); e != nil || err != nil {
		t.Errorf("whoever has the password is shown a secret: %v, %v", e, err)
	}
	if _, _, err := o.Enrol(t.Context(), tenant, hashToken(token), CodeOf(phone, o.now), home); errs.CodeOf(err) != errs.Unsigned {
		t.Errorf("whoever has the password sets up another telephone: %v", err)
	}
	if _, err := o.Replace(t.Context(), tenant, o.user2("rosa@valle.example").ID, hashToken(token), goodPassword, CodeOf(phone, o.now)); err == nil {
		t.Error("or replaces it")
	}
	o.now = o.now.Add(halfFor + time.Second)
	if _, err := o.GiveCode(t.Context(), tenant, hashToken(token), CodeOf(phone, o.now), home); err != errNotHalf {
		t.Errorf("after a quarter of an hour: %v", err)
	}
	declarant := o.entered("persona@valle.example", storage.RoleDeclarant)
	if token, err := o.signIn(declarant.Login, goodPassword, home); err != nil || !o.holds(token) {
		t.Errorf("who only declares needs more than a password: %v", err)
	}
}

func (o *office) user2(login string) (u storage.User) {
	o.t.Helper()
	if err := o.db.View(o.t.Context(), tenant, func(tx *storage.Txn) (err error) {
		u, err = tx.UserByLogin(login)
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	return u
}

// TestCodeOnce: each code is good once, whoever sees it; so is each recovery code.
func TestCodeOnce(t *testing.T) {
	o := newOffice(t)
	login := o.entered("rosa@valle.example", storage.RoleAdmin).Login
	give := func(code string) error {
		_, err := o.GiveCode(t.Context(), tenant, o.half(login), code, home)
		return err
	}
	for _, bad := range []string{"", "12345", "abcdef", strings.Repeat("1", 70), CodeOf(phone, o.now.Add(time.Hour))} {
		if err := give(bad); err != ErrCode {
			t.Errorf("%q: %v", bad, err)
		}
		o.now = o.now.Add(time.Minute)
	}
	o.now = o.now.Add(time.Hour)
	code := CodeOf(phone, o.now)
	if err := give(code[:3] + " " + code[3:]); err != nil {
		t.Fatal(err)
	}
	if err := give(code); err != errUsed {
		t.Errorf("the same code again: %v", err)
	}
	o.now = o.now.Add(totpStep)
	if err := give(CodeOf(phone, o.now)); err != nil {
		t.Errorf("the next code: %v", err)
	}

	codes, err := o.RenewSpares(t.Context(), tenant, o.user2(login).ID, goodPassword)
	if err != nil || len(codes) != spareCodes {
		t.Fatal(codes, err)
	}
	if strings.Contains(strings.Join(o.user2(login).Second.Spare, " "), cleanCode(codes[0])) {
		t.Error("a recovery code is kept as it is")
	}
	e, err := o.GiveCode(t.Context(), tenant, o.half(login), strings.ToLower(codes[3]), home)
	if err != nil || !e.Spare || len(e.User.Second.Spare) != spareCodes-1 || !o.holds(e.Token) {
		t.Fatalf("a recovery code: %+v, %v", e, err)
	}
	if err := give(codes[3]); err != ErrCode {
		t.Errorf("again: %v", err)
	}
	if _, err := o.RenewSpares(t.Context(), tenant, e.User.ID, goodPassword); err != nil {
		t.Fatal(err)
	}
	if err := give(codes[4]); err != ErrCode {
		t.Errorf("one of before the renewal: %v", err)
	}
	other := o.entered("otra@valle.example", storage.RoleAdmin).Login
	mine, err := o.RenewSpares(t.Context(), tenant, e.User.ID, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.GiveCode(t.Context(), tenant, o.half(other), mine[0], home); err != ErrCode {
		t.Errorf("somebody else's: %v", err)
	}
}

// TestCodeIsThrottled: five wrong codes from a network, and the next waits; the account's
// owner elsewhere does not.
func TestCodeIsThrottled(t *testing.T) {
	o := newOffice(t)
	login := o.entered("rosa@valle.example", storage.RoleComptroller).Login
	hash := o.half(login)
	for range 5 {
		if _, err := o.GiveCode(t.Context(), tenant, hash, "000000", away); err != ErrCode {
			t.Fatal(err)
		}
	}
	if _, err := o.GiveCode(t.Context(), tenant, hash, CodeOf(phone, o.now), away); !IsWait(err) {
		t.Errorf("the sixth: %v", err)
	}
	if _, err := o.GiveCode(t.Context(), tenant, hash, CodeOf(phone, o.now), home); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	// Whoever has the password and no telephone does not make her network a known one.
	if _, _, err := o.SignIn(t.Context(), tenant, login, goodPassword, away); err != nil {
		t.Fatal(err)
	}
	known := func(ip string) bool {
		var n storage.Tries
		if err := o.db.View(t.Context(), tenant, func(tx *storage.Txn) (err error) {
			n, err = tx.Tries(newTry("password", login, ip, o.user2(login).ID).known())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return !n.Last.IsZero()
	}
	if known(away) || !known(home) {
		t.Errorf("known: away %v, home %v", known(away), known(home))
	}
}

// TestEnrol: the first sign-in sets up the telephone; a wrong clock is told apart.
func TestEnrol(t *testing.T) {
	o := newOffice(t)
	u := o.entered("rosa@valle.example", storage.RoleHR)
	u.Second = nil
	o.update(func(tx *storage.Txn) error { return tx.PutUser(u) })
	hash := o.half(u.Login)
	e, err := o.Enrolment(t.Context(), tenant, hash)
	if err != nil || e == nil {
		t.Fatal(e, err)
	}
	if again, err := o.Enrolment(t.Context(), tenant, hash); err != nil || *again != *e {
		t.Errorf("the secret changes while it is typed: %v", err)
	}
	secret, err := ReadSecret(e.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.GiveCode(t.Context(), tenant, hash, CodeOf(secret, o.now), home); err != ErrCode {
		t.Errorf("a telephone that nobody kept: %v", err)
	}
	for code, key := range map[string]string{"000000": "second.proof", "": "second.proof", CodeOf(secret, o.now.Add(-7*time.Minute)): "second.clock"} {
		_, _, err := o.Enrol(t.Context(), tenant, hash, code, home)
		if err == nil || err.(*errs.Error).Key != key {
			t.Errorf("%q: %v", code, err)
		}
	}
	in, codes, err := o.Enrol(t.Context(), tenant, hash, CodeOf(secret, o.now), home)
	if err != nil || len(codes) != spareCodes || !o.holds(in.Token) {
		t.Fatal(codes, err)
	}
	if _, _, err := o.Enrol(t.Context(), tenant, hash, CodeOf(secret, o.now), home); err != errNotHalf {
		t.Errorf("the half session goes on: %v", err)
	}
	if _, err := o.GiveCode(t.Context(), tenant, o.half(u.Login), CodeOf(secret, o.now), home); err != errUsed {
		t.Errorf("the code of the proof is used again: %v", err)
	}
	// Another telephone: the secret of before ends when the new one is proven, not sooner.
	mine := hashToken(in.Token)
	if _, err := o.Replace(t.Context(), tenant, u.ID, mine, goodPassword, "000000"); err == nil {
		t.Error("a replacement that nobody began")
	}
	if err := o.StartReplacing(t.Context(), tenant, mine); err != nil {
		t.Fatal(err)
	}
	next, err := o.Enrolment(t.Context(), tenant, mine)
	if err != nil {
		t.Fatal(err)
	}
	fresh, _ := ReadSecret(next.Secret)
	if _, err := o.Replace(t.Context(), tenant, u.ID, mine, otherPassword, CodeOf(fresh, o.now)); err != ErrPassword {
		t.Errorf("with a wrong password: %v", err)
	}
	if string(o.user(u.ID).Second.Secret) != string(secret) {
		t.Fatal("the telephone of before was dropped too soon")
	}
	if _, err := o.Replace(t.Context(), tenant, u.ID, mine, goodPassword, CodeOf(fresh, o.now)); err != nil {
		t.Fatal(err)
	}
	if string(o.user(u.ID).Second.Secret) != string(fresh) || !o.holds(in.Token) {
		t.Error("the new telephone is not the one")
	}
	if acts := strings.Join(o.audit(), " "); acts != "factor.enrol factor.replace" {
		t.Error(acts)
	}
}

// TestEveryWayInIsHalf: neither a printed code nor a link by mail nor a change of role
// goes around the telephone.
func TestEveryWayInIsHalf(t *testing.T) {
	o := newOffice(t)
	u := o.entered("rosa@valle.example", storage.RoleComptroller)
	code, _, err := o.IssueCode(t.Context(), tenant, "admin", u.ID)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := o.FirstTime(t.Context(), tenant, First{Login: u.Login, Code: code, Email: "rosa@correo.example", Password: otherPassword, IP: home})
	if err != nil || o.holds(token) {
		t.Errorf("the printed code: %v", err)
	}
	if err := o.Recover(t.Context(), tenant, u.Login, home); err != nil {
		t.Fatal(err)
	}
	link := strings.TrimPrefix(o.letters[len(o.letters)-1].Path, "/recuperar/")
	if token, _, err = o.Reset(t.Context(), tenant, link, goodPassword, home); err != nil || o.holds(token) {
		t.Errorf("the link: %v", err)
	}
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	declarant := o.entered("persona@valle.example", storage.RoleDeclarant)
	whole, err := o.signIn(declarant.Login, goodPassword, home)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.SetRoles(t.Context(), tenant, admin.ID, declarant.ID, []storage.Role{storage.RoleInvestigator}); err != nil {
		t.Fatal(err)
	}
	if o.holds(whole) {
		t.Error("the session of before the role goes on")
	}
	o.update(func(tx *storage.Txn) error { // whatever gave her one
		return tx.PutSession(hashToken("x"), storage.Session{User: declarant.ID, Created: o.now, Seen: o.now})
	})
	if o.holds("x") {
		t.Error("a whole session of staff without a second factor")
	}
}

// TestLost: it takes an administrator and the control body, neither of them she, within
// a week; then the telephone is set up anew.
func TestLost(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	admin, other := o.entered("a@valle.example", storage.RoleAdmin), o.entered("b@valle.example", storage.RoleAdmin)
	head, hr := o.entered("c@valle.example", storage.RoleComptroller), o.entered("e@valle.example", storage.RoleHR)
	const why = "Le robaron el teléfono el lunes"
	token, err := o.signIn(hr.Login, goodPassword, home)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, o.AskLost(ctx, tenant, &hr, admin.ID, why), errs.Forbidden)
	wantCode(t, o.AskLost(ctx, tenant, &admin, admin.ID, why), errs.Invalid)
	wantCode(t, o.AskLost(ctx, tenant, &admin, hr.ID, "porque sí"), errs.Invalid)
	wantCode(t, o.GrantLost(ctx, tenant, &head, hr.ID), errs.Gone)
	if err := o.AskLost(ctx, tenant, &admin, hr.ID, why); err != nil {
		t.Fatal(err)
	}
	wantCode(t, o.GrantLost(ctx, tenant, &admin, hr.ID), errs.Invalid)
	wantCode(t, o.GrantLost(ctx, tenant, &other, hr.ID), errs.Invalid)
	wantCode(t, o.GrantLost(ctx, tenant, &hr, hr.ID), errs.Forbidden)
	o.now = o.now.Add(lostFor + time.Second)
	wantCode(t, o.GrantLost(ctx, tenant, &head, hr.ID), errs.Gone)
	if err := o.AskLost(ctx, tenant, &head, hr.ID, why); err != nil {
		t.Fatal(err)
	}
	if err := o.DropLost(ctx, tenant, &admin, hr.ID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, o.GrantLost(ctx, tenant, &admin, hr.ID), errs.Gone)
	if err := o.AskLost(ctx, tenant, &head, hr.ID, why); err != nil {
		t.Fatal(err)
	}
	if list, err := o.Keyholders(ctx, tenant); err != nil || len(list) != 4 || list[0].ID != hr.ID {
		t.Errorf("whom to decide about stands first: %v", err)
	}
	if err := o.GrantLost(ctx, tenant, &admin, hr.ID); err != nil {
		t.Fatal(err)
	}
	if o.holds(token) || o.user(hr.ID).Second != nil || o.user(hr.ID).Lost != nil {
		t.Error("the second factor is still there, or a session that showed it")
	}
	if acts := strings.Join(o.audit(), " "); acts != "factor.lost.ask factor.lost.ask factor.lost.drop factor.lost.ask factor.lost.grant" {
		t.Error(acts)
	}
	// What the desk asks, the control body grants, and not who administers; it grants nothing.
	desk := o.entered("m@valle.example", storage.RoleHelp)
	if err := o.AskLost(ctx, tenant, &desk, other.ID, why); err != nil {
		t.Fatal(err)
	}
	wantCode(t, o.GrantLost(ctx, tenant, &admin, other.ID), errs.Invalid)
	wantCode(t, o.GrantLost(ctx, tenant, &desk, other.ID), errs.Forbidden)
	if err := o.GrantLost(ctx, tenant, &head, other.ID); err != nil {
		t.Fatal(err)
	}
	if err := o.AskLost(ctx, tenant, &head, desk.ID, why); err != nil {
		t.Fatal(err)
	}
	wantCode(t, o.DropLost(ctx, tenant, &hr, desk.ID), errs.Forbidden)
	if err := o.GrantLost(ctx, tenant, &admin, desk.ID); err != nil {
		t.Fatal(err)
	}
	// A request does not outlive the telephone's being found.
	if err := o.AskLost(ctx, tenant, &admin, head.ID, why); err != nil {
		t.Fatal(err)
	}
	if _, err := o.signIn(head.Login, goodPassword, home); err != nil {
		t.Fatal(err)
	}
	if o.user(head.ID).Lost != nil {
		t.Error("the request is still open")
	}

	for login, want := range map[string]errs.Code{"nadie@valle.example": errs.NotFound, hr.Login: errs.NotFound, "": errs.NotFound} {
		wantCode(t, o.RescueSecond(ctx, tenant, login), want)
	}
	if err := o.RescueSecond(ctx, tenant, " A@Valle.example"); err != nil {
		t.Fatal(err)
	}
	if o.user(admin.ID).Second != nil {
		t.Error("the rescue did nothing")
	}
}

// TestSecondLetters: whoever has an account is told that a recovery code was used or that
// there are others, that another telephone took the place of hers, and that her second
// factor was taken off, by two or by who runs the machine. No letter holds a code.
func TestSecondLetters(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	head, admin, hr := o.entered("c@valle.example", storage.RoleComptroller), o.entered("a@valle.example", storage.RoleAdmin), o.entered("e@valle.example", storage.RoleHR)
	if err := o.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(hr.ID)
		if err != nil {
			return err
		}
		u.Email = "hr@correo.example"
		u.Second = &storage.Second{Secret: phone, Since: o.now}
		return tx.PutUser(u)
	}); err != nil {
		t.Fatal(err)
	}
	o.letters = nil
	told := func(want ...LetterKind) {
		t.Helper()
		var got []LetterKind
		for _, l := range o.letters {
			got = append(got, l.Kind)
			if l.To != "hr@correo.example" || l.Code != "" || l.Path != "" {
				t.Errorf("%+v", l)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v, not %v", got, want)
		}
		o.letters = nil
	}
	codes, err := o.RenewSpares(ctx, tenant, hr.ID, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	told(LetterFactor)
	wantCode(t, o.KeepSpares(ctx, tenant, hr.ID, "AAAA-AAAA-AAAA"), errs.Invalid)
	wantCode(t, o.KeepSpares(ctx, tenant, hr.ID, ""), errs.Invalid)
	if err := o.KeepSpares(ctx, tenant, hr.ID, strings.ToLower(codes[9])); err != nil || !o.user(hr.ID).Second.Kept || len(o.user(hr.ID).Second.Spare) != 10 {
		t.Errorf("kept: %v, %+v", err, o.user(hr.ID).Second)
	}
	e, err := o.GiveCode(ctx, tenant, o.half(hr.Login), codes[9], home)
	if err != nil || !e.Spare {
		t.Fatal(err)
	}
	told(LetterSpare)
	hash := hashToken(e.Token)
	if err := o.StartReplacing(ctx, tenant, hash); err != nil {
		t.Fatal(err)
	}
	x, err := o.Enrolment(ctx, tenant, hash)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := ReadSecret(x.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Replace(ctx, tenant, hr.ID, hash, goodPassword, CodeOf(secret, o.now)); err != nil {
		t.Fatal(err)
	}
	told(LetterFactor)
	if err := o.AskLost(ctx, tenant, &admin, hr.ID, "Le robaron el teléfono el lunes"); err != nil {
		t.Fatal(err)
	}
	told()
	if err := o.GrantLost(ctx, tenant, &head, hr.ID); err != nil {
		t.Fatal(err)
	}
	told(LetterFactor)
}
