package complain

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// The states of a complaint when it comes in.
const (
	StateReceived = "R0"
)

// ClockNext is the clock of the day by which its sender will hear something, which her
// page tells. Whoever moves a case sets it.
const ClockNext = "aviso"

// firstReading is the days within which somebody reads it.
const firstReading = 7

// TrayFlood is where complaints go that came in a flood and asked for no proof.
const TrayFlood = "saturacion"

// Sent is what its sender is given of a complaint, once.
type Sent struct {
	ID       string  `json:"id"` // of the complaint; never shown
	Folio    string  `json:"folio"`
	Key      string  `json:"key"` // follow-up key, in groups; "" once it was confirmed
	Day      string  `json:"day"`
	Text     string  `json:"text"` // Facts.Canonical, hers to keep
	Receipt  Receipt `json:"receipt"`
	External string  `json:"external,omitempty"` // name of the authority that alone can read it
}

// ErrClosed says that nobody could open a complaint, so that it is not taken.
var ErrClosed = errs.New(errs.Conflict, "complain.error.closed")

// errEmpty says that there is nothing to send.
var errEmpty = errs.New(errs.Invalid, "complain.error.empty")

// Send sends the draft of a ticket. It may be asked again, and gives the same, until
// the key was confirmed; then Key is "".
func (s *Service) Send(ctx context.Context, tenant string, t Ticket) (Sent, error) {
	return s.send(ctx, tenant, t, Way{Channel: ChannelWeb})
}

// SendAside sends a draft that came in a flood and asked for no proof: it is taken like
// any other and lies in a tray of its own.
func (s *Service) SendAside(ctx context.Context, tenant string, t Ticket) (Sent, error) {
	return s.send(ctx, tenant, t, Way{Channel: ChannelWeb, Tray: TrayFlood})
}

// SendBy sends a draft that an official wrote for somebody. It may be asked again, as Send.
func (s *Service) SendBy(ctx context.Context, tenant string, t Ticket, w Way) (Sent, error) {
	return s.send(ctx, tenant, t, w)
}

func (s *Service) send(ctx context.Context, tenant string, t Ticket, w Way) (Sent, error) {
	for {
		h, err := s.hold(ctx, tenant, t)
		if err != nil {
			return Sent{}, err
		}
		if h.Sent != nil {
			return *h.Sent, nil
		}
		sent, err := s.deliver(ctx, tenant, &h, w)
		if !errors.Is(err, storage.ErrConflict) {
			return sent, err
		}
	}
}

// Way is how a complaint came in.
type Way struct {
	Channel string
	Tray    string

	Box     string // of a paper of a box: which, and the number of its opening. It came in on that day
	Opening uint64
}

// Receive takes a complaint that an official writes down, in one call. The follow-up
// key in Sent is shown or printed, and kept nowhere.
func (s *Service) Receive(ctx context.Context, tenant string, a Answers, uploads []Upload, w Way) (Sent, error) {
	h, err := s.fresh(tenant, "", vault.NewSecret())
	if err != nil {
		return Sent{}, err
	}
	h.Answers = a
	r, err := s.Readers(ctx, tenant, a.Route, a.Exclude)
	if err != nil {
		return Sent{}, err
	}
	sent, err := s.receive(ctx, tenant, &h, uploads, w, !r.TakesNames())
	if err != nil {
		return sent, errors.Join(err, s.files.Remove(names(h.record.Files)...))
	}
	return sent, nil
}

func (s *Service) receive(ctx context.Context, tenant string, h *held, uploads []Upload, w Way, noOriginal bool) (Sent, error) {
	for _, u := range uploads {
		u.NoOriginal = u.NoOriginal || noOriginal
		f, sealed, err := s.keep(ctx, tenant, h.record.ID, h.record.Case, h.record.Identity, u)
		if err != nil {
			return Sent{}, err
		}
		h.Files, h.record.Files = append(h.Files, f), append(h.record.Files, sealed...)
	}
	for {
		sent, err := s.deliver(ctx, tenant, h, w)
		if !errors.Is(err, storage.ErrConflict) {
			return sent, err
		}
	}
}

// deliver makes a complaint of a draft, in one transaction with the end of the draft.
// ErrConflict: the draft changed, or the key's locator or the folio is taken; ask
// again.
func (s *Service) deliver(ctx context.Context, tenant string, h *held, w Way) (sent Sent, err error) {
	facts := h.Answers.facts()
	if facts.What == "" && len(h.Files) == 0 {
		return sent, errEmpty
	}
	if err := h.Answers.tooLong(); err != nil {
		return sent, err
	}
	r, err := s.Readers(ctx, tenant, h.Answers.Route, h.Answers.Exclude)
	if err != nil {
		return sent, err
	}
	if !r.Open() {
		return sent, ErrClosed
	}
	if !r.TakesNames() {
		h.Answers.Mode = Anonymous
		facts.Mode = Anonymous
	}
	id := h.record.ID
	c := storage.Complaint{
		ID: id, Folio: newFolio(), Channel: w.Channel, Tray: w.Tray, Category: h.Answers.group(), Route: route(h.Answers.Route),
		State: StateReceived, Clocks: map[string]string{}, Excluded: r.out,
	}
	key := vault.NewKey()
	c.Locator = key.Locator()
	if err := s.locks(ctx, tenant, h, &c, &r, key); err != nil {
		return sent, err
	}
	if err := mailFiles(tenant, h, &c); err != nil {
		return sent, err
	}
	identity := h.Answers.identity()
	var exported storage.EvidenceFile
	if r.External != nil {
		c.External, c.ToKey = r.External.Name, r.External.Recipient
		if exported, err = s.export(tenant, h, &r, c.Folio, facts, identity); err != nil {
			return sent, err
		}
	}
	sent = Sent{ID: id, Folio: c.Folio, Key: key.String(), Text: string(facts.Canonical()), External: c.External}
	sent.Receipt.Text = digest(facts.Canonical())
	for _, f := range h.Files {
		sent.Receipt.Files = append(sent.Receipt.Files, FileProof{f.Original, f.Working})
	}
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		day, err := s.today(tx)
		if err != nil {
			return err
		}
		if w.Box != "" {
			if day, err = paperOf(tx, w); err != nil {
				return err
			}
		}
		sent.Day = day
		c := c
		c.Day, c.Since, c.Moves = day, day, []storage.ComplaintMove{{To: StateReceived, Day: day}}
		if c.Clocks, err = firstClock(day); err != nil {
			return err
		}
		if err := tx.PutComplaint(c, 0); err != nil {
			return err
		}
		if err := s.parts(tx, h, id, facts, identity, exported); err != nil {
			return err
		}
		if err := s.happened(tx, id, Event{Kind: EventReceived, Receipt: &sent.Receipt}); err != nil {
			return err
		}
		return s.endDraft(tx, h, sent)
	})
	if err != nil {
		if exported.Name != "" {
			err = errors.Join(err, s.files.Remove(exported.Name))
		}
		return Sent{}, err
	}
	return sent, nil
}

func firstClock(day string) (map[string]string, error) {
	at, err := time.Parse(time.DateOnly, day)
	return map[string]string{ClockNext: at.AddDate(0, 0, firstReading).Format(time.DateOnly)}, err
}

// locks wraps the private keys of a draft for who may open them, and the mailbox's
// under the follow-up key, which is slow.
func (s *Service) locks(ctx context.Context, tenant string, h *held, c *storage.Complaint, r *Readers, key vault.Key) error {
	for i, to := range []struct {
		recipients vault.Recipients
		purpose    string
		into       *storage.KeyPair
	}{{r.may, PurposeCase, &c.Case}, {r.keepers, PurposeIdentity, &c.Identity}} {
		p, err := h.pair(tenant, i)
		if err != nil {
			return err
		}
		*to.into, err = wrapped(to.recipients, p, At(tenant, c.ID, to.purpose, 0))
		p.Wipe()
		if err != nil {
			return err
		}
	}
	mailbox, err := vault.NewPair()
	if err != nil {
		return err
	}
	defer mailbox.Wipe()
	c.Mailbox = mailbox.Public().Bytes()
	c.Lock, err = key.Lock(ctx, At(tenant, c.ID, PurposeMailbox, 0), mailbox, s.cost)
	return err
}

// parts adds what was told, who told it, and each file.
func (s *Service) parts(tx *storage.Txn, h *held, id string, facts Facts, identity Identity, exported storage.EvidenceFile) error {
	add := []NewPart{
		{Kind: storage.PartFacts, From: storage.FromCitizen, Text: encode(facts), Mail: true},
		{Kind: storage.PartIdentity, From: storage.FromCitizen, Text: encode(identity)},
	}
	for _, f := range h.Files {
		add = append(add, filePart(f, h.record.Files))
	}
	if exported.Name != "" {
		add = append(add, NewPart{Kind: storage.PartExport, From: storage.FromSystem, Text: []byte("{}"), Files: []storage.EvidenceFile{exported}})
	}
	for _, p := range add {
		if _, err := s.Append(tx, id, p); err != nil {
			return err
		}
	}
	return nil
}

// filePart is the part of a file, with what of the sealed files is its own.
func filePart(f File, sealed []storage.EvidenceFile) NewPart {
	p := NewPart{Kind: storage.PartFile, From: storage.FromCitizen, Text: encode(f), Mail: true}
	for _, e := range sealed {
		if e.Name == f.Sealed || e.Name == f.Apart {
			p.Files = append(p.Files, e)
		}
	}
	return p
}

// endDraft leaves of a draft only what shows its key again.
func (s *Service) endDraft(tx *storage.Txn, h *held, sent Sent) error {
	if h.record.Hash == "" {
		return nil // it never was a record
	}
	over := held{secret: h.secret, content: content{Sent: &sent}, record: storage.ComplaintDraft{
		Hash: h.record.Hash, ID: h.record.ID, Sent: true,
		Expires: s.now().UTC().Truncate(time.Hour).Add(sentLife).Format(time.RFC3339),
	}}
	if err := over.seal(tx.Tenant()); err != nil {
		return err
	}
	return tx.PutComplaintDraft(over.record, h.record.Version)
}

// Confirm is its sender telling the last four digits of the key that she was shown.
// Then it is forgotten here: the answer to Send has none any more.
func (s *Service) Confirm(ctx context.Context, tenant string, t Ticket, last string) error {
	h, err := s.hold(ctx, tenant, t)
	if err != nil {
		return err
	}
	if h.Sent == nil {
		return errNoDraft
	}
	if h.Sent.Key == "" {
		return nil
	}
	if n := len(h.Sent.Key); digits(last) != h.Sent.Key[n-4:] {
		return errs.New(errs.Invalid, "complain.error.last")
	}
	h.Sent.Key, h.Sent.Text = "", ""
	if err := h.seal(tenant); err != nil {
		return err
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return tx.PutComplaintDraft(h.record, h.record.Version) })
}

// digits are those of a text.
func digits(s string) string {
	var b []byte
	for _, c := range []byte(s) {
		if '0' <= c && c <= '9' {
			b = append(b, c)
		}
	}
	return string(b)
}

// route is a known one: what a form sends decides who reads.
func route(r string) string {
	for _, known := range Routes {
		if r == known {
			return r
		}
	}
	return RouteUnsure
}

// newFolio is a name for writs: "DEN-" and 40 random bits. It opens nothing.
func newFolio() string {
	const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var b [8]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = symbols[b[i]&31]
	}
	return "DEN-" + string(b[:])
}

// export seals all of a complaint to the authority that alone may read it, as one age
// file of a tar archive, which needs no program of ours.
func (s *Service) export(tenant string, h *held, r *Readers, folio string, facts Facts, identity Identity) (storage.EvidenceFile, error) {
	var files []entry
	files = append(files, entry{"denuncia.txt", facts.Canonical()}, entry{"denuncia.json", encode(facts)}, entry{"identidad.json", encode(identity)})
	key, err := h.pair(tenant, 0)
	if err != nil {
		return storage.EvidenceFile{}, err
	}
	defer key.Wipe()
	for n, f := range h.Files {
		for _, e := range h.record.Files {
			if e.Name == f.Sealed {
				b, err := s.openFile(tenant, h.record.ID, key, e, purposeWorking)
				if err != nil {
					return storage.EvidenceFile{}, err
				}
				files = append(files, entry{f.Kind.Name(n + 1), b})
			}
		}
	}
	return s.exported(r.authority, folio, files)
}

type entry struct {
	name string
	data []byte
}

// exported writes an age file with an archive, whose length tells that of its content
// in steps of 64 KiB only.
func (s *Service) exported(to vault.Authority, folio string, files []entry) (e storage.EvidenceFile, err error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: folio + "/" + f.name, Mode: 0o600, Size: int64(len(f.data)), Format: tar.FormatUSTAR}); err != nil {
			return e, fmt.Errorf("complain: %w", err)
		}
		if _, err := w.Write(f.data); err != nil {
			return e, fmt.Errorf("complain: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return e, fmt.Errorf("complain: %w", err)
	}
	const step = 64 << 10
	archive.Write(make([]byte, (step-archive.Len()%step)%step))
	e.Name, e.Sum, err = s.files.Put(func(out io.Writer) error {
		age, err := vault.Export(out, to)
		if err != nil {
			return err
		}
		if _, err := archive.WriteTo(age); err != nil {
			return err
		}
		return age.Close()
	})
	return e, err
}

// FirstDay is the day by which somebody reads a complaint that came in on a day; ""
// when that is none.
func FirstDay(day string) string {
	clocks, err := firstClock(day)
	if err != nil {
		return ""
	}
	return clocks[ClockNext]
}
