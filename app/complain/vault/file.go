package vault

import (
	"bytes"
	"encoding/binary"
	"io"

	"filippo.io/age"
)

// fileStep is the step in which files grow when sealed.
const fileStep = 64 << 10

// MaxFile is the size of the largest file.
const MaxFile = 32 << 20

// fileTrailer is the length of the content, at the end of the padding.
const fileTrailer = 8

// SealFile writes a file to w as an age file of its own random identity, and returns
// the envelopes of that identity, sealed in a context to a key pair and to another, which
// may be nil. The identity is hybrid like everything else: a classic one would be the
// weak link. The size tells the content's length in steps of 64 KiB only.
//
// The content is followed by zeros and its length in the last eight bytes of a
// multiple of 64 KiB, so that most programs show it even with its padding.
func SealFile(to, also *Public, c Context, w io.Writer, content []byte) (key, second []byte, err error) {
	if len(content) > MaxFile {
		return nil, nil, ErrTooLong
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, nil, err
	}
	secret := []byte(id.String())
	defer wipe(secret)
	if key, err = to.seal(kindFile, c, secret); err != nil {
		return nil, nil, err
	}
	if also != nil {
		if second, err = also.seal(kindFile, c, secret); err != nil {
			return nil, nil, err
		}
	}
	out, err := age.Encrypt(w, id.Recipient())
	if err != nil {
		return nil, nil, err
	}
	padding := make([]byte, roundUp(len(content)+fileTrailer, fileStep)-len(content))
	binary.BigEndian.PutUint64(padding[len(padding)-fileTrailer:], uint64(len(content)))
	for _, part := range [][]byte{content, padding} {
		if _, err := out.Write(part); err != nil {
			return nil, nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, nil, err
	}
	return key, second, nil
}

// OpenFile opens what SealFile wrote. It returns all of the file or nothing: no byte
// comes out before the last one was checked.
func OpenFile(p *Private, c Context, key []byte, sealed io.Reader) ([]byte, error) {
	secret, err := p.open(kindFile, c, key)
	if err != nil {
		return nil, err
	}
	defer wipe(secret)
	id, err := age.ParseHybridIdentity(string(secret))
	if err != nil {
		return nil, ErrFormat
	}
	in, err := age.Decrypt(sealed, id)
	if err != nil {
		return nil, ErrOpen
	}
	b, err := readSteps(in)
	if err != nil {
		return nil, err
	}
	end := len(b) - fileTrailer
	length := binary.BigEndian.Uint64(b[end:])
	if length > MaxFile || len(b) != roundUp(int(length)+fileTrailer, fileStep) || !zero(b[length:end]) {
		return nil, ErrFormat
	}
	return b[:length:length], nil
}

// readSteps reads whole steps, as many as a file of ours can have. They are put
// together at the end and wiped: a buffer that grows leaves copies of the file behind.
func readSteps(in io.Reader) ([]byte, error) {
	var steps [][]byte
	defer func() {
		for _, step := range steps {
			wipe(step)
		}
	}()
	for {
		step := make([]byte, fileStep)
		switch _, err := io.ReadFull(in, step); {
		case err == io.EOF:
			if len(steps) == 0 {
				return nil, ErrFormat
			}
			return bytes.Join(steps, nil), nil
		case err == io.ErrUnexpectedEOF || len(steps) > MaxFile/fileStep:
			return nil, ErrFormat
		case err != nil:
			return nil, ErrOpen
		}
		steps = append(steps, step)
	}
}

// ForwardFile seals the key of a file of SealFile to another pair, in the same context,
// for somebody whom it was not sealed to. The file itself is not touched.
func ForwardFile(p *Private, c Context, key []byte, to *Public) ([]byte, error) {
	secret, err := p.open(kindFile, c, key)
	if err != nil {
		return nil, err
	}
	defer wipe(secret)
	return to.seal(kindFile, c, secret)
}
