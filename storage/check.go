package storage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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
// sealed value opens; that every document is the one that was hashed; that the log
// of filings and the audit trail are unbroken; that no folio is missing; and that
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
	{kInstitution, "institutions"}, {kUser, "accounts"}, {kPerson, "officials"}, {kDraft, "drafts"},
	{kFiling, "declarations filed"}, {kNote, "notas aclaratorias"}, {kPublic, "public documents"}, {kHidden, "documents under reserve"},
	{kLog, "leaves in the log of filings"}, {kPub, "changes in the publication log"}, {kAudit, "entries in the audit trail"},
	{kSession, "sessions"}, {kAside, "posts set aside"}, {kMail, "messages"}, {kClient, "clients of the API"},
}

// checker walks one tenant once, in the order of keys, and then compares what it
// found.
type checker struct {
	x      *Txn
	faults []string
	counts map[string]int

	full, public, hidden map[string][sha256.Size]byte // digests by id

	filings map[string]Filing
	notes   map[string]Note // by the id of its leaf
	leaves  []Leaf
	last    string // SHA-256 of the last leaf's record
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
		full: map[string][sha256.Size]byte{}, public: map[string][sha256.Size]byte{}, hidden: map[string][sha256.Size]byte{},
		filings: map[string]Filing{}, notes: map[string]Note{},
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
	c.log()
	c.folios()
	c.publication()
	if c.walked != c.trail {
		c.fault("audit trail: %d entries are there and %d were written", c.walked.N, c.trail.N)
	}
	c.indexes()
	return nil
}

// record looks at one key by itself and notes what is compared later.
func (c *checker) record(key string, raw []byte) {
	_, k, parts, ok := parse(key)
	if !ok {
		c.fault("a key that is of no known kind")
		return
	}
	if layout[k].sealed {
		var err error
		if raw, err = c.x.db.keys.open(string(k), key, raw); err != nil {
			c.fault("%s %s: does not open: %v", k, strings.Join(parts, " "), err)
			return
		}
	}
	for _, what := range counted {
		if what.kind == k {
			c.counts[what.name]++
		}
	}
	if err := c.read(k, key, parts, raw); err != nil {
		c.fault("%s %s: cannot be read, or lies in another's place", k, strings.Join(parts, " "))
	}
}

var errPlace = errors.New("storage: another's place")

// read takes in the opened value of a key.
func (c *checker) read(k kind, key string, parts []string, raw []byte) error {
	switch k {
	case kFull:
		c.full[parts[0]] = sha256.Sum256(raw)
	case kPublic:
		c.public[parts[0]] = sha256.Sum256(raw)
	case kHidden:
		c.hidden[parts[0]] = sha256.Sum256(raw)
	case kUserLogin, kUserPerson, kPersonRFC, kDraftSlot, kFilingFolio, kFilingPerson, kFilingSent, kSessionUser, kMailDue:
		c.got[key] = string(raw)
	case kLog:
		return c.leaf(parts[0], raw)
	case kPub:
		return c.change(parts[0], raw)
	case kAudit:
		return c.entry(parts[0], raw)
	case kHeadPub:
		if len(raw) != 8 {
			return errPlace
		}
		c.pubEnd = binary.BigEndian.Uint64(raw)
	case kHead:
		return json.Unmarshal(raw, &c.head)
	case kHeadAudit:
		return json.Unmarshal(raw, &c.trail)
	case kFormat:
	default:
		return c.typed(k, parts, raw)
	}
	return nil
}

// typed takes in a record, and notes the index entries that it should have.
func (c *checker) typed(k kind, parts []string, raw []byte) error {
	x := c.x
	switch k {
	case kUser:
		u, err := as[User](raw)
		c.expect(u.ID, kUserLogin, x.blind(kUserLogin, u.Login))
		c.expect(u.ID, kUserPerson, u.Person)
		return at(err, u.ID == parts[0])
	case kPerson:
		p, err := as[Person](raw)
		c.expect(p.ID, kPersonRFC, x.blind(kPersonRFC, p.RFC))
		return at(err, p.ID == parts[0])
	case kDraft:
		d, err := as[Draft](raw)
		c.expect(d.ID, kDraftSlot, d.Person, slot(&d))
		return at(err, d.ID == parts[0])
	case kFiling:
		f, err := as[Filing](raw)
		c.filings[f.ID] = f
		if year, n, ok := parseFolio(f.Folio); ok {
			c.expect(f.ID, kFilingFolio, number(year), number(n))
		} else {
			c.fault("filing %s: its folio cannot be read", f.ID)
		}
		c.expect(f.ID, kFilingSent, x.blind(kFilingSent, f.Sent))
		c.expect(f.ID, kFilingPerson, f.Person, f.ID)
		return at(err, f.ID == parts[0])
	case kNote:
		n, err := as[Note](raw)
		c.notes[n.leafID()] = n
		if n.Hash != NoteHash(&n) {
			c.fault("note %s: it is not the one that was filed", n.leafID())
		}
		return at(err, n.Filing == parts[0] && n.ID == parts[1])
	case kSession:
		s, err := as[Session](raw)
		c.expect(parts[0], kSessionUser, s.User, parts[0])
		return err
	case kMail:
		m, err := as[Mail](raw)
		if when := due(&m); when != "" {
			c.expect(m.ID, kMailDue, when, m.ID)
		}
		return at(err, m.ID == parts[0])
	case kClient:
		v, err := as[Client](raw)
		return at(err, v.ID == parts[0])
	}
	_, err := as[map[string]any](raw)
	return err
}

func as[T any](raw []byte) (v T, err error) { return v, json.Unmarshal(raw, &v) }

// at is err, or errPlace when a record is not where it says.
func at(err error, here bool) error {
	if err == nil && !here {
		err = errPlace
	}
	return err
}

// expect notes that an index should lead from parts to id. A part that is empty is
// not indexed.
func (c *checker) expect(id string, k kind, parts ...string) {
	if !slices.Contains(parts, "") {
		c.want[c.x.key(k, parts...)] = id
	}
}

func (c *checker) leaf(n string, raw []byte) error {
	l, err := readLeaf(c.x.tenant, raw)
	if err != nil {
		return err
	}
	if l.N != uint64(len(c.leaves)) || n != number(l.N) || l.Before != c.last {
		c.fault("log of filings: broken at leaf %d", len(c.leaves))
	}
	c.leaves, c.last = append(c.leaves, l), Digest(raw)
	return nil
}

func (c *checker) change(n string, raw []byte) error {
	seq, ok := parseNumber(n)
	p, err := readPublished(seq, raw)
	p.Row = nil
	c.changes = append(c.changes, p)
	return at(err, ok)
}

func (c *checker) entry(n string, raw []byte) error {
	e, err := as[AuditEntry](raw)
	if err != nil {
		return err
	}
	if e.N != c.walked.N || n != number(e.N) || e.Before != c.walked.Hash {
		c.fault("audit trail: broken at entry %d", c.walked.N)
	}
	c.walked = trail{c.walked.N + 1, Digest(raw)}
	return nil
}

// documents compares each filing with its documents, both ways.
func (c *checker) documents() {
	for id, f := range c.filings {
		c.document("full", id, f.Hash, c.full)
		if f.Reserved {
			c.document("reserved", id, f.Public, c.hidden)
		} else {
			c.document("public", id, f.Public, c.public)
		}
	}
	for _, left := range []struct {
		what string
		docs map[string][sha256.Size]byte
	}{{"full", c.full}, {"reserved", c.hidden}, {"public", c.public}} {
		for id := range left.docs {
			c.fault("filing %s: its %s document should not be there", id, left.what)
		}
	}
	for id, n := range c.notes {
		if _, ok := c.filings[n.Filing]; !ok {
			c.fault("note %s: its filing is not there", id)
		}
	}
}

// document compares a hash and strikes the document off.
func (c *checker) document(what, id, hash string, docs map[string][sha256.Size]byte) {
	sum, ok := docs[id]
	switch {
	case !ok:
		c.fault("filing %s: its %s document is not there", id, what)
	case hex.EncodeToString(sum[:]) != hash:
		c.fault("filing %s: its %s document is not the one that was filed", id, what)
	}
	delete(docs, id)
}

// log compares the leaves with filings and notes, both ways.
func (c *checker) log() {
	if uint64(len(c.leaves)) != c.head.Leaves || c.last != c.head.Last {
		c.fault("log of filings: %d leaves are there and %d were written", len(c.leaves), c.head.Leaves)
	}
	for _, l := range c.leaves {
		same := false
		if f, ok := c.filings[l.ID]; ok && l.Kind == LeafFiling {
			same = f.Leaf == l.N && f.Hash == l.Hash && f.Public == l.Public && f.Filed.Equal(l.At)
		} else if n, ok := c.notes[l.ID]; ok && l.Kind == LeafNote {
			same = n.Leaf == l.N && n.Hash == l.Hash && n.Filed.Equal(l.At)
		}
		if !same {
			c.fault("log of filings: leaf %d is not of what it names", l.N)
		}
	}
	if n := len(c.filings) + len(c.notes); n != len(c.leaves) {
		c.fault("log of filings: %d leaves for %d filings and notes", len(c.leaves), n)
	}
}

// folios finds gaps: the folios of a year are 1 to its counter.
func (c *checker) folios() {
	there := map[int]uint64{}
	highest := map[int]uint64{}
	for _, f := range c.filings {
		year, n, _ := parseFolio(f.Folio)
		there[int(year)]++
		highest[int(year)] = max(highest[int(year)], n)
	}
	years := slices.Collect(maps.Keys(c.head.Folios))
	for year := range there {
		if _, ok := c.head.Folios[year]; !ok {
			years = append(years, year)
		}
	}
	for _, year := range years {
		if n := c.head.Folios[year]; there[year] != n || highest[year] != n {
			c.fault("folios of %d: %d are there, the last is %d and %d were given", year, there[year], highest[year], n)
		}
	}
}

// publication compares the publication log with the filings, both ways.
func (c *checker) publication() {
	for i, p := range c.changes {
		if p.Seq != uint64(i)+1 {
			c.fault("publication log: broken at %d", i+1)
			return
		}
		f, ok := c.filings[p.ID]
		if !ok || p.Seq > f.Seq || !p.Gone && p.Seq < f.Seq || p.Seq == f.Seq && p.Gone != f.Reserved {
			c.fault("publication log: change %d does not fit its filing", p.Seq)
		}
	}
	if uint64(len(c.changes)) != c.pubEnd {
		c.fault("publication log: %d changes are there and %d were written", len(c.changes), c.pubEnd)
	}
	for id, f := range c.filings {
		if f.Seq > c.pubEnd || f.Seq == 0 && !f.Reserved || f.Seq > 0 && c.changes[f.Seq-1].ID != id {
			c.fault("filing %s: it is not in the publication log where it should be", id)
		}
	}
}

// indexes compares the entries that are there with those that should be.
func (c *checker) indexes() {
	for key, id := range c.want {
		if got, ok := c.got[key]; !ok || got != id {
			_, k, _, _ := parse(key)
			c.fault("index %s: does not lead to %s", k, id)
		}
	}
	for key := range c.got {
		if _, ok := c.want[key]; !ok {
			_, k, _, _ := parse(key)
			c.fault("index %s: an entry leads nowhere", k)
		}
	}
}
