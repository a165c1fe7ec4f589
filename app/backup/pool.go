package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"declara/storage"
	"declara/storage/files"
)

// pooled is the folder, beside the copies, of the files of complaints of all of them.
const pooled = "declara-evidencia"

// Pool is the files of complaints of all copies in a folder.
func Pool(folder string, now func() time.Time) *files.Store {
	return files.Open(filepath.Join(folder, pooled), now)
}

// ListOf is the file that has the sums of a copy and of what it names.
func ListOf(file string) string { return file + ".sha256" }

// named reads and compares every file of complaints that a copy names. One that is not
// there or is damaged is taken from the installation, if it is whole there.
func (s *Service) named(ctx context.Context, folder string, all []storage.EvidenceFile) error {
	pool, bad := Pool(folder, s.Clock), 0
	for _, f := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if whole(pool, f) {
			continue
		}
		if whole(s.Evidence, f) {
			if err := s.Evidence.Send(filepath.Join(folder, pooled), f.Name); err != nil {
				return reason(err, NoWrite)
			}
		}
		if !whole(pool, f) {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d files of complaints are damaged or not there", bad)
	}
	return nil
}

// whole reports whether a file is there and is the one that its record tells of.
func whole(in *files.Store, f storage.EvidenceFile) bool {
	sum, err := in.Sum(f.Name)
	return err == nil && bytes.Equal(sum, f.Sum)
}

// writeList writes the list of a copy that lies under another name still.
func writeList(to, store, name string, all []storage.EvidenceFile) error {
	sum, err := sumOf(store)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%x  %s\n", sum, name)
	for _, f := range all {
		fmt.Fprintf(&text, "%x  %s/%s\n", f.Sum, pooled, f.Name)
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes())
	return errors.Join(err, f.Sync(), f.Close())
}

// sumOf is the SHA-256 of a file.
func sumOf(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return h.Sum(nil), err
}

// errList means that the list of a copy is not one.
var errList = errors.New("backup: the list of a copy is damaged")

// readList reads the list of a copy: the sum of its store, and the names of its files.
func readList(file string) (store []byte, names []string, err error) {
	text, err := os.ReadFile(ListOf(file))
	if err != nil {
		return nil, nil, err
	}
	for line := range strings.Lines(string(text)) {
		line, ended := strings.CutSuffix(line, "\n")
		sum, name, ok := strings.Cut(line, "  ")
		b, err := hex.DecodeString(sum)
		if !ended || !ok || err != nil || len(b) != sha256.Size {
			return nil, nil, errList
		}
		if file, ok := strings.CutPrefix(name, pooled+"/"); ok && store != nil {
			names = append(names, file)
		} else if store == nil && !ok {
			store = b
		} else {
			return nil, nil, errList
		}
	}
	if store == nil {
		return nil, nil, errList
	}
	return store, names, nil
}

// gather removes from the pool what no copy names any more. While the list of any copy
// cannot be read, everything stays.
func (s *Service) gather(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, e := range entries {
		if _, ok := dayOf(e.Name()); !ok {
			continue
		}
		_, names, err := readList(filepath.Join(folder, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			err = errList
		}
		if err != nil {
			return err
		}
		for _, name := range names {
			kept[name] = true
		}
	}
	if err := Pool(folder, s.Clock).Keep(func(name string) bool { return kept[name] }); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Pooled is how many files of complaints the copies of a folder share, and how large they
// are together.
func (s *Service) Pooled(folder string) (n int, size int64) {
	entries, err := os.ReadDir(filepath.Join(folder, pooled))
	if err != nil {
		return 0, 0 // none yet, or the folder cannot be read, which is told elsewhere
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			n, size = n+1, size+info.Size()
		}
	}
	return n, size
}
