package vault

import "encoding/binary"

// Context says where an envelope belongs. It is bound into the envelope and not
// kept in it: who opens must say the same, so that an envelope that was moved to
// another case, purpose or place in the sequence does not open there.
type Context struct {
	Tenant   string // the public body
	Case     string // id of the case, or of the account that a key belongs to
	Purpose  string // facts, message, note, identity, …; the words are the caller's
	Sequence uint64 // which of them: the number of a message or file, 0 for the only one
}

// maxPart bounds a part of a context.
const maxPart = 255

// version is the version of all formats of the package. It stands in every header
// and in everything that is bound.
const version = 1

// kind is what sealed bytes are. It stands in the header and is bound, so that one
// kind never opens as another: a text cannot pose as a wrapped key.
type kind byte

// The kinds. They are stored: a number is never used for something else.
const (
	kindText          kind = 1  // text to a key pair
	kindWrap          kind = 2  // private key to a person's key pair
	kindFile          kind = 3  // identity of a file to a key pair
	kindEscrow        kind = 4  // private key to the key pair of the escrow
	kindPairInner     kind = 5  // private key to the first of two holders
	kindPairOuter     kind = 6  // the former to the second
	kindDrill         kind = 7  // test text to the key pair of the escrow
	kindMailbox       kind = 8  // private key under a follow-up key
	kindPassword      kind = 9  // private key under a password
	kindRecovery      kind = 10 // private key under a printed code
	kindSecretText    kind = 11 // text under a Secret
	kindSecretPrivate kind = 12 // private key under a Secret
	kindOfficial      kind = 13 // record of an official's keys
	kindEscrowRecord  kind = 14 // record of an escrow
)

// headBytes is the length of a header: "dv", the version and the kind.
const headBytes = 4

func putHead(b []byte, k kind) { copy(b, []byte{'d', 'v', version, byte(k)}) }

// head takes the header off.
func head(b []byte, k kind) ([]byte, error) {
	switch {
	case len(b) < headBytes || b[0] != 'd' || b[1] != 'v' || b[2] == 0:
		return nil, ErrFormat
	case b[2] != version:
		return nil, ErrVersion
	case b[3] != byte(k):
		return nil, ErrOpen
	}
	return b[headBytes:], nil
}

// bind is the context of sealed bytes as one string of bytes, which no other kind,
// context or bound parts give: each part is preceded by its length.
func (c Context) bind(k kind, bound ...[]byte) ([]byte, error) {
	out := append(make([]byte, 0, 256), "declara complaint vault"...)
	out = append(out, version, byte(k))
	for _, part := range []string{c.Tenant, c.Case, c.Purpose} {
		if part == "" || len(part) > maxPart {
			return nil, ErrContext
		}
		out = append(out, byte(len(part)))
		out = append(out, part...)
	}
	out = binary.BigEndian.AppendUint64(out, c.Sequence)
	for _, part := range bound {
		out = binary.BigEndian.AppendUint16(out, uint16(len(part)))
		out = append(out, part...)
	}
	return out, nil
}
