package web

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"html"
	"io"
	"strings"
	"testing"

	"declara/forms"
	"declara/storage"
)

// cells are the rows of a list as a file, without the mark that tells its letters.
func cells(t *testing.T, file result) [][]string {
	t.Helper()
	text, marked := strings.CutPrefix(file.is(200).body, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked {
		t.Fatalf("%v: %q", err, file.body)
	}
	return rows
}

// sheetText is the sheet of a workbook, as its cells read.
func sheetText(t *testing.T, file result) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(file.is(200).body), int64(len(file.body)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(string(b))
}

// TestListsAsFiles: reminders, one sending, mail and notes come out in both formats with
// what their pages say, the whole of it and no more than the role may see.
func TestListsAsFiles(t *testing.T) {
	x := newSite(t)
	at := x.clock
	x.enlist(60, func(i int, p *storage.Person) {
		p.Given, p.Email = fmt.Sprintf("Persona%02d", i), fmt.Sprintf("p%d@valle.example", i)
		if i == 1 {
			p.Given, p.Unit, p.Email = "=cmd|' /C calc'!A0", "@SUM(A1)", ""
		}
	})
	x.update(func(tx *storage.Txn) error {
		for i := range 2 {
			f := storage.Filing{ID: fmt.Sprint("f", i), Person: fmt.Sprint("persona", i), Type: forms.Modificacion, Year: 2025, Due: "2025-05-31", Filed: at, Zone: "America/Mexico_City", Sent: fmt.Sprint("s", i)}
			if err := tx.File(&f, []byte(`{"MARCADECLARADA":1}`), []byte("{}"), ""); err != nil {
				return err
			}
			if err := tx.PutNote(&storage.Note{ID: fmt.Sprint("n", i), Filing: f.ID, Section: "vehiculos", Text: "MARCADELANOTA", Filed: at}); err != nil {
				return err
			}
		}
		return nil
	})
	b := x.as(storage.RoleComptroller)
	page := b.get(remindPath).is(200)
	b.post(remindPath, "envio", hiddenValue(t, page.body, "envio"), "visto", hiddenValue(t, page.body, "visto")).is(303)
	x.update(func(tx *storage.Txn) error {
		for _, m := range []storage.Mail{
			{ID: "m1", To: "p2@valle.example", Kind: "receipt", Person: "persona2", Message: []byte("MARCADELTEXTO"), Created: at, Next: at.AddDate(0, 0, 1), Tries: 3, Failed: "451 4.7.1"},
			{ID: "m2", To: "p3@valle.example", Kind: "reminder", Person: "persona3", Duty: "modificacion-2026", Message: []byte("MARCADELTEXTO"), Created: at, Next: at, Tries: 1, Failed: "550 5.1.1", Dead: true},
			{ID: "m3", To: "p4@valle.example", Kind: "unread", Message: []byte("MARCADELTEXTO"), Created: at, Next: at, Tries: 1, Failed: "550 5.1.1", Dead: true},
		} {
			if err := tx.PutMail(m); err != nil {
				return err
			}
		}
		return tx.PutBounce(storage.Bounce{Address: "p3@valle.example", Code: "550 5.1.1", Kind: "reminder", At: at})
	})
	sending := sendingsPath + "/m-" + hiddenValue(t, page.body, "envio") + ".2026-05-04"

	type list struct {
		page, file string
		rows       int
		has, not   []string
	}
	lists := []list{
		{sendingsPath, sendingsPath, 1, []string{"Recordatorio a mano,2026-05-04,Persona contraloria,60"}, nil},
		{sending, sending + "/lista", 61, []string{"Persona59 Núñez", "Declaración de modificación 2026", "En espera", "En papel", "'=cmd|", "'@SUM"}, nil},
		{postPath, postPath, 64, []string{"En espera,Recordatorio,Persona00", "No llegó,Recordatorio,Persona03", "No llegó,Mensaje del sistema,,", "La dirección rechaza,,Persona03", "p3@valle.example", "451 4.7.1"}, []string{"p2@valle", "p4@valle"}},
		{postPath, postPath + "?lista=fallo", 2, []string{"550 5.1.1"}, []string{"En espera,", "La dirección rechaza,"}},
		{notesPath, notesPath, 2, []string{"Persona00", "Declaración de modificación 2025", "VE-2026-00000", ",1,2026-05-04"}, []string{"vehiculos"}},
	}
	for _, l := range lists {
		path, filter, _ := strings.Cut(l.file, "?")
		if filter != "" {
			filter = "?" + filter
		}
		shown := html.UnescapeString(b.get(l.page).is(200).body)
		for _, format := range []string{".csv", ".xlsx"} {
			if !strings.Contains(shown, path+format) {
				t.Errorf("%s does not lead to %s", l.page, path+format)
			}
		}
		file := b.get(path + ".csv" + filter)
		if n := len(cells(t, file)) - 1; n != l.rows {
			t.Errorf("%s has %d rows, want %d", l.file, n, l.rows)
		}
		file.says(l.has...).hides(append(l.not, "MARCA", "\n=", ",=", ",@")...)
		text := sheetText(t, b.get(path+".xlsx"+filter))
		if n := strings.Count(text, "<row") - 1; n != l.rows || strings.Contains(text, "<f>") || strings.Contains(text, "MARCA") || strings.Contains(text, ">=") {
			t.Errorf("%s as a workbook has %d rows: %.400s", l.file, n, text)
		}
	}

	// Who runs the system sees what fails, and not whose letters they are.
	admin := x.as(storage.RoleAdmin)
	for _, format := range []string{".csv", ".xlsx"} {
		file := admin.get(postPath + format).is(200)
		text := file.body
		if format == ".xlsx" {
			text = sheetText(t, file)
		}
		for _, hidden := range []string{"Persona0", "Núñez", "valle.example", "persona"} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s tells the administrator %q", format, hidden)
			}
		}
		if !strings.Contains(text, "550 5.1.1") {
			t.Errorf("%s does not say why", format)
		}
		for _, path := range []string{sendingsPath, sending + "/lista", notesPath} {
			admin.get(path + format).is(403)
		}
	}
	if log := x.log.String(); strings.Contains(log, "Persona0") || strings.Contains(log, "valle.example") {
		t.Error("the log names people")
	}
}
