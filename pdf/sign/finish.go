package sign

import (
	"bytes"
	"cmp"
	"crypto/md5" // the format's own checksum of an attachment, not a proof
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// File is a file attached to a PDF, as the data that the document shows
// (/AFRelationship /Data).
type File struct {
	Name     string // "declaracion.json"
	Type     string // "application/json"
	Describe string // one line for who opens the list of attachments
	Data     []byte
	At       time.Time // zero is the date of the document
}

// Field is an empty signature field: a name and a rectangle, page from 1, corners
// in points from the lower left corner of the sheet, as pdf.Place has them.
type Field struct {
	Name           string
	Page           int
	X0, Y0, X1, Y1 float64
}

// Info is what Finish writes into a file. A text left empty and an At left zero
// are taken from the generated file, so that what package pdf said once is not
// said again: to attach and to sign, Info{Files: …, Fields: …} is enough. Files and
// fields are added to those that the file has.
type Info struct {
	Title, Author, Subject, Keywords string
	Lang                             string // BCP 47 tag
	At                               time.Time
	Files                            []File
	Fields                           []Field
}

// Finish makes of a generated file (gofpdf's, or one that Finish wrote; of one
// revision) one with the structure of PDF/A-3b: version, identifier, language, XMP,
// output intent, attached files, signature fields. Objects keep their numbers. Same
// input, same bytes; finishing twice with the same changes nothing.
func Finish(generated []byte, in Info) ([]byte, error) {
	d, err := open(generated)
	if err != nil {
		return nil, err
	}
	if d.tables != 1 || d.end != len(d.b) {
		return nil, fail(NotOurs)
	}
	f := finisher{document: d, in: in, added: map[int]any{}}
	if f.spans, err = d.spans(); err != nil {
		return nil, err
	}
	for n := range f.spans {
		f.last = max(f.last, n)
	}
	if f.rootRef, f.root, err = d.root(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{f.info, f.language, f.streams, f.colours, f.outline, f.links, f.files, f.fields} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	f.added[f.rootRef.num] = f.root
	return f.bytes(), nil
}

// finisher is a file being finished.
type finisher struct {
	*document
	in      Info
	spans   map[int][]byte // objects as they came
	added   map[int]any    // objects written anew, by number
	last    int            // greatest number
	rootRef ref
	root    dict
	dated   time.Time // both dates of the file
}

func (f *finisher) add(v any) ref {
	f.last++
	f.added[f.last] = v
	return ref{f.last, 0}
}

// replace writes v at the number that the old value refers to, or at a new one.
func (f *finisher) replace(old, v any) ref {
	r, ok := old.(ref)
	if !ok {
		return f.add(v)
	}
	f.added[r.num] = v
	return r
}

// info writes the information dictionary, with zoned dates, and the same as XMP.
func (f *finisher) info() error {
	r, ok := f.trailer["Info"].(ref)
	if !ok {
		return fail(NotOurs)
	}
	old, err := f.dict(r)
	if err != nil {
		return err
	}
	m := meta{
		title: cmp.Or(f.in.Title, read(old["Title"])), author: cmp.Or(f.in.Author, read(old["Author"])),
		subject: cmp.Or(f.in.Subject, read(old["Subject"])), keywords: cmp.Or(f.in.Keywords, read(old["Keywords"])),
		creator: read(old["Creator"]), producer: read(old["Producer"]), lang: f.lang(), at: f.in.At,
	}
	if m.at.IsZero() {
		m.at = when(old["ModDate"])
	}
	f.dated = m.at
	now := dict{"CreationDate": date(m.at), "ModDate": date(m.at)}
	for k, v := range map[name]string{"Title": m.title, "Author": m.author, "Subject": m.subject, "Keywords": m.keywords, "Creator": m.creator, "Producer": m.producer} {
		if v != "" {
			now[k] = words(v)
		}
	}
	f.added[r.num] = now
	f.root["Metadata"] = f.replace(f.root["Metadata"], stream{dict{"Type": name("Metadata"), "Subtype": name("XML")}, m.xmp()})
	return nil
}

// lang is the language, of the characters that a tag may have.
func (f *finisher) lang() string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, cmp.Or(f.in.Lang, read(f.root["Lang"])))
}

// language says the language, and that the window shows the title.
func (f *finisher) language() error {
	if lang := f.lang(); lang != "" {
		f.root["Lang"] = ascii(lang)
	}
	f.root["ViewerPreferences"] = dict{"DisplayDocTitle": true}
	return nil
}

// streams packs what the generator left as it was: it would take a new packer, of a
// megabyte, for every page.
func (f *finisher) streams() error {
	for n, span := range f.spans {
		if f.added[n] != nil || !bytes.HasSuffix(span, []byte("endstream\nendobj")) {
			continue
		}
		v, err := f.load(ref{n, 0})
		if err != nil {
			return err
		}
		if s, ok := v.(stream); ok && s.dict["Filter"] == nil && len(s.raw) > 0 {
			f.added[n] = pack(s.dict, s.raw)
		}
	}
	return nil
}

// colours says what the numbers of colours mean.
func (f *finisher) colours() error {
	if f.root["OutputIntents"] != nil {
		return nil
	}
	profile := f.add(stream{dict{"N": 3, "Filter": name("FlateDecode")}, packedProfile()})
	f.root["OutputIntents"] = array{f.add(dict{
		"Type": name("OutputIntent"), "S": name("GTS_PDFA1"), "OutputConditionIdentifier": ascii("sRGB"),
		"Info": ascii("sRGB IEC61966-2.1"), "DestOutputProfile": profile,
	})}
	return nil
}

// outline counts the entries below each one, which gofpdf leaves at none, so that
// they stand open.
func (f *finisher) outline() error {
	r, ok := f.root["Outlines"].(ref)
	if !ok {
		return nil
	}
	_, err := f.count(r, map[ref]bool{}, 0)
	return err
}

func (f *finisher) count(r ref, seen map[ref]bool, depth int) (int, error) {
	if seen[r] {
		return 0, fail(NotOurs)
	}
	if seen[r] = true; depth > maxDepth {
		return 0, fail(TooLarge)
	}
	node, err := f.dict(r)
	if err != nil {
		return 0, err
	}
	total := 0
	for next, ok := node["First"].(ref); ok; {
		below, err := f.count(next, seen, depth+1)
		if err != nil {
			return 0, err
		}
		total += 1 + below
		sibling, err := f.dict(next)
		if err != nil {
			return 0, err
		}
		next, ok = sibling["Next"].(ref)
	}
	delete(node, "Count")
	if total > 0 {
		node["Count"] = total
	}
	f.added[r.num] = node
	return total, nil
}

// links lets the links of the pages be printed, as PDF/A wants of every annotation.
func (f *finisher) links() error {
	pages, err := f.pages(f.root)
	if err != nil {
		return err
	}
	for _, r := range pages {
		page, err := f.page(r)
		if err != nil {
			return err
		}
		annotations, _ := page["Annots"].(array)
		for _, a := range annotations {
			if link, ok := a.(dict); ok && link["F"] == nil {
				link["F"] = 4
				f.added[r.num] = page
			}
		}
	}
	return nil
}

// page is a page as it will be written.
func (f *finisher) page(r ref) (dict, error) {
	if v, ok := f.added[r.num].(dict); ok {
		return v, nil
	}
	return f.dict(r)
}

// files attaches the files, after those that are there already.
func (f *finisher) files() error {
	names, err := f.dict(f.root["Names"])
	if err != nil {
		return err
	}
	tree, err := f.dict(names["EmbeddedFiles"])
	if err != nil {
		return err
	}
	old, err := f.array(tree["Names"])
	if err != nil {
		return err
	}
	specs := map[string]any{}
	for i := 0; i+1 < len(old); i += 2 {
		specs[read(old[i])] = old[i+1]
	}
	linked, err := f.array(f.root["AF"])
	if err != nil {
		return err
	}
	for _, file := range f.in.Files {
		if _, twice := specs[file.Name]; twice || file.Name == "" {
			return fail(NameTaken)
		}
		spec := f.add(f.file(file))
		specs[file.Name] = spec
		linked = append(linked, spec)
	}
	delete(names, "EmbeddedFiles")
	delete(f.root, "Names")
	if len(specs) > 0 {
		tree := array{}
		for _, k := range slices.Sorted(maps.Keys(specs)) {
			tree = append(tree, words(k), specs[k])
		}
		names["EmbeddedFiles"] = dict{"Names": tree}
		f.root["AF"] = linked
	}
	if len(names) > 0 {
		f.root["Names"] = names
	}
	return nil
}

func (f *finisher) file(in File) dict {
	sum := md5.Sum(in.Data)
	if in.At.IsZero() {
		in.At = f.dated
	}
	data := f.add(pack(dict{
		"Type": name("EmbeddedFile"), "Subtype": name(in.Type),
		"Params": dict{"Size": len(in.Data), "CheckSum": text{b: sum[:]}, "ModDate": date(in.At)},
	}, in.Data))
	spec := dict{
		"Type": name("Filespec"), "F": words(in.Name), "UF": words(in.Name),
		"AFRelationship": name("Data"), "EF": dict{"F": data, "UF": data},
	}
	if in.Describe != "" {
		spec["Desc"] = words(in.Describe)
	}
	return spec
}

// fields adds empty signature fields, each with its widget on its page, and says
// that the file is signed: a signature then changes nothing but its own field.
func (f *finisher) fields() error {
	if len(f.in.Fields) == 0 {
		return nil
	}
	form, err := f.dict(f.root["AcroForm"])
	if err != nil {
		return err
	}
	list, err := f.array(form["Fields"])
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, v := range list {
		field, err := f.dict(v)
		if err != nil {
			return err
		}
		taken[read(field["T"])] = true
	}
	pages, err := f.pages(f.root)
	if err != nil {
		return err
	}
	for _, field := range f.in.Fields {
		switch {
		case taken[field.Name] || field.Name == "" || strings.Contains(field.Name, "."):
			return fail(NameTaken)
		case field.Page < 1 || field.Page > len(pages):
			return fail(NoRoom)
		}
		taken[field.Name] = true
		on := pages[field.Page-1]
		page, err := f.page(on)
		if err != nil {
			return err
		}
		annotations, err := f.array(page["Annots"])
		if err != nil {
			return err
		}
		w := f.add(f.widget(field, on))
		page["Annots"] = append(annotations, w)
		f.added[on.num] = page
		list = append(list, w)
	}
	f.root["AcroForm"] = f.replace(f.root["AcroForm"], dict{"SigFlags": 3, "Fields": list})
	return nil
}

func (f *finisher) widget(field Field, page ref) dict {
	empty := f.add(stream{form(array{0, 0, point(field.X1 - field.X0), point(field.Y1 - field.Y0)}), nil})
	return dict{
		"Type": name("Annot"), "Subtype": name("Widget"), "FT": name("Sig"), "T": words(field.Name), "F": 132, "P": page,
		"Rect": array{point(field.X0), point(field.Y0), point(field.X1), point(field.Y1)}, "AP": dict{"N": empty},
	}
}

// form is the head of a drawing that is put into another.
func form(box array) dict {
	return dict{"Type": name("XObject"), "Subtype": name("Form"), "BBox": box, "Resources": dict{}}
}

// point writes a measure.
func point(v float64) any {
	if v == float64(int(v)) {
		return int(v)
	}
	return real(fmt.Sprintf("%.3f", v))
}

// bytes writes the file anew.
func (f *finisher) bytes() []byte {
	out := make([]byte, 0, len(f.b)+16<<10)
	out = append(out, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"...)
	offsets := make([]int, f.last+1)
	for n := 1; n <= f.last; n++ {
		v, anew := f.added[n]
		span, kept := f.spans[n]
		if !anew && !kept {
			continue
		}
		offsets[n] = len(out)
		if anew {
			out = fmt.Appendf(out, "%d 0 obj\n", n)
			out = append(write(out, v), "\nendobj\n"...)
		} else {
			out = append(append(out, span...), '\n')
		}
	}
	id := sha256.Sum256(out)
	table := len(out)
	out = fmt.Appendf(out, "xref\n0 %d\n0000000000 65535 f \n", f.last+1)
	for _, at := range offsets[1:] {
		if at == 0 {
			out = append(out, "0000000000 00001 f \n"...)
		} else {
			out = fmt.Appendf(out, "%010d 00000 n \n", at)
		}
	}
	twice := text{b: id[:16]}
	return ending(out, dict{"Size": f.last + 1, "Root": f.rootRef, "Info": f.trailer["Info"], "ID": array{twice, twice}}, table)
}
