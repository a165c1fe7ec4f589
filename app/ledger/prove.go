package ledger

import (
	"context"

	"declara/app/ledger/proof"
	"declara/storage"
)

// Prove makes the proof file of a filing, of its leaf and of those of its papers. known
// is the SHA-256, in hex, of something private that the caller has: what it is of comes
// with its salt, which shows that the leaf is of it. Without one there is no salt.
// storage.ErrNotFound when there is no such filing.
func (s *Service) Prove(ctx context.Context, tenant, folio, known string) (proof.File, error) {
	return s.file(ctx, tenant, func(tx *storage.Txn) ([]told, error) {
		f, err := tx.FilingByFolio(folio)
		if err != nil {
			return nil, err
		}
		all, err := ofFiling(tx, f)
		for i := range all {
			if all[i].hash != known {
				all[i].salt, all[i].hash = "", ""
			}
		}
		return all, err
	})
}

// ProveAll makes the proof file of a filing for who declared: with her corrections, the
// readings of it, and every salt.
func (s *Service) ProveAll(ctx context.Context, tenant, filing string) (proof.File, error) {
	return s.file(ctx, tenant, func(tx *storage.Txn) ([]told, error) {
		f, err := tx.Filing(filing)
		if err != nil {
			return nil, err
		}
		all, err := ofFiling(tx, f)
		if err != nil {
			return nil, err
		}
		notes, err := tx.NotesOf(f.ID)
		if err != nil {
			return nil, err
		}
		for _, n := range notes {
			all = append(all, told{n.Leaf, n.Salt, n.Hash})
		}
		reads, err := tx.ReadsOf(f.Person)
		for _, r := range reads {
			if r.Filing == f.ID {
				all = append(all, told{r.Leaf, r.Salt, storage.ReadHash(&r)})
			}
		}
		return all, err
	})
}

// FolioOfPaper is the folio of the filing that a sealed PDF with that SHA-256 is of. The
// public one of a declaration that is reserved is as unknown as its document.
func (s *Service) FolioOfPaper(ctx context.Context, tenant, hash string) (folio string, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		p, err := tx.PaperByHash(hash)
		if err != nil {
			return err
		}
		f, err := tx.Filing(p.Filing)
		if err == nil && p.Kind == storage.PaperPublic && f.Reserved {
			err = storage.ErrNotFound
		}
		if err == nil {
			folio = f.Folio
		}
		return err
	})
	return folio, err
}

// told is a leaf and what is private in it.
type told struct {
	leaf       uint64
	salt, hash string
}

// ofFiling are the leaves of a filing and of its papers.
func ofFiling(tx *storage.Txn, f storage.Filing) ([]told, error) {
	all := []told{{f.Leaf, f.Salt, f.Hash}}
	papers, err := tx.PapersOf(f.ID)
	for _, p := range papers {
		all = append(all, told{p.Leaf, p.Salt, p.Hash})
	}
	return all, err
}

// file proves leaves in the log as it is now.
func (s *Service) file(ctx context.Context, tenant string, leaves func(*storage.Txn) ([]told, error)) (out proof.File, err error) {
	k, err := s.signer(tenant)
	if err != nil {
		return out, err
	}
	var tree storage.Tree
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		out = proof.File{Format: proof.Format, Key: k.public}
		all, err := leaves(tx)
		if err != nil {
			return err
		}
		if tree, err = tx.Tree(); err != nil {
			return err
		}
		for _, l := range all {
			_, record, err := tx.Leaf(l.leaf)
			if err != nil {
				return err
			}
			path, err := tx.ProveLeaf(tree.Size, l.leaf)
			if err != nil {
				return err
			}
			out.Entries = append(out.Entries, proof.Entry{Leaf: l.leaf, Record: string(record), Path: path, Salt: l.salt, Hash: l.hash})
		}
		return nil
	}); err != nil {
		return proof.File{}, err
	}
	out.Checkpoint, err = k.checkpoint(tree)
	return out, err
}
