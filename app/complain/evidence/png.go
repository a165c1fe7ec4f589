package evidence

import (
	"bytes"
	"compress/zlib"
	"hash/crc32"
	"io"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// cleanPNG keeps the chunks that pixels need: IHDR, PLTE, tRNS, gAMA, sRGB, IDAT and
// IEND. An animated PNG becomes its first picture. The compressed pixels are read
// through once, to hold them to the size of the header and to cut what is hidden
// behind them: cropped screenshots of some telephones still carry the part that was
// cut away.
func cleanPNG(b []byte) (cleaned, error) {
	var c cleaned
	p, err := readPNG(b)
	if err != nil {
		return c, err
	}
	c.removed, c.lost = p.removed, p.lost
	in := &joined{parts: p.idat}
	used, err := inflateExactly(in, p.raw)
	if err != nil {
		return c, err
	}
	out := append(make([]byte, 0, len(b)), pngMagic...)
	head := 0
	for _, ch := range p.keep {
		if string(ch[4:8]) != "IDAT" {
			out = append(out, ch...)
			continue
		}
		if head == 0 {
			head = len(out)
		}
		data := ch[8 : len(ch)-4]
		switch {
		case used >= len(data):
			out = append(out, ch...)
			used -= len(data)
		case used > 0:
			c.drop(data[used:])
			out = pngChunk(out, "IDAT", data[:used])
			used = 0
		default:
			c.drop(ch)
		}
	}
	c.out = out
	c.frame = [][]byte{out[:head]}
	return c, nil
}

type pngFile struct {
	width, height int
	raw           int64    // bytes of pixels once inflated, with the filter byte of each row
	keep          [][]byte // whole chunks
	idat          [][]byte
	removed       [][]byte
	lost          []Loss
}

func readPNG(b []byte) (pngFile, error) {
	var p pngFile
	damaged := refuse(Damaged)
	if !has(b, 0, pngMagic) {
		return p, damaged
	}
	var seen = map[string]bool{}
	ended := false // the run of IDAT
	for i, n := 8, 0; ; n++ {
		if n > maxChunks {
			return p, refuse(Complex)
		}
		size := be32(b, i)
		if size < 0 || size > int64(len(b)) {
			return p, damaged
		}
		ch := at(b, i, 12+int(size))
		if ch == nil || be.Uint32(ch[len(ch)-4:]) != crc32.ChecksumIEEE(ch[4:len(ch)-4]) {
			return p, damaged
		}
		i += len(ch)
		name, data := string(ch[4:8]), ch[8:len(ch)-4]
		if (n == 0) != (name == "IHDR") {
			return p, damaged
		}
		switch name {
		case "IHDR":
			if err := p.header(data); err != nil {
				return p, err
			}
			p.keep = append(p.keep, ch)
		case "PLTE", "tRNS", "gAMA", "sRGB":
			if seen[name] || seen["IDAT"] || !pngSize(name, len(data)) {
				return p, damaged
			}
			p.keep = append(p.keep, ch)
		case "IDAT":
			if ended {
				return p, damaged
			}
			p.keep = append(p.keep, ch)
			p.idat = append(p.idat, data)
		case "IEND":
			if len(p.idat) == 0 || len(data) > 0 {
				return p, damaged
			}
			p.keep = append(p.keep, ch)
			if i < len(b) {
				p.removed = append(p.removed, b[i:])
				p.lost = append(p.lost, LostTrailer)
			}
			return p, nil
		case "fdAT":
			p.lost = append(p.lost, LostFrames)
			p.removed = append(p.removed, ch)
		default:
			p.removed = append(p.removed, ch)
		}
		seen[name] = true
		ended = ended || seen["IDAT"] && name != "IDAT"
	}
}

func pngSize(name string, n int) bool {
	switch name {
	case "PLTE":
		return n > 0 && n <= 768 && n%3 == 0
	case "tRNS":
		return n <= 256
	case "gAMA":
		return n == 4
	}
	return n == 1 // sRGB
}

func (p *pngFile) header(h []byte) error {
	if len(h) != 13 {
		return refuse(Damaged)
	}
	w, ht := be32(h, 0), be32(h, 4)
	channels := map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[h[9]]
	depth := int64(h[8])
	if w <= 0 || ht <= 0 || w > 1<<31-1 || ht > 1<<31-1 || channels == 0 || h[10] != 0 || h[11] != 0 || h[12] > 1 {
		return refuse(Damaged)
	}
	switch depth {
	case 1, 2, 4, 8, 16:
	default:
		return refuse(Damaged)
	}
	if w > MaxPixels || ht > MaxPixels || w*ht > MaxPixels {
		return refuse(Pixels)
	}
	p.width, p.height = int(w), int(ht)
	bits := channels * depth
	if h[12] == 0 {
		p.raw = ht * (1 + (w*bits+7)/8)
		return nil
	}
	for _, pass := range [7][4]int64{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
		pw, ph := (w-pass[0]+pass[2]-1)/pass[2], (ht-pass[1]+pass[3]-1)/pass[3]
		if pw > 0 && ph > 0 {
			p.raw += ph * (1 + (pw*bits+7)/8)
		}
	}
	return nil
}

func pngChunk(out []byte, name string, data []byte) []byte {
	out = be.AppendUint32(out, uint32(len(data)))
	from := len(out)
	out = append(append(out, name...), data...)
	return be.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
}

// joined reads parts as one and byte by byte, so that the inflater takes no more of
// it than it needs.
type joined struct {
	parts [][]byte
	read  int
}

func (j *joined) ReadByte() (byte, error) {
	for len(j.parts) > 0 && len(j.parts[0]) == 0 {
		j.parts = j.parts[1:]
	}
	if len(j.parts) == 0 {
		return 0, io.EOF
	}
	c := j.parts[0][0]
	j.parts[0] = j.parts[0][1:]
	j.read++
	return c, nil
}

func (j *joined) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(j.parts) > 0 && len(j.parts[0]) == 0 {
		j.parts = j.parts[1:]
	}
	if len(j.parts) == 0 {
		return 0, io.EOF
	}
	n := copy(p, j.parts[0])
	j.parts[0] = j.parts[0][n:]
	j.read += n
	return n, nil
}

// inflateExactly inflates in to nowhere, and returns how much of it that took. Its
// memory is a buffer, whatever the size.
func inflateExactly(in *joined, want int64) (int, error) {
	in.parts = append([][]byte(nil), in.parts...)
	z, err := zlib.NewReader(in)
	if err != nil {
		return 0, refuse(Damaged)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(z, want+1))
	switch {
	case n > want:
		return 0, refuse(Bomb)
	case err != nil || n < want:
		return 0, refuse(Damaged)
	}
	// One more byte is asked for, which reads the checksum.
	if _, err := z.Read(make([]byte, 1)); err != io.EOF {
		return 0, refuse(Damaged)
	}
	return in.read, nil
}

// pngHead is enough of a PNG to refuse a bomb by: what it says of its size.
func pngHead(b []byte) error {
	if !bytes.HasPrefix(b, []byte(pngMagic)) || !has(b, 12, "IHDR") || be32(b, 8) != 13 {
		return refuse(Damaged)
	}
	var p pngFile
	h := at(b, 16, 13)
	if h == nil {
		return refuse(Damaged)
	}
	return p.header(h)
}
