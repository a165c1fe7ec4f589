package account

import (
	"fmt"
	"slices"
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
	twin := o.entered(maria().Email, storage.RoleTransparency)
	r := storage.Reserve{Agreement: "CT/12/2026", Ground: "LGTAIP, artículo 113, fracción V", Until: "04/05/2027"}
	today := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	if err := o.Reserve(t.Context(), tenant, &twin, p.ID, r, today); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("with another account: %v", err)
	}
	u := o.user2(maria().CURP)
	u.Roles = append(u.Roles, storage.RoleTransparency)
	if err := o.Reserve(t.Context(), tenant, &u, p.ID, r, today); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("with her own: %v", err)
	}
	if err := o.LiftReserve(t.Context(), tenant, &twin, p.ID, "Ya no quiero la reserva"); err != nil {
		t.Errorf("what is public harms nobody: %v", err)
	}
}

// TestRolesThatWait: each role with which one opens a declaration, comes in as somebody
// else or keeps something from the public takes two people, several at once too; what
// somebody has already stays hers while she waits for more.
func TestRolesThatWait(t *testing.T) {
	waits := []storage.Role{storage.RoleComptroller, storage.RoleVerifier, storage.RoleHelp, storage.RoleTransparency, storage.RoleHR}
	o := newOffice(t)
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	head := o.entered("titular@valle.example", storage.RoleComptroller)
	for _, role := range StaffRoles {
		if role == storage.RoleAdmin {
			continue
		}
		u, _, err := o.AddStaff(t.Context(), tenant, admin.ID, Staff{Name: "Ana", Email: string(role) + "@valle.example", Roles: []storage.Role{role}})
		if err != nil {
			t.Fatal(err)
		}
		if want := slices.Contains(waits, role); Has(&u, role) == want || (u.Waiting != nil) != want {
			t.Errorf("%s: has %v, waits %+v", role, u.Roles, u.Waiting)
		}
	}
	both := o.entered("ambas@valle.example", storage.RoleInvestigator)
	if err := o.SetRoles(t.Context(), tenant, admin.ID, both.ID, []storage.Role{storage.RoleInvestigator, storage.RoleVerifier, storage.RoleTransparency}); err != nil {
		t.Fatal(err)
	}
	if u := o.user(both.ID); !slices.Equal(u.Roles, []storage.Role{storage.RoleInvestigator}) || u.Waiting == nil || len(u.Waiting.Roles) != 2 {
		t.Fatalf("%v, %+v", u.Roles, u.Waiting)
	}
	if err := o.Grant(t.Context(), tenant, &admin, both.ID); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("an administrator grants: %v", err)
	}
	if err := o.Grant(t.Context(), tenant, &head, both.ID); err != nil {
		t.Fatal(err)
	}
	if u := o.user(both.ID); len(u.Roles) != 3 || u.Waiting != nil {
		t.Errorf("%v, %+v", u.Roles, u.Waiting)
	}
	if err := o.SetRoles(t.Context(), tenant, admin.ID, both.ID, []storage.Role{storage.RoleVerifier}); err != nil {
		t.Fatal(err)
	}
	if u := o.user(both.ID); !slices.Equal(u.Roles, []storage.Role{storage.RoleVerifier}) || u.Waiting != nil {
		t.Errorf("what she had is asked for again: %v, %+v", u.Roles, u.Waiting)
	}
}

// TestAdminPrintsNoDeclarantsCode: with it he would come in as her, and read what she
// filed. Whoever keeps the roster or helps at the desk does it, and two people made her.
func TestAdminPrintsNoDeclarantsCode(t *testing.T) {
	o := newOffice(t)
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	declarant := o.entered("persona@valle.example", storage.RoleDeclarant)
	_, _, err := o.IssueCode(t.Context(), tenant, admin.ID, declarant.ID)
	wantCode(t, err, errs.Forbidden)
	if err := o.SetRoles(t.Context(), tenant, admin.ID, declarant.ID, []storage.Role{storage.RoleInvestigator}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.IssueCode(t.Context(), tenant, admin.ID, declarant.ID); err != nil { // the telephone is not his
		t.Error(err)
	}
}

// TestAdminReadsNothing: whoever runs the system cannot give himself, or an account that he
// made, the role that opens declarations; nor make the control body empty so that he could.
func TestAdminReadsNothing(t *testing.T) {
	o := newOffice(t)
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	o.entered("otro@valle.example", storage.RoleAdmin)
	first, _, err := o.AddStaff(t.Context(), tenant, admin.ID, Staff{Name: "Eva", Email: "primera@valle.example", Roles: []storage.Role{storage.RoleComptroller}})
	if err != nil || !Has(&first, storage.RoleComptroller) {
		t.Fatalf("the first of the control body waits for nobody: %v, %v", first.Roles, err)
	}
	head := o.entered("titular@valle.example", storage.RoleComptroller)
	puppet, _, err := o.AddStaff(t.Context(), tenant, admin.ID, Staff{Name: "Ana", Email: "ana@valle.example", Roles: []storage.Role{storage.RoleComptroller, storage.RoleCustodian}})
	if err != nil || Has(&puppet, storage.RoleComptroller) || !Has(&puppet, storage.RoleCustodian) || puppet.Waiting == nil {
		t.Fatalf("an account of his own reads: %v, %+v, %v", puppet.Roles, puppet.Waiting, err)
	}
	if err := o.SetRoles(t.Context(), tenant, admin.ID, admin.ID, []storage.Role{storage.RoleComptroller}); err != nil {
		t.Fatal(err)
	}
	if u := o.user(admin.ID); Has(&u, storage.RoleComptroller) {
		t.Error("he gave it to himself")
	}
	for name, err := range map[string]error{
		"granted by an administrator": o.Grant(t.Context(), tenant, &admin, puppet.ID),
		"granted by who waits":        o.Grant(t.Context(), tenant, &puppet, puppet.ID),
		"the last one closed":         o.Close(t.Context(), tenant, admin.ID, head.ID),
		"the last one taken off":      o.SetRoles(t.Context(), tenant, admin.ID, head.ID, []storage.Role{storage.RoleHR}),
	} {
		if err == nil {
			t.Error(name)
		}
	}
	if err := o.Grant(t.Context(), tenant, &head, puppet.ID); err != nil {
		t.Fatal(err)
	}
	if u := o.user(puppet.ID); !Has(&u, storage.RoleComptroller) || !Has(&u, storage.RoleCustodian) || u.Waiting != nil {
		t.Errorf("%v, %+v", u.Roles, u.Waiting)
	}
	if err := o.Grant(t.Context(), tenant, &head, puppet.ID); err != errGrantOver {
		t.Errorf("twice: %v", err)
	}
	if err := o.Deny(t.Context(), tenant, &head, admin.ID); err != nil {
		t.Error(err)
	}
	if u := o.user(admin.ID); u.Waiting != nil || Has(&u, storage.RoleComptroller) {
		t.Errorf("%v, %+v", u.Roles, u.Waiting)
	}
	acts := o.audit()
	for _, want := range []string{"user.grant", "user.deny"} {
		if !slices.Contains(acts, want) {
			t.Errorf("%s is not in the audit trail", want)
		}
	}
}

// TestOwnerHears: whoever changes the second factor of an account, its owner is told at her
// address: a telephone that is not hers would be nobody's news otherwise.
func TestOwnerHears(t *testing.T) {
	o := newOffice(t)
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	head := o.entered("titular@valle.example", storage.RoleComptroller)
	u := o.entered("rosa@valle.example", storage.RoleHR)
	told := func() (n int) {
		for _, l := range o.letters {
			if l.Kind == LetterFactor && l.To == u.Email {
				n++
			}
		}
		return n
	}
	e, err := o.GiveCode(t.Context(), tenant, o.half(u.Login), CodeOf(phone, o.now), home)
	if err != nil || told() != 0 {
		t.Fatal(err, told())
	}
	mine := hashToken(e.Token)
	steps := []struct {
		what string
		do   func() error
	}{
		{"other codes", func() error { _, err := o.RenewSpares(t.Context(), tenant, u.ID, goodPassword); return err }},
		{"another telephone", func() error {
			if err := o.StartReplacing(t.Context(), tenant, mine); err != nil {
				return err
			}
			x, err := o.Enrolment(t.Context(), tenant, mine)
			if err != nil {
				return err
			}
			secret, err := ReadSecret(x.Secret)
			if err != nil {
				return err
			}
			_, err = o.Replace(t.Context(), tenant, u.ID, mine, goodPassword, CodeOf(secret, o.now))
			return err
		}},
		{"taken off", func() error {
			if err := o.AskLost(t.Context(), tenant, &admin, u.ID, "Perdió su teléfono ayer"); err != nil {
				return err
			}
			return o.GrantLost(t.Context(), tenant, &head, u.ID)
		}},
		{"the first telephone", func() error {
			hash := o.half(u.Login)
			x, err := o.Enrolment(t.Context(), tenant, hash)
			if err != nil {
				return err
			}
			secret, err := ReadSecret(x.Secret)
			if err != nil {
				return err
			}
			_, _, err = o.Enrol(t.Context(), tenant, hash, CodeOf(secret, o.now), home)
			return err
		}},
		{"taken off at the machine", func() error { return o.RescueSecond(t.Context(), tenant, u.Login) }},
	}
	for i, s := range steps {
		if err := s.do(); err != nil || told() != i+1 {
			t.Errorf("%s: %d letters, %v", s.what, told(), err)
		}
	}
}
