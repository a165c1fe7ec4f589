package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

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
