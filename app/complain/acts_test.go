package complain_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"declara/app/complain"
	"declara/storage"
)

var update = flag.Bool("update", false, "write the goldens of testdata anew")

// sheetText is what poppler reads off a sheet.
func sheetText(t testing.TB, file []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("poppler is not installed")
	}
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// golden holds the text of a sheet to a file: go test ./app/complain -run Acts -update,
// then read the difference.
func golden(t *testing.T, name string, file []byte) {
	t.Helper()
	got, path := sheetText(t, file), filepath.Join("testdata", "act-"+name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("the text of %s changed; read the difference after -update:\n%s", name, got)
	}
}

// TestActs holds every template, and the record of a box, to its golden.
func TestActs(t *testing.T) {
	w, o := desk(t)
	w.update(func(tx *storage.Txn) error {
		i, err := tx.Institution()
		if err != nil {
			return err
		}
		i.Office, i.Address = "Órgano Interno de Control", "Portal Hidalgo 3"
		return tx.PutInstitution(i)
	})
	id := w.arrives()
	w.update(func(tx *storage.Txn) error { // a folio is random
		c, err := tx.Complaint(id)
		if err != nil {
			return err
		}
		c.Folio = "DEN-7F3K22M9"
		return tx.PutComplaint(c, c.Version)
	})
	w.at = time.Date(2026, 5, 22, 18, 0, 0, 0, time.UTC)
	for _, kind := range complain.Templates {
		t.Run(kind, func(t *testing.T) {
			var b bytes.Buffer
			w.ok(o.Print(t.Context(), w.hand("rosa"), id, complain.Writ{Kind: kind, File: "OIC/INV/7/2026", Authority: "Tesorería municipal", Class: complain.ClassMinor, Days: 10,
				Way: complain.NoticePersonal, Served: "2026-05-15", Body: "Lo propio de este caso.\nEn dos párrafos.", Place: "Valle Encinos", Signer: "Rosa Paz Luna", Post: "Titular"}, &b))
			golden(t, kind, b.Bytes())
		})
	}
	_, err := o.AddBox(t.Context(), tenant, "rosa", "7", "Mercado, puerta norte")
	w.ok(err)
	all, err := o.Boxes(t.Context(), tenant)
	w.ok(err)
	seq, _, err := o.OpenBox(t.Context(), tenant, "rosa", all[0].ID, complain.Opening{Day: "2026-05-22", Papers: "3", Witnesses: witnesses, Scan: []byte("tres")})
	w.ok(err)
	var b bytes.Buffer
	w.ok(o.PrintOpening(t.Context(), tenant, all[0].ID, seq, &b))
	golden(t, "buzon", b.Bytes())
}
