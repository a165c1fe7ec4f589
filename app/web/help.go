package web

import "declara/app/docs"

// helps says where the manual tells of the pages at and below an address: the longest
// that fits holds. The names of pages are the Spanish ones; anchors are the same in all
// languages. Tests see to it that each page of who is signed in has a place there.
var helps = []struct{ below, page, anchor string }{
	{"/entrar", "cuenta", "segundo"},
	{"/primera-vez", "cuenta", "entrar"},
	{"/recuperar", "cuenta", "contrasena"},
	{"/seguir", "cuenta", "entrar"},
	{"/cuenta", "cuenta", "correo"},
	{"/cuenta/segundo", "cuenta", "telefono"},
	{"/cuenta/llave", "llaves", "hacer"},
	{"/cuenta/llave/entrega", "llaves", "entregar"},

	{"/declaraciones", "declarar", "empezar"},
	{"/declaraciones/:id", "declarar", "llenar"},
	{"/declaraciones/:id/revisar", "declarar", "firmar"},
	{"/declaraciones/:id/vista-publica", "declarar", "firmar"},
	{"/declaraciones/:id/firmar", "declarar", "firmar"},
	{"/declaraciones/:id/firma", "declarar", "firmar"},
	{"/declaraciones/:id/acuse", "declarar", "acuse"},
	{"/declaraciones/:id/nota", "declarar", "corregir"},
	{"/declaraciones/intereses", "declarar", "intereses"},
	{"/declaraciones/lecturas", "declarar", "lecturas"},
	{"/declaraciones/verificacion", "declarar", "preguntas"},
	{"/declaraciones/obsequios", "papel", "obsequios"},
	{"/declaraciones/papel", "papel", "cotejar"},
	{"/catalogos", "declarar", "llenar"},

	{"/contraloria", "cumplimiento", "panel"},
	{"/contraloria/cumplimiento", "cumplimiento", "lista"},
	{"/contraloria/cumplimiento/recordar", "cumplimiento", "recordar"},
	{"/contraloria/recordatorios", "cumplimiento", "recordar"},
	{"/contraloria/personas/:id/obligaciones", "cumplimiento", "decidir"},
	{"/contraloria/personas/:id/requerimiento", "cumplimiento", "requerir"},
	{"/contraloria/prorrogas", "cumplimiento", "prorroga"},
	{"/contraloria/correo", "cumplimiento", "correo"},

	{"/contraloria/personas", "padron", "persona"},
	{"/contraloria/padron", "padron", "nomina"},
	{"/contraloria/puestos", "padron", "puestos"},
	{"/contraloria/invitaciones", "padron", "invitar"},

	{"/contraloria/personas/:id/declaraciones", "lectura", "abrir"},
	{"/contraloria/declaraciones", "lectura", "abrir"},
	{"/contraloria/declaraciones/:id/entrega", "lectura", "entregar"},
	{"/contraloria/notas", "lectura", "notas"},
	{"/contraloria/personas/:id/reserva", "lectura", "reserva"},
	{"/contraloria/reservas", "lectura", "reserva"},

	{"/contraloria/verificacion", "verificacion", "sortear"},
	{"/contraloria/verificacion/:number/declaracion", "verificacion", "asignar"},
	{"/contraloria/encargos", "verificacion", "encargos"},
	{"/contraloria/verificacion/:number/declaracion/:folio/hoja", "verificacion", "hoja"},
	{"/contraloria/verificacion/:number/declaracion/:folio/conclusion", "verificacion", "terminar"},
	{"/contraloria/conflictos", "conflictos", "decidir"},
	{"/contraloria/conflictos/proveedores", "conflictos", "proveedores"},

	{"/contraloria/mesa", "mesa", "buscar"},
	{"/contraloria/mesa/codigo", "mesa", "codigo"},
	{"/contraloria/papel", "papel", "capturar"},
	{"/contraloria/personas/:id/papel", "papel", "recibir"},
	{"/contraloria/personas/:id/papel/:papel", "papel", "capturar"},
	{"/contraloria/personas/:id/papel/:papel/cotejar", "papel", "cotejar"},
	{"/contraloria/personas/:id/formato.pdf", "papel", "recibir"},
	{"/contraloria/obsequios", "papel", "obsequios"},

	{"/contraloria/casos", "casos", "leer"},
	{"/contraloria/casos/:id/mover", "casos", "mover"},
	{"/contraloria/casos/:id/escrito", "casos", "mover"},
	{"/contraloria/casos/:id/declaracion", "casos", "declaracion"},
	{"/contraloria/casos/calendario", "casos", "plazos"},
	{"/contraloria/casos/cifras", "casos", "plazos"},
	{"/contraloria/casos/autoridades", "casos", "turnar"},
	{"/contraloria/casos/sellados", "llaves", "autoridad"},
	{"/contraloria/cifras", "casos", "cifras"},
	{"/contraloria/recepcion", "casos", "recibir"},
	{"/contraloria/buzones", "casos", "buzones"},
	{"/contraloria/llaves", "llaves", "reconocer"},
	{"/contraloria/llaves/autoridad", "llaves", "autoridad"},
	{"/contraloria/llaves/plazos", "llaves", "eliminar"},
	{"/contraloria/llaves/recuperar", "llaves", "respaldo"},
	{"/contraloria/llaves/respaldo", "llaves", "respaldo"},
	{"/contraloria/llaves/simulacro", "llaves", "respaldo"},
	{"/contraloria/identidades", "llaves", "identidad"},

	{"/contraloria/accesos", "ajustes", "accesos"},
	{"/ajustes", "ajustes", "institucion"},
	{"/ajustes/inicio", "ajustes", "inicio"},
	{"/ajustes/aspecto", "ajustes", "aspecto"},
	{"/ajustes/correo", "ajustes", "correo"},
	{"/ajustes/respaldo", "ajustes", "respaldo"},
	{"/ajustes/cuentas", "ajustes", "cuentas"},
	{"/ajustes/efirma", "ajustes", "efirma"},
	{"/ajustes/sello", "ajustes", "sello"},
	{"/ajustes/conexiones", "conexion", "conectar"},
	{"/ajustes/conexiones/:id", "conexion", "probar"},
	{"/contraloria/publicacion", "conexion", "revisar"},
	{"/contraloria/publicacion/pnt", "conexion", "pnt"},
}

// helpOf is the place of the manual that tells of a route; "" when none does.
func helpOf(pattern, lang string) string {
	best := -1
	for i, h := range helps {
		if below(pattern, h.below) && (best < 0 || len(h.below) > len(helps[best].below)) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	page, _, _ := docs.Find(helps[best].page)
	return manualPath + "/" + page.In(lang) + "#" + helps[best].anchor
}
