package vault

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"runtime"

	"golang.org/x/crypto/chacha20poly1305"
)

// hidden keeps a secret out of what prints values as they come: fmt and with it
// html/template, slog, and encoders of JSON or text, which fail. Who means it calls
// the method of the type that returns the secret.
type hidden struct{}

// Format writes nothing of the value, for any verb.
func (hidden) Format(f fmt.State, _ rune) { io.WriteString(f, "[hidden]") }

// LogValue is what slog writes instead of the value.
func (hidden) LogValue() slog.Value { return slog.StringValue("[hidden]") }

// MarshalText refuses.
func (hidden) MarshalText() ([]byte, error) { return nil, ErrHidden }

// wipe overwrites a secret that is not needed any more. Copies that the runtime or a
// library has made stay until the memory is used again.
func wipe(b []byte) {
	clear(b)
	runtime.KeepAlive(&b)
}

const secretBytes = 32

// Secret is 32 random bytes that seal without a key pair: what only a cookie holds,
// for the draft of a complaint or the keys of a session. The server keeps the
// sealed part, the browser the Secret.
type Secret struct {
	hidden
	b [secretBytes]byte
}

// NewSecret draws one.
func NewSecret() (s Secret) {
	rand.Read(s.b[:])
	return s
}

// ParseSecret takes what Bytes returned.
func ParseSecret(b []byte) (s Secret, err error) {
	if len(b) != secretBytes {
		return s, ErrFormat
	}
	copy(s.b[:], b)
	return s, nil
}

// Bytes is a copy of the secret.
func (s Secret) Bytes() []byte { return s.b[:] }

// Wipe overwrites it.
func (s *Secret) Wipe() { wipe(s.b[:]) }

// Seal seals a text, padded as SealTo does.
func (s Secret) Seal(c Context, text []byte) ([]byte, error) {
	padded, err := pad(text)
	if err != nil {
		return nil, err
	}
	defer wipe(padded)
	return s.seal(kindSecretText, c, padded)
}

// Open opens what Seal made under the same secret and context.
func (s Secret) Open(c Context, sealed []byte) ([]byte, error) {
	padded, err := s.open(kindSecretText, c, sealed)
	if err != nil {
		return nil, err
	}
	return unpad(padded)
}

// SealPrivate seals a private key, for as long as a session lasts.
func (s Secret) SealPrivate(c Context, p *Private) ([]byte, error) {
	seed, err := p.bytes()
	if err != nil {
		return nil, err
	}
	return s.seal(kindSecretPrivate, c, seed)
}

// OpenPrivate opens what SealPrivate made.
func (s Secret) OpenPrivate(c Context, sealed []byte) (*Private, error) {
	seed, err := s.open(kindSecretPrivate, c, sealed)
	if err != nil {
		return nil, err
	}
	defer wipe(seed)
	return newPrivate(seed)
}

// seal is the header, 24 random bytes and XChaCha20-Poly1305 of the text, with the
// context as additional data.
func (s Secret) seal(k kind, c Context, text []byte, bound ...[]byte) ([]byte, error) {
	ad, err := c.bind(k, bound...)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(s.b[:])
	if err != nil {
		return nil, err
	}
	out := make([]byte, headBytes+chacha20poly1305.NonceSizeX, headBytes+secretOverhead+len(text))
	putHead(out, k)
	nonce := out[headBytes:]
	rand.Read(nonce)
	return aead.Seal(out, nonce, text, ad), nil
}

const secretOverhead = chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead

func (s Secret) open(k kind, c Context, sealed []byte, bound ...[]byte) ([]byte, error) {
	ad, err := c.bind(k, bound...)
	if err != nil {
		return nil, err
	}
	body, err := head(sealed, k)
	if err != nil {
		return nil, err
	}
	if len(body) < secretOverhead {
		return nil, ErrFormat
	}
	aead, err := chacha20poly1305.NewX(s.b[:])
	if err != nil {
		return nil, err
	}
	nonce, ct := body[:chacha20poly1305.NonceSizeX], body[chacha20poly1305.NonceSizeX:]
	text, err := aead.Open(nil, nonce, ct, ad)
	if err != nil {
		return nil, ErrOpen
	}
	return text, nil
}
