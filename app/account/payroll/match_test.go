package payroll

import (
	"testing"

	"declara/app/table"
)

// TestMatch: columns are found by what systems of payroll call them.
func TestMatch(t *testing.T) {
	for _, c := range []struct {
		heading string
		missing int
		want    map[Field]int
	}{
		{"NOMBRE(S),PRIMER APELLIDO,SEGUNDO APELLIDO,R.F.C.,C.U.R.P.,PUESTO,NIVEL,ÁREA DE ADSCRIPCIÓN,FECHA DE INGRESO,FECHA DE BAJA,CORREO", 0,
			map[Field]int{Given: 0, First: 1, Second: 2, RFC: 3, CURP: 4, Post: 5, Grade: 6, Unit: 7, Entry: 8, Exit: 9, Email: 10}},
		{"RFC,CURP,Ap. Paterno,Ap. Materno,Nombre,Fec. Alta,Cargo,Nivel salarial,Adscripción", 0,
			map[Field]int{RFC: 0, CURP: 1, First: 2, Second: 3, Given: 4, Entry: 5, Post: 6, Grade: 7, Unit: 8}},
		{"Departamento,Unidad de adscripción,RFC,Nombre", 5, map[Field]int{Unit: 1}},
		{"uno,dos", len(Needed), nil},
	} {
		list, err := table.Read([]byte("Nómina de la quincena\n" + c.heading + "\nx,y"))
		if err != nil {
			t.Fatal(err)
		}
		head, got := Match(list)
		if missing := Missing(got); len(missing) != c.missing || (head == 1) != (c.want != nil) {
			t.Errorf("%s: head %d, missing %v", c.heading, head, missing)
		}
		for f, at := range c.want {
			if got.At(f) != at {
				t.Errorf("%s: %s is %d, not %d", c.heading, f, got.At(f), at)
			}
		}
	}
	template := table.Table{Rows: []table.Row{{Number: 1, Cells: Template()[0]}}}
	if _, c := Match(template); len(c) != len(Fields) {
		t.Errorf("the template is read as %v", c)
	}
}
