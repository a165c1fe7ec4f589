package evidence

import (
	"bytes"
	"slices"
)

// cleanMovie blanks a movie in place: what tells something becomes a free box of the
// same size full of zeros, so that every offset in the file stays right without being
// touched. Only boxes named here are kept; tracks that are neither picture nor sound
// (places, hours, subtitles of drones) are blanked together with their samples, and so
// is every byte of the media that no kept track refers to.
func cleanMovie(b []byte) (cleaned, error) {
	m := movie{out: bytes.Clone(b)}
	if err := m.top(); err != nil {
		return m.cleaned, err
	}
	if err := m.media(); err != nil {
		return m.cleaned, err
	}
	m.cleaned.out = m.out
	m.frame = m.skeleton()
	return m.cleaned, nil
}

type movie struct {
	cleaned
	out        []byte
	boxes      int
	entries    int // of all tables of samples
	mdats      [][2]int
	tracks     []track
	fragments  []fragment
	hasMovie   bool
	trackTypes map[int64]trex
}

// box is one box of out: where it begins, where its body does, where it ends.
type box struct {
	name             string
	from, body, upto int
}

// each calls f with every box between from and upto.
func (m *movie) each(from, upto, depth int, f func(box) error) error {
	if depth > maxBoxDepth {
		return refuse(Complex)
	}
	for i := from; i < upto; {
		if m.boxes++; m.boxes > maxBoxes {
			return refuse(Complex)
		}
		if upto-i < 8 {
			// The zero that ends user data in QuickTime, and padding.
			m.blank(i, upto)
			return nil
		}
		size, head := be32(m.out, i), 8
		switch {
		case size == 1:
			hi, lo := be32(m.out, i+8), be32(m.out, i+12)
			if hi != 0 || lo < 16 {
				return refuse(Damaged)
			}
			size, head = lo, 16
		case size == 0 && depth == 0:
			size = int64(upto - i)
		}
		if size < int64(head) || size > int64(upto-i) {
			return refuse(Damaged)
		}
		x := box{string(m.out[i+4 : i+8]), i, i + head, i + int(size)}
		if err := f(x); err != nil {
			return err
		}
		i = x.upto
	}
	return nil
}

// free turns a box into an empty one of the same size.
func (m *movie) free(x box) {
	if x.name != "free" && x.name != "skip" && x.name != "wide" {
		m.drop(bytes.Clone(m.out[x.from:x.upto]))
	} else {
		m.blank(x.body, x.upto)
	}
	copy(m.out[x.from+4:], "free")
	clear(m.out[x.body:x.upto])
}

// blank zeroes a stretch, and remembers what was there.
func (m *movie) blank(from, upto int) {
	if s := m.out[from:upto]; len(bytes.Trim(s, "\x00")) > 0 {
		m.drop(bytes.Clone(s))
		clear(s)
	}
}

func (m *movie) top() error {
	err := m.each(0, len(m.out), 0, func(x box) error {
		switch x.name {
		case "ftyp":
			return nil
		case "styp", "sidx":
			return nil
		case "mdat":
			m.mdats = append(m.mdats, [2]int{x.body, x.upto})
			return nil
		case "moov":
			if m.hasMovie {
				return refuse(Polyglot)
			}
			m.hasMovie = true
			return m.moov(x)
		case "moof":
			return m.moof(x)
		}
		m.free(x)
		return nil
	})
	if err != nil {
		return err
	}
	if !m.hasMovie || len(m.tracks) == 0 {
		return refuse(Damaged)
	}
	return nil
}

func (m *movie) moov(x box) error {
	m.trackTypes = map[int64]trex{}
	return m.each(x.body, x.upto, 1, func(x box) error {
		switch x.name {
		case "mvhd":
			return m.times(x)
		case "trak":
			return m.trak(x)
		case "mvex":
			return m.each(x.body, x.upto, 2, func(x box) error {
				switch x.name {
				case "mehd":
				case "trex":
					if x.upto-x.body < 24 {
						return refuse(Damaged)
					}
					m.trackTypes[be32(m.out, x.body+4)] = trex{be32(m.out, x.body+16)}
				default:
					m.free(x)
				}
				return nil
			})
		case "cmov":
			return refuse(Unclean)
		case "pssh":
			return refuse(Encrypted)
		}
		m.free(x)
		return nil
	})
}

// times zeroes the two times of mvhd, tkhd or mdhd.
func (m *movie) times(x box) error {
	n := 8
	if x.upto-x.body > 0 && m.out[x.body] == 1 {
		n = 16
	}
	if x.upto-x.body < 4+n+12 {
		return refuse(Damaged)
	}
	m.blank(x.body+4, x.body+4+n)
	return nil
}

// track is what finding its samples takes.
type track struct {
	id      int64
	handler string
	keep    bool
	stsc    [][2]int64 // first chunk, samples in each
	sizes   []int64    // of each sample
	fixed   int64      // or of all of them
	chunks  []int64
}

func (m *movie) trak(x box) error {
	var t track
	err := m.each(x.body, x.upto, 2, func(y box) error {
		switch y.name {
		case "tkhd":
			off := 12
			if y.upto-y.body > 0 && m.out[y.body] == 1 {
				off = 20
			}
			if y.upto-y.body < off+4 {
				return refuse(Damaged)
			}
			t.id = be32(m.out, y.body+off)
			return m.times(y)
		case "edts":
			return m.only(y, 3, "elst")
		case "tapt":
			return m.only(y, 3, "clef", "prof", "enof")
		case "mdia":
			return m.mdia(y, &t)
		}
		m.free(y)
		return nil
	})
	if err != nil {
		return err
	}
	t.keep = t.handler == "vide" || t.handler == "soun"
	if !t.keep {
		m.free(x)
		m.lose(LostTracks)
	}
	m.tracks = append(m.tracks, t)
	return nil
}

// only keeps the named boxes of a container.
func (m *movie) only(x box, depth int, names ...string) error {
	return m.each(x.body, x.upto, depth, func(y box) error {
		if !slices.Contains(names, y.name) {
			m.free(y)
		}
		return nil
	})
}

func (m *movie) mdia(x box, t *track) error {
	return m.each(x.body, x.upto, 3, func(y box) error {
		switch y.name {
		case "mdhd":
			return m.times(y)
		case "hdlr":
			if y.upto-y.body < 20 || t.handler != "" {
				return refuse(Damaged)
			}
			t.handler = string(m.out[y.body+8 : y.body+12])
			m.blank(y.body+12, y.upto) // maker, and the name of the handler
			return nil
		case "minf":
			return m.minf(y, t)
		}
		m.free(y)
		return nil
	})
}

func (m *movie) minf(x box, t *track) error {
	return m.each(x.body, x.upto, 4, func(y box) error {
		switch y.name {
		case "vmhd", "smhd", "nmhd":
			return nil
		case "hdlr":
			if y.upto-y.body < 20 {
				return refuse(Damaged)
			}
			m.blank(y.body+12, y.upto)
			return nil
		case "dinf":
			return m.each(y.body, y.upto, 5, func(z box) error {
				if z.name == "dref" {
					return m.dref(z)
				}
				m.free(z)
				return nil
			})
		case "stbl":
			return m.stbl(y, t)
		}
		m.free(y)
		return nil
	})
}

// dref refuses a movie that plays what is elsewhere.
func (m *movie) dref(x box) error {
	if x.upto-x.body < 8 {
		return refuse(Damaged)
	}
	return m.each(x.body+8, x.upto, 6, func(y box) error {
		if y.upto-y.body < 4 {
			return refuse(Damaged)
		}
		if m.out[y.body+3]&1 == 0 {
			return refuse(External)
		}
		m.blank(y.body+4, y.upto)
		return nil
	})
}

func (m *movie) stbl(x box, t *track) error {
	return m.each(x.body, x.upto, 5, func(y box) error {
		switch y.name {
		case "stsd":
			return m.stsd(y, t)
		case "stts", "ctts", "cslg", "stss", "stps", "sdtp", "sgpd", "sbgp":
			return nil
		case "stsc":
			return m.table(y, 12, func(e int) {
				t.stsc = append(t.stsc, [2]int64{be32(m.out, e), be32(m.out, e+4)})
			})
		case "stco":
			return m.table(y, 4, func(e int) { t.chunks = append(t.chunks, be32(m.out, e)) })
		case "co64":
			return m.table(y, 8, func(e int) {
				hi, lo := be32(m.out, e), be32(m.out, e+4)
				if hi != 0 {
					lo = 1 << 40 // beyond any file
				}
				t.chunks = append(t.chunks, lo)
			})
		case "stsz":
			return m.stsz(y, t)
		case "stz2":
			return m.stz2(y, t)
		}
		m.free(y)
		return nil
	})
}

// table walks the entries of a box that counts them, and blanks what follows them.
func (m *movie) table(x box, width int, f func(at int)) error {
	n := be32(m.out, x.body+4)
	room := (x.upto - x.body - 8) / width
	if x.upto-x.body < 8 || n > int64(room) {
		return refuse(Damaged)
	}
	if m.entries += int(n); m.entries > maxSamples {
		return refuse(Complex)
	}
	end := x.body + 8 + int(n)*width
	for e := x.body + 8; e < end; e += width {
		f(e)
	}
	m.blank(end, x.upto)
	return nil
}

func (m *movie) stsz(x box, t *track) error {
	if x.upto-x.body < 12 {
		return refuse(Damaged)
	}
	t.fixed = be32(m.out, x.body+4)
	if t.fixed != 0 {
		m.blank(x.body+12, x.upto)
		return nil
	}
	y := x
	y.body += 4
	return m.table(y, 4, func(e int) { t.sizes = append(t.sizes, be32(m.out, e)) })
}

func (m *movie) stz2(x box, t *track) error {
	if x.upto-x.body < 12 {
		return refuse(Damaged)
	}
	bits, n := int64(m.out[x.body+7]), be32(m.out, x.body+8)
	if bits != 4 && bits != 8 && bits != 16 || n*bits > int64(x.upto-x.body-12)*8 {
		return refuse(Damaged)
	}
	if m.entries += int(n); m.entries > maxSamples {
		return refuse(Complex)
	}
	p := m.out[x.body+12 : x.upto]
	for k := range int(n) {
		switch bits {
		case 4:
			t.sizes = append(t.sizes, int64(p[k/2]>>(4*(1-k&1))&15))
		case 8:
			t.sizes = append(t.sizes, int64(p[k]))
		default:
			t.sizes = append(t.sizes, int64(be.Uint16(p[2*k:])))
		}
	}
	return nil
}
