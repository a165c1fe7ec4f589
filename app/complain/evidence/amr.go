package evidence

const (
	amrNarrow = "#!AMR\n"
	amrWide   = "#!AMR-WB\n"
)

var amrSizes = map[string][16]int{
	amrNarrow: {13, 14, 16, 18, 20, 21, 27, 32, 6, 7, 6, 6, 0, 0, 0, 1},
	amrWide:   {18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1},
}

// cleanAMR walks the frames: the format has no place for anything else, so that what
// is not one, at the end, is cut.
func cleanAMR(b []byte) (cleaned, error) {
	var c cleaned
	magic := amrNarrow
	if has(b, 0, amrWide) {
		magic = amrWide
	}
	if !has(b, 0, magic) {
		return c, refuse(Damaged)
	}
	sizes := amrSizes[magic]
	i := len(magic)
	for i < len(b) {
		n := sizes[b[i]>>3&15]
		if n == 0 || b[i]&0x83 != 0 || n > len(b)-i {
			break
		}
		i += n
	}
	if i == len(magic) {
		return c, refuse(Damaged)
	}
	c.out = append([]byte(nil), b[:i]...)
	c.drop(b[i:])
	return c, nil
}
