package pdf

import (
	"strings"
	"time"
)

// zones are the words for the zones of Mexico (Ley de los Husos Horarios): the
// last part of a key of words, by IANA name. Another zone is told by its name.
var zones = map[string]string{
	"America/Mexico_City":    "center",
	"America/Merida":         "center",
	"America/Monterrey":      "center",
	"America/Bahia_Banderas": "center",
	"America/Chihuahua":      "center",
	"America/Matamoros":      "border",
	"America/Ojinaga":        "border",
	"America/Ciudad_Juarez":  "border",
	"America/Mazatlan":       "pacific",
	"America/Hermosillo":     "pacific",
	"America/Tijuana":        "northwest",
	"America/Cancun":         "southeast",
}

// day is the day of filing in the institution's zone: on 31 May at 23:59 it is
// already June in UTC.
func (in Declaration) day() string {
	return oneLine(in.Words.Day(in.local().Format(time.DateOnly)))
}

// hour is the hour of filing to the second, 24 hours.
func (in Declaration) hour() string {
	return oneLine(in.Words.T("pdf.hour", in.local().Format("15:04:05")))
}

// zone names the zone in words with its difference from UTC at that instant.
func (in Declaration) zone() string {
	t := in.local()
	name := t.Location().String()
	offset := "UTC" + strings.Replace(t.Format("-07:00"), "-", "\u2212", 1)
	if t.Location() == time.UTC {
		return "UTC"
	}
	if key, ok := zones[name]; ok {
		name = in.Words.T("pdf.zone." + key)
	}
	return oneLine(in.Words.T("pdf.zone", name, offset))
}

// standing is whether it was in time, in one word and in one sentence.
func (in Declaration) standing() (word, sentence string, c ink) {
	w := in.Words
	switch {
	case in.Due == "":
		return oneLine(w.T("pdf.anytime")), oneLine(w.T("pdf.anytime.why")), jade
	case in.Late:
		return oneLine(w.T("pdf.late")), oneLine(w.T("pdf.late.why", w.Day(in.Due))), ocher
	}
	return oneLine(w.T("pdf.intime")), oneLine(w.T("pdf.intime.why", w.Day(in.Due))), jade
}
