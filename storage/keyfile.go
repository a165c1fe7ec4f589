package storage

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// ErrKeyFile means that the key file cannot be read as one.
var ErrKeyFile = errors.New("storage: not a key file of declara")

// keyLine begins each line of a key file.
const keyLine = "declara-key-v1"

// Keys are the master keys of an installation: the one that seals now and older
// ones, which still open what they sealed. They are in a file of their own, so
// that a copy of the database alone tells nobody anything private.
//
// The file has one line a key, the oldest first:
//
//	declara-key-v1 <8 hex digits: check> <64 hex digits: 32 random bytes>
//
// The last line seals. To rotate, add a line; remove no line while anything
// sealed under it is left. The first line also makes the keys of indexes and Sub,
// which must not change, so it stays for ever.
//
// Whoever loses the file loses every sealed record: it belongs in a safe, apart
// from the backups of the database. Keys are safe for concurrent use.
type Keys struct {
	all  []masterKey
	subs sync.Map // what was derived from them: of subKey to cipher.AEAD or []byte
}

type masterKey struct {
	id     [4]byte // names the key in what it sealed
	secret []byte
}

type subKey struct {
	id      [4]byte
	purpose string
}

// NewKeys makes one random key that is kept nowhere: for tests and throw-away data.
func NewKeys() *Keys {
	secret := make([]byte, 32)
	rand.Read(secret)
	return &Keys{all: []masterKey{newMasterKey(secret)}}
}

func newMasterKey(secret []byte) masterKey {
	m := masterKey{secret: secret}
	copy(m.id[:], derive(secret, "id", 4))
	return m
}

// derive is HKDF-SHA-256. It cannot fail for the lengths that are asked here.
func derive(secret []byte, context string, n int) []byte {
	out, err := hkdf.Key(sha256.New, secret, nil, "declara/v1/"+context, n)
	if err != nil {
		panic(err)
	}
	return out
}

// LoadKeys reads the key file at path. When there is none and create is set, it
// makes one with a random key, of mode 0600. A file that others than its owner
// may read is refused, as is one that was damaged. Errors never hold the key.
func LoadKeys(path string, create bool) (*Keys, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		k := NewKeys()
		return k, k.write(path)
	}
	if err != nil {
		return nil, fmt.Errorf("storage: key file: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("storage: key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("storage: key file %s may be read by others (mode %04o): make it 0600", path, info.Mode().Perm())
	}
	k, err := ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, path)
	}
	return k, nil
}

// ParseKeys reads the text of a key file.
func ParseKeys(text []byte) (*Keys, error) {
	k := &Keys{}
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		part := strings.Fields(line)
		if len(part) != 3 || part[0] != keyLine {
			return nil, fmt.Errorf("%w: line %d is not a key", ErrKeyFile, n+1)
		}
		secret, err := hex.DecodeString(part[2])
		if err != nil || len(secret) != 32 {
			return nil, fmt.Errorf("%w: line %d is not a key", ErrKeyFile, n+1)
		}
		m := newMasterKey(secret)
		if part[1] != hex.EncodeToString(m.id[:]) {
			return nil, fmt.Errorf("%w: line %d is damaged", ErrKeyFile, n+1)
		}
		k.all = append(k.all, m)
	}
	return k, nil
}

// Text is the content of the key file, which can be printed and typed back.
func (k *Keys) Text() []byte {
	var b bytes.Buffer
	for _, m := range k.all {
		fmt.Fprintf(&b, "%s %x %x\n", keyLine, m.id, m.secret)
	}
	return b.Bytes()
}

// write makes the key file, durably, before anything is sealed with it. It never
// overwrites one.
func (k *Keys) write(path string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("storage: key file: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(path)
		}
	}()
	if _, err = f.Write(k.Text()); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("storage: key file: %w", err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("storage: key file: %w", err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Sub is a key of 32 bytes for a purpose outside of this package, such as signing
// tokens. The same context gives the same key for as long as the installation
// lives, and tells nothing about any other.
func (k *Keys) Sub(context string) []byte { return derive(k.all[0].secret, "sub/"+context, 32) }

// blinder is the key of an index.
func (k *Keys) blinder(index string) []byte {
	at := subKey{purpose: "index/" + index}
	if b, ok := k.subs.Load(at); ok {
		return b.([]byte)
	}
	b, _ := k.subs.LoadOrStore(at, derive(k.all[0].secret, at.purpose, 32))
	return b.([]byte)
}

// aead is the cipher of one master key for one purpose.
func (k *Keys) aead(m masterKey, purpose string) cipher.AEAD {
	at := subKey{m.id, purpose}
	if c, ok := k.subs.Load(at); ok {
		return c.(cipher.AEAD)
	}
	c, err := chacha20poly1305.NewX(derive(m.secret, "seal/"+purpose, chacha20poly1305.KeySize))
	if err != nil {
		panic(err) // the length is right
	}
	got, _ := k.subs.LoadOrStore(at, c)
	return got.(cipher.AEAD)
}
