package sign

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// words is a text string: UTF-16 with its mark.
func words(s string) text {
	b := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return text{b: b}
}

// ascii is a byte string.
func ascii(s string) text { return text{b: []byte(s)} }

// read is the other way: UTF-16 or UTF-8 with their marks, else Latin-1, which is
// what PDFDocEncoding is for the letters that matter.
func read(v any) string {
	t, ok := v.(text)
	if !ok {
		return ""
	}
	b := t.b
	switch {
	case len(b) >= 2 && b[0] == 0xFE && b[1] == 0xFF:
		units := make([]uint16, (len(b)-2)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(b[2+2*i:])
		}
		return string(utf16.Decode(units))
	case len(b) >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF:
		return strings.ToValidUTF8(string(b[3:]), "\uFFFD")
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// date writes an instant as a PDF has it, with its zone.
func date(t time.Time) text {
	s := t.Format("D:20060102150405")
	_, offset := t.Zone()
	if offset == 0 {
		return ascii(s + "Z")
	}
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return ascii(fmt.Sprintf("%s%c%02d'%02d'", s, sign, offset/3600, offset/60%60))
}

// when reads a date; without a zone it is UTC. What is none is the zero time.
func when(v any) time.Time {
	s := read(v)
	for _, layout := range []string{"D:20060102150405-07'00'", "D:20060102150405-07'00", "D:20060102150405Z", "D:20060102150405Z00'00'", "D:20060102150405"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}
