package storage_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

// crashDir tells this test binary to be the child of TestCrash, and where.
const crashDir = "DECLARA_TEST_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Fprintln(os.Stderr, "child:", fileForEver(dir))
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// crashKills is how often the child is killed, and crashLimit the most time for it:
// on a machine that is busier than that, it is killed less often.
const (
	crashKills = 60
	crashLimit = 50 * time.Second
)

// lifespan is how long a child lives after a moment: its start, so that it dies while it
// opens the file or makes it, or its first word, so that it dies at work.
type lifespan struct {
	fromStart bool
	d         time.Duration
}

// TestCrash kills a child that files declarations, again and again, on the same
// file. Whatever the child said that it filed is there, whole; no filing is torn, no
// folio is missing, and everything fits (Check). SIGKILL leaves what was written to
// the operating system, so this is the death of the process and not of the machine.
func TestCrash(t *testing.T) {
	dir := t.TempDir()
	keys, err := storage.LoadKeys(filepath.Join(dir, "key"), true)
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	said := map[string]string{} // id to folio
	begun, kills, silent := time.Now(), 0, 0
	for ; kills < crashKills && time.Since(begun) < crashLimit; kills++ {
		before := len(said)
		l := lifespan{fromStart: kills%5 == 0, d: time.Duration(random.Int64N(int64(60 * time.Millisecond)))}
		runAndKill(t, dir, l, said)
		if len(said) == before {
			silent++
		}
		if t.Failed() {
			return
		}
		if _, err := os.Stat(filepath.Join(dir, "declara.db")); errors.Is(err, os.ErrNotExist) {
			continue // killed before there was a file
		}
		afterCrash(t, dir, keys, said)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills in %v, %d filings acknowledged, %d children died before the first", kills, time.Since(begun).Round(time.Second), len(said), silent)
	if kills < 50 && time.Since(begun) < crashLimit || len(said) < kills/2 {
		t.Errorf("%d kills and %d filings prove little", kills, len(said))
	}
}

// runAndKill lets a child live for a while and notes what it says.
func runAndKill(t *testing.T, dir string, l lifespan, said map[string]string) {
	t.Helper()
	var stderr bytes.Buffer
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDir+"="+dir)
	child.Stderr = &stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { child.Process.Kill() }
	killer := time.AfterFunc(time.Minute, func() { t.Error("the child says nothing"); kill() })
	defer func() { killer.Stop() }()
	if l.fromStart {
		killer.Stop()
		killer = time.AfterFunc(l.d*4, kill)
	}
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break // a last line without its end was not said
		} else if err != nil {
			t.Fatal(err)
		}
		id, folio, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			t.Fatalf("the child said %q", line)
		}
		said[id] = folio
		if !l.fromStart {
			l.fromStart = true
			killer.Stop()
			killer = time.AfterFunc(l.d, kill)
		}
	}
	if child.Wait(); child.ProcessState.ExitCode() >= 0 {
		t.Fatalf("the child ended by itself: %s", stderr.String())
	}
}

// afterCrash opens the file and compares.
func afterCrash(t *testing.T, dir string, keys *storage.Keys, said map[string]string) {
	t.Helper()
	s, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(s, keys)
	defer db.Close()
	got, err := db.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range got.Faults {
		t.Error("check:", f)
	}
	if err := db.View(t.Context(), tenant, func(tx *storage.Txn) error {
		for id, folio := range said {
			f, err := tx.Filing(id)
			if err != nil || f.Folio != folio {
				t.Errorf("%s was filed as %s and is %q: %v", id, folio, f.Folio, err)
			}
		}
		return tx.Filings(func(f storage.Filing) error {
			doc, err := tx.FullDocument(f.ID)
			if want := crashDocument(f.ID); err != nil || !bytes.Equal(doc, want) {
				t.Errorf("%s: a document of %d bytes, want %d: %v", f.ID, len(doc), len(want), err)
			}
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
}

// crashDocument is the document of a filing in TestCrash: 12 KB that its id tells.
func crashDocument(id string) []byte { return bytes.Repeat([]byte(id), 12<<10/len(id)) }

// fileForEver is the child: four writers, each of whom begins a draft, files it with
// its mail and its trace, adds a note, a paper and a reading, and says what it filed once it was kept.
func fileForEver(dir string) error {
	keys, err := storage.LoadKeys(filepath.Join(dir, "key"), false)
	if err != nil {
		return err
	}
	s, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		return err
	}
	db := storage.Open(s, keys)
	ctx := context.Background()
	if err := db.Update(ctx, tenant, func(tx *storage.Txn) error { return tx.PutInstitution(valle) }); err != nil {
		return err
	}
	var say sync.Mutex
	failed := make(chan error)
	for w := range 4 {
		go func() {
			for {
				f := filing(0)
				f.ID, f.Filed = storage.NewID(time.Now()), time.Now()
				f.Person, f.Sent = fmt.Sprint("p", w), "envio "+f.ID
				if err := fileOneOf(ctx, db, f); err != nil {
					failed <- err
				}
				say.Lock()
				fmt.Println(f.ID, f.Folio)
				say.Unlock()
			}
		}()
	}
	return <-failed
}

func fileOneOf(ctx context.Context, db *storage.DB, f *storage.Filing) error {
	doc := crashDocument(f.ID)
	if err := db.Update(ctx, tenant, func(tx *storage.Txn) error {
		drafts, err := tx.DraftsOf(f.Person) // of the life before
		if err != nil {
			return err
		}
		for _, d := range drafts {
			if err := tx.DeleteDraft(d.ID); err != nil {
				return err
			}
		}
		_, err = tx.PutDraft(storage.Draft{ID: f.ID, Person: f.Person, Draft: forms.Draft{Type: forms.Modificacion, Year: 2026}}, "ingresos", 0)
		return err
	}); err != nil {
		return err
	}
	first := *f
	if err := db.Update(ctx, tenant, func(tx *storage.Txn) error {
		*f = first
		return errors.Join(tx.File(f, doc, doc[:200], f.ID),
			tx.PutMail(storage.Mail{ID: f.ID, Created: f.Filed, Next: f.Filed}),
			tx.Audit(storage.AuditEntry{At: f.Filed, Act: "filing", About: f.ID}))
	}); err != nil {
		return err
	}
	return db.Update(ctx, tenant, func(tx *storage.Txn) error {
		return errors.Join(tx.PutNote(&storage.Note{ID: "n1", Filing: f.ID, Text: "nota", Filed: f.Filed}),
			keep(tx, f.ID, storage.PaperFull, string(doc)),
			tx.LogRead(&storage.Read{ID: "r" + f.ID, Filing: f.ID, User: "u1", File: "OIC-1", Reason: "motivo", At: f.Filed}))
	})
}
