package complain_test

import (
	"archive/tar"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crypto/sha256"

	"filippo.io/age"
	"pgregory.net/rapid"

	"declara/app/complain"
	"declara/app/errs"
	"declara/i18n"
	"declara/storage"
)

func (w *town) office() *complain.Office {
	w.Helper()
	return complain.NewOffice(w.Service, i18n.Load())
}

func (w *town) hand(user string) complain.Hand {
	return complain.Hand{Tenant: tenant, User: user, Key: w.keys[user]}
}

// desk is an office with a head, two who investigate and one who substantiates.
func desk(t testing.TB) (*town, *complain.Office) {
	w := newTown(t)
	w.keyed("rosa", storage.RoleComptroller)
	w.vouched("ivan", storage.RoleInvestigator)
	w.vouched("irma", storage.RoleInvestigator)
	w.vouched("saul", storage.RoleSubstantiator)
	return w, w.office()
}

// vouched gives a user a key that rosa has vouched for.
func (w *town) vouched(id string, roles ...storage.Role) {
	w.Helper()
	w.keyed(id, roles...)
	own, err := w.Key(w.Context(), tenant, id)
	w.ok(err)
	w.ok(w.Vouch(w.Context(), w.hand("rosa"), id, own.Fingerprint))
}

// arrives is a complaint that came in.
func (w *town) arrives() string {
	w.Helper()
	sent, err := w.Receive(w.Context(), tenant, bribe, []complain.Upload{{Name: "foto.jpg", Bytes: photo(w, 0), NoOriginal: true}}, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	return sent.ID
}

// scan is a signed sheet.
func scan(t testing.TB, n int) *complain.Sheet {
	t.Helper()
	var b strings.Builder
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, o := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 %d]>>", 700+n)} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	x := b.Len()
	fmt.Fprintf(&b, "xref\n0 4\n0000000000 65535 f \n")
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", x)
	return &complain.Sheet{Kind: complain.ActOther, Bytes: []byte(b.String())}
}

func (w *town) complaint(id string) (c storage.Complaint) {
	w.Helper()
	w.view(func(tx *storage.Txn) (err error) { c, err = tx.Complaint(id); return err })
	return c
}

// step is a good way to a state.
func (w *town) step(id, to string) complain.Step {
	w.Helper()
	c := w.complaint(id)
	s := complain.Step{To: to, Moves: len(c.Moves), Reason: "Por lo que consta.", Question: "¿Qué día fue?", Authority: "Secretaría", File: "OIC/1/2026", Sheet: scan(w, len(c.Moves))}
	if tr := complain.TransitionOf(c.State, to); tr != nil && tr.Motives != nil {
		s.Motive = tr.Motives[0]
	}
	return s
}

func (w *town) moves(o *complain.Office, user, id string, states ...string) {
	w.Helper()
	for _, to := range states {
		if err := o.Move(w.Context(), w.hand(user), id, w.step(id, to)); err != nil {
			w.Fatalf("%s moves it to %s: %v", user, to, err)
		}
	}
}

// TestTable: the table has no way into nowhere, no state without a way in, and what
// the law wants stands in it.
func TestTable(t *testing.T) {
	words := i18n.Load()
	seen := map[string]bool{complain.StateReceived: true}
	for i, x := range complain.Transitions {
		if complain.StateOf(x.From).Stage == "" || complain.StateOf(x.To).Stage == "" || x.From == x.To || len(x.Roles) == 0 || x.Side == "" {
			t.Errorf("%d: %+v", i, x)
		}
		if got := complain.TransitionOf(x.From, x.To); got != &complain.Transitions[i] {
			t.Errorf("%s to %s is there twice", x.From, x.To)
		}
		if x.Document != "" && !slices.Contains(complain.ActKinds, x.Document) {
			t.Errorf("%s to %s: no such document", x.From, x.To)
		}
		if x.Side == complain.Substantiate && (slices.Contains(x.Roles, storage.RoleInvestigator) || slices.Contains(x.Roles, storage.RoleComptroller)) {
			t.Errorf("%s to %s: who investigates must not", x.From, x.To)
		}
		if x.Notify && !slices.ContainsFunc(complain.StateOf(x.To).Clocks, func(c complain.Term) bool { return c.Clock == complain.ClockNotice }) && x.To != complain.StateTurned && x.To != complain.StateFirm {
			t.Errorf("%s to %s: notified within no time", x.From, x.To)
		}
		seen[x.To] = true
	}
	for _, s := range complain.States {
		if !seen[s.Code] {
			t.Errorf("no way to %s", s.Code)
		}
		if !s.Over && s.Next.Clock == "" && s.Code != complain.StateTribunal {
			t.Errorf("%s promises nothing", s.Code)
		}
		for _, lang := range []string{"es", "en"} {
			for _, key := range []string{"cases.state." + s.Code, "complain.state." + s.Code} {
				if !words.Printer(lang).Has(key) {
					t.Errorf("%s: no %s", lang, key)
				}
			}
		}
	}
}

// TestRandomCases goes through random histories: whoever tries whatever, a case moves
// only along the table, by somebody with a wrap, a role and a side, with its document
// and its reason; each state has its clocks; each move is an event that who complained
// reads. At the end nobody who was excluded holds a wrap.
func TestRandomCases(t *testing.T) {
	w, o := desk(t)
	w.ok(o.PutAuthority(w.Context(), w.hand("rosa"), storage.Authority{Name: "Secretaría"}))
	first := w.at
	rapid.Check(t, func(rt *rapid.T) {
		w.at = first
		sent, err := w.Receive(w.Context(), tenant, bribe, nil, complain.Way{Channel: complain.ChannelDesk})
		w.ok(err)
		id, k := sent.ID, complain.NewCalendar()
		people := []string{"rosa", "ivan", "irma", "saul"}
		moved := 0
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			w.at = w.at.AddDate(0, 0, rapid.IntRange(0, 40).Draw(rt, "days"))
			who := rapid.SampledFrom(people).Draw(rt, "who")
			before := w.complaint(id)
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0:
				_ = o.Assign(w.Context(), w.hand(who), id, rapid.SampledFrom(people).Draw(rt, "to"))
			case 1:
				_ = o.Excuse(w.Context(), w.hand(who), id, "Es mi primo.", "")
			case 2:
				_ = o.Recuse(w.Context(), w.hand(who), id, rapid.SampledFrom(people).Draw(rt, "to"), "Lo pidió una parte.")
			default:
				to := rapid.SampledFrom(complain.States).Draw(rt, "state").Code
				s := w.step(id, to)
				tr := complain.TransitionOf(before.State, to)
				lacks := rapid.SampledFrom([]string{"", "", "", "document", "reason", "motive", "stale"}).Draw(rt, "lacks")
				switch lacks {
				case "document":
					s.Sheet = nil
				case "reason":
					s.Reason = " "
				case "motive":
					s.Motive = "otro"
				case "stale":
					s.Moves--
				}
				err := o.Move(w.Context(), w.hand(who), id, s)
				var roles []storage.Role
				w.view(func(tx *storage.Txn) error { u, err := tx.User(who); roles = u.Roles; return err })
				good := tr != nil && before.Case.Of(who) != nil && slices.ContainsFunc(roles, func(r storage.Role) bool { return slices.Contains(tr.Roles, r) }) &&
					(tr.Only == nil || slices.Contains(tr.Only, complain.Class(&before))) &&
					!(lacks == "stale" || lacks == "document" && tr.Document != "" || lacks == "reason" && tr.Reason || lacks == "motive" && tr.Motives != nil)
				if (err == nil) != good {
					rt.Fatalf("%s moves %s to %s, lacking %q: %v", who, before.State, to, lacks, err)
				}
				after := w.complaint(id)
				if err == nil {
					moved++
					last := after.Moves[len(after.Moves)-1]
					if after.State != to || last.From != before.State || last.By != who || (last.Document == "") != (s.Sheet == nil) || tr.Document != "" && last.Document == "" {
						rt.Fatalf("moved: %+v", last)
					}
				} else if after.State != before.State || len(after.Moves) != len(before.Moves) {
					rt.Fatal("it was moved all the same")
				}
			}
			c := w.complaint(id)
			day := w.at.Format("2006-01-02")
			running := k.Clocks(&c, day)
			for _, term := range complain.StateOf(c.State).Clocks {
				if term.From == complain.FromFacts || term.From == complain.FromNotice { // they run once it is known from when
					continue
				}
				if m := c.Moves[len(c.Moves)-1]; term.Clock == complain.ClockNotice && !complain.TransitionOf(m.From, m.To).Notify {
					continue
				}
				if !slices.ContainsFunc(running, func(x complain.Clock) bool { return x.Name == term.Clock }) {
					rt.Fatalf("in %s %s does not run", c.State, term.Clock)
				}
			}
			for _, user := range c.Excluded {
				if c.Case.Of(user) != nil || c.Identity.Of(user) != nil {
					rt.Fatalf("%s is excluded and holds a wrap", user)
				}
			}
			if len(c.Case.Wraps) == 0 {
				rt.Fatal("nobody can open it")
			}
			for _, m := range c.Moves {
				if m.From == "" {
					continue
				}
				for _, n := range c.Moves {
					a, b := complain.TransitionOf(m.From, m.To), complain.TransitionOf(n.From, n.To)
					if n.From != "" && m.By == n.By && a.Side == complain.Investigates && b.Side == complain.Substantiate {
						rt.Fatalf("%s investigated and substantiated", m.By)
					}
				}
			}
		}
		token, err := w.Enter(w.Context(), tenant, sent.Key)
		w.ok(err)
		st, err := w.Look(w.Context(), tenant, token)
		w.ok(err)
		seen := 0
		for _, e := range st.Events {
			if e.Kind == complain.EventMoved {
				seen++
			}
		}
		if seen != moved || st.State != w.complaint(id).State {
			rt.Fatalf("%d moves, and she reads %d", moved, seen)
		}
	})
}

// TestWhole goes with a case from the door to the end, by four people.
func TestWhole(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	if _, err := o.Open(t.Context(), w.hand("ivan"), id); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("who holds no wrap: %v", err)
	}
	w.moves(o, "rosa", id, "R1")
	refused(t, o.Assign(t.Context(), w.hand("rosa"), id, "nadie"), "keys.give.role")
	w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "ivan"))
	if err := o.Assign(t.Context(), w.hand("ivan"), id, "irma"); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("an investigator gives it to another: %v", err)
	}
	w.moves(o, "ivan", id, "R2", "R1", "I1", "I2")
	w.ok(o.Happening(t.Context(), w.hand("ivan"), id, "2026-03-09", true))
	c := w.complaint(id)
	if c.Clocks[complain.ClockPrescription] != "2033-03-01" {
		t.Errorf("in clear is %s", c.Clocks[complain.ClockPrescription])
	}
	refused(t, o.Happening(t.Context(), w.hand("ivan"), id, "2027-01-01", false), "cases.error.facts")
	w.ok(o.Say(t.Context(), w.hand("ivan"), id, "¿Tienes fotos?", "e1"))
	w.ok(o.Say(t.Context(), w.hand("ivan"), id, "¿Tienes fotos?", "e1"))
	w.ok(o.Remark(t.Context(), w.hand("ivan"), id, "Pedir bitácora.", "n1"))
	got, err := o.Open(t.Context(), w.hand("ivan"), id)
	w.ok(err)
	if got.Facts.What != bribe.What || len(got.Posts) != 2 || len(got.Notes) != 1 || len(got.Files) != 1 || !got.Files[0].Has || got.Limit != "2033-03-09" || got.File != "OIC/1/2026" || got.Line.Assigned[0].User != "ivan" {
		t.Errorf("opened %+v", got)
	}
	for _, m := range got.Moves {
		if m.From == "R1" && m.To == "I1" && (!m.Document || m.Reason == "") {
			t.Errorf("%+v", m)
		}
	}
	d, err := o.Fetch(t.Context(), w.hand("rosa"), id, storage.PartFile, uint64(got.Files[0].Seq))
	if err != nil || d.Name != "anexo-1.jpg" || len(d.Bytes) == 0 {
		t.Errorf("%s %v", d.Name, err)
	}
	d, err = o.Fetch(t.Context(), w.hand("rosa"), id, storage.PartAct, uint64(got.Acts[0].Seq))
	if err != nil || !bytes.HasPrefix(d.Bytes, []byte("%PDF")) {
		t.Errorf("%s %v", d.Name, err)
	}
	if _, err := o.Fetch(t.Context(), w.hand("irma"), id, storage.PartAct, uint64(got.Acts[0].Seq)); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("who holds nothing fetches a writ: %v", err)
	}
	if _, err := o.Fetch(t.Context(), w.hand("rosa"), id, storage.PartNote, 1); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("a note as a file: %v", err)
	}
	s := w.step(id, "I3")
	s.Motive = complain.ClassGrave
	w.ok(o.Move(t.Context(), w.hand("ivan"), id, s))
	if c := w.complaint(id); c.Clocks[complain.ClockPrescription] != "" || complain.Class(&c) != complain.ClassGrave {
		t.Errorf("classification does not interrupt: %v", c.Clocks)
	}
	w.moves(o, "ivan", id, "P1")
	w.ok(o.Assign(t.Context(), w.hand("ivan"), id, "saul"))
	if c := w.complaint(id); c.Identity.Of("saul") != nil {
		t.Error("who substantiates has the identity")
	}
	err = o.Move(t.Context(), w.hand("ivan"), id, w.step(id, "P2"))
	refused(t, err, "cases.error.side")
	w.moves(o, "saul", id, "P2")
	refused(t, o.Move(t.Context(), w.hand("saul"), id, w.step(id, "P4")), "cases.error.way") // grave: the tribunal's
	w.moves(o, "saul", id, "P3", "P4", "P5")
	f, err := o.Pace(t.Context(), tenant, "rosa")
	if err != nil || f.All != 1 || f.Open != 0 || f.Opening.N != 1 || f.Ending.N != 1 {
		t.Errorf("%+v %v", f, err)
	}
}

// TestSides: whoever changes role does not change sides in a case.
func TestSides(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "ivan"))
	w.moves(o, "ivan", id, "R1", "I1", "I2", "I3", "P1")
	w.update(func(tx *storage.Txn) error {
		u, err := tx.User("ivan")
		u.Roles = []storage.Role{storage.RoleSubstantiator}
		return errors.Join(err, tx.PutUser(u))
	})
	refused(t, o.Move(t.Context(), w.hand("ivan"), id, w.step(id, "P2")), "cases.error.side")
	w.ok(o.Release(t.Context(), w.hand("rosa"), id, "ivan"))
	refused(t, o.Assign(t.Context(), w.hand("rosa"), id, "ivan"), "cases.error.side")
	who, err := o.Candidates(t.Context(), w.hand("rosa"), id)
	w.ok(err)
	if len(who) != 2 || slices.ContainsFunc(who, func(h complain.Holder) bool { return h.User == "ivan" }) {
		t.Errorf("candidates %+v", who)
	}
}

// TestTwoAtOnce: two people move a case, and the second is told. What she uploaded is
// in the case, and serves for the next move.
func TestTwoAtOnce(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "ivan"))
	_, err := o.Open(t.Context(), w.hand("rosa"), id)
	w.ok(err)
	got, err := o.Open(t.Context(), w.hand("ivan"), id)
	w.ok(err)
	if len(got.Others) != 1 || got.Others[0] != "Persona rosa" {
		t.Errorf("others %v", got.Others)
	}
	stale := w.step(id, "R1")
	stale.Sheet = scan(t, 50)
	stale.Sheet.Kind = complain.ActOpening
	w.moves(o, "rosa", id, "R1")
	if err := o.Move(t.Context(), w.hand("ivan"), id, stale); errs.CodeOf(err) != errs.Conflict {
		t.Fatalf("the second move: %v", err)
	}
	got, err = o.Open(t.Context(), w.hand("ivan"), id)
	w.ok(err)
	if got.State != "R1" || len(got.Acts) != 2 || got.Acts[1].Used {
		t.Fatalf("after the conflict: %s, acts %+v", got.State, got.Acts)
	}
	next := w.step(id, "I1")
	next.Sheet, next.Act = nil, uint64(got.Acts[1].Seq)
	w.ok(o.Move(t.Context(), w.hand("ivan"), id, next))
	again := w.step(id, "I2")
	again.Sheet, again.Act = nil, uint64(got.Acts[1].Seq)
	refused(t, o.Move(t.Context(), w.hand("ivan"), id, again), "cases.error.document")
	// Both write at the same time: both are there.
	w.ok(o.Say(t.Context(), w.hand("rosa"), id, "Uno", "a"))
	w.ok(o.Say(t.Context(), w.hand("ivan"), id, "Dos", "b"))
	w.at = w.at.AddDate(0, 0, 1)
	if got, err = o.Open(t.Context(), w.hand("rosa"), id); err != nil || len(got.Others) != 0 || len(got.Posts) != 2 {
		t.Errorf("%v %v", got.Others, err)
	}
}

// TestWhoLeaves: excusa and recusación delete the copy, for ever; the case goes on, and
// she knows only how many she left.
func TestWhoLeaves(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	refused(t, o.Excuse(t.Context(), w.hand("rosa"), id, "Es mi prima.", ""), "cases.error.last")
	if !w.holds(id, "rosa") {
		t.Fatal("the last one left")
	}
	refused(t, o.Excuse(t.Context(), w.hand("rosa"), id, " ", "ivan"), "cases.error.reason")
	w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "ivan"))
	w.ok(o.Excuse(t.Context(), w.hand("ivan"), id, "Trabajé con él.", ""))
	if w.holds(id, "ivan") {
		t.Error("he keeps a copy")
	}
	refused(t, o.Assign(t.Context(), w.hand("rosa"), id, "ivan"), "keys.give.excluded")
	if _, err := o.Open(t.Context(), w.hand("ivan"), id); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("he opens it: %v", err)
	}
	b, err := o.Board(t.Context(), tenant, "ivan", complain.Filter{})
	if err != nil || b.Left != 1 || b.All != 0 {
		t.Errorf("%+v %v", b, err)
	}
	w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "irma"))
	if err := o.Recuse(t.Context(), w.hand("irma"), id, "rosa", "Lo pidió una parte."); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("who is not the head recuses: %v", err)
	}
	w.ok(o.Recuse(t.Context(), w.hand("rosa"), id, "irma", "Lo pidió una parte."))
	refused(t, o.Excuse(t.Context(), w.hand("rosa"), id, "Es mi prima.", "saul"), "keys.give.early")
	w.vouched("hugo", storage.RoleInvestigator)
	w.ok(o.Excuse(t.Context(), w.hand("rosa"), id, "Es mi prima.", "hugo"))
	if w.holds(id, "rosa") || w.holds(id, "irma") || !w.holds(id, "hugo") {
		t.Error("who holds it at the end")
	}
	got, err := o.Open(t.Context(), w.hand("hugo"), id)
	if err != nil || got.Excluded != 3 || len(got.Notes) != 3 {
		t.Errorf("%d excluded, %d notes: %v", got.Excluded, len(got.Notes), err)
	}
	// Somebody who is accused was never given it: she is not told that it exists.
	a := bribe
	a.Exclude = []string{"rosa"}
	w.vouched("eva", storage.RoleComptroller)
	_, err = w.Receive(t.Context(), tenant, a, nil, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	b, err = o.Board(t.Context(), tenant, "rosa", complain.Filter{})
	if err != nil || b.Left != 1 || b.All != 0 {
		t.Errorf("who is accused sees %+v %v", b, err)
	}
	if f, err := o.Pace(t.Context(), tenant, "rosa"); err != nil || f.All != 0 {
		t.Errorf("and counts %+v %v", f, err)
	}
	if b, err = o.Board(t.Context(), tenant, "eva", complain.Filter{}); err != nil || b.All != 1 {
		t.Errorf("eva sees %+v %v", b, err)
	}
}

// TestTurn: a case is turned whole, and the age command opens it.
func TestTurn(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	key, err := age.GenerateX25519Identity()
	w.ok(err)
	refused(t, o.PutAuthority(t.Context(), w.hand("rosa"), storage.Authority{Name: "Secretaría", Recipient: "age1no"}), "cases.authority.error.key")
	w.ok(o.PutAuthority(t.Context(), w.hand("rosa"), storage.Authority{Name: "Auditoría", Contact: "Calle 1"}))
	w.ok(o.PutAuthority(t.Context(), w.hand("rosa"), storage.Authority{Name: " Secretaría ", Recipient: key.Recipient().String()}))
	w.ok(o.Say(t.Context(), w.hand("rosa"), id, "La leímos.", ""))
	w.moves(o, "rosa", id, "R1")
	bad := w.step(id, "R3")
	bad.Authority = "Otra"
	refused(t, o.Move(t.Context(), w.hand("rosa"), id, bad), "cases.error.authority")
	w.moves(o, "rosa", id, "R3")
	got, err := o.Open(t.Context(), w.hand("rosa"), id)
	w.ok(err)
	if len(got.Exports) != 1 || got.Exports[0].To != "Secretaría" || got.Moves[len(got.Moves)-1].Motive != complain.MotiveCompetence {
		t.Fatalf("%+v", got.Exports)
	}
	if e := got.Events[len(got.Events)-1]; e.Data["authority"] != "Secretaría" || e.Data["to"] != "R3" {
		t.Errorf("she reads %+v", e)
	}
	d, err := o.Fetch(t.Context(), w.hand("rosa"), id, storage.PartExport, uint64(got.Exports[0].Seq))
	w.ok(err)
	if sum := sha256.Sum256(d.Bytes); hex.EncodeToString(sum[:]) != got.Exports[0].Hash || bytes.Contains(d.Bytes, []byte("inspector")) {
		t.Error("the sealed file is not what was told")
	}
	dir := t.TempDir()
	w.ok(os.WriteFile(filepath.Join(dir, "key"), []byte(key.String()+"\n"), 0o600))
	w.ok(os.WriteFile(filepath.Join(dir, d.Name), d.Bytes, 0o600))
	var plain []byte
	if tool, err := exec.LookPath("age"); err == nil {
		plain, err = exec.Command(tool, "-d", "-i", filepath.Join(dir, "key"), filepath.Join(dir, d.Name)).Output()
		w.ok(err)
		t.Log("opened with the age command")
	} else {
		r, err := age.Decrypt(bytes.NewReader(d.Bytes), key)
		w.ok(err)
		plain, err = io.ReadAll(r)
		w.ok(err)
	}
	if len(plain)%(64<<10) != 0 {
		t.Errorf("%d bytes: not padded", len(plain))
	}
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(plain)); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		w.ok(err)
		_, name, _ := strings.Cut(h.Name, "/")
		files[name], err = io.ReadAll(r)
		w.ok(err)
	}
	for line := range strings.Lines(string(files["SHA256SUMS"])) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if got := sha256.Sum256(files[name]); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s has another hash", name)
		}
	}
	if !bytes.Contains(files["denuncia.txt"], []byte("inspector")) || !bytes.Contains(files["mensajes.txt"], []byte("La leímos.")) || len(files["anexos/anexo-1.jpg"]) == 0 ||
		len(files["actos/acuerdo-de-turno.pdf"]) == 0 || len(files["actos/1-otro.pdf"]) == 0 || !bytes.Contains(files["eventos.jsonl"], []byte("recibida")) || strings.Count(string(files["SHA256SUMS"]), "\n") != len(files)-1 {
		t.Errorf("files: %v", len(files))
	}
	// To one without a key it goes on paper.
	other := w.arrives()
	w.moves(o, "rosa", other, "R1")
	s := w.step(other, "R3")
	s.Authority = "Auditoría"
	w.ok(o.Move(t.Context(), w.hand("rosa"), other, s))
	if got, err = o.Open(t.Context(), w.hand("rosa"), other); err != nil || len(got.Exports) != 0 {
		t.Errorf("%+v %v", got.Exports, err)
	}
	w.ok(o.RemoveAuthority(t.Context(), w.hand("rosa"), "Auditoría"))
	if all, err := o.Authorities(t.Context(), tenant); err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}

// TestPrint: every template comes out, for nobody but who holds the case, with the day
// for an hour and no word of the case in what describes the file.
func TestPrint(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	for _, kind := range complain.Templates {
		writ := complain.Writ{Kind: kind, File: "OIC/INV/7/2026", Authority: "Tesorería Municipal", Class: complain.ClassMinor, Days: 10,
			Body: "Los hechos se cuentan aquí con la palabra marcador.\n\nY sigue.", Place: "Valle Encinos", Signer: "Iván Soto", Post: "Autoridad investigadora",
			Way: complain.NoticePersonal, Served: "2026-05-14"}
		var out bytes.Buffer
		w.ok(o.Print(t.Context(), w.hand("rosa"), id, writ, &out))
		if !bytes.HasPrefix(out.Bytes(), []byte("%PDF-")) {
			t.Fatalf("%s: %.20q", kind, out.Bytes())
		}
		if c := w.complaint(id); bytes.Contains(out.Bytes(), []byte("marcador")) || bytes.Contains(out.Bytes(), []byte(c.Folio)) {
			t.Errorf("%s says in clear what is drawn", kind)
		}
		if tool, err := exec.LookPath("pdftotext"); err == nil {
			cmd := exec.Command(tool, "-", "-")
			cmd.Stdin = bytes.NewReader(out.Bytes())
			text, err := cmd.Output()
			w.ok(err)
			for _, want := range []string{"Municipio de Valle Encinos", "marcador", "Iván Soto", "14 de mayo de 2026"} {
				if !strings.Contains(string(text), want) {
					t.Errorf("%s lacks %q:\n%s", kind, want, text)
				}
			}
			if strings.Contains(string(text), "act.") || strings.Contains(string(text), "{") {
				t.Errorf("%s:\n%s", kind, text)
			}
		}
		if err := o.Print(t.Context(), w.hand("ivan"), id, writ, io.Discard); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("who holds nothing prints: %v", err)
		}
		if dir := os.Getenv("DECLARA_LOOK"); dir != "" {
			w.ok(os.WriteFile(filepath.Join(dir, kind+".pdf"), out.Bytes(), 0o600))
		}
	}
	refused(t, o.Print(t.Context(), w.hand("rosa"), id, complain.Writ{Kind: complain.ActOrder, File: "1", Authority: "x", Days: 4, Body: "x", Signer: "x"}, io.Discard), "cases.writ.error.days")
}

// TestCalendarIsEdited by the office, and what is wrong is told.
func TestCalendarIsEdited(t *testing.T) {
	w, o := desk(t)
	refused(t, o.AddHoliday(t.Context(), tenant, "rosa", storage.Holiday{From: "2026-05-15", Name: "Feria", Source: "Acuerdo"}), "cases.calendar.error.begin")
	w.ok(o.BeginYear(t.Context(), tenant, "rosa", 2026))
	w.ok(o.BeginYear(t.Context(), tenant, "rosa", 2026))
	refused(t, o.BeginYear(t.Context(), tenant, "rosa", 3000), "cases.calendar.error.year")
	for key, h := range map[string]storage.Holiday{
		"cases.calendar.error.day":    {From: "2026-02-30", Name: "x", Source: "x"},
		"cases.calendar.error.order":  {From: "2026-05-15", To: "2026-05-14", Name: "x", Source: "x"},
		"cases.calendar.error.year":   {From: "2026-12-31", To: "2027-01-02", Name: "x", Source: "x"},
		"cases.calendar.error.name":   {From: "2026-05-15", Source: "x"},
		"cases.calendar.error.source": {From: "2026-05-15", Name: "x", Source: " "},
	} {
		refused(t, o.AddHoliday(t.Context(), tenant, "rosa", h), key)
	}
	w.ok(o.AddHoliday(t.Context(), tenant, "rosa", storage.Holiday{From: "2026-05-15", Name: "Feria", Source: "Acuerdo 3"}))
	id := w.arrives() // on 14 May
	got, err := o.Open(t.Context(), w.hand("rosa"), id)
	w.ok(err)
	if got.Clocks[0].Day != "2026-05-20" {
		t.Errorf("three business days: %+v", got.Clocks[0])
	}
	w.ok(o.RemoveHoliday(t.Context(), tenant, "rosa", "2026-05-15", "2026-05-15"))
	if got, err = o.Open(t.Context(), w.hand("rosa"), id); err != nil || got.Clocks[0].Day != "2026-05-19" {
		t.Errorf("%+v %v", got.Clocks[0], err)
	}
}

// TestBoard: the counts say what picking a filter shows.
func TestBoard(t *testing.T) {
	w, o := desk(t)
	for i := range 9 {
		id := w.arrives()
		if i%3 > 0 {
			w.moves(o, "rosa", id, "R1")
		}
		if i%3 == 2 {
			w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "ivan"))
			w.moves(o, "ivan", id, "I1")
		}
		w.at = w.at.AddDate(0, 0, i)
	}
	w.at = w.at.AddDate(0, 2, 0)
	all, err := o.Board(t.Context(), tenant, "rosa", complain.Filter{})
	w.ok(err)
	if all.All != 9 || len(all.Lines) != 9 {
		t.Fatalf("%d", all.All)
	}
	for i := 1; i < len(all.Lines); i++ {
		if all.Lines[i-1].Next.Day > all.Lines[i].Next.Day {
			t.Error("not the most urgent first")
		}
	}
	for _, f := range []complain.Filter{{}, {Stage: "entrada"}, {Who: "ivan"}, {Due: complain.DueLate}, {Stage: "investigacion", Who: "ivan"}} {
		b, err := o.Board(t.Context(), tenant, "rosa", f)
		w.ok(err)
		try := func(counts []complain.Count, set func(*complain.Filter, string)) {
			for _, c := range counts {
				g := f
				set(&g, c.Value)
				x, err := o.Board(t.Context(), tenant, "rosa", g)
				w.ok(err)
				if len(x.Lines) != c.N {
					t.Errorf("%+v: %d, and the count says %d", g, len(x.Lines), c.N)
				}
			}
		}
		try(b.Stages, func(f *complain.Filter, v string) { f.Stage, f.State = v, "" })
		try(b.States, func(f *complain.Filter, v string) { f.State = v })
		try(b.Whos, func(f *complain.Filter, v string) { f.Who = v })
		try(b.Dues, func(f *complain.Filter, v string) { f.Due = v })
	}
	mine, err := o.Board(t.Context(), tenant, "ivan", complain.Filter{})
	if err != nil || mine.All != 3 {
		t.Errorf("ivan sees %d: %v", mine.All, err)
	}
}
