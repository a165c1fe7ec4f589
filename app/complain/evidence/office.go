package evidence

import (
	"path"
	"strconv"
	"strings"
)

// cleanOffice writes a document anew from its main part: only what is reached from
// there through a kind of relationship named in officeParts comes along, under a name
// of ours. So docProps, custom XML, thumbnails, macros, embedded objects, printer
// settings (which name printers and servers), people, previous revisions and whatever a
// later Office invents are gone without being named.
func cleanOffice(k Kind, b []byte) (cleaned, error) {
	d, err := openOffice(b)
	if err != nil {
		return cleaned{}, err
	}
	if d.kind != k {
		return cleaned{}, refuse(Office)
	}
	if err := d.properties(); err != nil {
		return d.cleaned, err
	}
	if err := d.walk(); err != nil {
		return d.cleaned, err
	}
	return d.write()
}

type office struct {
	cleaned
	pack  *pack
	kind  Kind
	main  string
	types contentTypes
	parts []*officePart
	known map[string]*officePart // by its name in the original
	count map[string]int         // of each stem
	media int
}

// officePart is a part that comes along.
type officePart struct {
	from, to string
	ctype    string
	rel      string // the kind of relationship it was reached by
	data     []byte
	rels     []relation // as they will be written
	media    bool
}

type relation struct {
	id, kind, target string
	external         bool
}

// officeKind says where a part goes and as what.
type officeKind struct{ folder, stem, ctype string }

const (
	ooxml   = "application/vnd.openxmlformats-officedocument."
	wordML  = ooxml + "wordprocessingml."
	sheetML = ooxml + "spreadsheetml."
	drawML  = ooxml + "drawingml."
)

// officeParts are the relationships that are followed, by the last word of their type.
var officeParts = map[Kind]map[string]officeKind{
	DOCX: {
		"officeDocument":    {"", "document", wordML + "document.main+xml"},
		"styles":            {"", "styles", wordML + "styles+xml"},
		"settings":          {"", "settings", wordML + "settings+xml"},
		"fontTable":         {"", "fontTable", wordML + "fontTable+xml"},
		"numbering":         {"", "numbering", wordML + "numbering+xml"},
		"header":            {"", "header", wordML + "header+xml"},
		"footer":            {"", "footer", wordML + "footer+xml"},
		"footnotes":         {"", "footnotes", wordML + "footnotes+xml"},
		"endnotes":          {"", "endnotes", wordML + "endnotes+xml"},
		"comments":          {"", "comments", wordML + "comments+xml"},
		"theme":             {"theme/", "theme", ooxml + "theme+xml"},
		"chart":             {"charts/", "chart", drawML + "chart+xml"},
		"diagramData":       {"diagrams/", "data", drawML + "diagramData+xml"},
		"diagramLayout":     {"diagrams/", "layout", drawML + "diagramLayout+xml"},
		"diagramQuickStyle": {"diagrams/", "quickStyle", drawML + "diagramStyle+xml"},
		"diagramColors":     {"diagrams/", "colors", drawML + "diagramColors+xml"},
		"image":             {"media/", "image", ""},
	},
	XLSX: {
		"officeDocument": {"", "workbook", sheetML + "sheet.main+xml"},
		"worksheet":      {"worksheets/", "sheet", sheetML + "worksheet+xml"},
		"chartsheet":     {"chartsheets/", "sheet", sheetML + "chartsheet+xml"},
		"sharedStrings":  {"", "sharedStrings", sheetML + "sharedStrings+xml"},
		"styles":         {"", "styles", sheetML + "styles+xml"},
		"theme":          {"theme/", "theme", ooxml + "theme+xml"},
		"drawing":        {"drawings/", "drawing", ooxml + "drawing+xml"},
		"vmlDrawing":     {"drawings/", "vmlDrawing", ooxml + "vmlDrawing"},
		"chart":          {"charts/", "chart", drawML + "chart+xml"},
		"comments":       {"", "comments", sheetML + "comments+xml"},
		"table":          {"tables/", "table", sheetML + "table+xml"},
		"image":          {"media/", "image", ""},
	},
}

// quiet relationships are dropped without a word: nobody would miss them on paper.
var quietParts = map[string]bool{
	"core-properties": true, "extended-properties": true, "custom-properties": true, "thumbnail": true,
	"webSettings": true, "stylesWithEffects": true, "customXml": true, "people": true, "person": true,
	"commentsExtended": true, "commentsIds": true, "commentsExtensible": true, "threadedComment": true,
	"printerSettings": true, "calcChain": true, "font": true, "chartStyle": true, "chartColorStyle": true,
	"diagramDrawing": true, "sheetMetadata": true, "glossaryDocument": true, "keyMapCustomizations": true,
	"customProperty": true, "classificationlabels": true, "themeOverride": true,
}

// openOffice reads the directory of a package and tells what it holds.
func openOffice(b []byte) (*office, error) {
	p, err := readPack(b)
	if err != nil {
		return nil, err
	}
	d := &office{pack: p, known: map[string]*officePart{}, count: map[string]int{}}
	ct, ok := p.find("[Content_Types].xml")
	if !ok {
		return nil, refuse(Archive)
	}
	for _, e := range p.entries {
		n := strings.ToLower(e.name)
		if strings.HasSuffix(n, "vbaproject.bin") || strings.Contains(n, "/macrosheets/") || strings.HasSuffix(n, "vbadata.xml") {
			return nil, refuse(Macros)
		}
	}
	if d.types, err = readTypes(ct); err != nil {
		return nil, err
	}
	rels, err := d.relations("")
	if err != nil {
		return nil, err
	}
	for _, r := range rels {
		if afterSlash(r.kind) != "officeDocument" || r.external || d.main != "" {
			continue
		}
		d.main = r.target
	}
	switch t := d.types.of(d.main); {
	case strings.Contains(t, "macroEnabled") || strings.Contains(t, "vbaProject"):
		return nil, refuse(Macros)
	case t == officeParts[DOCX]["officeDocument"].ctype:
		d.kind = DOCX
	case t == officeParts[XLSX]["officeDocument"].ctype:
		d.kind = XLSX
	default:
		return nil, refuse(Office)
	}
	return d, nil
}

func afterSlash(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// contentTypes say what each part is.
type contentTypes struct{ byName, byExt map[string]string }

func readTypes(e *entry) (contentTypes, error) {
	t := contentTypes{map[string]string{}, map[string]string{}}
	b, err := e.open()
	if err != nil {
		return t, err
	}
	err = readXML(b, func(x xmlToken) {
		if x.kind != xmlOpen {
			return
		}
		switch x.local() {
		case "Default":
			t.byExt[strings.ToLower(x.attr("Extension"))] = x.attr("ContentType")
		case "Override":
			t.byName[strings.ToLower(x.attr("PartName"))] = x.attr("ContentType")
		}
	})
	return t, err
}

func (t contentTypes) of(name string) string {
	if name == "" {
		return ""
	}
	n := "/" + strings.ToLower(strings.TrimPrefix(name, "/"))
	if s, ok := t.byName[n]; ok {
		return s
	}
	return t.byExt[strings.TrimPrefix(path.Ext(n), ".")]
}

func (t *xmlToken) attr(name string) string {
	for _, a := range t.attrs {
		if a.name == name {
			return unescape(a.value)
		}
	}
	return ""
}

// relations reads what a part refers to, with targets made whole.
func (d *office) relations(part string) ([]relation, error) {
	dir, base := path.Split(part)
	e, ok := d.pack.find(dir + "_rels/" + base + ".rels")
	if !ok {
		return nil, nil
	}
	b, err := e.open()
	if err != nil {
		return nil, err
	}
	var out []relation
	ids := map[string]bool{}
	err = readXML(b, func(x xmlToken) {
		if x.kind != xmlOpen || x.local() != "Relationship" {
			return
		}
		r := relation{x.attr("Id"), x.attr("Type"), x.attr("Target"), strings.EqualFold(x.attr("TargetMode"), "External")}
		if ids[r.id] {
			return
		}
		ids[r.id] = true
		if !r.external {
			if !strings.HasPrefix(r.target, "/") {
				r.target = "/" + dir + r.target
			}
			r.target = strings.TrimPrefix(path.Clean(r.target), "/")
		}
		out = append(out, r)
	})
	return out, err
}

// walk brings the parts together, each one cleaned, nearest first.
func (d *office) walk() error {
	d.add(relation{kind: "officeDocument", target: d.main}, "officeDocument")
	for i := 0; i < len(d.parts); i++ {
		p := d.parts[i]
		if p.media {
			continue
		}
		if err := d.follow(p); err != nil {
			return err
		}
		e, _ := d.pack.find(p.from)
		raw, err := e.open()
		if err != nil {
			return err
		}
		if p.data, err = d.xml(p, raw); err != nil {
			return err
		}
	}
	return nil
}

// follow decides on each relationship of a part.
func (d *office) follow(p *officePart) error {
	rels, err := d.relations(p.from)
	if err != nil {
		return err
	}
	for _, r := range rels {
		kind := afterSlash(r.kind)
		if r.external {
			if kind == "hyperlink" {
				d.link(p, r)
			} else if kind != "attachedTemplate" {
				d.lose(LostLinks)
			}
			continue
		}
		if _, ok := officeParts[d.kind][kind]; !ok || kind == "officeDocument" {
			if kind == "control" || kind == "activeXControlBinary" {
				d.lose(LostScripts)
			} else if !quietParts[kind] {
				d.lose(LostObjects)
			}
			continue
		}
		if kind == "image" {
			if err := d.picture(p, r); err != nil {
				return err
			}
			continue
		}
		if q := d.add(r, kind); q != nil {
			p.rels = append(p.rels, relation{r.id, r.kind, "/" + q.to, false})
		}
	}
	return nil
}

// link keeps an address that somebody has to click, and only those of the web, of mail
// and of telephones: others name folders and servers.
func (d *office) link(p *officePart, r relation) {
	if !webLink(r.target) && r.target != nowhere {
		d.whole = append(d.whole, r.target)
		d.lose(LostLinks)
		r.target = nowhere
	}
	p.rels = append(p.rels, r)
}

// nowhere is where a link leads whose address was taken away. Word calls a document broken
// that has a link without one.
const nowhere = "about:blank"

func webLink(s string) bool {
	for _, scheme := range []string{"http://", "https://", "mailto:", "tel:"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

// add gives a part its new name, once.
func (d *office) add(r relation, kind string) *officePart {
	key := strings.ToLower(r.target)
	if q, ok := d.known[key]; ok {
		if q.rel != kind {
			return nil
		}
		return q
	}
	if _, ok := d.pack.find(r.target); !ok {
		return nil
	}
	k := officeParts[d.kind][kind]
	top := "word/"
	if d.kind == XLSX {
		top = "xl/"
	}
	ext := ".xml"
	if kind == "vmlDrawing" {
		ext = ".vml"
	}
	q := &officePart{from: r.target, rel: kind, ctype: k.ctype, to: top + k.folder + k.stem + d.number(k.folder+k.stem) + ext}
	d.known[key] = q
	d.parts = append(d.parts, q)
	return q
}

// number tells parts of one kind apart; those of which there is one need none.
func (d *office) number(stem string) string {
	d.count[stem]++
	if n := d.count[stem]; n > 1 || strings.Contains(stem, "/") || stem == "header" || stem == "footer" || stem == "comments" && d.kind == XLSX {
		return strconv.Itoa(n)
	}
	return ""
}

// picture cleans a picture as if it had come alone.
func (d *office) picture(p *officePart, r relation) error {
	key := strings.ToLower(r.target)
	q, ok := d.known[key]
	if !ok {
		e, found := d.pack.find(r.target)
		if !found {
			return nil
		}
		if d.media++; d.media > maxMedia {
			return refuse(Complex)
		}
		raw, err := e.open()
		if err != nil {
			return err
		}
		k, data, lost := cleanPicture(raw)
		if k == "" {
			d.lose(LostPictures)
			return nil
		}
		d.lost = append(d.lost, lost...)
		top := "word/media/image"
		if d.kind == XLSX {
			top = "xl/media/image"
		}
		q = &officePart{from: r.target, rel: "image", media: true, data: data, ctype: k.MIME(), to: top + d.number("media/image") + "." + k.Ext()}
		d.known[key] = q
		d.parts = append(d.parts, q)
	}
	if q.media {
		p.rels = append(p.rels, relation{r.id, r.kind, "/" + q.to, false})
	}
	return nil
}

// cleanPicture is the working copy of a picture within a document, or no kind where
// it is none that can be cleaned.
func cleanPicture(b []byte) (Kind, []byte, []Loss) {
	k, err := Inspect("", b)
	if err != nil || k != JPEG && k != PNG && k != WebP {
		return "", nil, nil
	}
	c, err := clean(k, b)
	if err != nil {
		return "", nil, nil
	}
	return k, c.out, c.lost
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// write packs the parts: types first, as every Office does.
func (d *office) write() (cleaned, error) {
	types := []byte(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>`)
	for _, k := range []Kind{JPEG, PNG, WebP} {
		types = append(types, `<Default Extension="`+k.Ext()+`" ContentType="`+k.MIME()+`"/>`...)
	}
	types = append(types, `<Default Extension="vml" ContentType="`+ooxml+`vmlDrawing"/>`...)
	for _, p := range d.parts {
		if !p.media && p.rel != "vmlDrawing" {
			types = append(types, `<Override PartName="/`+p.to+`" ContentType="`+p.ctype+`"/>`...)
		}
	}
	types = append(types, "</Types>"...)

	var w packer
	w.add("[Content_Types].xml", types, true)
	const root = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
	w.add("_rels/.rels", writeRelations([]relation{{"rId1", root, "/" + d.parts[0].to, false}}), true)
	total := 0
	for _, p := range d.parts {
		if total += len(p.data); total > maxExpanded {
			return d.cleaned, refuse(Bomb)
		}
		w.add(p.to, p.data, !p.media)
		if len(p.rels) > 0 {
			dir, base := path.Split(p.to)
			rels := writeRelations(p.rels)
			d.labels = append(append(d.labels, rels...), 0)
			w.add(dir+"_rels/"+base+".rels", rels, true)
		}
	}
	d.out = w.close()
	return d.cleaned, nil
}

var xmlEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func writeRelations(rels []relation) []byte {
	out := []byte(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, r := range rels {
		out = append(out, `<Relationship Id="`+xmlEscape.Replace(r.id)+`" Type="`+xmlEscape.Replace(r.kind)+`" Target="`+xmlEscape.Replace(r.target)+`"`...)
		if r.external {
			out = append(out, ` TargetMode="External"`...)
		}
		out = append(out, "/>"...)
	}
	return append(out, "</Relationships>"...)
}

// properties notes who the document says made it, to look for the names again.
func (d *office) properties() error {
	for _, e := range d.pack.entries {
		if !strings.HasPrefix(strings.ToLower(e.name), "docprops/") || !strings.HasSuffix(e.name, ".xml") {
			continue
		}
		b, err := e.open()
		if err != nil {
			return err
		}
		in := ""
		err = readXML(b, func(x xmlToken) {
			switch {
			case x.kind == xmlOpen:
				in = x.local()
			case x.kind == xmlClose:
				in = ""
			case x.kind == xmlText && people[in]:
				v := strings.TrimSpace(unescape(string(x.raw)))
				// Properties that anybody may add hold words of any kind, such as "center".
				if in != "lpwstr" || len(v) >= 12 || strings.ContainsAny(v, " @\\/") {
					d.whole = append(d.whole, v)
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// people are the properties that name somebody or some place.
var people = map[string]bool{
	"creator": true, "lastModifiedBy": true, "Company": true, "Manager": true, "HyperlinkBase": true, "lpwstr": true,
}
