package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Keys is the master key of an installation. It never stands in the database:
// whoever has the database file alone reads only what is public (decision 6).
type Keys struct {
	master []byte
	aead   cipher.AEAD
	mac    []byte
}

// What opening a key or a sealed value may answer.
var (
	// ErrKeyFile means that the key file cannot be read as one.
	ErrKeyFile = errors.New("storage: this is not a key file of declara")
	// ErrSealed means that a value does not open: another key, another place, or
	// changed bytes.
	ErrSealed = errors.New("storage: a sealed value does not open")
)

const keyHeader = "declara-key-1 "

// NewKeys makes a master key that is nowhere else.
func NewKeys() *Keys {
	master := make([]byte, 32)
	rand.Read(master)
	return newKeys(master)
}

func newKeys(master []byte) *Keys {
	k := &Keys{master: master}
	block, err := aes.NewCipher(k.Sub("seal"))
	if err != nil {
		panic("storage: " + err.Error()) // the key has 32 bytes
	}
	if k.aead, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		panic("storage: " + err.Error())
	}
	k.mac = k.Sub("index")
	return k
}

// LoadKeys reads the key file at path. With create it makes one of mode 0600
// when there is none. It refuses a file that others than its owner may read.
func LoadKeys(path string, create bool) (*Keys, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && create {
		return createKeys(path)
	}
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("storage: others may read the key file %s: run chmod 600 on it", path)
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(string(b)), keyHeader)
	master, err := base64.RawStdEncoding.DecodeString(text)
	if !ok || err != nil || len(master) != 32 {
		return nil, ErrKeyFile
	}
	return newKeys(master), nil
}

func createKeys(path string) (*Keys, error) {
	k := NewKeys()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err = f.WriteString(k.Text()); err == nil {
		err = f.Sync()
	}
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return nil, err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return k, dir.Sync()
}

// Text is the content of a key file: one line that can be printed and typed back.
func (k *Keys) Text() string {
	return keyHeader + base64.RawStdEncoding.EncodeToString(k.master) + "\n"
}

// Sub is a 32-byte key for one purpose, named by context; knowing it tells
// nothing of the master key or of other purposes.
func (k *Keys) Sub(context string) []byte {
	sub, err := hkdf.Key(sha256.New, k.master, nil, "declara "+context, 32)
	if err != nil {
		panic("storage: " + err.Error()) // 32 bytes are within the bound of HKDF
	}
	return sub
}

// sealed begins every sealed value, so that a later cipher can stand beside it.
const sealed = 0x01

// seal encrypts value for the one record that at names.
func (k *Keys) seal(at string, value []byte) []byte {
	return k.aead.Seal([]byte{sealed}, nil, value, []byte(at))
}

// open decrypts what seal made for the same record.
func (k *Keys) open(at string, value []byte) ([]byte, error) {
	if len(value) == 0 || value[0] != sealed {
		return nil, fmt.Errorf("%w: %s", ErrSealed, kindOf(at))
	}
	plain, err := k.aead.Open(nil, nil, value[1:], []byte(at))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSealed, kindOf(at))
	}
	return plain, nil
}

// kindOf is the kind of record of a key, without its id, for errors.
func kindOf(at string) string {
	parts := strings.SplitN(at, "/", 4)
	if len(parts) > 2 && parts[0] == "t" {
		return parts[2]
	}
	return parts[0]
}

// index is the name under which a private value can be found but not read.
func (k *Keys) index(kind, value string) string {
	m := hmac.New(sha256.New, k.mac)
	m.Write([]byte(kind + "\x00" + value))
	return hex.EncodeToString(m.Sum(nil)[:20])
}
