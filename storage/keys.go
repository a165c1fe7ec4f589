package storage

import (
	"strconv"
	"strings"
)

// Every key is t/<tenant>/<kind>/<parts…>, and this file alone knows it. The
// tenant stands first, so that one public body is one range of keys: it can be
// moved, counted or sharded as a whole. Parts are ids (see validID), numbers in
// 16 hexadecimal digits, so that they sort by value, or blind values of an index.
//
// The keys of no tenant begin with "m/": the format of the store and a sealed
// text that tells whether the key file is the right one.
const (
	keyFormat = "m/format"
	keyProof  = "m/proof"
)

// kind is what lies under a key.
type kind string

// The kinds. Those that name a field after the dot are indexes: their values are
// ids, and their private parts are blind.
const (
	kInstitution  kind = "institution"   // one record
	kUser         kind = "user"          // <id>
	kUserLogin    kind = "user.login"    // <blind login> → user
	kUserPerson   kind = "user.person"   // <person> → user
	kPerson       kind = "person"        // <id>
	kPersonRFC    kind = "person.rfc"    // <blind RFC> → person
	kDraft        kind = "draft"         // <id>
	kDraftSlot    kind = "draft.slot"    // <person>/<slot> → draft
	kFiling       kind = "filing"        // <id>
	kFilingFolio  kind = "filing.folio"  // <year>/<number> → filing
	kFilingPerson kind = "filing.person" // <person>/<id> → filing
	kFilingSent   kind = "filing.sent"   // <blind envio> → filing
	kFull         kind = "doc.full"      // <id>: the full document, sealed
	kPublic       kind = "doc.public"    // <id>: the public document, in clear
	kHidden       kind = "doc.hidden"    // <id>: the public document under a reserve, sealed
	kNote         kind = "note"          // <filing>/<id>
	kHead         kind = "head"          // counters of folios and of the log of filings
	kHeadAudit    kind = "head.audit"    // end of the audit trail
	kHeadPub      kind = "head.pub"      // end of the publication log, in clear
	kLog          kind = "log"           // <number>: leaf of the log, with the nodes of the tree that it completes
	kPub          kind = "pub"           // <number>: entry of the publication log
	kSession      kind = "session"       // <SHA-256 of the cookie>
	kSessionUser  kind = "session.user"  // <user>/<session> → session
	kMail         kind = "mail"          // <id>
	kMailDue      kind = "mail.due"      // <time>/<id> → mail
	kClient       kind = "client"        // <id>
	kClientDay    kind = "client.day"    // <client>/<day>: what a reader of the API asked
	kStandard     kind = "standard"      // one record: what is wrong with public documents
	kAudit        kind = "audit"         // <number>
	kLease        kind = "lease"         // <name>
	kTries        kind = "tries"         // <blind subject>
	kAside        kind = "aside"         // <SHA-256 of the cookie>
	kAsideAge     kind = "aside.age"     // <time>/<SHA-256 of the cookie> → user
	kPaper        kind = "paper"         // <filing>/<kind>: what is written down about a paper
	kPaperSealed  kind = "paper.sealed"  // <filing>/<kind>: the file of a private one
	kPaperOpen    kind = "paper.open"    // <filing>/<kind>: the file of a public one, in clear
	kPaperHash    kind = "paper.hash"    // <blind hash> → <filing>.<kind>
	kPaperDue     kind = "paper.due"     // <leaf of the filing> → filing that lacks a paper
	kSigned       kind = "signed"        // <filing>: what was signed with an e.firma
	kSignedDue    kind = "signed.due"    // <filing> → filing whose signer's certificate is still to be asked about
	kSeal         kind = "seal"          // <id>: key of the institution
	kPending      kind = "pending"       // <id>: signature that was begun
	kTrust        kind = "trust"         // one record
	kOptions      kind = "options"       // one record
	kLogo         kind = "logo"          // one picture, in clear
	kRead         kind = "read"          // <person>/<id>: reading of a private declaration
	kCheckpoint   kind = "checkpoint"    // <day>: state of the log, as it was published
	kFollow       kind = "follow"        // <person>: what the office did about what she owes
	kScan         kind = "scan"          // <id>: scan of a declaration on paper
	kGift         kind = "gift"          // <id>: gift that an official reported
	kExtension    kind = "extension"     // <id>: a day that was given to everybody
	kBounce       kind = "bounce"        // <blind address>: one that mail comes back from
	kMorning      kind = "morning"       // one record: when the office was last told how things are
	kBackup       kind = "backup"        // one record: when a copy of the store was last made
	kPost         kind = "post"          // <id>: post of the catalogue
	kImport       kind = "import"        // <id>: list on its way to the roster
	kFormat       kind = "format"        // format that the last migration led to

	kDraw           kind = "draw"            // <number>: draw of declarations for verification
	kUniverse       kind = "draw.universe"   // <number>: the file of its universe
	kVerification   kind = "verification"    // <draw>/<filing>: work on a declaration that was drawn
	kVerificationOf kind = "verification.of" // <person>/<draw>/<filing> → draw

	kCertificate      kind = "certificate"       // <number>: that a verification found no anomaly
	kCertificatePaper kind = "certificate.paper" // <number>: the file of it
	kCertificateHash  kind = "certificate.hash"  // <blind hash> → certificate

	kSupplier       kind = "supplier"        // <id>
	kSupplierList   kind = "supplier.list"   // <id>: list of suppliers on its way in
	kConflict       kind = "conflict"        // <id>: what an official and a supplier have in common
	kConflictPerson kind = "conflict.person" // <person>/<conflict> → conflict
	kCompared       kind = "compared"        // <person>: state in which she was compared
	kComparing      kind = "comparing"       // one record

	kComplaint        kind = "complaint"         // <id>
	kComplaintFolio   kind = "complaint.folio"   // <blind folio> → complaint
	kComplaintLocator kind = "complaint.locator" // <blind locator> → complaint
	kComplaintWrap    kind = "complaint.wrap"    // <user>/<complaint> → complaint that she can read
	kComplaintPart    kind = "complaint.part"    // <complaint>/<number>
	kComplaintDraft   kind = "complaint.draft"   // <SHA-256 of a derivation of the secret>
	kEvent            kind = "event"             // <id>: commitment to what happened to a complaint
	kEventDue         kind = "event.due"         // <day>/<id> → event that is not in the log yet
	kVaultKey         kind = "vault.key"         // <user>
	kChannel          kind = "channel"           // one record: escrow, external authority
	kCalendar         kind = "calendar"          // <year>
	kFigure           kind = "figure"            // <period>/<version>
	kBox              kind = "box"               // <id>: box for complaints on paper
	kBoxOpening       kind = "box.opening"       // <box>/<number>
)

// layout says of each kind how many parts its keys have and whether its values
// are sealed. What is not here is a fault of the store.
var layout = map[kind]struct {
	parts  int
	sealed bool
}{
	kInstitution: {0, true}, kUser: {1, true}, kUserLogin: {1, false}, kUserPerson: {1, false},
	kPerson: {1, true}, kPersonRFC: {1, false}, kDraft: {1, true}, kDraftSlot: {2, false},
	kFiling: {1, true}, kFilingFolio: {2, false}, kFilingPerson: {2, false}, kFilingSent: {1, false},
	kFull: {1, true}, kPublic: {1, false}, kHidden: {1, true}, kNote: {2, true},
	kHead: {0, true}, kHeadAudit: {0, true}, kHeadPub: {0, false}, kLog: {1, false}, kPub: {1, false},
	kSession: {1, true}, kSessionUser: {2, false}, kMail: {1, true}, kMailDue: {2, false},
	kClient: {1, true}, kClientDay: {2, true}, kStandard: {0, true}, kAudit: {1, true}, kLease: {1, true}, kTries: {1, true}, kAside: {1, true}, kAsideAge: {2, false}, kFormat: {0, false},
	kPaper: {2, true}, kPaperSealed: {2, true}, kPaperOpen: {2, false}, kPaperHash: {1, false}, kPaperDue: {1, false},
	kSigned: {1, true}, kSignedDue: {1, false}, kSeal: {1, true}, kPending: {1, true}, kTrust: {0, true}, kOptions: {0, true}, kLogo: {0, false}, kPost: {1, true}, kImport: {1, true}, kRead: {2, true}, kCheckpoint: {1, true}, kFollow: {1, true}, kScan: {1, true}, kGift: {1, true},
	kExtension: {1, true}, kBounce: {1, true}, kMorning: {0, true}, kBackup: {0, true},
	kDraw: {1, true}, kUniverse: {1, true}, kVerification: {2, true}, kVerificationOf: {3, false},
	kCertificate: {1, true}, kCertificatePaper: {1, true}, kCertificateHash: {1, false},
	kSupplier: {1, true}, kSupplierList: {1, true}, kConflict: {1, true}, kConflictPerson: {2, false}, kCompared: {1, true}, kComparing: {0, true},
	kComplaint: {1, true}, kComplaintFolio: {1, false}, kComplaintLocator: {1, false}, kComplaintWrap: {2, false}, kComplaintPart: {2, true},
	kComplaintDraft: {1, true}, kEvent: {1, true}, kEventDue: {2, false}, kVaultKey: {1, true}, kChannel: {0, true}, kCalendar: {1, true}, kFigure: {2, true},
	kBox: {1, true}, kBoxOpening: {2, true},
}

// ValidTenant reports whether s may name a tenant: 1 to 64 letters, digits, '-',
// '_' or '.'.
func ValidTenant(s string) bool { return validID(s) }

// TenantOf is the tenant that a key belongs to, or "" when it belongs to none.
func TenantOf(key string) string {
	rest, ok := strings.CutPrefix(key, "t/")
	if !ok {
		return ""
	}
	tenant, _, ok := strings.Cut(rest, "/")
	if !ok {
		return ""
	}
	return tenant
}

// tenantRange is the range of the keys of a tenant, and for "" of all tenants.
func tenantRange(tenant string) (from, to string) {
	if tenant == "" {
		return "t/", after("t/")
	}
	return "t/" + tenant + "/", after("t/" + tenant + "/")
}

// after is the first key that does not begin with prefix, which ends in '/'.
func after(prefix string) string { return prefix[:len(prefix)-1] + "0" }

// key is the key of a record of the tenant. It is "", which no engine takes, when
// a part could not be one: nothing is kept under it.
func key(tenant string, k kind, parts ...string) string {
	if !validID(tenant) {
		return ""
	}
	n := len("t//") + len(tenant) + len(k)
	for _, p := range parts {
		if !validID(p) {
			return ""
		}
		n += 1 + len(p)
	}
	b := make([]byte, 0, n)
	b = append(b, "t/"...)
	b = append(b, tenant...)
	b = append(b, '/')
	b = append(b, k...)
	for _, p := range parts {
		b = append(b, '/')
		b = append(b, p...)
	}
	return string(b)
}

// below is the range of the keys of a kind that begin with the given parts.
func below(tenant string, k kind, parts ...string) (from, to string) {
	p := key(tenant, k, parts...)
	if p == "" {
		return "", ""
	}
	return p + "/", after(p + "/")
}

// parse takes a key of a tenant apart; ok is false for one that this file did not
// make.
func parse(key string) (tenant string, k kind, parts []string, ok bool) {
	all := strings.Split(key, "/")
	if len(all) < 3 || all[0] != "t" {
		return "", "", nil, false
	}
	tenant, k, parts = all[1], kind(all[2]), all[3:]
	l, known := layout[k]
	ok = known && validID(tenant) && len(parts) == l.parts
	for _, p := range parts {
		ok = ok && validID(p)
	}
	return tenant, k, parts, ok
}

// last is the last part of a key.
func last(key string) string { return key[strings.LastIndexByte(key, '/')+1:] }

// number writes n so that numbers sort as their keys do.
func number(n uint64) string {
	const digits = "0123456789abcdef"
	var b [16]byte
	for i := 15; i >= 0; i-- {
		b[i] = digits[n&15]
		n >>= 4
	}
	return string(b[:])
}

// parseNumber reads what number wrote.
func parseNumber(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, 16, 64)
	return n, err == nil && number(n) == s
}
