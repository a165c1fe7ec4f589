package storage

import (
	"bytes"
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
	"time"

	"golang.org/x/mod/sumdb/tlog"
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
	case kUniverse:
		c.universes[parts[0]] = sha256.Sum256(raw)
	case kScan:
		c.scans[parts[0]] = sha256.Sum256(raw)
	case kCertificatePaper:
		c.attested[parts[0]] = sha256.Sum256(raw)
	case kPaperOpen, kPaperSealed:
		c.files[string(k)+" "+parts[0]+" "+parts[1]] = sha256.Sum256(raw)
	case kUserLogin, kUserPerson, kPersonRFC, kDraftSlot, kFilingFolio, kFilingPerson, kFilingSent, kSessionUser, kMailDue, kAsideAge, kPaperHash, kPaperDue, kSignedDue,
		kComplaintFolio, kComplaintLocator, kComplaintWrap, kEventDue, kVerificationOf, kConflictPerson, kCertificateHash:
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
		c.notes = append(c.notes, n)
		if n.Hash != NoteHash(&n) {
			c.fault("note %s/%s: it is not the one that was filed", n.Filing, n.ID)
		}
		return at(err, n.Filing == parts[0] && n.ID == parts[1])
	case kPaper:
		p, err := as[Paper](raw)
		c.papers[p.Filing+" "+p.Kind] = p
		c.expect(p.Filing+"."+p.Kind, kPaperHash, x.blind(kPaperHash, p.Hash))
		return at(err, p.Filing == parts[0] && p.Kind == parts[1])
	case kRead:
		v, err := as[Read](raw)
		c.reads = append(c.reads, v)
		return at(err, v.Person == parts[0] && v.ID == parts[1])
	case kSigned:
		v, err := as[Signed](raw)
		c.signed = append(c.signed, v.Filing)
		if !v.settled() {
			c.expect(v.Filing, kSignedDue, v.Filing)
		}
		return at(err, v.Filing == parts[0])
	case kCheckpoint:
		v, err := as[Checkpoint](raw)
		c.points = append(c.points, v)
		return at(err, v.Day == parts[0])
	case kSeal:
		v, err := as[SealKey](raw)
		return at(err, v.ID == parts[0])
	case kPending:
		v, err := as[Pending](raw)
		return at(err, v.ID == parts[0])
	case kSession:
		s, err := as[Session](raw)
		c.expect(parts[0], kSessionUser, s.User, parts[0])
		return err
	case kAside:
		a, err := as[Aside](raw)
		c.expect(a.User, kAsideAge, a.age(), parts[0])
		return err
	case kMail:
		m, err := as[Mail](raw)
		if when := due(&m); when != "" {
			c.expect(m.ID, kMailDue, when, m.ID)
		}
		return at(err, m.ID == parts[0])
	case kPost:
		v, err := as[Post](raw)
		return at(err, v.ID == parts[0])
	case kImport:
		v, err := as[Import](raw)
		return at(err, v.ID == parts[0])
	case kFollow:
		v, err := as[Follow](raw)
		c.onPaper = append(c.onPaper, v.Papers...)
		return at(err, v.Person == parts[0])
	case kGift:
		v, err := as[Gift](raw)
		return at(err, v.ID == parts[0])
	case kExtension:
		v, err := as[Extension](raw)
		return at(err, v.ID == parts[0])
	case kBounce:
		v, err := as[Bounce](raw)
		return at(err, c.x.blind(kBounce, mailbox(v.Address)) == parts[0])
	case kMorning:
		_, err := as[Morning](raw)
		return err
	case kBackup:
		_, err := as[time.Time](raw)
		return err
	case kClient:
		v, err := as[Client](raw)
		return at(err, v.ID == parts[0])
	case kClientDay:
		v, err := as[ClientDay](raw)
		return at(err, v.Client == parts[0] && v.Day == parts[1])
	default:
		return c.complaint(k, parts, raw)
	}
}

// complaint takes in what belongs to complaints, and is typed for it.
func (c *checker) complaint(k kind, parts []string, raw []byte) error {
	x := c.x
	switch k {
	case kComplaint:
		v, err := as[Complaint](raw)
		c.cases[v.ID] = v.Next
		c.expect(v.ID, kComplaintFolio, x.blind(kComplaintFolio, v.Folio))
		c.expect(v.ID, kComplaintLocator, x.blind(kComplaintLocator, v.Locator))
		for _, user := range v.readers() {
			c.expect(v.ID, kComplaintWrap, user, v.ID)
		}
		return at(err, v.ID == parts[0])
	case kComplaintPart:
		v, err := as[ComplaintPart](raw)
		c.parts = append(c.parts, ComplaintPart{Complaint: v.Complaint, Seq: v.Seq})
		return at(err, v.Complaint == parts[0] && number(v.Seq) == parts[1])
	case kComplaintDraft:
		v, err := as[ComplaintDraft](raw)
		return at(err, v.Hash == parts[0])
	case kEvent:
		v, err := as[Event](raw)
		c.events = append(c.events, v)
		if !v.Logged {
			c.expect(v.ID, kEventDue, v.Day, v.ID)
		}
		return at(err, v.ID == parts[0])
	case kDraw:
		v, err := as[Draw](raw)
		c.draws = append(c.draws, v)
		return at(err, v.Number == parts[0])
	case kVerification:
		v, err := as[Verification](raw)
		c.expect(v.Draw, kVerificationOf, v.Person, v.Draw, v.Filing)
		return at(err, v.Draw == parts[0] && v.Filing == parts[1])
	case kCertificate:
		v, err := as[Certification](raw)
		c.certs = append(c.certs, v)
		c.expect(v.Number, kCertificateHash, x.blind(kCertificateHash, v.Paper))
		return at(err, v.Number == parts[0])
	case kSupplier:
		v, err := as[Supplier](raw)
		return at(err, v.ID == parts[0])
	case kSupplierList:
		v, err := as[Import](raw)
		return at(err, v.ID == parts[0])
	case kConflict:
		v, err := as[Conflict](raw)
		c.expect(v.ID, kConflictPerson, v.Person, v.ID)
		return at(err, v.ID == parts[0])
	case kCompared:
		v, err := as[Compared](raw)
		return at(err, v.Person == parts[0])
	case kVaultKey:
		v, err := as[VaultKey](raw)
		return at(err, v.User == parts[0])
	case kCalendar:
		v, err := as[Calendar](raw)
		return at(err, v.Year == parts[0])
	case kBox:
		v, err := as[Box](raw)
		return at(err, v.ID == parts[0])
	case kBoxOpening:
		v, err := as[BoxOpening](raw)
		return at(err, v.Box == parts[0] && number(v.Seq) == parts[1])
	case kFigure:
		v, err := as[Figure](raw)
		return at(err, v.Period == parts[0] && number(uint64(v.Version)) == parts[1])
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
	at, ok := parseNumber(n)
	if !ok {
		return errPlace
	}
	l, nodes, record, err := c.x.leafOf(at, raw)
	if err != nil {
		return err
	}
	if at != uint64(len(c.leaves)) {
		if !c.torn {
			c.fault("log: leaf %d is not there", len(c.leaves))
		}
		c.torn = true
	}
	c.leaves = append(c.leaves, l)
	if c.torn {
		return nil // what lies above a hole cannot be added up
	}
	var want []byte
	if c.edge, want = c.edge.add(at, tlog.RecordHash(record)); !bytes.Equal(nodes, want) {
		c.fault("log: the tree is broken at leaf %d", at)
	}
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

// kept compares what lies beside filings with them: notes, papers, readings, and what
// was signed.
func (c *checker) kept() {
	for _, n := range c.notes {
		if _, ok := c.filings[n.Filing]; !ok {
			c.fault("note %s/%s: its filing is not there", n.Filing, n.ID)
		}
	}
	for _, id := range c.signed {
		if _, ok := c.filings[id]; !ok {
			c.fault("signed %s: its filing is not there", id)
		}
	}
	for _, r := range c.reads {
		if f, ok := c.filings[r.Filing]; !ok || f.Person != r.Person {
			c.fault("read %s: its filing is not there", r.ID)
		}
	}
	for _, d := range c.draws {
		if sum, ok := c.universes[d.Number]; !ok || hex.EncodeToString(sum[:]) != d.Universe {
			c.fault("draw %s: its universe is not the one that was frozen", d.Number)
		}
		delete(c.universes, d.Number)
	}
	c.certified()
	for number := range c.universes {
		c.fault("universe %s: it is of no draw", number)
	}
	for id, f := range c.filings {
		for _, kind := range PaperKinds {
			p, ok := c.papers[id+" "+kind]
			if !ok {
				c.expect(id, kPaperDue, number(f.Leaf))
				continue
			}
			place := string(paperPlace(kind, f.Reserved)) + " " + id + " " + kind
			switch sum, ok := c.files[place]; {
			case !ok:
				c.fault("paper %s of filing %s: its file is not there", kind, id)
			case hex.EncodeToString(sum[:]) != p.Hash:
				c.fault("paper %s of filing %s: its file is not the one that was kept", kind, id)
			}
			delete(c.files, place)
		}
	}
	for at := range c.files {
		c.fault("%s: a file that should not be there", at)
	}
	for at, p := range c.papers {
		if _, ok := c.filings[p.Filing]; !ok {
			c.fault("paper %s: its filing is not there", at)
		}
	}
	for _, p := range c.parts {
		if next, ok := c.cases[p.Complaint]; !ok || p.Seq >= next {
			c.fault("part %d of complaint %s: it should not be there", p.Seq, p.Complaint)
		}
	}
}

// certified compares certificates with their papers and with what they are of.
func (c *checker) certified() {
	for _, v := range c.certs {
		if f, ok := c.filings[v.Filing]; !ok || f.Person != v.Person {
			c.fault("certificate %s: its filing is not there", v.Number)
		}
		sum, ok := c.attested[v.Number]
		if ok != (v.Paper != "") || ok && hex.EncodeToString(sum[:]) != v.Paper {
			c.fault("certificate %s: its paper is not the one that was kept", v.Number)
		}
		delete(c.attested, v.Number)
	}
	for number := range c.attested {
		c.fault("paper %s: it is of no certificate", number)
	}
}

// log compares the leaves with what they tell of, both ways.
func (c *checker) log() {
	if uint64(len(c.leaves)) != c.head.Leaves || !c.torn && !bytes.Equal(c.edge, c.head.Edge) {
		c.fault("log: %d leaves are there and %d were written, or it has another root", len(c.leaves), c.head.Leaves)
	}
	want := map[uint64][]Leaf{} // more than one where the public could see it or not
	for _, f := range c.filings {
		want[f.Leaf] = append(want[f.Leaf], f.leaf(false), f.leaf(true))
	}
	for _, p := range c.papers {
		folio := c.filings[p.Filing].Folio
		want[p.Leaf] = append(want[p.Leaf], p.leaf(folio, false), p.leaf(folio, true))
	}
	for _, n := range c.notes {
		want[n.Leaf] = append(want[n.Leaf], n.leaf())
	}
	for _, r := range c.reads {
		want[r.Leaf] = append(want[r.Leaf], r.leaf())
	}
	events := logged(c.events)
	for _, e := range events {
		want[e.Leaf] = append(want[e.Leaf], e.leaf())
	}
	drawn := 0
	for _, d := range c.draws {
		for _, l := range d.leaves() {
			want[l.N] = append(want[l.N], l)
			drawn++
		}
	}
	for _, v := range c.certs {
		for _, l := range v.leaves() {
			want[l.N] = append(want[l.N], l)
			drawn++
		}
	}
	for _, l := range c.leaves {
		if !slices.ContainsFunc(want[l.N], func(w Leaf) bool {
			same := w.At.Equal(l.At)
			w.At = l.At
			return same && w == l
		}) {
			c.fault("log: leaf %d is not of what it names", l.N)
		}
	}
	if n := len(c.filings) + len(c.papers) + len(c.notes) + len(c.reads) + len(events) + drawn; n != len(c.leaves) {
		c.fault("log: %d leaves for %d filings, papers, notes, readings, events, draws and certificates", len(c.leaves), n)
	}
}

// published compares what was published of the log with the log.
func (c *checker) published() {
	for _, p := range c.points {
		if c.torn || p.Size > uint64(len(c.leaves)) {
			c.fault("checkpoint %s: the log does not have what it had then", p.Day)
			continue
		}
		if tree, err := c.x.TreeAt(p.Size); err != nil || tree.Root != p.Root {
			c.fault("checkpoint %s: the log is not the one that was published", p.Day)
		}
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
