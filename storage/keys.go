package storage

import (
	"fmt"
	"strings"
)

// This file is the only one that knows how keys are laid out. Every key of a
// public body begins with its tenant, so that its data lies together and an
// engine that shards by prefix keeps a transaction on one shard. Numbers are 16
// hex digits, so that byte order is their order.
//
//	meta/format                     version of this layout           clear
//	meta/key                        proof that the key file fits     sealed
//	t/<tenant>/institution          Institution                      clear
//	t/<tenant>/user/<id>            User                             sealed
//	t/<tenant>/login/<mac>          id of the user of that login     clear
//	t/<tenant>/person/<id>          Person                           sealed
//	t/<tenant>/rfc/<mac>            id of the person of that RFC     clear
//	t/<tenant>/draft/<id>           Draft                            sealed
//	t/<tenant>/draftof/<person>/<id>                                 clear, empty
//	t/<tenant>/filing/<id>          Filing                           clear
//	t/<tenant>/filingof/<person>/<id>                                clear, empty
//	t/<tenant>/folio/<folio>        id of the filing                 clear
//	t/<tenant>/sent/<envio>         id of the filing                 clear
//	t/<tenant>/full/<id>            full result document             sealed
//	t/<tenant>/public/<id>          public result document           clear
//	t/<tenant>/held/<id>            the same while it is reserved    sealed
//	t/<tenant>/pub/<seq>            what changed in public           clear
//	t/<tenant>/leaf/<n>             log of filings                   clear
//	t/<tenant>/note/<filing>/<id>   Note                             sealed
//	t/<tenant>/session/<hash>       Session                          sealed
//	t/<tenant>/aside/<hash>         a post set aside                 sealed
//	t/<tenant>/mail/<id>            Mail                             sealed
//	t/<tenant>/client/<id>          Client                           sealed
//	t/<tenant>/audit/<n>            AuditEntry                       sealed
//	t/<tenant>/count/<name>         counter                          clear
//	t/<tenant>/lease/<name>         Lease                            clear
//	t/<tenant>/tries/<mac>          Tries                            clear
const (
	metaFormat = "meta/format"
	metaKey    = "meta/key"
	tenants    = "t/"
)

// maxKey is the longest key in bytes.
const maxKey = 1024

// Kinds of records, as they stand in keys.
const (
	kindInstitution = "institution"
	kindUser        = "user"
	kindLogin       = "login"
	kindPerson      = "person"
	kindRFC         = "rfc"
	kindDraft       = "draft"
	kindDraftOf     = "draftof"
	kindFiling      = "filing"
	kindFilingOf    = "filingof"
	kindFolio       = "folio"
	kindSent        = "sent"
	kindFull        = "full"
	kindPublic      = "public"
	kindHeld        = "held"
	kindPub         = "pub"
	kindLeaf        = "leaf"
	kindNote        = "note"
	kindSession     = "session"
	kindAside       = "aside"
	kindMail        = "mail"
	kindClient      = "client"
	kindAudit       = "audit"
	kindCount       = "count"
	kindLease       = "lease"
	kindTries       = "tries"
)

// key is the key of a record of this transaction's tenant.
func (t *Txn) key(kind string, parts ...string) string {
	if len(parts) == 0 {
		return t.prefix + kind
	}
	return t.prefix + kind + "/" + strings.Join(parts, "/")
}

// number writes n so that byte order is numeric order.
func number(n uint64) string { return fmt.Sprintf("%016x", n) }

// end is the first key after all that begin with prefix, which ends in a slash.
func end(prefix string) string { return prefix[:len(prefix)-1] + "0" }

// name reports whether s may stand between two slashes of a key: what comes from
// a request never reaches another record by way of its id.
func name(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}
