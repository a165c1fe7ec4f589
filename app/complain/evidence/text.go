package evidence

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// windows1252 is what the bytes 0x80 to 0x9f are in it; 0 is none.
var windows1252 = [32]rune{
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
}

// cleanText gives text as UTF-8 without a byte order mark, with the line ends it had.
// A text has no metadata: all of it is what the sender wrote or chose.
func cleanText(b []byte) (cleaned, error) {
	out, ok := plain(b)
	if !ok {
		return cleaned{}, refuse(Unknown)
	}
	return cleaned{out: bytes.Clone(out)}, nil
}

// plain is b as UTF-8 text, from UTF-8, from UTF-16 with its mark, or from
// Windows-1252, which holds Latin-1. It is false for what has control characters.
func plain(b []byte) ([]byte, bool) {
	switch {
	case has(b, 0, "\xff\xfe") && len(b)%2 == 0:
		return wideText(b[2:], le.Uint16)
	case has(b, 0, "\xfe\xff") && len(b)%2 == 0:
		return wideText(b[2:], be.Uint16)
	}
	for has(b, 0, "\ufeff") {
		b = b[3:]
	}
	b = bytes.TrimRight(b, "\x1a") // the end of file of DOS
	if len(b) == 0 {
		return nil, false
	}
	high := false
	for _, c := range b {
		if control(rune(c)) {
			return nil, false
		}
		high = high || c >= 0x80
	}
	if !high || utf8.Valid(b) {
		return b, true
	}
	out := make([]byte, 0, len(b)+len(b)/8)
	for _, c := range b {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			if r = windows1252[c-0x80]; r == 0 {
				return nil, false
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out, len(out) <= MaxBytes
}

func wideText(b []byte, u16 func([]byte) uint16) ([]byte, bool) {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = u16(b[2*i:])
	}
	out := make([]byte, 0, len(b))
	for _, r := range utf16.Decode(units) {
		if control(r) || r == utf8.RuneError {
			return nil, false
		}
		if r != 0xfeff {
			out = utf8.AppendRune(out, r)
		}
	}
	return out, len(out) > 0 && len(out) <= MaxBytes
}

func control(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f
}
