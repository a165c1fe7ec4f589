package demo

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"declara/app/conflict"
	"declara/forms"
	"declara/storage"
)

// suppliers brings in who sells to the municipality, and compares. Most are strangers;
// a few are what officials declared: a company of one, bought from by her own office; one
// whose name is written otherwise; one behind which a relative stands; and a false
// friend, a company of the same name with another RFC.
func (f *filler) suppliers(ctx context.Context) error {
	if f.Conflict == nil {
		return nil
	}
	head := storage.User{}
	var told []interest
	if err := f.DB.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if head, err = tx.UserByLogin(string(storage.RoleComptroller) + "@valleencinos.example"); err != nil {
			return err
		}
		told, err = f.told(tx)
		return err
	}); err != nil {
		return fmt.Errorf("demo: suppliers: %w", err)
	}
	rows, friend := sellers(told, f.o.Today.In(f.zone))
	var file strings.Builder
	w := csv.NewWriter(&file)
	if err := errors.Join(w.WriteAll(rows), w.Error()); err != nil {
		return err
	}
	id, err := f.Conflict.Stage(ctx, tenant, head, []byte(file.String()), true)
	if err != nil {
		return fmt.Errorf("demo: suppliers: %w", err)
	}
	list, err := f.Conflict.Listed(ctx, tenant, head, id)
	if err != nil {
		return err
	}
	if _, err := f.Conflict.Apply(ctx, tenant, head, id, list.Version); err != nil {
		return fmt.Errorf("demo: suppliers: %w", err)
	}
	if _, err := f.Conflict.Compare(ctx, tenant, true); err != nil {
		return fmt.Errorf("demo: comparing: %w", err)
	}
	found, _, err := f.Conflict.List(ctx, tenant, head, conflict.Ask{})
	if err != nil {
		return err
	}
	for _, r := range found {
		if friend != "" && r.Sells.RFC == friend {
			return f.Conflict.Decide(ctx, tenant, head, r.ID, conflict.NoConflict, "Presentó su acta constitutiva: la suya es otra empresa del mismo nombre, con otro RFC.", r.Print)
		}
	}
	return nil
}

// Companies of the first who declare whole, and whom the next represent: names that
// nobody else of the story declares, since invented ones repeat.
var (
	theirs     = []string{"Agropecuaria Yutañuu SPR de RL", "Constructora Peñasco Rojo SA de CV", "Textiles Tlapalli SA de CV", "Embotelladora Nanacatl SA de CV", "Transportes Cerro del Fortín SA de CV", "Maderas Ixtepeji SA de CV"}
	represents = []string{"Despacho Jurídico Ometochtli SC", "Canteras y Piedras Yagul SA de CV", "Mezcales Espadín del Llano SC", "Alimentos Totomoxtle SA de CV"}
)

// invest gives an official of the first ones a company of her own among what she
// declares, the same every year.
func (f *filler) invest(o official, d *forms.Draft) {
	boss := 0
	for _, p := range f.people {
		if p.RFC == o.RFC {
			break
		}
		if p.Boss {
			boss++
		}
	}
	for _, s := range []struct {
		list  forms.Path
		field string
		names []string
	}{{"participacion.participacion", "nombreEmpresaSociedadAsociacion", theirs}, {"representacion.representacion", "nombreRazonSocial", represents}} {
		if items := d.Answers.Items(s.list); len(items) > 0 && boss < len(s.names) {
			d.Answers.Set(s.list.Join(items[0], s.field), s.names[boss])
			d.Answers.Set(s.list.Join(items[0], "rfc"))
		}
	}
}

// interest is a company that an official declared, or a relative of hers.
type interest struct {
	person int
	what   string // section
	name   string
	rfc    string
	unit   string
}

// told are interests that officials declared, at most one of each kind a person.
func (f *filler) told(tx *storage.Txn) (all []interest, err error) {
	for i, id := range f.ids {
		filings, err := tx.FilingsOf(id)
		if err != nil {
			return nil, err
		}
		if len(filings) == 0 || filings[0].Level != forms.Full {
			continue
		}
		raw, err := tx.FullDocument(filings[0].ID)
		if err != nil {
			return nil, err
		}
		_, _, doc, err := forms.ParseResult(raw)
		if err != nil {
			return nil, err
		}
		a, err := forms.Parse(doc.Form, doc.JSON)
		if err != nil {
			return nil, err
		}
		for _, s := range []struct{ section, list, name, rfc string }{
			{"participacion", "participacion", "nombreEmpresaSociedadAsociacion", "rfc"},
			{"representacion", "representacion", "nombreRazonSocial", "rfc"},
			{"datosPareja", "", "nombre primerApellido segundoApellido", "rfc"},
		} {
			at := forms.Path(s.section)
			if s.list != "" {
				items := a.Items(at.Join(s.list))
				if len(items) == 0 {
					continue
				}
				at = at.Join(s.list, items[0])
			}
			var words []string
			for _, n := range strings.Fields(s.name) {
				words = append(words, a.Get(at.Join(n)))
			}
			name := strings.Join(strings.Fields(strings.Join(words, " ")), " ")
			if s.list == "" && len(strings.Fields(name)) > 2 || slices.Contains(theirs, name) || slices.Contains(represents, name) {
				all = append(all, interest{i, s.section, name, a.Get(at.Join(s.rfc)), f.people[i].Unit})
			}
		}
	}
	return all, nil
}

// sellers is the list of suppliers, and the RFC of the false friend.
func sellers(told []interest, today time.Time) (rows [][]string, friend string) {
	day := func(months int) string { return today.AddDate(0, months, 0).Format(time.DateOnly) }
	rows = [][]string{{"RFC", "Proveedor", "Representantes legales", "Número de contrato", "Objeto del contrato", "Monto", "Fecha de inicio", "Fecha de fin", "Área contratante", "Procedimiento"}}
	used := map[string]bool{}
	take := func(section string) (interest, bool) {
		for _, t := range told {
			if key := fmt.Sprint(t.person); t.what == section && !used[key] && !used[t.name] {
				used[key], used[t.name] = true, true
				return t, true
			}
		}
		return interest{}, false
	}
	if t, ok := take("participacion"); ok {
		rows = append(rows, []string{t.rfc, t.name, "", "VE-ADQ-014", "Papelería y consumibles", "184,500", day(-4), day(8), t.unit, "Adjudicación directa"})
	}
	if t, ok := take("representacion"); ok {
		rows = append(rows, []string{t.rfc, strings.ToUpper(t.name), "", "VE-OP-007", "Rehabilitación de banquetas", "1,260,000", day(-20), day(-14), "Obras Públicas", "Invitación a tres"})
	}
	if t, ok := take("datosPareja"); ok {
		words := strings.Fields(t.name)
		rows = append(rows, []string{"", "Servicios Integrales del Llano Alto", strings.Join(append(words[1:], words[0]), " "), "VE-SER-031", "Mantenimiento de vehículos", "96,000", day(-2), day(4), "Servicios Municipales", "Adjudicación directa"})
	}
	if t, ok := take("participacion"); ok {
		friend = "AFA010203AB8"
		rows = append(rows, []string{friend, t.name, "", "VE-ADQ-022", "Uniformes", "310,000", day(-1), day(11), "Recursos Materiales", "Licitación pública"})
	}
	for i, name := range []string{"Ferretería El Clavo Dorado", "Llantera Cuatro Caminos", "Imprenta La Garza", "Panificadora Los Volcanes", "Autopartes Montealbán", "Viveros Tule", "Asfaltos Peña Colorada", "Sonido y Carpas Guelaguetza", "Limpieza Total Antequera", "Cómputo Zenzontle"} {
		rows = append(rows, []string{"", name + " SA de CV", "", fmt.Sprintf("VE-GEN-%03d", i+1), "Compra menor", fmt.Sprint(12_000 + 7_300*i), day(-11 + i), day(-10 + i), "Recursos Materiales", "Adjudicación directa"})
	}
	return rows, friend
}
