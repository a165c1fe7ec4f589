package sign

import (
	"crypto/x509"
	"time"
)

// Trust is whom the verifier believes: own pools only, never the system's. A nil
// pool trusts nobody.
type Trust struct {
	Seals   *x509.CertPool      // roots of the institution's seals, past ones too
	Signers *x509.CertPool      // roots of e.firma
	Stamps  *x509.CertPool      // roots of time stamps
	Between []*x509.Certificate // issuers that a signature may lack
	// At is the instant at which a chain is checked when the signature has no trusted
	// stamp of its own (the log's, for who knows it). nil or the zero time leaves it to
	// a late stamp over the file, and then to what the signature claims. A detached
	// signature claims no hour: without stamp and At it is not trusted.
	At func(Signature) time.Time
	// Revocation judges the evidence kept in the file (OCSP answers, CRLs) for a
	// certificate at an instant. nil leaves Unchecked.
	Revocation func(cert, issuer *x509.Certificate, at time.Time, e Evidence) Revocation
}

// Anchor is whose root a certificate leads to.
type Anchor string

// An empty Anchor is nobody's.
const (
	AnchorSeal   Anchor = "seal"
	AnchorSigner Anchor = "signer"
	AnchorStamp  Anchor = "stamp"
)

// Revocation is what is known of a certificate's standing.
type Revocation string

// What is known.
const (
	Unchecked Revocation = "unchecked"
	Good      Revocation = "good"
	Revoked   Revocation = "revoked"
)

// Signature is one signature of a file, oldest first.
type Signature struct {
	Field     string // name of its field
	Document  bool   // a document time stamp: nobody's signature, Stamped is its hour
	Name      string // what it claims: /Name
	Cause     string // /Reason
	Subject   string // of the certificate
	Issuer    string
	Serial    string // hex
	Cert      *x509.Certificate
	Chain     []*x509.Certificate // from Cert to the root, when Trusted
	Claimed   time.Time           // /M, on the signer's word
	Stamped   *time.Time          // of a trusted stamp, its own or a later one over the file
	StampWhy  Reason              // why there is no Stamped although there is a stamp
	StampedBy *x509.Certificate

	End        int    // pdf[:End] is exactly what was signed, the signature with it
	Whole      bool   // nothing follows
	Valid      bool   // the signed bytes are as they were, and by Cert's key
	Why        Reason // why it is not Valid
	After      Reason // Changed or Appended: what follows is more than signatures and their evidence
	Trusted    Anchor // root that Cert leads to at that instant
	Revocation Revocation
	Token      []byte // time stamp, DER; nil without one
}

// Report is what Verify found.
type Report struct {
	Signatures []Signature
	Files      []File
	Evidence   Evidence
	Altered    bool   // a signature is not valid, or the document changed after one
	Why        Reason // the first reason, NoSignature included (which is not Altered)
}
