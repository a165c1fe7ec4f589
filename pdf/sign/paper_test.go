package sign_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/sample"
	"declara/i18n"
	"declara/pdf"
	"declara/pdf/sign"
)

// official is whose declarations these are; nobody is called so.
const official = "María Guadalupe Núñez Ibáñez"

var (
	filedAt = time.Date(2026, 5, 14, 16, 42, 7, 0, time.UTC)
	mexico  = time.FixedZone("America/Mexico_City", -6*3600)
)

// declaration is a filing of an invented person, with a letter that the main face
// lacks.
func declaration(t testing.TB) pdf.Declaration {
	t.Helper()
	f := forms.Lookup(forms.Modificacion, forms.Full)
	d, err := sample.Draft(f, 7, sample.Options{Year: 2026, Today: "2026-05-14", Event: "2026-04-01", Wealth: 0.7, Person: sample.Official(7)})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := forms.Compile(f, d)
	if err != nil {
		t.Fatal(err)
	}
	return pdf.Declaration{
		Document: doc, Unsealed: true, ID: "01JV3Q8M4Z7TQX2H9K5W6N0RBC", Year: 2026,
		Person: official, Post: "Directora de Obras de Tlajcuilo\uA78C x\u0331unax",
		Institution: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE",
		Filed: filedAt, Zone: mexico, Due: "2026-05-31", Method: "efirma",
		Hash:     fmt.Sprintf("%x", sha256.Sum256(doc.JSON)),
		CheckURL: "https://declara.valleencinos.example/verificar/01JV3Q8M4Z7TQX2H9K5W6N0RBC",
		Lang:     "es-MX", Words: i18n.Load().Printer("es"),
	}
}

// The two signatures of a declaration, and where they stand.
const (
	signerField = pdf.FieldSigner
	sealField   = pdf.FieldSeal
)

var signerPlace, sealPlace = pdf.CoverSigner, pdf.CoverSeal

func field(called string, p pdf.Place) sign.Field {
	return sign.Field{Name: called, Page: p.Page, X0: p.X0, Y0: p.Y0, X1: p.X1, Y1: p.Y1}
}

// paper is the information that the private document is finished with.
func paper(d pdf.Declaration) sign.Info {
	return sign.Info{
		Files:  []sign.File{{Name: "declaración.json", Type: "application/json", Describe: "Datos de la declaración", Data: d.Document.JSON, At: d.Filed.In(mexico)}},
		Fields: []sign.Field{field(signerField, signerPlace), field(sealField, sealPlace)},
	}
}

func drawn(t testing.TB, d pdf.Declaration) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pdf.Full(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func finished(t testing.TB, d pdf.Declaration) []byte {
	t.Helper()
	out, err := sign.Finish(drawn(t, d), paper(d))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// one is a finished declaration, made once: tests must not write into it.
var one = sync.OnceValue(func() []byte {
	var t panics
	return finished(t, declaration(t))
})

// panics is a test for what is made outside of one.
type panics struct{ testing.TB }

func (panics) Helper()           {}
func (panics) Fatal(args ...any) { panic(args) }

func box(t testing.TB, p pdf.Place, initials string, lines ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pdf.WriteBox(&b, pdf.Box{Place: p, Initials: initials, Lines: lines, At: filedAt, Lang: "es-MX"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	signerBox = sync.OnceValue(func() []byte {
		return box(panics{}, signerPlace, "", official, "Firmó con e.firma", "14 de mayo de 2026, 10:42:05 h", "Certificado 00001000000512345678")
	})
	sealBox = sync.OnceValue(func() []byte {
		return box(panics{}, sealPlace, "VE", "Municipio de Valle Encinos", "Folio VE-2026-000123", "14 de mayo de 2026, 10:42:07 h", "Asiento 4182 de la bitácora")
	})
)

func signerRequest() sign.Request {
	return sign.Request{Field: signerField, At: filedAt.Add(-2 * time.Second).In(mexico), Name: official, Reason: "Declaración bajo protesta de decir verdad", Box: signerBox()}
}

func sealRequest() sign.Request {
	return sign.Request{Field: sealField, At: filedAt.In(mexico), Name: "Municipio de Valle Encinos", Reason: "Acuse de recibo (VE-2026-000123)", Location: "Valle Encinos", Box: sealBox()}
}
