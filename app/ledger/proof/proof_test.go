package proof_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"declara/app/ledger/proof"
	"declara/storage"
)

type signer struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (s signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// made is a log of some leaves and the proof file of one, made without the product's
// code for it.
func made(t testing.TB, seed byte) (f proof.File, key, hash string) {
	t.Helper()
	secret := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), 32)))
	key, err := note.NewEd25519VerifierKey("declara/log/test", secret.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	hash = storage.Digest([]byte("full document"))
	salt := strings.Repeat("0a", 16)
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) (all []tlog.Hash, _ error) {
		for _, i := range at {
			all = append(all, stored[i])
		}
		return all, nil
	})
	const size, mine = 11, 4
	var record string
	for n := range int64(size) {
		l := storage.Leaf{N: uint64(n), Kind: storage.LeafFiling, About: fmt.Sprintf("VE-2026-%06d", n+1), Full: storage.Commitment(salt, hash), Public: storage.Plain(hash), At: time.Unix(1778781600+n, 0).UTC()}
		text := l.Record("1")
		if n == mine {
			record = string(text)
		}
		h, err := tlog.StoredHashes(n, text, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, h...)
	}
	root, err := tlog.TreeHash(size, read)
	if err != nil {
		t.Fatal(err)
	}
	path, err := tlog.ProveRecord(size, mine, read)
	if err != nil {
		t.Fatal(err)
	}
	text, err := note.Sign(&note.Note{Text: proof.Text(v.Name(), storage.Tree{Size: size, Root: root})}, signer{v, secret})
	if err != nil {
		t.Fatal(err)
	}
	return proof.File{Format: proof.Format, Key: key, Checkpoint: string(text),
		Entries: []proof.Entry{{Leaf: mine, Record: record, Path: path, Salt: salt, Hash: hash}}}, key, hash
}

func TestCheck(t *testing.T) {
	other, otherKey, _ := made(t, 'b')
	for _, c := range []struct {
		name   string
		change func(*proof.File)
		key    string // "" is the right one, "-" none
		want   error
	}{
		{"as it was made", func(*proof.File) {}, "", nil},
		{"with the key of the file", func(*proof.File) {}, "-", nil},
		{"another key expected", func(*proof.File) {}, otherKey, proof.ErrKey},
		{"another key in the file", func(f *proof.File) { f.Key = otherKey }, "", proof.ErrKey},
		{"another key in the file, believed", func(f *proof.File) { f.Key = otherKey }, "-", proof.ErrCheckpoint},
		{"no key", func(f *proof.File) { f.Key = "x" }, "-", proof.ErrKey},
		{"a checkpoint of another log", func(f *proof.File) { f.Checkpoint = other.Checkpoint }, "", proof.ErrCheckpoint},
		{"a checkpoint with another size", func(f *proof.File) { f.Checkpoint = strings.Replace(f.Checkpoint, "\n11\n", "\n12\n", 1) }, "", proof.ErrCheckpoint},
		{"no checkpoint", func(f *proof.File) { f.Checkpoint = "" }, "", proof.ErrCheckpoint},
		{"another folio in the leaf", func(f *proof.File) {
			f.Entries[0].Record = strings.Replace(f.Entries[0].Record, "000005", "000006", 1)
		}, "", proof.ErrPath},
		{"another leaf", func(f *proof.File) { f.Entries[0].Leaf = 5 }, "", proof.ErrPath},
		{"a leaf beyond the end", func(f *proof.File) {
			f.Entries[0].Leaf = 11
			f.Entries[0].Record = strings.Replace(f.Entries[0].Record, "\n4\n", "\n11\n", 1)
		}, "", proof.ErrPath},
		{"a shorter path", func(f *proof.File) { f.Entries[0].Path = f.Entries[0].Path[1:] }, "", proof.ErrPath},
		{"no path", func(f *proof.File) { f.Entries[0].Path = nil }, "", proof.ErrPath},
		{"another hash", func(f *proof.File) { f.Entries[0].Hash = storage.Digest([]byte("x")) }, "", proof.ErrHash},
		{"no hash", func(f *proof.File) { f.Entries[0].Hash = "" }, "", nil},
	} {
		f, key, hash := made(t, 'a')
		c.change(&f)
		switch c.key {
		case "-":
			key = ""
		case "":
		default:
			key = c.key
		}
		r, err := proof.Check(f, key)
		if !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if err == nil {
			if e, ok := r.Find(hash); !ok || e.N != 4 || e.About != "VE-2026-000005" || r.Size != 11 || r.Origin != "declara/log/test" {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
	}
}

// TestEveryBit flips every bit of a proof file in turn. What still checks says the same.
func TestEveryBit(t *testing.T) {
	f, key, hash := made(t, 'a')
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	want, err := proof.Check(f, key)
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for bit := range len(text) * 8 {
		text[bit/8] ^= 1 << (bit % 8)
		if g, err := proof.Read(text); err == nil {
			if r, err := proof.Check(g, key); err == nil {
				held++
				if e, ok := r.Find(hash); r.Size != want.Size || r.Root != want.Root || len(r.Entries) != 1 || ok && e.Leaf != want.Entries[0].Leaf {
					t.Fatalf("bit %d: it proves something else: %s", bit, text)
				}
			}
		}
		text[bit/8] ^= 1 << (bit % 8)
	}
	// The names of members that may be left out, and the
	// case of hex digits are not proved.
	t.Logf("%d flips still check", held)
	if held > 700 {
		t.Errorf("%d of %d flips still check", held, len(text)*8)
	}
}

func TestRead(t *testing.T) {
	f, _, _ := made(t, 'a')
	entry, _ := json.Marshal(f.Entries[0])
	for name, text := range map[string]string{
		"nothing": "", "no JSON": "{", "a list": "[]", "another format": `{"format":"declara proof 2","entries":[` + string(entry) + `]}`,
		"no entry": `{"format":"declara proof 1","entries":[]}`, "two texts": `{"format":"declara proof 1","entries":[` + string(entry) + `]} {}`,
		"too big":      strings.Repeat(" ", proof.MaxSize+1),
		"many entries": `{"format":"declara proof 1","entries":[{}` + strings.Repeat(",{}", 3000) + `]}`,
		"a long path":  `{"format":"declara proof 1","entries":[{"path":["` + strings.Repeat(strings.Repeat("A", 43)+`=","`, 70) + strings.Repeat("A", 43) + `="]}]}`,
		"deep":         strings.Repeat("[", 100_000),
	} {
		if _, err := proof.Read([]byte(text)); !errors.Is(err, proof.ErrFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzProof: nothing that is given as a proof file harms, and what is not the one that
// was made proves nothing of a document that is in no log.
func FuzzProof(f *testing.F) {
	file, key, _ := made(f, 'a')
	text, err := json.Marshal(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		b := []byte(string(text))
		b[r.IntN(len(b))] = byte(r.IntN(256))
		f.Add(b)
	}
	f.Add([]byte(`{"format":"declara proof 1","entries":[{"leaf":18446744073709551615,"record":"x","path":[]}]}`))
	never := storage.Digest([]byte("never filed"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := proof.Read(b)
		if err != nil {
			return
		}
		for _, k := range []string{key, ""} {
			report, err := proof.Check(file, k)
			if err != nil {
				continue
			}
			if _, ok := report.Find(never); ok && k != "" {
				t.Errorf("it proves what was never filed: %s", b)
			}
		}
	})
}
