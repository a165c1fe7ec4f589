package evidence

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// xml rewrites one part: what names somebody goes, what refers to a part that does not
// come along goes, and the rest stays byte for byte.
func (d *office) xml(p *officePart, b []byte) ([]byte, error) {
	w := &partWriter{d: d, p: p, out: append(make([]byte, 0, len(b)), xmlHead...), ids: map[string]bool{}}
	for _, r := range p.rels {
		w.ids[r.id] = true
	}
	w.plainFormulas = p.rel == "worksheet" && outsideFormula(b)
	if w.plainFormulas {
		d.lose(LostFields)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if err := readXML(b, w.token); err != nil {
		return nil, err
	}
	return w.out, nil
}

// partWriter holds what has to be remembered between the tokens of a part.
type partWriter struct {
	d    *office
	p    *officePart
	out  []byte
	ids  map[string]bool // relationships that are left
	rel  []string        // prefixes of the relationships' namespace
	skip int             // elements open within one that is dropped
	in   []string        // local names of the elements open

	authors       []string
	plainFormulas bool
}

func (w *partWriter) token(t xmlToken) {
	switch t.kind {
	case xmlNote:
		return
	case xmlOpen:
		w.open(t)
	case xmlClose:
		if w.skip > 0 {
			w.skip--
			return
		}
		w.in = w.in[:len(w.in)-1]
		w.out = append(w.out, t.raw...)
	case xmlText:
		if w.skip == 0 {
			w.text(t)
		}
	}
}

func (w *partWriter) open(t xmlToken) {
	if w.skip == 0 {
		w.namespaces(&t)
	}
	if w.skip > 0 || w.dropped(&t) {
		if !t.empty {
			w.skip++
		}
		return
	}
	changed := w.attrs(&t)
	if !t.empty {
		w.in = append(w.in, t.local())
	}
	if changed {
		w.out = t.write(w.out)
	} else {
		w.out = append(w.out, t.raw...)
	}
}

func (w *partWriter) namespaces(t *xmlToken) {
	for _, a := range t.attrs {
		prefix, ok := strings.CutPrefix(a.name, "xmlns:")
		if ok && strings.HasSuffix(a.value, "/officeDocument/2006/relationships") || strings.HasSuffix(a.value, "/officeDocument/relationships") {
			w.rel = append(w.rel, prefix+":")
		}
	}
}

// goneElements go with all they hold. They are optional wherever they stand.
var goneElements = map[string]bool{
	// Word
	"rsids": true, "attachedTemplate": true, "docVars": true, "mailMerge": true, "permStart": true, "permEnd": true,
	"dataBinding": true, "proofErr": true, "docId": true, "writeProtection": true, "saveThroughXslt": true,
	"smartTagType": true, "schemaLibrary": true, "updateFields": true, "linkStyles": true, "documentType": true,
	"hdrShapeDefaults": true, "creationId": true,
	// Excel
	"fileSharing": true, "fileVersion": true, "fileRecoveryPr": true, "absPath": true, "revisionPtr": true,
	"externalReferences": true, "pivotCaches": true, "customWorkbookViews": true, "customSheetViews": true,
	"webPublishing": true, "webPublishObjects": true, "webPublishItems": true, "smartTagPr": true, "smartTagTypes": true,
	"protectedRanges": true, "oleObjects": true, "controls": true, "customProperties": true, "cellWatches": true, "FmlaMacro": true,
	// drawings
	"externalData": true, "extLst": true,
}

// keepWithout are the elements that stay, without its attribute, when the relationship
// of an attribute does not.
var keepWithout = map[string]bool{"blip": true, "pageSetup": true, "imagedata": true, "fill": true, "stroke": true}

// dropped reports whether an element goes as a whole.
func (w *partWriter) dropped(t *xmlToken) bool {
	local := t.local()
	if goneElements[local] {
		return true
	}
	if w.plainFormulas && local == "f" {
		return true
	}
	if keepWithout[local] {
		return false
	}
	for _, a := range t.attrs {
		if w.relates(a.name) && a.value != "" && !w.ids[unescape(a.value)] {
			return true
		}
	}
	return false
}

func (w *partWriter) relates(name string) bool {
	return afterColon(name) == "relid" || slices.ContainsFunc(w.rel, func(p string) bool { return strings.HasPrefix(name, p) })
}

// attrs takes away or empties the attributes that tell something.
func (w *partWriter) attrs(t *xmlToken) (changed bool) {
	local := t.local()
	vml := strings.HasPrefix(t.name, "v:") || strings.HasPrefix(t.name, "o:")
	kept := t.attrs[:0:0]
	for _, a := range t.attrs {
		name := afterColon(a.name)
		switch {
		case strings.HasPrefix(a.name, "xmlns"):
		case strings.HasPrefix(name, "rsid"), name == "paraId", name == "textId", name == "uid", name == "dateUtc", name == "initials",
			name == "date" && strings.Contains(a.name, ":"), name == "editGrp", name == "gfxdata", name == "codeName",
			local == "c" && (name == "cm" || name == "vm"), local == "scenario" && (name == "user" || name == "comment"),
			local == "docPr" && name == "title", local == "cNvPr" && name == "title",
			vml && (name == "src" || name == "href" || name == "althref" || name == "title" || name == "alt" || name == "target"):
			changed = true
			continue
		case name == "author" && a.value != "":
			w.d.whole = append(w.d.whole, unescape(a.value))
			a.value, changed = "", true
		case (local == "docPr" || local == "cNvPr") && name == "name" && fileLike(a.value),
			(local == "docPr" || local == "cNvPr") && name == "descr" && fileLike(a.value):
			w.d.whole = append(w.d.whole, unescape(a.value))
			a.value, changed = "", true
		case name == "instr" && !harmlessField(unescape(a.value)) && a.value != "":
			w.d.lose(LostFields)
			a.value, changed = "", true
		case w.relates(a.name) && a.value != "" && !w.ids[unescape(a.value)]:
			changed = true
			continue
		}
		if !contentAttrs[name] && len(a.value) >= minWhole {
			w.d.labels = append(append(w.d.labels, unescape(a.value)...), 0)
		}
		kept = append(kept, a)
	}
	t.attrs = kept
	return changed
}

// contentAttrs hold what the sender wrote or named, in which a name may rightly stand.
var contentAttrs = map[string]bool{
	"name": true, "val": true, "descr": true, "displayName": true, "string": true, "location": true, "tooltip": true,
	"display": true, "uniqueName": true, "ref": true, "instr": true, "anchor": true, "alias": true, "caption": true,
	"totalsRowLabel": true, "formatCode": true, "prompt": true, "promptTitle": true, "error": true, "errorTitle": true,
	"v": true, "lvl": true, "ascii": true, "hAnsi": true, "cs": true, "eastAsia": true, "typeface": true,
}

var filePath = regexp.MustCompile(`(?i)[\\/]|\.(jpe?g|png|webp|gif|bmp|tiff?|heic|emf|wmf|svg|pdf)$`)

// fileLike reports whether the name or description of a picture is that of a file, which
// Office puts there by itself. What somebody wrote about the picture stays.
func fileLike(s string) bool { return filePath.MatchString(s) }

var (
	outside     = regexp.MustCompile(`(?i)\[\d+\]|\||WEBSERVICE|IMPORT|\\\\|RTD\(|CALL\(|REGISTER|HYPERLINK\(`)
	fieldsKept  = []string{"PAGE", "NUMPAGES", "SECTIONPAGES", "TOC", "REF", "PAGEREF", "SEQ", "NOTEREF", "STYLEREF", "SYMBOL", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "TC", "XE", "INDEX"}
	formulaOpen = []byte("<f")
)

// outsideFormula reports whether a sheet computes from something outside of it. Then
// every formula of the sheet goes, for they build on each other; their last results stay.
func outsideFormula(b []byte) bool {
	for {
		i := bytes.Index(b, formulaOpen)
		if i < 0 {
			return false
		}
		b = b[i+2:]
		if len(b) == 0 || b[0] != '>' && b[0] != ' ' {
			continue
		}
		end := bytes.Index(b, []byte("</f>"))
		open := bytes.IndexByte(b, '>')
		if end < 0 || open < 0 || open > end || b[open-min(open, 1)] == '/' {
			continue
		}
		if outside.Match(b[open+1 : end]) {
			return true
		}
		b = b[end:]
	}
}

// harmlessField reports whether a field of Word computes from the document alone.
func harmlessField(s string) bool {
	s = strings.TrimSpace(s)
	word, rest, _ := strings.Cut(s, " ")
	word = strings.ToUpper(word)
	if word == "HYPERLINK" {
		rest = strings.TrimSpace(rest)
		return strings.HasPrefix(rest, `\l`) || webLink(strings.TrimPrefix(rest, `"`))
	}
	return slices.Contains(fieldsKept, word)
}

// text keeps what was written, but for instructions that fetch something and for the
// names that comments carry.
func (w *partWriter) text(t xmlToken) {
	if len(w.in) == 0 {
		return // the line ends around the whole
	}
	in := w.in[len(w.in)-1]
	switch {
	case (in == "instrText" || in == "delInstrText") && len(bytes.TrimSpace(t.raw)) > 0 && !harmlessField(unescape(string(t.raw))):
		w.d.lose(LostFields)
		return
	case in == "author" && w.p.rel == "comments":
		name := strings.TrimSpace(unescape(string(t.raw)))
		w.authors = append(w.authors, name+":")
		w.d.whole = append(w.d.whole, name)
		return
	case w.p.rel == "comments" && slices.Contains(w.authors, strings.TrimSpace(unescape(string(t.raw)))):
		return // Excel writes who it is at the head of the note
	case in == "definedName" && outside.Match(t.raw):
		return
	}
	w.out = append(w.out, t.raw...)
}
