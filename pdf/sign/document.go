package sign

import (
	"bytes"
	"compress/zlib"
	"io"
	"sync"
)

// document is a file with a classical table of offsets, in any number of
// revisions. Nothing but the tables is read before it is asked for.
type document struct {
	b       []byte
	at      map[int]place // of the objects in use
	trailer dict          // of the newest revision
	table   int           // offset of the newest table
	tables  int           // how many there are
	end     int           // after the last %%EOF and its line end
	left    *int          // work that may still be done
}

type place struct{ offset, gen int }

// open reads the tables of a file. Its last revision may be followed by other
// bytes: end says where it ends.
func open(b []byte) (*document, error) {
	if len(b) > MaxSize {
		return nil, fail(TooLarge)
	}
	left := min(8*len(b), maxWork) + 1<<20
	return openWithin(b, &left)
}

// maxWork bounds what a large file may ask for: of a large one of ours nearly all
// is packed, which is not parsed.
const maxWork = 32 << 20

func openWithin(b []byte, left *int) (*document, error) {
	if !bytes.HasPrefix(b, []byte("%PDF-")) {
		return nil, fail(NotPDF)
	}
	at := bytes.LastIndex(b, []byte("startxref"))
	if at < 0 {
		return nil, fail(Damaged)
	}
	p := &parser{b: b, pos: at + len("startxref"), left: left}
	table, ok := p.integer()
	for p.pos < len(b) && isSpace(b[p.pos]) {
		p.pos++
	}
	if !ok || !bytes.HasPrefix(b[p.pos:], []byte("%%EOF")) || table >= at {
		return nil, fail(Damaged)
	}
	d := &document{b: b, at: map[int]place{}, table: table, left: left}
	d.end = p.pos + len("%%EOF")
	if d.end < len(b) && b[d.end] == '\r' {
		d.end++
	}
	if d.end < len(b) && b[d.end] == '\n' {
		d.end++
	}
	if err := d.readTables(table); err != nil {
		return nil, err
	}
	return d, nil
}

// readTables follows the tables from the newest to the oldest, each of which must
// stand before the one that names it.
func (d *document) readTables(from int) error {
	free := map[int]bool{}
	for {
		if d.tables++; d.tables > maxTables {
			return fail(TooLarge)
		}
		trailer, err := d.readTable(from, free)
		if err != nil {
			return err
		}
		if d.trailer == nil {
			d.trailer = trailer
		}
		if _, ok := trailer["Encrypt"]; ok {
			return fail(Unsupported)
		}
		if _, ok := trailer["XRefStm"]; ok {
			return fail(Unsupported)
		}
		prev, ok := trailer["Prev"]
		if !ok {
			return nil
		}
		before, ok := prev.(int)
		if !ok || before < 0 || before >= from {
			return fail(Damaged)
		}
		from = before
	}
}

// readTable reads one table and its trailer. What a newer table said of an object
// stands.
func (d *document) readTable(from int, free map[int]bool) (dict, error) {
	const entry = 20
	p := &parser{b: d.b, pos: from, left: d.left}
	if !p.take("xref") {
		if _, ok := p.integer(); ok {
			return nil, fail(Unsupported) // a stream of offsets
		}
		return nil, fail(Damaged)
	}
	for !p.take("trailer") {
		first, ok := p.integer()
		count, ok2 := p.integer()
		p.skip()
		if !ok || !ok2 {
			return nil, fail(Damaged)
		}
		*d.left -= entry // a part of no objects is work too
		if first+count > maxObjects {
			return nil, fail(TooLarge)
		}
		if *d.left -= count * entry; *d.left < 0 {
			return nil, fail(TooLarge)
		}
		if count > (len(p.b)-p.pos)/entry {
			return nil, fail(Damaged)
		}
		for n := first; n < first+count; n++ {
			line := p.b[p.pos : p.pos+entry]
			p.pos += entry
			offset, ok := whole(string(line[:10]))
			gen, ok2 := whole(string(line[11:16]))
			if !ok || !ok2 || line[10] != ' ' || line[16] != ' ' || line[17] != 'n' && line[17] != 'f' {
				return nil, fail(Damaged)
			}
			if _, known := d.at[n]; known || free[n] {
				continue
			}
			if line[17] == 'f' {
				free[n] = true
				continue
			}
			if offset >= len(d.b) {
				return nil, fail(Damaged)
			}
			d.at[n] = place{offset, gen}
		}
	}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	trailer, ok := v.(dict)
	if !ok {
		return nil, fail(Damaged)
	}
	return trailer, nil
}

// load reads an object; one that is not there is null.
func (d *document) load(r ref) (any, error) {
	at, ok := d.at[r.num]
	if !ok || at.gen != r.gen {
		return nil, nil
	}
	p := &parser{b: d.b, pos: at.offset, left: d.left}
	is, v, err := d.object(p)
	if err == nil && is != r {
		err = fail(Damaged)
	}
	return v, err
}

// object takes an object with its number.
func (d *document) object(p *parser) (ref, any, error) {
	n, ok := p.integer()
	gen, ok2 := p.integer()
	if !ok || !ok2 || !p.take("obj") {
		return ref{}, nil, fail(Damaged)
	}
	v, err := p.value(0)
	if err != nil {
		return ref{}, nil, err
	}
	if !p.take("endobj") {
		head, ok := v.(dict)
		if !ok || !p.take("stream") {
			return ref{}, nil, fail(Damaged)
		}
		if v, err = d.stream(p, head); err != nil {
			return ref{}, nil, err
		}
	}
	if *d.left < 0 {
		return ref{}, nil, fail(TooLarge)
	}
	return ref{n, gen}, v, nil
}

// stream takes the bytes that follow the word stream.
func (d *document) stream(p *parser, head dict) (any, error) {
	if p.pos < len(p.b) && p.b[p.pos] == '\r' {
		p.pos++
	}
	if p.pos < len(p.b) && p.b[p.pos] == '\n' {
		p.pos++
	}
	length := head["Length"]
	if r, ok := length.(ref); ok {
		at, ok := d.at[r.num]
		if !ok || at.gen != r.gen {
			return nil, fail(Damaged)
		}
		q := &parser{b: d.b, pos: at.offset, left: d.left}
		q.integer()
		q.integer()
		q.take("obj")
		n, ok := q.integer()
		if !ok {
			return nil, fail(Damaged)
		}
		length = n
	}
	n, ok := length.(int)
	if !ok || n < 0 || n > len(p.b)-p.pos {
		return nil, fail(Damaged)
	}
	raw := p.b[p.pos : p.pos+n]
	p.pos += n
	if !p.take("endstream") || !p.take("endobj") {
		return nil, fail(Damaged)
	}
	return stream{head, raw}, nil
}

// get follows references to a value.
func (d *document) get(v any) (any, error) {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			return v, nil
		}
		var err error
		if v, err = d.load(r); err != nil {
			return nil, err
		}
	}
	return nil, fail(Damaged)
}

// dict follows references to a dictionary; what is absent is an empty one.
func (d *document) dict(v any) (dict, error) {
	v, err := d.get(v)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return dict{}, nil
	case dict:
		return v, nil
	}
	return nil, fail(Damaged)
}

// array follows references to an array; what is absent is an empty one.
func (d *document) array(v any) (array, error) {
	v, err := d.get(v)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case array:
		return v, nil
	}
	return nil, fail(Damaged)
}

// root is the catalogue.
func (d *document) root() (ref, dict, error) {
	r, ok := d.trailer["Root"].(ref)
	if !ok {
		return ref{}, nil, fail(Damaged)
	}
	v, err := d.dict(r)
	if err == nil && v["Type"] != name("Catalog") {
		err = fail(Damaged)
	}
	return r, v, err
}

// pages are the pages in their order.
func (d *document) pages(root dict) ([]ref, error) {
	var out []ref
	seen := map[ref]bool{}
	var walk func(v any, depth int) error
	walk = func(v any, depth int) error {
		r, ok := v.(ref)
		if !ok || seen[r] {
			return fail(Damaged)
		}
		if seen[r] = true; depth > maxDepth {
			return fail(TooLarge)
		}
		node, err := d.dict(r)
		if err != nil {
			return err
		}
		if node["Type"] == name("Page") {
			out = append(out, r)
			return nil
		}
		kids, err := d.array(node["Kids"])
		if err != nil {
			return err
		}
		for _, k := range kids {
			if err := walk(k, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root["Pages"], 0); err != nil {
		return nil, err
	}
	return out, nil
}

// unpack gives the bytes of a stream, at most limit.
func unpack(s stream, limit int) ([]byte, error) {
	switch s.dict["Filter"] {
	case nil:
		if len(s.raw) > limit {
			return nil, fail(TooLarge)
		}
		return bytes.Clone(s.raw), nil
	case name("FlateDecode"):
	default:
		return nil, fail(Unsupported)
	}
	if s.dict["DecodeParms"] != nil {
		return nil, fail(Unsupported)
	}
	z, err := zlib.NewReader(bytes.NewReader(s.raw))
	if err != nil {
		return nil, fail(Damaged)
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if err != nil {
		return nil, fail(Damaged)
	}
	if len(out) > limit {
		return nil, fail(TooLarge)
	}
	return out, nil
}

// packers are kept for the next stream: a new one takes a megabyte. They are as fast
// as gofpdf's, at a twentieth more bytes than the smallest.
var packers = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed)
	if err != nil {
		panic(err) // for a level that does not exist
	}
	return w
}}

// pack makes a stream of bytes.
func pack(head dict, b []byte) stream {
	var z bytes.Buffer
	w := packers.Get().(*zlib.Writer)
	defer packers.Put(w)
	w.Reset(&z)
	if _, err := w.Write(b); err != nil {
		panic(err) // a buffer takes everything
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	head["Filter"] = name("FlateDecode")
	return stream{head, z.Bytes()}
}
