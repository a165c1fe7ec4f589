package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"declara/app/declare"
	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
)

// declares has an invented official file her inicial, of which the document is made.
func (x *site) declares(t *testing.T, seed int64) (storage.Person, storage.Filing) {
	t.Helper()
	ctx := t.Context()
	o := sample.Official(seed)
	p := storage.Person{ID: storage.NewID(x.clock), Given: o.Given, First: o.First, Second: o.Second, RFC: o.RFC, CURP: o.CURP,
		Unit: o.Unit, Post: o.Post, Grade: o.Grade, Duties: "Las del reglamento", Level: forms.Simplified, Entry: "2026-03-20", Email: "acusada@valleencinos.example"}
	x.update(func(tx *storage.Txn) error { return tx.PutPerson(p) })
	who := declare.Who{Tenant: tenant, Person: p.ID}
	id, err := x.s.declare.Start(ctx, who, "inicial-2026-03-20")
	if err != nil {
		t.Fatal(err)
	}
	work, err := x.s.declare.Draft(ctx, who, id)
	if err != nil {
		t.Fatal(err)
	}
	d, err := sample.Draft(work.Form, seed, sample.Options{Person: o, Year: 2026, Event: p.Entry, Today: "2026-05-04", Wealth: 0.5, Given: work.Kept.Draft.Given})
	if err != nil {
		t.Fatal(err)
	}
	x.update(func(tx *storage.Txn) error {
		kept, err := tx.Draft(id)
		if err != nil {
			return err
		}
		kept.Draft = *d
		_, err = tx.PutDraft(kept, "", 0)
		return err
	})
	if work, err = x.s.declare.Draft(ctx, who, id); err != nil {
		t.Fatal(err)
	}
	f, err := x.s.declare.File(ctx, who, id, declare.Seal{Stamp: work.Stamp(), Verify: func() error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return p, f
}

// TestDeclarationInCase: who investigates a case puts the declaration of who is accused
// into it, with a reason. Nobody else may; and neither the person, nor the audit trail,
// nor the log, nor any record that the key of the server opens tells whose it was.
func TestDeclarationInCase(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	k := x.as(storage.RoleCustodian)
	k.keyed(t, head)
	accused, f := x.declares(t, 44)
	name := accused.First
	id := x.people[storage.RoleInvestigator].ID
	sent := x.arrives()
	at := casePath(sent.ID)
	add := func(b *browser, pairs ...string) result {
		return b.post(at+"/declaracion", append([]string{"ir", "agregar", "q", name}, pairs...)...)
	}
	const why = "El relato dice que compró dos casas este año."
	good := []string{"declaracion", f.ID, "motivo", why}

	inquiry.get(at + "/declaracion").is(404)
	head.post(at, "paso", "asignar", "a", id).leads(at)
	inquiry.get(at).is(200).hides("Agregar la declaración")
	inquiry.get(at + "/declaracion").leads(at) // its inquiry is not open
	add(inquiry, good...).leads(at)
	inquiry.send(at+"/mover", nil, "a", "R1", "movidas", "1").leads(at)
	inquiry.send(at+"/mover", blankPDF(1), "a", "I1", "movidas", "2", "expediente", "OIC/INV/7/2026", "documento", "radicacion").leads(at)
	inquiry.get(at).is(200).says("Agregar la declaración")
	structure(t, inquiry.get(at+"/declaracion").is(200).says("Esa persona no se entera").body)
	for _, b := range []*browser{head, k, x.as(storage.RoleSubstantiator), x.as(storage.RoleAdmin), x.as(storage.RoleHR)} {
		if a := add(b, good...); a.status == 200 || a.status == 303 {
			t.Errorf("somebody else is answered %d", a.status)
		}
	}
	inquiry.post(at+"/declaracion", "ir", "buscar", "q", "a").is(422).says("al menos 3 letras")
	inquiry.post(at+"/declaracion", "ir", "buscar", "q", "zzzzzz").is(200).says("Nadie del padrón")
	structure(t, inquiry.post(at+"/declaracion", "ir", "buscar", "q", name).is(200).says(f.Folio, f.ID, "OIC/INV/7/2026").body)
	add(inquiry, "motivo", "poco").is(422).says("Elige una declaración", "Explica el motivo", f.Folio)
	add(inquiry, good...).is(422).says("aún se está haciendo") // and it is not made for this
	paper, _, err := x.s.seal.Paper(t.Context(), tenant, f.ID, storage.PaperFull)
	if err != nil {
		t.Fatal(err)
	}
	add(inquiry, "declaracion", f.ID, "motivo", "poco").is(422).says("Explica el motivo", `value="`+f.ID+`" checked`)
	before := x.leaves(t)
	x.log.Reset()
	add(inquiry, good...).leads(at)
	page := inquiry.get(at).is(200).says("Declaración patrimonial", why, f.Folio)
	if got := inquiry.get(at + "/acto/" + regexp.MustCompile(`/acto/(\d+)">[^<]*<span class="oculto"> Declaraci`).FindStringSubmatch(page.body)[1]).is(200); !bytes.Equal([]byte(got.body), paper) {
		t.Error("it is another document")
	}
	if x.leaves(t) != before {
		t.Error("a leaf tells of it")
	}
	if strings.Contains(x.log.String(), f.ID) || strings.Contains(x.log.String(), accused.ID) {
		t.Errorf("the log: %s", x.log.String())
	}
	// What it is called is no writ to move a case with.
	inquiry.get(at + "/mover?a=I2").is(200).hides("Declaración patrimonial")

	x.view(func(tx *storage.Txn) error {
		reads, err := tx.ReadsOf(accused.ID)
		if len(reads) != 0 {
			t.Errorf("she reads %+v", reads)
		}
		look := func(what string, v any) {
			b, err := json.Marshal(v)
			for _, tells := range []string{f.ID, f.Folio, accused.ID, name, why[:20]} {
				if err != nil || bytes.Contains(b, []byte(tells)) {
					t.Errorf("%s has %q for who has the key of the server", what, tells)
				}
			}
		}
		found := false
		return errors.Join(err,
			tx.AuditEntries(func(e storage.AuditEntry, raw []byte) error {
				if e.At.Equal(x.clock) || e.Act == "case.add" {
					look("the audit trail", e)
				}
				found = found || e.Act == "case.add" && e.About == sent.ID && e.Actor == id
				return nil
			}),
			tx.Complaints(func(c storage.Complaint) error {
				if !found {
					t.Error("nothing tells that something was added")
				}
				parts, err := tx.Parts(c.ID)
				look("the case", c)
				look("its parts", parts)
				for _, p := range parts {
					if p.Kind == storage.PartEvent && p.Seq > 3 && p.Mail == nil {
						return err // of the office alone
					}
				}
				t.Error("no event is committed to")
				return err
			}),
			tx.Mails(func(m storage.Mail) error { look("a letter", m); return nil }))
	})
	// Who complained does not read it.
	x.anybody().post("/denuncia/clave", "paso", "entrar", "clave", sent.Key).is(200).hides("declaraci")
	// The ordinary way warns of it.
	head.get("/contraloria/declaraciones/" + f.ID + "/abrir").is(200).says("esa persona lo leería")
}

// leaves is how many the public log has.
func (x *site) leaves(t *testing.T) (n int) {
	t.Helper()
	x.view(func(tx *storage.Txn) error {
		return tx.Leaves(func(storage.Leaf, []byte) error { n++; return nil })
	})
	return n
}

// TestAlikePage: what is like a case is shown to who asks and holds it, and has no address.
func TestAlikePage(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	one, two := x.arrives(), x.arrives()
	at := casePath(one.ID)
	head.get(at).is(200).says("Buscar casos parecidos").hides(two.Folio)
	structure(t, head.post(at, "paso", "parecidas").is(200).says("Quizá cuentan lo mismo", two.Folio, "Tiene un archivo igual").body)
	inquiry.post(at, "paso", "parecidas").is(404)
	head.post(at, "paso", "asignar", "a", x.people[storage.RoleInvestigator].ID).leads(at)
	inquiry.post(at, "paso", "parecidas").is(200).says("ninguno se parece").hides(two.Folio)
}
