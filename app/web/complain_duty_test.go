package web

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// TestDuty: who serves the public learns that her complaint meets her duty, and gets a
// sheet that says so without naming her; that she serves is nowhere, unless she asks for
// protection, and then only who keeps identities reads it.
func TestDuty(t *testing.T) {
	x := newSite(t)
	keys := x.channel()
	b := x.anybody()
	tb, _ := b.written()
	tb.step("revisar", "ir", "nombre").is(200).says("¿Trabajas en el gobierno?")
	tb.step("nombre", "modo", "anonima", "ir", "deber").is(200).says("artículo 49, fracción II", "No se la des a tu jefe", "Pido medidas de protección")
	tb.step("deber").is(200).says("¿Quieres dar tu nombre?").hides("Para cuidarte")
	tb.step("nombre", "ir", "deber").is(200)
	tb.step("deber", "proteccion", "1").is(200).says("Para cuidarte hace falta tu nombre", `name="temor" value="1" checked`)
	tb.step("nombre", "ir", "deber", "modo", "confianza", "nombre", "Rosa", "temor", "1").is(200).says(`value="1" checked> Pido medidas`)
	tb.step("deber", "proteccion", "1").is(200).hides("Para cuidarte")
	tb.step("nombre", "modo", "confianza", "nombre", "Rosa", "contacto", "951", "temor", "1").is(200).says("Pido medidas de protección")
	sent := tb.step("revisar", "ir", "enviar").is(200)
	plain, duty := tb.step("clave", "ir", "acuse").is(200), tb.step("clave", "ir", "constancia").is(200)
	c := x.anybody()
	c.post("/denuncia/clave", "paso", "entrar", "clave", keyOn(sent.body)).is(200).says("hoja de quien trabaja en el gobierno")
	later := c.post("/denuncia/clave", "paso", "constancia").is(200)
	for name, p := range map[string]result{"receipt": plain, "duty": duty, "later": later} {
		text := paperText(t, p.body)
		if strings.Contains(text, "fracción II") != (name != "receipt") || strings.Contains(text, "Rosa") || strings.Contains(p.header.Get("Content-Disposition"), "constancia") {
			t.Errorf("%s: %v %s", name, p.header, text)
		}
	}
	// The office reads that she fears something, and not that she serves.
	x.view(func(tx *storage.Txn) error {
		return tx.Complaints(func(kept storage.Complaint) error {
			opened, err := x.s.complain.OpenCase(tenant, kept, x.people[storage.RoleComptroller].ID, keys[storage.RoleComptroller])
			if err != nil {
				t.Fatal(err)
			}
			defer opened.Close()
			parts, err := tx.Parts(kept.ID)
			for _, p := range parts {
				if p.Kind == storage.PartIdentity {
					continue
				}
				text, err := opened.Part(p)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(string(text), "protect") || p.Kind == storage.PartFacts && !strings.Contains(string(text), `"fears":true`) {
					t.Errorf("the office reads %s", text)
				}
			}
			return err
		})
	})
	who, err := x.s.complain.RevealIdentity(t.Context(), tenant, x.people[storage.RoleCustodian].ID, keys[storage.RoleCustodian], x.only(t).ID,
		complain.Ground{Kind: complain.GroundProtection, Words: "Lo pidió quien denunció."})
	if err != nil || !who.Protect || who.Name != "Rosa" {
		t.Errorf("%+v %v", who, err)
	}
	// Asked for later, and another name after it.
	c.post("/denuncia/clave", "paso", "nombre", "nombre", "Rosa Inventada", "envio", "9").is(200)
	who, err = x.s.complain.RevealIdentity(t.Context(), tenant, x.people[storage.RoleCustodian].ID, keys[storage.RoleCustodian], x.only(t).ID,
		complain.Ground{Kind: complain.GroundProtection, Words: "Lo pidió quien denunció."})
	if err != nil || !who.Protect || who.Name != "Rosa Inventada" {
		t.Errorf("%+v %v", who, err)
	}
}

// only is the one complaint that there is.
func (x *site) only(t *testing.T) (c storage.Complaint) {
	t.Helper()
	x.view(func(tx *storage.Txn) error {
		return tx.Complaints(func(one storage.Complaint) error { c = one; return nil })
	})
	return c
}

// paperText is what a PDF says, with its lines joined.
func paperText(t *testing.T, b string) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("poppler-utils is not installed")
	}
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, []byte(b), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}
