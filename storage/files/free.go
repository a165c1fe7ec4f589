package files

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
)

// Free is how many bytes of the disk that the folder lies on are free, for us, and how
// many it has.
func (s *Store) Free() (free, all int64, err error) {
	var at syscall.Statfs_t
	err = syscall.Statfs(s.dir, &at)
	if errors.Is(err, fs.ErrNotExist) { // it is made with the first file
		err = syscall.Statfs(filepath.Dir(s.dir), &at)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("files: %w", bare(err))
	}
	block := int64(at.Bsize)
	return int64(at.Bavail) * block, int64(at.Blocks) * block, nil
}
