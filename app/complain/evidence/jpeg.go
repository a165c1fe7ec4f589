package evidence

import "bytes"

// cleanJPEG keeps what the pixels need and writes the rest anew or not at all, without
// decoding: the scans are copied byte for byte.
//
//   - APP0 is written anew with the density alone; APP14, when it is Adobe's, with the
//     colour transform alone, without which CMYK pictures turn negative.
//   - Of EXIF only the orientation is left, as an EXIF block of one tag, so that nothing
//     is encoded again.
//   - ICC is dropped: a profile names the screen or camera it was measured on. Colours
//     of wide-gamut telephones come out a little duller; the original has them.
//   - What follows the end of the picture (MPF, gain maps, the film of a motion
//     photo, makers' trailers) is dropped.
//
// turn is false within a PDF, where a picture is never turned by its own EXIF.
func cleanJPEG(b []byte, turn bool) (cleaned, error) {
	var c cleaned
	if !has(b, 0, "\xff\xd8") {
		return c, refuse(Damaged)
	}
	j, err := readJPEG(b)
	if err != nil {
		return c, err
	}
	out := make([]byte, 0, len(b)+64)
	out = append(out, 0xff, 0xd8)
	if j.jfif != nil {
		out = append(out, j.jfif...)
	}
	if j.adobe != nil {
		out = append(out, j.adobe...)
	}
	if turn && j.orientation > 1 {
		out = append(out, orientation(j.orientation)...)
	}
	c.removed = j.removed
	head := len(out)
	for _, p := range j.parts {
		out = append(out, p...)
	}
	out = append(out, 0xff, 0xd9)
	c.out = out
	c.frame = [][]byte{out[:head]}
	if len(j.trailer) > 0 {
		c.drop(j.trailer)
		if bytes.Contains(j.trailer, []byte("ftyp")) {
			c.lose(LostTrailer)
		}
	}
	return c, nil
}

// jpegFile is a JPEG taken apart.
type jpegFile struct {
	width, height int
	components    int
	jfif, adobe   []byte // written anew
	orientation   int
	parts         [][]byte // tables, headers and scans, as they were
	removed       [][]byte
	trailer       []byte
}

func readJPEG(b []byte) (jpegFile, error) {
	var j jpegFile
	scans := 0
	damaged := refuse(Damaged)
	for i, n := 2, 0; ; n++ {
		if n > maxChunks {
			return j, refuse(Complex)
		}
		if i >= len(b) || b[i] != 0xff {
			return j, damaged
		}
		for i < len(b) && b[i] == 0xff { // fill bytes
			i++
		}
		if i >= len(b) {
			return j, damaged
		}
		m := b[i]
		i++
		if m == 0xd9 {
			if scans == 0 {
				return j, damaged
			}
			j.trailer = b[i:]
			return j, nil
		}
		size := be16(b, i)
		body := at(b, i+2, size-2)
		if size < 2 || body == nil {
			return j, damaged
		}
		i += size
		whole := b[i-size-2 : i]
		switch {
		case m == 0xc0 || m == 0xc1 || m == 0xc2:
			if j.width != 0 || len(body) < 6 || len(body) != 6+3*int(body[5]) {
				return j, damaged
			}
			j.height, j.width, j.components = be16(body, 1), be16(body, 3), int(body[5])
			if j.width == 0 || j.height == 0 {
				return j, damaged
			}
			if j.width*j.height > MaxPixels {
				return j, refuse(Pixels)
			}
			j.parts = append(j.parts, whole)
		case m == 0xc4:
			if !huffman(body) {
				return j, damaged
			}
			j.parts = append(j.parts, whole)
		case m == 0xdb:
			if !quantization(body) {
				return j, damaged
			}
			j.parts = append(j.parts, whole)
		case m == 0xdd:
			if len(body) != 2 {
				return j, damaged
			}
			j.parts = append(j.parts, whole)
		case m == 0xda:
			if j.width == 0 || len(body) < 1 || len(body) != 4+2*int(body[0]) {
				return j, damaged
			}
			if scans++; scans > maxScans {
				return j, refuse(Complex)
			}
			end := scanEnd(b, i)
			if end < 0 {
				return j, damaged
			}
			j.parts = append(j.parts, whole, b[i:end])
			i = end
		case m == 0xe0:
			j.app0(body)
		case m == 0xee && has(body, 0, "Adobe") && len(body) >= 12:
			j.adobe = append([]byte("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"), body[11])
			if !bytes.Equal(whole, j.adobe) {
				j.removed = append(j.removed, body)
			}
		case m >= 0xe1 && m <= 0xef:
			if o := exifOrientation(body); m == 0xe1 && o > 0 {
				if j.orientation == 0 {
					j.orientation = o
				}
				if bytes.Equal(whole, orientation(o)) {
					break
				}
			}
			j.removed = append(j.removed, body)
		case m == 0xfe:
			j.removed = append(j.removed, body)
		default: // arithmetic coding, lossless and hierarchical pictures: nobody's phone writes them
			return j, damaged
		}
	}
}

// app0 writes the JFIF header anew: density, no thumbnail.
func (j *jpegFile) app0(body []byte) {
	if j.jfif != nil || !has(body, 0, "JFIF\x00") || len(body) < 14 {
		j.removed = append(j.removed, body)
		return
	}
	j.jfif = append([]byte("\xff\xe0\x00\x10JFIF\x00\x01\x01"), body[7:12]...)
	j.jfif = append(j.jfif, 0, 0)
	if len(body) > 14 {
		j.removed = append(j.removed, body[14:])
	}
}

// scanEnd is where the compressed data that begins at i ends: at the first marker
// that is neither a stuffed byte nor a restart.
func scanEnd(b []byte, i int) int {
	for {
		k := bytes.IndexByte(b[i:], 0xff)
		if k < 0 || i+k+1 >= len(b) {
			return -1
		}
		i += k
		switch m := b[i+1]; {
		case m == 0 || m >= 0xd0 && m <= 0xd7:
			i += 2
		case m == 0xff:
			i++
		default:
			return i
		}
	}
}

func huffman(t []byte) bool {
	for len(t) > 0 {
		if len(t) < 17 {
			return false
		}
		n := 17
		for _, c := range t[1:17] {
			n += int(c)
		}
		if n > len(t) || n > 17+256 {
			return false
		}
		t = t[n:]
	}
	return true
}

func quantization(t []byte) bool {
	for len(t) > 0 {
		n := 65
		if t[0]>>4 == 1 {
			n = 129
		}
		if t[0]>>4 > 1 || len(t) < n {
			return false
		}
		t = t[n:]
	}
	return true
}

// orientation is the whole EXIF block that a copy may have: one tag.
func orientation(o int) []byte {
	return append([]byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08"+
		"\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), byte(o), 0, 0, 0, 0, 0, 0)
}

// exifOrientation reads the one tag that matters, 1 to 8, or 0.
func exifOrientation(body []byte) int {
	if !has(body, 0, "Exif\x00\x00") {
		return 0
	}
	t := body[6:]
	u16, u32 := be16, be32
	switch {
	case has(t, 0, "II*\x00"):
		u16, u32 = le16, le32
	case !has(t, 0, "MM\x00*"):
		return 0
	}
	dir := u32(t, 4)
	if dir < 8 || dir > int64(len(t)) {
		return 0
	}
	off := int(dir)
	n := u16(t, off)
	for k := range max(n, 0) {
		e := off + 2 + 12*k
		if at(t, e, 12) == nil {
			return 0
		}
		if u16(t, e) == 0x0112 && u16(t, e+2) == 3 {
			if o := u16(t, e+8); o >= 1 && o <= 8 {
				return o
			}
			return 0
		}
	}
	return 0
}
