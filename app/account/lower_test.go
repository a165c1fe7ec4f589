package account

import (
	"testing"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// TestLowering: human resources cannot make somebody simplified alone. A post waits for
// the control body and is full meanwhile; who comes to it by another post is shown to the
// control body until it has seen her; what goes the other way needs nobody.
func TestLowering(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.put(storage.User{ID: "oic", Login: "oic", Name: "Rosa", Roles: []storage.Role{storage.RoleComptroller}},
		storage.User{ID: "hr", Login: "hr", Name: "Hugo", Roles: []storage.Role{storage.RoleHR}})
	p, _, err := o.AddOfficial(ctx, tenant, "hr", maria())
	if err != nil {
		t.Fatal(err)
	}
	head, clerk := PostID(p.Post), PostID("Auxiliar")
	set := func(by, post string, level forms.Level) (moved, waiting int) {
		t.Helper()
		moved, waiting, err := o.SetPosts(ctx, tenant, by, "", "Acuerdo 3/2026", map[string]forms.Level{post: level})
		if err != nil {
			t.Fatal(err)
		}
		return moved, waiting
	}
	level := func() forms.Level {
		r, err := o.Official(ctx, tenant, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		return r.Person.Level
	}
	waits := func() []Lowering {
		all, err := o.Lowerings(ctx, tenant)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	// A post that nobody decided on, and whose holders are full.
	if moved, waiting := set("hr", head, forms.Simplified); moved != 0 || waiting != 1 || level() != forms.Full {
		t.Errorf("a friend of human resources is simplified: %d %d", moved, waiting)
	}
	if w := waits(); len(w) != 1 || w[0].Post != head || w[0].By != "Hugo" || w[0].Why != "Acuerdo 3/2026" || w[0].People != 1 {
		t.Errorf("%+v", w)
	}
	for _, by := range []string{"hr", "nadie"} {
		if _, err := o.ConfirmPost(ctx, tenant, by, head, true); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s confirms: %v", by, err)
		}
		if err := o.SeeLowered(ctx, tenant, by, p.ID); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s has seen it: %v", by, err)
		}
	}
	if moved, err := o.ConfirmPost(ctx, tenant, "oic", head, false); err != nil || moved != 0 || level() != forms.Full || len(waits()) != 0 {
		t.Errorf("refused: %d %v", moved, err)
	}
	if _, err := o.ConfirmPost(ctx, tenant, "oic", head, true); err != errNotAsked {
		t.Errorf("confirmed what waits no more: %v", err)
	}
	// The same post, known by now.
	if _, waiting := set("hr", head, forms.Simplified); waiting != 1 {
		t.Error("a known post went down at once")
	}
	if moved, err := o.ConfirmPost(ctx, tenant, "oic", head, true); err != nil || moved != 1 || level() != forms.Simplified || len(waits()) != 0 {
		t.Errorf("confirmed: %d %v", moved, err)
	}
	if moved, waiting := set("hr", head, forms.Full); moved != 1 || waiting != 0 || level() != forms.Full {
		t.Error("up needs nobody")
	}
	// Another post of the same person.
	to := OfficialOf(p)
	to.Post, to.Level = "Auxiliar", forms.Simplified
	edit := func(by string) {
		t.Helper()
		if _, err := o.EditOfficial(ctx, tenant, by, p.ID, to); err != nil {
			t.Fatal(err)
		}
	}
	edit("hr")
	edit("hr") // what is saved again does not hide it
	if w := waits(); len(w) != 1 || w[0].Person != p.ID || w[0].Was != p.Post || w[0].Is != "Auxiliar" || w[0].By != "Hugo" {
		t.Fatalf("nobody is shown who went down: %+v", w)
	}
	if err := o.SeeLowered(ctx, tenant, "oic", p.ID); err != nil || len(waits()) != 0 || level() != forms.Simplified {
		t.Errorf("seen: %v %+v", err, waits())
	}
	if moved, _ := set("oic", clerk, forms.Full); moved != 1 || level() != forms.Full {
		t.Error("the control body cannot take it back")
	}
	if moved, waiting := set("oic", clerk, forms.Simplified); moved != 1 || waiting != 0 || len(waits()) != 0 {
		t.Error("the control body waits for itself")
	}
	to.Post, to.Level = p.Post, forms.Full
	edit("hr")
	to.Post, to.Level = "Auxiliar", forms.Simplified
	edit("oic")
	if len(waits()) != 0 {
		t.Error("the control body is shown what it did itself")
	}
}

func (o *office) put(all ...storage.User) {
	o.t.Helper()
	if err := o.db.Update(o.t.Context(), tenant, func(tx *storage.Txn) error {
		for _, u := range all {
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		o.t.Fatal(err)
	}
}
