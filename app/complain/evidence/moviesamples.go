package evidence

import "slices"

// stsd cleans the descriptions of samples: encoders write their name into them, and
// QuickTime lets anything follow.
func (m *movie) stsd(x box, t *track) error {
	if x.upto-x.body < 8 {
		return refuse(Damaged)
	}
	return m.each(x.body+8, x.upto, 6, func(y box) error {
		switch y.name {
		case "encv", "enca", "drms", "drmi":
			return refuse(Encrypted)
		}
		switch t.handler {
		case "":
			return refuse(Damaged) // it would have to be read twice
		case "vide":
			return m.videoEntry(y)
		case "soun":
			return m.soundEntry(y)
		}
		return nil // the track goes as a whole
	})
}

func (m *movie) videoEntry(x box) error {
	if x.upto-x.body < 78 {
		return refuse(Damaged)
	}
	m.blank(x.body+8, x.body+16)  // version and maker
	m.blank(x.body+42, x.body+74) // the compressor's name
	return m.extensions(x.body+78, x.upto, 7)
}

func (m *movie) soundEntry(x box) error {
	if x.upto-x.body < 28 {
		return refuse(Damaged)
	}
	fixed := 28
	switch version := be16(m.out, x.body+8); version {
	case 0:
	case 1:
		fixed += 16
	case 2:
		fixed += 36
	default:
		return refuse(Damaged)
	}
	if x.upto-x.body < fixed {
		return refuse(Damaged)
	}
	m.blank(x.body+12, x.body+16) // maker
	return m.extensions(x.body+fixed, x.upto, 7)
}

// sampleParts are what decoders read behind a description.
var sampleParts = []string{
	"avcC", "hvcC", "av1C", "vpcC", "esds", "pasp", "clap", "btrt", "fiel", "gama", "mdcv", "clli",
	"dvcC", "dvvC", "d263", "damr", "dOps", "dfLa", "alac", "chan", "dac3", "dec3", "st3d", "frma", "enda", "mp4a", "bitr",
}

func (m *movie) extensions(from, upto, depth int) error {
	return m.each(from, upto, depth, func(x box) error {
		switch {
		case x.name == "\x00\x00\x00\x00" && x.upto-x.from == 8: // QuickTime's terminator
			return nil
		case x.name == "wave":
			return m.extensions(x.body, x.upto, depth+1)
		case x.name == "sinf":
			return refuse(Encrypted)
		case x.name == "damr":
			m.blank(x.body, min(x.body+4, x.upto)) // maker
			return nil
		case x.name == "colr" && (has(m.out, x.body, "nclx") || has(m.out, x.body, "nclc")):
			return nil // the others are ICC profiles
		case slices.Contains(sampleParts, x.name):
			return nil
		}
		m.free(x)
		return nil
	})
}

// media blanks every byte that no kept track plays.
func (m *movie) media() error {
	var keep [][2]int
	var starts []int64 // of all chunks: the end of one whose length is not sure
	for _, t := range m.tracks {
		starts = append(starts, t.chunks...)
	}
	slices.Sort(starts)
	for _, t := range m.tracks {
		if !t.keep {
			continue
		}
		r, err := m.ranges(t, starts)
		if err != nil {
			return err
		}
		keep = append(keep, r...)
	}
	kept := map[int64]bool{}
	for _, t := range m.tracks {
		kept[t.id] = t.keep
	}
	for _, f := range m.fragments {
		if kept[f.track] {
			keep = append(keep, f.samples...)
		}
	}
	if len(keep) == 0 {
		return refuse(Damaged)
	}
	slices.SortFunc(keep, func(a, b [2]int) int { return a[0] - b[0] })
	slices.SortFunc(m.mdats, func(a, b [2]int) int { return a[0] - b[0] })
	k := 0
	for _, d := range m.mdats {
		at := d[0]
		for ; k < len(keep) && keep[k][0] < d[1]; k++ {
			r := keep[k]
			if r[0] < d[0] || r[1] > d[1] {
				return refuse(Damaged)
			}
			if r[0] > at {
				m.blank(at, r[0])
			}
			at = max(at, r[1])
		}
		m.blank(at, d[1])
	}
	if k < len(keep) { // media outside of the file: it is cut short, or lies
		return refuse(Damaged)
	}
	return nil
}

// ranges are where the samples of t lie.
func (m *movie) ranges(t track, starts []int64) ([][2]int, error) {
	var out [][2]int
	next, run := 0, 0 // sample, row of stsc
	for n, off := range t.chunks {
		for run+1 < len(t.stsc) && t.stsc[run+1][0] <= int64(n+1) {
			run++
		}
		if len(t.stsc) == 0 || t.stsc[run][0] > int64(n+1) || off >= int64(len(m.out)) {
			return nil, refuse(Damaged)
		}
		per := t.stsc[run][1]
		var size int64
		switch {
		case t.fixed != 0 && t.handler == "soun":
			// QuickTime counts uncompressed sound in samples of one byte that are not.
			size = m.room(off, starts)
		case t.fixed != 0:
			if per > int64(len(m.out))/t.fixed {
				return nil, refuse(Damaged)
			}
			size = t.fixed * per
		default:
			if per > int64(len(t.sizes)-next) {
				per = int64(len(t.sizes) - next)
			}
			for _, s := range t.sizes[next : next+int(per)] {
				size += s
			}
			next += int(per)
		}
		if size > int64(len(m.out))-off {
			return nil, refuse(Damaged)
		}
		if size > 0 {
			out = append(out, [2]int{int(off), int(off + size)})
		}
	}
	return out, nil
}

// room is how far a chunk at off may go: up to the next one, or the end of its media.
func (m *movie) room(off int64, starts []int64) int64 {
	end := off
	for _, d := range m.mdats {
		if int64(d[0]) <= off && off < int64(d[1]) {
			end = int64(d[1])
		}
	}
	k, _ := slices.BinarySearch(starts, off+1)
	if k < len(starts) && starts[k] < end {
		end = starts[k]
	}
	return end - off
}

// skeleton is all of the file but its media.
func (m *movie) skeleton() [][]byte {
	var out [][]byte
	at := 0
	for _, d := range m.mdats {
		out = append(out, m.out[at:d[0]])
		at = d[1]
	}
	return append(out, m.out[at:])
}
