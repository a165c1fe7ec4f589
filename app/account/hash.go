package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is the price of an argon2id hash.
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultCost is three passes over 64 MiB, twice what OWASP asks for.
var DefaultCost = Cost{Memory: 64 << 10, Time: 3, Threads: 1}

// hashers bounds how many hashes are computed at once, and with it the memory that a
// storm of sign-ins can take: twice 64 MiB. WithPlaces shares them with others.
const hashers = 2

// ownPlaces are places that nobody else has.
func ownPlaces() Places {
	free := make(chan struct{}, hashers)
	return func(ctx context.Context, _ uint32) (func(), error) {
		select {
		case free <- struct{}{}:
			return func() { <-free }, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

const (
	saltBytes = 16
	hashBytes = 32
)

// hash is the PHC string of a password under a fresh salt.
func (c Cost) hash(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return c.phc(salt, c.sum(password, salt))
}

// decoy is the PHC string of no password: what a sign-in without an account is
// compared with, which is the same work. Its sum is random instead of computed, so
// it costs nothing to make, and a password that has it is as far away as one that
// has the sum of any other.
func (c Cost) decoy() string {
	random := make([]byte, saltBytes+hashBytes)
	rand.Read(random)
	return c.phc(random[:saltBytes], random[saltBytes:])
}

// sum computes; a password typed with combined or with precomposed accents is the
// same password.
func (c Cost) sum(password string, salt []byte) []byte {
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, c.Time, c.Memory, c.Threads, hashBytes)
}

func (c Cost) phc(salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// readPHC takes a PHC string apart. ok is false for what this program cannot have
// written, prices out of bounds included.
func readPHC(s string) (c Cost, salt, sum []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return c, nil, nil, false
	}
	var version int
	if n, err := fmt.Sscanf(parts[2], "v=%d", &version); n != 1 || err != nil || version != argon2.Version {
		return c, nil, nil, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); n != 3 || err != nil {
		return c, nil, nil, false
	}
	if c.Memory < 8 || c.Memory > 1<<20 || c.Time < 1 || c.Time > 16 || c.Threads < 1 || c.Threads > 16 {
		return c, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	return c, salt, sum, err1 == nil && err2 == nil && len(salt) >= 8 && len(sum) == hashBytes
}

// matches compares a password with a stored hash, at the price that the hash was
// made for. again tells that it should be made anew at today's price.
func (s *Service) matches(ctx context.Context, password, phc string) (ok, again bool, err error) {
	cost, salt, sum, readable := readPHC(phc)
	if !readable {
		cost, salt, sum, _ = readPHC(s.decoy)
	}
	leave, err := s.places(ctx, cost.Memory)
	if err != nil {
		return false, false, err
	}
	defer leave()
	same := subtle.ConstantTimeCompare(cost.sum(password, salt), sum) == 1
	return same && readable, cost != s.cost, nil
}

// Hash is what is kept of a password, at the price of this service. It waits for
// one of the places where hashes are computed.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	leave, err := s.places(ctx, s.cost.Memory)
	if err != nil {
		return "", err
	}
	defer leave()
	return s.cost.hash(password), nil
}
