package declare

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

// TestStates holds the states of compliance to dated examples, at the last second of
// a day and at the first of the next, in zones that are far apart.
func TestStates(t *testing.T) {
	extended := Ruling{Duty: "modificacion-2027", Due: "2027-06-15", Reason: "Incapacidad"}
	lifted := Ruling{Duty: "modificacion-2027", Lifted: true, Reason: "Jubilación"}
	served := []storage.Requirement{{Duty: "modificacion-2027", Number: "OIC/1/2027", Day: "2027-06-03", Served: "2027-06-07", Effect: "2027-06-08", Starts: "2027-06-10"}}
	for _, c := range []struct {
		name, at string
		filed    string // day of the modificación, if any
		rulings  []Ruling
		required []storage.Requirement
		want     State
	}{
		{"before May", "2027-04-30 23:59:59", "", nil, nil, Coming},
		{"first second of May", "2027-05-01 00:00:00", "", nil, nil, Pending},
		{"last second", "2027-05-31 23:59:59", "", nil, nil, Pending},
		{"one second late", "2027-06-01 00:00:00", "", nil, nil, Omitted},
		{"filed on the last day", "2027-07-01 12:00:00", "2027-05-31", nil, nil, InTime},
		{"filed the day after", "2027-07-01 12:00:00", "2027-06-01", nil, nil, Late},
		{"extended, still open", "2027-06-15 23:59:59", "", []Ruling{extended}, nil, Excused},
		{"extended, and over", "2027-06-16 00:00:00", "", []Ruling{extended}, nil, Omitted},
		{"extended, before the day of the law", "2027-05-31 23:59:59", "", []Ruling{extended}, nil, Pending},
		{"filed within the extension", "2027-07-01 12:00:00", "2027-06-15", []Ruling{extended}, nil, Excused},
		{"filed after the extension", "2027-07-01 12:00:00", "2027-06-16", []Ruling{extended}, nil, Late},
		{"lifted", "2027-07-01 12:00:00", "", []Ruling{lifted}, nil, Exempt},
		{"letter not served yet", "2027-06-05 12:00:00", "", nil, []storage.Requirement{{Duty: "modificacion-2027", Number: "OIC/1/2027"}}, Omitted},
		{"required", "2027-06-10 00:00:00", "", nil, served, Required},
		{"served, the clock not begun", "2027-06-09 12:00:00", "", nil, served, Required},
		{"30th natural day, last second", "2027-07-10 23:59:59", "", nil, served, Required},
		{"31st", "2027-07-11 00:00:00", "", nil, served, RequiredOver},
		{"filed after being required", "2027-07-11 00:00:00", "2027-06-20", nil, served, Late},
		{"of another duty", "2027-07-11 00:00:00", "", nil, []storage.Requirement{{Duty: "inicial-2020-01-15", Starts: "2027-06-10"}}, Omitted},
	} {
		for _, name := range []string{"America/Mexico_City", "America/Tijuana", "America/Cancun", "Asia/Kolkata"} {
			t.Run(c.name+" in "+name, func(t *testing.T) {
				zone, err := time.LoadLocation(name)
				if err != nil {
					t.Fatal(err)
				}
				at, err := time.ParseInLocation("2006-01-02 15:04:05", c.at, zone)
				if err != nil {
					t.Fatal(err)
				}
				r := Record{Order: "MUNICIPAL_ALCALDIA", Since: "2027-01-01", Spells: []Spell{{Entry: "2020-01-16"}}, Rulings: c.rulings}
				if c.filed != "" {
					r.Filed = []Met{{"f", forms.Modificacion, "", 2027, c.filed}}
				}
				today := dayIn(at.UTC(), zone).String()
				for _, d := range Reckon(r, today) {
					if d.Key == "modificacion-2027" {
						if got := StateOf(d, c.filed, c.required, today); got != c.want {
							t.Errorf("%s, want %s", got, c.want)
						}
						return
					}
				}
				t.Error("it is not owed")
			})
		}
	}
}

// TestOverNewYear: who took office in November has until January, and stands in January's
// list as long as she has not filed, in time or late.
func TestOverNewYear(t *testing.T) {
	w := newWorld(t, "2026-11-12")
	who, p := w.hire(1, forms.Simplified, "2026-11-10", "")
	listed := func() (all []State) {
		t.Helper()
		roll, err := w.Roll(w.ctx, tenant)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range roll.Pick(Ask{Year: 2027}) {
			all = append(all, l.State)
		}
		return all
	}
	if w.set("2027-01-09 23:59:59"); !slices.Equal(listed(), []State{Pending}) {
		t.Errorf("in time: %v", listed())
	}
	if w.set("2027-01-10 00:00:00"); !slices.Equal(listed(), []State{Omitted}) {
		t.Errorf("late: %v", listed())
	}
	id := w.begin(who, Inicial)
	w.fill(who, id, p, 1)
	w.file(who, id)
	if got := listed(); len(got) != 0 {
		t.Errorf("what was met is of the year of its event: %v", got)
	}
}

// TestRoll: the list tells who must file, the worst first, and nothing declared.
func TestRoll(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	late, _ := w.hire(1, forms.Full, "2026-03-01", "") // inicial until 30 April
	begun, _ := w.hire(2, forms.Full, "2020-01-16", "")
	none, _ := w.hire(3, forms.Simplified, "2020-01-16", "")
	w.begin(begun, Modificacion)
	roll, err := w.Roll(w.ctx, tenant)
	if err != nil {
		t.Fatal(err)
	}
	lines := roll.Pick(Ask{})
	got := ""
	for _, l := range lines {
		got += fmt.Sprintf("%s %s %s %t\n", map[string]string{late.Person: "late", begun.Person: "begun", none.Person: "none"}[l.Person], l.Duty.Key, l.State, l.Duty.Draft != "")
	}
	want := "late inicial-2026-03-01 omiso false\nnone modificacion-2026 pendiente false\nbegun modificacion-2026 pendiente true\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	// What changed since the last list is seen, and so is a new day.
	if err := w.Rule(w.ctx, none, "u", Ruling{Duty: "modificacion-2026", Lifted: true, Reason: "Jubilación"}); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]int{"2026-05-31 23:59:59": 1, "2026-06-01 00:00:00": 2} {
		w.set(at)
		again, err := w.Roll(w.ctx, tenant)
		if err != nil {
			t.Fatal(err)
		}
		if n, free := len(again.Pick(Ask{State: Overdues})), len(again.Pick(Ask{State: Exempt})); n != want || free != 1 {
			t.Errorf("%s: %d overdue and %d exempt", at, n, free)
		}
	}
	w.set("2026-05-14 12:00:00")
	if roll, err = w.Roll(w.ctx, tenant); err != nil {
		t.Fatal(err)
	}
	lines = roll.Pick(Ask{})
	for _, who := range []Who{late, begun, none} { // the list and each person's own page never differ
		m, err := w.Mine(w.ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, l := range lines {
			if l.Person == who.Person {
				n++
				found := false
				for _, d := range m.Duties {
					found = found || d.Key == l.Duty.Key && d.Standing == l.Duty.Standing && d.Due == l.Duty.Due && d.Draft == l.Duty.Draft && d.Left == l.Duty.Left
				}
				if !found {
					t.Errorf("%+v is not on her own page", l.Duty)
				}
			}
		}
		if n != 1 {
			t.Errorf("%d lines", n)
		}
	}
}

// TestGroups: who has begun and who has not is the same before and after the last day,
// since the panel counts so, and who filed within an extension misses nothing.
func TestGroups(t *testing.T) {
	for _, c := range []struct {
		state        State
		draft, filed string
		want         []State
	}{
		{Pending, "", "", []State{Missing, Untouched}},
		{Pending, "d", "", []State{Missing, Drafted}},
		{Excused, "d", "", []State{Missing, Drafted}},
		{Excused, "", "2026-06-10", nil},
		{Omitted, "", "", []State{Missing, Overdues, Untouched}},
		{Omitted, "d", "", []State{Missing, Overdues, Drafted}},
		{RequiredOver, "d", "", []State{Missing, Overdues, Drafted}},
		{Capture, "", "", []State{Missing, Untouched}},
		{Unsure, "d", "", []State{Missing}},
		{InTime, "", "2026-05-10", nil},
		{Late, "", "2026-06-10", nil},
		{Exempt, "d", "", nil},
	} {
		l := &Line{State: c.state, Duty: Duty{Draft: c.draft}, Filed: c.filed}
		for _, group := range Groups {
			if got := l.Is(group); got != slices.Contains(c.want, group) {
				t.Errorf("%+v: %s is %t", c, group, got)
			}
		}
	}
}

// BenchmarkRoll is the list of 6,000 people, half of whom have filed twice.
func BenchmarkRoll(b *testing.B) {
	store, err := bolt.Open(filepath.Join(b.TempDir(), "declara.db"))
	if err != nil {
		b.Fatal(err)
	}
	db := storage.Open(store, storage.NewKeys())
	b.Cleanup(func() { _ = db.Close() })
	now := time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)
	update := func(fn func(*storage.Txn) error) {
		if err := db.Update(b.Context(), tenant, fn); err != nil {
			b.Fatal(err)
		}
	}
	s := New(db, func() time.Time { return now }, func(*storage.Txn, Letter) error { return nil })
	update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Order: "MUNICIPAL_ALCALDIA", Zone: "America/Mexico_City", SetUp: now.AddDate(-2, 0, 0)})
	})
	for at := 0; at < 6000; at += 500 {
		update(func(tx *storage.Txn) error {
			for i := at; i < at+500; i++ {
				id := fmt.Sprintf("p%d", i)
				if err := tx.PutPerson(storage.Person{
					ID: id, Given: "María Fernanda", First: "López", Second: fmt.Sprint("Ruiz ", i), RFC: fmt.Sprintf("PUFE%09d", i), CURP: "PUFE040229MVZRCJA9",
					Email: "oficina@valleencinos.example", Unit: fmt.Sprint("Unidad ", i%40), Post: "Analista", Grade: "N-7", Duties: "Revisar cuentas", Entry: "2020-01-16", Created: now,
				}); err != nil {
					return err
				}
				for n := range i % 2 * 2 {
					f := storage.Filing{ID: fmt.Sprintf("f%d.%d", i, n), Person: id, Type: forms.Modificacion, Year: 2026 - n, Due: "2026-05-31", Filed: now, Zone: "America/Mexico_City", Sent: fmt.Sprintf("s%d.%d", i, n)}
					if err := tx.File(&f, []byte("{}"), []byte("{}"), ""); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	look := func(b *testing.B) {
		roll, err := s.Roll(b.Context(), tenant)
		if err != nil || len(roll.Pick(Ask{Text: "lopez ruiz"})) < 6000 {
			b.Fatal(err)
		}
	}
	n := 0
	look(b)
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			look(b)
		}
	})
	b.Run("one changed", func(b *testing.B) {
		for b.Loop() {
			n++
			update(func(tx *storage.Txn) error {
				return tx.PutFollow(storage.Follow{Person: "p1", Notices: []storage.Notice{{Occasion: fmt.Sprint(n)}}})
			})
			look(b)
		}
	})
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			s.rolls.Clear()
			look(b)
		}
	})
}
