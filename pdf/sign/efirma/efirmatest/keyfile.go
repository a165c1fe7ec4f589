package efirmatest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // what the tax authority uses
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what the tax authority uses
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"
	"testing"
)

// Lock says how a key file is encrypted (PBES2).
type Lock struct {
	Cipher string // "3des", "aes128", "aes192", "aes256"
	PRF    string // "", "sha1", "sha256", "sha384", "sha512"; "" leaves it out, which means SHA-1
	Rounds int
}

// Locks are those that are met: that of the tax authority first.
var Locks = map[string]Lock{
	"3des":          {"3des", "", 2048},
	"3des-sha1":     {"3des", "sha1", 2048},
	"3des-sha256":   {"3des", "sha256", 4096},
	"aes128-sha1":   {"aes128", "", 2048},
	"aes256-sha256": {"aes256", "sha256", 10000},
	"aes256-sha384": {"aes256", "sha384", 2048},
	"aes128-sha512": {"aes128", "sha512", 2048},
}

var ciphers = map[string]struct {
	oid  asn1.ObjectIdentifier
	size int
	make func([]byte) (cipher.Block, error)
}{
	"3des":   {asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}, 24, des.NewTripleDESCipher},
	"aes128": {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}, 16, aes.NewCipher},
	"aes192": {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}, 24, aes.NewCipher},
	"aes256": {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, 32, aes.NewCipher},
}

var prfs = map[string]struct {
	oid  asn1.ObjectIdentifier
	hash func() hash.Hash
}{
	"":       {nil, sha1.New},
	"sha1":   {asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}, sha1.New},
	"sha256": {asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}, sha256.New},
	"sha384": {asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 10}, sha512.New384},
	"sha512": {asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 11}, sha512.New},
}

type algorithm struct {
	OID    asn1.ObjectIdentifier
	Params any `asn1:"optional"`
}

type pbkdf2Params struct {
	Salt   []byte
	Rounds int
	PRF    pkix.AlgorithmIdentifier `asn1:"optional"`
}

// KeyFile is the .key file of a pair, under a password that is given as bytes.
func (p Pair) KeyFile(tb testing.TB, password []byte, l Lock) []byte {
	tb.Helper()
	c, prf := ciphers[l.Cipher], prfs[l.PRF]
	salt := make([]byte, 8)
	rand.Read(salt)
	derived, err := pbkdf2.Key(prf.hash, string(password), salt, l.Rounds, c.size)
	if err != nil {
		tb.Fatal(err)
	}
	block, err := c.make(derived)
	if err != nil {
		tb.Fatal(err)
	}
	inner, err := x509.MarshalPKCS8PrivateKey(p.Key)
	if err != nil {
		tb.Fatal(err)
	}
	n := block.BlockSize() - len(inner)%block.BlockSize()
	for range n {
		inner = append(inner, byte(n))
	}
	iv := make([]byte, block.BlockSize())
	rand.Read(iv)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(inner, inner)
	kdf := pbkdf2Params{Salt: salt, Rounds: l.Rounds}
	if prf.oid != nil {
		kdf.PRF = pkix.AlgorithmIdentifier{Algorithm: prf.oid, Parameters: asn1.NullRawValue}
	}
	der, err := asn1.Marshal(struct {
		Algorithm algorithm
		Data      []byte
	}{
		algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, struct{ KDF, Cipher algorithm }{
			algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, kdf},
			algorithm{c.oid, iv},
		}},
		inner,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return der
}
