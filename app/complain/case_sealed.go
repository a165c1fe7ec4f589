package complain

import (
	"cmp"
	"context"
	"slices"

	"declara/storage"
)

// Sealed is a complaint about the office itself, which only the authority outside can
// read. All that the office learns is that there is one, since somebody has to carry
// the files to her.
type Sealed struct {
	ID, Folio, Day, To string
	Files              []SealedFile // in the order in which they came
	Ack                *storage.ComplaintAck
	Over               bool // two persons said that the authority has it
}

// SealedFile is an age file of it.
type SealedFile struct {
	Seq int
	Day string
}

// Sealed are all such complaints, the newest first.
func (o *Office) Sealed(ctx context.Context, tenant string) (all []Sealed, err error) {
	err = o.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		var found []storage.Complaint
		if err := tx.Complaints(func(c storage.Complaint) error {
			if c.External != "" {
				found = append(found, c)
			}
			return nil
		}); err != nil {
			return err
		}
		for _, c := range found {
			parts, err := tx.Parts(c.ID)
			if err != nil {
				return err
			}
			s := Sealed{ID: c.ID, Folio: c.Folio, Day: c.Day, To: c.External, Ack: c.Ack, Over: Ended(&c)}
			for _, p := range parts {
				if p.Kind == storage.PartExport {
					s.Files = append(s.Files, SealedFile{int(p.Seq), p.Day})
				}
			}
			all = append(all, s)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b Sealed) int { return cmp.Or(-cmp.Compare(a.Day, b.Day), cmp.Compare(a.Folio, b.Folio)) })
	return all, err
}

// Carry gives one of the files, as it is.
func (o *Office) Carry(ctx context.Context, tenant, user, id string, seq uint64) (d Download, err error) {
	var name string
	if err := o.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		if err != nil || c.External == "" {
			return gone(err)
		}
		p, err := tx.Part(id, seq)
		if err != nil || p.Kind != storage.PartExport || len(p.Files) != 1 {
			return gone(err)
		}
		name, d.Name, d.Type = p.Files[0].Name, c.Folio+"-"+number(int(seq))+".tar.age", "application/octet-stream"
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: user, Act: "case.carry", About: id})
	}); err != nil {
		return d, err
	}
	d.Bytes, err = o.files.Get(name)
	return d, err
}

// gone is why there is no such file.
func gone(err error) error {
	if err == nil {
		return ErrNoCase
	}
	return closed(err)
}
