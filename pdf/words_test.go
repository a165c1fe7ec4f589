package pdf

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/sample"
)

// TestKeys: every key of words that the code asks for is in both catalogues of
// this package, and every key of the catalogues is asked for.
func TestKeys(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	asked, begun := map[string]bool{}, map[string]bool{}
	key := regexp.MustCompile(`"(pdf\.[a-z0-9.]*)"(\s*\+)?`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		for _, m := range key.FindAllStringSubmatch(string(b), -1) {
			if m[2] != "" {
				begun[m[1]] = true
			} else {
				asked[m[1]] = true
			}
		}
	}
	for _, lang := range []string{"es", "en"} {
		b, err := os.ReadFile("../i18n/" + lang + "/pdf.json")
		if err != nil {
			t.Fatal(err)
		}
		words := map[string]string{}
		if err := json.Unmarshal(b, &words); err != nil {
			t.Fatal(err)
		}
		for k := range asked {
			if words[k] == "" {
				t.Errorf("%s lacks %s", lang, k)
			}
		}
		for k := range words {
			i := strings.LastIndex(k, ".") + 1
			if !asked[k] && !begun[k[:i]] {
				t.Errorf("%s: nobody asks for %s", lang, k)
			}
		}
		for _, k := range []string{"pdf.title.", "pdf.receipt.title."} {
			for _, typ := range forms.AllTypes {
				if words[k+typ.Slug()] == "" {
					t.Errorf("%s lacks %s%s", lang, k, typ.Slug())
				}
			}
		}
		for _, level := range forms.AllLevels {
			if words["pdf.level."+level.Slug()] == "" {
				t.Errorf("%s lacks the level %s", lang, level.Slug())
			}
		}
		for name, k := range zones {
			if words["pdf.zone."+k] == "" {
				t.Errorf("%s lacks the zone %s", lang, name)
			}
			if _, err := time.LoadLocation(name); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestWhen: day and hour are those of the institution's zone, which is named.
func TestWhen(t *testing.T) {
	at := time.Date(2026, 6, 1, 5, 59, 59, 0, time.UTC)
	for _, c := range []struct{ zone, day, hour, words string }{
		{"America/Mexico_City", "31 de mayo de 2026", "23:59:59 h", "hora del centro de México (UTC−06:00)"},
		{"America/Cancun", "1 de junio de 2026", "00:59:59 h", "hora del sureste (UTC−05:00)"},
		{"America/Tijuana", "31 de mayo de 2026", "22:59:59 h", "hora del noroeste (UTC−07:00)"},
		{"America/Hermosillo", "31 de mayo de 2026", "22:59:59 h", "hora del Pacífico (UTC−07:00)"},
		{"Asia/Kolkata", "1 de junio de 2026", "11:29:59 h", "Asia/Kolkata (UTC+05:30)"},
		{"", "1 de junio de 2026", "05:59:59 h", "UTC"},
	} {
		in := Declaration{Filed: at, Words: spanish(t)}
		if c.zone != "" {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			in.Zone = zone
		}
		if got := [3]string{in.day(), in.hour(), in.zone()}; got != [3]string{c.day, c.hour, c.words} {
			t.Errorf("%s: %q", c.zone, got)
		}
	}
}

// TestReceiptTells: a receipt has all that proves a filing (legal basis: practice
// of acuses; Normas 5ª and 9ª).
func TestReceiptTells(t *testing.T) {
	d, _ := example(t, forms.Conclusion, forms.Simplified, 5, sample.Options{})
	receipt := func(change func(*Declaration)) string {
		in := filing(t, d)
		change(&in)
		var b bytes.Buffer
		if err := Receipt(&b, in); err != nil {
			t.Fatal(err)
		}
		return solid(textOf(t, b.Bytes()))
	}
	for name, c := range map[string]struct {
		change    func(*Declaration)
		want, not []string
	}{
		"in time": {func(*Declaration) {},
			[]string{"VE-2026-000123", "Raúl Méndez Ibarra", "Director de Obras Públicas", "Recibimos tu declaración de conclusión 2026",
				"Municipio de Valle Encinos", "14 de mayo de 2026", "10:42:07 h, hora del centro de México (UTC−06:00)", "En tiempo",
				"Fecha límite: 31 de mayo de 2026", "9f2c 41d8 b07e 5a63", "23 de septiembre de 2019", "Simplificado",
				"Con tu usuario y tu contraseña", "Bajo protesta de decir verdad", "Asiento 4182", "/verificar/01JV3Q8M4Z7TQX2H9K5W6N0RBC",
				"Firma de quien declara", "Sello de la institución"},
			[]string{"Extemporánea", "e.firma"}},
		"late": {func(in *Declaration) { in.Late = true }, []string{"Extemporánea", "Fecha límite"}, []string{"En tiempo"}},
		"interest": {func(in *Declaration) { in.Interest, in.Due = true, "" },
			[]string{"Recibimos tu actualización de intereses 2026", "Sin plazo"}, []string{"Fecha límite", "conclusión"}},
		"paper": {func(in *Declaration) {
			in.Method, in.Received, in.Scan = "paper", "2026-05-12", strings.Repeat("0a1b", 16)
		}, []string{"En papel, con tu firma", "Recibida en papel", "12 de mayo de 2026", "0a1b0a1b", "Asiento 4182"}, []string{"contraseña"}},
		"efirma": {func(in *Declaration) { in.Method, in.Leaf = "efirma", nil }, []string{"Con tu e.firma"}, []string{"contraseña", "Asiento"}},
	} {
		text := receipt(c.change)
		for _, want := range c.want {
			if !strings.Contains(text, solid(want)) {
				t.Errorf("%s: lacks %q", name, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(text, solid(not)) {
				t.Errorf("%s: has %q", name, not)
			}
		}
	}
}
