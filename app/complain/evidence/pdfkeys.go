package evidence

import (
	"maps"
	"slices"
)

// gonePDF are keys that are dropped wherever they stand, but among names that the
// document chose.
var gonePDF = set(
	"Metadata", "PieceInfo", "LastModified", "AA", "OpenAction", "JS", "JavaScript", "EmbeddedFiles", "EF", "AF", "Names",
	"Thumb", "SpiderInfo", "ID", "Perms", "Legal", "DSS", "Collection", "Requirements", "StructTreeRoot", "StructParent",
	"StructParents", "OPI", "Alternates", "DPartRoot", "DPart", "Measure", "VP", "PtData", "Info", "XFA", "CreationDate", "ModDate",
	"Author", "Creator", "Producer", "Popup", "RC", "CreatorInfo", "Ref", "Private", "Extensions", "URLS", "Threads", "OutputIntents",
)

// What is kept of the objects whose keys the format lists.
var (
	pageKeys  = set("Type", "Resources", "MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox", "Rotate", "Contents", "Annots", "Group", "UserUnit")
	annotKeys = set("Type", "Subtype", "Rect", "Contents", "P", "F", "AP", "AS", "Border", "C", "OC", "A", "Dest", "H", "QuadPoints", "BS", "BE",
		"IC", "InkList", "L", "LE", "LL", "LLE", "Cap", "Vertices", "DA", "Q", "DS", "CL", "RD", "Name", "Open", "State", "StateModel", "Sy", "IT", "CA", "MK",
		"FT", "Parent", "Kids", "T", "TU", "Ff", "V", "DV", "Opt", "TI", "I", "MaxLen")
	outlineKeys = set("Type", "Title", "Parent", "Prev", "Next", "First", "Last", "Count", "Dest", "A", "C", "F")
	imageKeys   = set("Type", "Subtype", "Width", "Height", "ColorSpace", "BitsPerComponent", "Decode", "DecodeParms", "Filter", "ImageMask",
		"Mask", "SMask", "SMaskInData", "Interpolate", "Intent", "Matte", "OC")
	formKeys = set("Type", "Subtype", "FormType", "BBox", "Matrix", "Resources", "Group", "OC", "Filter", "DecodeParms")

	annotKinds = set("Text", "Link", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly",
		"StrikeOut", "Stamp", "Caret", "Ink", "Widget", "Watermark")
)

func set(names ...pdfName) map[pdfName]bool {
	m := make(map[pdfName]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// dict is what is kept of a dictionary, or nil where it does not come along.
func (w *pdfWriter) dict(d pdfDict, role pdfRole, depth int) pdfDict {
	if depth > 0 && !w.comes(d, pdfRef{}, role) { // one with a number was asked when it got it
		return nil
	}
	out := pdfDict{}
	for _, k := range slices.Sorted(maps.Keys(d)) {
		if !keeps(role, k) || !w.keepsHere(d, role, k) {
			continue
		}
		if x := w.value(d[k], roleOf(role, k), depth+1); x != nil {
			out[k] = x
		}
	}
	if role == pageRole {
		out["Type"] = pdfName("Page")
	}
	return out
}

func keeps(role pdfRole, k pdfName) bool {
	switch role {
	case pageRole:
		return pageKeys[k]
	case annotRole:
		return annotKeys[k]
	case outlineRole:
		return outlineKeys[k]
	case actionRole:
		return k == "S" || k == "D" || k == "URI"
	case namesRole, paintedRole, looksRole:
		return true
	}
	return !gonePDF[k]
}

// roleOf is the role of what a key of an object leads to.
func roleOf(role pdfRole, k pdfName) pdfRole {
	switch role { // the keys are names that mean nothing
	case namesRole:
		return anyRole
	case looksRole:
		return paintedRole
	case paintedRole:
		return contentRole
	}
	switch k {
	case "Resources", "DR":
		return resourcesRole
	case "CharProcs", "Colorants":
		return namesRole
	}
	switch role {
	case pageRole:
		switch k {
		case "Annots":
			return annotRole
		case "Contents":
			return contentRole
		}
	case resourcesRole:
		switch k {
		case "XObject":
			return paintedRole
		case "Font", "ExtGState", "ColorSpace", "Pattern", "Shading", "Properties":
			return namesRole
		}
	case annotRole:
		switch k {
		case "AP":
			return looksRole
		case "A":
			return actionRole
		case "Parent", "Kids":
			return annotRole
		}
	case outlineRole:
		switch k {
		case "A":
			return actionRole
		case "First", "Last", "Next", "Prev", "Parent":
			return outlineRole
		}
	}
	return anyRole
}

// annotComes holds annotations to the kinds that show something, and fields to those
// of a page that is shown.
func (w *pdfWriter) annotComes(d pdfDict, r pdfRef) bool {
	kind, ok := w.f.resolve(d["Subtype"]).(pdfName)
	if !ok {
		return w.above[r.num]
	}
	if !annotKinds[kind] {
		if kind != "Popup" {
			w.lose(LostObjects)
		}
		return false
	}
	return kind != "Widget" || r.num == 0 || w.widgets[r.num]
}

// keepsHere decides on the keys that are right in some annotations and bookmarks only.
func (w *pdfWriter) keepsHere(d pdfDict, role pdfRole, k pdfName) bool {
	if role != annotRole && role != outlineRole {
		return true
	}
	kind, marks := w.f.resolve(d["Subtype"]).(pdfName)
	switch k {
	case "T": // the name of a field, or who made a note
		if marks && kind != "Widget" {
			if s, ok := w.f.resolve(d[k]).(pdfString); ok {
				w.whole = append(w.whole, string(s))
			}
			return false
		}
	case "V", "DV":
		if _, signed := w.f.resolve(d[k]).(pdfDict); signed {
			w.lose(LostSignature)
			return false
		}
	case "A":
		a, ok := w.f.resolve(d[k]).(pdfDict)
		return ok && w.actionComes(a)
	case "Dest":
		_, ok := w.f.resolve(d[k]).(pdfArray) // a name leads through a tree that is dropped
		return ok
	}
	return true
}

// actionComes lets through what shows a page, and addresses somebody has to click.
func (w *pdfWriter) actionComes(d pdfDict) bool {
	switch w.f.resolve(d["S"]) {
	case pdfName("GoTo"):
		_, ok := w.f.resolve(d["D"]).(pdfArray)
		return ok
	case pdfName("URI"):
		if s, ok := w.f.resolve(d["URI"]).(pdfString); ok && webLink(string(s)) {
			return true
		}
		w.lose(LostLinks)
	case pdfName("Named"):
	case pdfName("GoToR"), pdfName("GoToE"), pdfName("Launch"):
		w.lose(LostLinks)
	default:
		w.lose(LostScripts)
	}
	return false
}
