package evidence

import (
	"bytes"
	"compress/zlib"
	"io"
	"maps"
	"slices"
	"strconv"
)

// pdfFile finds the objects of a PDF. Nothing is read until it is asked for, and what
// no one asks for is never read.
type pdfFile struct {
	b       []byte
	where   map[int]pdfPlace
	trailer pdfDict
	cache   map[int]any
	packs   map[int][]any // objects of the streams that hold objects, and their numbers
	packed  map[int][]int
	room    int // bytes that may still be inflated
	work    int // bytes that may still be read as objects: those of a hostile file overlap
	busy    map[int]bool
	starts  []int // where objects begin, in order
	known   int   // how many were known when starts was made
}

// pdfPlace is where an object is: at an offset, or within a stream.
type pdfPlace struct {
	off    int
	within int // number of the stream, or 0
	gone   bool
}

func openPDF(b []byte) (*pdfFile, error) {
	f := &pdfFile{b: b, room: maxExpanded, work: 8*len(b) + 1<<20}
	f.reset()
	if !f.tables() || !f.rooted() {
		if err := f.rebuild(); err != nil {
			return nil, err
		}
	}
	if len(f.where) > maxObjects {
		return nil, refuse(Complex)
	}
	if f.trailer["Encrypt"] != nil {
		return nil, refuse(Encrypted)
	}
	if f.work < 0 {
		return nil, refuse(Complex)
	}
	if !f.rooted() {
		return nil, refuse(Damaged)
	}
	return f, nil
}

func (f *pdfFile) reset() {
	f.where, f.trailer = map[int]pdfPlace{}, pdfDict{}
	f.cache, f.busy = map[int]any{}, map[int]bool{}
	f.known = 0
	f.packs, f.packed = map[int][]any{}, map[int][]int{}
}

// rooted reports whether the catalogue and the pages are where they should be.
func (f *pdfFile) rooted() bool {
	if f.trailer["Encrypt"] != nil {
		return true // it will be refused for that
	}
	root, ok := f.resolve(f.trailer["Root"]).(pdfDict)
	if !ok {
		return false
	}
	_, ok = f.resolve(root["Pages"]).(pdfDict)
	return ok
}

// tables reads the cross-reference tables, newest first: the first that names an object
// is right about it.
func (f *pdfFile) tables() bool {
	tail := f.b[max(0, len(f.b)-2048):]
	k := bytes.LastIndex(tail, []byte("startxref"))
	if k < 0 {
		return false
	}
	x := pdfLexer{tail, k + 9}
	x.space()
	off, err := strconv.Atoi(x.word())
	if err != nil {
		return false
	}
	seen := map[int]bool{}
	todo := []int{off}
	for len(todo) > 0 {
		off, todo = todo[0], todo[1:]
		if seen[off] || off < 0 || off >= len(f.b) || len(seen) > 1000 {
			return false
		}
		seen[off] = true
		t, ok := f.table(off)
		if !ok || len(f.where) > maxObjects {
			return false
		}
		for k, v := range t {
			if _, old := f.trailer[k]; !old {
				f.trailer[k] = v
			}
		}
		for _, key := range []pdfName{"XRefStm", "Prev"} {
			if n, ok := pdfInt(t[key]); ok {
				todo = append(todo, n)
			}
		}
	}
	return true
}

// table reads one table, of either make.
func (f *pdfFile) table(off int) (pdfDict, bool) {
	x := pdfLexer{f.b, off}
	x.space()
	if !has(f.b, x.i, "xref") {
		return f.tableStream(off)
	}
	x.i += 4
	for {
		x.space()
		if has(f.b, x.i, "trailer") {
			x.i += 7
			d, _ := x.object(0)
			t, ok := d.(pdfDict)
			return t, ok
		}
		first, err1 := strconv.Atoi(x.word())
		x.space()
		count, err2 := strconv.Atoi(x.word())
		if err1 != nil || err2 != nil || first < 0 || count < 0 || count > maxObjects || first > 1<<24 {
			return nil, false
		}
		for n := range count {
			x.space()
			at, err1 := strconv.Atoi(x.word())
			x.space()
			_, err2 := strconv.Atoi(x.word())
			x.space()
			w := x.word()
			if err1 != nil || err2 != nil || w != "n" && w != "f" {
				return nil, false
			}
			f.place(first+n, pdfPlace{off: at, gone: w == "f"})
			if len(f.where) > maxObjects {
				return nil, false
			}
		}
	}
}

func (f *pdfFile) place(num int, p pdfPlace) {
	if _, old := f.where[num]; !old {
		f.where[num] = p
	}
}

func (f *pdfFile) tableStream(off int) (pdfDict, bool) {
	_, o, ok := f.objectAt(off)
	s, isStream := o.(pdfStream)
	if !ok || !isStream || s.dict["Type"] != pdfName("XRef") {
		return nil, false
	}
	data, err := f.inflate(s)
	widths, ok := s.dict["W"].(pdfArray)
	if err != nil || !ok || len(widths) != 3 {
		return nil, false
	}
	var w [3]int
	row := 0
	for i := range w {
		if w[i], ok = pdfInt(widths[i]); !ok || w[i] < 0 || w[i] > 8 {
			return nil, false
		}
		row += w[i]
	}
	size, _ := pdfInt(s.dict["Size"])
	index := pdfArray{pdfNumber("0"), pdfNumber(strconv.Itoa(size))}
	if a, ok := s.dict["Index"].(pdfArray); ok {
		index = a
	}
	if row == 0 || len(index)%2 != 0 {
		return nil, false
	}
	for i := 0; i+1 < len(index); i += 2 {
		first, ok1 := pdfInt(index[i])
		count, ok2 := pdfInt(index[i+1])
		if !ok1 || !ok2 || first < 0 || first > 1<<24 || count < 0 || count > maxObjects {
			return nil, false
		}
		for n := range count {
			if len(data) < row {
				break
			}
			if len(f.where) > maxObjects {
				return nil, false
			}
			kind := 1
			if w[0] > 0 {
				kind = pdfField(data[:w[0]])
			}
			a := pdfField(data[w[0] : w[0]+w[1]])
			data = data[row:]
			switch kind {
			case 1:
				f.place(first+n, pdfPlace{off: a})
			case 2:
				f.place(first+n, pdfPlace{within: a})
			default:
				f.place(first+n, pdfPlace{gone: true})
			}
		}
	}
	return s.dict, true
}

func pdfField(b []byte) int {
	v := 0
	for _, c := range b {
		v = v<<8 | int(c)
	}
	return v
}

func pdfInt(o any) (int, bool) {
	n, ok := o.(pdfNumber)
	if !ok {
		return 0, false
	}
	v, err := strconv.Atoi(string(n))
	return v, err == nil
}

// objectAt reads "12 0 obj …" at off.
func (f *pdfFile) objectAt(off int) (num int, o any, ok bool) {
	if off < 0 || off >= len(f.b) || f.work < 0 {
		return 0, nil, false
	}
	x := pdfLexer{f.b, off}
	defer func() { f.work -= max(x.i-off, 0) + 16 }()
	x.space()
	num, err := strconv.Atoi(x.word())
	if err != nil {
		return 0, nil, false
	}
	x.space()
	if _, err := strconv.Atoi(x.word()); err != nil {
		return 0, nil, false
	}
	x.space()
	if !has(f.b, x.i, "obj") {
		return 0, nil, false
	}
	x.i += 3
	o, ok = x.object(0)
	d, isDict := o.(pdfDict)
	if !ok || !isDict {
		return num, o, ok
	}
	x.space()
	if !has(f.b, x.i, "stream") {
		return num, d, true
	}
	x.i += 6
	if has(f.b, x.i, "\r\n") {
		x.i += 2
	} else if has(f.b, x.i, "\n") || has(f.b, x.i, "\r") {
		x.i++
	}
	raw, ok := f.streamData(d, x.i)
	return num, pdfStream{d, raw}, ok
}

// streamData is what its length says, where that is right, and what "endstream" ends
// where it is not. It never reaches into the next object: a lie about the length would
// show what was deleted.
func (f *pdfFile) streamData(d pdfDict, from int) ([]byte, bool) {
	n, ok := pdfInt(f.resolve(d["Length"]))
	ok = ok && at(f.b, from, n) != nil
	if ok {
		x := pdfLexer{f.b, from + n}
		for x.i < len(f.b) && pdfSpace(f.b[x.i]) {
			x.i++
		}
		if has(f.b, x.i, "endstream") {
			return at(f.b, from, n), true
		}
	}
	limit := f.next(from)
	f.work -= limit - from
	if end := bytes.Index(f.b[from:limit], []byte("endstream")); end >= 0 {
		raw := bytes.TrimSuffix(f.b[from:from+end], []byte("\n"))
		return bytes.TrimSuffix(raw, []byte("\r")), true
	}
	if ok && from+n <= limit {
		return at(f.b, from, n), true
	}
	return nil, false
}

// next is where the object after off begins, as far as the tables that were read say.
func (f *pdfFile) next(off int) int {
	if f.known != len(f.where) {
		f.known = len(f.where)
		f.work -= f.known
		f.starts = f.starts[:0]
		for _, p := range f.where {
			if p.within == 0 && !p.gone {
				f.starts = append(f.starts, p.off)
			}
		}
		slices.Sort(f.starts)
	}
	k, _ := slices.BinarySearch(f.starts, off)
	if k < len(f.starts) && f.starts[k] < len(f.b) {
		return f.starts[k]
	}
	return len(f.b)
}

// resolve follows a reference to what is there, or nil. Circles end in nil.
func (f *pdfFile) resolve(o any) any {
	for range 32 {
		r, ok := o.(pdfRef)
		if !ok {
			return o
		}
		o = f.load(r.num)
	}
	return nil
}

func (f *pdfFile) load(num int) any {
	if o, ok := f.cache[num]; ok {
		return o
	}
	p, ok := f.where[num]
	if !ok || p.gone || f.busy[num] {
		return nil
	}
	f.busy[num] = true
	defer delete(f.busy, num)
	if p.within > 0 {
		f.unpack(p.within)
		for i, n := range f.packed[p.within] {
			if n == num && i < len(f.packs[p.within]) {
				f.cache[num] = f.packs[p.within][i]
			}
		}
		return f.cache[num]
	}
	n, o, ok := f.objectAt(p.off)
	if !ok || n != num {
		o = nil
	}
	f.cache[num] = o
	return o
}

// unpack reads the objects within a stream.
func (f *pdfFile) unpack(num int) {
	if _, done := f.packed[num]; done {
		return
	}
	f.packed[num] = nil
	if f.where[num].within > 0 {
		return
	}
	s, ok := f.load(num).(pdfStream)
	if !ok {
		return
	}
	data, err := f.inflate(s)
	first, ok1 := pdfInt(f.resolve(s.dict["First"]))
	count, ok2 := pdfInt(f.resolve(s.dict["N"]))
	if err != nil || !ok1 || !ok2 || first < 0 || first > len(data) || count < 0 || count > maxObjects {
		return
	}
	x := pdfLexer{data[:first], 0}
	for range count {
		x.space()
		n, err1 := strconv.Atoi(x.word())
		x.space()
		off, err2 := strconv.Atoi(x.word())
		if err1 != nil || err2 != nil || off < 0 || off > len(data)-first {
			return
		}
		y := pdfLexer{data, first + off}
		o, ok := y.object(0)
		if f.work -= y.i - first - off; f.work < 0 {
			return
		}
		if !ok {
			o = nil
		}
		f.packed[num] = append(f.packed[num], n)
		f.packs[num] = append(f.packs[num], o)
	}
}

// inflate opens a stream that is plain or only deflated, within what may be spent.
func (f *pdfFile) inflate(s pdfStream) ([]byte, error) {
	filter, parms := s.dict["Filter"], s.dict["DecodeParms"]
	if a, ok := f.resolve(filter).(pdfArray); ok {
		if len(a) > 1 {
			return nil, refuse(Damaged)
		}
		filter = nil
		if len(a) == 1 {
			filter = a[0]
		}
	}
	if a, ok := f.resolve(parms).(pdfArray); ok {
		parms = nil
		if len(a) == 1 {
			parms = a[0]
		}
	}
	switch f.resolve(filter) {
	case nil:
		return s.raw, nil
	case pdfName("FlateDecode"), pdfName("Fl"):
	default:
		return nil, refuse(Damaged)
	}
	data, _, err := f.unzip(s.raw)
	if err != nil {
		return nil, err
	}
	p, _ := f.resolve(parms).(pdfDict)
	return unpredict(data, p)
}

// unzip inflates raw and tells how much of it that took.
func (f *pdfFile) unzip(raw []byte) (data []byte, used int, err error) {
	in := bytes.NewReader(raw)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, 0, refuse(Damaged)
	}
	var buf bytes.Buffer
	n, err := io.Copy(&buf, io.LimitReader(z, int64(min(f.room, maxPart))+1))
	if f.room -= int(n); f.room < 0 || n > maxPart {
		return nil, 0, refuse(Bomb)
	}
	if err != nil && n == 0 { // half a stream is what viewers show as well
		return nil, 0, refuse(Damaged)
	}
	return buf.Bytes(), len(raw) - in.Len(), nil
}

// unpredict undoes the filters of PNG and leaves what has none.
func unpredict(data []byte, p pdfDict) ([]byte, error) {
	kind, _ := pdfInt(p["Predictor"])
	if kind < 10 {
		if kind > 1 {
			return nil, refuse(Damaged)
		}
		return data, nil
	}
	cols, bpp := 1, 1
	if n, ok := pdfInt(p["Columns"]); ok {
		cols = n
	}
	if n, ok := pdfInt(p["Colors"]); ok {
		bpp = n
	}
	if cols < 1 || bpp < 1 || cols > 1<<16 || bpp > 32 {
		return nil, refuse(Damaged)
	}
	row := cols * bpp
	out := make([]byte, 0, len(data))
	prev := make([]byte, row)
	for len(data) > row {
		t, cur := data[0], bytes.Clone(data[1:1+row])
		data = data[1+row:]
		for i := range cur {
			var a, b, c int
			b = int(prev[i])
			if i >= bpp {
				a, c = int(cur[i-bpp]), int(prev[i-bpp])
			}
			switch t {
			case 1:
				cur[i] += byte(a)
			case 2:
				cur[i] += byte(b)
			case 3:
				cur[i] += byte((a + b) / 2)
			case 4:
				cur[i] += byte(paeth(a, b, c))
			}
		}
		out = append(out, cur...)
		prev = cur
	}
	return out, nil
}

func paeth(a, b, c int) int {
	p := a + b - c
	pa, pb, pc := max(p-a, a-p), max(p-b, b-p), max(p-c, c-p)
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

// rebuild looks for objects where the tables are wrong, as viewers do: the last one of
// each number is right. Telephones' scanners write such files.
func (f *pdfFile) rebuild() error {
	f.reset()
	b := f.b
	var streams []int
	for i := 0; ; {
		k := bytes.Index(b[i:], []byte("obj"))
		if k < 0 {
			break
		}
		k += i
		i = k + 3
		start, num, ok := objectHead(b, k)
		if !ok {
			continue
		}
		f.where[num] = pdfPlace{off: start}
		if len(f.where) > maxObjects {
			return refuse(Complex)
		}
		x := pdfLexer{b, i}
		x.space()
		if has(b, x.i, "<<") && bytes.Contains(at(b, x.i, min(400, len(b)-x.i)), []byte("/ObjStm")) {
			streams = append(streams, num)
		}
	}
	for _, num := range slices.Backward(streams) {
		f.unpack(num)
		for _, n := range f.packed[num] {
			f.place(n, pdfPlace{within: num})
		}
	}
	return f.findTrailer()
}

// findTrailer takes the last trailer that names a root, or the last table that is a
// stream, or the last catalogue.
func (f *pdfFile) findTrailer() error {
	for i := len(f.b); i > 0; {
		k := bytes.LastIndex(f.b[:i], []byte("trailer"))
		if k < 0 {
			break
		}
		x := pdfLexer{f.b, k + 7}
		o, _ := x.object(0)
		if d, ok := o.(pdfDict); ok && d["Root"] != nil {
			f.trailer = d
			return nil
		}
		i = k
	}
	best := -1
	for _, num := range slices.Sorted(maps.Keys(f.where)) {
		p := f.where[num]
		var d pdfDict
		switch o := f.load(num).(type) {
		case pdfDict:
			d = o
		case pdfStream:
			d = o.dict
		}
		if d["Encrypt"] != nil && d["Type"] == pdfName("XRef") {
			return refuse(Encrypted)
		}
		if d["Type"] == pdfName("Catalog") && p.off+1 > best {
			best = p.off + 1
			f.trailer = pdfDict{"Root": pdfRef{num, 0}}
		}
	}
	if best < 0 {
		return refuse(Damaged)
	}
	return nil
}

// objectHead reads "12 0 " backwards from the "obj" at k.
func objectHead(b []byte, k int) (start, num int, ok bool) {
	back := func(i int, f func(byte) bool) int {
		for i > 0 && f(b[i-1]) && k-i < 40 {
			i--
		}
		return i
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	s1 := back(k, pdfSpace)
	g := back(s1, digit)
	s2 := back(g, pdfSpace)
	start = back(s2, digit)
	if g == s1 || s2 == g || start == s2 || s2-start > 8 {
		return 0, 0, false
	}
	num, err := strconv.Atoi(string(b[start:s2]))
	return start, num, err == nil
}
