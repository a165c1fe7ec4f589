package evidence

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"io"
	"strconv"
)

// streamComes refuses streams that show nothing, and pictures that cannot be cleaned.
func (w *pdfWriter) streamComes(s pdfStream) bool {
	switch w.f.resolve(s.dict["Type"]) {
	case pdfName("XRef"), pdfName("ObjStm"):
		return false
	}
	return w.f.resolve(s.dict["Subtype"]) != pdfName("PS") && w.f.resolve(s.dict["Subtype"]) != pdfName("XML")
}

// stream writes a stream with its data cleaned.
func (w *pdfWriter) stream(out []byte, s pdfStream, role pdfRole) []byte {
	in := pdfDict{}
	kind := w.f.resolve(s.dict["Subtype"])
	fs := w.filters(s.dict)
	isImage := kind == pdfName("Image") || len(fs) > 0 && (fs[len(fs)-1] == "DCTDecode" || fs[len(fs)-1] == "JPXDecode")
	var keys map[pdfName]bool
	switch {
	case isImage:
		keys = imageKeys
	case kind == pdfName("Form"):
		keys = formKeys
	}
	for k, v := range s.dict {
		switch {
		case k == "Length" || k == "DL" || k == "F" || k == "FFilter" || k == "FDecodeParms":
		case keys != nil && !keys[k]:
		default:
			in[k] = v
		}
	}
	raw := s.raw
	if isImage {
		raw = w.image(in, raw)
	} else {
		raw = w.data(in, raw, role == contentRole || role == paintedRole || kind == pdfName("Form"))
	}
	d := w.dict(in, anyRole, 0)
	d["Length"] = pdfNumber(strconv.Itoa(len(raw)))
	out = append(w.put(out, d, ""), "\nstream\n"...)
	return append(append(out, raw...), "\nendstream"...)
}

// filters are the filters of a stream, in the order they are undone, by their long names.
func (w *pdfWriter) filters(d pdfDict) []pdfName {
	f := w.f.resolve(d["Filter"])
	a, ok := f.(pdfArray)
	if !ok {
		a = pdfArray{f}
	}
	var out []pdfName
	for _, e := range a {
		if n, ok := w.f.resolve(e).(pdfName); ok {
			if long, ok := pdfFilterNames[n]; ok {
				n = long
			}
			out = append(out, n)
		}
	}
	return out
}

var pdfFilterNames = map[pdfName]pdfName{"Fl": "FlateDecode", "A85": "ASCII85Decode", "AHx": "ASCIIHexDecode", "DCT": "DCTDecode", "LZW": "LZWDecode", "RL": "RunLengthDecode", "CCF": "CCITTFaxDecode"}

// pdfFilters are all that a stream may have. Crypt is none of them.
var pdfFilters = set("FlateDecode", "ASCII85Decode", "ASCIIHexDecode", "DCTDecode", "LZWDecode", "RunLengthDecode", "CCITTFaxDecode", "JBIG2Decode", "JPXDecode")

// data cleans what is no picture. What is deflated is cut where it ends; drawing
// operators lose their remarks.
func (w *pdfWriter) data(d pdfDict, raw []byte, content bool) []byte {
	fs := w.filters(d)
	for _, f := range fs {
		if !pdfFilters[f] {
			return nil // nothing can show it
		}
	}
	if p, ok := w.f.resolve(d["DecodeParms"]).(pdfDict); ok && p["Predictor"] != nil {
		return raw
	}
	outer := false
	for len(fs) > 0 && (fs[0] == "ASCII85Decode" || fs[0] == "ASCIIHexDecode") {
		plain, ok := undoText(fs[0], raw)
		if !ok {
			return raw
		}
		raw, fs, outer = plain, fs[1:], true
	}
	switch {
	case len(fs) == 0:
		delete(d, "Filter")
		delete(d, "DecodeParms")
		if content {
			raw = withoutRemarks(raw)
		}
		return raw
	case len(fs) > 1 || fs[0] != "FlateDecode":
		if outer {
			a := pdfArray{}
			for _, f := range fs {
				a = append(a, f)
			}
			d["Filter"] = a
			delete(d, "DecodeParms")
		}
		return raw
	}
	d["Filter"] = pdfName("FlateDecode")
	delete(d, "DecodeParms")
	plain, used, err := w.f.unzip(raw)
	if Why(err) == Bomb {
		w.fail(err)
	}
	if err != nil {
		return nil
	}
	if content {
		if c := withoutRemarks(plain); len(c) != len(plain) {
			return deflate(c)
		}
	}
	return raw[:used]
}

func deflate(b []byte) []byte {
	var buf bytes.Buffer
	z := zlib.NewWriter(&buf)
	_, _ = z.Write(b) // a bytes.Buffer takes all it is given
	_ = z.Close()
	return buf.Bytes()
}

// undoText reads binary data that was written as letters.
func undoText(f pdfName, raw []byte) ([]byte, bool) {
	if f == "ASCIIHexDecode" {
		x := pdfLexer{append([]byte("<"), raw...), 0}
		o, ok := x.hex()
		s, _ := o.(pdfString)
		return s, ok
	}
	raw = bytes.TrimPrefix(bytes.TrimSpace(raw), []byte("<~"))
	if i := bytes.IndexByte(raw, '~'); i >= 0 {
		raw = raw[:i]
	}
	out, err := io.ReadAll(ascii85.NewDecoder(bytes.NewReader(raw)))
	return out, err == nil
}

// withoutRemarks drops the remarks of a content stream. One that holds a picture of its
// own is left as it is: its bytes cannot be told from operators.
func withoutRemarks(b []byte) []byte {
	if bytes.IndexByte(b, '%') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	x := pdfLexer{b, 0}
	for x.i < len(b) {
		from := x.i
		switch c := b[x.i]; {
		case c == '%':
			for x.i < len(b) && b[x.i] != '\n' && b[x.i] != '\r' {
				x.i++
			}
			continue
		case c == '(':
			if _, ok := x.literal(); !ok {
				return b
			}
		case c == '/':
			x.i++
			x.word()
		case pdfSpace(c) || pdfDelim(c):
			x.i++
		default:
			if x.word() == "ID" {
				return b
			}
		}
		out = append(out, b[from:x.i]...)
	}
	return out
}

// image cleans a picture. One that cannot be cleaned leaves an empty place.
func (w *pdfWriter) image(d pdfDict, raw []byte) []byte {
	wide, ok1 := pdfInt(w.f.resolve(d["Width"]))
	high, ok2 := pdfInt(w.f.resolve(d["Height"]))
	if ok1 && ok2 && (wide > MaxPixels || high > MaxPixels || wide > 0 && high > MaxPixels/wide) {
		w.fail(refuse(Pixels))
	}
	fs := w.filters(d)
	for _, f := range fs {
		if !pdfFilters[f] {
			return w.noImage(d)
		}
	}
	if len(fs) == 0 {
		if has(raw, 0, "\xff\xd8\xff") || has(raw, 4, "jP  ") || has(raw, 0, pngMagic) { // no pixels, whatever it says
			return w.noImage(d)
		}
		return raw
	}
	last := fs[len(fs)-1]
	if last != "DCTDecode" && last != "JPXDecode" {
		return raw
	}
	for _, f := range fs[:len(fs)-1] {
		var ok bool
		switch f {
		case "FlateDecode":
			plain, _, err := w.f.unzip(raw)
			if Why(err) == Bomb {
				w.fail(err)
			}
			raw, ok = plain, err == nil
		case "ASCII85Decode", "ASCIIHexDecode":
			raw, ok = undoText(f, raw)
		}
		if !ok {
			return w.noImage(d)
		}
	}
	d["Filter"] = last
	if a, ok := w.f.resolve(d["DecodeParms"]).(pdfArray); ok && len(a) > 0 {
		d["DecodeParms"] = a[len(a)-1]
	}
	if last == "JPXDecode" {
		if out, ok := cleanJPX(raw); ok {
			return out
		}
		return w.noImage(d)
	}
	if i := bytes.Index(raw, []byte("\xff\xd8")); i > 0 && i < 16 {
		raw = raw[i:]
	}
	c, err := cleanJPEG(raw, false)
	if Why(err) == Damaged { // many writers leave out the end
		c, err = cleanJPEG(append(bytes.Clone(raw), 0xff, 0xd9), false)
	}
	if err != nil {
		if r := Why(err); r == Pixels || r == Complex {
			w.fail(err)
		}
		return w.noImage(d)
	}
	return c.out
}

func (w *pdfWriter) noImage(d pdfDict) []byte {
	w.lose(LostPictures)
	clear(d)
	d["Type"], d["Subtype"] = pdfName("XObject"), pdfName("Image")
	d["Width"], d["Height"], d["BitsPerComponent"] = pdfNumber("1"), pdfNumber("1"), pdfNumber("8")
	d["ColorSpace"] = pdfName("DeviceGray")
	return []byte{0xff}
}

// cleanJPX keeps the boxes of a JPEG 2000 that hold pixels, and blanks the remarks at
// the head of its codestream.
func cleanJPX(b []byte) ([]byte, bool) {
	if has(b, 0, "\xff\x4f\xff\x51") {
		return jpxStream(bytes.Clone(b))
	}
	var out []byte
	for i, n := 0, 0; i < len(b); n++ {
		size, head := be32(b, i), int64(8)
		if size == 1 {
			if be32(b, i+8) != 0 {
				return nil, false
			}
			size, head = be32(b, i+12), 16
		}
		if size == 0 {
			size = int64(len(b) - i)
		}
		if size < head || size > int64(len(b)-i) || n > 100 {
			return nil, false
		}
		x := b[i : i+int(size)]
		i += int(size)
		switch string(x[4:8]) {
		case "jP  ", "ftyp", "jp2h":
			out = append(out, x...)
		case "jp2c":
			s, ok := jpxStream(bytes.Clone(x[head:]))
			if !ok {
				return nil, false
			}
			out = be.AppendUint32(out, uint32(8+len(s)))
			out = append(append(out, "jp2c"...), s...)
		}
	}
	return out, len(out) > 0
}

// jpxStream blanks the remarks before the first tile.
func jpxStream(b []byte) ([]byte, bool) {
	if !has(b, 0, "\xff\x4f") {
		return nil, false
	}
	for i := 2; ; {
		size := be16(b, i+2)
		if size < 2 || be16(b, i)>>8 != 0xff || at(b, i+2, size) == nil {
			return nil, false
		}
		switch b[i+1] {
		case 0x90: // the first tile
			return b, true
		case 0x64:
			if size < 4 {
				return nil, false
			}
			clear(b[i+6 : i+2+size])
		}
		i += 2 + size
	}
}
