package storage

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// LeafCertificate is a certificate of a verification: when it was issued, and when its
// paper was made. Its leaves have no About.
const LeafCertificate = "certificate"

// Certification says that a verification found no anomaly (LGRA 30). It has what its paper
// is drawn from, and nothing that was declared. It is never edited or deleted. Sealed at
// rest.
type Certification struct {
	Number   string    `json:"number"` // "CER-2027-001", which is its id
	Draw     string    `json:"draw"`
	Filing   string    `json:"filing"` // id
	Folio    string    `json:"folio"`
	Hash     string    `json:"hash"` // of the declaration
	Type     string    `json:"type"` // slug
	Year     int       `json:"year"`
	Person   string    `json:"person"`
	Name     string    `json:"name"` // of the declarant, at that time
	Post     string    `json:"post"`
	Verifier string    `json:"verifier"` // name
	Issued   time.Time `json:"issued"`
	Salt     string    `json:"salt"` // of its commitment in the log, hex
	Leaf     uint64    `json:"leaf"`

	Paper     string    `json:"paper,omitempty"` // SHA-256 of the file, hex; "" while it has not been made
	Kept      time.Time `json:"kept,omitzero"`
	PaperSalt string    `json:"paperSalt,omitempty"`
	PaperLeaf uint64    `json:"paperLeaf,omitempty"`
}

// IssuedHash is the SHA-256, in hex, of what was certified: the lines number, draw,
// filing, folio, hash of the declaration, type, year, person, name, post, verifier and
// time, each but the last ended by a newline.
func (c *Certification) IssuedHash() string {
	return Digest([]byte(strings.Join([]string{
		c.Number, c.Draw, c.Filing, c.Folio, c.Hash, c.Type, strconv.Itoa(c.Year), c.Person, c.Name, c.Post, c.Verifier, c.Issued.UTC().Format(time.RFC3339Nano),
	}, "\n")))
}

// leaves are what the log says of a certificate: one, or two when its paper was made.
func (c *Certification) leaves() []Leaf {
	all := []Leaf{{N: c.Leaf, Kind: LeafCertificate, Full: Commitment(c.Salt, c.IssuedHash()), At: c.Issued}}
	if c.Paper != "" {
		all = append(all, Leaf{N: c.PaperLeaf, Kind: LeafCertificate, Full: Commitment(c.PaperSalt, c.Paper), At: c.Kept})
	}
	return all
}

// Certification reads one.
func (x *Txn) Certification(number string) (Certification, error) {
	return get[Certification](x, kCertificate, number)
}

// Certify keeps a certificate under the next number of the year of its time, with a leaf
// in the log. It sets Number, Salt and Leaf.
func (x *Txn) Certify(c *Certification, year int) error {
	prefix, n := fmt.Sprintf("CER-%04d-", year), 1
	if err := each(x, kCertificate, func(old Certification) error {
		if strings.HasPrefix(old.Number, prefix) {
			n++
		}
		return nil
	}); err != nil {
		return err
	}
	c.Number, c.Issued = fmt.Sprintf("%s%03d", prefix, n), c.Issued.UTC()
	c.Salt = x.salt(LeafCertificate, c.Number, "issued")
	var err error
	if c.Leaf, err = x.logLeaf(c.leaves()[0]); err != nil {
		return err
	}
	return put(x, c, kCertificate, c.Number)
}

// KeepCertification keeps the paper of a certificate, with a leaf in the log. The first
// one stays: when there is one already, nothing is written.
func (x *Txn) KeepCertification(number string, b []byte, at time.Time) (Certification, error) {
	c, err := x.Certification(number)
	if err != nil || c.Paper != "" {
		return c, err
	}
	c.Paper, c.Kept, c.PaperSalt = Digest(b), at.UTC(), x.salt(LeafCertificate, number, "paper")
	if c.PaperLeaf, err = x.logLeaf(c.leaves()[1]); err != nil {
		return c, err
	}
	if err := x.putBytes(b, kCertificatePaper, number); err != nil {
		return c, err
	}
	if err := x.putBytes([]byte(number), kCertificateHash, x.blind(kCertificateHash, c.Paper)); err != nil {
		return c, err
	}
	return c, put(x, c, kCertificate, number)
}

// CertificationPaper reads the paper of a certificate as it was kept; ErrNotFound while it
// has not been made.
func (x *Txn) CertificationPaper(number string) ([]byte, error) {
	return x.getBytes(kCertificatePaper, number)
}

// CertificationByHash finds the certificate whose paper has a SHA-256, in hex.
func (x *Txn) CertificationByHash(hash string) (Certification, error) {
	number, err := x.lookup(kCertificateHash, x.blind(kCertificateHash, hash))
	if err != nil {
		return Certification{}, err
	}
	return x.Certification(number)
}
