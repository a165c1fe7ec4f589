// Package ics writes last days as a calendar (RFC 5545), for the letters that remind of
// them and for the page that offers them. The last hour of the day is written as an
// instant, so that it is right in whatever zone a phone is. What an event is called by
// never changes, so that importing again, after an extension too, moves it instead of
// adding another.
package ics

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is one last day.
type Event struct {
	UID         string // the same for ever
	Due, Legal  string // last day and that by law, yyyy-mm-dd
	Title, Text string
	URL         string
}

// alarms are how many days before the last hour a phone tells.
var alarms = []int{15, 3}

// Write is the calendar of some last days of a zone, as of now. An event without a day
// that can be read is left out.
func Write(now time.Time, zone *time.Location, events ...Event) []byte {
	var out strings.Builder
	line := func(name, value string) { fold(&out, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//declara//declaraciones//ES")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	for _, e := range events {
		due, err := time.ParseInLocation(time.DateOnly, e.Due, zone)
		if err != nil {
			continue
		}
		end := time.Date(due.Year(), due.Month(), due.Day(), 23, 59, 59, 0, zone)
		line("BEGIN", "VEVENT")
		line("UID", e.UID)
		line("SEQUENCE", fmt.Sprint(moved(e)))
		line("DTSTAMP", stamp(now))
		line("DTSTART", stamp(end.Add(-time.Hour+time.Second)))
		line("DTEND", stamp(end))
		line("SUMMARY", escaped(e.Title))
		line("DESCRIPTION", escaped(e.Text))
		line("URL", e.URL)
		line("TRANSP", "TRANSPARENT")
		for _, days := range alarms {
			line("BEGIN", "VALARM")
			line("ACTION", "DISPLAY")
			line("TRIGGER", fmt.Sprintf("-P%dD", days))
			line("DESCRIPTION", escaped(e.Title))
			line("END", "VALARM")
		}
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return []byte(out.String())
}

// UID is what the last day of a duty of a person is called by. It names nobody.
func UID(duty, person string) string { return duty + "." + person + "@declara" }

// moved is by how many days the last day was moved: a number that grows with it.
func moved(e Event) int {
	due, err := time.Parse(time.DateOnly, e.Due)
	legal, lost := time.Parse(time.DateOnly, e.Legal)
	if err != nil || lost != nil {
		return 0
	}
	return max(0, int(due.Sub(legal).Hours()/24))
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", "")

func escaped(text string) string { return escapes.Replace(text) }

// fold writes a line of at most 75 bytes, and what is left on lines that begin with a
// space. No letter is cut in two.
func fold(out *strings.Builder, line string) {
	room := 75
	for len(line) > room {
		n := room
		for !utf8.RuneStart(line[n]) {
			n--
		}
		out.WriteString(line[:n] + "\r\n ")
		line, room = line[n:], 74
	}
	out.WriteString(line + "\r\n")
}
