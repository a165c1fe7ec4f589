package declare

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"declara/forms"
	"declara/storage"
)

// TestDraftIsBounded: a draft that a forged page filled with texts that no form asks
// for takes no more; what is there stays, and can be made shorter and taken out.
func TestDraftIsBounded(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(1, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	long := strings.Repeat("a", maxValue)
	item := func(i int) forms.Path { return forms.Path(fmt.Sprintf("vehiculos.vehiculo.n%d", i)) }
	w.update(func(tx *storage.Txn) error {
		d, err := tx.Draft(id)
		if err != nil {
			return err
		}
		complete(&d)
		var ids []string
		for i := 0; size(d.Draft.Answers) < maxDraft-2*maxValue; i++ {
			ids = append(ids, fmt.Sprintf("n%d", i))
			for _, name := range []string{"marca", "modelo", "anio", "numeroSerieRegistro"} {
				d.Draft.Answers.Set(item(i).Join(name), long)
			}
		}
		d.Draft.Answers.Set("vehiculos.vehiculo", ids...)
		_, err = tx.PutDraft(d, "", 0)
		return err
	})
	save := func(i int, values ...string) error {
		now := forms.Answers{}
		for n, name := range []string{"marca", "modelo", "anio", "numeroSerieRegistro"}[:len(values)] {
			now[item(i).Join(name)] = []string{values[n]}
		}
		_, err := w.Save(w.ctx, who, id, Edit{Section: "vehiculos", Item: item(i), New: true, Now: now}, false)
		return err
	}
	if err := save(90, long, long, long, long); !errors.Is(err, errDraftSize) {
		t.Errorf("more than %d bytes were taken: %v", maxDraft, err)
	}
	if got := w.work(who, id); got.has(Edit{Section: "vehiculos", Item: item(90)}) {
		t.Error("the item of a page that was refused is there")
	}
	if err := save(0, "corto"); err != nil {
		t.Errorf("a shorter answer is refused: %v", err)
	}
	if err := w.Remove(w.ctx, who, id, item(1), "", ""); err != nil {
		t.Errorf("an item cannot be taken out: %v", err)
	}
}

// TestFullDraftFits: a declaration with every list full of ordinary answers is well
// within the bound.
func TestFullDraftFits(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	a := forms.Answers{}
	var fill func(fields []forms.Field, at forms.Path)
	fill = func(fields []forms.Field, at forms.Path) {
		for i := range fields {
			x := &fields[i]
			p := at.Join(x.Name)
			switch x.Kind {
			case forms.Group:
				fill(x.Of, p)
			case forms.List:
				most := x.Max
				if strings.Count(string(p), ".") > 1 {
					most = min(most, 1) // sellers and co-owners of one thing
				}
				for n := range most {
					fill(x.Of, p.Join(fmt.Sprintf("n%06d", n)))
				}
			default:
				a.Set(p, "una respuesta de veinte")
			}
		}
	}
	for i := range f.Sections {
		fill(f.Sections[i].Fields, forms.Path(f.Sections[i].Key))
	}
	n := size(a)
	t.Logf("%d answers, %d bytes", len(a), n)
	if n > maxDraft*3/4 {
		t.Errorf("a full declaration has %d bytes; the bound is %d", n, maxDraft)
	}
}
