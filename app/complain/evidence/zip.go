package evidence

import (
	"bytes"
	"compress/flate"
	"hash/crc32"
	"io"
	"path"
	"strings"
)

// pack is the directory of a ZIP, read without opening anything.
type pack struct {
	b       []byte
	entries []entry
	byName  map[string]int
}

type entry struct {
	name   string
	method int
	crc    uint32
	raw    []byte // as it lies in the file
	size   int    // as the directory says; held to it when read
}

// readPack reads the directory and holds it to the limits and to itself: the parts
// follow one another without overlap, and nothing stands before, between or behind
// them. That refuses bombs of overlapping parts, archives that contain themselves and
// files that are two things at once, before a byte is opened.
func readPack(b []byte) (*pack, error) {
	damaged := refuse(Damaged)
	end := packEnd(b)
	if end < 0 {
		return nil, damaged
	}
	count, dirSize, dirAt := le16(b, end+10), le32(b, end+12), le32(b, end+16)
	if count == 0xffff || dirSize == 0xffffffff || dirAt == 0xffffffff {
		return nil, refuse(Complex) // ZIP64
	}
	if count > maxEntries {
		return nil, refuse(Complex)
	}
	if dirAt+dirSize != int64(end) {
		return nil, refuse(Polyglot)
	}
	p := &pack{b: b, byName: make(map[string]int, count)}
	i := int(dirAt)
	var spans [][2]int64
	var total int64
	for n := 0; i < end; n++ {
		h := at(b, i, 46)
		if n >= count || h == nil || !has(h, 0, "PK\x01\x02") {
			return nil, damaged
		}
		flags, method := le16(h, 8), le16(h, 10)
		packed, size, off := le32(h, 20), le32(h, 24), le32(h, 42)
		name := at(b, i+46, le16(h, 28))
		i += 46 + le16(h, 28) + le16(h, 30) + le16(h, 32)
		if name == nil || i > end {
			return nil, damaged
		}
		if flags&0x2041 != 0 {
			return nil, refuse(Encrypted)
		}
		if method != 0 && method != 8 {
			return nil, damaged
		}
		if size > maxPart || size > freeRatio && size > packed*maxRatio {
			return nil, refuse(Bomb)
		}
		if total += size; total > maxExpanded {
			return nil, refuse(Bomb)
		}
		e, span, ok := p.local(string(name), method, flags, packed, off, dirAt)
		if !ok {
			return nil, damaged
		}
		e.crc, e.size = uint32(le32(h, 16)), int(size)
		spans = append(spans, span)
		key := strings.ToLower(e.name)
		if _, twice := p.byName[key]; twice || !safeName(e.name) {
			return nil, damaged
		}
		p.byName[key] = len(p.entries)
		p.entries = append(p.entries, e)
	}
	if len(p.entries) != count {
		return nil, damaged
	}
	if !tiled(spans, dirAt) {
		return nil, refuse(Polyglot)
	}
	return p, nil
}

// local reads the header that stands before a part, which must say the same. The span
// it gives ends where the part does, or at most where its descriptor does.
func (p *pack) local(name string, method, flags int, packed, off, limit int64) (entry, [2]int64, bool) {
	if off > limit-30 {
		return entry{}, [2]int64{}, false
	}
	h := at(p.b, int(off), 30)
	if h == nil || !has(h, 0, "PK\x03\x04") || le16(h, 8) != method {
		return entry{}, [2]int64{}, false
	}
	from := off + 30 + int64(le16(h, 26)) + int64(le16(h, 28))
	if from+packed > limit || !has(p.b, int(off)+30, name) || le16(h, 26) != len(name) {
		return entry{}, [2]int64{}, false
	}
	end := from + packed
	if flags&8 != 0 { // a descriptor, with its signature or without
		switch {
		case has(p.b, int(end), "PK\x07\x08"):
			end += 16
		default:
			end += 12
		}
	}
	return entry{name: name, method: method, raw: p.b[from : from+packed]}, [2]int64{off, end}, end <= limit
}

// tiled reports whether the spans cover everything up to end, once.
func tiled(spans [][2]int64, end int64) bool {
	next := map[int64]int64{}
	for _, s := range spans {
		if _, twice := next[s[0]]; twice {
			return false
		}
		next[s[0]] = s[1]
	}
	at := int64(0)
	for range spans {
		to, ok := next[at]
		if !ok {
			return false
		}
		at = to
	}
	return at == end
}

// packEnd is where the record that ends a ZIP begins, or -1.
func packEnd(b []byte) int {
	low := max(0, len(b)-22-0xffff)
	for i := len(b) - 22; i >= low; i-- {
		k := bytes.LastIndex(b[low:i+4], []byte("PK\x05\x06"))
		if k < 0 {
			return -1
		}
		i = low + k
		if le16(b, i+20) == len(b)-i-22 && le32(b, i+4) == 0 {
			return i
		}
	}
	return -1
}

func safeName(n string) bool {
	return n != "" && len(n) <= 255 && n[0] != '/' && !strings.ContainsAny(n, "\\\x00") && !strings.Contains("/"+n+"/", "/../")
}

// find is the part of that name; Office compares without case.
func (p *pack) find(name string) (*entry, bool) {
	i, ok := p.byName[strings.ToLower(strings.TrimPrefix(path.Clean("/"+name), "/"))]
	if !ok {
		return nil, false
	}
	return &p.entries[i], true
}

// open gives a part's bytes, never more than its directory said.
func (e *entry) open() ([]byte, error) {
	if e.method == 0 {
		if len(e.raw) != e.size || crc32.ChecksumIEEE(e.raw) != e.crc {
			return nil, refuse(Damaged)
		}
		return e.raw, nil
	}
	out := make([]byte, 0, e.size+bytes.MinRead)
	buf := bytes.NewBuffer(out)
	r := flate.NewReader(bytes.NewReader(e.raw))
	n, err := io.Copy(buf, io.LimitReader(r, int64(e.size)+1))
	switch {
	case n > int64(e.size):
		return nil, refuse(Bomb)
	case err != nil || n < int64(e.size) || crc32.ChecksumIEEE(buf.Bytes()) != e.crc:
		return nil, refuse(Damaged)
	}
	return buf.Bytes(), nil
}

// packer writes a ZIP that says nothing of when or where: no times, no attributes, no
// descriptors, no comments.
type packer struct {
	out, dir []byte
	count    int
	zip      *flate.Writer
}

func (w *packer) add(name string, data []byte, squeeze bool) {
	raw, method := data, 0
	if squeeze {
		raw, method = w.squeeze(data), 8
	}
	var h []byte
	h = le.AppendUint16(h, 20)
	h = le.AppendUint16(h, 0)
	h = le.AppendUint16(h, uint16(method))
	h = le.AppendUint32(h, 0x00210000) // 1 January 1980, the zero of ZIP
	h = le.AppendUint32(h, crc32.ChecksumIEEE(data))
	h = le.AppendUint32(h, uint32(len(raw)))
	h = le.AppendUint32(h, uint32(len(data)))
	h = le.AppendUint16(h, uint16(len(name)))
	h = le.AppendUint16(h, 0)

	off := len(w.out)
	w.out = append(append(w.out, "PK\x03\x04"...), h...)
	w.out = append(append(w.out, name...), raw...)

	w.dir = append(append(w.dir, "PK\x01\x02\x14\x00"...), h...)
	w.dir = append(w.dir, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	w.dir = append(le.AppendUint32(w.dir, uint32(off)), name...)
	w.count++
}

func (w *packer) squeeze(data []byte) []byte {
	var buf bytes.Buffer
	if w.zip == nil {
		w.zip, _ = flate.NewWriter(&buf, flate.DefaultCompression) // the level is a right one
	} else {
		w.zip.Reset(&buf)
	}
	// A bytes.Buffer takes all it is given.
	_, _ = w.zip.Write(data)
	_ = w.zip.Close()
	return buf.Bytes()
}

func (w *packer) close() []byte {
	off := len(w.out)
	w.out = append(w.out, w.dir...)
	w.out = append(w.out, "PK\x05\x06\x00\x00\x00\x00"...)
	w.out = le.AppendUint16(w.out, uint16(w.count))
	w.out = le.AppendUint16(w.out, uint16(w.count))
	w.out = le.AppendUint32(w.out, uint32(len(w.dir)))
	w.out = le.AppendUint32(w.out, uint32(off))
	return append(w.out, 0, 0)
}
