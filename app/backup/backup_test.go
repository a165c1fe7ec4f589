package backup

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

const tenant = "1"

// office is an installation in a folder, with a file of a complaint and a clock that
// tests set.
type office struct {
	*Service
	t      *testing.T
	folder string // for copies
	now    time.Time
	keys   *storage.Keys
	unwell bool // copies are found unsound
}

func newOffice(t *testing.T) *office {
	t.Helper()
	root := t.TempDir()
	x := &office{t: t, now: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC), folder: filepath.Join(root, "copias"), keys: storage.NewKeys()}
	clock := func() time.Time { return x.now }
	data := filepath.Join(root, "datos")
	for _, dir := range []string{data, x.folder} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	store, err := bolt.Open(filepath.Join(data, "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	db := storage.Open(store, x.keys)
	t.Cleanup(func() { db.Close() })
	if err := db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	evidence := files.Open(filepath.Join(data, "evidence"), clock)
	x.Service = New(Config{DB: db, Tenant: tenant, Evidence: evidence, Data: data, Key: filepath.Join(data, "declara.key"), Open: x.open, Clock: clock,
		Log: slog.New(slog.DiscardHandler)})
	x.change(func(o *storage.Options) {})
	if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Valle Encinos", Zone: "America/Mexico_City", SetUp: x.now})
	}); err != nil {
		t.Fatal(err)
	}
	x.send("a", "sellado")
	return x
}

// send puts a file and a complaint that has it.
func (x *office) send(id, content string) (f storage.EvidenceFile) {
	x.t.Helper()
	var err error
	f.Name, f.Sum, err = x.Evidence.Put(func(w io.Writer) error { _, err := io.WriteString(w, content); return err })
	if err != nil {
		x.t.Fatal(err)
	}
	if err := x.DB.Update(x.t.Context(), tenant, func(tx *storage.Txn) error {
		return tx.PutComplaintDraft(storage.ComplaintDraft{Hash: id, Expires: "2027-05-04T12:00:00Z", ID: id, Sealed: []byte{1}, Files: []storage.EvidenceFile{f}}, 0)
	}); err != nil {
		x.t.Fatal(err)
	}
	return f
}

// erase deletes that complaint for good.
func (x *office) erase(id string) {
	x.t.Helper()
	var gone []string
	if err := x.DB.Update(x.t.Context(), tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		ch.Shred(x.now.Format(time.DateOnly))
		d, err := tx.ComplaintDraft(id)
		if err != nil {
			return err
		}
		gone = []string{d.Files[0].Name}
		return errors.Join(tx.PutChannel(ch, ch.Version), tx.DeleteComplaintDraft(id))
	}); err != nil {
		x.t.Fatal(err)
	}
	if err := x.Evidence.Remove(gone...); err != nil {
		x.t.Fatal(err)
	}
}

// open opens a copy, asks that the office is in it, and tells its files.
func (x *office) open(ctx context.Context, file string) (all []storage.EvidenceFile, err error) {
	if x.unwell {
		return nil, errors.New("FAULT")
	}
	s, err := bolt.Open(file)
	if err != nil {
		return nil, err
	}
	db := storage.Open(s, x.keys)
	defer db.Close()
	return all, db.View(ctx, tenant, func(tx *storage.Txn) error {
		if _, err := tx.Institution(); err != nil {
			return err
		}
		all = nil
		return tx.Evidence(func(f storage.EvidenceFile) error { all = append(all, f); return nil })
	})
}

func (x *office) change(fn func(*storage.Options)) {
	x.t.Helper()
	if err := x.DB.Update(x.t.Context(), tenant, func(tx *storage.Txn) error {
		o, err := tx.Options()
		if err != nil {
			return err
		}
		fn(&o)
		return tx.PutOptions(o)
	}); err != nil {
		x.t.Fatal(err)
	}
}

func (x *office) told() storage.Options {
	x.t.Helper()
	o, err := x.options(x.t.Context())
	if err != nil {
		x.t.Fatal(err)
	}
	return o
}

// names are what lies in the folder of copies.
func (x *office) names() (all []string) {
	x.t.Helper()
	entries, err := os.ReadDir(x.folder)
	if err != nil {
		x.t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// tick lets an hour of an officer's clock go by, and says what lies there.
func (x *office) tick(at time.Time) []string {
	x.t.Helper()
	x.now = at
	if err := x.Tick(x.t.Context()); err != nil {
		x.t.Fatal(err)
	}
	return x.names()
}

// TestMake: a copy has store and files, tells its day and no more, is noted for the
// panel, and two of a day do not meet.
func TestMake(t *testing.T) {
	x := newOffice(t)
	c, err := x.Make(t.Context(), x.folder)
	if err != nil || c.File != filepath.Join(x.folder, "declara-2026-05-04.db") || c.Size == 0 || !c.Disk {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := x.Make(t.Context(), x.folder); err != nil {
		t.Fatal(err)
	}
	want := []string{"declara-2026-05-04-2.db", "declara-2026-05-04-2.db.sha256", "declara-2026-05-04.db", "declara-2026-05-04.db.sha256", "declara-evidencia"}
	if got := x.names(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for _, name := range want {
		info, err := os.Stat(filepath.Join(x.folder, name))
		if err != nil || !info.ModTime().Equal(midnight(x.now)) || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v %v", name, info.ModTime(), info.Mode(), err)
		}
	}
	if err := x.DB.View(t.Context(), tenant, func(tx *storage.Txn) error {
		at, err := tx.Backup()
		if !at.Equal(x.now) {
			t.Errorf("noted %v", at)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestHostileFolders: each place where no copy should lie is refused for its reason, and
// nothing is left there.
func TestHostileFolders(t *testing.T) {
	x := newOffice(t)
	file := filepath.Join(x.folder, "archivo")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := func(name, to string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	deep := filepath.Join(x.Data, "evidence")
	apart := t.TempDir()
	x.Key = filepath.Join(apart, "declara.key")
	if err := os.WriteFile(x.Key, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, folder string
		want         Error
	}{
		{"none", "", NoFolder},
		{"relative", "copias", NoFolder},
		{"relative by dots", "../copias", NoFolder},
		{"not there", x.folder + "/no/existe", NoFolder},
		{"a file", file, NoFolder},
		{"a link to nothing", link("a", x.folder+"/nada"), NoFolder},
		{"a link to itself", link("lazo", "lazo"), NoFolder},
		{"a name with a zero", x.folder + "\x00", NoFolder},
		{"too long", "/" + strings.Repeat("a/", 600), NoFolder},
		{"the data", x.Data, Inside},
		{"the data by dots", x.folder + "/../datos", Inside},
		{"in the data", deep, Inside},
		{"a link into the data", link("b", deep), Inside},
		{"beside the key", apart, WithKey},
		{"a disk that is only read", "/proc/self", NoWrite},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := x.Make(t.Context(), c.folder); err != error(c.want) {
				t.Errorf("%v, not %v", err, c.want)
			}
		})
	}
	if os.Getuid() != 0 {
		shut := filepath.Join(t.TempDir(), "cerrada")
		if err := os.Mkdir(shut, 0o500); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Make(t.Context(), shut); err != error(NoWrite) {
			t.Errorf("not writable: %v", err)
		}
	}
	if _, err := x.Make(t.Context(), link("c", x.folder)); err != nil {
		t.Errorf("a link to a good folder: %v", err)
	}
	x.unwell = true
	if _, err := x.Make(t.Context(), x.folder); err != error(Unsound) {
		t.Errorf("unsound: %v", err)
	}
	if got := x.names(); !slices.Equal(got, []string{"archivo", "declara-2026-05-04.db", "declara-2026-05-04.db.sha256", "declara-evidencia"}) {
		t.Errorf("left: %v", got)
	}
}

// TestFullDisk: a disk without room is told as such and keeps no half of a copy. The
// limit of a file stands for the disk: writing fails in the middle, as there. A process of
// its own has the limit, which would hold for what go test writes about this one.
func TestFullDisk(t *testing.T) {
	const within = "DECLARA_TEST_FULL"
	if os.Getenv(within) == "" {
		alone := exec.Command(os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
		alone.Env = append(os.Environ(), within+"=1")
		if out, err := alone.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestFullDisk") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	x := newOffice(t)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var had syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &had); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 8 << 10, Max: had.Max}); err != nil {
		t.Fatal(err)
	}
	_, err := x.Make(t.Context(), x.folder)
	if err2 := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &had); err2 != nil {
		t.Fatal(err2)
	}
	if err != error(Full) || !slices.Equal(x.names(), []string{"declara-evidencia"}) {
		t.Errorf("%v, left %v", err, x.names())
	}
	// With room for the store and not for a file of a complaint.
	info, err := os.Stat(filepath.Join(x.Data, "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	x.send("grande", strings.Repeat("s", 4*int(info.Size())))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(2 * info.Size()), Max: had.Max}); err != nil {
		t.Fatal(err)
	}
	_, err = x.Make(t.Context(), x.folder)
	if err2 := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &had); err2 != nil {
		t.Fatal(err2)
	}
	if pool, err2 := os.ReadDir(filepath.Join(x.folder, pooled)); err != error(Full) || err2 != nil || len(pool) != 1 {
		t.Errorf("%v, %v, left %v", err, err2, pool)
	}
	if _, err := x.Make(t.Context(), x.folder); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}

// TestDaily: the copy of a day is made once, from its hour on where the institution is;
// a missed one is made up for; a failure is written down and tried again.
func TestDaily(t *testing.T) {
	x := newOffice(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 5, day, hour+6, 0, 0, 0, time.UTC) } // Mexico City is 6 h behind
	if got := x.tick(at(4, 23)); len(got) != 0 {
		t.Errorf("without a plan: %v", got)
	}
	x.change(func(o *storage.Options) { o.Daily = &storage.Daily{Folder: x.folder, Hour: 3, Days: 7, Weeks: 4} })
	if got := x.tick(at(5, 2)); len(got) != 0 {
		t.Errorf("before its hour: %v", got)
	}
	if got := x.tick(at(5, 3)); !slices.Equal(got, []string{"declara-diario-2026-05-05.db", "declara-diario-2026-05-05.db.sha256", "declara-evidencia"}) {
		t.Errorf("at its hour: %v", got)
	}
	if o := x.told(); o.Tried.Day != "2026-05-05" || o.Tried.Why != "" || o.Copy == nil || o.Copy.File != x.folder+"/declara-diario-2026-05-05.db" {
		t.Errorf("told %+v", o)
	}
	if got := x.tick(at(5, 22)); len(got) != 3 {
		t.Errorf("twice: %v", got)
	}
	if got := x.tick(at(7, 15)); len(got) != 5 { // of the 6th nothing ran
		t.Errorf("late: %v", got)
	}

	x.change(func(o *storage.Options) { o.Daily.Folder = x.folder + "/disco" })
	if x.tick(at(8, 3)); x.told().Tried.Why != string(NoFolder) || x.told().Tried.Day != "2026-05-07" {
		t.Errorf("a disk that is away: %+v", x.told().Tried)
	}
	if err := os.Mkdir(x.folder+"/disco", 0o700); err != nil {
		t.Fatal(err)
	}
	if x.tick(at(8, 3).Add(59 * time.Minute)); x.told().Tried.Why == "" {
		t.Error("tried again at once")
	}
	if x.tick(at(8, 4)); x.told().Tried.Why != "" || x.told().Tried.Day != "2026-05-08" {
		t.Errorf("it is back: %+v", x.told().Tried)
	}
	x.Fixed = &storage.Daily{Folder: x.folder, Hour: 0, Days: 1}
	if got := x.tick(at(9, 0)); !slices.Equal(got, []string{"declara-diario-2026-05-09.db", "declara-diario-2026-05-09.db.sha256", "declara-evidencia", "disco"}) {
		t.Errorf("the plan of the command line: %v", got)
	}
}

// TestThin: old copies go only after a newer one was found sound; copies by hand and
// files of others stay; halves that were left go.
func TestThin(t *testing.T) {
	x := newOffice(t)
	x.Fixed = &storage.Daily{Folder: x.folder, Hour: 3, Days: 2, Weeks: 2}
	if _, err := x.Make(t.Context(), x.folder); err != nil {
		t.Fatal(err)
	}
	keep := []string{"declara-2026-05-04.db", "declara-2026-05-04.db.sha256", "declara-diario-2026-02-30.db", "declara-diario.db", "declara-evidencia", "nota.txt"}
	for _, name := range []string{keep[2], keep[3], keep[5]} {
		if err := os.WriteFile(filepath.Join(x.folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Date(2026, 5, 5, 10, 0, 0, 0, time.UTC) // a Tuesday
	for n := range 20 {
		x.tick(start.AddDate(0, 0, n))
	}
	for _, left := range []string{"declara-diario-2026-05-02.db.parcial", "declara-diario-2026-05-03.db.sha256", "declara-2026-05-01.db.parcial.sha256"} {
		path := filepath.Join(x.folder, left)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	days := func() (all []string) {
		kept, err := x.Kept(x.folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kept {
			all = append(all, k.Day)
		}
		return all
	}
	// Sunday the 24th and the day before; the 22nd of their week and Sunday the 17th.
	if got := days(); !slices.Equal(got, []string{"2026-05-24", "2026-05-23", "2026-05-22", "2026-05-17"}) {
		t.Errorf("%v", got)
	}
	x.unwell = true
	if x.tick(start.AddDate(0, 0, 20)); len(days()) != 4 || x.told().Tried.Why != string(Unsound) {
		t.Errorf("unsound: %v, %+v", days(), x.told().Tried)
	}
	x.unwell = false
	x.tick(start.AddDate(0, 0, 20).Add(2 * time.Hour))
	if got := days(); !slices.Equal(got, []string{"2026-05-25", "2026-05-24", "2026-05-23", "2026-05-17"}) {
		t.Errorf("%v", got)
	}
	var other []string
	for _, name := range x.names() {
		if !strings.HasPrefix(name, "declara-diario-2026-05") {
			other = append(other, name)
		}
	}
	if !slices.Equal(other, keep) || slices.ContainsFunc(x.names(), func(s string) bool {
		return strings.Contains(s, partial) || strings.Contains(s, "05-03.") || strings.Contains(s, "05-01.")
	}) {
		t.Errorf("others: %v of %v", other, x.names())
	}
}

// TestOver: day after day, the newest days stay, weeks before them have their last copy,
// and there are never more than were asked for.
func TestOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days, weeks := rapid.IntRange(1, 10).Draw(t, "days"), rapid.IntRange(0, 6).Draw(t, "weeks")
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var all []Kept
		for range rapid.IntRange(1, 120).Draw(t, "copies") {
			day = day.AddDate(0, 0, rapid.SampledFrom([]int{0, 1, 1, 1, 1, 2, 9}).Draw(t, "later"))
			k := Kept{File: "x", Day: day.Format(time.DateOnly), n: 1}
			if len(all) > 0 && all[0].Day == k.Day {
				k.n = all[0].n + 1
			}
			all = append([]Kept{k}, all...)
			gone := over(all, days, weeks)
			newest := all[0]
			all = slices.DeleteFunc(all, func(k Kept) bool { return slices.Contains(gone, k) })
			if len(all) > days+weeks || all[0] != newest {
				t.Fatalf("%d kept of %d and %d: %v", len(all), days, weeks, all)
			}
			for i := 1; i < len(all); i++ {
				if all[i].Day == all[i-1].Day || i > days && weekOf(all[i].Day) == weekOf(all[i-1].Day) {
					t.Fatalf("two of one time: %v", all)
				}
			}
		}
	})
}
