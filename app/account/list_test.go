package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/account/payroll"
	"declara/app/errs"
	"declara/app/staged"
	"declara/forms"
	"declara/storage"
)

const listHead = "Nombre(s),Primer apellido,Segundo apellido,RFC,CURP,Puesto,Nivel,Área,Fecha de ingreso,Fecha de baja,Correo\n"

// The synthetic people of legal.md section 7, as payroll writes them.
const (
	rowMaria  = "MARIA,LOPEZ,RUIZ,PUFE040229AB1,PUFE040229MVZRCJA9,JEFA DE DEPARTAMENTO,11,TESORERIA,16/03/2026,,maria@valleencinos.example\n"
	rowRaul   = "Raúl,Ñandú,Ruiz,PUFE800229M93,PUFE800229HDFRCJ08,Analista,7,Obras,2026-03-16,,\n"
	rowBegona = "Begoña,Núñez,Paz,NUPB800229J19,NUPB800229MOCXXG06,Director de Obras,2,Obras,46097,,\n"
)

func (o *office) stage(whole bool, rows ...string) string {
	o.t.Helper()
	id, err := o.StageList(o.t.Context(), tenant, "hr", []byte(listHead+strings.Join(rows, "")), whole, "30/04/2026")
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

func (o *office) list(id string) Listed {
	o.t.Helper()
	l, err := o.List(o.t.Context(), tenant, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return l
}

// decide puts every post that waits into the catalogue as it is proposed.
func (o *office) decide(id string) {
	o.t.Helper()
	posts, err := o.Posts(o.t.Context(), tenant, id)
	if err != nil {
		o.t.Fatal(err)
	}
	levels := map[string]forms.Level{}
	for _, p := range posts {
		levels[p.ID] = p.Level
	}
	if _, _, err := o.SetPosts(o.t.Context(), tenant, "hr", id, "Acuerdo 3/2026", levels); err != nil && !errors.Is(err, errNoPost) {
		o.t.Fatal(err)
	}
}

func (o *office) apply(id string) map[Fate]int {
	o.t.Helper()
	o.decide(id)
	counts, err := o.ApplyList(o.t.Context(), tenant, "hr", id, o.list(id).Version)
	if err != nil {
		o.t.Fatal(err)
	}
	return counts
}

// roster is everybody, in one comparable text.
func (o *office) roster() string {
	o.t.Helper()
	var b strings.Builder
	if err := o.db.View(o.t.Context(), tenant, func(tx *storage.Txn) error {
		b.Reset()
		enc := json.NewEncoder(&b)
		if err := tx.People(func(p storage.Person) error { return enc.Encode(p) }); err != nil {
			return err
		}
		return tx.Users(func(u storage.User) error { return enc.Encode(u) })
	}); err != nil {
		o.t.Fatal(err)
	}
	return b.String()
}

// shape is what a list would do, line by line: fate, row, whether it is in, keys.
func shape(l Listed) string {
	var lines []string
	for _, x := range l.Lines {
		text := fmt.Sprintf("%s %d", x.Fate, x.Row)
		if x.In {
			text += " in"
		}
		for _, r := range x.Remarks {
			text += " " + r.Key[strings.LastIndexByte(r.Key, '.')+1:] + "@" + r.Column
		}
		for _, c := range x.Changes {
			text += " " + string(c.Field)
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "; ")
}

func TestListIsCompared(t *testing.T) {
	const swap = "PUFE040229AB1"
	for _, c := range []struct {
		name  string
		whole bool
		rows  []string
		want  string
	}{
		{"same, in capitals", true, []string{rowMaria}, "sin 2"},
		{"new", false, []string{rowMaria, rowRaul, rowBegona}, "nuevo 3 in; nuevo 4 in; sin 2"},
		{"missing", true, []string{rowRaul}, "nuevo 2 in; sale 0 in egreso"},
		{"part of the staff", false, []string{rowRaul}, "nuevo 2 in"},
		{"changed", true, []string{strings.NewReplacer("TESORERIA", "Ingresos", ",11,", ",12,").Replace(rowMaria)}, "cambia 2 in nivel unidad"},
		{"left", true, []string{strings.Replace(rowMaria, "16/03/2026,,", "16/03/2026,30/04/2026,", 1)}, "cambia 2 in egreso"},
		{"other name", true, []string{strings.Replace(rowMaria, "LOPEZ", "PÉREZ", 1)}, "duda 2 name@A primerApellido"},
		{"other CURP", true, []string{strings.Replace(rowMaria, "PUFE040229MVZRCJA9", "PUFE040229MOCXXGA0", 1)}, "duda 2 curp@E curp"},
		{"other RFC", true, []string{strings.Replace(rowMaria, swap, "PUFE040229AB2", 1)}, "duda 2 rfc@D rfc"},
		{"namesake", false, []string{"María,López,Ruiz" + strings.TrimPrefix(rowRaul, "Raúl,Ñandú,Ruiz")}, "duda 2 namesake@B"},
		{"twice", false, []string{rowRaul, rowRaul}, "duda 2 twice@D twice@E; duda 3 twice@D twice@E"},
		{"disagree", false, []string{strings.Replace(rowRaul, "PUFE800229M93", "PUFE810228M93", 1)}, "duda 2 disagree@E"},
		{"too young", false, []string{strings.Replace(rowRaul, "2026-03-16", "1990-01-01", 1)}, "duda 2 young@I"},
		{"far ahead", false, []string{strings.Replace(rowRaul, "2026-03-16", "2027-03-16", 1)}, "duda 2 ahead@I"},
		{"errors", true, []string{"María,,,PUFE040229AB1,PUFE04,x,,Y,31/02/2026,,no\n"}, "error 2 text@B curp@E text@G email@K date@I"},
		{"exit before entry", false, []string{strings.Replace(rowRaul, "2026-03-16,,", "2026-03-16,2026-03-01,", 1)}, "error 2 exit@J"},
	} {
		o := newOffice(t)
		if _, _, err := o.AddOfficial(t.Context(), tenant, "hr", maria()); err != nil {
			t.Fatal(err)
		}
		if got := shape(o.list(o.stage(c.whole, c.rows...))); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}

// TestListIsApplied: from an empty roster to one with accounts, all in one, and once.
func TestListIsApplied(t *testing.T) {
	o := newOffice(t)
	id := o.stage(true, rowMaria, rowRaul, rowBegona)
	l := o.list(id)
	if l.Unknown != 3 || !l.Ready || l.Counts.In[FateNew] != 3 {
		t.Errorf("%d posts, %v", l.Unknown, l.Counts)
	}
	if _, err := o.ApplyList(t.Context(), tenant, "hr", id, l.Version); err != errUndecide {
		t.Errorf("posts nobody decided on: %v", err)
	}
	if counts := o.apply(id); counts[FateNew] != 3 {
		t.Errorf("%v", counts)
	}
	all, err := o.Officials(t.Context(), tenant, "")
	if err != nil || len(all) != 3 {
		t.Fatalf("%d officials: %v", len(all), err)
	}
	for _, r := range all {
		want := forms.Full
		if r.Person.Post == "Analista" {
			want = forms.Simplified
		}
		if r.Person.Level != want || r.User.Login != Fold(r.Person.CURP) || r.Person.Entry != "2026-03-16" {
			t.Errorf("%+v %+v", r.Person, r.User)
		}
	}
	if _, err := o.ApplyList(t.Context(), tenant, "hr", id, l.Version); err != errOver {
		t.Errorf("twice: %v", err)
	}
	o.now = o.now.Add(staged.For)
	if _, err := o.List(t.Context(), tenant, id); err != errOver {
		t.Errorf("after a day: %v", err)
	}
	if err := o.Sweep(t.Context(), tenant); err != nil {
		t.Fatal(err)
	}
	if _, err := o.List(t.Context(), tenant, id); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("it stays after its day: %v", err)
	}
}

// TestTwoLists: whoever is second sees that the roster is another one, and nothing is
// done by half.
func TestTwoLists(t *testing.T) {
	o := newOffice(t)
	a, b := o.stage(false, rowMaria, rowRaul), o.stage(false, rowRaul, rowBegona)
	o.decide(a)
	o.decide(b)
	seen := o.list(b).Version
	o.apply(a)
	before := o.roster()
	if _, err := o.ApplyList(t.Context(), tenant, "other", b, seen); err != errMoved {
		t.Errorf("%v", err)
	}
	if o.roster() != before {
		t.Error("something was done by half")
	}
	if counts := o.apply(b); counts[FateNew] != 1 {
		t.Errorf("%v", counts)
	}
}

func TestLinesAreChosen(t *testing.T) {
	o := newOffice(t)
	id := o.stage(false, rowRaul, rowRaul, rowBegona)
	choose := func(choice map[string]bool) {
		t.Helper()
		if err := o.ChooseLines(t.Context(), tenant, id, choice); err != nil {
			t.Fatal(err)
		}
	}
	choose(map[string]bool{"f2": true, "f3": true, "f4": false, "f99": true})
	if got := shape(o.list(id)); got != "duda 2 in twice@D twice@E; duda 3 twice@D twice@E; nuevo 4" {
		t.Errorf("both of one RFC, or not what was chosen: %s", got)
	}
	choose(map[string]bool{"f2": false, "f4": true})
	if counts := o.apply(id); counts[FateDoubtful] != 1 || counts[FateNew] != 1 {
		t.Errorf("%v", counts)
	}
}

// TestReentry: who comes back keeps her earlier service, on which what she owes rests.
func TestReentry(t *testing.T) {
	o := newOffice(t)
	left := maria()
	left.Entry, left.Exit = "2024-01-01", "2025-06-30"
	p, _, err := o.AddOfficial(t.Context(), tenant, "hr", left)
	if err != nil {
		t.Fatal(err)
	}
	o.apply(o.stage(true, rowMaria))
	r, err := o.Official(t.Context(), tenant, p.ID)
	if err != nil || r.Person.Entry != "2026-03-16" || r.Person.Exit != "" || !slices.Equal(r.Person.Others, []storage.Spell{{Entry: "2024-01-01", Exit: "2025-06-30"}}) {
		t.Errorf("%+v %v", r.Person, err)
	}
}

// TestUndo: everything is as it was, to the letter.
func TestUndo(t *testing.T) {
	o := newOffice(t)
	if _, _, err := o.AddOfficial(t.Context(), tenant, "hr", maria()); err != nil {
		t.Fatal(err)
	}
	second := maria()
	second.Given, second.First, second.CURP, second.RFC = "Begoña", "Núñez", "NUPB800229MOCXXG06", "NUPB800229J19"
	if _, _, err := o.AddOfficial(t.Context(), tenant, "hr", second); err != nil {
		t.Fatal(err)
	}
	id := o.stage(true, strings.NewReplacer("TESORERIA", "Ingresos", "maria@", "otra@").Replace(rowMaria), rowRaul)
	o.decide(id)
	before := o.roster()
	if counts := o.apply(id); counts[FateNew] != 1 || counts[FateChanged] != 1 || counts[FateMissing] != 1 {
		t.Fatalf("%v", counts)
	}
	u, err := o.UndoOf(t.Context(), tenant, id)
	if err != nil || u.Restore != 3 || len(u.Kept) != 0 {
		t.Fatalf("%+v %v", u, err)
	}
	if _, err := o.UndoList(t.Context(), tenant, "hr", id); err != nil {
		t.Fatal(err)
	}
	if after := o.roster(); after != before {
		t.Errorf("before:\n%safter:\n%s", before, after)
	}
	if _, err := o.UndoList(t.Context(), tenant, "hr", id); err != errOver {
		t.Errorf("twice: %v", err)
	}
	if c, err := o.db.Check(t.Context()); err != nil || len(c.Faults) > 0 {
		t.Errorf("%v %v", c.Faults, err)
	}
}

// TestUndoLeaves: whoever filed, entered or was changed meanwhile stays, by name.
func TestUndoLeaves(t *testing.T) {
	o := newOffice(t)
	fourth := strings.NewReplacer("Raúl", "Eva", "PUFE800229M93", "PUFE800229AB4", "PUFE800229HDFRCJ08", "PUFE800229MDFRCJ05").Replace(rowRaul)
	id := o.stage(true, rowMaria, rowRaul, rowBegona, fourth)
	o.apply(id)
	people := map[string]Roster{}
	all, err := o.Officials(t.Context(), tenant, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		people[r.Person.Given] = r
	}
	code, u, err := o.IssueOfficialCode(t.Context(), tenant, "hr", people["MARIA"].Person.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.FirstTime(t.Context(), tenant, First{Login: u.Login, Code: code, Email: "m@correo.example", Password: goodPassword, IP: home}); err != nil {
		t.Fatal(err)
	}
	edited := OfficialOf(people["Raúl"].Person)
	edited.Unit = "Catastro"
	if _, err := o.EditOfficial(t.Context(), tenant, "hr", people["Raúl"].Person.ID, edited); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(time.Hour)
	o.update(func(tx *storage.Txn) error {
		return tx.File(&storage.Filing{ID: storage.NewID(o.now), Person: people["Begoña"].Person.ID, Type: forms.Inicial, Edition: "2019",
			Year: 2026, Filed: o.now, Zone: Zones[0], Method: "password", Sent: "x"}, []byte("{}"), []byte("{}"), "")
	})
	got, err := o.UndoList(t.Context(), tenant, "hr", id)
	if err != nil {
		t.Fatal(err)
	}
	why := map[string]string{}
	for _, k := range got.Kept {
		why[k.Name] = k.Why
	}
	if got.Restore != 1 || why["MARIA LOPEZ RUIZ"] != "account.undo.entered" || why["Raúl Ñandú Ruiz"] != "account.undo.changed" || why["Begoña Núñez Paz"] != "account.undo.filed" {
		t.Errorf("%+v", got)
	}
	if _, err := o.Official(t.Context(), tenant, people["Eva"].Person.ID); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("who can go stays: %v", err)
	}
}

// TestCatalogueDecides: a level follows from the post, whatever is typed, and who
// holds the post goes with it.
func TestCatalogueDecides(t *testing.T) {
	o := newOffice(t)
	p, _, err := o.AddOfficial(t.Context(), tenant, "hr", maria())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.SetPosts(t.Context(), tenant, "hr", "", " ", map[string]forms.Level{PostID("x"): forms.Full}); err != errAgreement {
		t.Errorf("without an agreement: %v", err)
	}
	head := storage.User{ID: "oic", Login: "oic", Roles: []storage.Role{storage.RoleComptroller}}
	if err := o.db.Update(t.Context(), tenant, func(tx *storage.Txn) error { return tx.PutUser(head) }); err != nil {
		t.Fatal(err)
	}
	moved, waiting, err := o.SetPosts(t.Context(), tenant, "oic", "", "Acuerdo 3/2026", map[string]forms.Level{PostID("JEFA DE DEPARTAMENTO"): forms.Simplified})
	if err != nil || moved != 1 || waiting != 0 {
		t.Errorf("%d %d %v", moved, waiting, err)
	}
	if r, _ := o.Official(t.Context(), tenant, p.ID); r.Person.Level != forms.Simplified {
		t.Error("who holds the post stayed")
	}
	if _, err := o.EditOfficial(t.Context(), tenant, "hr", p.ID, maria()); err != nil {
		t.Fatal(err)
	}
	if r, _ := o.Official(t.Context(), tenant, p.ID); r.Person.Level != forms.Simplified {
		t.Error("the form overrules the catalogue")
	}
}

func TestInvitations(t *testing.T) {
	o := newOffice(t)
	o.apply(o.stage(true, rowMaria, rowRaul, rowBegona))
	sent, err := o.InviteByMail(t.Context(), tenant, "hr", false)
	if err != nil || sent != 1 || len(o.letters) != 1 || o.letters[0].Kind != LetterInvitation || o.letters[0].Code == "" {
		t.Fatalf("%d %v %+v", sent, err, o.letters)
	}
	if _, err := o.InviteByMail(t.Context(), tenant, "hr", false); err != errNobody {
		t.Errorf("again: %v", err)
	}
	paper, err := o.InviteOnPaper(t.Context(), tenant, "hr", false)
	if err != nil || len(paper) != 2 || paper[0].Person.Given != "Begoña" {
		t.Fatalf("%+v %v", paper, err)
	}
	again, err := o.InviteOnPaper(t.Context(), tenant, "hr", true)
	if err != nil || len(again) != 2 {
		t.Fatal(err)
	}
	in := First{Login: paper[0].Login, Code: paper[0].Code, Email: "b@correo.example", Password: goodPassword, IP: home}
	if _, _, err := o.FirstTime(t.Context(), tenant, in); err == nil {
		t.Error("a code that another took the place of still opens")
	}
	in.Code = again[0].Code
	if _, _, err := o.FirstTime(t.Context(), tenant, in); err != nil {
		t.Error(err)
	}
	if g, err := o.Guests(t.Context(), tenant); err != nil || len(g.Mail) != 1 || len(g.Paper) != 1 || !g.Paper[0].Coded {
		t.Errorf("%+v %v", g, err)
	}
}

func TestListsAreMatched(t *testing.T) {
	o := newOffice(t)
	raw := strings.NewReplacer("Puesto", "Plaza del SIGA", "Área", "Zona").Replace(listHead) + rowRaul
	id, err := o.StageList(t.Context(), tenant, "hr", []byte(raw), false, "")
	if err != nil {
		t.Fatal(err)
	}
	l := o.list(id)
	if l.Ready || len(l.Lines) != 0 || !slices.Equal(payroll.Missing(l.Columns), []payroll.Field{payroll.Post, payroll.Unit}) {
		t.Errorf("%+v", l.Columns)
	}
	if err := o.MatchList(t.Context(), tenant, id, l.Columns); !slices.Equal(fieldsOf(err), []string{"cargo", "unidad"}) {
		t.Errorf("%v", err)
	}
	l.Columns[payroll.Post], l.Columns[payroll.Unit] = 5, 5
	if err := o.MatchList(t.Context(), tenant, id, l.Columns); len(fieldsOf(err)) != 1 {
		t.Errorf("one column twice: %v", err)
	}
	l.Columns[payroll.Unit] = 7
	if err := o.MatchList(t.Context(), tenant, id, l.Columns); err != nil {
		t.Fatal(err)
	}
	if got := shape(o.list(id)); got != "nuevo 2 in" {
		t.Error(got)
	}
	if err := o.ForgetList(t.Context(), tenant, "hr", id); err != nil {
		t.Fatal(err)
	}
	if _, err := o.List(t.Context(), tenant, id); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := o.StageList(t.Context(), tenant, "hr", []byte(raw), true, "ayer"); err != errExitDay {
		t.Errorf("%v", err)
	}
	if _, err := o.StageList(t.Context(), tenant, "hr", []byte("%PDF-1"), false, ""); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
}

// manyRows is a list of n invented people, with the letters of one and days of birth
// and homoclaves that differ.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString(listHead)
	day := time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		d := day.AddDate(0, 0, i*2)
		fmt.Fprintf(&b, "Persona %d,Núñez,Paz,NUPB%sA%02d,NUPB%sMOCXXG%02d,Puesto %d,%d,Unidad %d,16/03/2026,,p%d@valle.example\n",
			i, d.Format("060102"), i%100, d.Format("060102"), 0, i%40, i%12, i%30, i)
	}
	return b.String()
}

// takeAll says of every line that it is to be done: people who are invented have ids that
// no office gave, which makes each of them doubtful.
func (o *office) takeAll(id string) {
	o.t.Helper()
	all := map[string]bool{}
	for _, l := range o.list(id).Lines {
		all[l.Key] = true
	}
	if err := o.ChooseLines(o.t.Context(), tenant, id, all); err != nil {
		o.t.Fatal(err)
	}
}

// BenchmarkList is 5,000 rows from the file to the comparison with a roster that has
// as many: what the page of a list costs.
func BenchmarkList(b *testing.B) {
	o := newOffice(b)
	raw := []byte(manyRows(5000))
	id, err := o.StageList(b.Context(), tenant, "hr", raw, true, "30/04/2026")
	if err != nil {
		b.Fatal(err)
	}
	o.takeAll(id)
	o.apply(id)
	raw = []byte(strings.ReplaceAll(string(raw), "Unidad 3,", "Catastro,"))
	b.Run("stage", func(b *testing.B) {
		for b.Loop() {
			if id, err = o.StageList(b.Context(), tenant, "hr", raw, true, "30/04/2026"); err != nil {
				b.Fatal(err)
			}
			if err := o.ForgetList(b.Context(), tenant, "hr", id); err != nil {
				b.Fatal(err)
			}
		}
	})
	if id, err = o.StageList(b.Context(), tenant, "hr", raw, true, "30/04/2026"); err != nil {
		b.Fatal(err)
	}
	b.Run("preview", func(b *testing.B) {
		for b.Loop() {
			if l := o.list(id); len(l.Lines) != 5000 || l.Counts.In[FateChanged] < 100 {
				b.Fatal(len(l.Lines), l.Counts)
			}
		}
	})
	b.Run("apply", func(b *testing.B) {
		for b.Loop() {
			if counts := o.apply(id); counts[FateChanged] == 0 {
				b.Fatal(counts)
			}
			if _, err := o.UndoList(b.Context(), tenant, "hr", id); err != nil {
				b.Fatal(err)
			}
			if id, err = o.StageList(b.Context(), tenant, "hr", raw, true, "30/04/2026"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("officials", func(b *testing.B) {
		for b.Loop() {
			if page, n, err := o.OfficialsFrom(b.Context(), tenant, "", 100, 50); err != nil || n < 4000 || len(page) != 50 {
				b.Fatal(n, err)
			}
		}
	})
}

// TestSignsOfNames: what stands in names is let through; what stands where a file lost its
// accents is asked about.
func TestSignsOfNames(t *testing.T) {
	for name, odd := range map[string]bool{
		"María de los Ángeles": false, "O'Farrill": false, "D’Artigues": false, "Ma. Luisa": false, "Sáenz-Nuñez": false, "Mu\u006e\u0303oz": false, "Ñáñez": false,
		"Mu\uFFFDoz": true, "MU?OZ": true, "MÃ‰NDEZ": true, "=HYPERLINK(1)": true, "Ana2": true, "<b>Ana": true,
	} {
		if got := strings.ContainsFunc(name, notOfNames); got != odd {
			t.Errorf("%s: %t", name, got)
		}
	}
}
