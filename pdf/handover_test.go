package pdf

import (
	"bytes"
	"strings"
	"testing"

	"declara/i18n"
)

func handOver() HandOver {
	words := i18n.Load().Printer(i18n.Spanish)
	return HandOver{
		Words: words, Lang: words.Tag(), Institution: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Address: "Portal Hidalgo 3",
		Day:   "2027-10-01",
		From:  Party{"Ana Torres Ruiz", "Titular del Órgano Interno de Control", "3F9A 01BC 77D0 4E21 9B5C 0AD3 6612 F0E8"},
		To:    Party{"Beto Luna Paz", "Titular entrante del Órgano Interno de Control", "A0C4 8812 6E5F 13B7 40D9 2C61 EE0F 9A37"},
		Cases: 1204, Identities: 0, Left: 2, LogSize: 18345, LogRoot: strings.Repeat("0123456789abcdef", 4), Drill: "2027-03-02",
	}
}

// TestHandOver holds the annex to its golden, to one sheet, and to the day: there is no
// hour in it, nor in what the file says of itself.
func TestHandOver(t *testing.T) {
	var b, again bytes.Buffer
	for _, into := range []*bytes.Buffer{&b, &again} {
		if err := WriteHandOver(into, handOver()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("two of the same differ")
	}
	isGolden(t, "handover", b.Bytes())
	info := tool(t, b.Bytes(), "pdfinfo", "-")
	if !strings.Contains(info, "Pages:           1") {
		t.Errorf("not one sheet:\n%s", info)
	}
	for line := range strings.SplitSeq(info, "\n") {
		if strings.Contains(line, "Date:") && !strings.Contains(line, "00:00:00") && !strings.Contains(line, "18:00:00") {
			t.Errorf("it tells the hour: %s", line)
		}
	}
	long := handOver()
	long.Kept, long.Drill = true, ""
	long.From = Party{strings.Repeat("Nombre muy largo ", 20), strings.Repeat("Cargo ", 60), long.From.Key}
	long.Institution, long.Address = strings.Repeat("Municipio ", 40), strings.Repeat("Calle ", 90)
	b.Reset()
	if err := WriteHandOver(&b, long); err != nil {
		t.Fatal(err)
	}
	if text := tool(t, b.Bytes(), "pdftotext", "-layout", "-", "-"); !strings.Contains(text, "conserva") || !strings.Contains(text, "Nunca") {
		t.Errorf("%s", text)
	}
	long.Day = "ayer"
	if err := WriteHandOver(&b, long); err == nil {
		t.Error("a day that is none")
	}
}
