package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/forms/sample"
	"declara/i18n"
	"declara/pdf/sign"
	"declara/storage"
	"declara/storage/bolt"
)

const town = "1"

// world is a service over a real file, with a clock that tests set.
type world struct {
	testing.TB
	s     *Service
	db    *storage.DB
	now   time.Time
	mu    sync.Mutex
	words *i18n.Bundle
	full  forms.Document
	filed int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, now: noon, words: i18n.Load()}
	w.db = storage.Open(store, storage.NewKeys())
	t.Cleanup(func() { w.db.Close() })
	w.s = w.service()
	w.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE", Zone: "America/Mexico_City", SetUp: noon,
		})
	})
	return w
}

func (w *world) service() *Service {
	return New(Config{DB: w.db, Words: w.words, Clock: w.clock, Base: "https://declara.example"})
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) update(fn func(*storage.Txn) error) {
	w.Helper()
	w.must(w.db.Update(context.Background(), town, fn))
}

// file files a declaration of an invented official.
func (w *world) file(change ...func(*storage.Filing)) storage.Filing {
	w.Helper()
	form := forms.Lookup(forms.Modificacion, forms.Full)
	if w.full.Form == nil {
		d, err := sample.Draft(form, 7, sample.Options{Person: sample.Official(7), Year: 2026, Today: "2026-05-14", Wealth: 0.9})
		w.must(err)
		w.full, err = forms.Compile(form, d)
		w.must(err)
	}
	public, err := w.full.Public(forms.PublicOptions{})
	w.must(err)
	w.filed++
	f := storage.Filing{
		ID: storage.NewID(w.now.Add(time.Duration(w.filed) * time.Millisecond)), Person: storage.NewID(w.now), Type: forms.Modificacion, Level: forms.Full,
		Edition: form.Edition, Year: 2026, Due: "2026-05-31", Filed: w.now, Zone: "America/Mexico_City", Method: "password",
	}
	f.Sent = f.ID
	for _, c := range change {
		c(&f)
	}
	meta := forms.Metadata{Actualizacion: f.Filed, Institucion: "Municipio de Valle Encinos", Tipo: f.Type, DeclaracionCompleta: true}
	w.update(func(tx *storage.Txn) error {
		return tx.File(&f, forms.Result(f.ID, meta, w.full), forms.Result(f.ID, meta, public), "")
	})
	return f
}

func (w *world) paper(f storage.Filing, kind string) []byte {
	w.Helper()
	b, p, err := w.s.Paper(w.Context(), town, f.ID, kind)
	w.must(err)
	if p.Hash != storage.Digest(b) || p.Kind != kind || p.Filing != f.ID {
		w.Errorf("%s: what is written down is of another file", kind)
	}
	return b
}

func (w *world) inspect(b []byte) Findings {
	w.Helper()
	f, err := w.s.Inspect(w.Context(), town, b)
	w.must(err)
	return f
}

// TestPapers: each paper carries a seal that holds, over the whole file, the filed
// document byte by byte, and is found in the log.
func TestPapers(t *testing.T) {
	w := newWorld(t)
	f := w.file()
	dir := t.TempDir()
	for _, kind := range storage.PaperKinds {
		b := w.paper(f, kind)
		if keep := os.Getenv("PAPERS"); keep != "" {
			dir = keep
		}
		name := filepath.Join(dir, kind+".pdf")
		w.must(os.WriteFile(name, b, 0o600))
		got := w.inspect(b)
		if v := got.Verdict(); v != Sound || got.Paper == nil || got.Paper.Kind != kind || got.Paper.Folio != f.Folio {
			t.Errorf("%s: %s %+v %+v", kind, v, got.Paper, got.Report)
		}
		if n := len(got.Report.Signatures); n != 1 || !got.Report.Signatures[0].Whole {
			t.Errorf("%s: %d signatures", kind, n)
		}
		want := map[string]string{storage.PaperFull: f.Hash, storage.PaperPublic: f.Public}[kind]
		if files := got.Report.Files; want == "" && len(files) != 0 || want != "" && (len(files) != 1 || storage.Digest(files[0].Data) != want || got.Document == nil) {
			t.Errorf("%s: the attached document is not the filed one", kind)
		}
		second(t, name)
	}
	if _, _, err := w.s.Paper(t.Context(), town, f.ID, "otra"); err == nil {
		t.Error("a paper of no kind")
	}
	if _, _, err := w.s.Paper(t.Context(), town, "nada", storage.PaperFull); !errors.Is(err, storage.ErrNotFound) {
		t.Error(err)
	}
}

// second asks other people's programs, where they are installed.
func second(t *testing.T, name string) {
	t.Helper()
	for tool, want := range map[string]string{"pdfsig": "Signature is Valid.", "qpdf": "No syntax or stream encoding errors found"} {
		args := map[string][]string{"pdfsig": {"-nocert", name}, "qpdf": {"--check", name}}[tool]
		if _, err := exec.LookPath(tool); err != nil {
			continue
		}
		out, err := exec.Command(tool, args...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s", tool, err, out)
		}
	}
}

// TestForEver: a paper is the same bytes the second time, after another seal, another
// name of the institution, a new process, and later.
func TestForEver(t *testing.T) {
	w := newWorld(t)
	f := w.file()
	first := map[string][]byte{}
	for _, kind := range storage.PaperKinds {
		first[kind] = w.paper(f, kind)
	}
	same := func(when string) {
		t.Helper()
		for kind, b := range first {
			if !bytes.Equal(w.paper(f, kind), b) {
				t.Errorf("%s: the bytes of %s changed", when, kind)
			}
			if got := w.inspect(b); got.Verdict() != Sound {
				t.Errorf("%s: %s is %s: %+v", when, kind, got.Verdict(), got.Report.Signatures)
			}
		}
	}
	same("twice")
	w.later(time.Hour)
	all, _, err := w.s.Seals(t.Context(), town)
	w.must(err)
	w.must(w.s.Rotate(t.Context(), town, "admin", all[0].ID))
	same("another seal")
	if err := w.s.Rotate(t.Context(), town, "admin", all[0].ID); err == nil {
		t.Error("a seal that is no longer in use was replaced")
	}
	w.update(func(tx *storage.Txn) error {
		inst, err := tx.Institution()
		if err != nil {
			return err
		}
		inst.Name, inst.Office, inst.Initials = "Municipio de Otro Valle", "Contraloría", "OV"
		return tx.PutInstitution(inst)
	})
	same("another name")
	w.later(11 * 365 * 24 * time.Hour)
	w.s = w.service()
	same("a new process, years later")
	g := w.file()
	b := w.paper(g, storage.PaperReceipt)
	if got := w.inspect(b); got.Verdict() != Sound {
		t.Errorf("after the seal ran out, a new paper is %s", got.Verdict())
	}
	if all, _, err = w.s.Seals(t.Context(), town); err != nil || len(all) != 3 || !all[0].Retired.IsZero() || all[1].Retired.IsZero() || all[2].Retired.IsZero() {
		t.Errorf("%v %+v", err, all)
	}
	report, err := w.db.Check(t.Context())
	if w.must(err); len(report.Faults) > 0 {
		t.Error(report.Faults)
	}
}

// TestRetiredSeal: who got hold of an old seal cannot seal with it: what it signs
// after it was retired is not believed.
func TestRetiredSeal(t *testing.T) {
	w := newWorld(t)
	stolen, err := w.s.current(t.Context(), town)
	w.must(err)
	w.later(time.Hour)
	all, _, err := w.s.Seals(t.Context(), town)
	w.must(err)
	w.must(w.s.Rotate(t.Context(), town, "admin", all[0].ID))
	w.later(time.Hour)
	f := w.file()
	var src source
	w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) (err error) {
		src, err = gather(tx, f.ID, storage.PaperReceipt)
		return err
	}))
	b, err := w.s.finish(src, storage.PaperReceipt)
	w.must(err)
	if b, err = w.s.seal(t.Context(), b, src, storage.PaperReceipt, stolen); err != nil {
		t.Fatal(err)
	}
	got := w.inspect(b)
	if v := got.Verdict(); v != Foreign || got.Marks[0].Retired.IsZero() {
		t.Errorf("%s %+v", v, got.Marks)
	}
	w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) error {
		kept, err := tx.Seals()
		for _, k := range kept {
			if !k.Retired.IsZero() && len(k.Key) > 0 {
				t.Error("the key of a retired seal is still there")
			}
		}
		return err
	}))
}

// TestFirstWriter: twenty who ask at once get one paper, and twenty who have two
// services at once too.
func TestFirstWriter(t *testing.T) {
	w := newWorld(t)
	f := w.file()
	services := []*Service{w.s, w.service(), w.service()}
	var mu sync.Mutex
	got := map[string]int{}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			b, p, err := services[i%3].Paper(t.Context(), town, f.ID, storage.PaperFull)
			if err != nil || p.Hash != storage.Digest(b) {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			got[p.Hash]++
		})
	}
	all.Wait()
	if len(got) != 1 {
		t.Errorf("%d papers for one", len(got))
	}
	if all, _, err := w.s.Seals(t.Context(), town); err != nil || len(all) != 1 {
		t.Errorf("%d seals for one: %v", len(all), err)
	}
}

// TestBusy: who waits too long for her turn is told so, and nothing is lost.
func TestBusy(t *testing.T) {
	w := newWorld(t)
	f := w.file()
	for range makers {
		w.s.making <- struct{}{}
	}
	for range readers {
		w.s.reading <- struct{}{}
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	if _, _, err := w.s.Paper(ctx, town, f.ID, storage.PaperFull); errs.CodeOf(err) != errs.TooMany {
		t.Error(err)
	}
	if _, err := w.s.Inspect(ctx, town, []byte("hola")); errs.CodeOf(err) != errs.TooMany {
		t.Error(err)
	}
	<-w.s.making
	w.paper(f, storage.PaperFull)
}

// TestTampered: a byte that is another anywhere that is signed, something added, a
// part cut off, a strange file: each is said as what it is.
func TestTampered(t *testing.T) {
	w := newWorld(t)
	f := w.file()
	b := w.paper(f, storage.PaperFull)
	for i := range 60 {
		at := (i*7919 + 301) % len(b)
		c := bytes.Clone(b)
		c[at] ^= 1
		if got := w.inspect(c); got.Verdict() == Sound && got.Paper != nil {
			t.Errorf("byte %d", at)
		}
	}
	for name, c := range map[string]struct {
		b    []byte
		want Verdict
	}{
		"nothing": {nil, Unreadable}, "text": {[]byte("hola"), Unreadable}, "cut": {b[:len(b)/2], Unreadable},
		"more": {append(bytes.Clone(b), "\n% hola\n"...), Altered}, "large": {make([]byte, MaxFile+1), Unreadable},
	} {
		if got := w.inspect(c.b); got.Verdict() != c.want {
			t.Errorf("%s: %s %+v", name, got.Verdict(), got.Report)
		}
	}
	other := newWorld(t)
	if got := other.inspect(b); got.Verdict() != Foreign {
		t.Errorf("in another town it is %s", got.Verdict())
	}
}

// TestReserved: the public paper of a reserved declaration is made, kept sealed, and
// not known to who asks by its hash.
func TestReserved(t *testing.T) {
	w := newWorld(t)
	f := w.file(func(f *storage.Filing) { f.Reserved = true })
	b := w.paper(f, storage.PaperPublic)
	if k, err := w.s.PaperByHash(t.Context(), town, storage.Digest(b)); err != nil || k != nil {
		t.Error(k, err)
	}
	if got := w.inspect(b); got.Paper != nil || got.Document != nil || got.Verdict() != Unlogged {
		t.Errorf("%s %+v", got.Verdict(), got)
	}
}

// once lets a worker work and tells how many papers it made.
func (w *world) once(x *Worker) int {
	w.Helper()
	n, err := x.Once(w.Context())
	w.must(err)
	return n
}

// TestWorkerTurns: what is filed while it works comes at once, what was filed before
// waits its turn, and an institution gets its seal before anybody files.
func TestWorkerTurns(t *testing.T) {
	w := newWorld(t)
	before := w.file()
	x := w.s.NewWorker("a")
	if n := w.once(x); n != 0 {
		t.Errorf("%d papers of before at the start", n)
	}
	w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) error {
		_, err := tx.CurrentSeal(storage.SealPapers)
		return err
	}))
	now := w.file()
	if n := w.once(x); n != 3 {
		t.Errorf("%d papers of now", n)
	}
	w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) error {
		papers, err := tx.PapersOf(now.ID)
		if len(papers) != 3 {
			t.Errorf("%d papers", len(papers))
		}
		return err
	}))
	w.later(backlogAfter)
	for range 2 {
		if n := w.once(x); n != 1 {
			t.Errorf("%d papers of before", n)
		}
		if n := w.once(x); n != 0 {
			t.Errorf("%d papers of before, out of turn", n)
		}
		w.later(backlogEvery)
	}
	w.once(x)
	w.later(backlogEvery)
	if n := w.once(x); n != 0 {
		t.Errorf("%d papers when none is missing", n)
	}
	w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) error {
		papers, err := tx.PapersOf(before.ID)
		if len(papers) != 3 {
			t.Errorf("%d papers of before", len(papers))
		}
		return err
	}))
}

// TestWorker: it makes what is missing, once, whoever else works at it, and goes on
// past what cannot be made.
func TestWorker(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.file()
	}
	a, b := w.s.NewWorker("a"), w.service().NewWorker("b")
	a.slow, b.slow = false, false
	var both sync.WaitGroup
	for _, x := range []*Worker{a, b} {
		both.Go(func() {
			for range 3 {
				if _, err := x.Once(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	w.must(w.db.View(t.Context(), town, func(tx *storage.Txn) error {
		missing, err := tx.MissingPapers(0, 100)
		if len(missing) > 0 {
			t.Errorf("%d papers are missing", len(missing))
		}
		return err
	}))
	if n, err := a.Once(t.Context()); n != 0 || err != nil {
		t.Error(n, err)
	}
}

// TestSentences: every verdict, reason and level has words in both languages.
func TestSentences(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		p := i18n.Load().Printer(lang)
		for _, v := range []Verdict{Sound, Altered, Unsigned, Foreign, Revoked, Unlogged} {
			for _, key := range []string{"seal.verdict." + string(v), "seal.verdict.text." + string(v)} {
				if !p.Has(key) {
					t.Error(key)
				}
			}
		}
		for _, r := range []sign.Reason{sign.NotPDF, sign.Damaged, sign.Unsupported, sign.TooLarge} {
			if !p.Has("seal.broken." + string(r)) {
				t.Error(r)
			}
		}
		for _, r := range []sign.Reason{sign.BadRange, sign.BadDigest, sign.BadFormat, sign.BadKey, sign.BadSigner, sign.BadValue, sign.StampUnreachable,
			sign.StampRefused, sign.StampFormat, sign.StampImprint, sign.StampNonce, sign.StampSigner, sign.StampValue, sign.StampTime} {
			if !p.Has("seal.why." + string(r)) {
				t.Error(r)
			}
		}
		for _, kind := range storage.PaperKinds {
			if !p.Has("seal.log.paper." + kind) {
				t.Error(kind)
			}
		}
	}
	w := newWorld(t)
	f := w.file()
	b := w.paper(f, storage.PaperReceipt)
	told := Sentences(w.words.Printer("es"), w.inspect(b), zone(f))
	text := fmt.Sprint(told)
	for _, want := range []string{"nadie lo cambió", "Sello de Municipio de Valle Encinos", "14 de mayo de 2026, a las 12:00:00", "el acuse " + f.Folio, "no lleva sello de tiempo"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q: %s", want, text)
		}
	}
}
