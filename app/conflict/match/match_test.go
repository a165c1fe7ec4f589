package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPairs is the rule in examples: what is the same, what looks alike and why, and
// above all what is neither.
func TestPairs(t *testing.T) {
	for _, c := range []struct {
		a, b string // "RFC name" or "- name"
		want string // likeness and remarks, "" for none
	}{
		// The same RFC, whatever the name.
		{"COS980312AB1 Constructora del Sureste, S.A. de C.V.", "COS980312AB1 CONSTRUCTORA DEL SURESTE SA DE CV", "rfc"},
		{"COS980312AB1 Constructora del Sureste", "COS980312AB1 Grupo Cuatro", "rfc nombre"},
		{"cos-980312-ab1 Constructora del Sureste", "COS980312AB1 Constructora del Sureste", "rfc"},
		{"PUFE800229M93 Raúl Ñandú Ruiz", "PUFE800229M93 ÑANDU RUIZ RAUL", "rfc"},
		// Generic RFCs are nobody's.
		{"XAXX010101000 Papelería Luna", "XAXX010101000 Ferretería Sol", ""},
		{"XEXX010101000 Acme Inc", "XEXX010101000 Bolt GmbH", ""},
		{"XAXX010101000 Papelería Luna del Valle", "XAXX010101000 PAPELERIA LUNA DEL VALLE", "nombre"},

		// The same name, written otherwise.
		{"- Constructora del Sureste, S.A. de C.V.", "- CONSTRUCTORA DEL SURESTE SA DE CV", "nombre"},
		{"- Constructora del Sureste, S. A.  de  C. V.", "- Constructora del Sureste", "nombre"},
		{"- Servicios Ñuu, S. de R.L. de C.V.", "- SERVICIOS NUU S DE RL DE CV", "nombre"},
		{"- Despacho Ruiz & Paz, S.C.", "- DESPACHO RUIZ Y PAZ SC", "nombre"},
		{"- Sociedad Minera Azul, Sociedad Anónima de Capital Variable", "- SOCIEDAD MINERA AZUL SA DE CV", "nombre"},
		{"- Comercializadora «El Roble»", "- COMERCIALIZADORA EL ROBLE", "nombre"},
		{"- Impulsora Fénix S.A.P.I. de C.V.", "- IMPULSORA FENIX SAPI DE CV", "nombre"},
		{"- A.B.C. Construcciones", "- ABC CONSTRUCCIONES", "nombre"},
		{"- Juan Pérez López", "- PEREZ LOPEZ JUAN", "nombre orden"},
		{"- María del Carmen Ruiz Paz", "- RUIZ PAZ MARIA DEL CARMEN", "nombre orden"},

		// Names that look alike, and why.
		{"- Constructora del Sureste SA de CV", "- Constructora del Sureste S de RL de CV", "parecido forma"},
		{"- Constructora de la Sierra Norte", "- Constructora Sierra Norte", "parecido enlace"},
		{"- Papelería Martínez del Centro", "- Papelería Martines del Centro", "parecido letra"},
		{"- Transportes Ramírez Hermanos", "- Transportes Ramírez Hnos.", "parecido abreviatura"},
		{"- Multiservicios del Valle", "- Multi Servicios del Valle", "parecido junto"},
		{"- Ma. Guadalupe Soto Ríos", "- María Guadalupe Soto Ríos", "parecido abreviatura"},
		{"- Ana Laura Soto Ríos", "- Laura Soto Ríos", "parecido falta"},
		{"- Juan Hernández Pérez", "- Hernandes Pérez Juan", "parecido letra orden"},
		{"- Juan Pérez", "- Pérez Juan", "parecido orden"},
		{"COS980312AB1 Constructora del Sureste", "COS050101XY2 Constructora del Sureste", "parecido otrorfc"},
		{"PUFE800229M93 Raúl Ñandú Ruiz", "PUFE800229XX1 Raúl Ñandú Ruiz", "parecido otrorfc"},

		// Strangers.
		{"- Constructora del Norte", "- Constructora del Sur", ""},
		{"- Grupo Constructor Azteca", "- Grupo Constructor", ""},
		{"- Servicios Integrales 21", "- Servicios Integrales 22", ""},
		{"- Mario Soto Ríos", "- María Soto Ríos", ""},
		{"- Julio Soto Ríos", "- Julia Soto Ríos", ""},
		{"- Francisco Ruiz Paz", "- Francisca Ruiz Paz", ""},
		{"- Rocas y Minas del Sur", "- Focas y Minas del Sur", ""},
		{"- Papelería Luna", "- Papelería Lana", ""},
		{"PUFE800229M93 Juan Pérez López", "PUFE910101AB1 Juan Pérez López", ""},
		{"COS980312AB1 Papelería Martínez del Centro", "COS050101XY2 Papelería Martines del Centro", ""},
		{"- SA de CV", "- S de RL de CV", ""},
		{"- Luz", "- Luz", ""},
		{"- ", "- ", ""},
		{"- ...", "- ---", ""},
		{"- Pérez Luna Ana", "- Pérez Luna Eva", ""},
		{"- Laura Soto", "- Ana Laura Soto", ""},
		{"- Gómez Construcciones SA de CV", "- Construcciones Gómez SA de CV", ""},
	} {
		a, b := partyOf(c.a), partyOf(c.b)
		if got := Compare(a, b).String(); got != c.want {
			t.Errorf("%s / %s: %q, not %q (%+v, %+v)", c.a, c.b, got, c.want, a, b)
		}
		if got := Compare(b, a).String(); got != c.want {
			t.Errorf("%s / %s the other way: %q", c.a, c.b, got)
		}
		hits := NewIndex([]Party{b}).Find(a)
		found := ""
		if len(hits) > 0 {
			found = hits[0].Likeness.String()
		}
		if found != c.want {
			t.Errorf("%s / %s by the index: %q, not %q", c.a, c.b, found, c.want)
		}
	}
}

func partyOf(s string) Party {
	rfc, name, _ := strings.Cut(s, " ")
	return New(strings.TrimPrefix(rfc, "-"), "", name)
}

// TestBirth: a CURP tells a day of birth where there is no RFC.
func TestBirth(t *testing.T) {
	a := New("", "PUFE800229HDFRCJ08", "Raúl Ñandú Ruiz")
	for _, c := range []struct{ rfc, want string }{{"ÑARR800229AB1", "nombre nacimiento"}, {"ÑARR810101AB1", ""}, {"", "nombre"}} {
		if got := Compare(a, New(c.rfc, "", "Raúl Ñandú Ruiz")).String(); got != c.want {
			t.Errorf("%q: %q", c.rfc, got)
		}
	}
}

// TestUnits: the office that buys and the office in which somebody works, as each
// system writes it.
func TestUnits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Dirección de Obras Públicas", "OBRAS PUBLICAS", true},
		{"Dirección General de Obras Públicas", "Subdirección de Obras Públicas", true},
		{"Tesorería", "Tesorería Municipal", true},
		{"Tesorería", "Obras", false}, {"", "", false}, {"Dirección General", "Dirección", false},
		{"Desarrollo Urbano", "Desarrollo Social", false},
	} {
		if SameUnit(c.a, c.b) != c.same || SameUnit(c.b, c.a) != c.same {
			t.Errorf("%q, %q: not %v", c.a, c.b, c.same)
		}
	}
}

// someName makes names out of few words, so that many look alike.
func someName() *rapid.Generator[string] {
	word := rapid.SampledFrom([]string{"Ana", "María", "MA", "Juan", "Pérez", "Peres", "López", "Constructora", "Constructoras", "Constrctora", "del", "de", "la", "Sur", "Sureste", "S.A.", "de C.V.", "S. de R.L.", "SC", "&", "Hnos", "Hermanos", "21", "22", "Multi", "Servicios", "Multiservicios", "A.", "B", "ñ"})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 0, 6).Draw(t, "words"), " ")
	})
}

func someParty() *rapid.Generator[Party] {
	rfc := rapid.SampledFrom([]string{"", "", "", "COS980312AB1", "COS050101XY2", "PUFE800229M93", "PUFE800229XX1", "PUFE910101AB1", "XAXX010101000", "no"})
	curp := rapid.SampledFrom([]string{"", "", "PUFE800229HDFRCJ08", "PUFE040229MVZRCJA9"})
	return rapid.Custom(func(t *rapid.T) Party {
		name := someName().Draw(t, "name")
		if rapid.Bool().Draw(t, "wild") {
			name = rapid.String().Draw(t, "text")
		}
		return New(rfc.Draw(t, "rfc"), curp.Draw(t, "curp"), name)
	})
}

// TestProperties: folding a folded name changes nothing, comparing has no direction,
// whoever has a name that can be told from others is like herself, and the index finds
// what comparing with each finds.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := rapid.SliceOfN(someParty(), 0, 12).Draw(rt, "all")
		p := someParty().Draw(rt, "p")
		if again := New("", "", p.Name()); again.Name() != p.Name() {
			rt.Fatalf("%q folds to %q", p.Name(), again.Name())
		}
		if self := Compare(p, p); (p.rfc != "" || p.named()) && self.How == None {
			rt.Fatalf("%+v is not like itself", p)
		}
		var want []string
		for i, q := range all {
			l := Compare(p, q)
			if back := Compare(q, p); back.String() != l.String() {
				rt.Fatalf("%+v and %+v: %s, and back %s", p, q, l, back)
			}
			if l.How != None {
				want = append(want, fmt.Sprint(i, l))
			}
		}
		var got []string
		for _, h := range NewIndex(all).Find(p) {
			got = append(got, fmt.Sprint(h.At, h.Likeness))
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("%+v in %+v: index %v, each %v", p, all, got, want)
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add("Constructora del Sureste, S.A. de C.V.", "ﬁ ß İ ǅ")
	f.Fuzz(func(t *testing.T, a, b string) {
		p, q := New(a, b, a), New(b, a, b)
		if New("", "", p.Name()).Name() != p.Name() {
			t.Errorf("%q folds to %q and then to %q", a, p.Name(), New("", "", p.Name()).Name())
		}
		if Compare(p, q).String() != Compare(q, p).String() {
			t.Errorf("%q and %q have a direction", a, b)
		}
		NewIndex([]Party{p}).Find(q)
		SameUnit(a, b)
	})
}

// BenchmarkFind looks for 60,000 declared parties, those of 6,000 declarations with ten
// each, among 10,000 suppliers. Their names are made of twenty words, so that they are
// far more alike than those of any list.
func BenchmarkFind(b *testing.B) {
	words := []string{"Constructora", "Comercial", "Servicios", "Grupo", "Transportes", "Papelería", "del", "Norte", "Sur", "Valle", "Sierra", "Roble", "Encino", "Martínez", "Ramírez", "Integrales", "Industrial", "Azul", "Luna", "Fénix"}
	name := func(n int) string {
		return fmt.Sprintf("%s %s %s %s %d", words[n%20], words[n/20%20], words[n/400%20], words[n/8000%20], n%7)
	}
	var all []Party
	for n := range 10_000 {
		all = append(all, New(fmt.Sprintf("ABC%02d0312%03d", n%90+10, n%1000), "", name(n*7+3)+" SA de CV"))
	}
	for b.Loop() {
		x := NewIndex(all)
		for n := range 60_000 {
			x.Find(New("", "", name(n)))
		}
	}
}
