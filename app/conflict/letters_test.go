package conflict

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/i18n"
	"declara/storage"
)

var update = flag.Bool("update", false, "write the golden letters anew")

// TestLetters holds both drafts to their golden text: they name the official, the
// supplier and its contracts, leave out what was declared, and say that they are drafts.
func TestLetters(t *testing.T) {
	p := i18n.Load().Printer(i18n.Spanish)
	body := storage.Institution{Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Address: "Portal Hidalgo 3, Centro"}
	r := Row{
		Who:   storage.Person{Given: "Raúl", First: "Ñandú", Second: "Ruiz", Post: "Director", Unit: "Obras Públicas", RFC: "PUFE800229M93", CURP: "PUFE800229HDFRCJ08"},
		Sells: storage.Supplier{RFC: "COS980312AB1", Name: "Constructora del Sureste SA de CV"},
		Conflict: storage.Conflict{Points: []storage.Coincidence{{Kind: SpouseWorks, Filing: "d1", How: "nombre"}},
			Decisions: []storage.ConflictDecision{{Outcome: Excuse, Reason: "MARCARAZON"}}},
	}
	for n := range 14 {
		r.Sells.Contracts = append(r.Sells.Contracts, storage.Contract{Number: fmt.Sprint("OP-", n+1), Title: "Bacheo de calles", Amount: 100000})
	}
	at := time.Date(2026, 6, 2, 12, 0, 0, 0, time.UTC)
	for _, whose := range []string{ForOfficial, ForSuperior} {
		in := drafted(p, body, &r, whose, at)
		l := in.All[0]
		got := strings.Join([]string{in.Title, in.Draft, strings.Join(l.Refs, "\n"), strings.Join(l.To, "\n"), l.Subject, strings.Join(l.Body, "\n\n"), strings.Join(l.Sign, "\n")}, "\n\n") + "\n"
		golden := filepath.Join("testdata", whose+".golden")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(want) != got {
			t.Errorf("%s is another than its golden (%v):\n%s", whose, err, got)
		}
		for _, private := range []string{"MARCARAZON", r.Who.RFC, r.Who.CURP, "pareja", "100"} {
			if strings.Contains(got, private) {
				t.Errorf("%s tells %q", whose, private)
			}
		}
		file, err := Draft(p, body, &r, whose, at)
		again, err2 := Draft(p, body, &r, whose, at)
		if err != nil || err2 != nil || !bytes.Equal(file, again) || !bytes.HasPrefix(file, []byte("%PDF-")) {
			t.Errorf("%s: %v %v", whose, err, err2)
		}
	}
}
