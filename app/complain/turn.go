package complain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// A case that belongs to another authority goes to it whole, as one age file that
// needs no program of ours. Who complained, and the originals of her files, are sealed
// to who keeps identities and do not go: the hashes tell the other authority which they
// are, and she asks for them in writing.

// Turned is the sealed content of the part that such a file lies beside.
type Turned struct {
	To   string `json:"to,omitempty"`   // name of the authority
	Hash string `json:"hash,omitempty"` // SHA-256 of the age file, hex
}

// turned is an age file that was made, before its case has it.
type turned struct {
	to, hash string
	file     *storage.EvidenceFile
}

func (t turned) names() []string {
	if t.file == nil {
		return nil
	}
	return []string{t.file.Name}
}

// turning makes the age file of a case when a move is a turn to an authority that has
// a key. One that has none is sent paper.
func (o *Office) turning(ctx context.Context, h Hand, c *storage.Complaint, t *Transition, s *Step) (out turned, err error) {
	if t.Asks != AskAuthority {
		return out, nil
	}
	var to storage.Authority
	var parts []storage.ComplaintPart
	if err := o.db.View(ctx, h.Tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(ch.Others, func(a storage.Authority) bool { return a.Name == s.Authority })
		if i < 0 {
			return errAuthority
		}
		to = ch.Others[i]
		parts, err = tx.Parts(c.ID)
		return err
	}); err != nil || to.Recipient == "" {
		return out, err
	}
	authority, err := vault.ParseAuthority(to.Recipient)
	if err != nil {
		return out, err
	}
	all, err := o.whole(h, c, parts)
	if err != nil {
		return out, err
	}
	if s.Sheet != nil {
		all = append(all, entry{"actos/acuerdo-de-turno.pdf", s.Sheet.Bytes})
	}
	e, err := o.exported(authority, c.Folio, sums(all))
	if err != nil {
		return out, err
	}
	b, err := o.files.Get(e.Name)
	if err != nil {
		return out, errors.Join(err, o.files.Remove(e.Name))
	}
	return turned{to.Name, digest(b), &e}, nil
}

// whole is all of a case that its holders may read, as files.
func (o *Office) whole(h Hand, c *storage.Complaint, parts []storage.ComplaintPart) (all []entry, err error) {
	opened, err := o.OpenCase(h.Tenant, *c, h.User, h.Key)
	if err != nil {
		return nil, closed(err)
	}
	defer opened.Close()
	var messages, events strings.Builder
	files, acts := 0, 0
	for _, p := range parts {
		switch p.Kind {
		case storage.PartFacts:
			var f Facts
			if err := opened.Read(p, &f); err != nil {
				return nil, err
			}
			all = append(all, entry{"denuncia.txt", f.Canonical()}, entry{"denuncia.json", encode(f)})
		case storage.PartMessage:
			var m Message
			if err := opened.Read(p, &m); err != nil {
				return nil, err
			}
			who := "La contraloría"
			if p.From == storage.FromCitizen {
				who = "Quien denunció"
			}
			fmt.Fprintf(&messages, "%s, %s:\n%s\n\n", p.Day, who, m.Text)
		case storage.PartEvent:
			text, err := opened.Part(p)
			if err != nil {
				return nil, err
			}
			events.Write(append(text, '\n'))
		case storage.PartFile:
			files++
			var f File
			if err := opened.Read(p, &f); err != nil {
				return nil, err
			}
			more, err := enclosed(opened, p, f.Sealed, "anexos/"+f.Kind.Name(files))
			if err != nil {
				return nil, err
			}
			all = append(all, append(more, entry{"anexos/" + strconv.Itoa(files) + ".json", encode(FileProof{f.Original, f.Working})})...)
		case storage.PartAct:
			acts++
			var a Act
			if err := opened.Read(p, &a); err != nil {
				return nil, err
			}
			if a.Kind == ActDeclaration { // another authority asks for it with an order of its own (LGRA 28)
				continue
			}
			more, err := enclosed(opened, p, a.Sealed, "actos/"+strconv.Itoa(acts)+"-"+a.Kind+".pdf")
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
	}
	return append(all, entry{"mensajes.txt", []byte(messages.String())}, entry{"eventos.jsonl", []byte(events.String())}), nil
}

// enclosed is one file of a part, opened.
func enclosed(opened *Case, p storage.ComplaintPart, sealed, as string) ([]entry, error) {
	for _, e := range p.Files {
		if e.Name == sealed {
			b, err := opened.File(e)
			return []entry{{as, b}}, err
		}
	}
	return nil, nil // it was deleted when its time came
}

// sums adds the hashes of all files, as sha256sum checks them.
func sums(all []entry) []entry {
	var b strings.Builder
	for _, e := range all {
		b.WriteString(digest(e.data) + "  " + e.name + "\n")
	}
	return append(all, entry{"SHA256SUMS", []byte(b.String())})
}

// What is wrong with an authority.
var (
	errAuthorityName = errs.New(errs.Invalid, "cases.authority.error.name")
	errAuthorityKey  = errs.New(errs.Invalid, "cases.authority.error.key")
	errAuthorityText = errs.New(errs.Invalid, "cases.authority.error.contact")
	errMeanwhileSet  = errs.New(errs.Conflict, "cases.authority.error.meanwhile")
)

const maxAuthorities = 50

// Authorities are those that cases may be turned to.
func (o *Office) Authorities(ctx context.Context, tenant string) (all []storage.Authority, err error) {
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		all = ch.Others
		return err
	})
	return all, err
}

// PutAuthority adds one, or changes the one of that name.
func (o *Office) PutAuthority(ctx context.Context, h Hand, a storage.Authority) error {
	a.Name, a.Contact, a.Recipient = strings.Join(strings.Fields(a.Name), " "), strings.Join(strings.Fields(a.Contact), " "), strings.TrimSpace(a.Recipient)
	switch {
	case utf8.RuneCountInString(a.Name) < 3 || utf8.RuneCountInString(a.Name) > 150:
		return errAuthorityName
	case utf8.RuneCountInString(a.Contact) > 300:
		return errAuthorityText
	}
	if a.Recipient != "" {
		if _, err := vault.ParseAuthority(a.Recipient); err != nil {
			return errAuthorityKey
		}
	}
	return o.authorities(ctx, h, "authority.put", func(all []storage.Authority) ([]storage.Authority, error) {
		if i := slices.IndexFunc(all, func(x storage.Authority) bool { return x.Name == a.Name }); i >= 0 {
			all[i] = a
			return all, nil
		}
		if len(all) >= maxAuthorities {
			return nil, errs.New(errs.TooMany, "cases.authority.error.many")
		}
		all = append(all, a)
		slices.SortFunc(all, func(a, b storage.Authority) int { return strings.Compare(a.Name, b.Name) })
		return all, nil
	})
}

// RemoveAuthority takes one out. What was turned to it stays turned.
func (o *Office) RemoveAuthority(ctx context.Context, h Hand, name string) error {
	return o.authorities(ctx, h, "authority.remove", func(all []storage.Authority) ([]storage.Authority, error) {
		return slices.DeleteFunc(all, func(x storage.Authority) bool { return x.Name == name }), nil
	})
}

// authorities changes those that cases are turned to, and so who reads what is turned:
// whoever does has her key open.
func (o *Office) authorities(ctx context.Context, h Hand, act string, fn func([]storage.Authority) ([]storage.Authority, error)) error {
	err := o.keyed(ctx, h, act, func(_ *storage.Txn, ch *storage.Channel) (err error) {
		ch.Others, err = fn(ch.Others)
		return err
	})
	if errors.Is(err, storage.ErrConflict) {
		return errMeanwhileSet
	}
	return err
}
