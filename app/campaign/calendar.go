package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"declara/i18n"
	"declara/storage"
)

// Calendar is the last hour of each duty as a calendar (RFC 5545), with alarms 15 and
// 3 days before. The hour is an instant, so that it is right in every zone. What an
// event is called by never changes, so that importing again, after an extension too,
// moves it instead of adding another.
func (s *Service) Calendar(p *i18n.Printer, tenant string, body storage.Institution, duties []Owed) ([]byte, error) {
	zone, err := body.Location()
	if err != nil {
		return nil, fmt.Errorf("campaign: zone: %w", err)
	}
	var out strings.Builder
	line := func(name, value string) { fold(&out, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//declara//declara//ES")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-TIMEZONE", body.Zone)
	for i := range duties {
		o := &duties[i]
		due, err := time.ParseInLocation(time.DateOnly, o.Due, zone)
		if err != nil {
			continue
		}
		end := time.Date(due.Year(), due.Month(), due.Day(), 23, 59, 59, 0, zone)
		line("BEGIN", "VEVENT")
		line("UID", s.uid(tenant, o))
		line("SEQUENCE", fmt.Sprint(moved(o)))
		line("DTSTAMP", stamp(s.Clock()))
		line("DTSTART", stamp(end.Add(-time.Hour+time.Second)))
		line("DTEND", stamp(end))
		line("SUMMARY", escaped(p.T("campaign.calendar.title", within(Title(p, o)))))
		line("DESCRIPTION", escaped(p.T("campaign.calendar.words", p.Day(o.Due), body.Name, s.Base+"/declaraciones")))
		line("URL", s.Base+"/declaraciones")
		line("TRANSP", "TRANSPARENT")
		for _, days := range []int{15, 3} {
			line("BEGIN", "VALARM")
			line("ACTION", "DISPLAY")
			line("TRIGGER", fmt.Sprintf("-P%dD", days))
			line("DESCRIPTION", escaped(p.T("campaign.calendar.title", within(Title(p, o)))))
			line("END", "VALARM")
		}
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return []byte(out.String()), nil
}

// uid names an event for ever, and nobody.
func (s *Service) uid(tenant string, o *Owed) string {
	sum := sha256.Sum256([]byte("declara calendar\x00" + tenant + "\x00" + o.Person + "\x00" + o.Duty))
	host := "declara.invalid"
	if u, err := url.Parse(s.Base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return hex.EncodeToString(sum[:12]) + "@" + host
}

// moved is by how many days the last day was moved, which is how often the event may
// have changed, and more.
func moved(o *Owed) int {
	due, err := time.Parse(time.DateOnly, o.Due)
	legal, lost := time.Parse(time.DateOnly, o.Legal)
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
