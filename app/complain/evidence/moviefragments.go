package evidence

// trex is what a track's fragments take for granted.
type trex struct{ size int64 }

// fragment is where the samples of one track lie within one fragment, as the recorders
// of browsers write them.
type fragment struct {
	track   int64
	samples [][2]int
}

func (m *movie) moof(x box) error {
	end := int64(x.from) // where the data of the last run ended
	return m.each(x.body, x.upto, 1, func(y box) error {
		switch y.name {
		case "mfhd":
			return nil
		case "traf":
			return m.traf(y, int64(x.from), &end)
		case "pssh":
			return refuse(Encrypted)
		}
		m.free(y)
		return nil
	})
}

func (m *movie) traf(x box, moof int64, end *int64) error {
	var f fragment
	var size int64
	base, seen := *end, false
	err := m.each(x.body, x.upto, 2, func(y box) error {
		switch y.name {
		case "tfhd":
			seen = true
			return m.tfhd(y, &f, moof, &base, &size)
		case "trun":
			if !seen {
				return refuse(Damaged)
			}
			return m.trun(y, &f, base, size, end)
		case "tfdt", "sdtp", "sgpd", "sbgp":
			return nil
		case "senc", "saiz", "saio":
			return refuse(Encrypted)
		}
		m.free(y)
		return nil
	})
	m.fragments = append(m.fragments, f)
	return err
}

func (m *movie) tfhd(x box, f *fragment, moof int64, base, size *int64) error {
	flags := be32(m.out, x.body) & 0xffffff
	need := 8
	for bit, n := range map[int64]int{0x1: 8, 0x2: 4, 0x8: 4, 0x10: 4, 0x20: 4} {
		if flags&bit != 0 {
			need += n
		}
	}
	if x.upto-x.body < need {
		return refuse(Damaged)
	}
	f.track = be32(m.out, x.body+4)
	*size = m.trackTypes[f.track].size
	at := x.body + 8
	switch {
	case flags&0x1 != 0:
		if be32(m.out, at) != 0 {
			return refuse(Damaged)
		}
		*base = be32(m.out, at+4)
		at += 8
	case flags&0x20000 != 0:
		*base = moof
	}
	if flags&0x2 != 0 {
		at += 4
	}
	if flags&0x8 != 0 {
		at += 4
	}
	if flags&0x10 != 0 {
		*size = be32(m.out, at)
	}
	m.blank(x.body+need, x.upto)
	return nil
}

func (m *movie) trun(x box, f *fragment, base, size int64, end *int64) error {
	flags, n := be32(m.out, x.body)&0xffffff, be32(m.out, x.body+4)
	at := x.body + 8
	if x.upto-x.body < 8 {
		return refuse(Damaged)
	}
	from := *end
	if flags&0x1 != 0 {
		if x.upto-at < 4 {
			return refuse(Damaged)
		}
		from = base + int64(int32(be32(m.out, at)))
		at += 4
	} else if len(f.samples) == 0 {
		from = base
	}
	if flags&0x4 != 0 {
		at += 4
	}
	width := 0
	for _, bit := range []int64{0x100, 0x200, 0x400, 0x800} {
		if flags&bit != 0 {
			width += 4
		}
	}
	if at > x.upto || width > 0 && n > int64((x.upto-at)/width) {
		return refuse(Damaged)
	}
	if flags&0x200 == 0 && size > 0 && n > int64(len(m.out))/size {
		return refuse(Damaged)
	}
	total := size * n
	if flags&0x200 != 0 {
		total = 0
		skip := 0
		if flags&0x100 != 0 {
			skip = 4
		}
		for k := range int(n) {
			total += be32(m.out, at+k*width+skip)
		}
	}
	m.blank(at+int(n)*width, x.upto) // with no width, n may be anything: nothing to pass
	if from < 0 || total > int64(len(m.out)) || from > int64(len(m.out))-total {
		return refuse(Damaged)
	}
	if total > 0 {
		f.samples = append(f.samples, [2]int{int(from), int(from + total)})
	}
	*end = from + total
	return nil
}
