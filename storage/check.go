package storage

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
)

// Engine is what a Store may offer to look after itself.
type Engine interface {
	Check(ctx context.Context) error               // reads the whole of its file
	Backup(ctx context.Context, path string) error // to a new file, while others read and write
}

// ErrNoBackup means that the engine is backed up by its own tools.
var ErrNoBackup = errors.New("storage: this engine has its own tools for backups")

// Backup writes the store, as it is at one moment, to a new file, while others read
// and write. The file lacks the keys, without which its private records cannot be
// read: keep both, apart from each other.
func (db *DB) Backup(path string) error {
	if e, ok := db.store.(Engine); ok {
		return e.Backup(context.Background(), path)
	}
	return ErrNoBackup
}

// Touch makes a write of the store that changes nothing, so that the time of its last
// change tells less. An engine that keeps no file here needs none.
func (db *DB) Touch(ctx context.Context) error {
	if e, ok := db.store.(interface{ Touch(context.Context) error }); ok {
		return e.Touch(ctx)
	}
	return nil
}

// ErrNoCompact means that the engine looks itself after what deleted records leave.
var ErrNoCompact = errors.New("storage: this engine is not compacted from here")

// Compact rewrites the store without what deleted records left in it, while it is open;
// everybody waits until it is done.
func (db *DB) Compact(ctx context.Context) error {
	if e, ok := db.store.(interface{ Compact(context.Context) error }); ok {
		return e.Compact(ctx)
	}
	return ErrNoCompact
}

// Checked is what Check found.
type Checked struct {
	Counts []Counted
	Faults []string // each names a kind of record and an id, never content
}

// Counted is how many there are of something.
type Counted struct {
	What string
	N    int
}

// mostFaults bounds Checked.Faults: a lost key file makes everything a fault.
const mostFaults = 1000

// Check reads everything that is kept: the engine's own structure; that every
// sealed value opens; that every document is the one that was hashed; that every
// leaf and node of the log fits, to its root, and every checkpoint with it; that the
// audit trail is unbroken; that no folio is missing; and that
// every index leads to its record and every record is in its indexes. The error is
// for what could not be checked at all.
func (db *DB) Check(ctx context.Context) (Checked, error) {
	if err := db.Prepare(ctx); err != nil {
		return Checked{}, err
	}
	var out Checked
	if e, ok := db.store.(Engine); ok {
		if err := e.Check(ctx); errors.Is(err, context.Cause(ctx)) && err != nil {
			return Checked{}, err
		} else if err != nil {
			out.Faults = append(out.Faults, err.Error())
		}
	}
	all, err := tenants(ctx, db.store)
	if err != nil {
		return Checked{}, err
	}
	counts := map[string]int{}
	for _, tenant := range all {
		var c *checker
		if err := db.View(ctx, tenant, func(x *Txn) error {
			c = newChecker(x)
			return c.run()
		}); err != nil {
			return Checked{}, err
		}
		out.Faults = append(out.Faults, c.faults...)
		for what, n := range c.counts {
			counts[what] += n
		}
	}
	for _, what := range counted {
		out.Counts = append(out.Counts, Counted{what.name, counts[what.name]})
	}
	return out, nil
}

// counted are the kinds that Check counts, in the order in which it tells them.
var counted = []struct {
	kind kind
	name string
}{
	{kInstitution, "institutions"}, {kUser, "accounts"}, {kPerson, "officials"}, {kPost, "posts of the catalogue"}, {kDraft, "drafts"},
	{kFiling, "declarations filed"}, {kNote, "notas aclaratorias"}, {kPublic, "public documents"}, {kHidden, "documents under reserve"},
	{kFollow, "people followed up"}, {kScan, "declarations on paper"}, {kGift, "gifts"}, {kExtension, "extensions"}, {kBounce, "addresses that refuse"}, {kPaper, "papers"}, {kSigned, "signatures with e.firma"}, {kSeal, "keys of the seal"}, {kLog, "leaves in the log"}, {kRead, "readings of declarations"},
	{kCheckpoint, "checkpoints of the log"}, {kPub, "changes in the publication log"}, {kAudit, "entries in the audit trail"},
	{kSession, "sessions"}, {kAside, "posts set aside"}, {kMail, "messages"}, {kClient, "clients of the API"},
	{kComplaint, "complaints"}, {kComplaintPart, "parts of complaints"}, {kComplaintDraft, "drafts of complaints"}, {kEvent, "events of complaints"},
	{kVaultKey, "keys of officials"}, {kFigure, "periods of public figures"}, {kDraw, "draws"}, {kVerification, "verifications"},
	{kSupplier, "suppliers"}, {kConflict, "coincidences with suppliers"}, {kCertificate, "certificates"},
}

// checker walks one tenant once, in the order of keys, and then compares what it
// found.
type checker struct {
	x      *Txn
	faults []string
	counts map[string]int

	full, public, hidden map[string][sha256.Size]byte // digests by id
	universes            map[string][sha256.Size]byte // digests by draw
	attested             map[string][sha256.Size]byte // digests by certificate

	scans   map[string][sha256.Size]byte // digests by id
	onPaper []OnPaper

	filings map[string]Filing
	notes   []Note
	papers  map[string]Paper             // by "filing kind"
	files   map[string][sha256.Size]byte // of papers, digests by "kind of record filing kind"
	reads   []Read
	signed  []string          // filings
	cases   map[string]uint64 // complaints, with the number of the part to come
	parts   []ComplaintPart   // without content
	events  []Event
	draws   []Draw
	certs   []Certification
	points  []Checkpoint

	leaves  []Leaf
	edge    edge // of the tree of the leaves
	torn    bool // a leaf is missing
	changes []Published
	head    head
	pubEnd  uint64
	trail   trail // end as it is written down
	walked  trail // end as it was walked

	want, got map[string]string // index entries: key to value
}

func newChecker(x *Txn) *checker {
	return &checker{
		x: x, counts: map[string]int{},
		full: map[string][sha256.Size]byte{}, public: map[string][sha256.Size]byte{}, hidden: map[string][sha256.Size]byte{}, universes: map[string][sha256.Size]byte{}, attested: map[string][sha256.Size]byte{}, scans: map[string][sha256.Size]byte{},
		filings: map[string]Filing{}, papers: map[string]Paper{}, cases: map[string]uint64{}, files: map[string][sha256.Size]byte{},
		want: map[string]string{}, got: map[string]string{},
	}
}

func (c *checker) fault(format string, args ...any) {
	if len(c.faults) < mostFaults {
		c.faults = append(c.faults, "tenant "+c.x.tenant+": "+fmt.Sprintf(format, args...))
	}
}

func (c *checker) run() error {
	from, to := tenantRange(c.x.tenant)
	if err := c.x.tx.Scan(from, to, func(key string, raw []byte) bool {
		c.record(key, raw)
		return true
	}); err != nil {
		return err
	}
	c.documents()
	c.kept()
	c.received()
	c.log()
	c.published()
	c.folios()
	c.publication()
	if c.walked != c.trail {
		c.fault("audit trail: %d entries are there and %d were written", c.walked.N, c.trail.N)
	}
	c.indexes()
	return nil
}

var errPlace = errors.New("storage: another's place")
