package vault

import (
	"crypto/hpke"
	"encoding/binary"
)

// An envelope is the header, 1,120 bytes of the KEM, and the ciphertext with its tag
// of 16. What it is bound to, and does not contain, is Context.bind of its kind and
// the ID of the key that it is sealed to.
const envelopeOverhead = headBytes + encBytes + tagBytes

// textStep is the step in which texts grow when sealed.
const textStep = 4 << 10

// MaxText is the length of the longest text.
const MaxText = 1 << 20

// SealTo seals a text so that only the private half of to opens it, and only in the
// same context. A text of up to 4,092 bytes gives an envelope of 5,236, whatever is
// in it; longer ones grow in steps of 4 KiB.
func SealTo(to *Public, c Context, text []byte) ([]byte, error) {
	padded, err := pad(text)
	if err != nil {
		return nil, err
	}
	defer wipe(padded)
	return to.seal(kindText, c, padded)
}

// Open opens an envelope of SealTo.
func Open(p *Private, c Context, envelope []byte) ([]byte, error) {
	padded, err := p.open(kindText, c, envelope)
	if err != nil {
		return nil, err
	}
	return unpad(padded)
}

func (p *Public) seal(k kind, c Context, text []byte, bound ...[]byte) ([]byte, error) {
	info, err := c.bind(k, append([][]byte{p.id[:]}, bound...)...)
	if err != nil {
		return nil, err
	}
	ct, err := hpke.Seal(p.key, kdf, aead, info, text)
	if err != nil {
		return nil, err
	}
	out := make([]byte, headBytes, headBytes+len(ct))
	putHead(out, k)
	return append(out, ct...), nil
}

func (p *Private) open(k kind, c Context, envelope []byte, bound ...[]byte) ([]byte, error) {
	info, err := c.bind(k, append([][]byte{p.public.id[:]}, bound...)...)
	if err != nil {
		return nil, err
	}
	body, err := head(envelope, k)
	if err != nil {
		return nil, err
	}
	if len(envelope) < envelopeOverhead {
		return nil, ErrFormat
	}
	if p.key == nil {
		return nil, ErrOpen
	}
	text, err := hpke.Open(p.key, kdf, aead, info, body)
	if err != nil {
		return nil, ErrOpen
	}
	return text, nil
}

// pad is the length of a text in four bytes, the text, and zeros up to the next step.
func pad(text []byte) ([]byte, error) {
	if len(text) > MaxText {
		return nil, ErrTooLong
	}
	out := make([]byte, roundUp(4+len(text), textStep))
	binary.BigEndian.PutUint32(out, uint32(len(text)))
	copy(out[4:], text)
	return out, nil
}

// unpad is the text of what pad made; nothing else is taken.
func unpad(padded []byte) ([]byte, error) {
	if len(padded) < textStep {
		return nil, ErrFormat
	}
	n := int64(binary.BigEndian.Uint32(padded))
	if n > MaxText || int64(len(padded)) != int64(roundUp(4+int(n), textStep)) || !zero(padded[4+n:]) {
		return nil, ErrFormat
	}
	return padded[4 : 4+n : 4+n], nil
}

func roundUp(n, step int) int { return (n + step - 1) / step * step }

func zero(b []byte) bool {
	var any byte
	for _, c := range b {
		any |= c
	}
	return any == 0
}
