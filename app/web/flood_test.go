package web

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/app/complain"
	"declara/storage"
)

// TestFlood: nothing is asked at rest; in a flood of one network everybody is asked, and
// that network waits longer; the next hour has forgotten it; and however long it lasts,
// nobody is ever told to go away.
func TestFlood(t *testing.T) {
	now := time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)
	f := newFlood(func() time.Time { return now })
	for range floodFloor*floodTimes - 1 {
		f.took("10.0.0.1")
	}
	if w := f.wait("10.0.0.1"); w != 0 {
		t.Errorf("at rest one waits %s", w)
	}
	f.took("10.0.0.1")
	if a, b := f.wait("10.0.0.1"), f.wait("10.0.0.2"); a != floodLonger || b != floodWait {
		t.Errorf("in a flood: %s and %s", a, b)
	}
	key := f.key
	now = now.Add(time.Hour)
	if w := f.wait("10.0.0.1"); w != 0 || len(f.of) != 0 || f.key == key {
		t.Errorf("the hour after: %s, %d networks are known", w, len(f.of))
	}
	for range 24 * 3 { // a flood of three days is one to its end
		for i := range 500 {
			f.took(fmt.Sprint(i))
		}
		if f.wait("x") == 0 {
			t.Fatalf("a flood became usual: %v", f.usual)
		}
		now = now.Add(time.Hour)
	}
	now = now.Add(48 * time.Hour)
	if f.wait("x"); f.usual != floodFloor {
		t.Errorf("after two quiet days the usual is %v", f.usual)
	}
}

func TestFloodQuestion(t *testing.T) {
	now := time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)
	f := newFlood(func() time.Time { return now })
	n, mark := f.question("tab", 15*time.Second)
	if got, left, ok := f.asked("tab", mark); !ok || got != n || left != 15*time.Second {
		t.Errorf("%d %s %v", got, left, ok)
	}
	for _, bad := range []string{"", "x", mark[:len(mark)-2] + "AA", "A" + mark[1:]} {
		if _, _, ok := f.asked("tab", bad); ok && bad != mark {
			t.Errorf("%q is taken for a mark", bad)
		}
	}
	if _, _, ok := f.asked("another", mark); ok {
		t.Error("a mark holds for another tab")
	}
	now = now.Add(16 * time.Second)
	if _, left, ok := f.asked("tab", mark); !ok || left > 0 {
		t.Errorf("after the wait: %s %v", left, ok)
	}
	now = now.Add(floodForm)
	if _, _, ok := f.asked("tab", mark); ok {
		t.Error("a mark is good for ever")
	}
	for text, want := range map[string]bool{"Martes": true, " MARTES. ": true, "mártes": true, "": false, "|": false, "martes|lunes": false, "tuesday": true, "lunes": false} {
		if answered(text, "martes|tuesday") != want {
			t.Errorf("%q: not %v", text, want)
		}
	}
}

// saturate makes the hour one of a flood from one network.
func (x *site) saturate(ip string) {
	for range floodFloor * floodTimes {
		x.s.flood.took(ip)
	}
}

var (
	markIn = regexp.MustCompile(`name="marca" value="([^"]+)"`)
	asks   = regexp.MustCompile(`<label for="respuesta">([^<]+)</label>`)
)

// answerOf is the first answer of the question on a page.
func (x *site) answerOf(page string) string {
	x.t.Helper()
	words := x.s.words.Printer("es")
	m := asks.FindStringSubmatch(page)
	for n := range questions {
		if m != nil && words.T(fmt.Sprint("flood.q.", n)) == html.UnescapeString(m[1]) {
			first, _, _ := strings.Cut(words.T(fmt.Sprint("flood.a.", n)), "|")
			return first
		}
	}
	x.t.Fatalf("no question in %.800s", page)
	return ""
}

// TestFloodPages: who answers in time, too early, wrongly or not at all; nobody is
// refused, and only who did not answer is in the tray.
func TestFloodPages(t *testing.T) {
	x := newSite(t)
	x.channel()
	begin := func() tab {
		tb := x.anybody().complaint()
		tb.step("que", "que", "Me pidieron dinero por un permiso.")
		return tb
	}
	tray := func() (n, all int) {
		x.view(func(tx *storage.Txn) error {
			n, all = 0, 0
			return tx.Complaints(func(c storage.Complaint) error {
				if all++; c.Tray == complain.TrayFlood {
					n++
				}
				return nil
			})
		})
		return n, all
	}
	if quiet := begin(); keyOn(quiet.step("revisar", "ir", "enviar").is(200).body) == "" {
		t.Fatal("at rest something is asked")
	}
	x.saturate("10.9.9.9")

	waits := begin()
	page := waits.step("revisar", "ir", "enviar").is(200).says("Hoy llegan muchas denuncias", "en 15 segundos")
	mark, answer := markIn.FindStringSubmatch(page.body)[1], x.answerOf(page.body)
	early := waits.step("saturacion", "ir", "enviar", "marca", mark, "respuesta", answer).is(200).says("segundos más", `value="`+answer+`"`, mark)
	if keyOn(early.body) != "" {
		t.Error("too early is early enough")
	}
	wrong := waits.step("saturacion", "ir", "enviar", "marca", mark, "respuesta", "quién sabe").is(200).says("Esa no es la respuesta")
	mark, answer = markIn.FindStringSubmatch(wrong.body)[1], x.answerOf(wrong.body)
	x.clock = x.clock.Add(20 * time.Second)
	if keyOn(waits.step("saturacion", "ir", "enviar", "marca", mark, "respuesta", strings.ToUpper(answer)).is(200).body) == "" {
		t.Error("a right answer after the wait does not send")
	}
	if n, all := tray(); n != 0 || all != 2 {
		t.Errorf("%d of %d in the tray", n, all)
	}

	// Of another tab, a mark is none; who skips is taken, once.
	skips := begin()
	skips.step("saturacion", "ir", "enviar", "marca", mark, "respuesta", answer).is(200).says("Hoy llegan muchas denuncias")
	if keyOn(skips.step("saturacion", "ir", "sin").is(200).body) == "" {
		t.Error("who does not answer is refused")
	}
	if keyOn(skips.step("saturacion", "ir", "sin").is(200).body) == "" {
		t.Error("the key is not shown again")
	}
	if n, all := tray(); n != 1 || all != 3 {
		t.Errorf("%d of %d in the tray", n, all)
	}
	x.clock = x.clock.Add(time.Hour)
	if late := begin(); keyOn(late.step("revisar", "ir", "enviar").is(200).body) == "" {
		t.Error("the flood did not end with its hour")
	}
}
