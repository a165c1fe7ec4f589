package forms

// Propose writes down the answers to "¿Qué te aplica?": for each section key, no
// proposes "ninguno" and yes takes that proposal back. Nothing is confirmed by it,
// sections that the person has already saved stay as she left them, and a section
// with items is never emptied: what was declared before has to be kept, changed or
// marked as gone, one by one.
func Propose(f *Form, d *Draft, applies map[string]bool) {
	for i := range f.Sections {
		s := &f.Sections[i]
		yes, said := applies[s.Key]
		if !said || named(s.Fields, none) == nil || d.Confirmed[Path(s.Key)] {
			continue
		}
		p := Path(s.Key).Join(none)
		switch list := collected(s); {
		case yes:
			d.Answers.Set(p, No)
		case list == "" || len(d.Answers[list]) == 0:
			d.Answers.Set(p, Yes)
		}
	}
	Derive(f, d)
}
