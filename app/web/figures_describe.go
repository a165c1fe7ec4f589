package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"declara/app/complain"
	"declara/app/complain/figures"
	"declara/i18n"
)

// figuresDescription answers with our own description of the figures, OpenAPI 3.0.3 in
// JSON: the platform has published none for System 5. Closed lists come from where they
// are counted by, and conditions from what reads them.
func (s *Server) figuresDescription(c *Ctx) error {
	text, err := json.Marshal(describeFigures(c.words))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	if c.Cached(hex.EncodeToString(sum[:8]), descriptionAge) {
		return nil
	}
	return c.Send(http.StatusOK, "application/json; charset=utf-8", text)
}

// object is one of JSON whose order does not matter.
type object = map[string]any

// some are members, all of which are there, and no others.
func some(members object) object {
	var names []string
	for name := range members {
		names = append(names, name)
	}
	return object{"type": "object", "additionalProperties": false, "properties": members, "required": names}
}

func describeFigures(w *i18n.Printer) object {
	text := object{"type": "string"}
	number := object{"type": "integer", "minimum": 0}
	day := object{"type": "string", "format": "date"}
	said := func(schema object, key string) object {
		out := object{"description": w.T("figures.api." + key)}
		for k, v := range schema {
			out[k] = v
		}
		return out
	}
	one := func(keys ...string) object {
		return object{"type": "string", "enum": append([]string{figures.All}, keys...)}
	}
	days := func(name string) object { return said(number, name) }
	ends := object{}
	for _, k := range complain.FigureEnds {
		ends[k] = object{"type": "integer", "minimum": 0, "nullable": true}
	}
	row := some(object{
		"id": said(text, "id"), "fechaActualizacion": said(day, "frozen"), "version": said(number, "version"),
		"entePublico": some(object{
			"nombre": text, "ambitoGobierno": some(object{"clave": text}), "entidadFederativa": some(object{"clave": text}), "municipio": some(object{"clave": text}),
		}),
		"periodo": some(object{
			"inicio": day, "fin": day, "granularidad": object{"type": "string", "enum": []string{figures.Year, figures.Semester, figures.Quarter, figures.Month}},
		}),
		"canal": one(complain.Channels...),
		"clasificacion": some(object{
			"tipoFalta": said(one(complain.FigureFaults...), "fault"), "grupoConducta": one(complain.Groups...),
		}),
		"etapa": one(complain.Phases...),
		"conteo": said(object{
			"type": "object", "additionalProperties": false, "required": []string{"valor", "metodo", "suprimido"},
			"properties": object{
				"valor": said(object{"type": "integer", "minimum": 0, "nullable": true}, "value"), "rango": said(text, "band"),
				"metodo": object{"type": "string", "enum": []string{figures.Method}}, "suprimido": object{"type": "boolean"},
			},
		}, "count"),
	})
	members := row["properties"].(object)
	members["nota"] = said(text, "note")
	members["motivoCierre"] = said(object{"type": "object", "additionalProperties": false, "properties": ends}, "motive")
	members["tiempos"] = said(object{
		"type": "object", "additionalProperties": false, "required": []string{"base"},
		"properties": object{
			"base": text, figures.Reading: days("reading"), figures.Opening: days("opening"), figures.Ending: days("ending"),
		},
	}, "times")
	ref := func(name string) object { return object{"$ref": "#/components/schemas/" + name} }
	in := func(schema object) object { return object{"application/json": object{"schema": schema}} }
	replies := func(name string) object {
		return object{
			"200":     object{"description": w.T("pdn.api.200"), "content": in(ref(name))},
			"400":     object{"description": w.T("pdn.api.400"), "content": in(ref("error"))},
			"429":     object{"description": w.T("pdn.api.429"), "content": in(ref("error"))},
			"default": object{"description": w.T("pdn.api.500"), "content": in(ref("error"))},
		}
	}
	page := object{"type": "integer", "minimum": 1}
	params := []any{
		object{"name": "limit", "in": "query", "schema": page, "description": w.T("figures.api.limit")},
		object{"name": "offset", "in": "query", "schema": number, "description": w.T("figures.api.offset")},
	}
	query := object{}
	for _, name := range figures.Conditions() {
		params = append(params, object{"name": name, "in": "query", "schema": text})
		to := query
		if group, rest, within := strings.Cut(name, "."); within {
			if to[group] == nil {
				to[group] = object{"type": "object", "additionalProperties": false, "properties": object{}}
			}
			to, name = to[group].(object)["properties"].(object), rest
		}
		to[name] = object{"oneOf": []any{text, object{"type": "integer"}}}
	}
	return object{
		"openapi": "3.0.3",
		"info":    object{"title": w.T("figures.title"), "version": "1.0", "description": w.T("figures.api.about")},
		"paths": object{figuresAPI: object{
			"post": object{
				"operationId": "post_denuncias", "summary": w.T("figures.api.search"), "security": []any{},
				"requestBody": object{"required": true, "content": in(ref("solicitud"))}, "responses": replies("respuesta"),
			},
			"get": object{
				"operationId": "get_denuncias", "summary": w.T("figures.api.list"), "security": []any{},
				"parameters": params, "responses": replies("lista"),
			},
		}},
		"components": object{"schemas": object{
			"solicitud": object{"type": "object", "properties": object{
				"page": page, "pageSize": said(object{"type": "integer"}, "limit"),
				"sort":  object{"type": "object", "properties": object{"periodo": object{"type": "string", "enum": []string{"asc", "desc"}}}},
				"query": said(object{"type": "object", "additionalProperties": false, "properties": query}, "query"),
			}},
			"respuesta": some(object{
				"pagination": some(object{"pageSize": page, "page": page, "totalRows": number, "hasNextPage": object{"type": "boolean"}}),
				"results":    object{"type": "array", "items": ref("cifra")},
			}),
			"lista": some(object{"total": number, "limit": number, "offset": number, "results": object{"type": "array", "items": ref("cifra")}}),
			"cifra": row,
			"error": some(object{"code": text, "message": text}),
		}},
	}
}
