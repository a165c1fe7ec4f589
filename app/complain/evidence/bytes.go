package evidence

import "encoding/binary"

var (
	be = binary.BigEndian
	le = binary.LittleEndian
)

// at returns the n bytes at off, or nil where b does not hold them. Offsets come out
// of files: they are compared without being added, so that none can overflow.
func at(b []byte, off, n int) []byte {
	if off < 0 || n < 0 || off > len(b) || n > len(b)-off {
		return nil
	}
	return b[off : off+n : off+n]
}

func has(b []byte, off int, s string) bool { return string(at(b, off, len(s))) == s }

func be16(b []byte, off int) int {
	if s := at(b, off, 2); s != nil {
		return int(be.Uint16(s))
	}
	return -1
}

func be32(b []byte, off int) int64 {
	if s := at(b, off, 4); s != nil {
		return int64(be.Uint32(s))
	}
	return -1
}

func le16(b []byte, off int) int {
	if s := at(b, off, 2); s != nil {
		return int(le.Uint16(s))
	}
	return -1
}

func le32(b []byte, off int) int64 {
	if s := at(b, off, 4); s != nil {
		return int64(le.Uint32(s))
	}
	return -1
}
