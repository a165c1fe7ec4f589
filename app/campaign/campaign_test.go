package campaign_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/campaign"
	"declara/app/declare"
	"declara/app/errs"
	"declara/app/outbox"
	"declara/app/wiring"
	"declara/forms"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// desk is an office with its campaigns over a real file, and a clock that tests set.
type desk struct {
	*testing.T
	*campaign.Service
	duties *declare.Service
	db     *storage.DB
	store  storage.Store
	keys   *storage.Keys
	now    time.Time
	zone   *time.Location
	log    bytes.Buffer
}

func newDesk(t *testing.T, zone, at string) *desk {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{T: t, store: store, keys: storage.NewKeys()}
	if d.zone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	d.set(at)
	d.over(store)
	t.Cleanup(func() {
		if err := d.db.Close(); err != nil {
			t.Error(err)
		}
	})
	d.update(func(tx *storage.Txn) error {
		return errors.Join(
			tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Order: "MUNICIPAL_ALCALDIA", Zone: zone,
				Address: "Portal Hidalgo 3", Phone: "951 000 0000", Hours: "de 9 a 15 h", Email: "oic@valle.example", SetUp: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}),
			tx.PutUser(storage.User{ID: "oic", Login: "oic", Email: "rosa@valle.example", Roles: []storage.Role{storage.RoleComptroller}}),
		)
	})
	return d
}

// over makes the services over a store.
func (d *desk) over(store storage.Store) {
	d.db = storage.Open(store, d.keys)
	clock := func() time.Time { return d.now }
	d.duties = declare.New(d.db, clock, func(*storage.Txn, declare.Letter) error { return nil })
	words := i18n.Load()
	d.Service = wiring.Campaign(d.db, words, clock, slog.New(slog.NewTextHandler(&d.log, nil)), "a", "https://declara.valle.example/", d.duties,
		outbox.NewWriter(words, clock, "https://declara.valle.example", "no@valle.example"))
}

func (d *desk) set(local string) {
	d.Helper()
	var err error
	if d.now, err = time.ParseInLocation("2006-01-02 15:04:05", local, d.zone); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) update(fn func(*storage.Txn) error) {
	d.Helper()
	if err := d.db.Update(context.Background(), tenant, fn); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) once() {
	d.Helper()
	if err := d.Once(d.Context(), tenant); err != nil {
		d.Fatal(err)
	}
}

// hire puts somebody on the roster who owes the modificación of 2026; mail "" has none.
func (d *desk) hire(id, mail string) {
	d.Helper()
	n := len(id) + int(id[0])
	d.update(func(tx *storage.Txn) error {
		return tx.PutPerson(storage.Person{ID: id, Given: "Nombre" + id, First: "Apellido", RFC: fmt.Sprintf("PUFE%09d", n), CURP: "PUFE040229MVZRCJA9", Email: mail,
			Unit: "Tesorería", Post: "Analista", Level: forms.Full, Entry: "2020-01-16", Created: d.now})
	})
}

// file files the modificación of 2026 of a person.
func (d *desk) file(id string) {
	d.Helper()
	d.update(func(tx *storage.Txn) error {
		f := storage.Filing{ID: "f" + id, Person: id, Type: forms.Modificacion, Year: 2026, Due: "2026-05-31", Filed: d.now, Zone: d.zone.String(), Sent: "s" + id}
		return tx.File(&f, []byte(`{"MARCADECLARADA":1}`), []byte("{}"), "")
	})
}

// told spells the notices of everybody, and mails the letters in the outbox.
func (d *desk) told() (notices string, mails []storage.Mail) {
	d.Helper()
	var all []string
	d.update(func(tx *storage.Txn) error {
		all, mails = nil, nil
		if err := tx.People(func(p storage.Person) error {
			f, err := tx.Follow(p.ID)
			for _, n := range f.Notices {
				way := "paper"
				if n.Mail != "" {
					way = "mail"
				}
				all = append(all, p.ID+" "+n.Occasion+" "+way)
			}
			return err
		}); err != nil {
			return err
		}
		return tx.Mails(func(m storage.Mail) error { mails = append(mails, m); return nil })
	})
	slices.Sort(all)
	return strings.Join(all, " · "), mails
}

// TestCalendarOfReminders lives through a May in zones that are far apart: each goes on
// its day from eight in the morning on, once, whatever how often it is looked.
func TestCalendarOfReminders(t *testing.T) {
	for _, zone := range []string{"America/Mexico_City", "America/Tijuana", "America/Hermosillo", "America/Cancun"} {
		t.Run(zone, func(t *testing.T) {
			d := newDesk(t, zone, "2026-04-30 12:00:00")
			d.hire("a", "a@valle.example")
			d.hire("b", "")
			for _, c := range []struct{ at, want string }{
				{"2026-04-30 23:59:59", ""},
				{"2026-05-01 07:59:59", ""},
				{"2026-05-01 08:00:00", "a d30 mail"},
				{"2026-05-23 23:59:59", "a d30 mail"},
				{"2026-05-24 08:00:00", "a d30 mail · a d7 mail"},
				{"2026-05-30 08:00:00", "a d1 mail · a d30 mail · a d7 mail"},
				{"2026-05-31 23:59:59", "a d1 mail · a d30 mail · a d7 mail"},
				{"2026-06-01 00:00:00", "a d1 mail · a d30 mail · a d7 mail"},
				{"2026-06-01 08:00:00", "a after mail · a d1 mail · a d30 mail · a d7 mail"},
				{"2026-06-20 08:00:00", "a after mail · a d1 mail · a d30 mail · a d7 mail"},
			} {
				d.set(c.at)
				for range 2 {
					d.once()
				}
				if got, _ := d.told(); got != c.want {
					t.Errorf("%s: %s, want %s", c.at, got, c.want)
				}
			}
			_, mails := d.told()
			if n := len(slices.DeleteFunc(mails, func(m storage.Mail) bool { return m.Kind != outbox.KindReminder })); n != 4 {
				t.Errorf("%d letters", n)
			}
		})
	}
}

// TestMissed: what should have gone while nothing ran goes later, once, and not with
// the next one; who filed, and who was given more time, is not written to.
func TestMissed(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-05-26 09:00:00")
	for _, id := range []string{"a", "b", "c"} {
		d.hire(id, id+"@valle.example")
	}
	d.file("b")
	d.once()
	if got, _ := d.told(); got != "a d7 mail · c d7 mail" {
		t.Errorf("%s", got)
	}
	if err := d.duties.Extend(d.Context(), tenant, "oic", declare.Extension{Kind: declare.Modificacion, Year: 2026, Due: "2026-06-15", Agreement: "A/1"}, ""); err != nil {
		t.Fatal(err)
	}
	d.set("2026-06-01 09:00:00")
	d.once()
	if got, _ := d.told(); got != "a d30 mail · a d7 mail · c d30 mail · c d7 mail" && got != "a d7 mail · c d7 mail" {
		t.Errorf("after the extension: %s", got)
	}
}

// TestNeedless: a letter that waits in the outbox is needless once she filed.
func TestNeedless(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-05-24 09:00:00")
	d.hire("a", "a@valle.example")
	d.once()
	_, mails := d.told()
	needless := func() (yes bool) {
		d.update(func(tx *storage.Txn) (err error) { yes, err = d.Needless(tx, mails[0]); return err })
		return yes
	}
	if needless() {
		t.Error("needless though she owes it")
	}
	d.file("a")
	if !needless() {
		t.Error("she filed, and it would go")
	}
	if raw := string(mails[0].Message); strings.Contains(raw, "Nombrea") || strings.Contains(raw, "PUFE") || !strings.Contains(raw, "text/calendar") {
		t.Errorf("%s", raw)
	}
}

// dying is a store whose process ends, in effect, at the n-th transaction that writes:
// that one and all after it are not made.
type dying struct {
	storage.Store
	left int
}

var errDied = errors.New("died")

func (s *dying) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if s.left--; s.left < 0 {
		return errDied
	}
	return s.Store.Update(ctx, fn)
}

// TestDies ends the process at each of the transactions of a sending to 120 people, and
// starts another: everybody has one notice and one letter, and both are of each other.
func TestDies(t *testing.T) {
	for die := range 6 {
		d := newDesk(t, "America/Mexico_City", "2026-05-24 08:30:00")
		d.update(func(tx *storage.Txn) error {
			for i := range 120 {
				if err := tx.PutPerson(storage.Person{ID: fmt.Sprintf("p%03d", i), Given: "N", RFC: fmt.Sprintf("PUFE%09d", i), Email: fmt.Sprintf("p%d@valle.example", i), Level: forms.Full, Entry: "2020-01-16", Created: d.now}); err != nil {
					return err
				}
			}
			return nil
		})
		d.over(&dying{d.store, die})
		if err := d.Once(t.Context(), tenant); die < 4 && !errors.Is(err, errDied) {
			t.Errorf("%d: %v", die, err)
		}
		d.over(d.store)
		d.set("2026-05-24 08:40:00") // the lease of the dead is over
		d.once()
		d.once()
		notices, mails := d.told()
		if n := strings.Count(notices, "d7 mail"); n != 120 || len(mails) != 120 {
			t.Errorf("died at %d: %d notices and %d letters", die, n, len(mails))
		}
	}
}

// TestByHand: the plan tells who gets a mail, who a letter on paper and why; sending
// twice sends once; nobody is written to who was not shown; who filed since gets none.
func TestByHand(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-05-20 11:00:00")
	for id, mail := range map[string]string{"a": "a@valle.example", "b": "", "c": "c@valle.example", "e": "e@valle.example"} {
		d.hire(id, mail)
	}
	d.update(func(tx *storage.Txn) error {
		return tx.PutBounce(storage.Bounce{Address: "c@valle.example", Code: "550 5.1.1", Kind: "reminder", At: d.now})
	})
	list := func() []campaign.Owed {
		roll, err := d.duties.Roll(t.Context(), tenant)
		if err != nil {
			t.Fatal(err)
		}
		return wiring.Owed(roll.Pick(declare.Ask{State: declare.Missing}))
	}
	p, err := d.Plan(t.Context(), tenant, list(), nil, false)
	if err != nil || len(p.Mail) != 2 || len(p.Paper) != 2 || !strings.Contains(p.Subject, "31 de mayo de 2026") || len(p.Text) < 4 {
		t.Fatalf("%v %+v", err, p)
	}
	for _, a := range p.Paper {
		if a.Bounced != (a.Person == "c") {
			t.Errorf("%+v", a)
		}
	}
	if _, err := d.Send(t.Context(), tenant, "oic", "x1", "another", list(), nil, false); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("a list that was not shown: %v", err)
	}
	if _, err := d.Send(t.Context(), tenant, "oic", "x1", p.Digest, list(), []string{"a/modificacion-2026", "b/modificacion-2026", "c/modificacion-2026", "e/modificacion-2026"}, false); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("to nobody: %v", err)
	}
	without := []string{"e/modificacion-2026"}
	if _, err := d.Send(t.Context(), tenant, "oic", "x1", p.Digest, list(), without, false); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("to another number than was shown: %v", err)
	}
	if p, err = d.Plan(t.Context(), tenant, list(), without, false); err != nil || p.Left != 1 {
		t.Fatalf("%v %+v", err, p)
	}
	if _, err := d.Send(t.Context(), tenant, "oic", "../x", p.Digest, list(), nil, false); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("a name that is none: %v", err)
	}
	var name string
	for range 2 {
		if name, err = d.Send(t.Context(), tenant, "oic", "x1", p.Digest, list(), without, false); err != nil || name != "m-x1.2026-05-20" {
			t.Fatalf("%q %v", name, err)
		}
	}
	notices, mails := d.told()
	if notices != "a m-x1 mail · b m-x1 paper · c m-x1 paper" || len(mails) != 1 {
		t.Errorf("%s, %d letters", notices, len(mails))
	}
	told, err := d.Sending(t.Context(), tenant, name)
	if err != nil || len(told) != 4 || told[3].Person != "e" || told[3].Skipped != campaign.SkipLeft {
		t.Errorf("%v %+v", err, told)
	}
	all, err := d.Sendings(t.Context(), tenant)
	if err != nil || len(all) != 1 || all[0].Mail != 1 || all[0].Paper != 2 || all[0].Waiting != 1 || all[0].Skipped != 1 || all[0].By != "oic" || all[0].Occasion != "m" {
		t.Errorf("%v %+v", err, all)
	}
	file, n, err := d.Printed(t.Context(), tenant, name)
	if err != nil || n != 2 || !strings.Contains(pdfText(t, file), "Nombrec Apellido") {
		t.Errorf("%d letters: %v", n, err)
	}
	d.file("c")
	if file, n, err = d.Printed(t.Context(), tenant, name); err != nil || n != 1 || strings.Contains(pdfText(t, file), "Nombrec") {
		t.Errorf("%d letters once she filed: %v", n, err)
	}
	if _, err := d.Sending(t.Context(), tenant, "m-none.2026-05-20"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("%v", err)
	}
	if said := d.log.String(); strings.Contains(said, "Nombre") || strings.Contains(said, "valle.example") {
		t.Errorf("the log names people: %s", said)
	}
}

func pdfText(t *testing.T, file []byte) string {
	t.Helper()
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("no pdftotext: %v", err)
	}
	return string(out)
}

// TestMorning: the office is told each working morning what is new, in numbers, and on
// no other; nothing is told when nothing is.
func TestMorning(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-05-29 08:30:00") // a Friday
	d.hire("a", "a@valle.example")
	d.hire("b", "")
	digests := func() (n int, last string) {
		_, mails := d.told()
		for _, m := range mails {
			if m.Kind == "digest" {
				n, last = n+1, string(m.Message)
			}
		}
		return n, last
	}
	for _, c := range []struct {
		at   string
		want int
		says string
	}{
		{"2026-05-29 08:59:59", 0, ""},
		{"2026-05-29 09:00:00", 1, "1 persona que debe declarar no tiene correo"},
		{"2026-05-29 15:00:00", 1, ""},
		{"2026-05-30 10:00:00", 1, ""}, // Saturday
		{"2026-05-31 10:00:00", 1, ""},
		{"2026-06-01 10:00:00", 2, "2 declaraciones vencieron"},
		{"2026-06-02 10:00:00", 3, "no tiene correo"},
	} {
		d.set(c.at)
		d.once()
		d.once()
		n, last := digests()
		last = strings.NewReplacer("=\r\n", "", "\r\n", "\n").Replace(last)
		if n != c.want || !strings.Contains(last, c.says) {
			t.Errorf("%s: %d, %s", c.at, n, last)
		}
		if strings.Contains(last, "Nombre") || strings.Contains(last, "Apellido") {
			t.Errorf("it names people:\n%s", last)
		}
	}
	d.update(func(tx *storage.Txn) error {
		return tx.PutCalendar(storage.Calendar{Year: "2026", Off: []storage.Holiday{{From: "2026-06-03", To: "2026-06-03", Name: "x", Source: "y"}}})
	})
	d.set("2026-06-03 10:00:00")
	d.once()
	if n, _ := digests(); n != 3 {
		t.Error("told on a day off")
	}
}

// TestRequire: the letter, its three dates by the calendar of the office, the 30 natural
// days, and what may follow; each mistake in words, all at once.
func TestRequire(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-05-31 12:00:00")
	d.hire("a", "a@valle.example")
	ctx := t.Context()
	if _, err := d.Require(ctx, tenant, "oic", "a", "modificacion-2026", "1", "31/05/2026"); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("required in time: %v", err)
	}
	d.set("2026-06-05 12:00:00") // a Friday
	_, err := d.Require(ctx, tenant, "oic", "a", "modificacion-2026", " ", "06/06/2026")
	if !errors.Is(err, campaign.ErrNumber) || !errors.Is(err, campaign.ErrDay) {
		t.Errorf("%v", err)
	}
	id, err := d.Require(ctx, tenant, "oic", "a", "modificacion-2026", " OIC/12/2026 ", "5/6/2026")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Require(ctx, tenant, "oic", "a", "modificacion-2026", "OIC/12/2026", "5/6/2026"); !errors.Is(err, campaign.ErrTaken) {
		t.Errorf("%v", err)
	}
	state := func() declare.State {
		roll, err := d.duties.Roll(ctx, tenant)
		if err != nil {
			t.Fatal(err)
		}
		return roll.Pick(declare.Ask{})[0].State
	}
	if state() != declare.Omitted {
		t.Error("a letter that was not served requires nothing")
	}
	file, err := d.Requirement(ctx, tenant, "a", id)
	if said := pdfText(t, file); err != nil || !strings.Contains(said, "OIC/12/2026") || !strings.Contains(said, "30 días naturales") || !strings.Contains(said, "nombramiento") || strings.Contains(said, "campaign.") || strings.Contains(said, "{") {
		t.Errorf("%v\n%s", err, said)
	}
	for name, c := range map[string]struct {
		dates campaign.Dates
		want  error
	}{
		"before the letter": {campaign.Dates{Served: "04/06/2026"}, campaign.ErrServed},
		"tomorrow":          {campaign.Dates{Served: "06/06/2026"}, campaign.ErrServed},
		"no day":            {campaign.Dates{}, campaign.ErrServed},
		"effect before":     {campaign.Dates{Served: "05/06/2026", Effect: "04/06/2026"}, campaign.ErrEffect},
		"starts before":     {campaign.Dates{Served: "05/06/2026", Effect: "08/06/2026", Starts: "07/06/2026"}, campaign.ErrStarts},
		"effect no day":     {campaign.Dates{Served: "05/06/2026", Effect: "x"}, campaign.ErrEffect},
	} {
		if err := d.Serve(ctx, tenant, "oic", "a", id, c.dates); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.update(func(tx *storage.Txn) error {
		return tx.PutCalendar(storage.Calendar{Year: "2026", Off: []storage.Holiday{{From: "2026-06-09", To: "2026-06-09", Name: "x", Source: "y"}}})
	})
	if err := d.Serve(ctx, tenant, "oic", "a", id, campaign.Dates{Served: "05/06/2026"}); err != nil {
		t.Fatal(err)
	}
	m, err := d.Matter(ctx, tenant, "a", "modificacion-2026")
	if err != nil || len(m.Letters) != 1 || m.Letters[0].Effect != "2026-06-08" || m.Letters[0].Starts != "2026-06-10" || m.Owed.Until != "2026-07-10" {
		t.Fatalf("%v %+v %+v", err, m.Letters, m.Owed)
	}
	d.set("2026-07-10 23:59:59")
	if err := d.Refer(ctx, tenant, "oic", "a", id, "OIC/30/2026", "10/07/2026"); !errors.Is(err, campaign.ErrTooEarly) || state() != declare.Required {
		t.Errorf("%v %s", err, state())
	}
	d.set("2026-07-11 00:00:00")
	if state() != declare.RequiredOver {
		t.Error(state())
	}
	if err := d.Refer(ctx, tenant, "oic", "a", id, "", "10/07/2026"); !errors.Is(err, campaign.ErrNumber) || !errors.Is(err, campaign.ErrDay) {
		t.Errorf("%v", err)
	}
	if err := d.Refer(ctx, tenant, "oic", "a", id, "OIC/30/2026", "11/07/2026"); err != nil {
		t.Error(err)
	}
	file, err = d.Referral(ctx, tenant, "a", id)
	if said := strings.Join(strings.Fields(pdfText(t, file)), " "); err != nil || !strings.Contains(said, "OIC/30/2026") || !strings.Contains(said, "10 de julio de 2026") || !strings.Contains(said, "Proyecto de oficio") {
		t.Errorf("%v\n%s", err, said)
	}
	d.file("a")
	if _, err := d.Requirement(ctx, tenant, "a", id); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("required though she filed: %v", err)
	}
	if state() != declare.Late {
		t.Error(state())
	}
	if m, err := d.Matter(ctx, tenant, "a", "modificacion-2026"); err != nil || m.Owed != nil || m.Letters[0].Letter != "OIC/30/2026" {
		t.Errorf("%v %+v", err, m)
	}
	for _, err := range []error{d.Serve(ctx, tenant, "oic", "a", "none", campaign.Dates{}), d.Refer(ctx, tenant, "oic", "b", id, "1", "1")} {
		if errs.CodeOf(err) != errs.NotFound {
			t.Errorf("%v", err)
		}
	}
}

// TestBox: what waits and what failed, whose it is, and an address that nobody has any
// more is forgotten.
func TestBox(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-05-24 09:00:00")
	d.hire("a", "a@valle.example")
	d.hire("b", "b@valle.example")
	d.once()
	d.update(func(tx *storage.Txn) error {
		var all []storage.Mail
		if err := tx.Mails(func(m storage.Mail) error { all = append(all, m); return nil }); err != nil {
			return err
		}
		for _, m := range all {
			switch m.Person {
			case "a":
				m.Tries, m.Failed = 1, "connection"
			case "b":
				m.Dead, m.Failed = true, "550 5.1.1"
			}
			if err := tx.PutMail(m); err != nil {
				return err
			}
		}
		return tx.PutBounce(storage.Bounce{Address: "b@valle.example", Code: "550 5.1.1", Kind: "reminder", At: d.now})
	})
	b, err := d.Box(t.Context(), tenant)
	if err != nil || len(b.Waiting) != 1 || len(b.Failed) != 1 || !b.Down || len(b.Refused) != 1 || b.Refused[0].Owners[0].ID != "b" || b.Of(b.Failed[0])[0].Name != "Nombreb Apellido" {
		t.Fatalf("%v %+v", err, b)
	}
	if len(b.Waiting[0].Message) != 0 {
		t.Error("the list has the text of a letter")
	}
	if err := d.Sweep(t.Context(), tenant); err != nil {
		t.Fatal(err)
	}
	d.update(func(tx *storage.Txn) error {
		p, err := tx.Person("b")
		if err != nil {
			return err
		}
		p.Email = "otra@valle.example"
		return tx.PutPerson(p)
	})
	if err := d.Sweep(t.Context(), tenant); err != nil {
		t.Fatal(err)
	}
	if b, err = d.Box(t.Context(), tenant); err != nil || len(b.Refused) != 0 {
		t.Errorf("the address changed: %v %+v", err, b.Refused)
	}
}
