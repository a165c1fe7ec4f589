// Package proof checks, without a network and without trust in whoever gave it, that
// something is in the log of declara. It is what `declara verify --proof`, the page and
// a stranger's own program have in common.
//
// A proof file is JSON:
//
//	{
//	  "format": "declara proof 1",
//	  "key": "declara/log/1f0c…+4a5b6c7d+AV…",     the log's key, as golang.org/x/mod/sumdb/note writes it
//	  "checkpoint": "declara/log/1f0c…\n412\n…",   the state of the log, signed with it (C2SP tlog-checkpoint)
//	  "entries": [{
//	    "leaf": 17,
//	    "record": "declara leaf 1\n…",             exactly what was hashed
//	    "path": ["…"],                             inclusion proof of RFC 6962, base64
//	    "salt": "…", "hash": "…"                   of what is private; only in the file of who may know
//	  }]
//	}
//
// Nothing is said beside what is proved: folio, kind and time are in the record.
//
// Two things need more than the file. That the key is the institution's: compare it
// with the one that she publishes, or with one from before. And that everybody is
// shown the same log: compare the checkpoint with what a witness has.
package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"declara/storage"
)

// Format is the first member of a proof file.
const Format = "declara proof 1"

// How big a file may be, and how much it may hold: the parser is given anything.
const (
	MaxSize    = 1 << 20
	maxEntries = 2000
	maxPath    = 64
	maxRecord  = 2000
	maxNote    = 16 << 10
)

// Why a proof does not hold.
var (
	ErrFile       = errors.New("proof: not a proof file")
	ErrKey        = errors.New("proof: the key of the log is not the one that was expected")
	ErrCheckpoint = errors.New("proof: the checkpoint is not signed by the key of the log")
	ErrPath       = errors.New("proof: a leaf is not in the log of the checkpoint")
	ErrHash       = errors.New("proof: a leaf is not of the hash that goes with it")
)

// File is a proof file.
type File struct {
	Format     string  `json:"format"`
	Key        string  `json:"key"`
	Checkpoint string  `json:"checkpoint"`
	Entries    []Entry `json:"entries"`
}

// Entry proves one leaf.
type Entry struct {
	Leaf   uint64      `json:"leaf"`
	Record string      `json:"record"`
	Path   []tlog.Hash `json:"path"`
	Salt   string      `json:"salt,omitempty"` // of the commitment to what is private, hex
	Hash   string      `json:"hash,omitempty"` // SHA-256 of what is private, hex
}

// Found is an entry that was proved.
type Found struct {
	storage.Leaf
	Salt, Hash string
}

// Is reports whether the entry is of something with a SHA-256, in hex.
func (f Found) Is(hash string) bool {
	return storage.Commits(f.Full, f.Salt, hash) || storage.Commits(f.Public, f.Salt, hash)
}

// Report is what a proof file proves.
type Report struct {
	Origin  string // of the log
	Key     string // that signed the checkpoint
	Size    uint64
	Root    tlog.Hash
	Entries []Found
}

// Find is the entry of something with a SHA-256, in hex.
func (r Report) Find(hash string) (Found, bool) {
	for _, e := range r.Entries {
		if e.Is(hash) {
			return e, true
		}
	}
	return Found{}, false
}

// Read reads a proof file. It proves nothing yet.
func Read(text []byte) (File, error) {
	var f File
	if len(text) > MaxSize {
		return f, ErrFile
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&f); err != nil || d.More() {
		return File{}, ErrFile
	}
	if f.Format != Format || len(f.Entries) == 0 || len(f.Entries) > maxEntries || len(f.Checkpoint) > maxNote || len(f.Key) > maxNote {
		return File{}, ErrFile
	}
	for _, e := range f.Entries {
		if len(e.Path) > maxPath || len(e.Record) > maxRecord {
			return File{}, ErrFile
		}
	}
	return f, nil
}

// Check proves all entries of a file. key is the log's, when the caller knows it; ""
// believes the one in the file, and then the caller says so.
func Check(f File, key string) (Report, error) {
	if key == "" {
		key = f.Key
	} else if f.Key != key {
		return Report{}, ErrKey
	}
	origin, tree, err := Open(f.Checkpoint, key)
	if err != nil {
		return Report{}, err
	}
	r := Report{Origin: origin, Key: key, Size: tree.Size, Root: tree.Root}
	for _, e := range f.Entries {
		tenant, leaf, err := storage.ReadLeaf([]byte(e.Record))
		if err != nil || leaf.N != e.Leaf || tenant == "" || leaf.N >= tree.Size {
			return Report{}, ErrPath
		}
		if err := tlog.CheckRecord(e.Path, int64(tree.Size), tree.Root, int64(leaf.N), tlog.RecordHash([]byte(e.Record))); err != nil {
			return Report{}, ErrPath
		}
		found := Found{leaf, e.Salt, e.Hash}
		if e.Hash != "" && !found.Is(e.Hash) {
			return Report{}, ErrHash
		}
		r.Entries = append(r.Entries, found)
	}
	return r, nil
}

// Open checks a signed checkpoint and reads it.
func Open(checkpoint, key string) (origin string, t storage.Tree, err error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return "", t, ErrKey
	}
	n, err := note.Open([]byte(checkpoint), note.VerifierList(v))
	if err != nil {
		return "", t, ErrCheckpoint
	}
	origin, t, ok := readText(n.Text)
	if !ok || origin != v.Name() {
		return "", storage.Tree{}, ErrCheckpoint
	}
	return origin, t, nil
}

// Text is the text of a checkpoint that is signed (C2SP tlog-checkpoint): origin, size
// and root, each on a line.
func Text(origin string, t storage.Tree) string {
	return origin + "\n" + strconv.FormatUint(t.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(t.Root[:]) + "\n"
}

// readText reads it. Lines after the third are extensions, of which we know none.
func readText(text string) (origin string, t storage.Tree, ok bool) {
	line := strings.SplitN(text, "\n", 4)
	if len(line) != 4 || line[0] == "" {
		return "", t, false
	}
	size, err := strconv.ParseUint(line[1], 10, 63)
	if err != nil || strconv.FormatUint(size, 10) != line[1] {
		return "", t, false
	}
	root, err := base64.StdEncoding.DecodeString(line[2])
	if err != nil || len(root) != tlog.HashSize {
		return "", t, false
	}
	return line[0], storage.Tree{Size: size, Root: tlog.Hash(root)}, true
}
