// Package efirma reads and checks the certificates with which people of Mexico
// sign: what one says (certificate.go), whether it may sign a declaration now
// (check.go), and whether the authority has revoked it (ocsp.go, answer.go).
//
// # Whom it trusts
//
// Nobody but those that are given: certificates of authorities that an
// administrator installed, each of which is an anchor, whether it is a root or
// one below it, since its fingerprint was looked at and confirmed. The pool of the
// operating system is never asked: it would let any web authority name an
// official.
//
// # Who may say that a certificate is good
//
// The authority that issued it; a responder that the authority named for it, with
// the purpose OCSPSigning and in date; or a responder that the administrator
// pinned. Signed by anybody else, the answer is no answer. That is stricter than
// golang.org/x/crypto/ocsp, which takes the word of any certificate of the same
// issuer: with the tax authority that would be every taxpayer.
//
// # Words
//
// There are none. A Refusal has a Reason, which the catalogues turn into a
// sentence that says how to mend it. Nothing here logs, and no error carries a
// name, an RFC or an address.
//
// Functions are pure but for Responder.Ask, which makes one request. The time is a
// parameter.
package efirma
