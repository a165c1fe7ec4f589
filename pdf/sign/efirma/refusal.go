package efirma

import "time"

// Reason is why a certificate, a signature or an answer about one is refused.
type Reason string

// Reasons to refuse a certificate.
const (
	Unreadable Reason = "unreadable" // not a certificate
	Authority  Reason = "authority"  // of an authority, not of a person
	Invoices   Reason = "invoices"   // a CSD, which seals invoices
	Legal      Reason = "legal"      // of a legal person
	Unnamed    Reason = "unnamed"    // without a readable RFC: not of the tax authority
	Other      Reason = "other"      // its RFC is not that of the account
	Weak       Reason = "weak"       // short key, or a digest that no longer protects
	Purpose    Reason = "purpose"    // not for signing
	Early      Reason = "early"      // not valid yet
	Expired    Reason = "expired"    //
	NoAnchors  Reason = "noanchors"  // no authority is installed
	Stranger   Reason = "stranger"   // issued by none of those installed
	Revoked    Reason = "revoked"    //
	Unanswered Reason = "unanswered" // nobody could say whether it is revoked, and that is required
	Signature  Reason = "signature"  // what came is not the signature of that text with that key
)

// Reasons why there is no answer about revocation.
const (
	NoAddress   Reason = "noaddress"   // no responder is configured
	Unreachable Reason = "unreachable" // it did not answer
	Handshake   Reason = "handshake"   // it answers with an encryption that this program does not speak
	Refused     Reason = "refused"     // it answered that it would not
	Garbled     Reason = "garbled"     // what it answered is not an answer
	Unentitled  Reason = "unentitled"  // signed by who may not
	Stale       Reason = "stale"       // of another time
	Nonce       Reason = "nonce"       // to another question
	Elsewhere   Reason = "elsewhere"   // about another certificate
	Unknown     Reason = "unknown"     // it does not know the certificate
)

// Refusal is an error with its reason. At is the day that some sentences name:
// when a certificate begins, ended, or was revoked.
type Refusal struct {
	Why Reason
	At  time.Time
	Err error // cause
}

func (r *Refusal) Error() string {
	if r.Err != nil {
		return "efirma: " + string(r.Why) + ": " + r.Err.Error()
	}
	return "efirma: " + string(r.Why)
}

func (r *Refusal) Unwrap() error { return r.Err }

func refuse(why Reason) error { return &Refusal{Why: why} }

// Good is no refusal: the word for what is known of a certificate that a responder
// called good, where otherwise a Reason stands.
const Good Reason = "good"
