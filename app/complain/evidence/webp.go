package evidence

import "bytes"

// cleanWebP keeps the chunks of pixels and writes the container anew: no EXIF, XMP or
// ICC, no unknown chunk, and the flags of VP8X say so.
func cleanWebP(b []byte) (cleaned, error) {
	var c cleaned
	size := le32(b, 4)
	if !has(b, 0, "RIFF") || !has(b, 8, "WEBP") || size < 4 || size > int64(len(b)-8) {
		return c, refuse(Damaged)
	}
	end := 8 + int(size)
	out := append(make([]byte, 0, len(b)), b[:12]...)
	ok := false // a picture was seen
	out, err := webpChunks(out, b[12:end], &c, 0, &ok)
	if err != nil {
		return c, err
	}
	if !ok {
		return c, refuse(Damaged)
	}
	if rest := b[end:]; len(rest) > 0 {
		c.drop(rest)
		c.lose(LostTrailer)
	}
	le.PutUint32(out[4:], uint32(len(out)-8))
	c.out = out
	c.frame = [][]byte{out[:min(30, len(out))]}
	return c, nil
}

func webpChunks(out, b []byte, c *cleaned, depth int, ok *bool) ([]byte, error) {
	for n := 0; len(b) > 0; n++ {
		if n > maxChunks {
			return nil, refuse(Complex)
		}
		size := le32(b, 4)
		if size < 0 || size > int64(len(b)-8) {
			return nil, refuse(Damaged)
		}
		name, data := string(b[:4]), b[8:8+int(size)]
		next := 8 + int(size) + int(size)&1
		if next > len(b) { // some writers forget the last padding
			next = len(b)
		}
		b = b[next:]
		switch {
		case name == "VP8X" && depth == 0:
			if len(data) != 10 || n > 0 {
				return nil, refuse(Damaged)
			}
			w, h := 1+le24(data, 4), 1+le24(data, 7)
			if w*h > MaxPixels {
				return nil, refuse(Pixels)
			}
			flags := data[0] & 0x12 // alpha and animation
			data = append([]byte{flags, 0, 0, 0}, data[4:]...)
		case name == "VP8 " || name == "VP8L":
			w, h := webpSize(name, data)
			if w == 0 {
				return nil, refuse(Damaged)
			}
			if w*h > MaxPixels {
				return nil, refuse(Pixels)
			}
			*ok = true
		case name == "ALPH":
		case name == "ANIM" && depth == 0:
			if len(data) != 6 {
				return nil, refuse(Damaged)
			}
		case name == "ANMF" && depth == 0:
			if len(data) < 16 {
				return nil, refuse(Damaged)
			}
			frame, err := webpChunks(append([]byte(nil), data[:16]...), data[16:], c, 1, ok)
			if err != nil {
				return nil, err
			}
			data = frame
		default:
			c.drop(append([]byte(name), data...))
			continue
		}
		out = append(out, name...)
		out = le.AppendUint32(out, uint32(len(data)))
		out = append(out, data...)
		if len(data)&1 == 1 {
			out = append(out, 0)
		}
	}
	return out, nil
}

func le24(b []byte, off int) int {
	return int(b[off]) | int(b[off+1])<<8 | int(b[off+2])<<16
}

// webpSize is what the frame itself says, whatever its container says.
func webpSize(name string, d []byte) (w, h int) {
	if name == "VP8L" {
		if len(d) < 5 || d[0] != 0x2f {
			return 0, 0
		}
		v := le.Uint32(d[1:])
		return int(v&0x3fff) + 1, int(v>>14&0x3fff) + 1
	}
	if len(d) < 10 || !bytes.Equal(d[3:6], []byte{0x9d, 0x01, 0x2a}) {
		return 0, 0
	}
	return le16(d, 6) & 0x3fff, le16(d, 8) & 0x3fff
}
