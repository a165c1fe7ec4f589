package complain

import (
	"bytes"
	"encoding/json"

	"declara/app/complain/vault"
	"declara/storage"
)

// NewPart is what is added to a complaint.
type NewPart struct {
	Kind, From string
	Text       []byte // JSON of Message, Event, File …; sealed to the case, and to the identity's pair when Kind is PartIdentity
	Mail       bool   // who sent the complaint may read it
	Files      []storage.EvidenceFile
}

// Append seals a part and adds it to a complaint, in the caller's transaction. It
// needs no private key.
func (s *Service) Append(tx *storage.Txn, complaint string, p NewPart) (storage.ComplaintPart, error) {
	c, err := tx.Complaint(complaint)
	if err != nil {
		return storage.ComplaintPart{}, err
	}
	return s.appendTo(tx, c, p)
}

// appendTo is Append to a complaint that was just read.
func (s *Service) appendTo(tx *storage.Txn, c storage.Complaint, p NewPart) (storage.ComplaintPart, error) {
	day, err := s.today(tx)
	if err != nil {
		return storage.ComplaintPart{}, err
	}
	part := storage.ComplaintPart{Complaint: c.ID, Seq: c.Next, Kind: p.Kind, From: p.From, Day: day, Files: p.Files}
	where := At(tx.Tenant(), c.ID, p.Kind, part.Seq)
	to := c.Case.Public
	if p.Kind == storage.PartIdentity {
		to = c.Identity.Public
	}
	if part.Sealed, err = sealTo(to, where, p.Text); err != nil {
		return part, err
	}
	if p.Mail {
		if part.Mail, err = sealTo(c.Mailbox, where, p.Text); err != nil {
			return part, err
		}
	}
	return part, tx.AddPart(part)
}

func sealTo(public []byte, c vault.Context, text []byte) ([]byte, error) {
	p, err := vault.ParsePublic(public)
	if err != nil {
		return nil, err
	}
	return vault.SealTo(p, c, text)
}

// Happened adds an event to a complaint, which its sender will read, and keeps its
// commitment for the log.
func (s *Service) Happened(tx *storage.Txn, complaint, kind string, data map[string]string) error {
	return s.happened(tx, complaint, Event{Kind: kind, Data: data})
}

func (s *Service) happened(tx *storage.Txn, complaint string, e Event) error {
	return s.committed(tx, complaint, e, true)
}

// committed keeps an event and its commitment; told is whether who complained reads it.
func (s *Service) committed(tx *storage.Txn, complaint string, e Event, told bool) error {
	c, err := tx.Complaint(complaint)
	if err != nil {
		return err
	}
	if e.Day, err = s.today(tx); err != nil {
		return err
	}
	e.ID, e.Folio = storage.RandomID(), c.Folio
	text := encode(e)
	if err := tx.PutEvent(&storage.Event{ID: e.ID, Day: e.Day, Hash: digest(text)}); err != nil {
		return err
	}
	_, err = s.appendTo(tx, c, NewPart{Kind: storage.PartEvent, From: storage.FromSystem, Text: text, Mail: told})
	return err
}

// Case is a complaint opened by somebody who holds a wrap.
type Case struct {
	storage.Complaint
	tenant string
	s      *Service
	key    *vault.Private
}

// OpenCase opens a complaint with a user's own key. ErrNotFound: she holds no wrap,
// which is as if there were no such complaint. Close ends it.
func (s *Service) OpenCase(tenant string, c storage.Complaint, user string, mine *vault.Private) (*Case, error) {
	key, err := unwrap(tenant, c.ID, PurposeCase, c.Case, user, mine)
	if err != nil {
		return nil, err
	}
	return &Case{c, tenant, s, key}, nil
}

// OpenIdentity opens what is sealed to who keeps identities: parts of PartIdentity, and
// originals. The caller has kept the reason and the event.
func (s *Service) OpenIdentity(tenant string, c storage.Complaint, user string, mine *vault.Private) (*Case, error) {
	key, err := unwrap(tenant, c.ID, PurposeIdentity, c.Identity, user, mine)
	if err != nil {
		return nil, err
	}
	return &Case{c, tenant, s, key}, nil
}

func unwrap(tenant, id, purpose string, pair storage.KeyPair, user string, mine *vault.Private) (*vault.Private, error) {
	public, err := vault.ParsePublic(pair.Public)
	if err != nil {
		return nil, err
	}
	err = storage.ErrNotFound
	for _, w := range pair.Wraps {
		if w.User == user {
			var p *vault.Private
			if p, err = mine.Unwrap(At(tenant, id, purpose, 0), w.Sealed, public); err == nil {
				return p, nil
			}
		}
	}
	return nil, err
}

// Close ends it.
func (c *Case) Close() { c.key.Wipe() }

// Key is the private half, to be wrapped for others.
func (c *Case) Key() *vault.Private { return c.key }

// Part opens a part.
func (c *Case) Part(p storage.ComplaintPart) ([]byte, error) {
	if p.Complaint != c.ID {
		return nil, vault.ErrOpen
	}
	return vault.Open(c.key, At(c.tenant, c.ID, p.Kind, p.Seq), p.Sealed)
}

// Read opens a part into one of the types of this package.
func (c *Case) Read(p storage.ComplaintPart, into any) error {
	b, err := c.Part(p)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

// File opens the content of a file: a working copy with a Case of OpenCase, an
// original with one of OpenIdentity.
func (c *Case) File(e storage.EvidenceFile) ([]byte, error) {
	purpose := purposeWorking
	if e.Original {
		purpose = purposeOriginal
	}
	return c.s.openFile(c.tenant, c.ID, c.key, e, purpose)
}

func (s *Service) openFile(tenant, id string, key *vault.Private, e storage.EvidenceFile, purpose string) ([]byte, error) {
	sealed, err := s.files.Get(e.Name)
	if err != nil {
		return nil, err
	}
	return vault.OpenFile(key, At(tenant, id, purpose, 0), e.Key, bytes.NewReader(sealed))
}
