package complain

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// Why who keeps identities opens one. The kind is what who complained reads; the words
// stay within the office.
const (
	GroundNotice     = "notificar"
	GroundProtection = "proteccion"
	GroundOrder      = "mandato"
	GroundTestimony  = "ratificar"
	GroundEvidence   = "peritaje"
)

// Grounds are all kinds, in the order of the page.
var Grounds = []string{GroundNotice, GroundProtection, GroundTestimony, GroundEvidence, GroundOrder}

// What an opening is refused for.
var (
	errGround      = errs.New(errs.Invalid, "keys.ground.kind")
	errGroundWords = errs.New(errs.Invalid, "keys.ground.words")
	errErased      = errs.New(errs.Gone, "keys.identity.erased")
)

// Ground is the reason of an opening.
type Ground struct {
	Kind  string
	Words string // 15 to 1,000 characters; kept in a note of the case
}

func (g *Ground) check() error {
	g.Words = plain(g.Words)
	switch n := utf8.RuneCountInString(g.Words); {
	case !slices.Contains(Grounds, g.Kind):
		return errGround
	case n < 15 || n > 1000:
		return errGroundWords
	}
	return nil
}

// Kept is a complaint whose identity somebody keeps. It tells nothing of the case.
type Kept struct {
	ID, Folio, Day string
	Originals      []Original
}

// Original is a file as it came, beside its working copy.
type Original struct {
	Part uint64
	Name string // of the sealed file
}

// Kept are the complaints whose identity a user keeps, the newest first: those of which
// she holds a wrap.
func (s *Service) Kept(ctx context.Context, tenant, user string) (all []Kept, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.ComplaintsOf(user, func(c storage.Complaint) error {
			if c.Identity.Of(user) != nil {
				all = append(all, Kept{ID: c.ID, Folio: c.Folio, Day: c.Day})
			}
			return nil
		})
	})
	slices.SortFunc(all, func(a, b Kept) int { return cmp.Or(-cmp.Compare(a.Day, b.Day), cmp.Compare(a.Folio, b.Folio)) })
	return all, err
}

// KeptOne is one of Kept with its originals. ErrNotFound: she does not keep it, which is
// as if there were none.
func (s *Service) KeptOne(ctx context.Context, tenant, user, id string) (k Kept, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		if err != nil {
			return err
		}
		if c.Identity.Of(user) == nil {
			return storage.ErrNotFound
		}
		k = Kept{ID: c.ID, Folio: c.Folio, Day: c.Day}
		parts, err := tx.Parts(id)
		for _, p := range parts {
			for _, f := range p.Files {
				if f.Original {
					k.Originals = append(k.Originals, Original{p.Seq, f.Name})
				}
			}
		}
		return err
	})
	return k, err
}

// RevealIdentity tells who sent a complaint. That it was opened, by which post and for
// what kind of reason, is kept in the transaction that hands it out: in the audit trail,
// in a part that who complained reads, and as a commitment for the log. An anonymous
// complaint gives the zero value, and is written down all the same. ErrNotFound: the
// user keeps no such identity.
func (s *Service) RevealIdentity(ctx context.Context, tenant, user string, mine *vault.Private, id string, g Ground) (who Identity, err error) {
	err = s.reveal(ctx, tenant, user, mine, id, g, EventIdentity, nil, func(tx *storage.Txn, c *storage.Complaint, private *vault.Private) error {
		who = Identity{}
		parts, err := tx.Parts(id)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p.Kind != storage.PartIdentity {
				continue
			}
			text, err := vault.Open(private, At(tx.Tenant(), c.ID, p.Kind, p.Seq), p.Sealed)
			if err != nil {
				return err
			}
			var one Identity
			if err := json.Unmarshal(text, &one); err != nil {
				return err
			}
			if one != (Identity{}) {
				one.Protect = one.Protect || who.Protect
				who = one // what she said last
			}
		}
		return nil
	})
	if err != nil {
		return Identity{}, err
	}
	return who, nil
}

// RevealOriginal opens a file as it came, under the same rules as RevealIdentity.
func (s *Service) RevealOriginal(ctx context.Context, tenant, user string, mine *vault.Private, id string, part uint64, g Ground) (content []byte, err error) {
	var file storage.EvidenceFile
	var key *vault.Private
	data := map[string]string{"file": strconv.FormatUint(part, 10)}
	err = s.reveal(ctx, tenant, user, mine, id, g, EventOriginal, data, func(tx *storage.Txn, c *storage.Complaint, private *vault.Private) error {
		p, err := tx.Part(id, part)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(p.Files, func(f storage.EvidenceFile) bool { return f.Original })
		if i < 0 {
			return storage.ErrNotFound
		}
		file = p.Files[i]
		key, err = OpenPair(tenant, c, PairIdentity, user, mine)
		return err
	})
	if err != nil {
		key.Wipe()
		return nil, err
	}
	defer key.Wipe()
	return s.openFile(tenant, id, key, file, purposeOriginal)
}

// reveal opens the identity's pair of a complaint for who keeps it, writes down that it
// did, and runs fn, all in one transaction.
func (s *Service) reveal(ctx context.Context, tenant, user string, mine *vault.Private, id string, g Ground, event string, data map[string]string,
	fn func(*storage.Txn, *storage.Complaint, *vault.Private) error) error {
	if err := g.check(); err != nil {
		return err
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		c, err := tx.Complaint(id)
		if err != nil {
			return err
		}
		out, _, err := shut(tx, c.Excluded)
		if err != nil {
			return err
		}
		if u.Disabled || !mayKeep(u.Roles) || among(out, user) {
			return storage.ErrNotFound
		}
		if len(c.Identity.Public) == 0 {
			return errErased
		}
		private, err := OpenPair(tenant, &c, PairIdentity, user, mine)
		if err != nil {
			return err
		}
		defer private.Wipe()
		k, err := tx.VaultKey(user)
		if err != nil {
			return err
		}
		if err := fn(tx, &c, private); err != nil {
			return err
		}
		told := map[string]string{"post": k.Post, "reason": g.Kind}
		for name, value := range data {
			told[name] = value
		}
		if err := s.Happened(tx, id, event, told); err != nil {
			return err
		}
		note := encode(Message{Text: k.Post + ": " + g.Words})
		if _, err := s.Append(tx, id, NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: note}); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: user, Act: event, About: id, Reason: g.Kind})
	})
}
