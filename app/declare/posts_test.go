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

// TestSeveralPosts is legal.md section 3 for who has more than one post: two here, one
// here and one in another body, one after another without a break, and a licence in
// between. The standing "duda" is where the norm says nothing and the office decides.
func TestSeveralPosts(t *testing.T) {
	const municipal, state = "MUNICIPAL_ALCALDIA", "ESTATAL"
	ours := func(entry, exit string) Spell { return Spell{Entry: entry, Exit: exit} }
	other := func(order, entry, exit string) Spell {
		return Spell{Body: "Otro ente", Order: order, Entry: entry, Exit: exit}
	}
	leave := func(entry, exit string) Spell { return Spell{Entry: entry, Exit: exit, Leave: true} }
	of := func(all ...Spell) Record { return Record{Order: municipal, Since: "2027-01-01", Spells: all} }
	for _, c := range []struct {
		name  string
		r     Record
		today string
		want  string
	}{
		// Two posts here.
		{"a second post here is no entry", of(ours("2020-01-16", ""), ours("2027-02-01", "")), "2027-02-10",
			"modificacion 2027-05-31 proxima"},
		{"teacher and councillor from one day on: one inicial", of(ours("2027-02-01", ""), ours("2027-02-01", "")), "2027-02-10",
			"inicial 2027-04-02 abierta · modificacion 2028-05-31 proxima"},
		{"leaving one post here and keeping the other is no exit", of(ours("2020-01-16", "2027-03-31"), ours("2024-10-01", "")), "2027-04-10",
			"modificacion 2027-05-31 proxima"},
		{"leaving the later one and keeping the first", of(ours("2020-01-16", ""), ours("2024-10-01", "2027-03-31")), "2027-04-10",
			"modificacion 2027-05-31 proxima"},
		{"leaving one of two in May leaves the modificación as it is", of(ours("2020-01-16", ""), ours("2024-10-01", "2027-05-10")), "2027-06-01",
			"modificacion 2027-05-31 vencida · modificacion 2028-05-31 proxima"},
		{"leaving both on one day: one conclusión", of(ours("2020-01-16", "2027-06-30"), ours("2024-10-01", "2027-06-30")), "2027-07-10",
			"conclusion 2027-08-29 abierta · modificacion 2027-05-31 vencida"},
		{"leaving one and then the other: the last one ends it", of(ours("2020-01-16", "2027-06-30"), ours("2024-10-01", "2027-07-31")), "2027-08-10",
			"conclusion 2027-09-29 abierta · modificacion 2027-05-31 vencida"},
		{"one ends in a licence, the other goes on", of(leave("2020-01-16", "2027-02-28"), ours("2024-10-01", "")), "2027-05-10",
			"modificacion 2027-05-31 abierta · modificacion 2028-05-31 proxima"},
		{"one ends for good and the other in a licence, on one day", of(ours("2020-01-16", "2027-06-30"), leave("2024-10-01", "2027-06-30")), "2027-07-10",
			"conclusion 2027-08-29 abierta · modificacion 2027-05-31 vencida · modificacion 2028-05-31 proxima"},

		// One here and one in another body at once.
		{"teacher of the state who becomes a councillor: inicial", of(ours("2027-02-01", ""), other(state, "2010-08-16", "")), "2027-02-10",
			"inicial 2027-04-02 abierta · modificacion 2027-05-31 proxima"},
		{"in another municipal body who gets a post here too: the office decides", of(ours("2027-02-01", ""), other(municipal, "2010-08-16", "")), "2027-02-10",
			"inicial 2027-04-02 duda · modificacion 2027-05-31 proxima"},
		{"one of the state and one of the same order: the doubt goes first", of(ours("2027-02-01", ""), other(state, "2009-08-16", ""), other(municipal, "2010-08-16", "")), "2027-02-10",
			"inicial 2027-04-02 duda · modificacion 2027-05-31 proxima"},
		{"a post in two bodies from one day on, the first ever: inicial here", of(ours("2027-02-01", ""), other(municipal, "2027-02-01", "")), "2027-02-10",
			"inicial 2027-04-02 abierta · modificacion 2028-05-31 proxima"},
		{"councillor who leaves and stays a teacher of the state: conclusión", of(ours("2020-01-16", "2027-09-30"), other(state, "2010-08-16", "")), "2027-10-10",
			"conclusion 2027-11-29 abierta · modificacion 2027-05-31 vencida"},
		{"who leaves here and keeps an old post of the same order: conclusión, since nothing began", of(ours("2020-01-16", "2027-09-30"), other(municipal, "2010-08-16", "")), "2027-10-10",
			"conclusion 2027-11-29 abierta · modificacion 2027-05-31 vencida"},
		{"a second post elsewhere asks for nothing here", of(ours("2020-01-16", ""), other(municipal, "2027-02-01", "")), "2027-04-10",
			"modificacion 2027-05-31 proxima"},
		{"leaving the post elsewhere asks for nothing here", of(ours("2020-01-16", ""), other(municipal, "2012-02-01", "2027-04-01")), "2027-04-10",
			"modificacion 2027-05-31 proxima"},

		// A change of body, with a break of up to 60 days, without one, and with days in both.
		{"change without a break, the next day: aviso", of(ours("2027-04-01", ""), other(municipal, "2012-02-01", "2027-03-31")), "2027-04-10",
			"aviso 2027-05-31 abierta · modificacion 2027-05-31 proxima"},
		{"change on the same day: aviso", of(ours("2027-04-01", ""), other(municipal, "2012-02-01", "2027-04-01")), "2027-04-10",
			"aviso 2027-05-31 abierta · modificacion 2027-05-31 proxima"},
		{"out of here and into another body the next day: nothing here", of(ours("2012-02-01", "2027-03-31"), other(municipal, "2027-04-01", "")), "2027-04-10", ""},
		{"out of here and into another body on the same day: nothing here", of(ours("2012-02-01", "2027-03-31"), other(municipal, "2027-03-31", "")), "2027-04-10", ""},
		{"days in both while coming: the office decides", of(ours("2027-04-01", ""), other(municipal, "2012-02-01", "2027-04-15")), "2027-04-20",
			"inicial 2027-05-31 duda · modificacion 2027-05-31 proxima"},
		{"days in both while leaving: the office decides", of(ours("2012-02-01", "2027-03-31"), other(municipal, "2027-03-16", "")), "2027-04-10",
			"conclusion 2027-05-30 duda"},
		{"60 days in both: still a doubt", of(ours("2012-02-01", "2027-03-31"), other(municipal, "2027-01-30", "")), "2027-04-10",
			"conclusion 2027-05-30 duda"},
		{"61 days in both: two posts, and one ended", of(ours("2012-02-01", "2027-03-31"), other(municipal, "2027-01-29", "")), "2027-04-10",
			"conclusion 2027-05-30 abierta"},
		{"out of one of two posts and into another body: nothing, she is still here", of(ours("2012-02-01", "2027-03-31"), ours("2020-01-16", ""), other(municipal, "2027-04-01", "")), "2027-04-10",
			"modificacion 2027-05-31 proxima"},
		{"left for another body and back within 60 days: aviso, as she changed twice", of(ours("2012-02-01", "2027-01-31"), other(municipal, "2027-02-01", "2027-03-10"), ours("2027-03-11", "")), "2027-03-20",
			"aviso 2027-05-10 abierta · modificacion 2027-05-31 proxima"},
		{"left for the state and back: both", of(ours("2012-02-01", "2027-01-31"), other(state, "2027-02-01", "2027-03-10"), ours("2027-03-11", "")), "2027-03-20",
			"conclusion 2027-04-01 abierta · inicial 2027-05-10 abierta · modificacion 2027-05-31 proxima"},
		{"back here within 60 days, with an old post elsewhere all the while: nothing", of(ours("2012-02-01", "2027-01-31"), other(municipal, "2010-08-16", ""), ours("2027-03-11", "")), "2027-03-20",
			"modificacion 2027-05-31 proxima"},
		{"back here within 60 days, and the old post elsewhere ended meanwhile: nothing", of(ours("2012-02-01", "2027-01-31"), other(municipal, "2010-08-16", "2027-02-20"), ours("2027-03-11", "")), "2027-03-20",
			"modificacion 2027-05-31 proxima"},
		{"left two bodies on one day and back here within 60: nothing", of(ours("2012-02-01", "2027-01-31"), other(state, "2010-08-16", "2027-01-31"), ours("2027-03-11", "")), "2027-03-20",
			"modificacion 2027-05-31 proxima"},
		{"left for two posts that began on one day: the one here counts", of(ours("2012-02-01", "2027-01-31"), other(state, "2027-02-01", ""), ours("2027-02-01", "")), "2027-03-20",
			"modificacion 2027-05-31 proxima"},

		// Licences.
		{"on licence from here to serve the state, and back: no inicial", of(leave("2012-02-01", "2024-09-30"), other(state, "2024-10-01", "2027-03-10"), ours("2027-03-11", "")), "2027-03-20",
			"modificacion 2027-05-31 proxima"},
		{"on licence from another body to serve here: its licence is not ours", of(ours("2027-04-01", ""), Spell{Body: "Otro ente", Order: municipal, Entry: "2012-02-01", Exit: "2027-03-31", Leave: true}), "2027-04-10",
			"aviso 2027-05-31 abierta · modificacion 2027-05-31 proxima"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 { // the order in which they were written down makes no difference
				got := Reckon(c.r, c.today)
				if owed(got) != c.want {
					t.Errorf("as of %s\n got %s\nwant %s", c.today, owed(got), c.want)
				}
				for _, d := range got {
					if d.Reason.Key == "" || len(d.Reason.Args) == 0 {
						t.Errorf("%s has no reason", d.Key)
					}
				}
				c.r.Spells = slices.Clone(c.r.Spells)
				slices.Reverse(c.r.Spells)
			}
		})
	}
}

// TestSeveralLevels: of two posts here the one that asks for more decides, on the day of
// which the declaration tells; what another body asks of her is not our matter.
func TestSeveralLevels(t *testing.T) {
	post := func(level forms.Level, entry, exit string) Spell {
		return Spell{Entry: entry, Exit: exit, Post: "Un cargo", Level: level}
	}
	levels := func(today string, own forms.Level, all ...Spell) string {
		var out []string
		for _, d := range Reckon(Record{Order: "MUNICIPAL_ALCALDIA", Level: own, Since: "2027-01-01", Spells: all}, today) {
			out = append(out, fmt.Sprint(d.Key, " ", d.Level.Slug()))
		}
		slices.Sort(out)
		return strings.Join(out, " · ")
	}
	for _, c := range []struct {
		name, today string
		own         forms.Level
		spells      []Spell
		want        string
	}{
		{"simplified in one and full in the other", "2027-05-10", forms.Simplified,
			[]Spell{post(forms.Simplified, "2020-01-16", ""), post(forms.Full, "2024-10-01", "")}, "modificacion-2027 completa · modificacion-2028 completa"},
		{"whichever of them comes first", "2027-05-10", forms.Full,
			[]Spell{post(forms.Full, "2020-01-16", ""), post(forms.Simplified, "2024-10-01", "")}, "modificacion-2027 completa · modificacion-2028 completa"},
		{"the full one ended before May", "2027-05-10", forms.Simplified,
			[]Spell{post(forms.Simplified, "2020-01-16", ""), post(forms.Full, "2024-10-01", "2027-04-30")}, "modificacion-2027 simplificada · modificacion-2028 simplificada"},
		{"the full one ends in May, the other goes on", "2027-05-10", forms.Simplified,
			[]Spell{post(forms.Simplified, "2020-01-16", ""), post(forms.Full, "2024-10-01", "2027-05-15")}, "modificacion-2027 simplificada · modificacion-2028 simplificada"},
		{"both from one day on", "2027-02-10", forms.Simplified,
			[]Spell{post(forms.Simplified, "2027-02-01", ""), post(forms.Full, "2027-02-01", "")}, "inicial-2027-02-01 completa · modificacion-2028 completa"},
		{"both end on one day", "2027-02-10", forms.Simplified,
			[]Spell{post(forms.Simplified, "2020-01-16", "2027-01-31"), post(forms.Full, "2024-10-01", "2027-01-31")}, "conclusion-2027-01-31 completa"},
		{"a time here of which the post is not known", "2027-05-10", forms.Simplified,
			[]Spell{post(forms.Simplified, "2020-01-16", ""), {Entry: "2019-01-01", Exit: "2020-01-15"}}, "modificacion-2027 simplificada · modificacion-2028 simplificada"},
		{"full elsewhere and simplified here", "2027-05-10", forms.Simplified,
			[]Spell{post(forms.Simplified, "2020-01-16", ""), {Body: "Otro ente", Order: "ESTATAL", Entry: "2019-01-01", Post: "Dirección", Level: forms.Full}}, "modificacion-2027 simplificada · modificacion-2028 simplificada"},
	} {
		if got := levels(c.today, c.own, c.spells...); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestSeveralPostsHold draws careers whose posts overlap as they like: no duty is told
// twice, nobody owes an entry while in service here nor an exit while it goes on, and
// whoever has never had a doubtful overlap gets no doubt.
func TestSeveralPostsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Record{Order: "MUNICIPAL_ALCALDIA"}
		first := date(2024, time.January, 1)
		overlap := false
		for range rapid.IntRange(1, 5).Draw(t, "spells") {
			in := first + day(rapid.IntRange(0, 900).Draw(t, "in"))
			s := Spell{Entry: in.String(), Leave: rapid.IntRange(0, 4).Draw(t, "leave") == 0}
			if rapid.Bool().Draw(t, "elsewhere") {
				s.Body, s.Order, s.Leave = "Otro", rapid.SampledFrom([]string{"ESTATAL", r.Order}).Draw(t, "order"), false
				overlap = overlap || s.Order == r.Order
			}
			if rapid.Bool().Draw(t, "ends") {
				s.Exit = (in + day(rapid.IntRange(0, 500).Draw(t, "length"))).String()
			}
			r.Spells = append(r.Spells, s)
		}
		seen := map[string]bool{}
		spells := readSpells(r.Spells)
		for _, d := range Reckon(r, "2027-12-01") {
			if seen[d.Key] {
				t.Fatalf("%s twice", d.Key)
			}
			seen[d.Key] = true
			on, _ := readDay(d.Event)
			for _, s := range spells {
				switch {
				case !s.own():
				case (d.Kind == Inicial || d.Kind == Aviso) && s.in < on && s.out >= on:
					t.Fatalf("%s while she is here since %s", d.Key, s.in)
				case d.Kind == Conclusion && s.in <= on && s.out > on:
					t.Fatalf("%s while she is here until %v", d.Key, s.out)
				}
			}
			if d.Standing == Doubt && d.Kind != Modificacion && !overlap {
				t.Fatalf("%s is a doubt without another body of the same order", d.Key)
			}
		}
	})
}
