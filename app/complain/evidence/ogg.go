package evidence

import "bytes"

// cleanOGG empties the comments of an Opus or Vorbis recording. Its header pages are
// written anew, and every page gets the same serial number, its new place and a right
// checksum; the sound is copied byte for byte.
func cleanOGG(b []byte) (cleaned, error) {
	var c cleaned
	pages, rest, err := oggPages(b)
	if err != nil {
		return c, err
	}
	heads := 2
	if bytes.HasPrefix(pages[0].body, []byte("\x01vorbis")) {
		heads = 3
	}
	packets, used, err := oggHeads(pages, heads)
	if err != nil {
		return c, err
	}
	var comment []byte
	switch {
	case heads == 3 && has(packets[1], 0, "\x03vorbis") && has(packets[2], 0, "\x05vorbis"):
		comment = []byte("\x03vorbis\x00\x00\x00\x00\x00\x00\x00\x00\x01")
	case heads == 2 && has(packets[0], 0, "OpusHead") && has(packets[1], 0, "OpusTags"):
		comment = []byte("OpusTags\x00\x00\x00\x00\x00\x00\x00\x00")
	default:
		return c, refuse(Unknown) // Speex, FLAC, Theora
	}
	if !bytes.Equal(packets[1], comment) {
		c.drop(packets[1][7:]) // behind what says what it is
	}
	c.drop(rest)

	w := oggWriter{out: make([]byte, 0, len(b))}
	w.page(2, 0, []byte{byte(len(packets[0]))}, packets[0])
	w.packets(append([][]byte{comment}, packets[2:]...))
	c.frame = [][]byte{bytes.Clone(w.out)}
	if heads == 3 {
		c.frame = [][]byte{w.out[:28+len(packets[0])]}
	}
	for _, p := range pages[used:] {
		w.page(p.flags&5, p.granule, p.lacing, p.body)
	}
	c.out = w.out
	if !bytes.Equal(c.out, b) && len(c.removed) == 0 {
		c.drop(b[14:18]) // the serial number, which a recorder may derive from itself
	}
	return c, nil
}

type oggPage struct {
	flags   byte
	granule uint64
	lacing  []byte
	body    []byte
}

// oggPages reads the pages of the one stream in b, and what follows the last of them.
func oggPages(b []byte) ([]oggPage, []byte, error) {
	var out []oggPage
	var serial uint32
	for i := 0; i < len(b); {
		h := at(b, i, 27)
		if h == nil || !has(h, 0, "OggS\x00") {
			if len(out) > 0 && out[len(out)-1].flags&4 != 0 {
				return out, b[i:], nil
			}
			return nil, nil, refuse(Damaged)
		}
		lacing := at(b, i+27, int(h[26]))
		size := 0
		for _, n := range lacing {
			size += int(n)
		}
		body := at(b, i+27+len(lacing), size)
		if lacing == nil || body == nil {
			return nil, nil, refuse(Damaged)
		}
		whole := b[i : i+27+len(lacing)+size]
		if oggSum(whole) != le.Uint32(h[22:]) {
			return nil, nil, refuse(Damaged)
		}
		s := le.Uint32(h[14:])
		if len(out) == 0 {
			serial = s
		}
		// A second stream may be a film, or lyrics; a chain of them is a radio station.
		if s != serial || (len(out) == 0) != (h[5]&2 != 0) {
			return nil, nil, refuse(Unknown)
		}
		out = append(out, oggPage{h[5], le.Uint64(h[6:]), lacing, body})
		i += len(whole)
	}
	if len(out) < 2 {
		return nil, nil, refuse(Damaged)
	}
	return out, nil, nil
}

// oggHeads puts the first packets together. They have to end with their page, as both
// formats demand, so that the pages after it need no change.
func oggHeads(pages []oggPage, n int) (packets [][]byte, used int, err error) {
	var cur []byte
	for k, p := range pages {
		body := p.body
		for _, l := range p.lacing {
			if len(packets) == n {
				return nil, 0, refuse(Damaged)
			}
			cur = append(cur, body[:l]...)
			body = body[l:]
			if l < 255 {
				packets = append(packets, cur)
				cur = nil
			}
		}
		if k == 0 && (len(packets) != 1 || len(p.lacing) != 1) {
			return nil, 0, refuse(Damaged)
		}
		if len(packets) == n && cur == nil {
			return packets, k + 1, nil
		}
	}
	return nil, 0, refuse(Damaged)
}

// oggWriter numbers pages as it writes them.
type oggWriter struct {
	out []byte
	seq uint32
}

func (w *oggWriter) page(flags byte, granule uint64, lacing, body []byte) {
	from := len(w.out)
	w.out = append(w.out, "OggS\x00"...)
	w.out = append(w.out, flags)
	w.out = le.AppendUint64(w.out, granule)
	w.out = le.AppendUint32(w.out, 1)
	w.out = le.AppendUint32(w.out, w.seq)
	w.out = append(w.out, 0, 0, 0, 0, byte(len(lacing)))
	w.out = append(append(w.out, lacing...), body...)
	le.PutUint32(w.out[from+22:], oggSum(w.out[from:]))
	w.seq++
}

// packets writes ps one behind the other, over as many pages as that takes.
func (w *oggWriter) packets(ps [][]byte) {
	var lacing, body []byte
	for _, p := range ps {
		for n := len(p); n >= 255; n -= 255 {
			lacing = append(lacing, 255)
		}
		lacing = append(lacing, byte(len(p)%255))
		body = append(body, p...)
	}
	var flags byte
	for len(lacing) > 0 {
		n := min(255, len(lacing))
		size, ended := 0, false
		for _, l := range lacing[:n] {
			size += int(l)
			ended = ended || l < 255
		}
		granule := uint64(0)
		if !ended {
			granule = 1<<64 - 1
		}
		w.page(flags, granule, lacing[:n], body[:size])
		flags = 0
		if lacing[n-1] == 255 {
			flags = 1
		}
		lacing, body = lacing[n:], body[size:]
	}
}

var oggTable = func() (t [256]uint32) {
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&0x80000000 != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}()

// oggSum is the checksum of a page, counted with zeros where it stands itself.
func oggSum(p []byte) uint32 {
	var r uint32
	for i, c := range p {
		if i >= 22 && i < 26 {
			c = 0
		}
		r = r<<8 ^ oggTable[byte(r>>24)^c]
	}
	return r
}
