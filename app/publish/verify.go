package publish

import "strings"

// Mark is what a person copied from a receipt or a page to check it.
type Mark struct { // exactly one of them
	Folio string // "VE-2026-000123"
	Hash  string // 64 hexadecimal digits
	ID    string // of the declaration, as the code on a receipt has it
}

// ReadMark reads a folio, a hash or an id however it was typed: with spaces, dots or
// hyphens between its groups, in small letters or capitals. ok is false when it is
// none of them; nothing is looked up then.
func ReadMark(s string) (m Mark, ok bool) {
	if len(s) > 200 {
		return Mark{}, false
	}
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'f':
			return r
		case r >= 'A' && r <= 'F':
			return r + 'a' - 'A'
		case strings.ContainsRune(" \t\r\n.·:-–", r):
			return -1
		}
		return '!'
	}, s)
	if len(digits) == 64 && !strings.Contains(digits, "!") {
		return Mark{Hash: digits}, true
	}
	if id := strings.ToUpper(strings.TrimSpace(s)); isID(id) {
		return Mark{ID: id}, true
	}
	parts := strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return strings.ContainsRune(" \t\r\n.·-–_/", r) })
	if len(parts) < 3 || len(parts) > 4 {
		return Mark{}, false
	}
	for i, p := range parts {
		for _, r := range p {
			if number := i >= len(parts)-2; number && (r < '0' || r > '9') || !number && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
				return Mark{}, false
			}
		}
	}
	return Mark{Folio: strings.Join(parts, "-")}, true
}

// isID reports whether s has the shape of storage.NewID.
func isID(s string) bool {
	if len(s) != 26 {
		return false
	}
	for _, r := range s {
		if !strings.ContainsRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", r) {
			return false
		}
	}
	return true
}
