package app

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/app/campaign"
	"declara/app/complain"
	"declara/app/conflict"
	"declara/app/declare"
	"declara/app/table"
	"declara/app/verify"
	"declara/app/verify/draw"
	"declara/forms"
	"declara/storage"
)

// event is something that happens in the year.
type event struct {
	at   string // local time
	what string
	do   func()
}

// story is what happens, in no order yet.
type story struct {
	*year
	events []event
	order  []*official // who filed the modificación, in the order of the model
}

func (s *story) on(when, what string, do func()) {
	s.events = append(s.events, event{when, what, do})
}

// files has somebody file at a time.
func (s *story) files(when string, o *official, key string) {
	s.on(when, fmt.Sprintf("%d files %s", o.n, key), func() { s.file(o, key) })
}

// TestYear is a year of a municipality through the whole program, held to the model all
// along: every Monday, on every day on which something is decided, and at its end.
func TestYear(t *testing.T) {
	if testing.Short() {
		t.Skip("a year takes its time")
	}
	s := &story{year: newYear(t, "2026-12-01")}
	for day := "2027-01-02"; day <= "2027-12-31"; day = plus(day, 1) {
		s.on(day+" 09:15:00", "the morning", s.morning)
		if at(day).Weekday() == time.Monday || slices.Contains(yearTurns, day) {
			s.on(day+" 21:00:00", "the list", func() { s.check("evening") })
		}
	}
	s.office()
	s.january()
	s.spring()
	s.may()
	s.summer()
	s.october()
	s.complaints()
	slices.SortStableFunc(s.events, func(a, b event) int { return strings.Compare(a.at, b.at) })
	for _, e := range s.events {
		if t.Failed() {
			t.Fatalf("stopped before %s, %s", e.at, e.what)
		}
		s.set(e.at)
		e.do()
	}
	s.end()
}

// yearTurns are days after which the list is looked at whatever day of the week they are.
var yearTurns = []string{"2027-03-16", "2027-03-17", "2027-04-01", "2027-04-02", "2027-04-30", "2027-05-01", "2027-05-31", "2027-06-01", "2027-06-07", "2027-06-08",
	"2027-07-17", "2027-07-18", "2027-07-19", "2027-10-01", "2027-10-05", "2027-11-29", "2027-11-30", "2027-12-01"}

// morning does the work of a day and counts the letters that went.
func (s *story) morning() {
	want := s.reminders(s.today())
	s.post.take()
	s.jobs()
	got, _, _, digests, _ := s.post.take()
	if a, b := multiset(got), multiset(want); a != b {
		s.Errorf("%s: reminders went to\n%s\nand not to\n%s", s.today(), a, b)
	}
	if len(digests) > 0 && s.business(plus(s.today(), -1), 1) != s.today() {
		s.Errorf("%s: the office was written to on a day off", s.today())
	}
}

// office sets people to work, and the calendar.
func (s *story) office() {
	s.on("2026-12-01 13:00:00", "the office", func() {
		s.person("admin", storage.RoleAdmin)
		s.person("titular", storage.RoleComptroller)
		s.person("verifica", storage.RoleComptroller)
		s.person("enlace", storage.RoleHR)
		s.person("investiga", storage.RoleInvestigator)
		s.person("sustancia", storage.RoleSubstantiator)
		s.person("custodia", storage.RoleCustodian)
		s.keyed("titular", "")
		s.keyed("investiga", "titular")
		s.keyed("custodia", "titular")
		head := s.staff["titular"].ID
		for _, year := range []int{2026, 2027, 2028} {
			s.ok(s.cases.BeginYear(s.Context(), tenant, head, year))
		}
		for _, h := range [][3]string{{"2027-03-22", "2027-03-26", "Semana Santa"}, {"2027-06-16", "", "Fiesta del pueblo"}, {"2027-12-20", "2027-12-31", "Vacaciones de invierno"}} {
			s.ok(s.cases.AddHoliday(s.Context(), tenant, head, storage.Holiday{From: h[0], To: h[1], Name: h[2], Source: "Acuerdo de Cabildo 12/2026"}))
			for d := h[0]; d <= max(h[0], h[1]); d = plus(d, 1) {
				s.off[d] = true
			}
		}
		// By the law of labour, looked up on a calendar.
		for _, d := range []string{"2027-01-01", "2027-02-01", "2027-03-15", "2027-05-01", "2027-09-16", "2027-11-15", "2027-12-25", "2028-01-01", "2028-02-07", "2028-03-20"} {
			s.off[d] = true
		}
	})
}

// rosterSize is how many are in service when the year begins.
const rosterSize = 403

// january brings the roster in: four hundred, five of whom came in November.
func (s *story) january() {
	for n := range rosterSize {
		entry := fmt.Sprintf("20%02d-%02d-16", 16+n%9, 1+n%12)
		if at(entry).Year() < 2016+9 && s.born(n, entry).person.Born > plus(entry, -16*365) {
			s.all[n].spans[0].first = "2025-02-16" // nobody begins as a child
		}
	}
	for n := 390; n < 395; n++ {
		s.all[n].spans[0].first = "2026-11-10"
	}
	s.on("2027-01-11 10:00:00", "the roster", func() {
		book, err := table.WriteXLSX("Nómina", s.payroll(s.all[:rosterSize]))
		s.ok(err)
		if _, did := s.bring(book, false, ""); did[account.FateNew]+did[account.FateDoubtful] != rosterSize {
			s.Errorf("the roster: %v", did)
		}
	})
	s.on("2027-01-11 12:00:00", "invitations", func() {
		s.post.take()
		s.post.refuses = s.all[5].mail
		n, err := s.app.accounts.InviteByMail(s.Context(), tenant, s.staff["enlace"].ID, false)
		s.ok(err)
		s.letters()
		_, got, _, _, _ := s.post.take()
		want := []string{}
		for _, o := range s.all[:rosterSize] {
			if o.mail != "" && o.n != 5 {
				want = append(want, o.mail)
			}
		}
		if n != len(want)+1 || multiset(got) != multiset(want) {
			s.Errorf("%d invitations, %d arrived; %d have an address", n, len(got), len(want)+1)
		}
		s.all[5].bounced = true
	})
	// Six begin, one at the last second and one after it.
	for i := range 6 {
		o := s.born(450+i, "2027-01-15")
		s.on("2027-01-15 11:00:00", "a new official", func() { s.add(o, "2027-01-15") })
		when := fmt.Sprintf("2027-02-%02d 11:00:00", 3+i)
		switch i {
		case 4:
			when = "2027-03-16 23:59:59"
		case 5:
			when = "2027-03-17 00:00:01"
		}
		s.files(when, o, "inicial-2027-01-15")
	}
	for n := 390; n < 395; n++ {
		if n < 394 {
			s.files("2027-01-20 12:00:00", s.all[n], "inicial-2026-11-10")
		}
	}
	// At the end of the month eight have left, eight came, and eight got another post.
	s.on("2027-02-02 10:00:00", "the list of the second half of January", func() {
		for n := 350; n < 358; n++ {
			s.all[n].spans[0].last = "2027-01-31"
		}
		s.all[359].spans[0].last = "2027-01-31"
		for n := 470; n < 478; n++ {
			s.born(n, "2027-02-01")
		}
		for n := 10; n < 18; n++ {
			s.all[n].post, s.all[n].full = "Jefe de Departamento de Archivo", true
		}
		_, did := s.bring(payrollFile(s.payroll(s.serving()), true), true, "2027-01-31")
		if did[account.FateMissing] != 9 || did[account.FateNew]+did[account.FateDoubtful] != 8 || did[account.FateChanged] != 8 {
			s.Errorf("the list of January: %v", did)
		}
	})
	// A list with half of the people is a mistake, and is taken back; of her whom somebody
	// changed meanwhile the office decides.
	var wrong string
	s.on("2027-02-15 10:00:00", "a wrong list", func() {
		here := s.serving()
		var did map[account.Fate]int
		wrong, did = s.bring(payrollFile(s.payroll(here[:200]), false), true, "2027-02-14")
		if did[account.FateMissing] != len(here)-200 {
			s.Errorf("the wrong list: %v of %d", did, len(here))
		}
		for _, o := range here[200:] {
			o.spans[len(o.spans)-1].last = "2027-02-14"
		}
		s.check("after the wrong list")
		s.edit(s.all[300], func(f *account.Official) { f.Phone = "9510000001" })
		s.set("2027-02-15 11:00:00")
		undo, err := s.app.accounts.UndoList(s.Context(), tenant, s.staff["enlace"].ID, wrong)
		s.ok(err)
		if len(undo.Kept) != 1 || undo.Kept[0].Person != s.all[300].id || undo.Restore != len(here)-201 {
			s.Errorf("taken back: %+v of %d", undo.Kept, undo.Restore)
		}
		for _, o := range here[200:] {
			if o.n != 300 {
				o.spans[len(o.spans)-1].last = ""
			}
		}
		s.check("after the wrong list was taken back")
		s.edit(s.all[300], func(f *account.Official) { f.Exit = "" })
		s.all[300].spans[0].last = ""
		s.check("after human resources put it right")
	})
}

// add puts somebody on the roster by hand.
func (s *story) add(o *official, entry string) {
	level := forms.Simplified
	p, _, err := s.app.accounts.AddOfficial(s.Context(), tenant, s.staff["enlace"].ID, account.Official{
		Given: o.person.Given, First: o.person.First, Second: o.person.Second, CURP: o.person.CURP, RFC: o.person.RFC,
		Post: o.post, Unit: o.unit, Grade: "N-" + fmt.Sprint(o.n%9), Email: o.mail, Level: level, Entry: entry,
	})
	s.ok(err)
	o.id, s.byID[p.ID] = p.ID, o
}

// serving are those in service in the municipality today, by the model.
func (s *story) serving() (all []*official) {
	for _, o := range s.all {
		last := o.spans[len(o.spans)-1]
		for _, x := range o.spans {
			if x.body == "" {
				last = x
			}
		}
		if last.last == "" {
			all = append(all, o)
		}
	}
	return all
}

// elsewhere writes down service in another body.
func (s *story) elsewhere(o *official, order, first, last string) {
	s.ok(s.app.declare.AddService(s.Context(), s.who(o), s.staff["enlace"].ID, declare.Spell{Body: "Otro ente inventado", Order: order, Entry: first, Exit: last}))
	o.spans = append(o.spans, span{first: first, last: last, body: order})
}

// leaves has human resources write down that somebody left, or goes on leave.
func (s *story) leaves(when string, o *official, day string, leave bool) {
	s.on(when, fmt.Sprintf("%d leaves", o.n), func() {
		s.edit(o, func(f *account.Official) { f.Exit, f.Leave = day, leave })
		for i := range o.spans {
			if o.spans[i].body == "" && o.spans[i].last == "" {
				o.spans[i].last, o.spans[i].leave = day, leave
			}
		}
	})
}

// returns has payroll bring somebody back.
func (s *story) returns(when string, o *official, day string) {
	s.on(when, fmt.Sprintf("%d returns", o.n), func() {
		o.spans = append(o.spans, span{first: day})
		_, did := s.bring(payrollFile(s.payroll([]*official{o}), false), false, "")
		if did[account.FateChanged] != 1 {
			s.Errorf("%d returns: %v", o.n, did)
		}
	})
}

// spring: who leaves and comes, leaves of absence, other bodies.
func (s *story) spring() {
	for n := 350; n < 358; n++ {
		when := fmt.Sprintf("2027-03-%02d 10:00:00", n-349)
		switch n {
		case 354:
			when = "2027-04-01 23:59:59"
		case 355:
			when = "2027-04-02 00:00:01"
		case 356, 357:
			continue // never
		}
		s.files(when, s.all[n], "conclusion-2027-01-31")
	}
	for n := 470; n < 476; n++ {
		s.on(fmt.Sprintf("2027-03-%02d 12:30:00", n-469), "an inicial", func() { s.file(s.find(n), "inicial-2027-02-01") })
	}
	for n := 340; n < 345; n++ {
		s.leaves("2027-04-12 10:00:00", s.all[n], "2027-04-10", true)
	}
	for n := 345; n < 348; n++ {
		s.leaves("2027-02-03 10:00:00", s.all[n], "2027-02-01", true)
		s.returns("2027-04-05 10:00:00", s.all[n], "2027-04-05")
	}
	s.leaves("2027-04-01 10:00:00", s.all[358], "2027-03-31", false)
	s.returns("2027-05-16 10:00:00", s.all[358], "2027-05-16")
	s.files("2027-05-25 10:00:00", s.all[358], "modificacion-2027")
	s.returns("2027-05-03 10:00:00", s.all[359], "2027-05-03")
	s.files("2027-05-20 10:00:00", s.all[359], "inicial-2027-05-03")
	s.leaves("2027-03-16 10:00:00", s.all[360], "2027-03-15", false)
	s.on("2027-04-12 11:00:00", "to another municipality", func() { s.elsewhere(s.all[360], yearOrder, "2027-04-10", "") })
	s.leaves("2027-03-16 10:00:00", s.all[361], "2027-03-15", false)
	s.on("2027-04-12 11:00:00", "to the state", func() { s.elsewhere(s.all[361], "ESTATAL", "2027-04-01", "") })
	s.files("2027-05-14 10:00:00", s.all[361], "conclusion-2027-03-15")
	s.leaves("2027-05-11 10:00:00", s.all[362], "2027-05-10", false)
	s.files("2027-05-20 11:00:00", s.all[362], "conclusion-2027-05-10")
	s.leaves("2027-05-11 10:00:00", s.all[363], "2027-05-10", false)
	s.files("2027-06-15 11:00:00", s.all[363], "conclusion-2027-05-10")
	s.leaves("2027-06-02 10:00:00", s.all[364], "2027-06-01", false)
	s.files("2027-07-31 23:59:59", s.all[364], "conclusion-2027-06-01")
	// Three come from other bodies.
	for i, order := range []string{yearOrder, yearOrder, "ESTATAL"} {
		s.on("2027-04-01 12:00:00", "from another body", func() {
			o := s.born(430+i, "2027-04-01")
			s.add(o, "2027-04-01")
			s.elsewhere(o, order, "2019-01-01", "2027-02-15")
			slices.SortFunc(o.spans, func(a, b span) int { return strings.Compare(a.first, b.first) })
		})
	}
	s.on("2027-05-12 12:00:00", "an aviso on paper", func() {
		o := s.find(430)
		s.ok(s.app.declare.HandIn(s.Context(), s.who(o), s.staff["titular"].ID, "aviso-2027-04-01", "2027-05-12"))
		o.handed["aviso-2027-04-01"] = "2027-05-12"
	})
	s.on("2027-06-02 12:00:00", "an inicial too late to count in May", func() { s.file(s.find(432), "inicial-2027-04-01") })
	s.on("2027-06-03 12:00:00", "and so a modificación", func() { s.file(s.find(432), "modificacion-2027") })
}

func (s *story) find(n int) *official {
	i := slices.IndexFunc(s.all, func(o *official) bool { return o.n == n })
	if i < 0 {
		s.Fatalf("there is no %d", n)
	}
	return s.all[i]
}

// rule has the office decide on a duty.
func (s *story) rule(when string, n int, key string, r ruling) {
	s.on(when, "a ruling", func() {
		o := s.find(n)
		s.ok(s.app.declare.Rule(s.Context(), s.who(o), s.staff["titular"].ID, declare.Ruling{Duty: key, Lifted: r.lifted, Due: r.due, Reason: "Por lo que consta en su expediente."}))
		o.rulings[key] = r
	})
}

// may: who owes the modificación is what the model says on the third; most file in time,
// eighteen in the days that everybody was given, six late, eleven not.
func (s *story) may() {
	s.rule("2027-05-20 12:00:00", 340, "modificacion-2027", ruling{lifted: true})
	s.rule("2027-05-20 12:00:00", 341, "modificacion-2027", ruling{lifted: true})
	s.rule("2027-05-20 12:00:00", 342, "modificacion-2027", ruling{due: "2027-06-30"})
	s.files("2027-06-25 12:00:00", s.all[342], "modificacion-2027")
	s.files("2027-05-15 12:00:00", s.all[344], "modificacion-2027")
	s.returns("2027-08-17 10:00:00", s.all[343], "2027-08-16")
	special := map[int]bool{}
	for _, n := range []int{340, 341, 342, 343, 344, 359, 362, 363, 432} {
		special[n] = true
	}
	s.on("2027-05-28 10:00:00", "an extension", func() {
		s.ok(s.app.declare.Extend(s.Context(), tenant, s.staff["titular"].ID, declare.Extension{Kind: declare.Modificacion, Year: 2027, Due: "2027-06-07", Agreement: "Acuerdo OIC/7/2027"}, ""))
		s.extended["modificacion-2027"] = "2027-06-07"
	})
	s.on("2027-06-03 18:00:00", "the panel", func() {
		if panel := s.enter("titular").get("/contraloria"); !strings.Contains(panel, "Faltan 4 días para el cierre") {
			s.Error("the panel does not know the day that everybody was given")
		}
	})
	s.paper(special)
	s.gift(special)
	// Days and times are fixed now; who is known in May.
	place := func(when string, i int) {
		s.on(when, fmt.Sprintf("the modificación of place %d", i), func() {
			o := s.queue(special)[i]
			switch {
			case i < 3:
				s.onSite(o, "modificacion-2027")
			case i == onPaper: // see paper
				return
			case o.n == 15 || o.n == 16:
				s.file(o, "modificacion-2027", company("Constructora Única del Valle SA de CV", "CUV980312AB1"))
			default:
				s.file(o, "modificacion-2027")
			}
		})
	}
	for i := range maySize {
		switch left := maySize - i; {
		case left > 55:
			place(fmt.Sprintf("2027-05-%02d %02d:%02d:00", 4+i%25, 10+i%9, i%60), i)
		case left > 36:
			place(fmt.Sprintf("2027-05-31 %02d:%02d:00", 10+i%12, i%60), i)
		case left == 36:
			place("2027-05-31 23:59:59", i)
		case left == 35:
			place("2027-06-01 00:00:01", i)
		case left > 18:
			place(fmt.Sprintf("2027-06-%02d 13:%02d:00", 2+i%5, i%60), i)
		case left == 18:
			place("2027-06-07 23:59:59", i)
		case left == 17:
			place("2027-06-08 00:00:01", i)
		case left > 11:
			place(fmt.Sprintf("2027-06-%02d 13:30:00", 9+i%5), i)
		}
	}
}

// maySize is how many owe the modificación and are nobody's special case; one of them
// brings it on paper.
const (
	maySize = 386
	onPaper = 40
)

// paper: a modificación on paper is received in May and typed in June. It counts from the
// day on which it was received, nobody is reminded of it meanwhile, and who typed it does
// not compare it.
func (s *story) paper(special map[int]bool) {
	const duty = "modificacion-2027"
	var o *official
	var id string
	s.on("2027-05-20 13:00:00", "a declaration on paper", func() {
		o = s.queue(special)[onPaper]
		got, err := s.app.declare.Receive(s.Context(), s.who(o), s.staff["titular"], declare.Incoming{Duty: duty, Day: "20/05/2027", File: signedPage()})
		s.ok(err)
		id, o.paper[duty] = got.ID, "2027-05-20"
		s.check("a declaration on paper")
	})
	s.on("2027-06-12 13:00:00", "it is typed and compared", func() {
		ctx, types := s.Context(), s.staff["verifica"]
		draft, err := s.app.declare.Take(ctx, s.who(o), types, id)
		s.ok(err)
		s.answer(declare.Who{Tenant: tenant, Person: o.id, By: types.ID}, o, draft, nil)
		s.ok(s.app.declare.Done(ctx, s.who(o), types, id))
		sign := declare.Countersign{Typed: "Se capturó del papel", Against: "Se cotejó con el papel"}
		sign.Verify = func() error { return nil }
		if _, err := s.app.declare.Compare(ctx, s.who(o), types, id); err == nil {
			s.Error("who typed it compares it")
		}
		c, err := s.app.declare.Compare(ctx, s.who(o), s.staff["titular"], id)
		s.ok(err)
		sign.Stamp = c.Work.Stamp()
		f, err := s.app.declare.Countersign(ctx, s.who(o), s.staff["titular"], id, sign)
		s.ok(err)
		if f.Late {
			s.Error("what was received in May is late")
		}
		s.did(o, f, "2027-05-20")
		s.check("the paper is in")
	})
}

// gift: an official reports what she was given, by the pages; the office puts it at the
// disposal of who keeps such goods.
func (s *story) gift(special map[int]bool) {
	s.on("2027-08-10 12:00:00", "a gift", func() {
		o := s.queue(special)[0]
		v := s.visitor()
		v.send("/entrar", "usuario", o.person.CURP, "clave", yearPassword)
		v.get("/declaraciones/obsequios")
		v.send("/declaraciones/obsequios", "envio", "e1", "que", "Una pluma de plata", "quien", "Proveedora inventada", "motivo", "Inauguración", "valor", "3,500", "recibido", "09/08/2027", "entrega", "La dirección de Obras", "entregado", "")
		desk := s.enter("verifica")
		link := regexp.MustCompile(`/contraloria/obsequios/[0-9a-zA-Z]+`).FindString(desk.get("/contraloria/obsequios"))
		if link == "" {
			s.Fatal("the office does not see the gift")
		}
		if strings.Contains(desk.get("/contraloria/obsequios"), "pluma de plata") {
			s.Error("the list tells what it was")
		}
		if !strings.Contains(desk.get(link), "pluma de plata") {
			s.Error("the office cannot read what it was")
		}
		desk.send(link, "autoridad", "Instituto inventado de bienes", "numero", "OIC/300/2027", "fecha", "10/08/2027")
	})
}

// queue is who owes the modificación, by the model, in the order of their numbers.
func (s *story) queue(special map[int]bool) []*official {
	if s.order == nil {
		for _, o := range s.all {
			if d, owes := s.owes(o, "2027-05-03")["modificacion-2027"]; owes && d.state == "pendiente" && !special[o.n] {
				s.order = append(s.order, o)
			}
		}
		if len(s.order) != maySize {
			s.Fatalf("%d owe the modificación and are nobody's special case", len(s.order))
		}
	}
	return s.order
}

// company has section I-1 say that she has one company.
func company(name, rfc string) func(forms.Answers) {
	return func(a forms.Answers) {
		const at = "participacion"
		for p := range a {
			if p.Under(at) {
				delete(a, p)
			}
		}
		a.Set(at+".ninguno", forms.No)
		a.Set(at+".participacion", "x1")
		for field, v := range map[string]string{"tipoRelacion": "DECLARANTE", "nombreEmpresaSociedadAsociacion": name, "rfc": rfc, "porcentajeParticipacion": "40",
			"tipoParticipacion": "SCIO", "recibeRemuneracion": forms.Yes, "montoMensual": "5000", "ubicacion.pais": "MX", "ubicacion.entidadFederativa": "20", "sector": "CONS"} {
			a.Set(forms.Path(at+".participacion.x1").Join(strings.Split(field, ".")...), v)
		}
	}
}

// summer: requirements, referrals, the draw and the suppliers.
func (s *story) summer() {
	type letter struct {
		o  *official
		id string
	}
	var letters []letter
	head := func() string { return s.staff["titular"].ID }
	s.on("2027-06-14 12:00:00", "eleven requirements", func() {
		for key, d := range s.lines(s.today()) {
			if d.state == "omiso" && strings.HasSuffix(key, "modificacion-2027") {
				var n int
				fmt.Sscanf(key, "%d", &n)
				letters = append(letters, letter{o: s.find(n)})
			}
		}
		slices.SortFunc(letters, func(a, b letter) int { return a.o.n - b.o.n })
		if len(letters) != 11 {
			s.Errorf("%d are omisos", len(letters))
		}
		for i := range letters {
			id, err := s.app.campaign.Require(s.Context(), tenant, head(), letters[i].o.id, "modificacion-2027", fmt.Sprintf("OIC/%d/2027", 100+i), "2027-06-14")
			s.ok(err)
			letters[i].id = id
			pdf, err := s.app.campaign.Requirement(s.Context(), tenant, letters[i].o.id, id)
			if err != nil || len(pdf) < 1000 {
				s.Errorf("the letter: %d bytes, %v", len(pdf), err)
			}
			letters[i].o.required["modificacion-2027"] = [2]string{"2027-06-14", ""}
		}
	})
	s.on("2027-06-15 12:00:00", "nine are served, on the eve of a day off", func() {
		for _, l := range letters[:9] {
			s.ok(s.app.campaign.Serve(s.Context(), tenant, head(), l.o.id, l.id, campaign.Dates{Served: "15/06/2027"}))
			effect := s.business("2027-06-15", 1)
			if l.o.required["modificacion-2027"] = [2]string{"2027-06-14", s.business(effect, 1)}; effect != "2027-06-17" {
				s.Errorf("it takes effect on %s", effect)
			}
		}
	})
	s.on("2027-07-09 12:00:00", "three of them file", func() {
		for _, l := range letters[:3] {
			s.file(l.o, "modificacion-2027")
		}
	})
	s.on("2027-07-18 12:00:00", "the last day of the term", func() {
		if err := s.app.campaign.Refer(s.Context(), tenant, head(), letters[5].o.id, letters[5].id, "OIC/201/2027", "2027-07-18"); !errors.Is(err, campaign.ErrTooEarly) {
			s.Errorf("referred within the term: %v", err)
		}
	})
	s.on("2027-07-20 12:00:00", "three are told to the investigating authority", func() {
		for i, l := range letters[3:6] {
			_, err := s.app.campaign.Referral(s.Context(), tenant, l.o.id, l.id)
			s.ok(err)
			s.ok(s.app.campaign.Refer(s.Context(), tenant, head(), l.o.id, l.id, fmt.Sprintf("OIC/%d/2027", 200+i), "2027-07-20"))
		}
		if err := s.app.campaign.Refer(s.Context(), tenant, head(), letters[10].o.id, letters[10].id, "OIC/209/2027", "2027-07-20"); !errors.Is(err, campaign.ErrNotServed) {
			s.Errorf("referred without being served: %v", err)
		}
	})
	s.draw()
	s.suppliers()
}

// draw: the universe, the list that anybody can draw again, and one verification to its
// certificate.
func (s *story) draw() {
	var d storage.Draw
	var folio string
	var drawn *official
	var parts int
	s.on("2027-06-21 10:00:00", "a universe", func() {
		want := 0
		for _, o := range s.all {
			if o.did("modificacion", "", 2027) != "" {
				want++
			}
		}
		var err error
		d, err = s.verify.Freeze(s.Context(), tenant, s.staff["titular"], verify.Plan{Type: "modificacion", Year: 2027, Strata: draw.Whole, Confidence: draw.C90, Source: "Sorteo mayor de la Lotería Nacional", Known: "25/06/2027"})
		s.ok(err)
		n0 := 1.645 * 1.645 * 0.25 / 0.01
		if size := int(math.Ceil(n0 / (1 + (n0-1)/float64(want)))); d.Count != want || d.Size != size {
			s.Errorf("a universe of %d and a sample of %d; %d filed, which is %d", d.Count, d.Size, want, size)
		}
	})
	s.on("2027-06-25 18:00:00", "the draw", func() {
		if err := s.verify.Draw(s.Context(), tenant, s.staff["titular"], d.Number, "53817"); err != nil {
			s.Fatal(err)
		}
		got, err := s.verify.Look(s.Context(), tenant, d.Number)
		s.ok(err)
		sum := sha256.Sum256(got.File)
		var order []string
		for _, line := range strings.Split(strings.TrimSpace(string(got.File)), "\n")[6:] {
			folio, _, _ := strings.Cut(line, "\t")
			h := sha256.Sum256([]byte(hex.EncodeToString(sum[:]) + "\n53817\n" + folio))
			order = append(order, hex.EncodeToString(h[:])+" "+folio)
		}
		slices.Sort(order)
		for i := range order {
			_, order[i], _ = strings.Cut(order[i], " ")
		}
		if len(order) != d.Count || !slices.Equal(order[:d.Size], got.Draw.Folios) {
			s.Errorf("another list is drawn: %v\nnot %v", got.Draw.Folios, order[:min(len(order), d.Size)])
		}
		folio = got.Draw.Folios[0]
		ctx, by := s.Context(), s.staff["verifica"]
		s.ok(s.verify.Assign(ctx, tenant, s.staff["titular"], d.Number, folio, by.ID, ""))
		s.ok(s.verify.Open(ctx, tenant, by, d.Number, folio, "Verificación por sorteo", ""))
		sheet, err := s.verify.Sheet(ctx, tenant, by, d.Number, folio)
		s.ok(err)
		drawn, parts = s.byID[sheet.Drawn().Filing.Person], len(sheet.Parts)
		s.ok(s.verify.Ask(ctx, tenant, by, d.Number, folio, "¿De dónde salió el dinero del terreno?", "5"))
		mine, err := s.verify.Mine(ctx, tenant, drawn.id)
		s.ok(err)
		if len(mine) != 1 || mine[0].Rounds[0].Due != s.business(s.today(), 5) {
			s.Errorf("asked until %+v", mine)
		}
	})
	s.on("2027-06-30 12:00:00", "an answer and a certificate", func() {
		ctx, by := s.Context(), s.staff["verifica"]
		s.ok(s.verify.Answer(ctx, tenant, drawn.id, d.Number, folio, "De la venta de un terreno de mi madre"))
		s.ok(s.verify.Close(ctx, tenant, by, d.Number, folio, storage.Certified, "La venta cubre lo que se preguntó"))
		if number, err := s.verify.Certificate(ctx, tenant, by, d.Number, folio); err != nil || number != "CER-2027-001" {
			s.Errorf("certificate %q, %v", number, err)
		}
		reads := 0
		s.view(func(tx *storage.Txn) error {
			all, err := tx.ReadsOf(drawn.id)
			reads = len(all)
			return err
		})
		if reads != parts {
			s.Errorf("%d readings of %d declarations", reads, parts)
		}
	})
}

// suppliers: two officials declared a company that sells to the town; a namesake with
// another RFC does not count as certain.
func (s *story) suppliers() {
	s.on("2027-07-01 10:00:00", "suppliers", func() {
		ctx, head := s.Context(), s.staff["titular"]
		list := "RFC,Proveedor,Número de contrato,Objeto del contrato,Monto,Fecha de inicio,Fecha de fin,Área contratante\n" +
			"CUV980312AB1,Constructora Única del Valle SA de CV,OP-1,Bacheo,100000,2027-02-01,2027-12-31,Obras Públicas\n" +
			"PAP010203AB9,Papelería Imposible de Confundir SA de CV,OP-2,Papel,5000,2027-02-01,2027-12-31,Tesorería\n"
		id, err := s.app.conflicts.Stage(ctx, tenant, head, []byte(list), true)
		s.ok(err)
		l, err := s.app.conflicts.Listed(ctx, tenant, head, id)
		s.ok(err)
		_, err = s.app.conflicts.Apply(ctx, tenant, head, id, l.Version)
		s.ok(err)
	})
	s.on("2027-07-02 10:00:00", "coincidences", func() {
		ctx, head := s.Context(), s.staff["titular"]
		rows, _, err := s.app.conflicts.List(ctx, tenant, head, conflict.Ask{})
		s.ok(err)
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprintf("%d %s", s.byID[r.Who.ID].n, r.Sells.RFC))
		}
		if multiset(got) != "15 CUV980312AB1\n16 CUV980312AB1" {
			s.Errorf("coincidences: %q", got)
		}
		s.ok(s.app.conflicts.Decide(ctx, tenant, head, rows[0].ID, conflict.NoConflict, "Vendió su parte antes de entrar, según consta.", rows[0].Print))
		if n, _, err := s.app.conflicts.Waiting(ctx, tenant, head); err != nil || n != 1 {
			s.Errorf("%d wait, %v", n, err)
		}
	})
}

// october is a new administration: ninety leave on one day, eighty-five come, ten get
// another post; the head of the office hands her keys and her post over.
func (s *story) october() {
	var out, in []*official
	s.on("2027-10-04 10:00:00", "the new administration", func() {
		here := s.serving()
		for _, o := range here[20:110] {
			o.spans[len(o.spans)-1].last = "2027-09-30"
			out = append(out, o)
		}
		for i := range 85 {
			in = append(in, s.born(500+i, "2027-10-01"))
		}
		for _, o := range here[120:130] {
			o.post = "Director de Modernización"
			o.full = true
		}
		if _, did := s.bring(payrollFile(s.payroll(s.serving()), true), true, "2027-09-30"); did[account.FateMissing] != 90 || did[account.FateNew]+did[account.FateDoubtful] != 85 || did[account.FateChanged] != 10 {
			s.Errorf("the new administration: %v", did)
		}
	})
	for i := range 90 {
		when := fmt.Sprintf("2027-%02d-%02d 10:%02d:00", 10+i/45, 5+i%20, i%60)
		switch {
		case i == 60:
			when = "2027-11-29 23:59:59"
		case i == 61:
			when = "2027-11-30 00:00:01"
		case i > 70:
			continue
		case i > 61:
			when = fmt.Sprintf("2027-12-%02d 11:00:00", i-60)
		}
		s.on(when, "a conclusión", func() { s.file(out[i], "conclusion-2027-09-30") })
	}
	for i := range 85 {
		when := fmt.Sprintf("2027-%02d-%02d 12:%02d:00", 10+i/45, 6+i%20, i%60)
		switch {
		case i == 75:
			when = "2027-11-30 23:59:59"
		case i == 76:
			when = "2027-12-01 00:00:01"
		case i > 79:
			continue
		case i > 76:
			when = fmt.Sprintf("2027-12-%02d 13:00:00", i-70)
		}
		s.on(when, "an inicial", func() { s.file(in[i], "inicial-2027-10-01") })
	}
	s.on("2027-10-06 10:00:00", "hand-over", func() {
		ctx := s.Context()
		before := s.enter("titular")
		before.get("/contraloria")
		s.person("nueva", storage.RoleComptroller)
		s.keyed("nueva", "titular")
		mine := 0
		s.view(func(tx *storage.Txn) error {
			return tx.ComplaintsOf(s.staff["titular"].ID, func(c storage.Complaint) error {
				if c.Case.Of(s.staff["titular"].ID) != nil {
					mine++
				}
				return nil
			})
		})
		h, err := s.app.complain.HandOver(ctx, tenant, s.staff["titular"].ID, s.hands["titular"].Key, s.staff["nueva"].ID, false)
		s.ok(err)
		if h.Cases != mine || mine == 0 || h.Left != 0 {
			s.Errorf("handed over %+v, of %d", h, mine)
		}
		s.ok(s.app.accounts.Close(ctx, tenant, s.staff["admin"].ID, s.staff["titular"].ID))
		if status, to, _ := before.do("GET", "/contraloria"); status == 200 {
			s.Errorf("the one who left is still in: %d %s", status, to)
		}
		if status, _, _ := s.visitor().do("POST", "/entrar", "usuario", s.staff["titular"].Login, "clave", yearPassword); status == 303 {
			s.Error("the one who left comes in again")
		}
		if _, err := s.cases.Board(ctx, tenant, s.staff["titular"].ID, complain.Filter{}); err == nil {
			b, _ := s.cases.Board(ctx, tenant, s.staff["titular"].ID, complain.Filter{})
			if len(b.Lines) != 0 {
				s.Errorf("the one who left has %d cases", len(b.Lines))
			}
		}
		b, err := s.cases.Board(ctx, tenant, s.staff["nueva"].ID, complain.Filter{})
		if s.ok(err); len(b.Lines) != mine {
			s.Errorf("the new one has %d of %d cases", len(b.Lines), mine)
		}
		s.enter("nueva").get("/contraloria")
		s.staff["titular"], s.hands["titular"] = s.staff["nueva"], s.hands["nueva"]
	})
}

// complaints: one every month, and their terms by the calendar on the wall.
func (s *story) complaints() {
	type one struct{ id, arrived, state, since, opened string }
	var all []*one
	for month := 1; month <= 12; month++ {
		day := fmt.Sprintf("2027-%02d-%02d", month, 3+month*2)
		c := &one{arrived: day, state: complain.StateReceived}
		s.on(day+" 13:00:00", "a complaint", func() {
			sent, err := s.app.complain.Receive(s.Context(), tenant, complain.Answers{
				Route: complain.RouteTown, Anyway: true, Faults: []string{"52"}, What: "El inspector pidió dinero para no clausurar.", Mode: complain.Anonymous,
			}, nil, complain.Way{Channel: complain.ChannelDesk})
			s.ok(err)
			c.id = sent.ID
			all = append(all, c)
		})
		if month%3 > 0 { // December's waits
			s.on(plus(day, 3)+" 13:00:00", "it is read", func() {
				s.move("titular", c.id, complain.StateReview)
				c.state, c.since = complain.StateReview, s.today()
			})
		}
		if month%3 > 1 {
			s.on(plus(day, 9)+" 13:00:00", "an inquiry is opened", func() {
				s.ok(s.cases.Assign(s.Context(), s.hands["titular"], c.id, s.staff["investiga"].ID))
				s.move("investiga", c.id, complain.StateOpened)
				c.state, c.since, c.opened = complain.StateOpened, s.today(), s.today()
			})
		}
		s.on(min(plus(day, 12), "2027-12-31")+" 20:00:00", "the terms", func() {
			var years []storage.Calendar
			s.view(func(tx *storage.Txn) error {
				return tx.Calendars(func(y storage.Calendar) error { years = append(years, y); return nil })
			})
			k := complain.NewCalendar(years...)
			for _, c := range all {
				want := map[string]string{}
				switch c.state {
				case complain.StateReceived:
					want[complain.ClockReading], want[complain.ClockWord] = s.business(c.arrived, 5), s.business(c.arrived, 3)
					want[complain.ClockBegin] = plus(c.arrived, 30)
				case complain.StateReview:
					want[complain.ClockAnalysis], want[complain.ClockBegin] = s.business(c.since, 5), plus(c.arrived, 30)
				case complain.StateOpened:
					want[complain.ClockProgress] = s.business(c.opened, 60)
				}
				s.view(func(tx *storage.Txn) error {
					got, err := tx.Complaint(c.id)
					if err != nil {
						return err
					}
					for _, clock := range k.Clocks(&got, s.today()) {
						day, known := want[clock.Name]
						if known && (day != clock.Day || clock.Late != (s.today() > day)) {
							s.Errorf("%s: %s of the complaint of %s ends on %s, late %v; by the calendar on %s", s.today(), clock.Name, c.arrived, clock.Day, clock.Late, day)
						}
						delete(want, clock.Name)
					}
					return nil
				})
				if len(want) > 0 {
					s.Errorf("%s: the complaint of %s has no %v", s.today(), c.arrived, slices.Collect(maps.Keys(want)))
				}
			}
		})
	}
}

// move moves a case on.
func (s *story) move(name, id, to string) {
	var c storage.Complaint
	s.view(func(tx *storage.Txn) (err error) { c, err = tx.Complaint(id); return err })
	step := complain.Step{To: to, Moves: len(c.Moves), Reason: "Por lo que consta.", File: "OIC/INV/" + id[:6] + "/2027", Envio: storage.RandomID()}
	t := complain.TransitionOf(c.State, to)
	if t == nil {
		s.Fatalf("no way from %s to %s", c.State, to)
	}
	if t.Motives != nil {
		step.Motive = t.Motives[0]
	}
	if t.Document != "" {
		step.Sheet = &complain.Sheet{Kind: t.Document, Bytes: signedPage()}
	}
	s.ok(s.cases.Move(s.Context(), s.hands[name], id, step))
}

// signedPage is a signed writ as a scanner gives it: one empty page.
func signedPage() []byte {
	var b strings.Builder
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, o := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	x := b.Len()
	b.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", x)
	return []byte(b.String())
}

// end is New Year's Eve: the list, the file that the office downloads, the folios, the
// log of filings, the letters and the store itself.
func (s *story) end() {
	s.set("2027-12-31 22:00:00")
	s.check("the end of the year")
	today := s.today()
	want := s.count(today)
	s.Logf("%d filed: %v", s.wrote, want)

	// The file that the office downloads has the same lines.
	v := s.enter("nueva")
	v.get("/contraloria")
	v.get("/contraloria/cumplimiento")
	text, ok := strings.CutPrefix(v.get("/contraloria/cumplimiento.csv?anio=todos"), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if total := len(s.lines(today)); !ok || err != nil || len(rows) != total+1 {
		s.Errorf("the file has %d rows, the calendar %d: %v", len(rows)-1, total, err)
	}
	for state, n := range want {
		status, _, body := v.do("GET", "/contraloria/cumplimiento.csv?anio=todos&estado="+state)
		got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
		if status != 200 || err != nil || len(got)-1 != n {
			s.Errorf("%s: %d rows, not %d: %v", state, len(got)-1, n, err)
		}
	}

	// Folios without a gap, one leaf each, and all of them public.
	folios, leaves := map[string]bool{}, 0
	s.view(func(tx *storage.Txn) error {
		return errors.Join(
			tx.Filings(func(f storage.Filing) error { folios[f.Folio] = true; return nil }),
			tx.Leaves(func(storage.Leaf, []byte) error { leaves++; return nil }))
	})
	for i := range s.wrote {
		if f := fmt.Sprintf("VE-2027-%06d", i+1); !folios[f] {
			s.Errorf("there is no %s", f)
		}
	}
	if len(folios) != s.wrote || leaves < s.wrote {
		s.Errorf("%d folios, %d leaves, %d filed", len(folios), leaves, s.wrote)
	}
	if lines := strings.Count(s.visitor().get("/publico/datos.jsonl"), "\n"); lines != s.wrote {
		s.Errorf("%d are public, %d filed", lines, s.wrote)
	}
	got, err := s.db.Check(context.Background())
	if s.ok(err); len(got.Faults) > 0 {
		s.Errorf("the store: %v", got.Faults)
	}
	for _, o := range s.all {
		for _, secret := range []string{o.person.RFC, o.person.CURP, o.mail} {
			if secret != "" && strings.Contains(s.log.String(), secret) {
				s.Errorf("the log names %d", o.n)
			}
		}
	}
	if strings.Contains(s.log.String(), `"level":"ERROR"`) {
		s.Errorf("something failed: %.2000s", s.log.String())
	}
}
