package vault

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"runtime/debug"

	"golang.org/x/crypto/argon2"
)

// Params is the price of a derivation with Argon2id. It is kept with what was
// locked, so that it can rise: the old ones open at their own price, and the next
// password or code of an official has that of today.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// Default is three passes over 64 MiB: a quarter of a second.
var Default = Params{Memory: 64 << 10, Time: 3, Threads: 1}

// A price beyond these bounds was not written by us, and would be a way to take the
// machine's memory or time.
const (
	maxMemory  = 256 << 10
	maxTime    = 16
	maxThreads = 4
)

func (p Params) valid() bool {
	return p.Threads >= 1 && p.Threads <= maxThreads && p.Time >= 1 && p.Time <= maxTime &&
		p.Memory >= 8*uint32(p.Threads) && p.Memory <= maxMemory
}

// collectFrom is the memory in KiB from which a derivation gives back what it leaves,
// before it gives its place to the next: otherwise the collector, which waits until
// the heap has doubled, would keep the memory of several.
const collectFrom = 16 << 10

// gate has a place for each derivation that may run at once, in the whole process.
// Two of them take 128 MiB at the default price, however many people wait.
var gate = make(chan struct{}, 2)

// Place waits for one of the places where derivations run, and gives up when ctx ends.
// Whoever else computes Argon2id in this process, with so many KiB, does it here, so
// that all of them together have a bound. leave gives the place back.
func Place(ctx context.Context, memory uint32) (leave func(), err error) {
	if err := ctx.Err(); err != nil { // with a free place, select would choose at random
		return nil, err
	}
	select {
	case gate <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return func() {
		if memory >= collectFrom {
			debug.FreeOSMemory()
		}
		<-gate
	}, nil
}

// derived is what a password, code or key gives under a salt.
type derived struct {
	tag []byte // tells whether it is the right one; its SHA-256 is kept
	kek Secret // opens the private key
}

// derive waits for a place, and gives up when ctx ends. A derivation that has begun
// runs to its end.
func derive(ctx context.Context, k kind, secret, salt []byte, p Params) (d derived, err error) {
	if !p.valid() {
		return d, ErrParams
	}
	leave, err := Place(ctx, p.Memory)
	if err != nil {
		return d, err
	}
	defer leave()
	root := argon2.IDKey(secret, salt, p.Time, p.Memory, p.Threads, 64)
	defer wipe(root)
	return expand(k, root, salt)
}

// expand parts the root into its uses.
func expand(k kind, root, salt []byte) (d derived, err error) {
	label := "declara complaint vault lock " + string([]byte{version, byte(k)})
	if d.tag, err = hkdf.Key(sha256.New, root, salt, label+" tag", sha256.Size); err != nil {
		return d, err
	}
	kek, err := hkdf.Key(sha256.New, root, salt, label+" key", secretBytes)
	if err != nil {
		return d, err
	}
	defer wipe(kek)
	d.kek, err = ParseSecret(kek)
	return d, err
}

func (d *derived) wipe() {
	wipe(d.tag)
	d.kek.Wipe()
}

// A lock is a private key under something that a person knows or has on paper:
//
//	4 bytes   header
//	9 bytes   price: KiB of memory and passes in four bytes each, threads in one
//	16 bytes  salt
//	32 bytes  SHA-256 of the tag
//	32 bytes  KeyID of the private key
//	76 bytes  the seed under the derived key, sealed as by Secret, bound to the
//	          context and all of the former
const (
	saltBytes = 16
	lockHead  = headBytes + 9 + saltBytes + 2*sha256.Size
	lockBytes = lockHead + headBytes + secretOverhead + seedBytes
)

// lock is one of its bytes, taken apart.
type lock struct {
	params Params
	salt   []byte
	check  []byte
	id     KeyID
	bound  []byte // all of the former, as it is in bytes
	sealed []byte
}

// newLock locks a private key and sees that it opens again: what is kept instead of
// it must not be something that nobody can open.
func newLock(ctx context.Context, k kind, c Context, secret []byte, p *Private, cost Params) ([]byte, error) {
	seed, err := p.bytes()
	if err != nil {
		return nil, err
	}
	if _, err := c.bind(k); err != nil { // before the slow part
		return nil, err
	}
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	d, err := derive(ctx, k, secret, salt, cost)
	if err != nil {
		return nil, err
	}
	defer d.wipe()
	out := lockHeader(k, cost, salt, sha256.Sum256(d.tag), p.public.id)
	sealed, err := d.kek.seal(k, c, seed, out)
	if err != nil {
		return nil, err
	}
	out = append(out, sealed...)
	l, err := parseLock(k, out)
	if err != nil {
		return nil, err
	}
	again, err := l.open(k, c, d)
	if err != nil {
		return nil, err
	}
	again.Wipe()
	return out, nil
}

func lockHeader(k kind, cost Params, salt []byte, check [sha256.Size]byte, id KeyID) []byte {
	out := make([]byte, headBytes, lockBytes)
	putHead(out, k)
	out = binary.BigEndian.AppendUint32(out, cost.Memory)
	out = binary.BigEndian.AppendUint32(out, cost.Time)
	out = append(out, cost.Threads)
	out = append(out, salt...)
	out = append(out, check[:]...)
	return append(out, id[:]...)
}

func parseLock(k kind, b []byte) (l lock, err error) {
	body, err := head(b, k)
	if err != nil {
		return l, err
	}
	if len(b) != lockBytes {
		return l, ErrFormat
	}
	l.params = Params{binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:]), body[8]}
	if !l.params.valid() {
		return l, ErrFormat
	}
	body = body[9:]
	l.salt, body = body[:saltBytes], body[saltBytes:]
	l.check, body = body[:sha256.Size], body[sha256.Size:]
	l.id = KeyID(body)
	l.bound, l.sealed = b[:lockHead], b[lockHead:]
	return l, nil
}

// unlock derives and opens. Whatever is wrong, it costs one derivation.
func unlock(ctx context.Context, k kind, c Context, secret, b []byte) (*Private, error) {
	l, err := parseLock(k, b)
	if err != nil {
		return nil, err
	}
	if _, err := c.bind(k); err != nil {
		return nil, err
	}
	d, err := derive(ctx, k, secret, l.salt, l.params)
	if err != nil {
		return nil, err
	}
	defer d.wipe()
	return l.open(k, c, d)
}

func (l lock) open(k kind, c Context, d derived) (*Private, error) {
	check := sha256.Sum256(d.tag)
	if subtle.ConstantTimeCompare(check[:], l.check) != 1 {
		return nil, ErrOpen
	}
	seed, err := d.kek.open(k, c, l.sealed, l.bound)
	if err != nil {
		return nil, ErrOpen
	}
	defer wipe(seed)
	return newPrivateOf(seed, l.id)
}

// decoy is a lock that nothing opens, and that costs as much to try as any.
func decoy(k kind, cost Params) ([]byte, error) {
	if !cost.valid() {
		return nil, ErrParams
	}
	var random struct {
		salt  [saltBytes]byte
		check [sha256.Size]byte
		id    KeyID
	}
	rand.Read(random.salt[:])
	rand.Read(random.check[:])
	rand.Read(random.id[:])
	out := lockHeader(k, cost, random.salt[:], random.check, random.id)
	sealed := make([]byte, lockBytes-lockHead)
	rand.Read(sealed)
	putHead(sealed, k)
	return append(out, sealed...), nil
}
