package evidence

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
)

// cleanPDF writes a document anew from its pages: only what they show comes along, in
// one revision. So what an earlier revision held, or a page that was taken out, is gone
// with Info, XMP, attachments, scripts, actions, signatures, thumbnails and the private
// data of programs, without being looked for. Pictures within it are cleaned as if they
// had come alone. Decision 0016 says why this is not a library.
func cleanPDF(b []byte) (cleaned, error) {
	f, err := openPDF(b)
	if err != nil {
		return cleaned{}, err
	}
	w := &pdfWriter{f: f, nums: map[int]int{}, pages: map[int]int{}, widgets: map[int]bool{}, above: map[int]bool{}, rooted: map[int]bool{}}
	w.info()
	if err := w.document(); err != nil {
		return w.cleaned, err
	}
	if f.work < 0 {
		return w.cleaned, refuse(Complex)
	}
	return w.cleaned, nil
}

// pdfRole is what an object is for, which says which of its keys are kept.
type pdfRole int

const (
	anyRole       pdfRole = iota
	pageRole              // a page
	resourcesRole         // dictionaries of names, by kind
	namesRole             // the keys are names that the document chose
	annotRole             // an annotation, or a field of a form
	looksRole             // how an annotation looks
	outlineRole           // a bookmark
	actionRole            // what a click does
	contentRole           // a stream of drawing operators
	paintedRole           // such a stream, or a dictionary of them by name
)

// pdfTodo is an object that has a number and is yet to be written.
type pdfTodo struct {
	o    any
	role pdfRole
}

type pdfWriter struct {
	cleaned
	f       *pdfFile
	nums    map[int]int // number of an object in the copy, by that in the original
	todo    []pdfTodo   // todo[i] has number i+1
	pages   map[int]int // pages that are shown, by their number in the original
	widgets map[int]bool
	above   map[int]bool // fields that a widget belongs to
	roots   []int        // fields without a parent, in the order of the pages
	rooted  map[int]bool
	err     error
}

// info notes what the document says of who made it, to look for it again.
func (w *pdfWriter) info() {
	d, _ := w.f.resolve(w.f.trailer["Info"]).(pdfDict)
	for _, k := range slices.Sorted(maps.Keys(d)) {
		if s, ok := w.f.resolve(d[k]).(pdfString); ok {
			w.whole = append(w.whole, string(s))
		}
	}
}

// document gives numbers to the catalogue, the tree of pages and the pages, and writes
// them and whatever they lead to.
func (w *pdfWriter) document() error {
	root := w.f.resolve(w.f.trailer["Root"]).(pdfDict)
	pages, err := w.collect(root["Pages"])
	if err != nil {
		return err
	}
	w.todo = make([]pdfTodo, 2, 2+len(pages))
	kids := pdfArray{}
	for _, p := range pages {
		w.todo = append(w.todo, pdfTodo{p.dict, pageRole})
		if p.num > 0 {
			w.pages[p.num] = len(w.todo)
		}
		kids = append(kids, pdfRef{len(w.todo), 0})
		w.fields(p.dict)
	}
	catalog := pdfDict{"Type": pdfName("Catalog"), "Pages": pdfRef{2, 0}}
	if mode := w.f.resolve(root["PageMode"]); mode == pdfName("UseOutlines") {
		catalog["PageMode"] = mode
	}
	if s, ok := w.f.resolve(root["Lang"]).(pdfString); ok && len(s) < 20 {
		catalog["Lang"] = s
	}
	for _, k := range []pdfName{"OCProperties", "Outlines", "PageLabels"} {
		if root[k] == nil {
			continue
		}
		role := anyRole
		if k == "Outlines" {
			role = outlineRole
		}
		if v := w.value(root[k], role, 1); v != nil {
			catalog[k] = v
		}
	}
	w.form(root, catalog)
	for _, k := range []pdfName{"OpenAction", "AA"} {
		if root[k] != nil && !w.goesTo(root[k]) {
			w.lose(LostScripts)
		}
	}
	if names, ok := w.f.resolve(root["Names"]).(pdfDict); ok {
		if names["JavaScript"] != nil {
			w.lose(LostScripts)
		}
		if names["EmbeddedFiles"] != nil {
			w.lose(LostObjects)
		}
	}
	return w.write(catalog, pdfDict{"Type": pdfName("Pages"), "Kids": kids, "Count": pdfNumber(strconv.Itoa(len(kids)))})
}

// goesTo reports whether an action only opens a page: losing that is no loss.
func (w *pdfWriter) goesTo(o any) bool {
	switch a := w.f.resolve(o).(type) {
	case pdfArray:
		return true
	case pdfDict:
		return w.f.resolve(a["S"]) == pdfName("GoTo")
	}
	return false
}

type pdfPage struct {
	num  int
	dict pdfDict
}

var inherited = []pdfName{"Resources", "MediaBox", "CropBox", "Rotate"}

// collect walks the tree of pages, and hands down what they inherit.
func (w *pdfWriter) collect(tree any) ([]pdfPage, error) {
	var out []pdfPage
	seen := map[int]bool{}
	var walk func(o any, from pdfDict, depth int) error
	walk = func(o any, from pdfDict, depth int) error {
		num := 0
		if r, ok := o.(pdfRef); ok {
			if num = r.num; seen[num] {
				return nil // a circle, or a page shown twice
			}
			seen[num] = true
		}
		d, ok := w.f.resolve(o).(pdfDict)
		if !ok {
			return nil
		}
		if depth > maxPDFDepth || len(out) > maxObjects {
			return refuse(Complex)
		}
		d = maps.Clone(d)
		for _, k := range inherited {
			if d[k] == nil && from[k] != nil {
				d[k] = from[k]
			}
		}
		kids, isNode := w.f.resolve(d["Kids"]).(pdfArray)
		if !isNode {
			out = append(out, pdfPage{num, d})
			return nil
		}
		for _, k := range kids {
			if err := walk(k, d, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	err := walk(tree, nil, 0)
	if err == nil && len(out) == 0 {
		err = refuse(Damaged)
	}
	return out, err
}

// fields notes the widgets of a page and the fields that they belong to, so that a
// form keeps nothing of a page that is gone.
func (w *pdfWriter) fields(page pdfDict) {
	annots, _ := w.f.resolve(page["Annots"]).(pdfArray)
	for _, a := range annots {
		r, ok := a.(pdfRef)
		d, isDict := w.f.resolve(a).(pdfDict)
		if !ok || !isDict || w.f.resolve(d["Subtype"]) != pdfName("Widget") {
			continue
		}
		w.widgets[r.num] = true
		for depth := 0; depth < maxPDFDepth; depth++ {
			up, ok := d["Parent"].(pdfRef)
			next, isDict := w.f.resolve(up).(pdfDict)
			if !ok || !isDict {
				if !w.rooted[r.num] {
					w.rooted[r.num] = true
					w.roots = append(w.roots, r.num)
				}
				break
			}
			w.above[up.num] = true
			r, d = up, next
		}
	}
}

// form writes the form anew, with the fields that are shown.
func (w *pdfWriter) form(root, catalog pdfDict) {
	d, ok := w.f.resolve(root["AcroForm"]).(pdfDict)
	if !ok {
		return
	}
	if d["XFA"] != nil {
		w.lose(LostScripts)
	}
	old, _ := w.f.resolve(d["Fields"]).(pdfArray)
	for _, o := range old[:min(len(old), maxEntries)] { // a signature need not be seen on a page
		f, _ := w.f.resolve(o).(pdfDict)
		if _, signed := w.f.resolve(f["V"]).(pdfDict); signed {
			w.lose(LostSignature)
		}
	}
	if len(w.roots) == 0 {
		return
	}
	fields := pdfArray{}
	for _, n := range w.roots {
		if v := w.value(pdfRef{n, 0}, annotRole, 1); v != nil {
			fields = append(fields, v)
		}
	}
	out := pdfDict{"Fields": fields}
	for _, k := range []pdfName{"DA", "DR", "NeedAppearances", "Q"} {
		if v := w.value(d[k], roleOf(anyRole, k), 1); v != nil {
			out[k] = v
		}
	}
	catalog["AcroForm"] = out
}

// value is o as it is written: references have the numbers of the copy, and nil is
// what does not come along.
func (w *pdfWriter) value(o any, role pdfRole, depth int) any {
	if depth > 2*maxPDFDepth {
		w.fail(refuse(Complex))
		return nil
	}
	switch v := o.(type) {
	case pdfRef:
		return w.refer(v, role)
	case pdfDict:
		if d := w.dict(v, role, depth); d != nil {
			return d
		}
		return nil
	case pdfArray:
		if len(v) == 2 && w.f.resolve(v[0]) == pdfName("ICCBased") {
			return w.plainColor(v[1])
		}
		out := make(pdfArray, 0, len(v))
		for _, e := range v {
			x := w.value(e, role, depth+1)
			if x == nil {
				if role == annotRole {
					continue // a list of annotations or of fields
				}
				x = pdfWord("null")
			}
			out = append(out, x)
		}
		return out
	case pdfString, pdfName, pdfNumber:
		return v
	case pdfWord:
		if v == "true" || v == "false" {
			return v
		}
	}
	return nil
}

// plainColor is what stands in for a profile: the numbers stay as they are.
func (w *pdfWriter) plainColor(profile any) any {
	s, _ := w.f.resolve(profile).(pdfStream)
	switch n, _ := pdfInt(w.f.resolve(s.dict["N"])); n {
	case 1:
		return pdfName("DeviceGray")
	case 4:
		return pdfName("DeviceCMYK")
	}
	return pdfName("DeviceRGB")
}

// refer gives the object behind a reference its number, the first time.
func (w *pdfWriter) refer(r pdfRef, role pdfRole) any {
	if n, ok := w.pages[r.num]; ok {
		return pdfRef{n, 0}
	}
	if n, ok := w.nums[r.num]; ok {
		if n == 0 {
			return nil
		}
		return pdfRef{n, 0}
	}
	o := w.f.resolve(r)
	if !w.comes(o, r, role) {
		w.nums[r.num] = 0
		return nil
	}
	// A profile that stands alone is written as what stands in for it.
	if a, ok := o.(pdfArray); ok && len(a) == 2 && w.f.resolve(a[0]) == pdfName("ICCBased") {
		return w.plainColor(a[1])
	}
	w.todo = append(w.todo, pdfTodo{o, role})
	w.nums[r.num] = len(w.todo)
	return pdfRef{len(w.todo), 0}
}

// comes reports whether an object comes along at all.
func (w *pdfWriter) comes(o any, r pdfRef, role pdfRole) bool {
	var d pdfDict
	switch v := o.(type) {
	case nil:
		return false
	case pdfDict:
		d = v
	case pdfStream:
		d = v.dict
		if !w.streamComes(v) || role == annotRole || role == outlineRole || role == actionRole || role == resourcesRole || role == pageRole {
			return false
		}
	default:
		return true
	}
	if pageLike(d) {
		return false
	}
	switch w.f.resolve(d["Type"]) {
	case pdfName("Page"), pdfName("Pages"), pdfName("Catalog"): // not one that is shown
		return false
	case pdfName("Metadata"), pdfName("EmbeddedFile"), pdfName("Filespec"), pdfName("F"), pdfName("Sig"), pdfName("DocTimeStamp"):
		return false
	}
	switch role {
	case annotRole:
		return w.annotComes(d, r)
	case actionRole:
		return w.actionComes(d)
	}
	return true
}

// pageLike tells pages that do not say so.
func pageLike(d pdfDict) bool {
	return d["MediaBox"] != nil || d["Contents"] != nil && d["Resources"] != nil || d["Kids"] != nil && d["Count"] != nil && d["FT"] == nil
}

// write gives every object that has a number its place.
func (w *pdfWriter) write(catalog, tree pdfDict) error {
	out := []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var offsets []int
	for i := 0; i < len(w.todo); i++ {
		offsets = append(offsets, len(out))
		out = strconv.AppendInt(out, int64(i+1), 10)
		out = append(out, " 0 obj\n"...)
		switch i {
		case 0:
			out = w.put(out, catalog, "")
		case 1:
			out = w.put(out, tree, "")
		default:
			t := w.todo[i]
			w.todo[i].o = nil
			if s, ok := t.o.(pdfStream); ok {
				out = w.stream(out, s, t.role)
				break
			}
			v := w.value(t.o, t.role, 0)
			if d, ok := v.(pdfDict); ok && t.role == pageRole {
				d["Parent"] = pdfRef{2, 0}
			}
			out = w.put(out, v, "")
		}
		out = append(out, "\nendobj\n"...)
		if w.err != nil {
			return w.err
		}
		if len(w.todo) > maxObjects {
			return refuse(Complex)
		}
		if len(out) > 4*MaxBytes {
			return refuse(Bomb)
		}
	}
	table := len(out)
	out = append(out, "xref\n0 "+strconv.Itoa(len(offsets)+1)+"\n0000000000 65535 f \n"...)
	for _, o := range offsets {
		s := strconv.Itoa(o)
		out = append(out, "0000000000"[:10-len(s)]...)
		out = append(append(out, s...), " 00000 n \n"...)
	}
	out = append(out, "trailer\n<</Root 1 0 R/Size "+strconv.Itoa(len(offsets)+1)+">>\nstartxref\n"+strconv.Itoa(table)+"\n%%EOF\n"...)
	if len(out) > MaxBytes+MaxBytes/2 {
		return refuse(Bomb)
	}
	w.out = out
	return nil
}

func (w *pdfWriter) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// pdfTexts are the keys whose strings the sender wrote or named.
var pdfTexts = map[pdfName]bool{"Contents": true, "V": true, "DV": true, "Opt": true, "Title": true, "T": true, "TU": true, "URI": true, "Name": true, "P": true, "MK": true, "CA": true}

// put writes an object. Strings that are nobody's text are noted, to be searched.
func (w *pdfWriter) put(out []byte, o any, key pdfName) []byte {
	switch v := o.(type) {
	case pdfName:
		return putName(out, v)
	case pdfNumber:
		return append(out, v...)
	case pdfWord:
		return append(out, v...)
	case pdfString:
		if !pdfTexts[key] {
			w.labels = append(append(w.labels, v...), 0)
		}
		return putString(out, v)
	case pdfRef:
		return append(strconv.AppendInt(out, int64(v.num), 10), " 0 R"...)
	case pdfArray:
		out = append(out, '[')
		for i, e := range v {
			if i > 0 {
				out = append(out, ' ')
			}
			out = w.put(out, e, key)
		}
		return append(out, ']')
	case pdfDict:
		out = append(out, "<<"...)
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(putName(out, k), ' ')
			out = w.put(out, v[k], k)
		}
		return append(out, ">>"...)
	}
	return append(out, "null"...)
}

const hexDigits = "0123456789ABCDEF"

func putName(out []byte, n pdfName) []byte {
	out = append(out, '/')
	for i := range len(n) {
		if c := n[i]; c > 32 && c < 127 && c != '#' && !pdfDelim(c) {
			out = append(out, c)
		} else {
			out = append(out, '#', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return out
}

func putString(out []byte, s pdfString) []byte {
	if bytes.IndexFunc(s, func(r rune) bool { return r < 32 || r > 126 }) >= 0 {
		out = append(out, '<')
		for _, c := range s {
			out = append(out, hexDigits[c>>4], hexDigits[c&15])
		}
		return append(out, '>')
	}
	out = append(out, '(')
	for _, c := range s {
		if c == '(' || c == ')' || c == '\\' {
			out = append(out, '\\')
		}
		out = append(out, c)
	}
	return append(out, ')')
}
