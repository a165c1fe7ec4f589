package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// FuzzDeclareForm reads any body as the form of a section. It never panics, takes
// only what is named after the section, and a page that starts from what it gave
// back starts from the same answers.
func FuzzDeclareForm(f *testing.F) {
	f.Add("vehiculos", "vehiculos.vehiculo.i1.marca=Nissan&version=3&base=%7B%22vehiculos.ninguno%22%3A%5B%22true%22%5D%7D")
	f.Add("ingresos", "ingresos.remuneracionAnualCargoPublico=1%2C234&version=-1&base=null")
	f.Add("datosGenerales", "datosGenerales.=&datosGenerales..=x&datosGenerales=y&base=[]&version=99999999999999999999")
	f.Add("", ".=1&base={\"\":[\"a\"]}")
	f.Fuzz(func(t *testing.T, section, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		e := readEdit(form, section, "")
		for p := range e.Now {
			if !strings.HasPrefix(string(p), section+".") {
				t.Fatalf("%q is not of %q", p, section)
			}
		}
		var base map[string][]string
		if err := json.Unmarshal([]byte(sentBase(e)), &base); err != nil {
			t.Fatalf("the base cannot be read back: %v", err)
		}
		again := readEdit(url.Values{"base": {sentBase(e)}}, section, "")
		for p, values := range e.Now {
			said := 0
			for _, v := range values {
				if v != "" {
					said++
				}
			}
			if len(again.Base[p]) != said && strings.ToValidUTF8(string(p), "") == string(p) {
				t.Fatalf("%q: %q came back as %q", p, values, again.Base[p])
			}
		}
	})
}
