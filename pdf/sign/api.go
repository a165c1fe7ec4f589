package sign

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"time"
)

var errLater = errors.New("sign: not yet written")

// File is a file attached to a PDF, as the data that the document shows
// (/AFRelationship /Data).
type File struct {
	Name     string // "declaracion.json"
	Type     string // "application/json"
	Describe string // one line for who opens the list of attachments
	Data     []byte
	At       time.Time
}

// Field is an empty signature field: a name and a rectangle, page from 1, corners
// in points from the lower left corner of the sheet, as pdf.Place has them.
type Field struct {
	Name           string
	Page           int
	X0, Y0, X1, Y1 float64
}

// Info is what Finish writes into a file. A text left empty and an At left zero
// are taken from the generated file, so that what package pdf said once is not
// said again: to attach and to sign, Info{Files: …, Fields: …} is enough.
type Info struct {
	Title, Author, Subject, Keywords string
	Lang                             string // BCP 47 tag
	At                               time.Time
	Files                            []File
	Fields                           []Field
}

// Finish makes of a generated file (what package pdf writes, which is finished
// itself but without files and fields) one with the structure of PDF/A-3b: version,
// identifier, language, XMP, output intent, attached files, signature fields. Same
// input, same bytes.
func Finish(generated []byte, in Info) ([]byte, error) { return nil, errLater }

// Request is one signature to be.
type Request struct {
	Field                  string    // name of an empty field of the file
	At                     time.Time // hour that the signature claims (/M), with its zone
	Name, Reason, Location string    // may be empty
	Box                    []byte    // a one-page file of pdf.Box, drawn in the field's rectangle; nil draws nothing
}

// Prepared is a file with a hole for one signature. It holds no secret.
type Prepared struct {
	PDF    []byte   // the whole file; the hole holds zeros
	Range  [4]int   // /ByteRange: 0, length, where it goes on, length
	Digest [32]byte // SHA-256 of both ranges
}

// MarshalBinary and UnmarshalBinary carry a Prepared over the two phases.
func (p Prepared) MarshalBinary() ([]byte, error)     { return nil, errLater }
func (p *Prepared) UnmarshalBinary(data []byte) error { return errLater }

// Prepare writes the revision that holds a signature, all but the signature.
func Prepare(pdf []byte, r Request) (Prepared, error) { return Prepared{}, errLater }

// Attributes is what the key signs: the DER of a SET (0x31) of exactly contentType,
// messageDigest and signingCertificateV2.
func Attributes(digest [32]byte, cert *x509.Certificate) ([]byte, error) { return nil, errLater }

// Signed reports whether signature is one of cert's key over attributes: RSA
// PKCS#1 v1.5 or ECDSA with SHA-256.
func Signed(cert *x509.Certificate, attributes, signature []byte) error { return errLater }

// CMS wraps attributes and their signature: a detached SignedData with cert, the
// chain without its root, and the time stamp over the signature if token is not nil.
func CMS(attributes, signature []byte, cert *x509.Certificate, chain []*x509.Certificate, token []byte) ([]byte, error) {
	return nil, errLater
}

// Embed puts the CMS into the hole.
func (p Prepared) Embed(cms []byte) ([]byte, error) { return nil, errLater }

// Key is who signs in one call: the institution's seal.
type Key struct {
	Signer crypto.Signer // RSA of 2048 bits or more, or P-256, P-384, P-521
	Cert   *x509.Certificate
	Chain  []*x509.Certificate // issuers, without the root
}

// Seal prepares, signs, stamps (unless st is nil) and embeds in one call. When the
// authority gives no stamp the error is a *Error with one of the Stamp reasons: seal
// again with a nil Stamper and stamp the document later.
func Seal(ctx context.Context, pdf []byte, r Request, k Key, st Stamper) ([]byte, error) {
	return nil, errLater
}

// Detached is a CMS over data that lies elsewhere, with the attributes of Attributes.
// In two phases the same comes of Attributes(sha256(data), cert) and CMS.
func Detached(ctx context.Context, data []byte, k Key, st Stamper) ([]byte, error) {
	return nil, errLater
}

// VerifyDetached verifies a CMS over data. Field, Name, Claimed, End and Whole stay
// empty.
func VerifyDetached(cms, data []byte, t Trust) Signature { return Signature{Why: BadFormat} }

// Stamper gives RFC 3161 time stamps.
type Stamper interface {
	// Stamp gives a checked token over a SHA-256, or a *Error.
	Stamp(ctx context.Context, digest [32]byte) (token []byte, err error)
}

// StampOptions are what an authority may want beside its address.
type StampOptions struct {
	User, Password string
	Timeout        time.Duration       // of one stamp; 0 is 5 s
	Between        []*x509.Certificate // issuers that its tokens lack
	Now            func() time.Time    // to refuse a stamp that is not of now; nil asks for none
	Rand           io.Reader           // of nonces; nil is crypto/rand
}

// NewStamper is a client of the authority at url. client may be nil.
func NewStamper(url string, client *http.Client, roots *x509.CertPool, o StampOptions) Stamper {
	return nil
}

// AddRevocation appends a revision with a document security store (B-LT).
func AddRevocation(pdf []byte, certs, ocsps, crls [][]byte) ([]byte, error) { return nil, errLater }

// AddDocumentStamp appends a time stamp over the whole file: late for what was sealed
// while the authority was away, or B-LTA.
func AddDocumentStamp(ctx context.Context, pdf []byte, st Stamper, at time.Time) ([]byte, error) {
	return nil, errLater
}

// Trust is whom the verifier believes: own pools only, never the system's. A nil
// pool trusts nobody.
type Trust struct {
	Seals   *x509.CertPool      // roots of the institution's seals, past ones too
	Signers *x509.CertPool      // roots of e.firma
	Stamps  *x509.CertPool      // roots of time stamps
	Between []*x509.Certificate // issuers that a signature may lack
	// At is the instant at which a chain is checked when no trusted stamp says one
	// (the log's, for who knows it). nil takes what the signature claims.
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

// Evidence is the document security store of a file, as DER.
type Evidence struct{ Certs, OCSPs, CRLs [][]byte }

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
	Stamped   *time.Time          // of a trusted stamp
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

// Verify reads a file and judges every signature. The error is a *Error, only when
// the file cannot be read as a PDF. Time and memory grow with the file's size, which
// is at most MaxSize.
func Verify(pdf []byte, t Trust) (Report, error) { return Report{}, errLater }

// MaxSize is the largest file that Verify reads.
const MaxSize = 16 << 20
