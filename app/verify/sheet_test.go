package verify

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// verifying is a world with one declaration drawn, whose person filed the year before
// too, and a second verifier.
type verifying struct {
	*world
	second storage.User
	drawn  storage.Filing
	number string
}

// document is a filed modificación of a year with a salary, a balance, and what else.
func document(id string, year int, more string) []byte {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	return forms.Result(id, forms.Metadata{Tipo: forms.Modificacion, DeclaracionCompleta: true}, forms.Document{Form: f, JSON: fmt.Appendf(nil,
		`{"situacionPatrimonial":{"ingresos":{"remuneracionAnualCargoPublico":{"valor":602000,"moneda":"MXN"}},`+
			`"inversiones":{"ninguno":false,"inversion":[{"tipoOperacion":"SIN_CAMBIOS","saldoDiciembreAnterior":{"valor":9%d,"moneda":"MXN"}}]}%s}}`, year%10, more)})
}

const plot = `,"bienesInmuebles":{"ninguno":false,"bienInmueble":[{"tipoOperacion":"AGREGAR","fechaAdquisicion":"2025-03-01","valorAdquisicion":{"valor":740000,"moneda":"MXN"}}]}`

func newVerifying(t *testing.T) *verifying {
	t.Helper()
	w := &verifying{world: newWorld(t, 0), second: storage.User{ID: "u2", Login: "luz", Name: "Luz Ruiz", Email: "luz@e.example", Roles: []storage.Role{storage.RoleComptroller}}}
	person := storage.Person{ID: "p1", Given: "MARCANOMBRE", RFC: "PUFE800229M93", Unit: "Obras", Post: "Dirección"}
	for n, year := range []int{2025, 2026} {
		id := fmt.Sprintf("d%d", n+1)
		f := storage.Filing{ID: id, Person: person.ID, Type: forms.Modificacion, Level: forms.Full, Year: year, Filed: w.now, Zone: "America/Mexico_City", Sent: id, Method: "password"}
		w.update(func(tx *storage.Txn) error {
			fresh, more := f, ""
			if year == 2026 {
				more = plot
			}
			err := errors.Join(tx.PutPerson(person), tx.PutUser(w.second), tx.PutUser(storage.User{ID: "u9", Login: "raul", Email: "raul@e.example", Person: "p1", Roles: []storage.Role{storage.RoleDeclarant}}),
				tx.File(&fresh, document(id, year, more), []byte(`{"public":"`+id+`"}`), ""))
			w.drawn = fresh
			return err
		})
	}
	p := plan()
	p.Confidence, p.Size, p.Strata = "", 1, "ninguno"
	d, err := w.service.Freeze(t.Context(), tenant, w.head, p)
	if err != nil {
		t.Fatal(err)
	}
	w.at("2026-06-10 09:00")
	if err := w.service.Draw(t.Context(), tenant, w.head, d.Number, "53817"); err != nil {
		t.Fatal(err)
	}
	w.number = d.Number
	return w
}

// ok fails the test when something that should go did not.
func (w *verifying) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// is fails the test when an error is another.
func (w *verifying) is(what string, err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("%s: %v, want %v", what, err, want)
	}
}

func (w *verifying) mine() { w.Helper(); w.ok(w.assign(w.head, "u1", "")) }

func (w *verifying) assign(by storage.User, to, why string) error {
	return w.service.Assign(w.Context(), tenant, by, w.number, w.drawn.Folio, to, why)
}

func (w *verifying) open(by storage.User, reason string) error {
	return w.service.Open(w.Context(), tenant, by, w.number, w.drawn.Folio, "Verificación por sorteo", reason)
}

func (w *verifying) sheet(by storage.User) (Sheet, error) {
	return w.service.Sheet(w.Context(), tenant, by, w.number, w.drawn.Folio)
}

func (w *verifying) reads() (all []storage.Read) {
	w.update(func(tx *storage.Txn) (err error) { all, err = tx.ReadsOf("p1"); return err })
	return all
}

// TestSheetIsOpened: nothing of a declaration is shown that was not written down as read
// on that day by who asks; who has it needs no other reason than the draw.
func TestSheetIsOpened(t *testing.T) {
	w := newVerifying(t)
	w.mine()
	_, err := w.sheet(w.head)
	w.is("before it was opened", err, ErrUnopened)
	w.ok(w.open(w.head, ""))
	w.ok(w.open(w.head, "")) // the same day
	s, err := w.sheet(w.head)
	w.ok(err)
	if len(s.Parts) != 2 || s.Drawn().ID != "d2" || s.Before().ID != "d1" || s.State != storage.Verifying {
		t.Errorf("%+v", s.Task)
	}
	y := s.Years[len(s.Years)-1]
	if y.Name != 2025 || y.Sum("MXN").Difference != 740000+1-602000 {
		t.Errorf("%+v", y)
	}
	reads := w.reads()
	if len(reads) != 2 || reads[0].File != w.number || reads[0].Reason != "Verificación por sorteo" || reads[0].User != "u1" {
		t.Errorf("%+v", reads)
	}
	w.at("2026-06-11 00:01")
	_, err = w.sheet(w.head)
	w.is("the day after", err, ErrUnopened)
	w.is("another without a reason", w.open(w.second, "ver"), ErrReason)
	_, err = w.sheet(w.second)
	w.is("another who did not open it", err, ErrUnopened)
	w.ok(w.open(w.second, "Supervisa la revisión, oficio 12"))
	s, err = w.sheet(w.second)
	w.ok(err)
	if len(w.reads()) != 4 {
		t.Errorf("%d readings", len(w.reads()))
	}
	declarant := storage.User{ID: "u7", Person: "p1", Roles: []storage.Role{storage.RoleComptroller}}
	w.is("her own", w.open(declarant, "Quiero ver lo que dicen de mí"), errNotYours)
	for _, role := range []storage.Role{storage.RoleAdmin, storage.RoleHR, storage.RoleInvestigator, storage.RoleSubstantiator, storage.RoleDeclarant} {
		u := storage.User{ID: "x", Roles: []storage.Role{role}}
		_, err := w.sheet(u)
		for _, err := range []error{err, w.open(u, "Verificación, oficio 12"), w.service.Excuse(t.Context(), tenant, u, w.number, w.drawn.Folio, "Es de mi familia")} {
			if errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s: %v", role, err)
			}
		}
	}
}

// TestHands: nobody gets her own, who excused herself never again, and who takes it from
// another says why.
func TestHands(t *testing.T) {
	w := newVerifying(t)
	w.update(func(tx *storage.Txn) error {
		return tx.PutUser(storage.User{ID: "u3", Login: "ela", Person: "p1b", Roles: []storage.Role{storage.RoleComptroller}})
	})
	w.is("to nobody", w.assign(w.head, "u8", ""), ErrVerifier)
	w.is("to the declarant", w.assign(w.head, "u9", ""), ErrVerifier)
	w.mine()
	w.is("from another without a reason", w.assign(w.head, "u2", ""), ErrHandWhy)
	w.ok(w.assign(w.head, "u2", "Vacaciones de quien la tenía"))
	w.is("who has it not", w.service.Excuse(t.Context(), tenant, w.head, w.number, w.drawn.Folio, "Es de mi familia"), errNotYours)
	w.is("without a cause", w.service.Excuse(t.Context(), tenant, w.second, w.number, w.drawn.Folio, "familia"), ErrHandWhy)
	w.ok(w.service.Excuse(t.Context(), tenant, w.second, w.number, w.drawn.Folio, "Es mi cuñado: parentesco por afinidad"))
	w.is("to who was excused", w.assign(w.head, "u2", "de nuevo a ella, sí"), ErrVerifier)
	w.is("reading of who was excused", w.open(w.second, "Sólo quiero consultarla"), errNotYours)
	_, err := w.sheet(w.second)
	w.is("the sheet of who was excused", err, errNotYours)
	w.ok(w.assign(w.head, "u1", ""))
	got, err := w.service.Task(t.Context(), tenant, w.head, w.number, w.drawn.Folio)
	w.ok(err)
	if len(got.Hands) != 4 || !got.Hands[2].Excused || got.Hands[2].Name != "Luz Ruiz" || got.Hands[1].Why != "Vacaciones de quien la tenía" {
		t.Errorf("%+v", got.Hands)
	}
	all, err := w.service.Verifiers(t.Context(), tenant, got.Verification)
	w.ok(err)
	if len(all) != 2 {
		t.Errorf("%d could have it", len(all))
	}
}

// TestWork: marks, documents and figures, with what is wrong with each.
func TestWork(t *testing.T) {
	w := newVerifying(t)
	w.mine()
	s, folio := w.service, w.drawn.Folio
	w.is("no mark", s.Check(t.Context(), tenant, w.head, w.number, folio, "ingresos", "mal", ""), ErrMark)
	w.is("a difference without a note", s.Check(t.Context(), tenant, w.head, w.number, folio, "ingresos", MarkDifference, " "), ErrNote)
	w.is("no section", s.Check(t.Context(), tenant, w.head, w.number, folio, "nada", MarkOK, ""), errNotFound)
	w.is("of another", s.Check(t.Context(), tenant, w.second, w.number, folio, "ingresos", MarkOK, ""), errNotYours)
	w.ok(s.Check(t.Context(), tenant, w.head, w.number, folio, "ingresos", MarkOK, ""))
	w.ok(s.Check(t.Context(), tenant, w.head, w.number, folio, "ingresos", MarkAsk, "No coincide con la nómina"))
	w.is("no document", s.AskPaper(t.Context(), tenant, w.head, w.number, folio, "x"), ErrPaper)
	w.ok(s.AskPaper(t.Context(), tenant, w.head, w.number, folio, "Recibos  de nómina"))
	w.is("no state", s.MarkPaper(t.Context(), tenant, w.head, w.number, folio, "n1", "perdido"), ErrPaper)
	w.is("no such document", s.MarkPaper(t.Context(), tenant, w.head, w.number, folio, "n2", PaperAgrees), errNotFound)
	w.ok(s.MarkPaper(t.Context(), tenant, w.head, w.number, folio, "n1", PaperAgrees))
	add := func(f Figure) error { return s.AddFigure(t.Context(), tenant, w.head, w.number, folio, f) }
	bad := add(Figure{Kind: "otro", Year: "x", Amount: "-4", Words: "a", Source: ""})
	for _, want := range []error{ErrEntryYear, ErrEntryKind, ErrEntrySource, ErrAmount, ErrWords} {
		w.is("a figure", bad, want)
	}
	bad = add(Figure{Kind: FigureRate, Year: "2025", Amount: "0", Currency: "MXN", Source: "DOF"})
	w.is("pesos in pesos", bad, ErrCurrency)
	w.is("no rate", bad, ErrRate)
	expense := Figure{Kind: FigureExpense, Year: "2025", Amount: "$180,000", Words: "Gasto de la casa", Source: "ENIGH 2024, hogares de la entidad"}
	w.ok(add(expense))
	w.ok(add(expense)) // pressed twice
	w.ok(add(Figure{Kind: FigureRate, Year: "2025", Amount: "19.12", Currency: "USD", Source: "DOF"}))
	w.ok(add(Figure{Kind: FigureRate, Year: "2025", Amount: "19,1234", Currency: "USD", Source: "DOF 31/12"}))
	w.ok(w.open(w.head, ""))
	sheet, err := w.sheet(w.head)
	w.ok(err)
	if len(sheet.Entries) != 1 || len(sheet.Rates) != 1 || sheet.Rates[0].Rate != 191234 || sheet.Papers[0].What != "Recibos de nómina" || sheet.Papers[0].State != PaperAgrees || sheet.Checks["ingresos"].Mark != MarkAsk {
		t.Errorf("%+v", sheet.Verification)
	}
	if d := sheet.Years[1].Sum("MXN").Difference; d != 740001-602000+180000 {
		t.Errorf("%d", d)
	}
	w.ok(s.RemoveFigure(t.Context(), tenant, w.head, w.number, folio, sheet.Entries[0].ID))
	w.ok(s.RemoveFigure(t.Context(), tenant, w.head, w.number, folio, "2025USD"))
	if sheet, err = w.sheet(w.head); err != nil || len(sheet.Entries)+len(sheet.Rates) != 0 {
		t.Errorf("%+v, %v", sheet.Entries, err)
	}
	for in, want := range map[string]int64{"19.1234": 191234, "$ 20": 200000, "0.05": 500, "1000": 10000000, "1000.1": 0, "": 0, "abc": 0, "1.23456": 0, "-3": 0, "12345": 0} {
		if got, ok := rate(in); got != want && ok {
			t.Errorf("%q: %d", in, got)
		}
	}
}

// TestClarification: a question has a term and a letter without content; it is answered
// once, late too; a second one follows; the certificate ends it.
func TestClarification(t *testing.T) {
	w := newVerifying(t)
	w.mine()
	s, folio := w.service, w.drawn.Folio
	ask := func(q, days string) error {
		return s.Ask(t.Context(), tenant, w.head, w.number, folio, q, days)
	}
	answer := func(person, text string) error {
		return s.Answer(t.Context(), tenant, person, w.number, folio, text)
	}
	closing := func(o storage.VerificationOutcome, why string) error {
		return s.Close(t.Context(), tenant, w.head, w.number, folio, o, why)
	}
	bad := ask("¿Y?", "0")
	w.is("no question", bad, ErrQuestion)
	w.is("no term", bad, ErrDays)
	if all, err := s.Mine(t.Context(), tenant, "p1"); err != nil || len(all) != 0 {
		t.Errorf("she is told of a draw: %+v, %v", all, err)
	}
	const question, said = "¿De dónde salió el dinero del MARCATERRENO?", "De un préstamo: MARCARESPUESTA"
	w.is("nothing was asked", answer("p1", said), errNotFound)
	w.ok(ask(question, "5"))
	w.ok(ask(question, "5")) // pressed twice
	w.is("another meanwhile", ask("Otra pregunta distinta", "5"), errPending)
	w.is("closed meanwhile", closing(storage.Certified, "No hay diferencias que aclarar"), errPending)
	all, err := s.Mine(t.Context(), tenant, "p1")
	w.ok(err)
	if len(all) != 1 || !all[0].Open || all[0].Late || all[0].Rounds[0].Due != "2026-06-15" {
		t.Fatalf("%+v", all)
	}
	w.is("of another", answer("p2", said), errNotFound)
	w.is("too short", answer("p1", "no"), ErrAnswer)
	w.at("2026-06-16 00:00")
	if all, _ = s.Mine(t.Context(), tenant, "p1"); !all[0].Late || !all[0].Open {
		t.Errorf("%+v", all)
	}
	w.ok(answer("p1", said))
	w.ok(answer("p1", said)) // pressed twice
	w.is("another answer", answer("p1", "No, fue una herencia de mi abuela"), errAnswered)
	w.ok(ask("¿Quién lo prestó?", "3"))
	if len(w.letters) != 3 || w.letters[0].Kind != LetterAsked || w.letters[0].To.ID != "u9" || w.letters[1].Kind != LetterAnswered || w.letters[1].To.ID != "u1" {
		t.Errorf("%+v", w.letters)
	}
	w.at("2026-06-25 00:00") // nobody answered
	w.is("no outcome", closing("otra", "No hay diferencias que aclarar"), ErrOutcome)
	w.is("no words", closing(storage.Certified, "ya"), ErrFinding)
	w.ok(closing(storage.Certified, "El préstamo cubre MARCAMOTIVO"))
	w.is("closed twice", closing(storage.Ended, "No hay diferencias que aclarar"), errClosed)
	w.is("answered after the end", answer("p1", "Fue mi hermana, con contrato"), errClosed)
	_, err = w.sheet(w.head)
	w.is("a closed one is no ground", err, errClosed)
	all, err = s.Mine(t.Context(), tenant, "p1")
	w.ok(err)
	if len(all) != 1 || !all[0].Closed || all[0].Open || all[0].Certificate != "CER-2026-001" || !all[0].Rounds[0].Late {
		t.Errorf("%+v", all)
	}
	results, err := s.Results(t.Context(), tenant, 2026)
	w.ok(err)
	if len(results) != 1 || results[0].Certificate != "CER-2026-001" || results[0].Outcome != storage.Certified {
		t.Errorf("%+v", results)
	}
	for who, u := range map[string]storage.User{"the office": w.second, "the declarant": {ID: "u9", Person: "p1"}} {
		if n, err := s.Certificate(t.Context(), tenant, u, w.number, folio); err != nil || n != "CER-2026-001" {
			t.Errorf("%s: %q, %v", who, n, err)
		}
	}
	_, err = s.Certificate(t.Context(), tenant, storage.User{ID: "u5", Person: "p2"}, w.number, folio)
	w.is("a stranger", err, errNotFound)
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Certification("CER-2026-001")
		if err != nil || c.Name != "MARCANOMBRE" || c.Hash != w.drawn.Hash || c.Verifier != "Eva Solís" {
			t.Errorf("%+v, %v", c, err)
		}
		return errors.Join(tx.AuditEntries(func(_ storage.AuditEntry, raw []byte) error {
			if strings.Contains(string(raw), "MARCA") {
				t.Errorf("the audit trail tells: %s", raw)
			}
			return nil
		}), tx.Leaves(func(_ storage.Leaf, record []byte) error {
			if strings.Contains(string(record), "MARCA") || strings.Contains(string(record), "CER-") {
				t.Errorf("the log tells: %s", record)
			}
			return nil
		}))
	})
}

// TestReferred: what is referred can still be read, to be handed on; the declarant is not
// told to whom.
func TestReferred(t *testing.T) {
	w := newVerifying(t)
	w.mine()
	w.ok(w.service.Ask(t.Context(), tenant, w.head, w.number, w.drawn.Folio, "¿De dónde salió el dinero?", "5"))
	w.ok(w.service.Answer(t.Context(), tenant, "p1", w.number, w.drawn.Folio, "No lo recuerdo, lo siento"))
	w.ok(w.service.Close(t.Context(), tenant, w.head, w.number, w.drawn.Folio, storage.Referred, "La diferencia no se aclaró"))
	w.ok(w.open(w.head, ""))
	s, err := w.sheet(w.head)
	w.ok(err)
	if s.Outcome != storage.Referred {
		t.Errorf("%+v", s.Verification)
	}
	all, err := w.service.Mine(t.Context(), tenant, "p1")
	w.ok(err)
	if len(all) != 1 || !all[0].Closed || all[0].Certificate != "" {
		t.Errorf("%+v", all)
	}
}
