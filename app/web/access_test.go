package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"declara/storage"
)

// access is who may use what: the matrix of legal.md section 6, a row a route. A
// role is a letter; "*" is anybody, "a" admin, "c" contraloria, "i" investigadora,
// "s" substanciadora, "k" custodia, "e" enlace, "d" declarante, "v" verificadora, "m"
// mesa, "t" transparencia. It is written down apart from the table of routes, so that a
// change there is a change here, on purpose.
var access = map[string]string{
	"GET /healthz":        "*",
	"GET /readyz":         "*",
	"GET /robots.txt":     "*",
	"GET /idioma/:nombre": "*",

	"GET /":                               "*",
	"GET /ayuda":                          "*",
	"GET /ayuda/manual":                   "*",
	"GET /ayuda/manual/:name":             "*",
	"GET /ayuda/imagenes/:name":           "*",
	"GET /ayuda/decisiones/:name":         "*",
	"GET /acerca":                         "*",
	"GET /acerca/licencias/:name":         "*",
	"GET /privacidad":                     "*",
	"GET /accesibilidad":                  "*",
	"GET /publico":                        "*",
	"GET /publico/comparar":               "*",
	"GET /publico/datos":                  "*",
	"GET /publico/datos.csv":              "*",
	"GET /publico/datos.jsonl":            "*",
	"GET /verificar":                      "*",
	"GET /verificar/:mark":                "*",
	"GET /verificar/archivo":              "*",
	"POST /verificar/archivo":             "*",
	"GET /verificar/sello":                "*",
	"GET /verificar/sello.pem":            "*",
	"GET /publico/declaraciones/:id":      "*",
	"GET /publico/declaraciones/:id.json": "*",
	"GET /publico/declaraciones/:id.csv":  "*",
	"GET /publico/declaraciones/:id.pdf":  "*",

	"GET /publico/denuncias":            "*",
	"GET /publico/denuncias.csv":        "*",
	"GET /publico/denuncias.json":       "*",
	"POST /v1/denuncias":                "*",
	"GET /v1/denuncias":                 "*",
	"GET /publico/denuncias/canal":      "*",
	"GET /publico/denuncias/canal.json": "*",
	"GET /v1/openapi.json":              "*",
	"GET /contraloria/recepcion":        "cim",
	"POST /contraloria/recepcion":       "cim",
	"GET /contraloria/mesa":             "m", // who must file and who has, and no more
	"POST /contraloria/mesa":            "m",
	"GET /contraloria/mesa/codigo":      "m",
	"GET /contraloria/mesa/:id":         "m",
	"POST /contraloria/mesa/:id/codigo": "m",
	"GET /contraloria/buzones":          "ci",
	"GET /contraloria/buzones.csv":      "ci",
	"POST /contraloria/buzones":         "c",
	"GET /contraloria/buzones/:id":      "ci",
	"POST /contraloria/buzones/:id":     "ci",
	"GET /contraloria/buzones/:id/:seq": "ci",
	"GET /contraloria/cifras":           "c",
	"POST /contraloria/cifras":          "c",

	"GET /.well-known/declara-log":                "*",
	"GET /.well-known/declara-log/key":            "*",
	"GET /.well-known/declara-log/entries":        "*",
	"GET /.well-known/declara-log/leaf/:n":        "*",
	"GET /.well-known/declara-log/inclusion":      "*",
	"GET /.well-known/declara-log/consistency":    "*",
	"GET /.well-known/declara-log/days":           "*",
	"GET /.well-known/declara-log/days/:day":      "*",
	"GET /verificar/registro":                     "*",
	"GET /verificar/:mark/prueba.json":            "*",
	"GET /declaraciones/:id/prueba.json":          "d", // her own
	"GET /declaraciones/lecturas":                 "d",
	"GET /contraloria/personas/:id/declaraciones": "c",
	"GET /contraloria/declaraciones/:id/abrir":    "c",
	"POST /contraloria/declaraciones/:id/abrir":   "c",

	"POST /contraloria/declaraciones/:id/entregar":               "c", // who opened it in this session
	"GET /contraloria/declaraciones/:id/entrega/:lectura":        "c",
	"GET /contraloria/declaraciones/:id/entrega/:lectura/:papel": "c",

	"GET /contraloria/verificacion":                      "c",
	"GET /contraloria/encargos":                          "cv", // hers
	"GET /contraloria/verificacion/sorteo":               "c",
	"POST /contraloria/verificacion/sorteo":              "c",
	"GET /contraloria/verificacion/:number":              "c",
	"POST /contraloria/verificacion/:number/sortear":     "c",
	"POST /contraloria/verificacion/:number/anular":      "c",
	"GET /contraloria/verificacion/:number/universo.txt": "c",
	"GET /contraloria/verificacion/:number/acta.pdf":     "c",

	"GET /contraloria/verificacion/:number/declaracion/:folio":          "cv",
	"POST /contraloria/verificacion/:number/declaracion/:folio/asignar": "c",
	"POST /contraloria/verificacion/:number/declaracion/:folio/abrir":   "cv",
	"POST /contraloria/verificacion/:number/declaracion/:folio/excusa":  "cv",

	"GET /contraloria/verificacion/:number/declaracion/:folio/conclusion":             "c",
	"POST /contraloria/verificacion/:number/declaracion/:folio/conclusion":            "c",
	"GET /contraloria/verificacion/:number/declaracion/:folio/certificado.pdf":        "cv",
	"GET /contraloria/verificacion/:number/declaracion/:folio/turno.pdf":              "cv", // who opened it today
	"GET /contraloria/verificacion/:number/declaracion/:folio/hoja":                   "cv",
	"POST /contraloria/verificacion/:number/declaracion/:folio/hoja/documento":        "cv", // who has it
	"POST /contraloria/verificacion/:number/declaracion/:folio/hoja/cifra":            "cv",
	"POST /contraloria/verificacion/:number/declaracion/:folio/hoja/aclaracion":       "cv",
	"POST /contraloria/verificacion/:number/declaracion/:folio/hoja/cerrar":           "cv",
	"GET /contraloria/verificacion/:number/declaracion/:folio/hoja/seccion/:section":  "cv",
	"POST /contraloria/verificacion/:number/declaracion/:folio/hoja/seccion/:section": "cv",
	"GET /contraloria/verificacion/resultados/:year":                                  "c",

	"GET /declaraciones/verificacion":                                "d",
	"POST /declaraciones/verificacion/:number/:folio/respuesta":      "d",
	"GET /declaraciones/verificacion/:number/:folio/certificado.pdf": "d",

	// Declarations on paper: who types one fills in the form of declarants, and only that one.
	"GET /contraloria/papel":                                "cm",
	"GET /contraloria/personas/:id/papel":                   "cm",
	"POST /contraloria/personas/:id/papel":                  "cm",
	"GET /contraloria/personas/:id/papel/:papel":            "cm",
	"GET /contraloria/personas/:id/papel/:papel/escaneo":    "cm",
	"GET /contraloria/personas/:id/papel/:papel/recibo.pdf": "cm",
	"POST /contraloria/personas/:id/papel/:papel/tomar":     "cm",
	"POST /contraloria/personas/:id/papel/:papel/lista":     "cm",
	"POST /contraloria/personas/:id/papel/:papel/cerrar":    "c",
	"GET /contraloria/personas/:id/papel/:papel/cotejar":    "c",
	"POST /contraloria/personas/:id/papel/:papel/cotejar":   "c",
	"GET /contraloria/personas/:id/formato.pdf":             "cm",
	"GET /declaraciones/papel/:papel":                       "d",
	"POST /declaraciones/papel/:papel":                      "d",
	"GET /declaraciones/papel/:papel/escaneo":               "d",

	"GET /declaraciones/obsequios":                      "d", // her own
	"POST /declaraciones/obsequios":                     "d",
	"GET /declaraciones/obsequios/:obsequio/recibo.pdf": "d",
	"GET /contraloria/obsequios":                        "c", // not her own
	"GET /contraloria/obsequios.csv":                    "c",
	"GET /contraloria/obsequios/:obsequio":              "c",
	"POST /contraloria/obsequios/:obsequio":             "c",
	"GET /contraloria/obsequios/:obsequio/oficio.pdf":   "c",

	"GET /contraloria/conflictos":                            "c", // not her own
	"POST /contraloria/conflictos/comparar":                  "c",
	"GET /contraloria/conflictos/decisiones.csv":             "c",
	"GET /contraloria/conflictos/decisiones.xlsx":            "c",
	"GET /contraloria/conflictos/:id":                        "c",
	"POST /contraloria/conflictos/:id/evidencia":             "c",
	"POST /contraloria/conflictos/:id/decidir":               "c",
	"GET /contraloria/conflictos/:id/:carta":                 "c",
	"GET /contraloria/conflictos/proveedores":                "c",
	"POST /contraloria/conflictos/proveedores":               "c",
	"GET /contraloria/conflictos/proveedores/plantilla.csv":  "c",
	"GET /contraloria/conflictos/proveedores/plantilla.xlsx": "c",
	"GET /contraloria/conflictos/proveedores/:id":            "c",
	"POST /contraloria/conflictos/proveedores/:id/aplicar":   "c",
	"POST /contraloria/conflictos/proveedores/:id/deshacer":  "c",
	"POST /contraloria/conflictos/proveedores/:id/olvidar":   "c",

	"GET /contraloria/cumplimiento/recordar":                                "c",
	"POST /contraloria/cumplimiento/recordar":                               "c",
	"GET /contraloria/recordatorios":                                        "c",
	"GET /contraloria/recordatorios/:nombre":                                "c",
	"GET /contraloria/recordatorios/:nombre/avisos.pdf":                     "c",
	"GET /contraloria/correo":                                               "ca", // whose letters they are, only to c
	"POST /contraloria/correo":                                              "ca",
	"GET /contraloria/personas/:id/requerimiento":                           "c",
	"POST /contraloria/personas/:id/requerimiento":                          "c",
	"POST /contraloria/personas/:id/requerimiento/:oficio/fechas":           "c",
	"POST /contraloria/personas/:id/requerimiento/:oficio/vista":            "c",
	"GET /contraloria/personas/:id/requerimiento/:oficio/requerimiento.pdf": "c",
	"GET /contraloria/personas/:id/requerimiento/:oficio/vista.pdf":         "c",
	"GET /contraloria/prorrogas":                                            "c",
	"POST /contraloria/prorrogas":                                           "c",
	"POST /contraloria/personas/:id/aviso":                                  "c",
	"GET /contraloria/notas":                                                "c",
	"GET /contraloria/notas.csv":                                            "c",
	"GET /contraloria/notas.xlsx":                                           "c",
	"GET /contraloria/recordatorios.csv":                                    "c",
	"GET /contraloria/recordatorios.xlsx":                                   "c",
	"GET /contraloria/recordatorios/:nombre/lista.csv":                      "c",
	"GET /contraloria/recordatorios/:nombre/lista.xlsx":                     "c",
	"GET /contraloria/correo.csv":                                           "ca",
	"GET /contraloria/correo.xlsx":                                          "ca",
	"GET /contraloria/cumplimiento.xlsx":                                    "ce",

	"POST /oauth":            "*", // asks for its own credentials
	"POST /oauth/token":      "*",
	"POST /v2/declaraciones": "*",
	"GET /v2/openapi.json":   "*",

	"GET /denuncia":               "*", // and nothing is asked of who complains
	"POST /denuncia":              "*",
	"GET /denuncia/clave":         "*",
	"POST /denuncia/clave":        "*",
	"GET /denuncia/que-guardamos": "*",
	"GET /denuncia/salir":         "*",

	"GET /entrar":             "*",
	"POST /entrar":            "*",
	"GET /primera-vez":        "*",
	"POST /primera-vez":       "*",
	"GET /recuperar":          "*",
	"POST /recuperar":         "*",
	"GET /recuperar/:token":   "*",
	"POST /recuperar/:token":  "*",
	"POST /salir":             "*",
	"POST /sesion":            "acviskmted",
	"GET /seguir":             "acviskmted",
	"GET /cuenta":             "acviskmted",
	"POST /cuenta/contrasena": "acviskmted",
	"POST /cuenta/correo":     "acviskmted",
	"POST /cuenta/sesiones":   "acviskmted",

	"GET /entrar/codigo":                   "*", // of who gave the password
	"POST /entrar/codigo":                  "*",
	"GET /entrar/alta":                     "*",
	"POST /entrar/alta":                    "*",
	"GET /cuenta/segundo":                  "acviskmte",
	"GET /cuenta/segundo/codigos":          "acviskmte",
	"POST /cuenta/segundo/codigos":         "acviskmte",
	"POST /cuenta/segundo/guardados":       "acviskmte",
	"GET /cuenta/segundo/telefono":         "acviskmte",
	"POST /cuenta/segundo/telefono":        "acviskmte",
	"POST /cuenta/segundo/otro":            "acviskmte",
	"GET /contraloria/accesos":             "acm", // it takes two
	"POST /contraloria/accesos":            "acm",
	"POST /contraloria/accesos/:id/quitar": "ac",
	"POST /contraloria/accesos/:id/dejar":  "acm",
	"POST /contraloria/accesos/:id/dar":    "c", // what opens declarations is not the administrator's to give
	"POST /contraloria/accesos/:id/negar":  "ac",

	"GET /cuenta/llave":             "cisk",
	"POST /cuenta/llave":            "cisk",
	"POST /cuenta/llave/abrir":      "cisk",
	"POST /cuenta/llave/cerrar":     "cisk",
	"POST /cuenta/llave/comprobar":  "cisk",
	"POST /cuenta/llave/codigo":     "cisk",
	"POST /cuenta/llave/recuperar":  "cisk",
	"POST /cuenta/llave/otra":       "cisk",
	"GET /cuenta/llave/entrega":     "cisk",
	"POST /cuenta/llave/entrega":    "cisk",
	"GET /cuenta/llave/entrega/:id": "cisk", // of hers

	"GET /contraloria/llaves":                      "c",
	"POST /contraloria/llaves/reconocer":           "c",
	"GET /contraloria/llaves/respaldo":             "c",
	"POST /contraloria/llaves/respaldo":            "c",
	"POST /contraloria/llaves/respaldo/dejar":      "c",
	"POST /contraloria/llaves/respaldo/imprimir":   "c",
	"POST /contraloria/llaves/respaldo/comprobar":  "c",
	"GET /contraloria/llaves/simulacro":            "c",
	"POST /contraloria/llaves/simulacro":           "c",
	"GET /contraloria/llaves/recuperar":            "c",
	"POST /contraloria/llaves/recuperar":           "c",
	"GET /contraloria/llaves/autoridad":            "ac", // it takes two
	"POST /contraloria/llaves/autoridad":           "ac",
	"POST /contraloria/llaves/autoridad/confirmar": "ac",
	"POST /contraloria/llaves/autoridad/retirar":   "ac",
	"GET /contraloria/llaves/plazos":               "cisk",
	"POST /contraloria/llaves/plazos":              "c",
	"POST /contraloria/llaves/plazos/proponer":     "cisk", // it takes two
	"POST /contraloria/llaves/plazos/retirar":      "cisk",
	"POST /contraloria/llaves/plazos/eliminar":     "cisk",
	"GET /contraloria/identidades":                 "k",
	"GET /contraloria/identidades/:id":             "k",
	"POST /contraloria/identidades/:id":            "k",
	"POST /contraloria/identidades/:id/original":   "k",

	"GET /ajustes/inicio":                    "*", // with the one-time key of the terminal
	"GET /ajustes/inicio/institucion":        "*", // with the one-time key of the terminal
	"POST /ajustes/inicio/institucion":       "*", // with the one-time key of the terminal
	"GET /ajustes/inicio/aspecto":            "*", // with the one-time key of the terminal
	"POST /ajustes/inicio/aspecto":           "*", // with the one-time key of the terminal
	"GET /ajustes/inicio/cuenta":             "*", // with the one-time key of the terminal
	"POST /ajustes/inicio/cuenta":            "*", // with the one-time key of the terminal
	"GET /ajustes/inicio/correo":             "*", // with the one-time key of the terminal
	"POST /ajustes/inicio/correo":            "*", // with the one-time key of the terminal
	"GET /ajustes/inicio/respaldo":           "*", // with the one-time key of the terminal
	"POST /ajustes/inicio/respaldo":          "*", // with the one-time key of the terminal
	"GET /ajustes/inicio/padron":             "*", // with the one-time key of the terminal
	"POST /ajustes/inicio/padron":            "*", // with the one-time key of the terminal
	"GET /ajustes/inicio/listo":              "*", // with the one-time key of the terminal
	"POST /ajustes/inicio/listo":             "*", // with the one-time key of the terminal
	"GET /ajustes/aspecto":                   "a",
	"POST /ajustes/aspecto":                  "a",
	"GET /ajustes/correo":                    "a",
	"POST /ajustes/correo":                   "a",
	"GET /ajustes/respaldo":                  "a",
	"POST /ajustes/respaldo":                 "a",
	"GET /marca/:name":                       "*",
	"GET /ajustes":                           "a",
	"POST /ajustes":                          "a",
	"GET /ajustes/cuentas":                   "a",
	"GET /ajustes/cuentas/nueva":             "a",
	"POST /ajustes/cuentas/nueva":            "a",
	"GET /ajustes/cuentas/codigo":            "a",
	"GET /ajustes/cuentas/:id":               "a",
	"POST /ajustes/cuentas/:id":              "a",
	"POST /ajustes/cuentas/:id/codigo":       "a",
	"POST /ajustes/cuentas/:id/cerrar":       "a",
	"POST /ajustes/cuentas/:id/abrir":        "a",
	"GET /ajustes/conexiones":                "a",
	"POST /ajustes/conexiones":               "a",
	"GET /ajustes/conexiones/clave":          "a",
	"POST /ajustes/conexiones/:id/rotar":     "a",
	"POST /ajustes/conexiones/:id/suspender": "a",
	"POST /ajustes/conexiones/:id/reanudar":  "a",
	"GET /ajustes/sello":                     "a",
	"POST /ajustes/sello/traer":              "a",
	"POST /ajustes/sello/cambiar":            "a",
	"GET /ajustes/sello/tiempo":              "a",
	"POST /ajustes/sello/tiempo":             "a",
	"POST /ajustes/sello/tiempo/probar":      "a",
	"GET /ajustes/sello/testigos":            "a",
	"POST /ajustes/sello/testigos":           "a",

	"GET /ajustes/conexiones/:id":              "a",
	"POST /ajustes/conexiones/:id":             "a",
	"POST /ajustes/conexiones/:id/anterior":    "a",
	"POST /ajustes/conexiones/:id/revocar":     "a",
	"POST /ajustes/conexiones/:id/probar":      "a",
	"GET /ajustes/conexiones/:id/datos":        "a",
	"GET /ajustes/conexiones/:id/bitacora.csv": "a",

	"GET /contraloria/publicacion":               "cat",
	"POST /contraloria/publicacion":              "cat",
	"GET /contraloria/publicacion/renglones.csv": "cat",
	"GET /contraloria/publicacion/pnt":           "cat",
	"POST /contraloria/publicacion/pnt":          "cat",

	"GET /ajustes/efirma":           "a",
	"POST /ajustes/efirma/revisar":  "a",
	"POST /ajustes/efirma/instalar": "a",
	"POST /ajustes/efirma/quitar":   "a",
	"POST /ajustes/efirma/ocsp":     "a",
	"POST /ajustes/efirma/probar":   "a",

	"GET /contraloria/casos":                   "cis",
	"GET /contraloria/casos/cifras":            "c",
	"GET /contraloria/casos/calendario":        "cis",
	"POST /contraloria/casos/calendario":       "c",
	"GET /contraloria/casos/autoridades":       "c",
	"POST /contraloria/casos/autoridades":      "c",
	"GET /contraloria/casos/sellados":          "cisk",
	"POST /contraloria/casos/sellados":         "cisk", // it takes two, and their keys
	"GET /contraloria/casos/sellados/:id/:seq": "cisk",
	"GET /contraloria/casos/:id":               "cis", // who holds a wrap
	"POST /contraloria/casos/:id":              "cis",
	"GET /contraloria/casos/:id/mover":         "cis",
	"POST /contraloria/casos/:id/mover":        "cis",
	"POST /contraloria/casos/:id/acto":         "cis",
	"GET /contraloria/casos/:id/escrito":       "cis",
	"POST /contraloria/casos/:id/escrito":      "cis",
	"GET /contraloria/casos/:id/declaracion":   "i", // who is in charge of its inquiry
	"POST /contraloria/casos/:id/declaracion":  "i",
	"GET /contraloria/casos/:id/anexo/:seq":    "cis",
	"GET /contraloria/casos/:id/acto/:seq":     "cis",
	"GET /contraloria/casos/:id/envio/:seq":    "cis",

	"GET /contraloria/personas":               "ce",
	"POST /contraloria/personas":              "ce",
	"GET /contraloria/personas/nueva":         "ce",
	"POST /contraloria/personas/nueva":        "ce",
	"GET /contraloria/personas/codigo":        "ce",
	"GET /contraloria/personas/:id":           "ce",
	"POST /contraloria/personas/:id":          "ce",
	"POST /contraloria/personas/:id/codigo":   "ce",
	"GET /contraloria/personas/:id/reserva":   "ct",
	"GET /contraloria/reservas":               "ct",
	"POST /contraloria/reservas":              "t",
	"POST /contraloria/personas/:id/reserva":  "t",
	"POST /contraloria/personas/:id/publicar": "t",

	"GET /contraloria/padron":                 "ce",
	"POST /contraloria/padron":                "ce",
	"GET /contraloria/padron/plantilla.csv":   "ce",
	"GET /contraloria/padron/plantilla.xlsx":  "ce",
	"GET /contraloria/padron/:id":             "ce",
	"GET /contraloria/padron/:id/columnas":    "ce",
	"POST /contraloria/padron/:id/columnas":   "ce",
	"GET /contraloria/padron/:id/errores.csv": "ce",
	"POST /contraloria/padron/:id/filas":      "ce",
	"POST /contraloria/padron/:id/aplicar":    "ce",
	"POST /contraloria/padron/:id/deshacer":   "ce",
	"POST /contraloria/padron/:id/olvidar":    "ce",
	"GET /contraloria/puestos":                "ce",
	"POST /contraloria/puestos":               "ce",
	"POST /contraloria/puestos/confirmar":     "c",
	"GET /contraloria/invitaciones":           "ce",
	"POST /contraloria/invitaciones/correo":   "ce",
	"POST /contraloria/invitaciones/cartas":   "ce",

	"GET /contraloria":                  "c",
	"GET /contraloria/cumplimiento":     "cem", // states and dates
	"POST /contraloria/cumplimiento":    "cem",
	"GET /contraloria/cumplimiento.csv": "ce",

	"GET /contraloria/personas/:id/obligaciones":     "ce",
	"POST /contraloria/personas/:id/obligaciones":    "c",
	"POST /contraloria/personas/:id/servicio":        "ce",
	"POST /contraloria/personas/:id/servicio/quitar": "ce",

	"GET /declaraciones":                                       "d",
	"GET /declaraciones/nueva":                                 "d",
	"POST /declaraciones/nueva":                                "d",
	"GET /declaraciones/intereses":                             "d",
	"POST /declaraciones/intereses":                            "d",
	"GET /declaraciones/no-es-correcto":                        "d",
	"GET /declaraciones/calendario/:archivo":                   "d",
	"GET /declaraciones/:id":                                   "cdm",
	"GET /declaraciones/:id/aplica":                            "cdm",
	"POST /declaraciones/:id/aplica":                           "cdm",
	"GET /declaraciones/:id/intereses":                         "cdm",
	"POST /declaraciones/:id/intereses":                        "cdm",
	"GET /declaraciones/:id/descartar":                         "d",
	"POST /declaraciones/:id/descartar":                        "d",
	"GET /declaraciones/:id/s/:section":                        "cdm",
	"POST /declaraciones/:id/s/:section":                       "cdm",
	"GET /declaraciones/:id/s/:section/:list/:item/quitar":     "cdm",
	"POST /declaraciones/:id/s/:section/:list/:item/quitar":    "cdm",
	"GET /declaraciones/:id/s/:section/:list/:item/:step":      "cdm",
	"POST /declaraciones/:id/s/:section/:list/:item/:step":     "cdm",
	"POST /declaraciones/:id/firma/preparar":                   "d",
	"POST /declaraciones/:id/firma/completar":                  "d",
	"GET /declaraciones/:id/firma/:pendiente/documento.pdf":    "d",
	"GET /declaraciones/:id/firma/:pendiente/declaracion.json": "d",
	"GET /declaraciones/:id/borrador":                          "d", // her own
	"GET /declaraciones/:id/borrador.json":                     "d",
	"POST /declaraciones/:id/borrador":                         "d",
	"POST /declaraciones/:id/borrador/traer":                   "d",
	"GET /declaraciones/:id/revisar":                           "cdm",
	"POST /declaraciones/:id/revisar":                          "cdm",
	"GET /declaraciones/:id/vista-publica":                     "d",
	"GET /declaraciones/:id/firmar":                            "d",
	"POST /declaraciones/:id/firmar":                           "d",
	"GET /declaraciones/:id/acuse":                             "d",
	"GET /declaraciones/:id/acuse/codigo.png":                  "d",
	"GET /declaraciones/:id/pdf/:documento":                    "d",
	"GET /declaraciones/:id/nota":                              "d",
	"POST /declaraciones/:id/nota":                             "d",
	"GET /catalogos/:nombre/:clave":                            "cdm",
}

// letterOf is how a role stands in the matrix: its first letter, but for custodia,
// which keeps keys.
func letterOf(r storage.Role) string {
	if r == storage.RoleCustodian {
		return "k"
	}
	return string(r)[:1]
}

// TestAccessMatrix: every route has its row, and the table says the same.
func TestAccessMatrix(t *testing.T) {
	x := newSite(t)
	seen := map[string]bool{}
	for _, r := range x.s.table {
		key := r.Method + " " + r.Path
		if seen[key] {
			t.Errorf("%s stands twice in the table", key)
		}
		seen[key] = true
		want, ok := access[key]
		if !ok {
			t.Errorf("%s has no row in the matrix", key)
			continue
		}
		got := "*"
		if r.Roles != nil {
			got = ""
			for _, role := range r.Roles {
				got += letterOf(role)
			}
		}
		if sorted(got) != sorted(want) {
			t.Errorf("%s is for %q, the matrix says %q", key, got, want)
		}
		if r.Method != http.MethodGet && r.Method != http.MethodPost {
			t.Errorf("%s: only GET and POST are there", key)
		}
		if r.Method == http.MethodPost && (r.limit() <= 0 || r.limit() > maxBody) {
			t.Errorf("%s has no limit: %d", key, r.limit())
		}
		if r.Resume && r.Roles == nil {
			t.Errorf("%s resumes for nobody", key)
		}
		if r.Before && r.Roles != nil {
			t.Errorf("%s is for accounts that are not there before the set-up", key)
		}
	}
	for key := range access {
		if !seen[key] {
			t.Errorf("the matrix has %s, which is no route", key)
		}
	}
}

func sorted(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

// example is an address of a route, with ids that nothing has.
func example(pattern string) string {
	parts := strings.Split(pattern, "/")
	for i, p := range parts {
		if name, ext, _ := strings.Cut(p, "."); strings.HasPrefix(name, ":") {
			parts[i] = "nada"
			if ext != "" {
				parts[i] += "." + ext
			}
		}
	}
	return strings.Join(parts, "/")
}

// TestAccess asks for every route as everybody: nobody gets what the matrix does
// not give, and whoever may is not sent away.
func TestAccess(t *testing.T) {
	x := newSite(t)
	visitors := map[string]*browser{"": x.anybody()}
	for _, role := range signedIn {
		visitors[letterOf(role)] = x.as(role)
	}
	for _, r := range x.s.table {
		if r.API || r.Path == "/salir" {
			continue // its own credentials, or it would sign the visitor out
		}
		who := access[r.Method+" "+r.Path]
		for letter, b := range visitors {
			session := b.cookies["sesion"]
			var a result
			if r.Method == http.MethodGet {
				a = b.get(example(r.Path))
			} else {
				a = b.post(example(r.Path))
			}
			b.cookies["sesion"] = session // what a handler did to it is not the matter here
			away := strings.HasPrefix(a.header.Get("Location"), "/entrar")
			switch {
			case who == "*" || letter != "" && strings.Contains(who, letter):
				if a.status == http.StatusForbidden || a.status == http.StatusUnauthorized && !strings.HasPrefix(r.Path, "/entrar") && !strings.HasPrefix(r.Path, "/primera") || away && who != "*" {
					t.Errorf("%s as %q: %d, although it may\n%.300s", a.what, letter, a.status, a.body)
				}
			case letter == "" && r.Method == http.MethodGet:
				if !away || a.status != http.StatusSeeOther {
					t.Errorf("%s as nobody: %d %s", a.what, a.status, a.header.Get("Location"))
				}
			case letter == "":
				a.is(http.StatusUnauthorized)
			default:
				a.is(http.StatusForbidden).hides("<form method=\"post\" action=\"/ajustes")
			}
			if a.status >= 500 {
				t.Errorf("%s as %q: %d", a.what, letter, a.status)
			}
			if r.Roles != nil && a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s as %q may be kept: %q", a.what, letter, a.header.Get("Cache-Control"))
			}
		}
	}
}

// TestPostsAreGuarded: whatever changes something is refused when another site
// sent it, and when it is too long.
func TestPostsAreGuarded(t *testing.T) {
	x := newSite(t)
	roles := map[string]*browser{}
	for _, role := range signedIn {
		roles[letterOf(role)] = x.as(role)
	}
	for _, r := range x.s.table {
		if r.Method != http.MethodPost {
			continue
		}
		who := access[r.Method+" "+r.Path]
		b := x.anybody()
		if who != "*" {
			b.cookies = roles[who[:1]].cookies
		}
		b.header.Set("Sec-Fetch-Site", "cross-site")
		b.post(example(r.Path), "a", "b").is(http.StatusForbidden)
		b.header = http.Header{"Origin": {"https://otro.example"}}
		b.post(example(r.Path), "a", "b").is(http.StatusForbidden)
		b.header = http.Header{}
		b.do("POST", example(r.Path), "application/x-www-form-urlencoded", "a="+strings.Repeat("b", r.limit())).is(http.StatusRequestEntityTooLarge)
		b.do("POST", example(r.Path), "application/octet-stream", strings.Repeat("b", r.limit()+1)).is(http.StatusRequestEntityTooLarge)
	}
}

// TestOthersThings: what belongs to another declarant is as absent as what does
// not exist, on every route that names it.
func TestOthersThings(t *testing.T) {
	s := newDeclareSite(t, "2026-05-04")
	owner := s.official(1, 0, "2026-03-16", "")
	other := s.official(2, 0, "2026-03-16", "")
	hers := owner.begin("inicial-2026-03-16")
	for _, r := range s.server.table {
		if !strings.HasPrefix(r.Path, "/declaraciones/:id") {
			continue
		}
		target := strings.Replace(example(strings.Replace(r.Path, ":id", "DRAFT", 1)), "DRAFT", hers, 1)
		var mine, theirs reply
		if r.Method == http.MethodGet {
			theirs = other.ask("GET", target, nil)
		} else {
			theirs = other.ask("POST", target, map[string][]string{"clave": {declarePassword}, "envio": {"X"}})
		}
		if theirs.status != http.StatusNotFound {
			t.Errorf("%s %s as somebody else: %d to %q", r.Method, target, theirs.status, theirs.location)
		}
		if strings.Contains(theirs.body, owner.person.First) || strings.Contains(theirs.body, owner.person.RFC) {
			t.Errorf("%s %s tells of its owner", r.Method, target)
		}
		if r.Method == http.MethodGet && r.Path == "/declaraciones/:id" {
			if mine = owner.ask("GET", target, nil); mine.status != http.StatusOK {
				t.Errorf("the owner gets %d", mine.status)
			}
		}
	}
}
