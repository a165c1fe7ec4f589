package complain

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// VisitLife is how long a visitor may be quiet.
const VisitLife = 15 * time.Minute

// What is told of a follow-up key. A wrong one and one of no complaint are the same
// error, after the same work.
var (
	errKey   = errs.New(errs.NotFound, "complain.error.key")
	errVisit = errs.New(errs.Unsigned, "complain.error.visit")
	errBusy  = errs.New(errs.TooMany, "complain.error.busy") // too many want to enter
)

// visit is somebody who has entered with her follow-up key.
type visit struct {
	complaint string
	mailbox   *vault.Private
}

const idBytes = 26

// token is what a visitor carries: the complaint, until when, and the mailbox's private
// key, sealed under a key that only this process has.
func (s *Service) token(tenant string, v visit) (string, error) {
	until := uint64(s.now().Add(VisitLife).Unix())
	sealed, err := s.visits.SealPrivate(At(tenant, v.complaint, purposeVisit, until), v.mailbox)
	if err != nil {
		return "", err
	}
	b := binary.BigEndian.AppendUint64([]byte(v.complaint), until)
	return base64.RawURLEncoding.EncodeToString(append(b, sealed...)), nil
}

// visited opens a token.
func (s *Service) visited(tenant, token string) (v visit, err error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) < idBytes+8 {
		return v, errVisit
	}
	until := binary.BigEndian.Uint64(b[idBytes:])
	v.complaint = string(b[:idBytes])
	if v.mailbox, err = s.visits.OpenPrivate(At(tenant, v.complaint, purposeVisit, until), b[idBytes+8:]); err != nil {
		return v, errVisit
	}
	if s.now().Unix() >= int64(until) {
		v.mailbox.Wipe()
		return v, errVisit
	}
	return v, nil
}

// Locator is what a key that was typed begins with, by which its complaint is found; "" of
// what is no key.
func Locator(typed string) string {
	key, err := vault.ParseKey(typed)
	if err != nil {
		return ""
	}
	return key.Locator()
}

// Enter takes a follow-up key as it was typed, and gives a token. What is wrong with
// the writing is told at once; a key that is well written costs the same time whether
// there is such a complaint or not.
func (s *Service) Enter(ctx context.Context, tenant, typed string) (token string, err error) {
	key, err := vault.ParseKey(typed)
	if err != nil {
		return "", badKey(err)
	}
	lock, id := s.decoy, storage.RandomID()
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		lock = s.decoy
		c, err := tx.ComplaintByLocator(key.Locator())
		if errors.Is(err, storage.ErrNotFound) {
			return s.readAny(tx)
		} else if err != nil {
			return err
		}
		lock, id = c.Lock, c.ID
		s.found.Store(&c.ID)
		return nil
	}); err != nil {
		return "", err
	}
	select { // one at a time, so that who sends a complaint never waits behind all who guess
	case s.enter <- struct{}{}:
		defer func() { <-s.enter }()
	case <-ctx.Done():
		return "", errBusy
	}
	mailbox, err := key.Unlock(ctx, At(tenant, id, PurposeMailbox, 0), lock)
	if errors.Is(err, vault.ErrOpen) {
		return "", errKey
	} else if err != nil {
		return "", err
	}
	defer mailbox.Wipe()
	return s.token(tenant, visit{id, mailbox})
}

// readAny reads the complaint that was found last, for nothing: whose key is of none
// waits as long as whose key is wrong.
func (s *Service) readAny(tx *storage.Txn) error {
	id := s.found.Load()
	if id == nil {
		return nil
	}
	_, err := tx.Complaint(*id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// badKey says what is wrong with how a key was written.
func badKey(err error) error {
	switch {
	case errors.Is(err, vault.ErrCheck):
		return errs.New(errs.Invalid, "complain.error.check")
	case errors.Is(err, vault.ErrSymbol):
		return errs.New(errs.Invalid, "complain.error.symbol")
	}
	return errs.New(errs.Invalid, "complain.error.count")
}

// Status is what its sender sees of a complaint.
type Status struct {
	Token    string // in place of the one that was given
	Folio    string
	Day      string
	State    string
	Since    string
	Next     string // day by which she will hear something; "" when there is none
	External string
	Names    bool   // she can still give her name: there is somebody who keeps it
	Buried   bool   // nothing was done in 60 business days
	Posts    []Post // oldest first
	Files    []File
	Events   []Event
}

// Post is a message, one way or the other.
type Post struct {
	Seq  uint64
	Mine bool
	Day  string
	Text string
}

// Look reads what a visitor may see. Nothing is written.
func (s *Service) Look(ctx context.Context, tenant, token string) (out Status, err error) {
	v, err := s.visited(tenant, token)
	if err != nil {
		return out, err
	}
	defer v.mailbox.Wipe()
	var c storage.Complaint
	var parts []storage.ComplaintPart
	buried := false
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if c, err = tx.Complaint(v.complaint); err != nil {
			return err
		}
		if buried, err = s.buried(tx, &c); err == nil {
			parts, err = tx.Parts(c.ID)
		}
		return err
	}); errors.Is(err, storage.ErrNotFound) {
		return out, errVisit
	} else if err != nil {
		return out, err
	}
	out = Status{Folio: c.Folio, Day: c.Day, State: c.State, Since: c.Since, Next: c.Clocks[ClockNext], External: c.External, Buried: buried, Names: takesName(&c)}
	for _, p := range parts {
		if p.Mail == nil {
			continue
		}
		if err := s.show(tenant, &v, p, &out); err != nil {
			return out, err
		}
	}
	out.Token, err = s.token(tenant, v)
	return out, err
}

// show adds a part to what a visitor sees.
func (s *Service) show(tenant string, v *visit, p storage.ComplaintPart, out *Status) error {
	text, err := vault.Open(v.mailbox, At(tenant, p.Complaint, p.Kind, p.Seq), p.Mail)
	if err != nil {
		return err
	}
	switch p.Kind {
	case storage.PartMessage:
		var m Message
		err = json.Unmarshal(text, &m)
		out.Posts = append(out.Posts, Post{p.Seq, p.From == storage.FromCitizen, p.Day, m.Text})
	case storage.PartFile:
		var f File
		err = json.Unmarshal(text, &f)
		out.Files = append(out.Files, f)
	case storage.PartEvent:
		var e Event
		err = json.Unmarshal(text, &e)
		out.Events = append(out.Events, e)
	}
	return err
}

// Write sends a message to the office. The same envio twice is one message.
func (s *Service) Write(ctx context.Context, tenant, token, text, envio string) error {
	v, err := s.visited(tenant, token)
	if err != nil {
		return err
	}
	defer v.mailbox.Wipe()
	m := Message{Text: plain(text), Envio: envio}
	switch {
	case m.Text == "":
		return errs.New(errs.Invalid, "complain.error.message")
	case utf8.RuneCountInString(m.Text) > MaxText:
		return errs.New(errs.Invalid, "complain.error.message.long")
	}
	_, err = s.add(ctx, tenant, &v, addition{
		part:   NewPart{Kind: storage.PartMessage, From: storage.FromCitizen, Text: encode(m), Mail: true},
		most:   unanswered,
		copied: []entry{{"mensaje.txt", []byte(m.Text + "\n")}},
		same: func(p storage.ComplaintPart, text []byte) bool {
			var old Message
			return p.Kind == storage.PartMessage && p.From == storage.FromCitizen && json.Unmarshal(text, &old) == nil && old.Envio == envio && envio != ""
		},
	})
	return err
}

// AddEvidence sends a file later.
func (s *Service) AddEvidence(ctx context.Context, tenant, token string, u Upload) error {
	v, err := s.visited(tenant, token)
	if err != nil {
		return err
	}
	defer v.mailbox.Wipe()
	var c storage.Complaint
	n := 0
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		n = 0
		if c, err = tx.Complaint(v.complaint); err != nil {
			return err
		}
		parts, err := tx.Parts(c.ID)
		for _, p := range parts {
			if p.Kind == storage.PartFile {
				n++
			}
		}
		return err
	}); err != nil {
		return err
	}
	if n >= 2*MaxFiles {
		return errs.New(errs.TooMany, "complain.error.files")
	}
	u.NoOriginal = u.NoOriginal || len(c.Identity.Wraps) == 0
	u.mailbox = c.Mailbox
	f, sealed, err := s.keep(ctx, tenant, c.ID, c.Case.Public, c.Identity.Public, u)
	if err != nil {
		return err
	}
	var copied []entry
	if c.External != "" {
		work, err := s.cleaned(ctx, f.Kind, u.Bytes)
		if err != nil {
			return errors.Join(err, s.files.Remove(names(sealed)...))
		}
		copied = []entry{{f.Kind.Name(n + 1), work.Bytes}}
	}
	added, err := s.add(ctx, tenant, &v, addition{part: filePart(f, sealed), copied: copied, same: func(p storage.ComplaintPart, text []byte) bool {
		var old File
		return p.Kind == storage.PartFile && json.Unmarshal(text, &old) == nil && old.Original == f.Original
	}})
	if err != nil || !added {
		return errors.Join(err, s.files.Remove(names(sealed)...))
	}
	return nil
}

// Reveal gives the name later. It is added to what who keeps identities can open, with
// the event that tells of it. The same envio twice is one.
func (s *Service) Reveal(ctx context.Context, tenant, token string, i Identity, envio string) error {
	v, err := s.visited(tenant, token)
	if err != nil {
		return err
	}
	defer v.mailbox.Wipe()
	i.Name, i.Contact = plain(i.Name), plain(i.Contact)
	if i.Mode != Named {
		i.Mode = Confidential
	}
	switch {
	case i.Name == "" && i.Contact == "":
		return errs.New(errs.Invalid, "complain.error.name")
	case utf8.RuneCountInString(i.Name+i.Contact) > maxIdentity:
		return errs.New(errs.Invalid, "complain.error.name.long")
	}
	var c storage.Complaint
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) { c, err = tx.Complaint(v.complaint); return err }); err != nil {
		return err
	}
	if !takesName(&c) {
		return errs.New(errs.Conflict, "complain.error.custodian")
	}
	var data map[string]string
	if envio != "" {
		data = map[string]string{"envio": envio}
	}
	_, err = s.add(ctx, tenant, &v, addition{
		part:   NewPart{Kind: storage.PartIdentity, From: storage.FromCitizen, Text: encode(i)},
		most:   named,
		copied: []entry{{"identidad.json", encode(i)}},
		same: func(p storage.ComplaintPart, text []byte) bool {
			var old Event
			return p.Kind == storage.PartEvent && json.Unmarshal(text, &old) == nil && old.Kind == EventRevealed && old.Data["envio"] == envio && envio != ""
		},
		then: func(tx *storage.Txn) error { return s.Happened(tx, v.complaint, EventRevealed, data) },
	})
	return err
}

// takesName reports whether there is anybody who could read a name that is given later.
func takesName(c *storage.Complaint) bool {
	return len(c.Identity.Public) > 0 && (len(c.Identity.Wraps) > 0 || c.External != "")
}

// addition is what a visitor adds.
type addition struct {
	part   NewPart
	copied []entry                                  // the same, for another authority that reads the complaint
	same   func(storage.ComplaintPart, []byte) bool // finds it among what she may read, when it was added before
	most   func([]storage.ComplaintPart) error      // says when the complaint has enough of these; may be nil
	then   func(*storage.Txn) error                 // in the same transaction; may be nil
}

// add adds a part of a visitor, and an age file of the same when another authority
// reads the complaint: for the key that it was sealed to, whoever is named as the
// authority today, since that is whom its sender was told of. When it was added before, nothing happens and added is false.
func (s *Service) add(ctx context.Context, tenant string, v *visit, a addition) (added bool, err error) {
	var exported storage.EvidenceFile
	var c storage.Complaint
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) { c, err = tx.Complaint(v.complaint); return err }); err != nil {
		return false, err
	}
	if c.External != "" {
		to, err := vault.ParseAuthority(c.ToKey)
		if err != nil {
			return false, err
		}
		if exported, err = s.exported(to, c.Folio, a.copied); err != nil {
			return false, err
		}
	}
	there := false
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		parts, err := tx.Parts(v.complaint)
		if err != nil {
			return err
		}
		if there, err = s.there(tx.Tenant(), v, parts, a.same); err != nil || there {
			return err
		}
		if a.most != nil {
			if err := a.most(parts); err != nil {
				return err
			}
		}
		if _, err := s.Append(tx, v.complaint, a.part); err != nil {
			return err
		}
		if exported.Name != "" {
			if _, err = s.Append(tx, v.complaint, NewPart{Kind: storage.PartExport, From: storage.FromSystem, Text: []byte("{}"), Files: []storage.EvidenceFile{exported}}); err != nil {
				return err
			}
		}
		if a.then == nil {
			return nil
		}
		return a.then(tx)
	})
	if (err != nil || there) && exported.Name != "" {
		err = errors.Join(err, s.files.Remove(exported.Name))
	}
	return err == nil && !there, err
}

func (s *Service) there(tenant string, v *visit, parts []storage.ComplaintPart, same func(storage.ComplaintPart, []byte) bool) (bool, error) {
	for _, p := range parts {
		if p.Mail == nil {
			continue
		}
		text, err := vault.Open(v.mailbox, At(tenant, p.Complaint, p.Kind, p.Seq), p.Mail)
		if err != nil {
			return false, err
		}
		if same(p, text) {
			return true, nil
		}
	}
	return false, nil
}

// Proof is what the signed receipt of a complaint is made of.
type Proof struct {
	Folio   string
	Day     string
	Receipt Receipt
}

// Proof reads that of a visitor's complaint.
func (s *Service) Proof(ctx context.Context, tenant, token string) (p Proof, err error) {
	st, err := s.Look(ctx, tenant, token)
	if err != nil {
		return p, err
	}
	for _, e := range st.Events {
		if e.Receipt != nil {
			p = Proof{Folio: e.Folio, Day: e.Day, Receipt: *e.Receipt}
		}
	}
	return p, nil
}

// ProofOf is that of a complaint that a ticket has just sent.
func (s *Service) ProofOf(ctx context.Context, tenant string, t Ticket) (p Proof, err error) {
	h, err := s.hold(ctx, tenant, t)
	if err != nil {
		return p, err
	}
	if h.Sent == nil {
		return p, errNoDraft
	}
	return Proof{Folio: h.Sent.Folio, Day: h.Sent.Day, Receipt: h.Sent.Receipt}, nil
}
