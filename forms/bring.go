package forms

import (
	"maps"
	"slices"
)

// CodeDiffers is the code of a Problem about a figure that another system worked out
// differently from what its parts give. The figure stays as it was declared.
const CodeDiffers = "differs"

// Bring writes the document of answers that were filed in another system. What was
// declared stays as it was; what this edition works out and that one did not have is
// added; what cannot be read is left out. All that does not meet the rules is told, and
// stops nothing: it was filed, under what that system asked.
func Bring(f *Form, d *Draft) (Document, []Problem) {
	worked := *d
	worked.Answers = maps.Clone(d.Answers)
	Derive(f, &worked)
	var all []Problem
	for _, p := range slices.Sorted(maps.Keys(worked.Answers)) {
		switch have := d.Answers[p]; {
		case len(have) == 0:
			d.Answers[p] = worked.Answers[p]
		case !slices.Equal(have, worked.Answers[p]):
			all = append(all, Problem{Path: p, Code: CodeDiffers})
		}
	}
	for i := range f.Sections {
		all = append(all, CheckSection(f, d, f.Sections[i].Key)...)
	}
	w := writer{f: f, a: d.Answers, b: make([]byte, 0, 16<<10)}
	w.document()
	return Document{f, w.b}, all
}
