package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

// pool are the files of complaints in the folder of copies.
func (x *office) pool() (all []string) {
	x.t.Helper()
	entries, err := os.ReadDir(filepath.Join(x.folder, pooled))
	if err != nil {
		x.t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func (x *office) spoil(store, name string) {
	x.t.Helper()
	path := filepath.Join(x.folder, pooled, name)
	if store == "office" {
		path = filepath.Join(x.Data, "evidence", name)
	}
	if err := os.WriteFile(path, []byte("otro"), 0o600); err != nil {
		x.t.Fatal(err)
	}
}

// daily says that copies are made every day.
func (x *office) daily(days, weeks int) {
	x.Fixed = &storage.Daily{Folder: x.folder, Hour: 0, Days: days, Weeks: weeks}
}

func day(n int) time.Time { return time.Date(2026, 5, n, 12, 0, 0, 0, time.UTC) }

// TestShared: thirty copies have a file once, sha256sum finds all of it, and each copy
// alone is an installation again.
func TestShared(t *testing.T) {
	x := newOffice(t)
	big := strings.Repeat("sellado ", 1<<17)
	f := x.send("b", big)
	x.daily(30, 0)
	for n := range 30 {
		x.tick(day(1 + n))
	}
	kept, err := x.Kept(x.folder)
	if err != nil || len(kept) != 30 {
		t.Fatal(kept, err)
	}
	if n, size := x.Pooled(x.folder); n != 2 || size != int64(len(big)+len("sellado")) {
		t.Errorf("%d files of %d bytes", n, size)
	}
	if sum, err := exec.LookPath("sha256sum"); err == nil {
		for _, k := range kept {
			c := exec.Command(sum, "-c", "--strict", "--quiet", filepath.Base(ListOf(k.File)))
			c.Dir = x.folder
			if out, err := c.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
	}
	to := t.TempDir()
	file, faults, err := Bring(x.folder, to, x.Clock)
	if err != nil || len(faults) != 0 || file != kept[0].File {
		t.Fatal(file, faults, err)
	}
	all, err := x.open(t.Context(), filepath.Join(to, storeName))
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	if b, err := Pool(x.folder, x.Clock).Get(f.Name); err != nil || string(b) != big {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

// TestDamagedPool: a file of the pool that was damaged is taken from the office again; a
// damaged one of the office never takes the place of a whole one; and where both are
// damaged there is no copy.
func TestDamagedPool(t *testing.T) {
	x := newOffice(t)
	f := x.send("b", "uno")
	if _, err := x.Make(t.Context(), x.folder); err != nil {
		t.Fatal(err)
	}
	x.spoil("copies", f.Name)
	if _, err := x.Make(t.Context(), x.folder); err != nil {
		t.Fatal(err)
	}
	if b, err := Pool(x.folder, x.Clock).Get(f.Name); string(b) != "uno" {
		t.Errorf("%q, %v", b, err)
	}
	x.spoil("office", f.Name)
	if _, err := x.Make(t.Context(), x.folder); err != nil {
		t.Fatal(err)
	}
	if b, err := Pool(x.folder, x.Clock).Get(f.Name); string(b) != "uno" {
		t.Errorf("%q, %v", b, err)
	}
	x.spoil("copies", f.Name)
	if _, err := x.Make(t.Context(), x.folder); err != error(Unsound) {
		t.Errorf("both damaged: %v", err)
	}
	if err := os.Remove(filepath.Join(x.folder, pooled, f.Name)); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Make(t.Context(), x.folder); err != error(Unsound) {
		t.Errorf("one damaged, one gone: %v", err)
	}
}

// TestGather: a file goes from the pool with the last copy that names it, and none goes
// while a list cannot be read.
func TestGather(t *testing.T) {
	x := newOffice(t)
	x.daily(2, 0)
	f := x.send("b", "uno")
	x.tick(day(4))
	x.now = day(4)
	x.erase("b")
	left := filepath.Join(x.folder, pooled, strings.Repeat("a", 26)+".parcial")
	if err := os.WriteFile(left, []byte("mitad"), 0o600); err != nil {
		t.Fatal(err)
	}
	x.tick(day(5))
	if got := x.pool(); len(got) != 2 || !slices.Contains(got, f.Name) {
		t.Errorf("while the 4th has it: %v", got)
	}
	list := ListOf(filepath.Join(x.folder, "declara-diario-2026-05-05.db"))
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(list, text[:len(text)-5], 0o600); err == nil {
		x.tick(day(6))
	}
	if got := x.pool(); len(got) != 2 || x.told().Tried.Why != string(List) || x.told().Tried.Day != "2026-05-06" {
		t.Errorf("with a torn list: %v, %+v", got, x.told().Tried)
	}
	if err := os.WriteFile(list, text, 0o600); err != nil {
		t.Fatal(err)
	}
	x.tick(day(7))
	if got := x.pool(); len(got) != 1 || x.told().Tried.Why != "" {
		t.Errorf("afterwards: %v, %+v", got, x.told().Tried)
	}
}

// TestErased: what was deleted for good goes from every copy of the folder, by hand or
// by the day, a quarter later, and from the pool with them; what was made since stays.
func TestErased(t *testing.T) {
	x := newOffice(t)
	x.daily(60, 104)
	f := x.send("b", "uno")
	x.now = day(4)
	if _, err := x.Make(t.Context(), x.folder); err != nil {
		t.Fatal(err)
	}
	x.tick(day(10))
	x.now = day(10)
	x.erase("b")
	x.now = day(11)
	if _, err := x.Make(t.Context(), x.folder); err != nil {
		t.Fatal(err)
	}
	has := func(names ...string) {
		t.Helper()
		var dbs []string
		for _, name := range x.names() {
			if strings.HasSuffix(name, ".db") {
				dbs = append(dbs, name)
			}
		}
		if !slices.Equal(dbs, names) {
			t.Errorf("%v", dbs)
		}
	}
	x.tick(day(10 + afterErased - 1))
	has("declara-2026-05-04.db", "declara-2026-05-11.db", "declara-diario-2026-05-10.db", "declara-diario-2026-08-07.db")
	x.unwell = true
	x.tick(day(10 + afterErased))
	has("declara-2026-05-04.db", "declara-2026-05-11.db", "declara-diario-2026-05-10.db", "declara-diario-2026-08-07.db")
	x.unwell = false
	x.tick(day(10 + afterErased).Add(2 * time.Hour))
	has("declara-2026-05-11.db", "declara-diario-2026-08-07.db", "declara-diario-2026-08-08.db")
	if slices.Contains(x.pool(), f.Name) {
		t.Error("the file lives on")
	}
}

// TestKilled: a process that is killed while it copies, whenever that is, leaves only
// copies that are sound, and nothing that the next does not clear away.
func TestKilled(t *testing.T) {
	const within = "DECLARA_TEST_KILLED"
	if dir := os.Getenv(within); dir != "" {
		copyForEver(t, dir)
		return
	}
	x := newOffice(t)
	root := t.TempDir()
	x.folder = filepath.Join(root, "copias")
	if err := os.MkdirAll(x.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for n := range 8 {
		alone := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		alone.Env = append(os.Environ(), within+"="+root)
		out, err := alone.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := alone.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 1+n/2)); err != nil { // so many copies were begun
			t.Fatal(err)
		}
		time.Sleep(time.Duration(n*7) * time.Millisecond)
		if err := alone.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		alone.Wait()
	}
	keys, err := storage.LoadKeys(filepath.Join(root, "llave"), false)
	if err != nil {
		t.Fatal(err)
	}
	x.keys = keys
	n := 0
	for _, name := range x.names() {
		if _, ok := dayOf(name); !ok {
			continue
		}
		n++
		file := filepath.Join(x.folder, name)
		all, err := x.open(t.Context(), file)
		if err != nil || len(all) == 0 {
			t.Fatalf("%s: %v, %v", name, all, err)
		}
		want, listed, err := readList(file)
		if err != nil || len(listed) != len(all) {
			t.Fatalf("%s: %v, %v", name, listed, err)
		}
		if got, err := sumOf(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %x, %v", name, got, err)
		}
		for _, f := range all {
			if !whole(Pool(x.folder, x.Clock), f) {
				t.Errorf("%s names a file that is not whole", name)
			}
		}
	}
	t.Logf("%d copies were left by 8 that were killed", n)
	if err := errors.Join(leftovers(x.folder), x.gather(x.folder)); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(x.names(), x.pool()...) {
		if strings.Contains(name, partial) {
			t.Errorf("left %s", name)
		}
	}
}

// copyForEver opens the office in a folder and makes copies until it is killed.
func copyForEver(t *testing.T, root string) {
	keys, err := storage.LoadKeys(filepath.Join(root, "llave"), true)
	if err != nil {
		t.Fatal(err)
	}
	store, err := bolt.Open(filepath.Join(root, "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, keys)
	x := &office{t: t, keys: keys, folder: filepath.Join(root, "copias"), now: day(4)}
	clock := func() time.Time { return x.now }
	x.Service = New(Config{DB: db, Tenant: tenant, Evidence: files.Open(filepath.Join(root, "evidence"), clock), Data: root + "/datos", Key: root + "/datos/llave",
		Open: x.open, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Valle Encinos", Zone: "America/Mexico_City", SetUp: x.now})
	}); err != nil {
		t.Fatal(err)
	}
	x.send(storage.RandomID(), strings.Repeat("s", 4<<20))
	for n := range 500 {
		os.Stdout.WriteString("x")
		x.now = day(4 + n)
		x.change(func(o *storage.Options) { o.Daily = &storage.Daily{Folder: x.folder, Days: 3} })
		if err := x.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if why := x.told().Tried.Why; why != "" {
			t.Fatal(fmt.Sprint("a copy failed: ", why))
		}
	}
}
