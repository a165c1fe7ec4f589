package forms

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// TestCatalogues: keys are unique under their parent, texts are there and in NFC,
// parents exist, and each lookup finds what stands in the list.
func TestCatalogues(t *testing.T) {
	files, err := catalogueFiles.ReadDir("catalogue")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 46 {
		t.Errorf("%d files, not the 41 of the standard, four of INEGI and ISO, and ours", len(files))
	}
	parents := map[string]*Catalogue{"entidadFederativa": States, "tipoInversion": InvestmentKind}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".json")
		c := CatalogueByName(name)
		if c == nil {
			t.Errorf("%s is read by nobody", name)
			continue
		}
		seen := map[place]bool{}
		for _, e := range c.Entries {
			if e.Key == "" || e.Text == "" || !norm.NFC.IsNormalString(e.Key) || !norm.NFC.IsNormalString(e.Text) {
				t.Errorf("%s: %q %q", name, e.Key, e.Text)
			}
			if seen[place{e.By, e.Key}] {
				t.Errorf("%s: %q twice", name, e.Key)
			}
			seen[place{e.By, e.Key}] = true
			if c.By != "" && !parents[c.By].Has(e.By) {
				t.Errorf("%s: %q is under %q, which does not exist", name, e.Key, e.By)
			}
			if got, ok := c.entry(e.Key, e.By); !ok || got != e {
				t.Errorf("%s: entry(%q, %q) is %v", name, e.Key, e.By, got)
			}
			if !c.Has(e.Key) || c.By == "" && c.Text(e.Key) != e.Text {
				t.Errorf("%s: %q is not found", name, e.Key)
			}
		}
		if c.Other != "" && !c.Has(c.Other) {
			t.Errorf("%s: the other option %q is missing", name, c.Other)
		}
		if c.Has("no such key") || c.Text("no such key") != "" {
			t.Errorf("%s has what it has not", name)
		}
	}
}

// TestCatalogueLookups: a municipality is found only under its state, and lists
// that narrow each other offer nothing before the parent is known.
func TestCatalogueLookups(t *testing.T) {
	if e, ok := Municipalities.Under("20", "067"); !ok || e.Text != "Oaxaca de Juárez" {
		t.Errorf("20 067 is %v", e)
	}
	for _, by := range []string{"", "33"} {
		if _, ok := Municipalities.Under(by, "067"); ok {
			t.Errorf("067 exists under %q", by)
		}
		if n := len(Municipalities.Options(by)); n != 0 {
			t.Errorf("%d municipalities under %q", n, by)
		}
	}
	if n := len(Municipalities.Options("20")); n != 570 {
		t.Errorf("Oaxaca has %d municipalities, not 570", n)
	}
	if n := len(Municipalities.Entries); n != 2475 {
		t.Errorf("%d municipalities, not 2475", n)
	}
	if o := InvestmentSubkind.Options("FINV"); len(o) != 2 || o[0].Key != "SOIN" {
		t.Errorf("FINV offers %v", o)
	}
	if Countries.Entries[0].Key != "MX" || Currencies.Entries[0].Key != "MXN" {
		t.Error("Mexico is not first")
	}
	if o := Place.Options("anything"); len(o) != 2 {
		t.Errorf("a list without parents offers %v", o)
	}
	if CatalogueByName("nothing") != nil {
		t.Error("a catalogue that does not exist was found")
	}
}

// TestKinshipLists: the two printed lists of one catalogue, 15 and 20 options.
func TestKinshipLists(t *testing.T) {
	var file struct {
		Values []struct {
			Clave       string
			Dependiente bool `json:"in_dependiente_economico"`
			Transmisor  bool `json:"in_relacion_transmisor"`
		}
	}
	if err := json.Unmarshal(reference(t, "catalogues/parentescoRelacion.json"), &file); err != nil {
		t.Fatal(err)
	}
	for _, v := range file.Values {
		if DependentKinship.Has(v.Clave) != v.Dependiente || SellerKinship.Has(v.Clave) != v.Transmisor {
			t.Errorf("%s is offered in the wrong list", v.Clave)
		}
	}
	if len(DependentKinship.Entries) != 15 || len(SellerKinship.Entries) != 20 {
		t.Errorf("%d and %d options", len(DependentKinship.Entries), len(SellerKinship.Entries))
	}
	if DependentKinship.Other != "OTRO" || DependentKinship.Name != "parentescoRelacion" {
		t.Error("a part of a catalogue lost its name or its other option")
	}
}

// TestCataloguesAreOfficial compares ours with the files of the national platform:
// keys, texts, order, shape, the other option and the parent. Countries and
// currencies are ISO codes without texts in the standard; ours stand in the order
// of their Spanish names.
func TestCataloguesAreOfficial(t *testing.T) {
	reference(t, "catalogues/nivel.json")
	dir := filepath.Join("..", "..", "shared", "reference", "s1", "catalogues")
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 45 {
		t.Fatalf("%d official files: %v", len(files), err)
	}
	for _, file := range files {
		var official struct {
			Shape  string
			Free   string `json:"free_text_when"`
			Values json.RawMessage
		}
		if err := json.Unmarshal(reference(t, "catalogues/"+file.Name()), &official); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(file.Name(), ".json")
		ours := CatalogueByName(name)
		if ours == nil {
			t.Errorf("%s is missing", name)
			continue
		}
		if ours.Bare == strings.HasPrefix(official.Shape, "clave_valor") {
			t.Errorf("%s has another shape", name)
		}
		if want, typed := strings.CutPrefix(official.Free, "clave == "); typed != (ours.Other != "") || typed && !strings.HasPrefix(want, ours.Other+":") {
			t.Errorf("%s has the other option %q: %s", name, ours.Other, official.Free)
		}
		entries := officialEntries(t, official.Values)
		mine := slices.Clone(ours.Entries)
		if name == "paises" || name == "monedas" {
			for _, list := range [][]Entry{mine, entries} {
				for i := range list {
					list[i].Text = ""
				}
				slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
			}
		}
		if !slices.Equal(mine, entries) {
			t.Errorf("%s differs from the official list", name)
		}
	}
}

// officialEntries reads both official shapes: a list of objects, and
// municipalities as pairs under each state.
func officialEntries(t *testing.T, raw json.RawMessage) (entries []Entry) {
	t.Helper()
	var list []struct{ Clave, Valor, Texto, TipoInversion string }
	if json.Unmarshal(raw, &list) == nil {
		for _, v := range list {
			entries = append(entries, Entry{v.Clave, norm.NFC.String(v.Valor + v.Texto), v.TipoInversion})
		}
		return entries
	}
	var under map[string][][2]string
	if err := json.Unmarshal(raw, &under); err != nil {
		t.Fatal(err)
	}
	states := make([]string, 0, len(under))
	for s := range under {
		states = append(states, s)
	}
	slices.Sort(states)
	for _, s := range states {
		for _, v := range under[s] {
			entries = append(entries, Entry{v[0], norm.NFC.String(v[1]), s})
		}
	}
	return entries
}
