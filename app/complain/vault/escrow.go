package vault

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"slices"
)

// Escrow is the second way to the cases, for when those who could open them died,
// fled or were arrested: a key pair whose private half is sealed to each pair of
// three holders, to the first and the result to the second. Any two open it, one
// never does, and no administrator is among them. There is no scheme of shares: three
// envelopes are simpler than Shamir, and each can be checked alone.
//
// A holder who is excluded from a case is left out of its escrow too: the private key
// of the case is then sealed to the other two holders directly.
type Escrow struct {
	public  *Public
	holders [3]Person
	blobs   [3][]byte         // for the pairs 01, 02, 12
	drill   []byte            // a text sealed to public,
	digest  [sha256.Size]byte // and its SHA-256
}

// pairs are the holders that a blob is sealed to.
var pairs = [3][2]int{{0, 1}, {0, 2}, {1, 2}}

// NewEscrow draws the key pair. Its private half is gone when it returns.
func NewEscrow(c Context, holders [3]Person) (*Escrow, error) {
	for i, h := range holders {
		if h.ID == "" || len(h.ID) > maxPart || h.Key == nil {
			return nil, ErrHolders
		}
		for _, other := range holders[:i] {
			if other.ID == h.ID || other.Key.id == h.Key.id {
				return nil, ErrHolders
			}
		}
	}
	p, err := NewPair()
	if err != nil {
		return nil, err
	}
	defer p.Wipe()
	e := &Escrow{public: p.public, holders: holders}
	for i, pair := range pairs {
		if e.blobs[i], err = sealPair(holders[pair[0]].Key, holders[pair[1]].Key, c, p); err != nil {
			return nil, err
		}
	}
	var text [32]byte
	rand.Read(text[:])
	e.digest = sha256.Sum256(text[:])
	e.drill, err = p.public.seal(kindDrill, c, text[:])
	return e, err
}

// sealPair seals a private key to two holders, who must come together to open it.
func sealPair(a, b *Public, c Context, p *Private) ([]byte, error) {
	seed, err := p.bytes()
	if err != nil {
		return nil, err
	}
	inner, err := a.seal(kindPairInner, c, seed, b.id[:], p.public.id[:])
	if err != nil {
		return nil, err
	}
	return b.seal(kindPairOuter, c, inner, a.id[:], p.public.id[:])
}

func openPair(a, b *Private, c Context, sealed []byte, want *Public) (*Private, error) {
	inner, err := b.open(kindPairOuter, c, sealed, a.public.id[:], want.id[:])
	if err != nil {
		return nil, err
	}
	seed, err := a.open(kindPairInner, c, inner, b.public.id[:], want.id[:])
	if err != nil {
		return nil, err
	}
	defer wipe(seed)
	return newPrivateOf(seed, want.id)
}

// Public is the key of the escrow, for its fingerprint.
func (e *Escrow) Public() *Public { return e.public }

// Holders is the three of them.
func (e *Escrow) Holders() []Person { return append([]Person(nil), e.holders[:]...) }

// Recovery is two holders who came together.
type Recovery struct {
	hidden
	escrow *Private
	first  *Private // of the pair, in the order of the holders
	second *Private
}

// Recover opens the escrow with the keys of two holders, in either order. The keys
// stay the caller's, to be wiped by Recovery.Wipe.
func (e *Escrow) Recover(c Context, one, other HolderKey) (*Recovery, error) {
	place := func(k HolderKey) int {
		return slices.IndexFunc(e.holders[:], func(h Person) bool {
			return k.private != nil && h.Key.id == k.private.public.id
		})
	}
	a, b := place(one), place(other)
	if a > b {
		a, b, one, other = b, a, other, one
	}
	if a < 0 || a == b {
		return nil, ErrHolders
	}
	i := slices.Index(pairs[:], [2]int{a, b})
	p, err := openPair(one.private, other.private, c, e.blobs[i], e.public)
	if err != nil {
		return nil, err
	}
	return &Recovery{escrow: p, first: one.private, second: other.private}, nil
}

// Open opens the escrow of a case, that is Wraps.Escrow: what is sealed to the
// escrow, and what is sealed to just these two holders. What it returns is to be
// wrapped for new Recipients, and wiped.
func (r *Recovery) Open(c Context, sealed []byte, want *Public) (*Private, error) {
	if _, err := head(sealed, kindPairOuter); err == nil {
		return openPair(r.first, r.second, c, sealed, want)
	}
	seed, err := r.escrow.open(kindEscrow, c, sealed, want.id[:])
	if err != nil {
		return nil, err
	}
	defer wipe(seed)
	return newPrivateOf(seed, want.id)
}

// Wipe ends it, and the two holders' keys with it.
func (r *Recovery) Wipe() {
	for _, p := range []*Private{r.escrow, r.first, r.second} {
		p.Wipe()
	}
}

// Drill is the yearly exercise: two holders open the escrow and the test text in it.
// It goes the same way as a recovery, and wipes what it opened and both keys.
func (e *Escrow) Drill(c Context, one, other HolderKey) error {
	r, err := e.Recover(c, one, other)
	if err != nil {
		return err
	}
	defer r.Wipe()
	text, err := r.escrow.open(kindDrill, c, e.drill)
	if err != nil {
		return err
	}
	if got := sha256.Sum256(text); subtle.ConstantTimeCompare(got[:], e.digest[:]) != 1 {
		return ErrOpen
	}
	return nil
}

// The lengths of the parts of an escrow as bytes.
const (
	blobBytes  = 2*envelopeOverhead + seedBytes
	drillBytes = envelopeOverhead + 32
)

// Bytes is the escrow as it is kept: header, public key, the holders with the length
// of the ID in a byte, the ID and the public key, the three blobs, the test text
// and its digest.
func (e *Escrow) Bytes() []byte {
	out := make([]byte, headBytes)
	putHead(out, kindEscrowRecord)
	out = append(out, e.public.Bytes()...)
	for _, h := range e.holders {
		out = append(out, byte(len(h.ID)))
		out = append(out, h.ID...)
		out = append(out, h.Key.Bytes()...)
	}
	for _, b := range e.blobs {
		out = append(out, b...)
	}
	out = append(out, e.drill...)
	return append(out, e.digest[:]...)
}

// ParseEscrow takes what Bytes returned.
func ParseEscrow(b []byte) (*Escrow, error) {
	body, err := head(b, kindEscrowRecord)
	if err != nil {
		return nil, err
	}
	body = bytes.Clone(body)
	take := func(n int) (part []byte) {
		if len(body) < n {
			err, n = ErrFormat, len(body)
		}
		part, body = body[:n], body[n:]
		return part
	}
	public := func() *Public {
		p, e := ParsePublic(take(publicBytes))
		if e != nil {
			err = e
		}
		return p
	}
	e := &Escrow{public: public()}
	for i := range e.holders {
		n := 0
		if l := take(1); len(l) == 1 {
			n = int(l[0])
		}
		e.holders[i] = Person{string(take(n)), public()}
	}
	for i := range e.blobs {
		e.blobs[i] = take(blobBytes)
	}
	e.drill = take(drillBytes)
	copy(e.digest[:], take(sha256.Size))
	if err != nil || len(body) != 0 {
		return nil, ErrFormat
	}
	return e, nil
}
