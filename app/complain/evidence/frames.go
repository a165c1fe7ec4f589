package evidence

import "bytes"

// cleanFrames keeps the frames of an MP3 or AAC file and nothing else, so that tags go
// whatever they are called: ID3 of either version, APE, Lyrics3, and what nobody has
// named yet. Sound is copied byte for byte, but for what an encoder writes about itself
// in the silent frame that holds the table of contents.
func cleanFrames(b []byte) (cleaned, error) {
	var c cleaned
	fs, first := frames(b)
	if len(fs) == 0 {
		return c, refuse(Damaged)
	}
	out := make([]byte, 0, len(b))
	last := 0
	for n, f := range fs {
		c.drop(b[last:f[0]])
		last = f[1]
		at := len(out)
		out = append(out, b[f[0]:f[1]]...)
		if n == 0 && !first.aac {
			if from := first.xing(out[at:]); from > 0 {
				if note := out[at+from:]; len(bytes.Trim(note, "\x00")) > 0 {
					c.drop(bytes.Clone(note))
					clear(note)
				}
				c.frame = [][]byte{out[at:]}
			}
		}
	}
	c.drop(b[last:])
	c.out = out
	return c, nil
}

// frame is the head of one frame of MPEG audio.
type frame struct {
	aac  bool
	size int
	head uint32 // the bits that stay the same throughout a file
	side int    // bytes between the head and the table of contents
}

var (
	mp3Rates = [2][3][15]int{
		{ // MPEG 1: layers I, II, III
			{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
			{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
			{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		}, { // MPEG 2 and 2.5
			{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
			{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
			{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
		},
	}
	mp3Samples = [4][3]int{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}
)

// readFrame reads the head of a frame at the start of b.
func readFrame(b []byte) (frame, bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return frame{}, false
	}
	version, layer := b[1]>>3&3, b[1]>>1&3
	if layer == 0 { // ADTS
		if b[1]&0xf6 != 0xf0 || len(b) < 7 {
			return frame{}, false
		}
		size := int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5
		if size < 8 || b[2]>>2&15 > 12 {
			return frame{}, false
		}
		return frame{aac: true, size: size, head: be.Uint32(b) & 0xfffefdc0}, true
	}
	rate, samples := b[2]>>4, b[2]>>2&3
	if version == 1 || rate == 0 || rate == 15 || samples == 3 {
		return frame{}, false
	}
	table := 0
	if version != 3 {
		table = 1
	}
	kbps, hz := mp3Rates[table][3-layer][rate], mp3Samples[version][samples]
	pad := int(b[2] >> 1 & 1)
	f := frame{head: be.Uint32(b) & 0xfffe0c00}
	switch {
	case layer == 3: // layer I
		f.size = (12*kbps*1000/hz + pad) * 4
	case layer == 1 && version != 3:
		f.size = 72*kbps*1000/hz + pad
	default:
		f.size = 144*kbps*1000/hz + pad
	}
	mono := b[3]>>6 == 3
	switch {
	case version == 3 && !mono:
		f.side = 32
	case version == 3 || !mono:
		f.side = 17
	default:
		f.side = 9
	}
	return f, f.size >= 8
}

// frames finds where the frames of b are. A stretch that is not one is skipped up to a
// frame of the same make that another one, or the end, follows.
func frames(b []byte) (at [][2]int, first frame) {
	i := id3End(b)
	for i < len(b) {
		f, ok := readFrame(b[i:])
		ok = ok && f.size <= len(b)-i && (len(at) == 0 || f.head == first.head && f.aac == first.aac)
		if ok && (len(at) == 0 || at[len(at)-1][1] != i) { // not behind another: be sure of it
			ok = follows(b[i+f.size:], f, len(at) == 0)
		}
		if !ok {
			k := bytes.IndexByte(b[i+1:], 0xff)
			if k < 0 {
				break
			}
			i += 1 + k
			continue
		}
		if len(at) == 0 {
			first = f
		}
		at = append(at, [2]int{i, i + f.size})
		i += f.size
	}
	return at, first
}

// follows reports whether rest begins with a frame of the same make. The last one of
// a file has none behind it; the first one must have two.
func follows(rest []byte, f frame, strict bool) bool {
	g, ok := readFrame(rest)
	if !ok || g.head != f.head || g.aac != f.aac {
		return false
	}
	if !strict {
		return true
	}
	if g.size >= len(rest) {
		return g.size == len(rest)
	}
	h, ok := readFrame(rest[g.size:])
	return ok && h.head == f.head || id3Tail(rest[g.size:])
}

func id3Tail(b []byte) bool {
	return has(b, 0, "TAG") || has(b, 0, "APETAGEX") || has(b, 0, "LYRICSBEGIN")
}

// id3End is where the ID3 tags before the sound end.
func id3End(b []byte) int {
	i := 0
	for has(b, i, "ID3") && at(b, i, 10) != nil {
		size := 0
		for _, c := range b[i+6 : i+10] {
			size = size<<7 | int(c&0x7f)
		}
		size += 10
		if b[i+5]&0x10 != 0 {
			size += 10
		}
		if at(b, i, size) == nil {
			return len(b)
		}
		i += size
	}
	return i
}

// xing is where, in a frame that holds a table of contents, its last field ends and
// the encoder's own words begin, or 0.
func (f frame) xing(b []byte) int {
	i := 4 + f.side
	if has(b, 36, "VBRI") {
		entries, size := be16(b, 54), be16(b, 58)
		if end := 62 + entries*size; entries >= 0 && size >= 0 && end <= len(b) {
			return end
		}
		return 0
	}
	if !has(b, i, "Xing") && !has(b, i, "Info") {
		return 0
	}
	flags := be32(b, i+4)
	end := i + 8
	for bit, size := range []int{4, 4, 100, 4} {
		if flags>>bit&1 == 1 {
			end += size
		}
	}
	if flags < 0 || end > len(b) {
		return 0
	}
	return end
}
