package backup

import (
	"archive/tar"
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

// What a file that is carried away has in it, as an installation has it, and last the
// sums of it all.
const (
	storeName    = "declara.db"
	evidenceName = "evidence"
	sumsName     = "SHA256SUMS"
)

// Carry makes one file of a copy of the store that was opened, and of the files that it
// names: a tar that says its sums itself. It is read again before it has its name, and
// replaces nothing.
func Carry(ctx context.Context, to, store string, all []storage.EvidenceFile, from *files.Store, day time.Time) (err error) {
	part := to + partial
	defer func() {
		if e := os.Remove(part); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := pack(ctx, f, store, all, from, midnight(day)); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), os.Chtimes(part, midnight(day), midnight(day))); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if faults, err := unpack(f, func(_ string, r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }); err != nil || len(faults) > 0 {
		return errors.Join(err, fmt.Errorf("what was written is not what is read back: %s", strings.Join(faults, "; ")))
	}
	if err := os.Link(part, to); errors.Is(err, fs.ErrExist) {
		return err
	} else if err != nil { // a stick has no second names for a file
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s exists", to)
		}
		if err := os.Rename(part, to); err != nil {
			return err
		}
	}
	return syncDir(filepath.Dir(to))
}

// pack writes the tar.
func pack(ctx context.Context, out io.Writer, store string, all []storage.EvidenceFile, from *files.Store, day time.Time) error {
	w := tar.NewWriter(out)
	var sums bytes.Buffer
	add := func(name string, size int64, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: day, Format: tar.FormatPAX}); err != nil {
			return err
		}
		h := sha256.New()
		if _, err := io.Copy(io.MultiWriter(w, h), r); err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", h.Sum(nil), name)
		return nil
	}
	f, err := os.Open(store)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := add(storeName, info.Size(), f); err != nil {
		return err
	}
	for _, e := range all {
		b, err := from.Get(e.Name)
		if err != nil {
			return fmt.Errorf("a file of a complaint: %w", err)
		}
		if err := add(evidenceName+"/"+e.Name, int64(len(b)), bytes.NewReader(b)); err != nil {
			return err
		}
	}
	text := bytes.Clone(sums.Bytes())
	return errors.Join(add(sumsName, int64(len(text)), bytes.NewReader(text)), w.Close())
}

// unpack gives the files of a tar that Carry made, and tells what of it is damaged. What
// has another name is none of ours.
func unpack(in io.Reader, take func(name string, r io.Reader) error) (faults []string, err error) {
	r := tar.NewReader(in)
	had := map[string][]byte{}
	for {
		h, err := r.Next()
		if err != nil {
			return append(faults, "it ends in the middle, or is damaged there"), nil
		}
		if h.Name == sumsName {
			text, err := io.ReadAll(io.LimitReader(r, 64<<20))
			if err != nil {
				return append(faults, "it ends in the middle, or is damaged there"), nil
			}
			return append(faults, compare(text, had)...), nil
		}
		if h.Typeflag != tar.TypeReg || h.Name != storeName && !strings.HasPrefix(h.Name, evidenceName+"/") || strings.Count(h.Name, "/") > 1 {
			faults = append(faults, "it has something that no copy has")
			continue
		}
		sum, torn := sha256.New(), &tornReader{r: r}
		if err := take(h.Name, io.TeeReader(torn, sum)); torn.err != nil {
			return append(faults, "it ends in the middle, or is damaged there"), nil
		} else if err != nil {
			return faults, err
		}
		had[h.Name] = sum.Sum(nil)
	}
}

// tornReader remembers that reading failed, which is not the fault of who writes.
type tornReader struct {
	r   io.Reader
	err error
}

func (t *tornReader) Read(b []byte) (int, error) {
	n, err := t.r.Read(b)
	if err != nil && err != io.EOF {
		t.err = err
	}
	return n, err
}

// compare tells which files are not what the sums say.
func compare(text []byte, had map[string][]byte) (faults []string) {
	for line := range strings.Lines(string(text)) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if name == storeName || strings.HasPrefix(name, evidenceName+"/") {
			if got, ok := had[name]; !ok || hex.EncodeToString(got) != sum {
				faults = append(faults, name+" is not what was written")
			}
			delete(had, name)
		}
	}
	for name := range had {
		faults = append(faults, name+" is not among the sums")
	}
	return faults
}

// ErrNoCopy means that a file or a folder has no copy in it.
var ErrNoCopy = errors.New("this is no copy of declara: give it the .tar of declara backup, a declara-….db of a folder of copies, or that folder")

// Bring puts a copy into the folder of an installation that has no store: of a file that
// was carried away, of a copy in its folder, or of the newest in a folder. It tells which
// file it was, and what of it is damaged: whatever can be brought is. What files of
// complaints belong to it says the store: of a folder of copies give takes them.
func Bring(from, data string, now func() time.Time) (file string, faults []string, err error) {
	info, err := os.Stat(from)
	if err != nil {
		return "", nil, err
	}
	if info.IsDir() {
		if from, err = newest(from); err != nil {
			return "", nil, err
		}
	}
	f, err := os.Open(from)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", nil, ErrNoCopy
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", nil, err
	}
	store := filepath.Join(data, storeName)
	if n == len(head) && string(head[257:262]) == "ustar" {
		faults, err = bringTar(f, data, store, now)
	} else {
		faults, err = bringStore(f, from, store)
	}
	return from, faults, err
}

// bringTar brings what was carried away.
func bringTar(f *os.File, data, store string, now func() time.Time) (faults []string, err error) {
	evidence := files.Open(filepath.Join(data, evidenceName), now)
	faults, err = unpack(f, func(name string, r io.Reader) error {
		if name == storeName {
			return fill(store, r)
		}
		return evidence.Receive(strings.TrimPrefix(name, evidenceName+"/"), r)
	})
	if _, e := os.Lstat(store); err == nil && e != nil {
		err = fmt.Errorf("nothing came out of it: %s", strings.Join(faults, "; "))
	}
	return faults, err
}

// bringStore brings a store of a folder of copies. Its list, when it is there, says
// whether it is still what was written.
func bringStore(f *os.File, from, store string) (faults []string, err error) {
	if err := fill(store, f); err != nil {
		return nil, err
	}
	want, _, err := readList(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return []string{"its list " + filepath.Base(ListOf(from)) + " is damaged"}, nil
	}
	if got, err := sumOf(store); err != nil {
		return nil, err
	} else if !bytes.Equal(got, want) {
		faults = append(faults, filepath.Base(from)+" is not what was written: it was damaged since")
	}
	return faults, nil
}

// fill writes a new file and has it on the disk, whole or not at all.
func fill(to string, r io.Reader) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// newest is the newest copy in a folder.
func newest(folder string) (file string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	last, most := "", 0
	for _, e := range entries {
		day, n, ok := placeOf(e.Name())
		if ok && e.Type().IsRegular() && (day > last || day == last && n > most) {
			last, most, file = day, n, filepath.Join(folder, e.Name())
		}
	}
	if file == "" {
		return "", ErrNoCopy
	}
	return file, nil
}
