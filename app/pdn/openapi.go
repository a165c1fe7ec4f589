package pdn

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"

	"declara/forms"
	"declara/i18n"
)

// description is our own description of the API in one language.
type description struct {
	text []byte
	tag  string
}

// descriptions by name of the language; each is made once.
var descriptions sync.Map

// Description is our own description of the API, OpenAPI 3.0.3 in JSON, and a tag
// that changes when it does. Declarations are described from the table of fields,
// so it says exactly what is published; it agrees with the three official
// descriptions wherever they say something of the same. The bytes must not be
// changed.
func Description(w *i18n.Printer) (text []byte, tag string) {
	if d, ok := descriptions.Load(w.Name()); ok {
		return d.(description).text, d.(description).tag
	}
	text, err := json.Marshal(document(w))
	if err != nil {
		panic("pdn: " + err.Error()) // it is made of texts and numbers only
	}
	sum := sha256.Sum256(text)
	d := description{text, hex.EncodeToString(sum[:8])}
	descriptions.Store(w.Name(), d)
	return d.text, d.tag
}

// object of JSON whose order does not matter.
type dict = map[string]any

func document(w *i18n.Printer) any {
	schemas := forms.Properties{
		{Name: "solicitud", Schema: requestSchema(w)},
		{Name: "respuesta", Schema: replySchema(w)},
		{Name: "error", Schema: errorSchema()},
		{Name: "token", Schema: tokenSchema()},
		{Name: "solicitudToken", Schema: tokenRequestSchema()},
	}
	schemas = append(schemas, forms.PublicSchemas(w)...)
	return struct {
		OpenAPI    string `json:"openapi"`
		Info       dict   `json:"info"`
		Paths      dict   `json:"paths"`
		Components dict   `json:"components"`
	}{
		"3.0.3",
		dict{"title": w.T("pdn.api.title"), "version": "2.0", "description": w.T("pdn.api.about")},
		dict{
			"/oauth/token": dict{"post": dict{
				"operationId": "post_token", "summary": w.T("pdn.api.token"), "security": []any{},
				"requestBody": dict{"required": true, "content": dict{
					"application/x-www-form-urlencoded": dict{"schema": named("solicitudToken")},
					"application/json":                  dict{"schema": named("solicitudToken")},
				}},
				"responses": replies(w, "token", "400", "401", "413", "429"),
			}},
			"/v2/declaraciones": dict{"post": dict{
				"operationId": "post_declaraciones", "summary": w.T("pdn.api.search"), "tags": []string{"declaraciones"},
				"security":    []any{dict{"declaraciones_auth": []string{}}},
				"requestBody": dict{"required": true, "content": content(named("solicitud"))},
				"responses":   replies(w, "respuesta", "400", "401", "413", "429"),
			}},
		},
		dict{
			"securitySchemes": dict{"declaraciones_auth": dict{
				"type": "oauth2", "flows": dict{"password": dict{"tokenUrl": "/oauth/token", "scopes": dict{}}},
			}},
			"schemas": schemas,
		},
	}
}

func named(component string) *forms.Schema {
	return &forms.Schema{Ref: "#/components/schemas/" + component}
}

func content(schema *forms.Schema) dict {
	return dict{"application/json": dict{"schema": schema}}
}

func replies(w *i18n.Printer, ok string, faults ...string) dict {
	all := dict{
		"200":     dict{"description": w.T("pdn.api.200"), "content": content(named(ok))},
		"default": dict{"description": w.T("pdn.api.500"), "content": content(named("error"))},
	}
	for _, status := range faults {
		all[status] = dict{"description": w.T("pdn.api." + status), "content": content(named("error"))}
	}
	return all
}

// requestSchema is what a search may ask. It is open: members that are not known
// are ignored.
func requestSchema(w *i18n.Printer) *forms.Schema {
	text := func() *forms.Schema { return &forms.Schema{Type: "string", Description: w.T("pdn.api.text")} }
	key := func(c *forms.Catalogue) *forms.Schema {
		return &forms.Schema{Type: "string", Description: w.T("pdn.api.key", c.Name)}
	}
	span := func() *forms.Schema {
		s := &forms.Schema{Type: "object", Description: w.T("pdn.api.range")}
		s.Add("min", &forms.Schema{Type: "number"}, false)
		s.Add("max", &forms.Schema{Type: "number"}, false)
		return s
	}
	post := &forms.Schema{Type: "object"}
	post.Add("nombreEntePublico", text(), false)
	post.Add("entidadFederativa", key(forms.States), false)
	post.Add("municipioAlcaldia", key(forms.Municipalities), false)
	post.Add("empleoCargoComision", text(), false)
	post.Add("nivelOrdenGobierno", key(forms.Government), false)
	post.Add("nivelEmpleoCargoComision", text(), false)
	estate := &forms.Schema{Type: "object", Description: w.T("pdn.api.estate")}
	estate.Add("superficieConstruccion", span(), false)
	estate.Add("superficieTerreno", span(), false)
	estate.Add("formaAdquisicion", key(forms.Acquisition), false)
	estate.Add("valorAdquisicion", span(), false)
	query := &forms.Schema{Type: "object", Description: w.T("pdn.api.query")}
	query.Add("id", &forms.Schema{Type: "string", Description: w.T("pdn.api.id")}, false)
	query.Add("nombres", text(), false)
	query.Add("primerApellido", text(), false)
	query.Add("segundoApellido", text(), false)
	query.Add("escolaridadNivel", key(forms.SchoolLevel), false)
	query.Add("datosEmpleoCargoComision", post, false)
	query.Add("bienesInmuebles", estate, false)
	query.Add("totalIngresosNetos", span(), false)

	s := &forms.Schema{Type: "object"}
	s.Add("page", &forms.Schema{Type: "integer", Minimum: number64(1), Description: w.T("pdn.api.page")}, false)
	s.Add("pageSize", &forms.Schema{Type: "integer", Description: w.T("pdn.api.pagesize")}, false)
	s.Add("query", query, false)
	s.Add("sort", sortSchema(w), false)
	return s
}

// sortSchema is read from the table that the parser reads.
func sortSchema(w *i18n.Printer) *forms.Schema {
	s := &forms.Schema{Type: "object", Description: w.T("pdn.api.sort")}
	inside := map[string]*forms.Schema{}
	for _, k := range sortable {
		to := s
		if k.in != "" {
			if to = inside[k.in]; to == nil {
				to = &forms.Schema{Type: "object"}
				inside[k.in] = to
				s.Add(k.in, to, false)
			}
		}
		to.Add(k.name, forms.Keys("asc", "desc"), false)
	}
	return s
}

func replySchema(w *i18n.Printer) *forms.Schema {
	page := forms.Closed()
	page.Add("pageSize", &forms.Schema{Type: "integer", Minimum: number64(1), Maximum: number64(largestSize)}, true)
	page.Add("page", &forms.Schema{Type: "integer", Minimum: number64(1)}, true)
	page.Add("totalRows", &forms.Schema{Type: "integer", Minimum: number64(0)}, true)
	page.Add("hasNextPage", &forms.Schema{Type: "boolean"}, true)
	item := &forms.Schema{}
	for _, t := range forms.AllTypes {
		for _, l := range forms.AllLevels {
			item.OneOf = append(item.OneOf, forms.PublicResult(forms.Lookup(t, l)))
		}
	}
	most := largestSize
	s := forms.Closed()
	s.Add("pagination", page, true)
	s.Add("results", &forms.Schema{Type: "array", MaxItems: &most, Items: item, Description: w.T("pdn.api.results")}, true)
	return s
}

func errorSchema() *forms.Schema {
	s := forms.Closed()
	s.Add("code", &forms.Schema{Type: "string"}, true)
	s.Add("message", &forms.Schema{Type: "string"}, true)
	return s
}

func tokenSchema() *forms.Schema {
	s := forms.Closed()
	s.Add("access_token", &forms.Schema{Type: "string"}, true)
	s.Add("token_type", forms.Keys(tokenType), true)
	s.Add("expires_in", &forms.Schema{Type: "integer"}, true)
	return s
}

// tokenRequestSchema obliges to neither client_id nor client_secret: they may come
// as Basic credentials.
func tokenRequestSchema() *forms.Schema {
	s := &forms.Schema{Type: "object"}
	s.Add("grant_type", forms.Keys("password"), true)
	s.Add("username", &forms.Schema{Type: "string"}, true)
	s.Add("password", &forms.Schema{Type: "string"}, true)
	s.Add("client_id", &forms.Schema{Type: "string"}, false)
	s.Add("client_secret", &forms.Schema{Type: "string"}, false)
	s.Add("scope", &forms.Schema{Type: "string"}, false)
	return s
}

func number64(n int64) *int64 { return &n }
