package complain

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"

	"declara/app/complain/vault"
	"declara/storage"
)

// A draft costs who begins it nothing, and the disk some kilobytes for a day. When all
// that lie there have filled their room, what is answered from then on is kept by nobody
// but who answers: it goes with each form, sealed under the same secret of her cookie. So
// nobody is turned away, whatever her network has done, nobody's draft is thrown out for
// another's, and a flood fills nothing. A file has to wait until the text was sent.

// Carried is what a form has of a draft for which there was no room; empty of one that is
// kept. Who saves a draft puts it into the next form.
type Carried struct{ Sealed string }

// maxCarried is the longest that is read.
const maxCarried = 1 << 21

// carry seals what was answered for the form, under an id that is drawn anew.
func (c *Carried) carry(tenant string, secret vault.Secret, what content) error {
	id := storage.RandomID()
	sealed, err := secret.Seal(At(tenant, id, purposeCarried, 0), encode(content{Answers: what.Answers, Saved: what.Saved}))
	if errors.Is(err, vault.ErrTooLong) {
		return errVast
	}
	c.Sealed = base64.RawURLEncoding.EncodeToString(append([]byte(id), sealed...))
	return err
}

// open reads it. false: there is none that this secret opens.
func (c *Carried) open(tenant string, secret vault.Secret) (what content, ok bool) {
	if c == nil || c.Sealed == "" || len(c.Sealed) > maxCarried {
		return what, false
	}
	b, err := base64.RawURLEncoding.DecodeString(c.Sealed)
	if err != nil || len(b) < idBytes {
		return what, false
	}
	text, err := secret.Open(At(tenant, string(b[:idBytes]), purposeCarried, 0), b[idBytes:])
	return what, err == nil && json.Unmarshal(text, &what) == nil
}

// newer puts into a draft what its form has of it, if that was saved later.
func (t Ticket) newer(tenant string, h *held) {
	if what, ok := t.Carried.open(tenant, h.secret); ok && h.Sent == nil && what.Saved > h.Saved {
		h.Answers, h.Saved = what.Answers, what.Saved
	}
}

// put keeps a draft, which took so much before; or gives it to its form, when there is no
// room. A draft that must be kept, since a file comes with it, is refused then.
func (s *Service) put(ctx context.Context, tenant string, t Ticket, h *held, before int64, must bool) error {
	if t.Carried != nil {
		fits, err := s.textFits(ctx, tenant, h.record.Bytes()-before)
		switch {
		case err != nil:
			return err
		case !fits && must:
			return errNoRoom
		case !fits:
			return t.Carried.carry(tenant, h.secret, h.content)
		}
	}
	err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return tx.PutComplaintDraft(h.record, h.record.Version) })
	if err == nil && t.Carried != nil {
		t.Carried.Sealed = ""
	}
	return err
}
