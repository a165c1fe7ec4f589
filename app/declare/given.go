package declare

import (
	"strconv"

	"declara/forms"
	"declara/storage"
)

// Sections that the roster speaks of.
const (
	general    = forms.Path("datosGenerales")
	employment = forms.Path("datosEmpleoCargoComision")
)

// personalMail is where the acuse goes (Norma 16ª I.5).
const personalMail = general + ".correoElectronico.personal"

// given are the answers that human resources and the institution have: who the
// person is and which post makes the declaration due. They are shown, not typed
// over; a mistake in them is corrected in the roster, and every draft shows the
// correction at its next opening. What the roster leaves empty is asked.
func given(f *forms.Form, inst storage.Institution, p storage.Person, event string) forms.Answers {
	a := forms.Answers{}
	set := func(at forms.Path, v string) {
		if _, ok := f.Field(at); ok {
			a.Set(at, v)
		}
	}
	set(general.Join("nombre"), p.Given)
	set(general.Join("primerApellido"), p.First)
	set(general.Join("segundoApellido"), p.Second)
	set(general.Join("curp"), p.CURP)
	if len(p.RFC) == 13 {
		set(general.Join("rfc", "rfc"), p.RFC[:10])
		set(general.Join("rfc", "homoClave"), p.RFC[10:])
	}
	set(general.Join("correoElectronico", "institucional"), p.Email)

	set(employment.Join("nivelOrdenGobierno"), inst.Order)
	set(employment.Join("ambitoPublico"), inst.Branch)
	set(employment.Join("nombreEntePublico"), inst.Name)
	set(employment.Join("areaAdscripcion"), p.Unit)
	set(employment.Join("empleoCargoComision"), p.Post)
	set(employment.Join("contratadoPorHonorarios"), strconv.FormatBool(p.Fees))
	set(employment.Join("nivelEmpleoCargoComision"), p.Grade)
	set(employment.Join("funcionPrincipal"), p.Duties)
	set(employment.Join("fechaTomaPosesion"), event)
	return a
}

// eventDay is what section 4 holds as fechaTomaPosesion: the entry, and in a
// conclusión the exit, for which the standard has no property of its own.
func eventDay(t forms.Type, event string, p storage.Person) string {
	if t == forms.Modificacion || event == "" {
		return p.Entry
	}
	return event
}
