package pdn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What the national viewer reads without looking whether it is there (clients.md 5,
// api.md 3): the absence of any of it breaks a page, or a whole list of results.
// "a?.b[].c" says: where there is an a, each item of its b has a c.
var viewerNeeds = []string{
	"id", "metadata.tipo", "metadata.actualizacion", "metadata.institucion", "metadata.declaracionCompleta", "metadata.actualizacionConflictoInteres",
	"s.datosGenerales.nombre", "s.datosGenerales.primerApellido",
	"s.datosEmpleoCargoComision.nombreEntePublico", "s.datosEmpleoCargoComision.areaAdscripcion", "s.datosEmpleoCargoComision.empleoCargoComision",
	"s.datosCurricularesDeclarante.escolaridad[].nivel.clave", "s.datosCurricularesDeclarante.escolaridad[].nivel.valor", "s.datosCurricularesDeclarante.escolaridad[].institucionEducativa",
	"s.experienciaLaboral.ninguno", "s.experienciaLaboral.experiencia[].ambitoSector.clave",
	"s.ingresos.actividadIndustrialComercialEmpresarial.actividades[].remuneracion.valor", "s.ingresos.actividadIndustrialComercialEmpresarial.remuneracionTotal.valor",
	"s.ingresos.actividadFinanciera.actividades[].remuneracion.valor", "s.ingresos.actividadFinanciera.remuneracionTotal.valor",
	"s.ingresos.serviciosProfesionales.servicios[].remuneracion.valor", "s.ingresos.serviciosProfesionales.remuneracionTotal.valor",
	"s.ingresos.enajenacionBienes?.bienes[].remuneracion.valor", "s.ingresos.enajenacionBienes?.remuneracionTotal.valor",
	"s.ingresos.otrosIngresos.ingresos[].remuneracion.valor", "s.ingresos.otrosIngresos.remuneracionTotal.valor",
	"s.bienesInmuebles?.bienInmueble[].tipoOperacion", "s.bienesInmuebles?.bienInmueble[].tipoInmueble.valor", "s.bienesInmuebles?.bienInmueble[].titular",
	"s.bienesInmuebles?.bienInmueble[].superficieTerreno.valor", "s.bienesInmuebles?.bienInmueble[].formaAdquisicion.valor", "s.bienesInmuebles?.bienInmueble[].valorAdquisicion.valor",
	"s.vehiculos?.vehiculo[].tipoOperacion", "s.vehiculos?.vehiculo[].titular", "s.vehiculos?.vehiculo[].valorAdquisicion.valor",
	"s.bienesMuebles?.bienMueble[].tipoOperacion", "s.bienesMuebles?.bienMueble[].titular", "s.bienesMuebles?.bienMueble[].valorAdquisicion.valor",
	"s.inversiones?.inversion[].titular", "s.inversiones?.inversion[].localizacionInversion",
	"s.adeudos?.adeudo[].titular", "s.adeudos?.adeudo[].tipoAdeudo.valor", "s.adeudos?.adeudo[].montoOriginal.valor", "s.adeudos?.adeudo[].localizacionAdeudo",
	"s.prestamoOComodato?.prestamo[].tipoBien", "s.prestamoOComodato?.prestamo[].duenoTitular.tipoDuenoTitular",
	"i?.participacion.participacion[].tipoParticipacion.valor",
	"i?.participacionTomaDecisiones.participacion[].tipoInstitucion.valor",
	"i?.apoyos.apoyo[].beneficiarioPrograma.valor", "i?.apoyos.apoyo[].tipoApoyo.valor",
	"i?.representacion?.representacion[].sector.valor",
	"i?.clientesPrincipales.cliente[].empresa", "i?.clientesPrincipales.cliente[].clientePrincipal", "i?.clientesPrincipales.cliente[].sector.valor", "i?.clientesPrincipales.cliente[].montoAproximadoGanancia.valor",
	"i?.beneficiosPrivados.beneficio[].tipoBeneficio.valor", "i?.beneficiosPrivados.beneficio[].beneficiario", "i?.beneficiosPrivados.beneficio[].otorgante", "i?.beneficiosPrivados.beneficio[].sector.valor",
	"i?.fideicomisos.fideicomiso[].fideicomitente", "i?.fideicomisos.fideicomiso[].fiduciario", "i?.fideicomisos.fideicomiso[].fideicomisario", "i?.fideicomisos.fideicomiso[].sector.valor",
}

// needed lists where a value lacks what a path asks for.
func needed(v any, path, at string) []string {
	name, rest, more := strings.Cut(path, ".")
	optional, each := strings.HasSuffix(name, "?"), strings.HasSuffix(name, "[]")
	name = strings.TrimRight(name, "?[]")
	o, ok := v.(object)
	if !ok {
		return []string{at + " is no object"}
	}
	member, there := o[name]
	at += "." + name
	switch {
	case !there && optional:
		return nil
	case !there || member == nil:
		return []string{at}
	case !more:
		return nil
	case !each:
		return needed(member, rest, at)
	}
	var missing []string
	for i, item := range list(member) {
		missing = append(missing, needed(item, rest, fmt.Sprintf("%s[%d]", at, i))...)
	}
	return missing
}

func TestViewerFindsWhatItReads(t *testing.T) {
	w := newWorld(t)
	w.file(len(sampled()), w.person(1))
	seen := map[string]int{}
	for _, r := range list(at(w.everything(), "results")) {
		flat := object{"id": at(r, "id"), "metadata": at(r, "metadata"), "s": at(r, "declaracion.situacionPatrimonial")}
		if i := at(r, "declaracion.interes"); i != nil {
			flat["i"] = i
			seen["interes"]++
		}
		for _, path := range viewerNeeds {
			for _, missing := range needed(flat, path, "") {
				t.Errorf("%s: %s is missing", at(r, "id"), missing)
			}
		}
		tipo := at(r, "metadata.tipo").(string)
		seen[tipo]++
		a := map[string]string{"INICIAL": "ingresoMensualNetoDeclarante", "MODIFICACIÓN": "ingresoAnualNetoDeclarante", "CONCLUSIÓN": "ingresoConclusionNetoDeclarante"}[tipo]
		if _, ok := at(flat, "s.ingresos."+a+".valor").(float64); a == "" || !ok {
			t.Errorf("%s: type %q without its income", at(r, "id"), tipo)
		}
		if tipo == "CONCLUSIÓN" && at(flat, "s.ingresos.otrosIngresosConclusionTotal.valor") == nil {
			t.Errorf("%s: no otrosIngresosConclusionTotal", at(r, "id"))
		}
		if at(flat, "s.datosEmpleoCargoComision.cuentaConOtroCargoPublico") == true && len(list(at(flat, "s.datosEmpleoCargoComision.otroEmpleoCargoComision"))) == 0 {
			t.Errorf("%s: another post and no list of it", at(r, "id"))
		}
		if full := at(r, "metadata.declaracionCompleta").(bool); full != (flat["i"] != nil) {
			t.Errorf("%s: full is %v, with interests %v", at(r, "id"), full, flat["i"] != nil)
		}
		whenPaid(t, flat)
		for _, p := range nulls(r, "") {
			t.Errorf("%s: null at %s", at(r, "id"), p)
		}
	}
	for _, kind := range []string{"INICIAL", "MODIFICACIÓN", "CONCLUSIÓN", "interes"} {
		if seen[kind] == 0 {
			t.Errorf("no record with %s was looked at", kind)
		}
	}
	if got := needed(object{"a": object{"b": []any{object{"c": 1.0}, object{}}}}, "a.b[].c", ""); !slices.Equal(got, []string{".a.b[1].c"}) {
		t.Errorf("the check itself finds %v", got)
	}
}

// whenPaid checks amounts that are only read where something is paid.
func whenPaid(t *testing.T, r object) {
	t.Helper()
	for _, c := range []struct{ items, when, is, needs string }{
		{"i.participacion.participacion", "recibeRemuneracion", "true", "montoMensual.valor"},
		{"i.participacionTomaDecisiones.participacion", "recibeRemuneracion", "true", "montoMensual.valor"},
		{"i.representacion.representacion", "recibeRemuneracion", "true", "montoMensual.valor"},
		{"i.apoyos.apoyo", "formaRecepcion", "MONETARIO", "montoApoyoMensual.valor"},
		{"i.beneficiosPrivados.beneficio", "formaRecepcion", "MONETARIO", "montoMensualAproximado.valor"},
	} {
		for _, item := range list(at(r, c.items)) {
			if fmt.Sprint(at(item, c.when)) == c.is && at(item, c.needs) == nil {
				t.Errorf("%s: %s without %s", c.items, c.is, c.needs)
			}
		}
	}
}

func nulls(v any, path string) (found []string) {
	switch v := v.(type) {
	case nil:
		return []string{path}
	case object:
		for name, member := range v {
			found = append(found, nulls(member, path+"."+name)...)
		}
	case []any:
		for _, item := range v {
			found = append(found, nulls(item, path+"[]")...)
		}
	}
	return found
}
