package declare

import (
	"slices"

	"declara/forms"
)

// Who types a paper does not see what its declarant filed before, so that nothing can
// tell what became of each item since. The paper does: its format asks for the operation
// of each. It is typed as it stands there, and is AGREGAR where the paper says none
// (decision 39).

// Transcribed reports whether the operation of an item, or of a section that has one
// itself, is typed: at gives where, with what the paper says so far.
func (w *Work) Transcribed(at forms.Path) (x *forms.Field, said string, ok bool) {
	if w.Kept.Paper == "" || w.Form.Type == forms.Inicial { // an inicial has nothing before it
		return nil, "", false
	}
	x, ok = w.Form.Field(at.Join(operated))
	return x, w.Kept.Draft.Said[at], ok
}

// operated is where an item says what became of it.
const operated = "tipoOperacion"

// gone is the operation of what she no longer has.
const gone = "BAJA"

// transcribe keeps the operation that a page was sent with.
func (w *Work) transcribe(e Edit, now forms.Answers) {
	at := e.about()
	x, _, ok := w.Transcribed(at)
	if !ok || e.Item != "" && !w.holds(at) {
		return
	}
	said := now.Get(at.Join(operated))
	if !slices.ContainsFunc(x.From.Options(""), func(o forms.Entry) bool { return o.Key == said }) {
		return
	}
	d := &w.Kept.Draft
	if d.Said == nil {
		d.Said = map[forms.Path]string{}
	}
	d.Said[at] = said
	if delete(d.Baja, at); said == gone {
		d.Baja[at] = true
		return
	}
	d.Answers.Set(at.Join(motive))
	d.Answers.Set(at.Join(motive, forms.Other))
}
