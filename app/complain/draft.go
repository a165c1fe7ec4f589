package complain

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"declara/app/complain/evidence"
	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// Limits of the files of a complaint, which the page tells before one is picked.
const (
	MaxFiles = 12
	MaxBytes = evidence.MaxBytes
	maxName  = 120 // characters
)

// draftLife is the longest that a draft lives. It ends on the hour, so that what is
// kept does not tell the minute at which it was begun.
const draftLife = 24 * time.Hour

// sentLife is how long a follow-up key that was not confirmed can be shown again.
const sentLife = 2 * time.Hour

// Ticket is what a browser has of a draft: the secret of its cookie, and the tab, so
// that two tabs are two drafts. The store has neither.
type Ticket struct {
	Cookie  []byte // 32 random bytes
	Tab     string
	Carried *Carried // what its form has of it; nil when it has to be kept here
}

// NewCookie draws the secret of a browser.
func NewCookie() []byte { return vault.NewSecret().Bytes() }

// derive is what a ticket is for: where the draft lies, and what it is sealed under.
// Neither tells anything of the other, nor of the drafts of other tabs.
func (t Ticket) derive() (hash string, secret vault.Secret, err error) {
	if len(t.Cookie) != sha256.Size || t.Tab == "" || len(t.Tab) > 64 {
		return "", secret, errNoDraft
	}
	find, err := hkdf.Key(sha256.New, t.Cookie, []byte(t.Tab), "declara/complaint/find", sha256.Size)
	if err != nil {
		return "", secret, err
	}
	open, err := hkdf.Key(sha256.New, t.Cookie, []byte(t.Tab), "declara/complaint/seal", sha256.Size)
	if err != nil {
		return "", secret, err
	}
	sum := sha256.Sum256(find)
	secret, err = vault.ParseSecret(open)
	return hex.EncodeToString(sum[:]), secret, err
}

// errVast says that a text is longer than what an envelope takes.
var errVast = errs.New(errs.Invalid, "complain.error.vast")

// errNoDraft says that there is no draft, or no more: which it is nobody knows.
var errNoDraft = errs.New(errs.Gone, "complain.error.draft")

// Draft is a complaint that is being written.
type Draft struct {
	Answers Answers
	Files   []File
	Sent    *Sent // not nil once it was sent
}

// content is what a draft seals.
type content struct {
	Answers Answers `json:"answers"`
	Files   []File  `json:"files,omitempty"`
	Sent    *Sent   `json:"sent,omitempty"`
	Saved   int     `json:"saved,omitempty"` // how often
}

// held is a draft as it is kept, and opened.
type held struct {
	record storage.ComplaintDraft
	secret vault.Secret
	content
}

// Begin makes a draft for a tab of a browser. One that is there already stays.
func (s *Service) Begin(ctx context.Context, tenant string, t Ticket) error {
	hash, secret, err := t.derive()
	if err != nil {
		return err
	}
	h, err := s.fresh(tenant, hash, secret)
	if err != nil {
		return err
	}
	if err := h.seal(tenant); err != nil {
		return err
	}
	if err = s.put(ctx, tenant, t, &h, 0, false); errors.Is(err, storage.ErrConflict) {
		return nil
	}
	return err
}

// fresh is a draft with new keys.
func (s *Service) fresh(tenant, hash string, secret vault.Secret) (h held, err error) {
	h = held{secret: secret, record: storage.ComplaintDraft{
		Hash: hash, ID: storage.RandomID(), Expires: s.now().UTC().Truncate(time.Hour).Add(draftLife).Format(time.RFC3339),
	}}
	for seq, public := range []*[]byte{&h.record.Case, &h.record.Identity} {
		p, err := vault.NewPair()
		if err != nil {
			return h, err
		}
		*public = p.Public().Bytes()
		sealed, err := secret.SealPrivate(At(tenant, h.record.ID, purposeDraft, uint64(seq)+1), p)
		p.Wipe()
		if err != nil {
			return h, err
		}
		h.record.Keys = append(h.record.Keys, sealed)
	}
	return h, nil
}

// seal puts what a draft holds under its secret.
func (h *held) seal(tenant string) (err error) {
	h.record.Sealed, err = h.secret.Seal(At(tenant, h.record.ID, purposeDraft, 0), encode(h.content))
	if errors.Is(err, vault.ErrTooLong) {
		return errVast
	}
	return err
}

// pair opens one of the private halves: 0 is that of the case, 1 of the identity.
func (h *held) pair(tenant string, i int) (*vault.Private, error) {
	return h.secret.OpenPrivate(At(tenant, h.record.ID, purposeDraft, uint64(i)+1), h.record.Keys[i])
}

// hold reads the draft of a ticket.
func (s *Service) hold(ctx context.Context, tenant string, t Ticket) (h held, err error) {
	hash, secret, err := t.derive()
	if err != nil {
		return h, err
	}
	h.secret = secret
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		h.record, err = tx.ComplaintDraft(hash)
		return err
	})
	if _, form := t.Carried.open(tenant, secret); errors.Is(err, storage.ErrNotFound) && form {
		h, err = s.fresh(tenant, hash, secret)
		t.newer(tenant, &h)
		return h, err
	}
	if errors.Is(err, storage.ErrNotFound) || err == nil && h.record.Expires <= s.now().UTC().Format(time.RFC3339) {
		return h, errNoDraft
	} else if err != nil {
		return h, err
	}
	b, err := secret.Open(At(tenant, h.record.ID, purposeDraft, 0), h.record.Sealed)
	if err != nil {
		return h, errNoDraft
	}
	if err := json.Unmarshal(b, &h.content); err != nil {
		return h, err
	}
	t.newer(tenant, &h)
	return h, nil
}

// Draft reads the draft of a ticket.
func (s *Service) Draft(ctx context.Context, tenant string, t Ticket) (Draft, error) {
	h, err := s.hold(ctx, tenant, t)
	return Draft{h.Answers, h.Files, h.Sent}, err
}

// Save changes the answers of a draft. fn may run again when two requests of a tab
// come at once; what a sent complaint told does not change.
func (s *Service) Save(ctx context.Context, tenant string, t Ticket, fn func(*Answers)) error {
	return s.change(ctx, tenant, t, false, func(h *held) error {
		fn(&h.Answers)
		for _, text := range []*string{&h.Answers.What, &h.Answers.When, &h.Answers.Where, &h.Answers.Name, &h.Answers.Contact} {
			*text = strings.ToValidUTF8(*text, "")
		}
		return nil
	})
}

// change changes a draft that was not sent yet.
func (s *Service) change(ctx context.Context, tenant string, t Ticket, files bool, fn func(*held) error) error {
	for {
		h, err := s.hold(ctx, tenant, t)
		if err != nil || h.Sent != nil {
			return err
		}
		before := int64(0)
		if h.record.Version > 0 {
			before = h.record.Bytes()
		}
		if err := fn(&h); err != nil {
			return err
		}
		h.Saved++
		if err := h.seal(tenant); err != nil {
			return err
		}
		err = s.put(ctx, tenant, t, &h, before, files)
		if !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
}

// Upload is a file as it came.
type Upload struct {
	Name       string
	Bytes      []byte
	NoOriginal bool // its sender wants only the working copy to be kept

	mailbox []byte // public key of her mailbox, when there is one already
}

// AddFile adds a file to a draft. A refusal is an errs.Error whose words say how to
// mend it ("evidence.refuse.…"); nothing else of the draft is touched.
func (s *Service) AddFile(ctx context.Context, tenant string, t Ticket, u Upload) error {
	h, err := s.hold(ctx, tenant, t)
	if err != nil || h.Sent != nil {
		return err
	}
	sum := digest(u.Bytes)
	if slices.ContainsFunc(h.Files, func(f File) bool { return f.Original == sum }) {
		return nil // sent again
	}
	if err := room(h.Files); err != nil {
		return err
	}
	if err := s.roomFor(ctx, tenant, len(u.Bytes)); err != nil {
		return err
	}
	if h.record.Version == 0 { // it lies in its form; a file is sealed to keys that are kept
		if err := s.change(ctx, tenant, t, true, func(*held) error { return nil }); err != nil {
			return err
		}
		if h, err = s.hold(ctx, tenant, t); err != nil {
			return err
		}
	}
	r, err := s.Readers(ctx, tenant, h.Answers.Route, h.Answers.Exclude)
	if err != nil {
		return err
	}
	u.NoOriginal = u.NoOriginal || !r.TakesNames()
	f, sealed, err := s.keep(ctx, tenant, h.record.ID, h.record.Case, h.record.Identity, u)
	if err != nil {
		return err
	}
	err = s.change(ctx, tenant, t, true, func(h *held) error {
		if err := room(h.Files); err != nil {
			return err
		}
		h.Files, h.record.Files = append(h.Files, f), append(h.record.Files, sealed...)
		return nil
	})
	if err != nil {
		return errors.Join(err, s.files.Remove(names(sealed)...))
	}
	return nil
}

func room(all []File) error {
	if len(all) >= MaxFiles {
		return errs.New(errs.TooMany, "complain.error.files")
	}
	return nil
}

func names(all []storage.EvidenceFile) (out []string) {
	for _, f := range all {
		out = append(out, f.Name)
	}
	return out
}

// RemoveFile takes a file out of a draft, by the name of its working copy.
func (s *Service) RemoveFile(ctx context.Context, tenant string, t Ticket, sealed string) error {
	var gone []string
	if err := s.change(ctx, tenant, t, true, func(h *held) error {
		gone = nil
		h.Files = slices.DeleteFunc(h.Files, func(f File) bool {
			if f.Sealed != sealed {
				return false
			}
			gone = append(gone, f.Sealed)
			if f.Apart != "" {
				gone = append(gone, f.Apart)
			}
			return true
		})
		h.record.Files = slices.DeleteFunc(h.record.Files, func(f storage.EvidenceFile) bool { return slices.Contains(gone, f.Name) })
		return nil
	}); err != nil {
		return err
	}
	return s.files.Remove(gone...)
}

// keep finds out what a file is, cleans it, and seals both copies. One file at a time
// is cleaned, which bounds the memory whatever comes in.
func (s *Service) keep(ctx context.Context, tenant, id string, casePub, idPub []byte, u Upload) (f File, sealed []storage.EvidenceFile, err error) {
	if err := s.spare(len(u.Bytes)); err != nil {
		return f, nil, err
	}
	var kind evidence.Kind
	if err := s.guarded(func() (err error) { kind, err = evidence.Inspect(u.Name, u.Bytes); return err }); err != nil {
		return f, nil, refusal(err)
	}
	work, err := s.cleaned(ctx, kind, u.Bytes)
	if err != nil {
		return f, nil, err
	}
	f = File{
		Name: fileName(u.Name), Kind: kind, Size: len(u.Bytes), Original: digest(u.Bytes), Working: digest(work.Bytes),
		Lost: work.Lost, Kept: !u.NoOriginal,
	}
	put := func(public, content []byte, purpose string, original bool) (string, error) {
		p, err := vault.ParsePublic(public)
		if err != nil {
			return "", err
		}
		mailbox := u.mailbox
		if original {
			mailbox = nil
		}
		e, err := s.sealFile(tenant, id, p, mailbox, content, purpose, original)
		if err == nil {
			sealed = append(sealed, e)
		}
		return e.Name, err
	}
	if f.Sealed, err = put(casePub, work.Bytes, purposeWorking, false); err == nil && f.Kept {
		f.Apart, err = put(idPub, u.Bytes, purposeOriginal, true)
	}
	if err != nil {
		return f, nil, errors.Join(err, s.files.Remove(names(sealed)...))
	}
	return f, sealed, nil
}

// cleaned makes the working copy, one at a time. A cleaner that panics has refused the
// file; what else was told is not lost with it.
func (s *Service) cleaned(ctx context.Context, kind evidence.Kind, b []byte) (w evidence.Working, err error) {
	select {
	case s.clean <- struct{}{}:
		defer func() { <-s.clean }()
	case <-ctx.Done():
		return w, ctx.Err()
	}
	err = s.guarded(func() (err error) { w, err = s.cleaner(kind, b); return err })
	return w, refusal(err)
}

// guarded runs what reads a hostile file.
func (s *Service) guarded(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("a file of a complaint could not be read", "fault", fmt.Sprintf("%T", p)) // what it says may quote the file
			err = &evidence.Refusal{Reason: evidence.Unclean}
		}
	}()
	return fn()
}

// refusal puts why a file is refused in words.
func refusal(err error) error {
	if why := evidence.Why(err); why != "" {
		return errs.New(errs.Invalid, "evidence.refuse."+string(why))
	}
	return err
}

// sealFile seals a file to a pair of its complaint, in memory, and keeps it.
// Who has the mailbox opens it too, when there is one.
func (s *Service) sealFile(tenant, id string, to *vault.Public, mailbox, content []byte, purpose string, original bool) (e storage.EvidenceFile, err error) {
	e.Original = original
	var also *vault.Public
	if len(mailbox) > 0 {
		if also, err = vault.ParsePublic(mailbox); err != nil {
			return e, err
		}
	}
	var sealed bytes.Buffer
	sealed.Grow(len(content) + 1<<17)
	if e.Key, e.Mail, err = vault.SealFile(to, also, At(tenant, id, purpose, 0), &sealed, content); err != nil {
		return e, err
	}
	e.Size = int64(sealed.Len())
	e.Name, e.Sum, err = s.files.Put(func(w io.Writer) error { _, err := sealed.WriteTo(w); return err })
	return e, err
}

// fileName is the name of a file as it may be shown: without the folders of a
// computer, and not too long.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) { // marks that turn what follows around, too
			return -1
		}
		return r
	}, name)
	if name == "." || name == "/" {
		return ""
	}
	if utf8.RuneCountInString(name) > maxName {
		name = string([]rune(name)[:maxName])
	}
	return name
}

// Discard throws away the draft of a ticket and its files.
func (s *Service) Discard(ctx context.Context, tenant string, t Ticket) error {
	hash, _, err := t.derive()
	if err != nil {
		return nil
	}
	var gone []string
	if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		d, err := tx.ComplaintDraft(hash)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
		gone = names(d.Files)
		return tx.DeleteComplaintDraft(hash)
	}); err != nil {
		return err
	}
	return s.files.Remove(gone...)
}
