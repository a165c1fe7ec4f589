package forms

// Rewrite writes the document of answers as they are, without asking whether they
// may be filed: the inverse of Parse alone.
func Rewrite(f *Form, a Answers) []byte {
	w := writer{f: f, a: a}
	w.document()
	return w.b
}

// CleanText is cleanText.
var CleanText = cleanText

// Sections is the whole table.
var Sections = sections

// Update is the flag that writes goldens anew.
var Update = update
