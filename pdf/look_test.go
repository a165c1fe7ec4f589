package pdf

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"declara/forms"
	"declara/forms/sample"
	"declara/i18n"
)

var look = flag.String("look", "", "folder to write documents to, for a person to look at")

// TestLook writes every kind of document when asked to: go test ./pdf -run Look -look DIR.
func TestLook(t *testing.T) {
	if *look == "" {
		t.Skip("writes documents only with -look DIR")
	}
	docs := samples(t, i18n.Load().Printer("es"))
	for name, doc := range odd(t) {
		docs[name] = doc
	}
	for name, doc := range docs {
		if err := os.WriteFile(filepath.Join(*look, name+".pdf"), doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// odd are documents with what is rare: names without end, letters that Asap lacks,
// late filings, English.
func odd(t *testing.T) map[string][]byte {
	out := map[string][]byte{}
	d, _ := example(t, forms.Modificacion, forms.Full, 7, sample.Options{})
	for name, change := range map[string]func(*Declaration){
		"long": func(in *Declaration) {
			in.Person = strings.Repeat("Hermenegilda de la Concepción ", 9)
			in.Post, in.Institution, in.Office = in.Person, in.Person, in.Person
			in.CheckURL = "https://declaraciones-patrimoniales.contraloria.san-jeronimo-tepozan.example/verificar/01JV3Q8M4Z7TQX2H9K5W6N0RBC"
		},
		"letters":  func(in *Declaration) { in.Person = "Xóchitl Tlajcuilo\uA78C x\u0331unax 🏠 שלום" },
		"late":     func(in *Declaration) { in.Late, in.Method = true, "efirma" },
		"unsealed": func(in *Declaration) { in.Unsealed, in.Folio = true, "" },
		"anytime":  func(in *Declaration) { in.Due, in.Interest, in.PublicHash = "", true, "" },
		"english":  func(in *Declaration) { in.Words, in.Lang = i18n.Load().Printer("en"), "en" },
	} {
		in := filing(t, d)
		in.Words = i18n.Load().Printer("es")
		change(&in)
		var a, b bytes.Buffer
		if err := Full(&a, in); err != nil {
			t.Fatal(err)
		}
		if err := Receipt(&b, in); err != nil {
			t.Fatal(err)
		}
		out["odd-full-"+name], out["odd-receipt-"+name] = a.Bytes(), b.Bytes()
	}
	return out
}
