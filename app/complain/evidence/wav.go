package evidence

import "bytes"

// cleanWAV keeps the format, the count of samples and the samples: no LIST, bext,
// iXML, ID3 or cue.
func cleanWAV(b []byte) (cleaned, error) {
	var c cleaned
	if !has(b, 0, "RIFF") || !has(b, 8, "WAVE") {
		return c, refuse(Damaged)
	}
	out := append(make([]byte, 0, len(b)), b[:12]...)
	format, data := false, false
	rest := b[12:]
	if size := le32(b, 4); size >= 4 && size < int64(len(b)-8) { // a recorder that was cut off says too much, or nothing
		rest = b[12 : 8+size]
		c.drop(b[8+size:])
	}
	for n := 0; len(rest) >= 8; n++ {
		if n > maxChunks {
			return c, refuse(Complex)
		}
		name, size := string(rest[:4]), le32(rest, 4)
		if size > int64(len(rest)-8) {
			if name != "data" || size < 0x7fff0000 { // what recorders write before they know
				return c, refuse(Damaged)
			}
			size = int64(len(rest) - 8)
		}
		body := rest[8 : 8+size]
		end := min(8+int(size)+int(size)&1, len(rest))
		switch {
		case name == "fmt " && !format && !data && len(body) >= 16 && len(body) <= 64:
			format = true
		case name == "fact" && !data && len(body) == 4:
		case name == "data" && format && !data:
			data = true
		default:
			c.drop(rest[:end])
			rest = rest[end:]
			continue
		}
		out = append(out, name...)
		out = le.AppendUint32(out, uint32(size))
		out = append(out, body...)
		if size&1 == 1 {
			out = append(out, 0)
		}
		rest = rest[end:]
	}
	c.drop(rest)
	if !data {
		return c, refuse(Damaged)
	}
	le.PutUint32(out[4:], uint32(len(out)-8))
	c.out = out
	c.frame = [][]byte{out[:min(44, bytes.Index(out, []byte("data")))]}
	return c, nil
}
