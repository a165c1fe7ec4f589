package declare

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/forms"

	"pgregory.net/rapid"
)

// here is a record of one spell in a municipality.
func here(entry, exit string, others ...Spell) Record {
	return Record{Order: "MUNICIPAL_ALCALDIA", Spells: append([]Spell{{Entry: entry, Exit: exit}}, others...)}
}

func filed(r Record, m ...Met) Record {
	r.Filed = append(r.Filed, m...)
	return r
}

// owed spells duties as "kind due standing", sorted, for comparison.
func owed(duties []Duty) string {
	var out []string
	for _, d := range duties {
		out = append(out, fmt.Sprintf("%s %s %s", d.Kind, d.Due, d.Standing))
	}
	slices.Sort(out)
	return strings.Join(out, " · ")
}

// TestNaturalDays holds the count to the vectors of legal.md section 2.
func TestNaturalDays(t *testing.T) {
	for _, c := range []struct {
		n        int
		from, to string
	}{
		{60, "2026-10-01", "2026-11-30"}, {60, "2026-12-31", "2027-03-01"}, {60, "2027-01-01", "2027-03-02"},
		{60, "2026-03-16", "2026-05-15"}, {60, "2024-01-01", "2024-03-01"}, {30, "2027-06-10", "2027-07-10"},
	} {
		d, ok := readDay(c.from)
		if got := (d + day(c.n)).String(); !ok || got != c.to {
			t.Errorf("%s + %d = %s, want %s", c.from, c.n, got, c.to)
		}
	}
	for _, bad := range []string{"", "2026-02-30", "30/02/2026", "2026-2-3", "0000-00-00"} {
		if _, ok := readDay(bad); ok {
			t.Errorf("%q was read as a day", bad)
		}
	}
}

// TestDuties is every case of legal.md section 3, with what comes before and after.
func TestDuties(t *testing.T) {
	const municipal = "MUNICIPAL_ALCALDIA"
	before := func(exit, order string) Spell {
		return Spell{Body: "Otro ente", Order: order, Entry: "2020-01-01", Exit: exit}
	}
	inicial := func(event, on string) Met { return Met{Filing: "f1", Type: forms.Inicial, Event: event, Day: on} }
	conclusion := func(event, on string) Met {
		return Met{Filing: "f2", Type: forms.Conclusion, Event: event, Day: on}
	}
	modificacion := func(year int) Met {
		return Met{Filing: "f3", Type: forms.Modificacion, Year: year, Day: fmt.Sprint(year, "-05-14")}
	}
	for _, c := range []struct {
		name  string
		r     Record
		today string
		want  string
	}{
		// The five rows of the table.
		{"first job in January", here("2027-01-15", ""), "2027-02-01",
			"inicial 2027-03-16 abierta · modificacion 2028-05-31 proxima"},
		{"first job in January, seen in May", here("2027-01-15", ""), "2027-05-10",
			"inicial 2027-03-16 vencida · modificacion 2028-05-31 proxima"},
		{"first job in November", here("2026-11-10", ""), "2027-05-10",
			"inicial 2027-01-09 vencida · modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"from another municipality within 60 days", here("2027-04-01", "", before("2027-02-15", municipal)), "2027-05-02",
			"aviso 2027-05-31 abierta · modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"left in May, conclusión in May", filed(here("2020-01-01", "2027-05-10"), inicial("2020-01-01", "2020-02-01"), conclusion("2027-05-10", "2027-05-20"),
			modificacion(2021), modificacion(2022), modificacion(2023), modificacion(2024), modificacion(2025), modificacion(2026)), "2027-06-15",
			"conclusion 2027-07-09 presentada · inicial 2020-03-01 presentada · modificacion 2021-05-31 presentada · modificacion 2022-05-31 presentada · modificacion 2023-05-31 presentada · modificacion 2024-05-31 presentada · modificacion 2025-05-31 presentada · modificacion 2026-05-31 presentada"},
		{"left in May, conclusión in June", since("2027-01-01", filed(here("2020-01-01", "2027-05-10"), conclusion("2027-05-10", "2027-06-03"))), "2027-06-15",
			"conclusion 2027-07-09 presentada · modificacion 2027-05-31 duda"},
		{"left in June", since("2027-01-01", here("2020-01-01", "2027-06-01")), "2027-06-15",
			"conclusion 2027-07-31 abierta · modificacion 2027-05-31 vencida"},

		// Around them.
		{"left in May, still May", since("2027-01-01", here("2020-01-01", "2027-05-10")), "2027-05-20",
			"conclusion 2027-07-09 abierta · modificacion 2027-05-31 abierta"},
		{"left in May, nothing filed, June", since("2027-01-01", here("2020-01-01", "2027-05-10")), "2027-06-01",
			"conclusion 2027-07-09 abierta · modificacion 2027-05-31 duda"},
		{"left on 30 April", since("2027-01-01", here("2020-01-01", "2027-04-30")), "2027-05-20",
			"conclusion 2027-06-29 abierta"},
		{"left on 1 May", since("2027-01-01", here("2020-01-01", "2027-05-01")), "2027-05-20",
			"conclusion 2027-06-30 abierta · modificacion 2027-05-31 abierta"},
		{"entered on 31 December: one day worked", here("2026-12-31", ""), "2027-05-31",
			"inicial 2027-03-01 vencida · modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"entered on 1 January", here("2027-01-01", ""), "2027-05-31",
			"inicial 2027-03-02 vencida · modificacion 2028-05-31 proxima"},
		{"other order of government: inicial", here("2027-04-01", "", before("2027-02-15", "ESTATAL")), "2027-04-02",
			"inicial 2027-05-31 abierta · modificacion 2027-05-31 proxima"},
		{"60 days after another municipality: aviso", here("2027-04-16", "", before("2027-02-15", municipal)), "2027-04-20",
			"aviso 2027-06-15 abierta · modificacion 2027-05-31 proxima"},
		{"61 days after another municipality: inicial", here("2027-04-17", "", before("2027-02-15", municipal)), "2027-04-20",
			"inicial 2027-06-16 abierta · modificacion 2027-05-31 proxima"},
		{"inicial in May takes the modificación away", filed(here("2027-04-17", "", before("2027-02-15", municipal)), inicial("2027-04-17", "2027-05-31")), "2027-05-31",
			"inicial 2027-06-16 presentada · modificacion 2028-05-31 proxima"},
		{"inicial in June does not", filed(here("2027-04-17", "", before("2027-02-15", municipal)), inicial("2027-04-17", "2027-06-01")), "2027-06-02",
			"inicial 2027-06-16 presentada · modificacion 2027-05-31 vencida · modificacion 2028-05-31 proxima"},
		{"back here within 60 days", since("2027-01-01", here("2027-03-01", "", Spell{Entry: "2019-01-01", Exit: "2027-01-10"})), "2027-05-02",
			"modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"back here after 60 days", since("2027-01-01", here("2027-03-12", "", Spell{Entry: "2019-01-01", Exit: "2027-01-10"})), "2027-05-02",
			"conclusion 2027-03-11 vencida · inicial 2027-05-11 abierta · modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"another post here", since("2027-01-01", here("2027-01-11", "", Spell{Entry: "2019-01-01", Exit: "2027-01-10"})), "2027-05-02",
			"modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"back from a licence of two years", since("2027-01-01", here("2027-03-12", "", Spell{Entry: "2019-01-01", Exit: "2025-01-10", Leave: true})), "2027-05-02",
			"modificacion 2028-05-31 proxima"},
		{"on licence through May", since("2027-01-01", Record{Order: municipal, Spells: []Spell{{Entry: "2019-01-01", Exit: "2027-04-10", Leave: true}}}), "2027-05-02",
			"modificacion 2027-05-31 duda · modificacion 2028-05-31 proxima"},
		{"licence asks for no conclusión", since("2027-01-01", Record{Order: municipal, Spells: []Spell{{Entry: "2019-01-01", Exit: "2027-06-10", Leave: true}}}), "2027-06-12",
			"modificacion 2027-05-31 vencida · modificacion 2028-05-31 proxima"},
		{"left for another municipality: no conclusión", since("2027-01-01", here("2019-01-01", "2027-06-10",
			Spell{Body: "Otro", Order: municipal, Entry: "2027-08-09"})), "2027-09-01",
			"modificacion 2027-05-31 vencida"},
		{"left for another municipality after 61 days", since("2027-01-01", here("2019-01-01", "2027-06-10",
			Spell{Body: "Otro", Order: municipal, Entry: "2027-08-10"})), "2027-08-01",
			"conclusion 2027-08-09 abierta · modificacion 2027-05-31 vencida"},
		{"left for the state", since("2027-01-01", here("2019-01-01", "2027-06-10",
			Spell{Body: "Gobierno del Estado", Order: "ESTATAL", Entry: "2027-06-11"})), "2027-08-01",
			"conclusion 2027-08-09 abierta · modificacion 2027-05-31 vencida"},
		{"exit known in advance", since("2027-01-01", here("2019-01-01", "2027-12-31")), "2027-11-23",
			"conclusion 2028-02-29 proxima · modificacion 2027-05-31 vencida"},
		{"before this system", since("2027-05-31", here("2019-01-01", "")), "2027-05-31",
			"modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"the day after it closed", since("2027-06-01", here("2019-01-01", "")), "2027-06-01",
			"modificacion 2028-05-31 proxima"},
		{"human resources moved the entry by a week after the filing", filed(here("2027-03-08", ""), inicial("2027-03-01", "2027-03-20")), "2027-04-01",
			"inicial 2027-05-07 presentada · modificacion 2028-05-31 proxima"},
		{"an inicial of the first time does not meet the second", since("2027-01-01", filed(here("2027-03-01", "", Spell{Entry: "2019-01-01", Exit: "2024-06-30"}), inicial("2019-01-01", "2019-02-01"))), "2027-04-01",
			"inicial 2019-03-02 presentada · inicial 2027-04-30 abierta · modificacion 2028-05-31 proxima"},
		{"no date, no duty", here("", ""), "2027-04-01", ""},
		{"a date that is none", here("31/12/2026", ""), "2027-04-01", ""},
		{"exit before entry is read as no exit", since("2027-01-01", here("2026-12-01", "2026-01-01")), "2027-01-02",
			"inicial 2027-01-30 abierta · modificacion 2027-05-31 proxima"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Reckon(c.r, c.today)
			if owed(got) != c.want {
				t.Errorf("as of %s\n got %s\nwant %s", c.today, owed(got), c.want)
			}
			for _, d := range got {
				if d.Reason.Key == "" || len(d.Reason.Args) == 0 {
					t.Errorf("%s has no reason", d.Key)
				}
			}
		})
	}
}

func since(first string, r Record) Record {
	r.Since = first
	return r
}

// TestRulings shows that the office overrides the engine, with its words.
func TestRulings(t *testing.T) {
	r := since("2027-01-01", here("2020-01-01", "2027-05-10"))
	for _, c := range []struct {
		ruling Ruling
		want   string
	}{
		{Ruling{Duty: "modificacion-2027", Lifted: true, Reason: "Acuerdo 4/2027"}, "conclusion 2027-07-09 abierta · modificacion 2027-05-31 sinefecto"},
		{Ruling{Duty: "modificacion-2027", Reason: "Acuerdo 5/2027"}, "conclusion 2027-07-09 abierta · modificacion 2027-05-31 vencida"},
		{Ruling{Duty: "modificacion-2027", Due: "2027-06-30", Reason: "Falla del sistema"}, "conclusion 2027-07-09 abierta · modificacion 2027-06-30 abierta"},
		{Ruling{Duty: "modificacion-2026", Lifted: true, Reason: "De otro año"}, "conclusion 2027-07-09 abierta · modificacion 2027-05-31 duda"},
	} {
		r.Rulings = []Ruling{c.ruling}
		got := Reckon(r, "2027-06-15")
		if owed(got) != c.want {
			t.Errorf("%+v\n got %s\nwant %s", c.ruling, owed(got), c.want)
		}
		for _, d := range got {
			if d.Key == c.ruling.Duty && d.Ruled != c.ruling.Reason {
				t.Errorf("%s does not tell why: %q", d.Key, d.Ruled)
			}
		}
	}
	r.Filed = []Met{{Filing: "f", Type: forms.Modificacion, Year: 2027, Day: "2027-05-09"}}
	r.Rulings = []Ruling{{Duty: "modificacion-2027", Lifted: true, Reason: "x"}}
	if got := owed(Reckon(r, "2027-06-15")); !strings.Contains(got, "modificacion 2027-05-31 presentada") {
		t.Errorf("a ruling hid a filing: %s", got)
	}
}

// TestLastSecond holds the last day to the institution's zone: at 23:59:59 it is
// still in time, one second later it is not, whatever the day is in UTC.
func TestLastSecond(t *testing.T) {
	for name, utc := range map[string]string{ // 31 May 2027 23:59:59 local
		"America/Mexico_City": "2027-06-01T05:59:59Z",
		"America/Tijuana":     "2027-06-01T06:59:59Z", // the border keeps daylight saving
		"America/Hermosillo":  "2027-06-01T06:59:59Z",
		"America/Cancun":      "2027-06-01T04:59:59Z",
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := now.In(zone).Format("2006-01-02T15:04:05"); got != "2027-05-31T23:59:59" {
			t.Fatalf("%s: the vector is wrong: %s", name, got)
		}
		r := since("2027-01-01", here("2020-01-01", ""))
		if d := Reckon(r, dayIn(now, zone).String())[0]; d.Standing != Open || d.Left != 0 {
			t.Errorf("%s at 23:59:59: %v, %d days left", name, d.Standing, d.Left)
		}
		if d := Reckon(r, dayIn(now.Add(time.Second), zone).String())[0]; d.Standing != Overdue || d.Left != -1 {
			t.Errorf("%s at 00:00:00: %v, %d days left", name, d.Standing, d.Left)
		}
	}
}

// TestReckonHolds draws random careers: whatever they are, no duty is told twice,
// the last day is 60 natural days after its event or 31 May, what is filed once
// stays filed, and nothing is owed without a spell in the institution.
func TestReckonHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Record{Order: "MUNICIPAL_ALCALDIA"}
		at := date(2020, time.January, 1) + day(rapid.IntRange(0, 400).Draw(t, "start"))
		own := false
		for range rapid.IntRange(0, 4).Draw(t, "spells") {
			s := Spell{Entry: at.String(), Leave: rapid.Bool().Draw(t, "leave")}
			if rapid.Bool().Draw(t, "elsewhere") {
				s.Body, s.Order = "Otro", rapid.SampledFrom([]string{"ESTATAL", "MUNICIPAL_ALCALDIA"}).Draw(t, "order")
			} else {
				own = true
			}
			at += day(rapid.IntRange(0, 800).Draw(t, "length"))
			if rapid.IntRange(0, 5).Draw(t, "ends") > 0 {
				s.Exit = at.String()
			}
			at += day(rapid.IntRange(1, 130).Draw(t, "gap"))
			r.Spells = append(r.Spells, s)
		}
		today := (date(2020, time.January, 1) + day(rapid.IntRange(0, 3000).Draw(t, "today"))).String()
		duties := Reckon(r, today)
		if !own && len(duties) > 0 {
			t.Fatalf("owed without service here: %s", owed(duties))
		}
		seen := map[string]bool{}
		for _, d := range duties {
			if seen[d.Key] {
				t.Fatalf("%s twice", d.Key)
			}
			seen[d.Key] = true
			event, isEvent := readDay(d.Event)
			due, _ := readDay(d.Due)
			if isEvent && due != event+60 || !isEvent && due != date(d.Year, time.May, 31) {
				t.Fatalf("%s is due on %s", d.Key, d.Due)
			}
			if (d.Standing == Overdue) != (d.Due < today) && d.Standing != Doubt {
				t.Fatalf("%s due %s is %v on %s", d.Key, d.Due, d.Standing, today)
			}
			if d.Kind == Aviso || d.Standing == Waiting {
				continue
			}
			with := r
			with.Filed = []Met{{Filing: "x", Type: d.Kind.Type(), Event: d.Event, Year: d.Year, Day: today}}
			for _, again := range Reckon(with, today) {
				if again.Key == d.Key && again.Standing != Filed {
					t.Fatalf("%s was filed and is %v", d.Key, again.Standing)
				}
			}
		}
	})
}
