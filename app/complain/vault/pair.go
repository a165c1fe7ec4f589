package vault

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync/atomic"
)

// The suite of version 1. The KEM is hybrid: it holds as long as one of ML-KEM-768
// and X25519 does.
var (
	kem  = hpke.MLKEM768X25519()
	kdf  = hpke.HKDFSHA256()
	aead = hpke.ChaCha20Poly1305()
)

const (
	seedBytes   = 32   // of a private key
	publicBytes = 1216 // of a public key, that of X25519 at its end
	x25519Bytes = 32
	encBytes    = 1120 // of the KEM's share in an envelope
	tagBytes    = 16
)

// KeyID names a public key: the SHA-256 of a label and the key.
type KeyID [sha256.Size]byte

// String is the ID in hexadecimal.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText is String, for records in JSON.
func (id KeyID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText takes what MarshalText wrote.
func (id *KeyID) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(id) {
		return ErrFormat
	}
	copy(id[:], b)
	return nil
}

// Public is the half of a key pair that seals. It may be kept in clear and shown.
type Public struct {
	key   hpke.PublicKey
	id    KeyID
	bytes []byte // nobody changes them
}

// parsed are public keys that were read last, each where its first bytes say: whoever
// works on many cases reads the same few keys thousands of times, and reading one costs
// more than sealing to it. They are public, and random: that one is here tells nothing.
var parsed [256]atomic.Pointer[Public]

// ParsePublic takes what Bytes returned.
func ParsePublic(b []byte) (*Public, error) {
	if len(b) != publicBytes {
		return nil, ErrFormat
	}
	place := &parsed[b[0]^b[publicBytes-1]]
	if p := place.Load(); p != nil && bytes.Equal(p.bytes, b) {
		return p, nil
	}
	p, err := parsePublic(b)
	if err == nil {
		place.Store(p)
	}
	return p, err
}

func parsePublic(b []byte) (*Public, error) {
	key, err := kem.NewPublicKey(b)
	if err != nil {
		return nil, ErrFormat
	}
	if point, err := ecdh.X25519().NewPublicKey(b[publicBytes-x25519Bytes:]); err != nil || lowOrder(point) {
		return nil, ErrFormat
	}
	return newPublic(key), nil
}

// lowOrder reports whether a point gives no secret with any key. Nobody has drawn it,
// and nothing can be sealed to it: better that it is found when it is read than when
// somebody sends a complaint.
func lowOrder(point *ecdh.PublicKey) bool {
	one, err := ecdh.X25519().NewPrivateKey(append([]byte{1}, make([]byte, x25519Bytes-1)...))
	if err == nil {
		_, err = one.ECDH(point)
	}
	return err != nil
}

func newPublic(key hpke.PublicKey) *Public {
	b := key.Bytes()
	return &Public{key, sha256.Sum256(append([]byte("declara complaint vault public key"), b...)), b}
}

// Bytes is the key as it is kept.
func (p *Public) Bytes() []byte { return bytes.Clone(p.bytes) }

// ID names the key.
func (p *Public) ID() KeyID { return p.id }

// Fingerprint is the key as people compare it on paper and by telephone: 128 bits of
// its ID in eight groups, "3F9A 01BC …". It looks like neither a follow-up key nor a
// recovery code.
func (p *Public) Fingerprint() string {
	s := strings.ToUpper(hex.EncodeToString(p.id[:16]))
	return groups(s, 4, " ")
}

// groups parts a string into groups of n.
func groups(s string, n int, by string) string {
	var b strings.Builder
	for i, r := range []byte(s) {
		if i > 0 && i%n == 0 {
			b.WriteString(by)
		}
		b.WriteByte(r)
	}
	return b.String()
}

// Private is the half that opens. It has no method that returns it: it leaves
// memory only in the six ways that the package comment lists.
type Private struct {
	hidden
	key    hpke.PrivateKey
	seed   []byte
	public *Public
}

// NewPair draws a key pair.
func NewPair() (*Private, error) {
	key, err := kem.GenerateKey()
	if err != nil {
		return nil, err
	}
	seed, err := key.Bytes()
	if err != nil {
		return nil, err
	}
	return &Private{key: key, seed: seed, public: newPublic(key.PublicKey())}, nil
}

// newPrivate is the pair of a seed, of which it takes a copy.
func newPrivate(seed []byte) (*Private, error) {
	if len(seed) != seedBytes {
		return nil, ErrFormat
	}
	seed = bytes.Clone(seed)
	key, err := kem.NewPrivateKey(seed)
	if err != nil {
		return nil, ErrFormat
	}
	return &Private{key: key, seed: seed, public: newPublic(key.PublicKey())}, nil
}

// newPrivateOf is newPrivate of a seed that must be that of a public key.
func newPrivateOf(seed []byte, want KeyID) (*Private, error) {
	p, err := newPrivate(seed)
	if err != nil {
		return nil, ErrOpen
	}
	if p.public.id != want {
		p.Wipe()
		return nil, ErrOpen
	}
	return p, nil
}

// Public is the other half.
func (p *Private) Public() *Public { return p.public }

// Wipe overwrites the private key and makes it useless. The expanded key inside the
// standard library cannot be overwritten; it is let go.
func (p *Private) Wipe() {
	if p == nil {
		return
	}
	wipe(p.seed)
	p.seed, p.key = nil, nil
}

// bytes is the seed itself, not a copy.
func (p *Private) bytes() ([]byte, error) {
	if p == nil || p.key == nil {
		return nil, ErrOpen
	}
	return p.seed, nil
}
