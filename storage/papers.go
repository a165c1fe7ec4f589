package storage

import (
	"fmt"
	"slices"
	"time"
)

// The papers of a filing: sealed PDFs that are made once and kept, so that a download
// gives the same bytes for ever.
const (
	PaperFull    = "completa" // the whole declaration; private
	PaperPublic  = "publica"  // its public version; in clear, but sealed under a reserve
	PaperReceipt = "acuse"    // private
)

// PaperKinds are all that a filing has, in the order in which they are made.
var PaperKinds = []string{PaperReceipt, PaperFull, PaperPublic}

// Paper is what is written down about a paper. Sealed at rest.
type Paper struct {
	Filing string    `json:"filing"`
	Kind   string    `json:"kind"`
	Hash   string    `json:"hash"` // SHA-256 of the file, hex
	Size   int       `json:"size"`
	Kept   time.Time `json:"kept"`
	Salt   string    `json:"salt"` // of its commitment in the log, hex
	Leaf   uint64    `json:"leaf"`
}

// Lack is a paper that is still to be made.
type Lack struct {
	Filing Filing
	Kind   string
}

// KeepPaper keeps a paper of a filing, with a leaf in the log. The first one stays:
// when there is one already, nothing is written and that one is returned. A filing
// that is not there is ErrNotFound, a kind that is none ErrKey.
func (x *Txn) KeepPaper(filing, kind string, b []byte, at time.Time) (Paper, error) {
	if !slices.Contains(PaperKinds, kind) {
		return Paper{}, fmt.Errorf("%w: %s of an unknown kind", ErrKey, kPaper)
	}
	f, err := x.Filing(filing)
	if err != nil {
		return Paper{}, err
	}
	if first, err := get[Paper](x, kPaper, filing, kind); !absent(err) {
		return first, err
	}
	p := Paper{Filing: filing, Kind: kind, Hash: Digest(b), Size: len(b), Kept: at.UTC(), Salt: x.salt(LeafPaper, filing, kind)}
	if p.Leaf, err = x.logLeaf(p.leaf(f.Folio, f.Reserved)); err != nil {
		return Paper{}, err
	}
	if err := x.putBytes(b, paperPlace(kind, f.Reserved), filing, kind); err != nil {
		return Paper{}, err
	}
	if err := x.putBytes([]byte(filing+"."+kind), kPaperHash, x.blind(kPaperHash, p.Hash)); err != nil {
		return Paper{}, err
	}
	if err := put(x, p, kPaper, filing, kind); err != nil {
		return Paper{}, err
	}
	for _, other := range PaperKinds {
		if there, err := x.has(kPaper, filing, other); err != nil || !there {
			return p, err
		}
	}
	return p, x.drop(kPaperDue, number(f.Leaf))
}

// leaf is what the log says of a paper.
func (p *Paper) leaf(folio string, reserved bool) Leaf {
	l := Leaf{N: p.Leaf, Kind: LeafPaper, About: folio + "/" + p.Kind, At: p.Kept}
	if p.Kind == PaperPublic {
		l.Public = veil(reserved, p.Salt, p.Hash)
	} else {
		l.Full = Commitment(p.Salt, p.Hash)
	}
	return l
}

// paperPlace is where the bytes of a paper lie.
func paperPlace(what string, reserved bool) kind {
	if what == PaperPublic && !reserved {
		return kPaperOpen
	}
	return kPaperSealed
}

// Paper reads a paper exactly as it was kept; ErrNotFound while it has not been made.
// Who may read it, the caller checks: of a reserved filing, PaperPublic is private too.
func (x *Txn) Paper(filing, kind string) ([]byte, Paper, error) {
	p, err := get[Paper](x, kPaper, filing, kind)
	if err != nil {
		return nil, p, err
	}
	b, err := x.getBytes(kPaperOpen, filing, kind)
	if absent(err) {
		b, err = x.getBytes(kPaperSealed, filing, kind)
	}
	return b, p, err
}

// PaperByHash finds the paper whose file has a SHA-256, in hex.
func (x *Txn) PaperByHash(hash string) (Paper, error) {
	at, err := x.lookup(kPaperHash, x.blind(kPaperHash, hash))
	if err != nil {
		return Paper{}, err
	}
	i := len(at) - 1
	for i > 0 && at[i] != '.' {
		i--
	}
	return get[Paper](x, kPaper, at[:i], at[i+1:])
}

// PapersOf reads what is written down about the papers of a filing that were made.
func (x *Txn) PapersOf(filing string) (all []Paper, err error) {
	err = each(x, kPaper, func(p Paper) error { all = append(all, p); return nil }, filing)
	return all, err
}

// MissingPapers tells at most limit papers that are still to be made, of filings whose
// leaf is from or a later one, the oldest first. When there is none it costs one scan
// of nothing.
func (x *Txn) MissingPapers(from uint64, limit int) (all []Lack, err error) {
	var ids []string
	if err := x.scanFrom(kPaperDue, from, func(_ uint64, id []byte) error {
		if len(ids) == limit {
			return errStop
		}
		ids = append(ids, string(id))
		return nil
	}); err != nil {
		return nil, err
	}
	for _, id := range ids {
		f, err := x.Filing(id)
		if err != nil {
			return nil, err
		}
		for _, kind := range PaperKinds {
			there, err := x.has(kPaper, id, kind)
			if err != nil {
				return nil, err
			}
			if !there && len(all) < limit {
				all = append(all, Lack{f, kind})
			}
		}
	}
	return all, nil
}

// reservePaper moves the public paper of a filing, if it was made, where the public
// cannot read it, or back.
func (x *Txn) reservePaper(filing string, reserved bool) error {
	from, to := paperPlace(PaperPublic, !reserved), paperPlace(PaperPublic, reserved)
	b, err := x.getBytes(from, filing, PaperPublic)
	if absent(err) {
		return nil
	} else if err != nil {
		return err
	}
	if err := x.putBytes(b, to, filing, PaperPublic); err != nil {
		return err
	}
	return x.drop(from, filing, PaperPublic)
}
