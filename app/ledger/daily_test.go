package ledger_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/app/ledger"
	"declara/app/ledger/proof"
	"declara/storage"
)

// told are the mails to witnesses, as "day address".
func (w *world) told() (all []string) {
	w.Helper()
	w.view(func(tx *storage.Txn) error {
		all = nil
		return tx.Mails(func(m storage.Mail) error {
			all = append(all, strings.SplitN(m.ID, ".", 2)[0][1:]+" "+m.To)
			return nil
		})
	})
	return all
}

func (w *world) days() (all []storage.Checkpoint) {
	w.Helper()
	all, err := w.s.Days(w.Context(), tenant)
	if err != nil {
		w.Fatal(err)
	}
	return all
}

func (w *world) daily() {
	w.Helper()
	if err := w.s.Daily(w.Context(), tenant); err != nil {
		w.Error(err)
	}
}

func TestDaily(t *testing.T) {
	w := newWorld(t)
	folder := t.TempDir()
	w.daily() // an empty log is no news
	if len(w.days()) != 0 {
		t.Error("a checkpoint of nothing")
	}
	w.file()
	w.trust(func(x *storage.Trust) {
		x.Witnesses = storage.Witnesses{Mail: []string{"a@example.mx", "b@example.mx"}, Folder: folder}
		x.Stamps.URL = "http://127.0.0.1/tsa"
	})
	w.now = time.Date(2026, 5, 15, 5, 59, 0, 0, time.UTC) // 23:59 of the 14th in Mexico City, before any day of the log has ended
	w.daily()
	if len(w.days()) != 0 {
		t.Error("a checkpoint of a day before the log")
	}
	w.later(2 * time.Minute)
	for range 3 {
		w.daily()
		w.later(time.Hour)
	}
	w.file()
	w.later(24 * time.Hour)
	w.daily()
	w.later(72 * time.Hour) // the server was off for three days
	w.daily()
	key, _ := w.s.Key(tenant)
	var got []string
	for _, d := range w.days() {
		got = append(got, fmt.Sprint(d.Day, " ", d.Size, " ", d.Told, d.Written))
		if _, tree, err := proof.Open(d.Note, key); err != nil || tree.Size != d.Size || tree.Root != d.Root {
			t.Errorf("%s: %v", d.Day, err)
		}
		if !strings.HasPrefix(string(d.Token), "token of ") {
			t.Errorf("%s: not stamped", d.Day)
		}
	}
	want := []string{"2026-05-18 2 2 true", "2026-05-15 2 2 true", "2026-05-14 1 2 true"}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("published %q, want %q", got, want)
	}
	if all := w.told(); len(all) != 6 || w.stamped != 3 {
		t.Errorf("told %q, %d stamps", all, w.stamped)
	}
	text, err := os.ReadFile(filepath.Join(folder, ledger.FileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range w.days() {
		if strings.Count(string(text), d.Day+"\n"+d.Note+"\n") != 1 {
			t.Errorf("the file has %s not once:\n%s", d.Day, text)
		}
	}
	if d, err := w.s.Day(t.Context(), tenant, "2026-05-14"); err != nil || d.Size != 1 {
		t.Errorf("by its day: %+v %v", d, err)
	}
	if _, err := w.s.Day(t.Context(), tenant, "2026-05-17"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a day that was left out: %v", err)
	}
}

// TestDailyByMany: of many processes, one tells the witnesses.
func TestDailyByMany(t *testing.T) {
	w := newWorld(t)
	folder := t.TempDir()
	w.file()
	w.later(24 * time.Hour)
	w.trust(func(x *storage.Trust) {
		x.Witnesses = storage.Witnesses{Mail: []string{"a@example.mx"}, Folder: folder}
	})
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			if err := w.service(fmt.Sprint(n)).Daily(t.Context(), tenant); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	text, err := os.ReadFile(filepath.Join(folder, ledger.FileName))
	if all := w.told(); len(all) != 1 || len(w.days()) != 1 || err != nil || strings.Count(string(text), "2026-05-14\n") != 1 {
		t.Errorf("told %q, published %d, %v:\n%s", all, len(w.days()), err, text)
	}
}

// TestDailyLeftOver: what cannot be done is told, holds nothing up, and is done later,
// once.
func TestDailyLeftOver(t *testing.T) {
	w := newWorld(t)
	folder := filepath.Join(t.TempDir(), "later")
	f := w.file()
	w.later(24 * time.Hour)
	w.trust(func(x *storage.Trust) {
		x.Witnesses = storage.Witnesses{Mail: []string{"a@example.mx"}, Folder: folder}
		x.Stamps.URL = "http://127.0.0.1/tsa"
	})
	w.down = true
	err := w.s.Daily(t.Context(), tenant)
	if err == nil || !errors.Is(err, errDown) || strings.Contains(err.Error(), folder) {
		t.Errorf("folder gone and authority down: %v", err)
	}
	d := w.days()
	if len(d) != 1 || d[0].Written || d[0].Token != nil || len(w.told()) != 1 {
		t.Fatalf("published %+v, told %q", d, w.told())
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	// A process died after it had written, and another in the middle of it.
	path := filepath.Join(folder, ledger.FileName)
	if err := os.WriteFile(path, []byte("2026-05-14\n"+d[0].Note[:20]), 0o644); err != nil {
		t.Fatal(err)
	}
	w.file()
	w.later(10 * time.Minute)
	if err := w.s.Daily(t.Context(), tenant); !errors.Is(err, errDown) {
		t.Errorf("authority down: %v", err)
	}
	w.down = false
	w.later(10 * time.Minute)
	w.daily()
	w.daily()
	text, err := os.ReadFile(path)
	if err != nil || strings.Count(string(text), "2026-05-14\n"+d[0].Note+"\n") != 1 {
		t.Errorf("file %v:\n%s", err, text)
	}
	again := w.days()
	if len(again) != 1 || !again[0].Written || again[0].Token == nil || again[0].Note != d[0].Note || w.stamped != 1 || len(w.told()) != 1 {
		t.Errorf("published %+v, %d stamps, told %q", again, w.stamped, w.told())
	}
	// The checkpoint of the day proves the filing, and not the later one.
	path2, tree, err := w.s.Inclusion(t.Context(), tenant, f.Leaf, again[0].Size)
	if err != nil || tree.Root != again[0].Root || path2 == nil && tree.Size > 1 {
		t.Errorf("inclusion %v", err)
	}
}
