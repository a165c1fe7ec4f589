package evidence

import "bytes"

// traces looks in the frames of a copy for the words of what was removed.
func traces(removed, frames [][]byte) bool {
	var hay []byte
	for _, f := range frames {
		hay = append(append(hay, f...), 0)
	}
	if len(hay) == 0 {
		return false
	}
	seen := map[string]bool{}
	for _, r := range removed {
		for _, w := range words(r) {
			if seen[string(w)] {
				continue
			}
			seen[string(w)] = true
			if bytes.Contains(hay, w) || bytes.Contains(hay, wide(w)) {
				return true
			}
			if len(seen) > maxWords {
				return false
			}
		}
	}
	return false
}

// tracesWhole looks for values as they are, case and all.
func tracesWhole(values []string, labels []byte) bool {
	for n, v := range values {
		if n > maxWords {
			break
		}
		if len(v) >= minWhole && (bytes.Contains(labels, []byte(v)) || bytes.Contains(labels, wide([]byte(v)))) {
			return true
		}
	}
	return false
}

// minWhole is the length from which a word tells something: shorter ones are everywhere.
const minWhole = 6

// maxWords bounds the search: what was removed may be megabytes of pixels.
const maxWords = 2_000

// words are the runs of letters and digits in b that are long and varied enough to
// tell something and not to stand in a header by chance.
func words(b []byte) [][]byte {
	var out [][]byte
	for i := 0; i < len(b) && len(out) < maxWords; {
		if !wordy(b[i]) {
			i++
			continue
		}
		j := i
		for j < len(b) && wordy(b[j]) {
			j++
		}
		if w := b[i:j]; len(w) >= minWhole && len(w) <= 256 && varied(w) {
			out = append(out, w)
		}
		i = j
	}
	return out
}

func wordy(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

func varied(w []byte) bool {
	var set [256]bool
	n := 0
	for _, c := range w {
		if !set[c] {
			set[c] = true
			n++
		}
	}
	return n >= 4
}

// wide is w as UTF-16, big end first, in which PDF and Office write names.
func wide(w []byte) []byte {
	out := make([]byte, 0, 2*len(w))
	for _, c := range w {
		out = append(out, 0, c)
	}
	return out
}
