package vault

import (
	"io"
	"strings"

	"filippo.io/age"
)

// Authority is another authority that a case is turned to: an age recipient, whose
// identity she made herself and keeps on a computer that need not have a network.
type Authority struct {
	recipient age.Recipient
	text      string
	quantum   bool
}

// ParseAuthority reads a recipient as age-keygen prints it: "age1…", or "age1pq1…"
// for the hybrid kind of age 1.3 and later.
func ParseAuthority(s string) (Authority, error) {
	s = strings.TrimSpace(s)
	if len(s) > 4096 {
		return Authority{}, ErrAuthority
	}
	s = strings.Clone(s) // a request's memory is used again
	if r, err := age.ParseHybridRecipient(s); err == nil {
		return Authority{r, s, true}, nil
	}
	if r, err := age.ParseX25519Recipient(s); err == nil {
		return Authority{r, s, false}, nil
	}
	return Authority{}, ErrAuthority
}

// String is the recipient.
func (a Authority) String() string { return a.text }

// Quantum reports whether what is sealed to her withstands a quantum computer. A
// recipient that does not is taken, because older versions of age know no other; the
// page says so.
func (a Authority) Quantum() bool { return a.quantum }

// Export writes an age file that the authority opens with the age command and no
// program of ours. What is written to it is the archive of the case; it is not
// complete before Close. It is not padded: the archive is, where its length would
// tell something.
func Export(w io.Writer, to Authority) (io.WriteCloser, error) {
	if to.recipient == nil {
		return nil, ErrAuthority
	}
	return age.Encrypt(w, to.recipient)
}
