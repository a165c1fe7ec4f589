package complain_test

import (
	"bytes"
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"filippo.io/age"

	"declara/app/complain"
	"declara/storage"
)

// Attacks on the office's half: what whoever makes accounts and sets passwords can reach,
// what the accused can, and what one person can who should be two.

// byPassword is somebody who signed in with the password of an account and has not its
// key: who set it by a link.
func (w *town) byPassword(user string) complain.Hand {
	return complain.Hand{Tenant: tenant, User: user}
}

func (w *town) set(user string, change func(*storage.User)) {
	w.Helper()
	w.update(func(tx *storage.Txn) error {
		u, err := tx.User(user)
		change(&u)
		return errors.Join(err, tx.PutUser(u))
	})
}

func (w *town) waiting(user string) bool {
	w.Helper()
	own, err := w.Key(w.Context(), tenant, user)
	w.ok(err)
	return own.Waiting
}

// TestPasswordIsNoKey: who can sign in as the head, and has not opened her key, decides
// nothing about who reads complaints or what is deleted.
func TestPasswordIsNoKey(t *testing.T) {
	w, o := desk(t)
	ctx := w.Context()
	w.keyed("falsa", storage.RoleComptroller)
	own, err := w.Key(ctx, tenant, "falsa")
	w.ok(err)
	thief := w.byPassword("rosa")
	refused(t, w.Vouch(ctx, thief, "falsa", own.Fingerprint), "keys.shut")
	three := [3]string{"Sara Sol", "Eloy Paz", "Nora Luz"}
	refused(t, w.StartEscrow(ctx, thief, three, three), "keys.shut")
	w.ok(w.StartEscrow(ctx, w.hand("rosa"), three, three))
	_, err = w.DrawHolder(ctx, thief, 0)
	refused(t, err, "keys.shut")
	paper, err := w.DrawHolder(ctx, w.hand("rosa"), 0)
	w.ok(err)
	_, err = w.CheckHolder(ctx, thief, 0, paper.Rows[0]+paper.Rows[1]+paper.Rows[2]+paper.Rows[3])
	refused(t, err, "keys.shut")
	refused(t, w.SetKeep(ctx, thief, 1), "keys.shut")
	refused(t, o.PutAuthority(ctx, thief, storage.Authority{Name: "Auditoría"}), "keys.shut")
	refused(t, o.RemoveAuthority(ctx, thief, "Auditoría"), "keys.shut")
	id := w.arrives()
	refused(t, w.Propose(ctx, thief, id), "keys.shut")
	refused(t, w.Delete(ctx, thief, id), "keys.shut")
	// A key that waits decides nothing either, and neither does another's.
	refused(t, w.SetKeep(ctx, w.hand("falsa"), 1), "keys.shut")
	refused(t, w.SetKeep(ctx, complain.Hand{Tenant: tenant, User: "rosa", Key: w.keys["falsa"]}, 1), "keys.shut")
}

// TestExternalTakesAKey: two accounts without a key name no authority outside, and two
// administrators are two accounts.
func TestExternalTakesAKey(t *testing.T) {
	w, _ := desk(t)
	ctx := w.Context()
	for _, id := range []string{"sistemas", "sistemas2"} {
		w.account(id, storage.RoleAdmin)
	}
	key, err := age.GenerateX25519Identity()
	w.ok(err)
	his := storage.ExternalAuthority{Name: "Auditoría", Contact: "Calle 1", Recipient: key.Recipient().String()}
	propose := func(h complain.Hand) string {
		w.Helper()
		w.ok(w.ProposeExternal(ctx, h, his))
		ch, err := w.Channel(ctx, tenant, "rosa")
		w.ok(err)
		return ch.Proposed.Fingerprint
	}
	f := propose(w.byPassword("sistemas"))
	refused(t, w.ConfirmExternal(ctx, w.byPassword("sistemas2"), f), "keys.external.shut")
	refused(t, w.ConfirmExternal(ctx, w.byPassword("rosa"), f), "keys.external.shut")
	w.ok(w.ConfirmExternal(ctx, w.hand("rosa"), f))
	f = propose(w.hand("rosa"))
	refused(t, w.ConfirmExternal(ctx, w.hand("rosa"), f), "keys.external.other")
	w.ok(w.ConfirmExternal(ctx, w.byPassword("sistemas"), f))
}

// TestFirstAgain: who closes the account of the only head, or sets its password and makes
// her another key, is not the first again: two holders have to come.
func TestFirstAgain(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.keyed("ana", storage.RoleComptroller)
	papers := w.ceremony("ana")
	old := w.receive(bribe)
	_, mine, err := w.ReplaceKey(ctx, tenant, "ana", password)
	w.ok(err)
	if !w.waiting("ana") {
		t.Fatal("a key that a password alone made waits for nobody")
	}
	if _, err := w.Receive(ctx, tenant, bribe, nil, complain.Way{Channel: complain.ChannelDesk}); !errors.Is(err, complain.ErrClosed) {
		t.Errorf("it was given a complaint: %v", err)
	}
	w.set("ana", func(u *storage.User) { u.Disabled = true })
	w.keyed("nueva", storage.RoleComptroller)
	if !w.waiting("nueva") {
		t.Error("closing an account makes the next key the first")
	}
	w.set("ana", func(u *storage.User) { u.Disabled = false })
	done, err := w.Recover(ctx, tenant, "ana", papers[0], papers[1], "ana", "")
	w.ok(err)
	w.keys["ana"] = mine
	if w.waiting("ana") || done.Cases != 1 || !w.holds(old.ID, "ana") {
		t.Errorf("two holders came: %+v", done)
	}
}

// TestLastWithoutEscrow: where nobody else is left and there is no escrow, the next key is
// the first, and opens nothing of before.
func TestLastWithoutEscrow(t *testing.T) {
	w := newTown(t)
	w.keyed("ana", storage.RoleComptroller)
	old := w.receive(bribe)
	w.set("ana", func(u *storage.User) { u.Disabled = true })
	w.keyed("nueva", storage.RoleComptroller)
	if w.waiting("nueva") || w.holds(old.ID, "nueva") {
		t.Error("the next head cannot begin, or begins with what is not hers")
	}
}

// TestPromoted: a role that complaints come to by themselves makes a key wait, whoever
// vouched for it under another; a head who takes care of identities too, alone, is still
// the head.
func TestPromoted(t *testing.T) {
	w, _ := desk(t)
	promote := func(user string, roles ...storage.Role) {
		w.Helper()
		w.update(func(tx *storage.Txn) error { return w.GuardRoles(tx, user, roles) })
		w.set(user, func(u *storage.User) { u.Roles = roles })
	}
	promote("ivan", storage.RoleComptroller)
	sent := w.receive(bribe)
	if !w.waiting("ivan") || w.holds(sent.ID, "ivan") {
		t.Error("an investigator was made head by who sets roles, and reads what comes in")
	}
	promote("irma", storage.RoleInvestigator, storage.RoleCustodian)
	if !w.waiting("irma") {
		t.Error("an investigator was made custodian by who sets roles")
	}
	promote("saul", storage.RoleSubstantiator, storage.RoleHR)
	if w.waiting("saul") {
		t.Error("a role that gives no complaint makes a key wait")
	}
	promote("rosa", storage.RoleComptroller, storage.RoleCustodian)
	if w.waiting("rosa") {
		t.Error("the only head waits for herself")
	}
}

// ended puts a complaint where it is over, on a day.
func (w *town) ended(id, state, day, prescribes string) {
	w.Helper()
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		c.State, c.Since = state, day
		if prescribes != "" {
			c.Clocks[complain.ClockPrescription] = prescribes
		}
		return errors.Join(err, tx.PutComplaint(c, c.Version))
	})
}

// TestAccusedDeletesNothing: who was excluded from a complaint learns at no time that it
// can be deleted, and has no hand in it; nor has who was never given it.
func TestAccusedDeletesNothing(t *testing.T) {
	w := newTown(t, "ana", "beto", "mala")
	ctx := w.Context()
	about := bribe
	about.Exclude = []string{"mala"}
	sent := w.receive(about)
	w.ended(sent.ID, complain.StateArchived, "2026-05-20", "")
	w.at = w.at.AddDate(9, 0, 0)
	if due, err := w.Dues(ctx, tenant, "mala"); err != nil || len(due) != 0 {
		t.Errorf("who is accused reads %+v %v", due, err)
	}
	refused(t, w.Propose(ctx, w.hand("mala"), sent.ID), "keys.delete.none")
	w.ok(w.Propose(ctx, w.hand("ana"), sent.ID))
	refused(t, w.Delete(ctx, w.hand("mala"), sent.ID), "keys.delete.none")
	refused(t, w.Withdraw(ctx, tenant, "mala", sent.ID), "keys.delete.none")
	refused(t, w.Delete(ctx, w.hand("ana"), sent.ID), "keys.delete.second")
	w.ok(w.Delete(ctx, w.hand("beto"), sent.ID))
}

// TestLongAgo: a day of the facts that is long past is no way to end a case and delete it
// on the same day; and a proposal of before the case was opened again is none.
func TestLongAgo(t *testing.T) {
	w := newTown(t, "ana", "beto")
	ctx := w.Context()
	sent := w.receive(bribe)
	w.ended(sent.ID, complain.StateArchived, "2026-05-20", "1993-01-01")
	w.at = w.at.AddDate(0, 0, 7)
	refused(t, w.Propose(ctx, w.hand("ana"), sent.ID), "keys.delete.early")
	w.at = w.at.AddDate(3, 0, 0)
	w.ok(w.Propose(ctx, w.hand("ana"), sent.ID))
	w.ended(sent.ID, complain.StateArchived, "2029-06-01", "1993-01-01") // it was opened, and ended, again
	w.at = w.at.AddDate(3, 0, 30)
	refused(t, w.Delete(ctx, w.hand("beto"), sent.ID), "keys.delete.none")
	w.ok(w.Propose(ctx, w.hand("beto"), sent.ID))
	refused(t, w.Delete(ctx, w.hand("beto"), sent.ID), "keys.delete.second")
	w.ok(w.Delete(ctx, w.hand("ana"), sent.ID))
}

// TestEscrowAnew: with the last sheet of a new ceremony the papers of before open nothing
// that anybody can open; what another official alone can open follows when she opens her
// key; then the old escrow is forgotten.
func TestEscrowAnew(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.keyed("ana", storage.RoleComptroller)
	w.keyed("beto", storage.RoleComptroller)
	w.vouch("beto")
	w.keyed("eva", storage.RoleCustodian)
	w.vouch("eva")
	early := w.receive(bribe) // before there was any
	before := w.ceremony("ana")
	about := bribe
	about.Exclude = []string{"ana"}
	his := w.receive(about)
	papers := w.ceremony("ana")
	escrows := func() (n int) {
		w.view(func(tx *storage.Txn) error {
			ch, err := tx.Channel()
			n = len(ch.Escrows)
			return err
		})
		return n
	}
	if escrows() != 1 {
		t.Error("what beto alone can open has no escrow any more")
	}
	for _, user := range []string{"beto", "eva"} {
		mine, err := w.UnlockKey(ctx, tenant, user, password)
		w.ok(err)
		mine.Wipe()
	}
	if escrows() != 0 {
		t.Error("the old escrow is still there")
	}
	for _, user := range []string{"ana", "beto", "eva"} {
		w.set(user, func(u *storage.User) { u.Disabled = true })
	}
	w.account("nueva", storage.RoleComptroller)
	w.keyed("nueva", storage.RoleComptroller)
	_, err := w.Recover(ctx, tenant, "nueva", before[0], before[1], "nueva", "")
	refused(t, err, "keys.holders.wrong")
	w.keyed("guarda", storage.RoleCustodian)
	done, err := w.Recover(ctx, tenant, "nueva", papers[2], papers[1], "nueva", "guarda")
	if err != nil || done.Cases != 2 || done.Identities != 2 || !w.holds(early.ID, "nueva") || !w.holds(his.ID, "guarda") {
		t.Errorf("%+v %v", done, err)
	}
	// Who complained is told of both.
	if e := last(w.events(his)); e.Kind != complain.EventRecovered || e.Data["post"] != "Puesto de nueva" || e.Data["custodian"] != "Puesto de guarda" {
		t.Errorf("she reads %+v", e)
	}
}

// TestRecoveryOfSides: that the official has done something else in one case does not stop
// the recovery of the others.
func TestRecoveryOfSides(t *testing.T) {
	w, o := desk(t)
	ctx := w.Context()
	papers := w.ceremony("rosa")
	id, other := w.arrives(), w.arrives()
	w.ok(o.Assign(ctx, w.hand("rosa"), id, "ivan"))
	w.moves(o, "rosa", id, "R1")
	w.moves(o, "ivan", id, "I1")
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		c.Case.Wraps = slices.DeleteFunc(c.Case.Wraps, func(x storage.Wrap) bool { return x.User == "ivan" })
		return errors.Join(err, tx.PutComplaint(c, c.Version))
	})
	w.set("ivan", func(u *storage.User) { u.Roles = []storage.Role{storage.RoleComptroller, storage.RoleSubstantiator} })
	w.set("rosa", func(u *storage.User) { u.Disabled = true })
	done, err := w.Recover(ctx, tenant, "ivan", papers[0], papers[1], "ivan", "")
	if err != nil || done.Cases != 1 || done.Refused != 1 || !w.holds(other, "ivan") || w.holds(id, "ivan") {
		t.Errorf("%+v %v", done, err)
	}
}

// TestNotBeforeTheReport: who substantiates holds no case before the report, by whatever
// way it would come to her.
func TestNotBeforeTheReport(t *testing.T) {
	w, o := desk(t)
	ctx := w.Context()
	id := w.arrives()
	refused(t, o.Assign(ctx, w.hand("rosa"), id, "saul"), "keys.give.early")
	w.ok(o.Assign(ctx, w.hand("rosa"), id, "ivan"))
	w.moves(o, "rosa", id, "R1")
	w.moves(o, "ivan", id, "I1", "I2")
	refused(t, o.Assign(ctx, w.hand("ivan"), id, "saul"), "keys.give.early")
	if all, err := o.Candidates(ctx, w.hand("ivan"), id); err != nil || slices.ContainsFunc(all, func(h complain.Holder) bool { return h.User == "saul" }) {
		t.Errorf("she is offered: %+v %v", all, err)
	}
	h, err := w.HandOver(ctx, tenant, "ivan", w.keys["ivan"], "saul", false)
	if err != nil || h.Left != 1 || h.Cases != 0 || w.holds(id, "saul") || !w.holds(id, "ivan") {
		t.Errorf("%+v %v", h, err)
	}
	// Nor by another role: who investigated would read what she is to judge.
	err = w.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		return w.GuardRoles(tx, "ivan", []storage.Role{storage.RoleSubstantiator})
	})
	refused(t, err, "keys.roles.holds")
	w.ok(o.Assign(ctx, w.hand("rosa"), id, "irma"))
	err = w.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		return w.GuardRoles(tx, "irma", []storage.Role{storage.RoleSubstantiator})
	})
	refused(t, err, "keys.roles.holds")
	w.moves(o, "ivan", id, "I3", "P1")
	w.ok(o.Assign(ctx, w.hand("ivan"), id, "saul"))
	w.moves(o, "saul", id, "I3") // sent back: she keeps it
	if !w.holds(id, "saul") {
		t.Error("it was taken from her")
	}
}

// TestClosedHolder: a case is not put in the charge of who cannot sign in any more.
func TestClosedHolder(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "ivan"))
	w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "irma"))
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		c.Assigned = nil
		return errors.Join(err, tx.PutComplaint(c, c.Version))
	})
	w.set("ivan", func(u *storage.User) { u.Disabled = true })
	refused(t, o.Assign(t.Context(), w.hand("rosa"), id, "ivan"), "keys.give.role")
}

// TestRecusedCustodian: the head takes the identity from who keeps it, for good, unless
// nobody could learn any more who complained.
func TestRecusedCustodian(t *testing.T) {
	w, o := desk(t)
	ctx := w.Context()
	w.vouched("eva", storage.RoleCustodian)
	id := w.arrives()
	refused(t, o.Recuse(ctx, w.hand("rosa"), id, "eva", "Es hermana de quien se acusa."), "cases.error.last")
	w.ceremony("rosa")
	mine, err := w.UnlockKey(ctx, tenant, "eva", password)
	w.ok(err)
	mine.Wipe()
	w.ok(o.Recuse(ctx, w.hand("rosa"), id, "eva", "Es hermana de quien se acusa."))
	if w.holds(id, "eva") {
		t.Error("she still learns who complained")
	}
}

// TestAllThatIsWrong: a move tells all that it lacks at once, takes a writ of its own kind
// alone, and keeps nothing in clear that it did not ask for.
func TestAllThatIsWrong(t *testing.T) {
	w, o := desk(t)
	ctx := w.Context()
	id := w.arrives()
	w.ok(o.Assign(ctx, w.hand("rosa"), id, "ivan"))
	secret := w.step(id, "R1")
	secret.Motive = "Juan Pérez, tesorero"
	w.ok(o.Move(ctx, w.hand("rosa"), id, secret))
	if c := w.complaint(id); c.Moves[1].Motive != "" {
		t.Errorf("in clear: %q", c.Moves[1].Motive)
	}
	long := w.step(id, "I1")
	long.Reason = strings.Repeat("x", 30_000)
	refused(t, o.Move(ctx, w.hand("ivan"), id, long), "cases.error.long") // I1 asks for no reason

	w.ok(o.File(ctx, w.hand("ivan"), id, complain.Sheet{Kind: complain.ActOrder, Bytes: scan(t, 77).Bytes}))
	got, err := o.Open(ctx, w.hand("ivan"), id)
	w.ok(err)
	wrong := w.step(id, "I1")
	wrong.Sheet, wrong.Act = nil, uint64(got.Acts[len(got.Acts)-1].Seq)
	refused(t, o.Move(ctx, w.hand("ivan"), id, wrong), "cases.error.kind")

	w.moves(o, "ivan", id, "I1", "I2")
	bad := w.step(id, "I3")
	bad.Motive, bad.Reason, bad.Sheet = "", " ", &complain.Sheet{Bytes: []byte("no soy un PDF")}
	err = o.Move(ctx, w.hand("ivan"), id, bad)
	all, ok := err.(interface{ Unwrap() []error })
	if !ok || len(all.Unwrap()) != 3 {
		t.Errorf("of three things that are wrong it tells %v", err)
	}
}

// TestVacationForever: a head who enters days off without end does not keep the alarm from
// going off.
func TestVacationForever(t *testing.T) {
	w := newTown(t, "ana")
	o := w.office()
	ctx := w.Context()
	sent := w.receive(bribe)
	for _, year := range []string{"2026", "2027"} {
		n, err := strconv.Atoi(year)
		w.ok(err)
		w.ok(o.BeginYear(ctx, tenant, "ana", n))
		w.ok(o.AddHoliday(ctx, tenant, "ana", storage.Holiday{From: year + "-01-01", To: year + "-12-31", Name: "Vacaciones", Source: "Acuerdo"}))
	}
	w.at = w.at.AddDate(0, 0, 121)
	token, err := w.Enter(ctx, tenant, sent.Key)
	w.ok(err)
	if st, err := w.Look(ctx, tenant, token); err != nil || !st.Buried {
		t.Errorf("nobody did anything for 121 days, and she is not told: %v", err)
	}
	if b, err := o.Board(ctx, tenant, "ana", complain.Filter{Due: complain.DueQuiet}); err != nil || len(b.Lines) != 1 {
		t.Errorf("nor the office: %+v %v", b, err)
	}
}

// TestSomeDay: of a month or a year the facts are counted from the first day.
func TestSomeDay(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	for said, prescribes := range map[string]string{"2026-03": "2029-03-01", "2025": "2028-01-01", "2026-05": "2029-05-01", "2024-02-29": "2027-02-01"} {
		w.ok(o.Happening(t.Context(), w.hand("rosa"), id, said, false))
		if got := w.complaint(id).Clocks[complain.ClockPrescription]; got != prescribes {
			t.Errorf("%s prescribes on %s", said, got)
		}
	}
	for _, said := range []string{"2026-06", "2027", "1989", "2026-13", "marzo", "0", "2026-02-30", ""} {
		refused(t, o.Happening(t.Context(), w.hand("rosa"), id, said, false), "cases.error.facts")
	}
}

// TestReplaceEndsNothing: a password is not enough to take a case from everybody: the key
// that alone opens one is not replaced.
func TestReplaceEndsNothing(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.keyed("ana", storage.RoleComptroller)
	sent := w.receive(bribe)
	_, _, err := w.ReplaceKey(ctx, tenant, "ana", password)
	refused(t, err, "keys.replace.only")
	if !w.holds(sent.ID, "ana") {
		t.Fatal("the case is closed to everybody")
	}
	w.keyed("beto", storage.RoleComptroller)
	w.vouch("beto")
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(sent.ID)
		if err != nil {
			return err
		}
		private, err := complain.OpenPair(tenant, &c, complain.PairCase, "ana", w.keys["ana"])
		if err != nil {
			return err
		}
		defer private.Wipe()
		return errors.Join(complain.Give(tx, &c, complain.PairCase, private, "beto"), tx.PutComplaint(c, c.Version))
	})
	_, _, err = w.ReplaceKey(ctx, tenant, "ana", password)
	w.ok(err)
	if w.holds(sent.ID, "ana") || !w.holds(sent.ID, "beto") {
		t.Error("who else holds it")
	}
}

// TestHostileWrit: what is typed into a writ cannot turn its text round, nor hide in it;
// the longest one comes out.
func TestHostileWrit(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	for _, body := range []string{"a\x00b\x1b[2J\u202eodagap\u2066 \u200b\ufeff fin", strings.Repeat("palabra ", 2400), strings.Repeat("x", 19_999), strings.Repeat("\n", 300) + "al final"} {
		writ := complain.Writ{Kind: complain.ActTurn, Authority: "Secretaría\u202e\x00", Body: body, Place: "Valle\u2028Encinos", Signer: "Rosa\u202eaicraG", Post: "Titular\t\n"}
		var out bytes.Buffer
		if err := o.Print(t.Context(), w.hand("rosa"), id, writ, &out); err != nil {
			t.Errorf("%.20q: %v", body, err)
			continue
		}
		tool, err := exec.LookPath("pdftotext")
		if err != nil {
			continue
		}
		cmd := exec.Command(tool, "-", "-")
		cmd.Stdin = bytes.NewReader(out.Bytes())
		text, err := cmd.Output()
		w.ok(err)
		if i := bytes.IndexFunc(text, func(r rune) bool { return unicode.In(r, unicode.Bidi_Control) || r < ' ' && r != '\n' && r != '\f' }); i >= 0 {
			t.Errorf("%.20q: the sheet has %q", body, text[i:min(i+4, len(text))])
		}
	}
}
