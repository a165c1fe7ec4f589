package ics

import (
	"strings"
	"testing"
	"time"
)

// TestWrite: the right hour in each zone, a name that stays the same, a number that
// grows with an extension, alarms, and lines of at most 75 bytes.
func TestWrite(t *testing.T) {
	now := time.Date(2026, 5, 20, 18, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{"America/Mexico_City": "20260601T055959Z", "America/Tijuana": "20260601T065959Z", "America/Hermosillo": "20260601T065959Z", "America/Cancun": "20260601T045959Z"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		e := Event{UID: UID("modificacion-2026", "p1"), Due: "2026-05-31", Legal: "2026-05-31", Title: "Vence: Declaración", URL: "https://x.example",
			Text: "Municipio; de Valle, Encinos\n" + strings.Repeat("ñandú ", 40)}
		first := string(Write(now, zone, e, Event{Due: "mañana"}))
		e.Due = "2026-06-15"
		second := string(Write(now, zone, e))
		field := func(b, name string) string {
			for line := range strings.SplitSeq(strings.ReplaceAll(b, "\r\n ", ""), "\r\n") {
				if v, ok := strings.CutPrefix(line, name+":"); ok {
					return v
				}
			}
			return ""
		}
		if field(first, "DTEND") != want || field(first, "UID") != field(second, "UID") || field(first, "SEQUENCE") != "0" || field(second, "SEQUENCE") != "15" {
			t.Errorf("%s:\n%s", name, first)
		}
		if strings.Count(first, "BEGIN:VALARM") != 2 || !strings.Contains(first, "TRIGGER:-P15D\r\n") || !strings.Contains(first, "TRIGGER:-P3D\r\n") || strings.Count(first, "BEGIN:VEVENT") != 1 {
			t.Errorf("%s", first)
		}
		if text := field(first, "DESCRIPTION"); !strings.HasPrefix(text, `Municipio\; de Valle\, Encinos\nñandú`) || !strings.HasSuffix(text, "ñandú ") {
			t.Errorf("%s", text)
		}
		for line := range strings.SplitSeq(first, "\r\n") {
			if len(line) > 75 || strings.Contains(line, "\n") {
				t.Errorf("a line of %d bytes: %q", len(line), line)
			}
		}
	}
}
