package forms

import "strings"

// CleanRFC is an RFC in the form in which it is stored: capitals, without the
// spaces and hyphens that people type. It does not check it.
func CleanRFC(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\u00a0', '\t':
			return -1
		}
		return r
	}, s))
}

// IsRFC reports whether a clean RFC is well formed: four letters (a person) or
// three (a company), a day that exists, and three more characters. The check
// digit is RFCDigit's matter: about 1.5 % of real RFCs fail it, so it only warns.
func IsRFC(s string) bool { return IsPersonRFC(s) || IsCompanyRFC(s) }

// IsPersonRFC reports whether a clean RFC is that of a natural person.
func IsPersonRFC(s string) bool { return rfcShape(s, 4, 3) }

// IsCompanyRFC reports whether a clean RFC is that of a legal entity.
func IsCompanyRFC(s string) bool { return rfcShape(s, 3, 3) }

// IsRFCBody reports whether s is a person's RFC without its homoclave.
func IsRFCBody(s string) bool { return rfcShape(s, 4, 0) }

// IsHomoclave reports whether s is the last three characters of an RFC.
func IsHomoclave(s string) bool { return len(s) == 3 && alphanumeric(s) }

func rfcShape(s string, letters, tail int) bool {
	r := []rune(s)
	if len(r) != letters+6+tail {
		return false
	}
	for _, c := range r[:letters] {
		if (c < 'A' || c > 'Z') && c != 'Ñ' && c != '&' {
			return false
		}
	}
	day := string(r[letters : letters+6])
	return (shortDay("19"+day) || shortDay("20"+day)) && alphanumeric(string(r[letters+6:]))
}

// shortDay reports whether yyyymmdd exists.
func shortDay(s string) bool {
	if len(s) != 8 || !isDigits(s) {
		return false
	}
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return realDay(n/10000, n/100%100, n%100)
}

func alphanumeric(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// genericRFC are the two that identify nobody: of the public at large, and of
// whoever is abroad.
var genericRFC = [...]string{"XAXX010101000", "XEXX010101000"}

// Order in which the SAT counts the characters of an RFC.
const rfcValues = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"

// RFCDigit reports whether the last character of a whole, clean RFC is the check
// digit of the others (SAT, modulo 11). The generic RFC of the public passes.
func RFCDigit(s string) bool {
	if s == genericRFC[0] {
		return true
	}
	r := []rune(s)
	if len(r) != 12 && len(r) != 13 {
		return false
	}
	sum, place := 0, 13
	if len(r) == 12 {
		sum, place = 37*13, 12 // a company's body is padded with a space, worth 37
	}
	for _, c := range r[:len(r)-1] {
		v := strings.IndexRune(rfcValues, c)
		if v < 0 {
			return false
		}
		if c == 'Ñ' {
			v = 38
		}
		sum += v * place
		place--
	}
	d := (11 - sum%11) % 11
	want := rune('0' + d)
	if d == 10 {
		want = 'A'
	}
	return r[len(r)-1] == want
}
