package storage

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

// A sealed value is
//
//	1 byte   version, 0x01
//	4 bytes  which master key
//	24 bytes nonce, random
//	…        XChaCha20-Poly1305 of the record and 16 bytes of tag
//
// under a subkey of the record's kind, with the record's whole key as additional
// data: a value that is copied to another key, another person's or another
// tenant's, does not open. The nonce is long enough to be random for ever, which
// the 12 bytes of AES-GCM are not; both were equally fast when measured.
const (
	sealVersion = 0x01
	sealHead    = 1 + 4 + chacha20poly1305.NonceSizeX
)

// Why a sealed value does not open.
var (
	// ErrWrongKey means that the value was sealed under a key that the key file
	// does not have: it is the file of another installation, or lacks a line.
	ErrWrongKey = errors.New("storage: this is not the key file that the data was sealed with")
	// ErrSealed means that a sealed value was altered, cut, or moved to another key.
	ErrSealed = errors.New("storage: a sealed record was altered or moved")
)

// seal encrypts a record for one place.
func (k *Keys) seal(purpose, key string, record []byte) []byte {
	m := k.all[len(k.all)-1]
	out := make([]byte, sealHead, sealHead+len(record)+chacha20poly1305.Overhead)
	out[0] = sealVersion
	copy(out[1:], m.id[:])
	rand.Read(out[5:sealHead])
	return k.aead(m, purpose).Seal(out, out[5:sealHead], record, []byte(key))
}

// open decrypts what seal made for the same purpose and key. It decrypts in place:
// sealed is spoilt.
func (k *Keys) open(purpose, key string, sealed []byte) ([]byte, error) {
	if len(sealed) < sealHead+chacha20poly1305.Overhead || sealed[0] != sealVersion {
		return nil, ErrSealed
	}
	for _, m := range k.all {
		if m.id != [4]byte(sealed[1:5]) {
			continue
		}
		body := sealed[sealHead:]
		record, err := k.aead(m, purpose).Open(body[:0], sealed[5:sealHead], body, []byte(key))
		if err != nil {
			return nil, ErrSealed
		}
		return record, nil
	}
	return nil, ErrWrongKey
}

// blind stands for a private value in an index: whoever has the database alone
// can neither read it nor try values. It is bound to the tenant, so that a person
// cannot be followed from one public body to another.
func (k *Keys) blind(tenant, index, value string) string {
	mac := hmac.New(sha256.New, k.blinder(index))
	mac.Write([]byte(tenant))
	mac.Write([]byte{0})
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
