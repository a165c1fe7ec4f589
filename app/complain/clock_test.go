package complain_test

import (
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// valley is a calendar of 2026 and 2027 as an office would make it: the days of the
// law, and two weeks of vacations.
func valley() complain.Calendar {
	off := append(complain.Statutory(2026), storage.Holiday{From: "2026-07-20", To: "2026-07-31", Name: "Vacaciones", Source: "Acuerdo 12/2026"})
	return complain.NewCalendar(storage.Calendar{Year: "2026", Off: off}, storage.Calendar{Year: "2027", Off: complain.Statutory(2027)})
}

// TestBusinessDays: dates counted by hand on the calendar of the wall.
func TestBusinessDays(t *testing.T) {
	k := valley()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-05-14", 1, "2026-05-15"},  // Thursday
		{"2026-05-15", 1, "2026-05-18"},  // over a weekend
		{"2026-05-16", 1, "2026-05-18"},  // from a Saturday
		{"2026-05-14", 5, "2026-05-21"},  //
		{"2026-04-30", 1, "2026-05-04"},  // 1 May is a Friday
		{"2026-07-17", 1, "2026-08-03"},  // vacations
		{"2026-07-17", 10, "2026-08-14"}, //
		{"2026-12-24", 2, "2026-12-29"},  // 25 December is a Friday
		{"2026-12-31", 1, "2027-01-04"},  // 1 January is a Friday
		{"2027-01-29", 1, "2027-02-02"},  // first Monday of February
		{"2026-03-13", 1, "2026-03-17"},  // third Monday of March
		{"2026-05-14", 0, "2026-05-14"},  //
		{"2026-05-14", 60, "2026-08-20"}, //
		{"no", 3, "no"},                  // what is no day stays as it is
	} {
		if got := k.Add(c.from, c.n); got != c.want {
			t.Errorf("%d business days after %s: %s, not %s", c.n, c.from, got, c.want)
		}
		if c.n > 0 && c.from != "no" {
			if n := k.Between(c.from, c.want); n != c.n {
				t.Errorf("between %s and %s there are %d, not %d", c.from, c.want, n, c.n)
			}
		}
	}
	if complain.NewCalendar().Has("2026-05-01") || !k.Has("2027-05-01") {
		t.Error("which years there are")
	}
	if got := complain.NewCalendar().Add("2026-04-30", 1); got != "2026-05-01" {
		t.Errorf("without a calendar: %s", got)
	}
	never := complain.NewCalendar(storage.Calendar{Year: "2026", Off: []storage.Holiday{{From: "2026-01-01", To: "2026-12-31"}}})
	if got := never.Add("2026-01-01", 1); got != "2027-01-01" {
		t.Errorf("a year without business days: %s", got)
	}
}

// served is a personal notification that was made on a day.
func served(k complain.Calendar, day string) *storage.ComplaintNotice {
	n := k.Notice(complain.NoticePersonal, day, complain.DefaultRules.Starts)
	return &n
}

// TestNotice: the three dates, counted by hand. In effect on the next business day, and
// the term begins on the one on which the notification counts as made (LGRA 187, 189).
func TestNotice(t *testing.T) {
	k := valley()
	for _, c := range []struct {
		way, served    string
		rule           int
		effect, starts string
	}{
		{complain.NoticePersonal, "2026-05-14", 1, "2026-05-15", "2026-05-18"}, // Thursday
		{complain.NoticePersonal, "2026-05-15", 1, "2026-05-18", "2026-05-19"}, // Friday
		{complain.NoticePersonal, "2026-04-29", 1, "2026-04-30", "2026-05-04"}, // 1 May is a Friday
		{complain.NoticePersonal, "2026-04-30", 1, "2026-05-04", "2026-05-05"},
		{complain.NoticePersonal, "2026-07-17", 1, "2026-08-03", "2026-08-04"}, // before the vacations
		{complain.NoticePersonal, "2026-12-30", 1, "2026-12-31", "2027-01-04"}, // over the year
		{complain.NoticePersonal, "2026-05-14", 2, "2026-05-15", "2026-05-19"}, // the other reading
		{complain.NoticePersonal, "2026-05-14", 0, "2026-05-15", "2026-05-15"},
		{complain.NoticeBoard, "2026-05-14", 1, "2026-05-19", "2026-05-20"},
		{complain.NoticeNobody, "2026-05-14", 1, "", ""},
	} {
		n := k.Notice(c.way, c.served, c.rule)
		if n.Effect != c.effect || n.Starts != c.starts || (n.Served == "") != (c.way == complain.NoticeNobody) {
			t.Errorf("%s on %s, rule %d: %+v", c.way, c.served, c.rule, n)
		}
	}
	if got := k.Within("2026-05-18", 5); got != "2026-05-22" {
		t.Errorf("five days from a Monday end on %s", got)
	}
}

func TestPrescribes(t *testing.T) {
	for _, c := range []struct {
		facts string
		grave bool
		want  string
	}{
		{"2026-05-14", false, "2029-05-14"}, {"2026-05-14", true, "2033-05-14"},
		{"2024-02-29", false, "2027-02-28"}, {"2024-02-29", true, "2031-02-28"}, // no later than it is
	} {
		if got := complain.Prescribes(c.facts, c.grave); got != c.want {
			t.Errorf("%s, grave %t: %s, not %s", c.facts, c.grave, got, c.want)
		}
	}
}

// TestClocks: the clocks of dated cases.
func TestClocks(t *testing.T) {
	k := valley()
	move := func(from, to, day string) storage.ComplaintMove {
		return storage.ComplaintMove{From: from, To: to, Day: day, By: "ana"}
	}
	for _, c := range []struct {
		name  string
		c     storage.Complaint
		today string
		want  map[string]string
		late  []string
	}{
		{"received on a Thursday", storage.Complaint{State: "R0", Day: "2026-05-14", Since: "2026-05-14"}, "2026-05-20",
			map[string]string{"mensaje": "2026-05-19", "lectura": "2026-05-21", "inicio": "2026-06-13", "silencio": "2026-08-20"}, []string{"mensaje"}},
		{"asked on a Friday before the vacations", storage.Complaint{State: "R2", Day: "2026-07-10", Since: "2026-07-17", Clocks: map[string]string{"prescripcion": "2027-03-01"}}, "2026-08-03",
			map[string]string{"prevencion": "2026-08-14", "inicio": "2026-08-09", "prescripcion": "2027-03-01", "silencio": k.Add("2026-07-17", 60)}, nil},
		{"an inquiry counts from its opening", storage.Complaint{State: "I2", Day: "2026-01-05", Since: "2026-02-10",
			Moves: []storage.ComplaintMove{move("R1", "I1", "2026-01-30"), move("I1", "I2", "2026-02-10")}}, "2026-05-14",
			map[string]string{"avance": k.Add("2026-01-30", 60), "avance90": k.Add("2026-01-30", 90), "avance120": k.Add("2026-01-30", 120), "silencio": k.Add("2026-02-10", 60)}, []string{"avance", "silencio"}},
		{"classified as not grave, and nobody was notified", storage.Complaint{State: "I3", Day: "2026-01-05", Since: "2026-05-14",
			Moves: []storage.ComplaintMove{{From: "I2", To: "I3", Day: "2026-05-14", Motive: complain.ClassMinor}}}, "2026-05-14",
			map[string]string{"notificar": "2026-05-28", "silencio": "2026-08-20"}, nil},
		{"classified as not grave, she may challenge it", storage.Complaint{State: "I3", Day: "2026-01-05", Since: "2026-05-14",
			Moves: []storage.ComplaintMove{{From: "I2", To: "I3", Day: "2026-05-14", Motive: complain.ClassMinor, Notice: served(k, "2026-05-15")}}}, "2026-05-18",
			map[string]string{"inconformidad": "2026-05-25", "silencio": "2026-08-20"}, nil},
		{"an answer that nobody was notified of is not late", storage.Complaint{State: "P1", Day: "2026-01-05", Since: "2026-05-14"}, "2026-05-14",
			map[string]string{"admision": "2026-05-19", "inactividad": "2026-11-14", "silencio": "2026-08-20"}, nil},
		{"summoned on a Friday", storage.Complaint{State: "P2", Day: "2026-01-05", Since: "2026-05-14",
			Moves: []storage.ComplaintMove{{From: "P1", To: "P2", Day: "2026-05-14", Notice: served(k, "2026-05-22")}}}, "2026-05-22",
			map[string]string{"audiencia": "2026-06-12", "resolucion": k.Add("2026-05-14", 75), "inactividad": "2026-11-14", "silencio": "2026-08-20"}, nil},
		{"at the tribunal", storage.Complaint{State: "P3", Day: "2026-01-05", Since: "2026-04-30"}, "2026-05-01",
			map[string]string{"remision": "2026-05-06", "inactividad": "2026-10-30", "silencio": k.Add("2026-04-30", 60)}, nil},
		{"resolved and notified", storage.Complaint{State: "P4", Day: "2026-01-05", Since: "2026-05-14",
			Moves: []storage.ComplaintMove{{From: "P2", To: "P4", Day: "2026-05-14", Notice: served(k, "2026-05-14")}}}, "2026-05-14",
			map[string]string{"impugnar": "2026-06-05", "silencio": "2026-08-20"}, nil},
		{"two requirements, one extended", storage.Complaint{State: "I1", Day: "2026-01-05", Since: "2026-05-14", Orders: []storage.ComplaintOrder{
			{Days: 5, Notice: *served(k, "2026-05-14")}, {Days: 15, More: 7, Notice: *served(k, "2026-05-14")}, {Days: 5, Notice: *served(k, "2026-05-14"), Answered: "2026-05-15"}}}, "2026-05-26",
			map[string]string{"requerimiento": "2026-06-16", "avance": "2026-08-20", "silencio": "2026-08-20"}, nil},
		{"classified as grave, not here", storage.Complaint{State: "I3", Day: "2026-01-05", Since: "2026-05-14",
			Moves: []storage.ComplaintMove{{From: "I2", To: "I3", Day: "2026-05-14", Motive: complain.ClassGrave}}}, "2026-05-14",
			map[string]string{"notificar": "2026-05-28", "silencio": "2026-08-20"}, nil},
		{"six months of nothing", storage.Complaint{State: "P2", Day: "2026-01-05", Since: "2026-05-14", Clocks: map[string]string{"acto": "2026-08-31"}}, "2026-09-01",
			map[string]string{"audiencia": k.Add("2026-05-14", 15), "resolucion": k.Add("2026-05-14", 75), "inactividad": "2027-02-28", "silencio": k.Add("2026-08-31", 60)}, []string{"audiencia"}},
		{"over: nothing is silent", storage.Complaint{State: "X1", Day: "2026-01-05", Since: "2026-01-06"}, "2026-12-01", map[string]string{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := k.Clocks(&c.c, c.today)
			got := map[string]complain.Clock{}
			for i, clock := range all {
				if got[clock.Name] = clock; clock.Name == complain.ClockHearing && clock.First != "" && clock.First != "2026-06-05" {
					t.Errorf("not before %s", clock.First)
				}
				if i > 0 && all[i-1].Day > clock.Day {
					t.Error("not in order")
				}
			}
			for name, day := range c.want {
				if got[name].Day != day {
					t.Errorf("%s ends on %s, not %s", name, got[name].Day, day)
				}
			}
			if len(got) != len(c.want) || c.c.Orders != nil && len(all) != len(c.want)+1 {
				t.Errorf("clocks %v", all)
			}
			for _, name := range c.late {
				if !got[name].Late || got[name].Left >= 0 {
					t.Errorf("%s is not late: %+v", name, got[name])
				}
			}
			if late := k.Buried(&c.c, c.today); late != got["silencio"].Late {
				t.Error("buried and its clock say two things")
			}
		})
	}
}

// TestZone: a day ends when it does in the town.
func TestZone(t *testing.T) {
	for zone, want := range map[string]string{"America/Mexico_City": "2026-05-14", "America/Cancun": "2026-05-15", "America/Tijuana": "2026-05-14"} {
		w := newTown(t, "ana")
		w.update(func(tx *storage.Txn) error {
			i, err := tx.Institution()
			i.Zone = zone
			if err != nil {
				return err
			}
			return tx.PutInstitution(i)
		})
		w.at = w.at.Add(11 * 60 * 60 * 1e9) // 05:31 in UTC: 23:31, 00:31, 22:31
		sent, err := w.Receive(w.Context(), tenant, bribe, nil, complain.Way{Channel: complain.ChannelDesk})
		w.ok(err)
		b, err := w.office().Board(w.Context(), tenant, "ana", complain.Filter{})
		w.ok(err)
		if sent.Day != want || b.Today != want {
			t.Errorf("%s: %s and %s, not %s", zone, sent.Day, b.Today, want)
		}
	}
}
