package declare

import (
	"errors"
	"testing"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// TestExtended: a day that the body gave to everybody moves the last day of the kind
// and year it names, never to an earlier one, and says by which agreement; what the
// office decided about one person stands above it.
func TestExtended(t *testing.T) {
	prorroga := Extension{Kind: Modificacion, Year: 2027, Due: "2027-06-15", Agreement: "OIC/4/2027"}
	for _, c := range []struct {
		name, today string
		ext         []Extension
		rulings     []Ruling
		due         string
		standing    Standing
		agreement   string
	}{
		{"none", "2027-06-01", nil, nil, "2027-05-31", Overdue, ""},
		{"within it", "2027-06-15", []Extension{prorroga}, nil, "2027-06-15", Open, "OIC/4/2027"},
		{"over", "2027-06-16", []Extension{prorroga}, nil, "2027-06-15", Overdue, "OIC/4/2027"},
		{"the last one holds", "2027-06-16", []Extension{prorroga, {Modificacion, 2027, "2027-06-30", "OIC/9/2027"}}, nil, "2027-06-30", Open, "OIC/9/2027"},
		{"taken back by another", "2027-06-16", []Extension{prorroga, {Modificacion, 2027, "2027-05-31", "OIC/9/2027"}}, nil, "2027-05-31", Overdue, ""},
		{"never earlier than the law", "2027-05-20", []Extension{{Modificacion, 2027, "2027-05-10", "x"}}, nil, "2027-05-31", Open, ""},
		{"of another year", "2027-06-01", []Extension{{Modificacion, 2026, "2027-06-15", "x"}}, nil, "2027-05-31", Overdue, ""},
		{"of another kind", "2027-06-01", []Extension{{Inicial, 2027, "2027-06-15", "x"}}, nil, "2027-05-31", Overdue, ""},
		{"a decision about her stands above", "2027-06-16", []Extension{prorroga}, []Ruling{{Duty: "modificacion-2027", Due: "2027-06-20", Reason: "Incapacidad"}}, "2027-06-20", Open, "OIC/4/2027"},
	} {
		r := since("2027-01-01", here("2020-01-01", ""))
		r.Extensions, r.Rulings = c.ext, c.rulings
		found := false
		for _, d := range Reckon(r, c.today) {
			if d.Key != "modificacion-2027" {
				continue
			}
			if found = true; d.Due != c.due || d.Standing != c.standing || d.Agreement != c.agreement || d.Legal != "2027-05-31" {
				t.Errorf("%s: due %s (%s by law), %v, by %q", c.name, d.Due, d.Legal, d.Standing, d.Agreement)
			}
		}
		if !found {
			t.Errorf("%s: not owed", c.name)
		}
	}
	// The 60 days of an inicial, and of an aviso, are moved the same way.
	r := here("2027-04-01", "")
	r.Extensions = []Extension{{Inicial, 2027, "2027-06-30", "OIC/5/2027"}}
	if d := Reckon(r, "2027-06-01")[0]; d.Due != "2027-06-30" || d.Legal != "2027-05-31" || StateOf(d, "", nil, "2027-06-01") != Excused {
		t.Errorf("%+v", d)
	}
}

// TestAvisoHanded: the change of body is told on paper at the office, which writes
// down on which day: then it is met, in time or late, and stays met.
func TestAvisoHanded(t *testing.T) {
	r := here("2027-04-01", "", Spell{Body: "Otro ente", Order: "MUNICIPAL_ALCALDIA", Entry: "2020-01-01", Exit: "2027-02-15"})
	for _, c := range []struct {
		handed, today string
		standing      Standing
		state         State
	}{
		{"", "2027-05-31", Open, Pending},
		{"", "2027-06-01", Overdue, Omitted},
		{"2027-05-31", "2027-06-10", Filed, InTime},
		{"2027-06-01", "2027-06-10", Filed, Late},
	} {
		r.Handed = nil
		if c.handed != "" {
			r.Handed = []Handed{{"aviso-2027-04-01", c.handed}}
		}
		d := Reckon(r, c.today)[0]
		for _, x := range Reckon(r, c.today) {
			if x.Kind == Aviso {
				d = x
			}
		}
		if d.Kind != Aviso || d.Standing != c.standing || d.Handed != c.handed || StateOf(d, d.Handed, nil, c.today) != c.state {
			t.Errorf("handed %q, seen %s: %v %s", c.handed, c.today, d.Standing, StateOf(d, d.Handed, nil, c.today))
		}
	}
}

// TestExtend: the office gives everybody another day, and all lists and the person's
// own page have it at once; what is wrong with the form is named all at once.
func TestExtend(t *testing.T) {
	w := newWorld(t, "2026-05-28")
	who, _ := w.hire(1, forms.Full, "2020-01-16", "")
	bad := w.Extend(w.ctx, tenant, "u", Extension{Kind: "regalo", Year: 1812, Due: "31/02/2026", Agreement: " "}, "corto")
	for _, want := range []error{ErrExtensionKind, ErrExtensionYear, ErrExtensionDue, ErrExtensionAgreement, ErrExtensionHash} {
		if !errors.Is(bad, want) {
			t.Errorf("not named: %v", want)
		}
	}
	if err := w.Extend(w.ctx, tenant, "u", Extension{Kind: Modificacion, Year: 2026, Due: "30/05/2026", Agreement: "OIC/4/2026"}, ""); !errors.Is(err, ErrExtensionEarly) {
		t.Errorf("earlier than the law: %v", err)
	}
	look := func() (Duty, *Line) {
		t.Helper()
		m, err := w.Mine(w.ctx, who)
		roll, lost := w.Roll(w.ctx, tenant)
		if err = errors.Join(err, lost); err != nil {
			t.Fatal(err)
		}
		return m.Duties[0], roll.Pick(Ask{})[0]
	}
	look()
	hash := storage.Digest([]byte("escaneo"))
	if err := w.Extend(w.ctx, tenant, "u", Extension{Kind: Modificacion, Year: 2026, Due: "15/06/2026", Agreement: " OIC/4/2026 "}, hash); err != nil {
		t.Fatal(err)
	}
	w.set("2026-06-15 23:59:59")
	if d, l := look(); d.Due != "2026-06-15" || d.Agreement != "OIC/4/2026" || d.Standing != Open || l.State != Excused || l.Duty.Due != d.Due {
		t.Errorf("%+v\n%+v", d, l)
	}
	w.set("2026-06-16 00:00:00")
	if _, l := look(); l.State != Omitted {
		t.Errorf("%+v", l)
	}
	all, err := w.Extensions(w.ctx, tenant)
	if err != nil || len(all) != 1 || all[0].Hash != hash || all[0].By != "u" || !all[0].At.Equal(time.Date(2026, 5, 28, 18, 0, 0, 0, time.UTC)) {
		t.Errorf("%v %+v", err, all)
	}
}

// TestHandIn: the aviso that was received is in the list as presented.
func TestHandIn(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(1, forms.Full, "2026-04-01", "")
	if err := w.AddService(w.ctx, who, "u", Spell{Body: "Ayuntamiento de al lado", Order: "MUNICIPAL_ALCALDIA", Entry: "2024-01-01", Exit: "2026-03-20"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		duty, day string
		want      errs.Code
	}{
		{"modificacion-2026", "14/05/2026", errs.Conflict}, {"aviso-2026-04-01", "15/05/2026", errs.Invalid}, {"aviso-2026-04-01", "31/03/2026", errs.Invalid},
		{"aviso-2026-04-01", "x", errs.Invalid}, {"aviso-2026-04-01", "12/05/2026", ""}, {"aviso-2026-04-01", "12/05/2026", errs.Conflict},
	} {
		if err := w.HandIn(w.ctx, who, "u", c.duty, c.day); errs.CodeOf(err) != c.want {
			t.Errorf("%s on %s: %v", c.duty, c.day, err)
		}
	}
	roll, err := w.Roll(w.ctx, tenant)
	if err != nil {
		t.Fatal(err)
	}
	lines := roll.Pick(Ask{Kind: Aviso})
	if len(lines) != 1 || lines[0].State != InTime || lines[0].Filed != "2026-05-12" {
		t.Errorf("%+v", lines)
	}
}

// TestLegalTable holds every sentence of legal.md section 3 and of Norma 7ª to the
// engine, as kinds and last days that are owed with nothing filed.
func TestLegalTable(t *testing.T) {
	const municipal, state = "MUNICIPAL_ALCALDIA", "ESTATAL"
	other := func(order, entry, exit string) Spell {
		return Spell{Body: "Otro", Order: order, Entry: entry, Exit: exit}
	}
	for _, c := range []struct {
		name  string
		r     Record
		today string
		want  string
	}{
		{"suspension and reinstatement", since("2027-01-01", here("2027-08-01", "", Spell{Entry: "2019-01-01", Exit: "2027-06-10", Leave: true})), "2027-08-02",
			"modificacion 2027-05-31 vencida · modificacion 2028-05-31 proxima"},
		{"other body, same order, gap of exactly 60 days, both ends", since("2027-06-01", here("2019-01-01", "2027-06-30", other(municipal, "2027-08-29", ""))), "2027-09-01", ""},
		{"gap of 61 days: conclusión", since("2027-06-01", here("2019-01-01", "2027-06-30", other(municipal, "2027-08-30", ""))), "2027-09-01",
			"conclusion 2027-08-29 vencida"},
		{"to another order within 60 days: conclusión", since("2027-06-01", here("2019-01-01", "2027-06-30", other(state, "2027-07-01", ""))), "2027-07-02",
			"conclusion 2027-08-29 abierta"},
		{"from another order within 60 days: inicial", since("2027-06-01", here("2027-07-01", "", other(state, "2019-01-01", "2027-06-30"))), "2027-07-02",
			"inicial 2027-08-30 abierta · modificacion 2028-05-31 proxima"},
		{"aviso and then exit: conclusión of this body", since("2027-01-01", here("2027-02-01", "2027-09-30", other(municipal, "2019-01-01", "2027-01-15"))), "2027-10-02",
			"aviso 2027-04-02 vencida · conclusion 2027-11-29 abierta · modificacion 2027-05-31 vencida"},
		{"the aviso is instead of the inicial, so May is owed", since("2027-01-01", here("2027-02-01", "", other(municipal, "2019-01-01", "2027-01-15"))), "2027-05-31",
			"aviso 2027-04-02 vencida · modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"no day in May, no modificación", since("2027-01-01", here("2027-06-01", "", Spell{Entry: "2019-01-01", Exit: "2027-02-01"})), "2027-06-02",
			"conclusion 2027-04-02 vencida · inicial 2027-07-31 abierta · modificacion 2028-05-31 proxima"},
	} {
		if got := owed(Reckon(c.r, c.today)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
