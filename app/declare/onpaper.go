package declare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// This file is how a declaration on paper comes in, where there is no technology
// (LGRA 34): the office receives it and keeps its scan; somebody types it into the very
// same form; the declarant, or an official who did not type it, compares both and
// countersigns. What is filed then is of the day on which the paper was received, names
// the scan by its hash, and is published as any other. What differs from the paper is
// told in a nota aclaratoria. Nobody of the office does any of it for herself.
//
// The help desk receives papers, too, and types one while its person sits there and has
// shown who she is: until it is typed, and no longer than that day. It never compares or
// closes one, and what it typed it sees again when she is there again (decision 36).
//
// Every time that the office looks at it is in the audit trail; who typed and who
// compared are readings in the log too, which the declarant is shown.

const methodPaper = "paper"

// Cleaner reads a scan and gives it back without what tells more than the paper did.
// kind is "pdf" or "jpeg". Its error is one in words.
type Cleaner func(ctx context.Context, file []byte) (clean []byte, kind string, err error)

// WithScans lets the office receive declarations on paper.
func WithScans(clean Cleaner) Option { return func(s *Service) { s.clean = clean } }

// What may be wrong with a paper that is received, or with what is done about it.
var (
	ErrPaperDuty   = errs.New(errs.Invalid, "onpaper.error.duty")
	ErrPaperDay    = errs.New(errs.Invalid, "onpaper.error.day")
	ErrPaperScan   = errs.New(errs.Invalid, "onpaper.error.scan")
	ErrPaperTaken  = errs.New(errs.Invalid, "onpaper.error.taken")
	ErrPaperReason = errs.New(errs.Invalid, "onpaper.error.reason")
	ErrPaperNote   = errs.New(errs.Invalid, "declare.error.notetext")
	ErrProof       = errs.New(errs.Invalid, "help.error.proof")

	errPaperOwn   = errs.New(errs.Forbidden, "onpaper.error.own")
	errPaperSame  = errs.New(errs.Forbidden, "onpaper.error.same")
	errPaperState = errs.New(errs.Conflict, "onpaper.error.state")
)

// Incoming is a paper as it is received.
type Incoming struct {
	Duty string // key of the duty
	Day  string // on which it was received, as people type days
	File []byte // its scan
}

// Receive writes down that a paper was received, and keeps its scan. The same scan for
// the same duty is the same paper, however often it is sent. All that is wrong is told
// at once.
func (s *Service) Receive(ctx context.Context, who Who, by storage.User, in Incoming) (storage.OnPaper, error) {
	if err := desk(who, by); err != nil {
		return storage.OnPaper{}, err
	}
	var wrong []error
	day, err := forms.ParseDate(in.Day)
	if err != nil {
		wrong = append(wrong, ErrPaperDay)
	}
	var file []byte
	var kind string
	if len(in.File) == 0 || s.clean == nil {
		wrong = append(wrong, ErrPaperScan)
	} else if file, kind, err = s.clean(ctx, in.File); err != nil {
		wrong = append(wrong, err)
	}
	var out storage.OnPaper
	err = s.update(ctx, who, func(t *txn) error {
		wrong := slices.Clone(wrong)
		o, err := t.all()
		if err != nil {
			return err
		}
		duty := o.duty(in.Duty)
		if duty == nil || duty.Kind == Aviso || duty.Standing != Open && duty.Standing != Overdue && duty.Standing != Doubt {
			wrong = append(wrong, ErrPaperDuty)
		} else if day != "" && (day > t.today || day < duty.Opens) {
			wrong = append(wrong, ErrPaperDay)
		}
		follow, err := t.Follow(t.person.ID)
		if err != nil {
			return fmt.Errorf("declare: follow: %w", err)
		}
		hash := storage.Digest(file)
		for _, p := range follow.Papers {
			switch {
			case !p.Open() || p.Duty != in.Duty:
			case p.Scan.Hash == hash && p.Received == day:
				out = p
				return nil
			default:
				wrong = append(wrong, ErrPaperTaken)
			}
		}
		if len(wrong) > 0 {
			return errors.Join(wrong...)
		}
		out = storage.OnPaper{
			ID: storage.NewID(t.now), Duty: in.Duty, Received: day, Act: t.act(by, ""),
			Scan: storage.Scan{Hash: hash, Size: len(file), Kind: kind},
		}
		if out.Folio, err = t.paperFolio(); err != nil {
			return err
		}
		if err := t.KeepScan(out.ID, file); err != nil {
			return fmt.Errorf("declare: scan: %w", err)
		}
		follow.Papers = append(slices.Clone(follow.Papers), out)
		if err := t.PutFollow(follow); err != nil {
			return fmt.Errorf("declare: follow: %w", err)
		}
		return t.trace(by, "paper.receive", out.Folio)
	})
	return out, err
}

// paperFolio is the next number of reception of the year.
func (t *txn) paperFolio() (string, error) {
	year := t.today[:4]
	prefix, n := t.inst.Initials+"-P-"+year+"-", 1
	if err := t.Papers(func(_ string, p storage.OnPaper) error {
		if strings.Contains(p.Folio, "-P-"+year+"-") {
			n++
		}
		return nil
	}); err != nil {
		return "", fmt.Errorf("declare: papers: %w", err)
	}
	return fmt.Sprintf("%s%04d", prefix, n), nil
}

// Received is a paper with whose it is.
type Received struct {
	storage.OnPaper
	Person storage.Person
}

// Stage is where a paper is, a word of addresses and of catalogue keys.
func (r *Received) Stage() string {
	switch p := &r.OnPaper; {
	case p.Compared != nil:
		return "presentada"
	case p.Closed != nil:
		return "cerrada"
	case p.Done != nil:
		return "cotejo"
	case len(p.Typed) > 0:
		return "captura"
	}
	return "espera"
}

// Papers are all that were received, the oldest day first. They have no content.
func (s *Service) Papers(ctx context.Context, tenant string) (all []Received, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.Papers(func(person string, p storage.OnPaper) error {
			who, err := tx.Person(person)
			if err != nil {
				return err
			}
			all = append(all, Received{p, who})
			return nil
		})
	})
	slices.SortFunc(all, func(a, b Received) int {
		if c := strings.Compare(a.Received, b.Received); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, err
}

// Paper is one that a person handed in.
func (s *Service) Paper(ctx context.Context, who Who, id string) (out Received, err error) {
	err = s.view(ctx, who, func(t *txn) error {
		_, p, err := t.paper(id)
		if err == nil {
			out = Received{*p, t.person}
		}
		return err
	})
	return out, err
}

// Scan is the scan of a paper, for its declarant at any time and for the office while
// the paper is open: after that, it reads the declaration, with a ground. That the
// office looks is written down.
func (s *Service) Scan(ctx context.Context, who Who, by storage.User, id string) (b []byte, kind string, err error) {
	err = s.update(ctx, who, func(t *txn) error {
		_, p, err := t.paper(id)
		if err != nil {
			return err
		}
		if !t.is(by) {
			if err := desk(who, by); err != nil {
				return err
			}
			if !p.Open() || office(who, by) != nil && !t.types(p, by.ID) {
				return errPaperState
			}
			if err := t.trace(by, "paper.scan", p.Folio); err != nil {
				return err
			}
		}
		kind = p.Scan.Kind
		b, err = t.Txn.Scan(p.ID)
		return err
	})
	return b, kind, err
}

// Take gives a paper to an official to type, and begins its draft. Who takes it from
// another goes on with what is typed.
func (s *Service) Take(ctx context.Context, who Who, by storage.User, id string) (draft string, err error) {
	if err := office(who, by); err != nil {
		return "", err
	}
	return s.takePaper(ctx, who, by, id, "")
}

// TakeBeside gives a paper to the help desk to type, for today, with its person beside it,
// who showed who she is (storage.Proofs).
func (s *Service) TakeBeside(ctx context.Context, who Who, by storage.User, id, proof string) (draft string, err error) {
	switch err := desk(who, by); {
	case err != nil:
		return "", err
	case office(who, by) == nil:
		return "", errMayNotRead
	case !slices.Contains(storage.Proofs, proof):
		return "", ErrProof
	}
	return s.takePaper(ctx, who, by, id, proof)
}

func (s *Service) takePaper(ctx context.Context, who Who, by storage.User, id, proof string) (draft string, err error) {
	err = s.handle(ctx, who, by, id, "paper.take", func(t *txn, p *storage.OnPaper) error {
		if !p.Open() || p.Done != nil {
			return errPaperState
		}
		if p.Draft == "" {
			o, err := t.all()
			if err != nil {
				return err
			}
			duty := o.duty(p.Duty)
			if duty == nil || duty.Standing == Filed {
				return errNotOwed
			}
			w := t.fresh(duty) // nothing is copied: what she declared before is not for who types (operation.go)
			t.suggest(w.Form, &w.Kept.Draft)
			w.Kept.Paper, w.Kept.Received = p.ID, p.Received
			t.refresh(&w)
			if err := t.put(&w); err != nil {
				return err
			}
			p.Draft = w.Kept.ID
		}
		draft = p.Draft
		if !t.types(p, by.ID) {
			p.Typed = append(slices.Clone(p.Typed), t.act(by, proof))
		}
		return nil
	})
	return draft, err
}

// Typing is on whose behalf a user of the office may now fill in a draft; ok is false
// for any other draft.
func (s *Service) Typing(ctx context.Context, tenant string, by storage.User, draft string) (who Who, p storage.OnPaper, ok bool, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		d, err := tx.Draft(draft)
		if missing(err) || err == nil && d.Paper == "" {
			return nil
		} else if err != nil {
			return fmt.Errorf("declare: draft: %w", err)
		}
		f, err := tx.Follow(d.Person)
		if err != nil {
			return fmt.Errorf("declare: follow: %w", err)
		}
		return s.with(tx, Who{Tenant: tenant, Person: d.Person}, func(t *txn) error {
			for i := range f.Papers {
				if f.Papers[i].ID == d.Paper && t.types(&f.Papers[i], by.ID) {
					who, p, ok = Who{Tenant: tenant, Person: d.Person, By: by.ID}, f.Papers[i], true
				}
			}
			return nil
		})
	})
	return who, p, ok, err
}

// types reports whether a user is the one who types a paper now. At the help desk she does
// on the day on which its person is there, until it is typed.
func (t *txn) types(p *storage.OnPaper, user string) bool {
	if !p.Open() || p.Done != nil || len(p.Typed) == 0 {
		return false
	}
	last := p.Typed[len(p.Typed)-1]
	if last.By != user || last.Role != storage.RoleHelp {
		return last.By == user
	}
	back := len(p.Returned) > 0 && !p.Returned[len(p.Returned)-1].At.Before(last.At)
	return !back && dayIn(last.At, t.zone).String() == t.today
}

// Done says that a paper is typed, and ready to be compared. The error is ErrNotReady
// while something would stop its filing.
func (s *Service) Done(ctx context.Context, who Who, by storage.User, id string) error {
	return s.handle(ctx, who, by, id, "paper.typed", func(t *txn, p *storage.OnPaper) error {
		if !t.types(p, by.ID) {
			return errPaperState
		}
		w, err := t.typed(p)
		if err != nil {
			return err
		}
		if len(forms.Ready(w.Form, &w.Kept.Draft)) > 0 {
			return ErrNotReady
		}
		act := t.act(by, "")
		p.Done = &act
		return nil
	})
}

// Comparison is a paper and what was typed of it, to be compared.
type Comparison struct {
	Received
	Work  Work
	Begun bool // the person began the same declaration herself, which ends with this one
}

// Compare opens a typed paper to its declarant, or to an official who did not type it.
func (s *Service) Compare(ctx context.Context, who Who, by storage.User, id string) (out Comparison, err error) {
	err = s.update(ctx, who, func(t *txn) error {
		_, p, err := t.paper(id)
		if err != nil {
			return err
		}
		if err := t.compares(who, by, p); err != nil {
			return err
		}
		if p.Done == nil || !p.Open() {
			return errPaperState
		}
		w, err := t.typed(p)
		if err != nil {
			return err
		}
		own, err := t.own(p.Duty)
		if err != nil {
			return err
		}
		out = Comparison{Received{*p, t.person}, w, len(own) > 0}
		if t.is(by) {
			return nil
		}
		return t.trace(by, "paper.compare", p.Folio)
	})
	return out, err
}

// Return gives a typed paper back to who typed it, with what is not as on the paper.
func (s *Service) Return(ctx context.Context, who Who, by storage.User, id, reason string) error {
	return s.handle(ctx, who, by, id, "paper.return", func(t *txn, p *storage.OnPaper) error {
		if err := t.compares(who, by, p); err != nil {
			return err
		}
		if p.Done == nil || !p.Open() {
			return errPaperState
		}
		reason, err := paperReason(reason)
		if err != nil {
			return err
		}
		p.Done, p.Returned = nil, append(slices.Clone(p.Returned), t.act(by, reason))
		return nil
	})
}

// Close ends a paper that is not to be filed, for a reason: it was received twice, or
// belongs to another duty. What was typed of it goes; its scan stays.
func (s *Service) Close(ctx context.Context, who Who, by storage.User, id, reason string) error {
	if err := office(who, by); err != nil {
		return err
	}
	return s.handle(ctx, who, by, id, "paper.close", func(t *txn, p *storage.OnPaper) error {
		if !p.Open() {
			return errPaperState
		}
		reason, err := paperReason(reason)
		if err != nil {
			return err
		}
		act := t.act(by, reason)
		p.Closed = &act
		return t.drop(p)
	})
}

func (t *txn) drop(p *storage.OnPaper) error {
	if p.Draft == "" {
		return nil
	}
	return t.DeleteDraft(p.Draft)
}

const leastWords, mostWords = 10, 500 // characters of a reason

func paperReason(s string) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if n := utf8.RuneCountInString(s); n < leastWords || n > mostWords || controls(s) || !utf8.ValidString(s) {
		return "", ErrPaperReason
	}
	return s, nil
}

// Countersign is what who compared a paper sends.
type Countersign struct {
	Seal
	Note    string // what is not as on the paper; "" when nothing
	Typed   string // words for the declarant: that it was typed from paper
	Against string // and that it was compared
}

// Countersign files what was typed of a paper. However often it is sent, it is filed
// once.
func (s *Service) Countersign(ctx context.Context, who Who, by storage.User, id string, sign Countersign) (out storage.Filing, err error) {
	note := strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(sign.Note, "\r\n", "\n"), "\uFFFD"))
	if utf8.RuneCountInString(note) > maxNote || controls(note) {
		return out, ErrPaperNote
	}
	if err := sign.Verify(); err != nil {
		return out, err
	}
	err = s.update(ctx, who, func(t *txn) error {
		f, p, err := t.paper(id)
		if err != nil {
			return err
		}
		if err := t.compares(who, by, p); err != nil {
			return err
		}
		if p.Compared != nil {
			out, err = t.mine(p.Draft)
			return err
		}
		if p.Done == nil || !p.Open() {
			return errPaperState
		}
		w, err := t.typed(p)
		if err != nil {
			return err
		}
		if w.Stamp() != sign.Stamp {
			return ErrChanged
		}
		full, public, err := t.documents(&w, t.second())
		if err != nil {
			return err
		}
		w.scan = p.Scan.Hash
		act := t.act(by, "")
		p.Compared = &act
		if err := t.PutFollow(f); err != nil {
			return fmt.Errorf("declare: follow: %w", err)
		}
		own, err := t.own(p.Duty)
		if err != nil {
			return err
		}
		if out, err = t.seal(&w, methodPaper, t.second(), s.db.Papers(who.Tenant, w.Kept.ID, full, public)); err != nil {
			return err
		}
		for _, d := range own {
			if err := t.DeleteDraft(d); err != nil {
				return fmt.Errorf("declare: draft: %w", err)
			}
		}
		if err := t.explain(by, p, out, note, sign); err != nil {
			return err
		}
		return s.letter(t, &w, out)
	})
	return out, err
}

// explain writes down who typed and who compared, and what is not as on the paper.
func (t *txn) explain(by storage.User, p *storage.OnPaper, f storage.Filing, note string, sign Countersign) error {
	reads := []storage.Read{}
	last := p.Typed[len(p.Typed)-1]
	reads = append(reads, storage.Read{User: last.By, Name: last.Name, Role: last.Role, Reason: sign.Typed, At: last.At})
	if !t.is(by) {
		reads = append(reads, storage.Read{User: by.ID, Name: by.Name, Role: storage.RoleComptroller, Reason: sign.Against, At: t.now})
	}
	for _, r := range reads {
		r.ID, r.Filing, r.File, r.At = storage.NewID(t.now), f.ID, p.Folio, r.At.UTC().Truncate(time.Second)
		if err := t.LogRead(&r); err != nil {
			return fmt.Errorf("declare: reading: %w", err)
		}
	}
	if note != "" {
		n := storage.Note{ID: storage.NewID(t.now), Filing: f.ID, Text: note, Filed: t.second()}
		if !t.is(by) {
			n.By = by.Name
		}
		if err := t.PutNote(&n); err != nil {
			return fmt.Errorf("declare: note: %w", err)
		}
	}
	return t.trace(by, "paper.countersign", p.Folio)
}

// supersede closes the papers of a duty that the person filed herself.
func (t *txn) supersede(duty string) error {
	f, err := t.Follow(t.person.ID)
	if err != nil {
		return fmt.Errorf("declare: follow: %w", err)
	}
	f.Papers = slices.Clone(f.Papers)
	for i := range f.Papers {
		p := &f.Papers[i]
		if p.Duty != duty || !p.Open() {
			continue
		}
		p.Closed = &storage.PaperAct{At: t.now}
		if err := t.drop(p); err != nil {
			return fmt.Errorf("declare: draft: %w", err)
		}
		if err := t.PutFollow(f); err != nil {
			return fmt.Errorf("declare: follow: %w", err)
		}
	}
	return nil
}

// own are the drafts that the person herself began for a duty.
func (t *txn) own(duty string) (ids []string, err error) {
	o, err := t.all()
	if err != nil {
		return nil, err
	}
	for _, d := range o.drafts {
		if !d.Interest && dutyOf(d.Draft, o.duties) == duty {
			ids = append(ids, d.ID)
		}
	}
	return ids, nil
}

// handle changes a paper in one transaction with its entry of the audit trail.
func (s *Service) handle(ctx context.Context, who Who, by storage.User, id, act string, fn func(*txn, *storage.OnPaper) error) error {
	return s.update(ctx, who, func(t *txn) error {
		f, p, err := t.paper(id)
		if err != nil {
			return err
		}
		if err := fn(t, p); err != nil {
			return err
		}
		if err := t.PutFollow(f); err != nil {
			return fmt.Errorf("declare: follow: %w", err)
		}
		return t.trace(by, act, p.Folio)
	})
}

// paper is one of the person, within what is to be kept when it changes.
func (t *txn) paper(id string) (storage.Follow, *storage.OnPaper, error) {
	f, err := t.Follow(t.person.ID)
	if err != nil {
		return f, nil, fmt.Errorf("declare: follow: %w", err)
	}
	f.Papers = slices.Clone(f.Papers)
	for i := range f.Papers {
		if f.Papers[i].ID == id {
			return f, &f.Papers[i], nil
		}
	}
	return f, nil, errNotFound
}

// typed is the draft of a paper as it stands now.
func (t *txn) typed(p *storage.OnPaper) (Work, error) {
	d, err := t.Txn.Draft(p.Draft)
	if err != nil {
		return Work{}, fmt.Errorf("declare: draft: %w", err)
	}
	return t.work(d)
}

// office refuses who is not of the office, and who would do it for herself.
func office(who Who, by storage.User) error { return of(who, by, storage.RoleComptroller) }

// desk refuses who receives and types no paper: it lets the help desk do it, too.
func desk(who Who, by storage.User) error {
	return of(who, by, storage.RoleComptroller, storage.RoleHelp)
}

func of(who Who, by storage.User, roles ...storage.Role) error {
	switch {
	case !slices.ContainsFunc(by.Roles, func(r storage.Role) bool { return slices.Contains(roles, r) }):
		return errMayNotRead
	case by.Person == who.Person:
		return errPaperOwn
	}
	return nil
}

// compares refuses who may not countersign a paper: anybody but its declarant and
// those of the office who did not type it.
func (t *txn) compares(who Who, by storage.User, p *storage.OnPaper) error {
	if t.is(by) {
		return nil
	}
	if err := office(who, by); err != nil {
		return err
	}
	if slices.ContainsFunc(p.Typed, func(a storage.PaperAct) bool { return a.By == by.ID }) {
		return errPaperSame
	}
	return nil
}

// is reports whether a user is the declarant.
func (t *txn) is(by storage.User) bool { return by.Person == t.person.ID }

func (t *txn) act(by storage.User, reason string) storage.PaperAct {
	a := storage.PaperAct{By: by.ID, Name: by.Name, At: t.now, Reason: reason}
	for _, r := range []storage.Role{storage.RoleComptroller, storage.RoleHelp} {
		if !t.is(by) && a.Role == "" && slices.Contains(by.Roles, r) {
			a.Role = r
		}
	}
	return a
}

// trace is the entry of the audit trail about the person.
func (t *txn) trace(by storage.User, act, reason string) error {
	if err := t.Audit(storage.AuditEntry{At: t.now, Actor: by.ID, Act: act, About: t.person.ID, Reason: reason}); err != nil {
		return fmt.Errorf("declare: audit: %w", err)
	}
	return nil
}
