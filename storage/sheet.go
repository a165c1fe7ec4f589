package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The key file on paper. An office that loses its disk and has copies has lost everything
// all the same without the key; paper lies in a safe for years, and is typed back on any
// machine. Each row has eight bytes of a key and a check of its own, so that who types is
// told the row that is wrong; the code of the sheet tells that all rows of one sheet are
// there. The code tells nothing of the key: whoever writes it has the sheet before her.
const (
	rowBytes  = 8
	keyRows   = 32 / rowBytes
	codeBytes = 4
	mostRows  = 64 * keyRows
)

// Sheet is what is printed of the keys: the rows, in their order, and the code.
func (k *Keys) Sheet() (rows []string, code string) {
	for _, m := range k.all {
		for part := range slices.Chunk(m.secret, rowBytes) {
			rows = append(rows, inFours(hex.EncodeToString(append(slices.Clone(part), rowCheck(len(rows), part)))))
		}
	}
	return rows, inFours(hex.EncodeToString(k.sheetCode()))
}

// sheetCode is of all keys, in their order.
func (k *Keys) sheetCode() []byte {
	var all []byte
	for _, m := range k.all {
		all = append(all, m.secret...)
	}
	return derive(all, "sheet", codeBytes)
}

// rowCheck is of the number of a row, too: rows that change places are noticed.
func rowCheck(n int, part []byte) byte {
	return sha256.Sum256(append([]byte{'r', byte(n)}, part...))[0]
}

// inFours puts spaces into figures.
func inFours(s string) string {
	var groups []string
	for part := range slices.Chunk([]byte(s), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

// Why a sheet is not read.
var (
	ErrSheetShort = errors.New("storage: it has too few or too many figures")
	ErrSheetWrong = errors.New("storage: something in it is not what is printed")
)

// figuresOf are the figures of a row or a code as people type them: in any case, with
// any spaces, with o for 0 and l or i for 1.
func figuresOf(s string) ([]byte, error) {
	clean := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n', '-', '\u00a0':
			return -1
		case 'o', 'O':
			return '0'
		case 'l', 'L', 'i', 'I':
			return '1'
		}
		return r
	}, s)
	b, err := hex.DecodeString(clean)
	if errors.Is(err, hex.ErrLength) {
		return nil, ErrSheetShort
	} else if err != nil {
		return nil, ErrSheetWrong
	}
	return b, nil
}

// SheetReader takes a sheet back, row by row.
type SheetReader struct{ keys []byte }

// Rows is how many were taken.
func (r *SheetReader) Rows() int { return len(r.keys) / rowBytes }

// Row takes the next row. One that is not taken is to be typed again.
func (r *SheetReader) Row(text string) error {
	b, err := figuresOf(text)
	if err != nil {
		return err
	}
	if len(b) != rowBytes+1 || r.Rows() >= mostRows {
		return ErrSheetShort
	}
	if part := b[:rowBytes]; rowCheck(r.Rows(), part) != b[rowBytes] {
		return ErrSheetWrong
	}
	r.keys = append(r.keys, b[:rowBytes]...)
	return nil
}

// IsCode reports whether what was typed has the length of the code, which comes last.
func IsCode(text string) bool {
	b, err := figuresOf(text)
	return err == nil && len(b) == codeBytes
}

// Keys are those of the sheet, whose code is this one.
func (r *SheetReader) Keys(code string) (*Keys, error) {
	if r.Rows() == 0 || r.Rows()%keyRows != 0 {
		return nil, ErrSheetShort
	}
	k := &Keys{}
	for secret := range slices.Chunk(r.keys, 32) {
		k.all = append(k.all, newMasterKey(slices.Clone(secret)))
	}
	if !k.HasSheet(code) {
		return nil, ErrSheetWrong
	}
	return k, nil
}

// HasSheet reports whether a code is that of the sheet of these keys.
func (k *Keys) HasSheet(code string) bool {
	b, err := figuresOf(code)
	return err == nil && slices.Equal(b, k.sheetCode())
}

// Names tells these keys from others, and nothing of them.
func (k *Keys) Names() string {
	var all []string
	for _, m := range k.all {
		all = append(all, fmt.Sprintf("%x", m.id))
	}
	return strings.Join(all, " ")
}

// Keep makes the key file, which is not there yet.
func (k *Keys) Keep(path string) error { return k.write(path) }
