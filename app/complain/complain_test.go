package complain_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"pgregory.net/rapid"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

const tenant = "1"

// cheap is a price that tests can pay often.
var cheap = vault.Params{Memory: 64, Time: 1, Threads: 1}

// town is a channel in real files: an office of two, a custodian, and a clock.
type town struct {
	testing.TB
	*complain.Service
	db    *storage.DB
	files *files.Store
	dir   string
	at    time.Time
	keys  map[string]*vault.Private // of users
}

// engine opens the store of a town. TestOnPostgres takes another one.
var engine = func(_ testing.TB, dir string) (storage.Store, error) {
	return bolt.Open(filepath.Join(dir, "declara.db"))
}

func newTown(t testing.TB, users ...string) *town {
	t.Helper()
	w := &town{TB: t, dir: t.TempDir(), at: time.Date(2026, 5, 14, 18, 31, 7, 0, time.UTC), keys: map[string]*vault.Private{}}
	s, err := engine(t, w.dir)
	if err != nil {
		t.Fatal(err)
	}
	w.db = storage.Open(s, storage.NewKeys())
	clock := func() time.Time { return w.at }
	w.files = files.Open(filepath.Join(w.dir, "evidence"), clock)
	if w.Service, err = complain.New(complain.Config{DB: w.db, Files: w.files, Clock: clock, Cost: cheap}); err != nil {
		t.Fatal(err)
	}
	w.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City", SetUp: w.at})
	})
	for _, u := range users {
		w.official(u)
	}
	t.Cleanup(func() {
		got, err := w.db.Check(context.Background())
		if err != nil || len(got.Faults) > 0 {
			t.Errorf("check: %v %v", err, got.Faults)
		}
		w.db.Close()
	})
	return w
}

// official gives a user a key; "custodia…" keeps identities, others are the office.
func (w *town) official(id string) {
	w.Helper()
	p, err := vault.NewPair()
	if err != nil {
		w.Fatal(err)
	}
	w.keys[id] = p
	role := storage.RoleComptroller
	if strings.HasPrefix(id, "custodia") {
		role = storage.RoleCustodian
	}
	w.update(func(tx *storage.Txn) error {
		return errors.Join(tx.PutUser(storage.User{ID: id, Login: id, Roles: []storage.Role{role}}),
			tx.PutVaultKey(storage.VaultKey{User: id, Public: p.Public().Bytes(), Post: "Puesto de " + id}, 0))
	})
}

func (w *town) update(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.Update(context.Background(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *town) view(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.View(context.Background(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *town) begin() complain.Ticket {
	w.Helper()
	t := complain.Ticket{Cookie: complain.NewCookie(), Tab: "t1"}
	w.ok(w.Begin(w.Context(), tenant, t))
	return t
}

func (w *town) Context() context.Context { return context.Background() }

func (w *town) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *town) save(t complain.Ticket, a complain.Answers) {
	w.Helper()
	w.ok(w.Save(w.Context(), tenant, t, func(to *complain.Answers) { *to = a }))
}

// photo is a small JPEG.
func photo(t testing.TB, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 16+n, 16)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var bribe = complain.Answers{Route: complain.RouteTown, Faults: []string{"52"}, What: "El inspector Juan me pidió $500.", When: "ayer", Where: "mercado"}

// read opens all parts of a case as a user.
func (w *town) read(sent complain.Sent, user string) (facts complain.Facts, identity complain.Identity, content [][]byte, err error) {
	w.Helper()
	var c storage.Complaint
	var parts []storage.ComplaintPart
	w.view(func(tx *storage.Txn) (err error) {
		if c, err = tx.Complaint(sent.ID); err == nil {
			parts, err = tx.Parts(c.ID)
		}
		return err
	})
	open := w.OpenCase
	if strings.HasPrefix(user, "custodia") {
		open = w.OpenIdentity
	}
	k, err := open(tenant, c, user, w.keys[user])
	if err != nil {
		return facts, identity, nil, err
	}
	defer k.Close()
	for _, p := range parts {
		apart := strings.HasPrefix(user, "custodia")
		switch {
		case p.Kind == storage.PartFacts && !apart:
			w.ok(k.Read(p, &facts))
		case p.Kind == storage.PartIdentity && apart:
			var i complain.Identity
			w.ok(k.Read(p, &i))
			if i != (complain.Identity{}) {
				identity = i
			}
		}
		for _, f := range p.Files {
			if f.Original == apart && f.Key != nil {
				b, err := k.File(f)
				w.ok(err)
				content = append(content, b)
			}
		}
	}
	return facts, identity, content, nil
}

// TestLife is a complaint from its draft to the answer to a question.
func TestLife(t *testing.T) {
	w := newTown(t, "ana", "eva", "custodia")
	ticket := w.begin()
	a := bribe
	a.Mode, a.Name, a.Contact = complain.Confidential, "Rosa Díaz", "55 1234 5678"
	w.save(ticket, a)
	w.ok(w.AddFile(t.Context(), tenant, ticket, complain.Upload{Name: `C:\fotos\prueba.jpg`, Bytes: photo(t, 0)}))
	sent, err := w.Send(t.Context(), tenant, ticket)
	w.ok(err)
	if again, err := w.Send(t.Context(), tenant, ticket); err != nil || again.Key != sent.Key || again.Folio != sent.Folio {
		t.Errorf("sent twice: %v %v", again.Folio, err)
	}
	if sent.Day != "2026-05-14" || !strings.HasPrefix(sent.Folio, "DEN-") || len(sent.Receipt.Files) != 1 {
		t.Errorf("sent %+v", sent)
	}
	for _, user := range []string{"ana", "eva"} {
		facts, _, content, err := w.read(sent, user)
		if err != nil || facts.What != a.What || facts.Mode != complain.Confidential || len(content) != 1 {
			t.Errorf("%s reads %+v, %d files: %v", user, facts, len(content), err)
		}
		if string(facts.Canonical()) != sent.Text {
			t.Errorf("another text: %s", facts.Canonical())
		}
	}
	if _, i, content, err := w.read(sent, "custodia"); err != nil || i.Name != "Rosa Díaz" || len(content) != 1 || !bytes.Equal(content[0], photo(t, 0)) {
		t.Errorf("identity %+v, %d originals: %v", i, len(content), err)
	}
	// The key is confirmed, and gone from here.
	if err := w.Confirm(t.Context(), tenant, ticket, "0000x"); sent.Key[len(sent.Key)-4:] != "0000" && errs.CodeOf(err) != errs.Invalid {
		t.Errorf("wrong digits: %v", err)
	}
	w.ok(w.Confirm(t.Context(), tenant, ticket, sent.Key[len(sent.Key)-4:]))
	if after, err := w.Send(t.Context(), tenant, ticket); err != nil || after.Key != "" || after.Text != "" || after.Folio != sent.Folio {
		t.Errorf("after it was confirmed: %+v %v", after, err)
	}
	// Her follow-up.
	token, err := w.Enter(t.Context(), tenant, strings.ReplaceAll(sent.Key, " ", "-"))
	w.ok(err)
	w.update(func(tx *storage.Txn) error {
		_, err := w.Append(tx, sent.ID, complain.NewPart{Kind: storage.PartMessage, From: storage.FromOffice, Text: []byte(`{"text":"¿Qué día?"}`), Mail: true})
		if err == nil {
			_, err = w.Append(tx, sent.ID, complain.NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: []byte(`{"text":"interno"}`)})
		}
		if err == nil {
			err = w.Happened(tx, sent.ID, complain.EventIdentity, map[string]string{"post": "Custodia"})
		}
		return err
	})
	for range 2 {
		w.ok(w.Write(t.Context(), tenant, token, "El lunes", "envio1"))
	}
	for range 2 {
		w.ok(w.AddEvidence(t.Context(), tenant, token, complain.Upload{Name: "otra.jpg", Bytes: photo(t, 1)}))
	}
	st, err := w.Look(t.Context(), tenant, token)
	w.ok(err)
	if len(st.Posts) != 2 || !st.Posts[1].Mine || st.Posts[0].Text != "¿Qué día?" || len(st.Files) != 2 || len(st.Events) != 2 || st.Next != "2026-05-21" {
		t.Errorf("status %+v", st)
	}
	if p, err := w.Proof(t.Context(), tenant, st.Token); err != nil || p.Receipt.Text != sent.Receipt.Text {
		t.Errorf("proof %+v %v", p, err)
	}
	// The day closes, and what happened is in the log.
	w.at = w.at.AddDate(0, 0, 1)
	w.ok(w.Sweep(t.Context(), tenant))
	w.view(func(tx *storage.Txn) error {
		e, err := tx.Event(st.Events[0].ID)
		if err != nil {
			return err
		}
		leaf, _, err := tx.Leaf(e.Leaf)
		b, _ := json.Marshal(st.Events[0])
		if !e.Logged || leaf.Kind != storage.LeafEvent || leaf.About != "" || !storage.Commits(leaf.Full, e.Salt, storage.Digest(b)) || leaf.At.Hour() != 0 {
			t.Errorf("leaf %+v of %+v", leaf, e)
		}
		return err
	})
	if all, err := w.files.List(); err != nil || len(all) != 4 {
		t.Errorf("%d files are left: %v", len(all), err)
	}
	if _, err := w.Look(t.Context(), tenant, st.Token); errs.CodeOf(err) != errs.Unsigned {
		t.Errorf("a day later: %v", err)
	}
}

// TestAnonymous: nobody can tell by what is kept that a complaint is anonymous, and a
// name that was typed before does not stay.
func TestAnonymous(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	sizes := map[string]int{}
	for _, mode := range []string{complain.Anonymous, complain.Confidential} {
		a := bribe
		a.Mode, a.Name = mode, "Rosa Díaz"
		sent, err := w.Receive(t.Context(), tenant, a, nil, complain.Way{Channel: complain.ChannelDesk})
		w.ok(err)
		if _, i, _, err := w.read(sent, "custodia"); err != nil || (i.Name == "") != (mode == complain.Anonymous) {
			t.Errorf("%s: %+v %v", mode, i, err)
		}
		w.view(func(tx *storage.Txn) error {
			parts, err := tx.Parts(sent.ID)
			for _, p := range parts {
				sizes[mode+p.Kind] += len(p.Sealed)
			}
			return err
		})
	}
	for _, kind := range []string{storage.PartFacts, storage.PartIdentity} {
		if sizes[complain.Anonymous+kind] != sizes[complain.Confidential+kind] {
			t.Errorf("%s: %v", kind, sizes)
		}
	}
}

// TestWhoReads: no wrap is ever made for who is excluded, whoever she is.
func TestWhoReads(t *testing.T) {
	all := []string{"ana", "eva", "luz", "custodia", "custodia2"}
	w := newTown(t, all...)
	rapid.Check(t, func(rt *rapid.T) {
		out := rapid.SliceOfDistinct(rapid.SampledFrom(all), rapid.ID[string]).Draw(rt, "excluded")
		a := bribe
		a.Exclude, a.Route = out, rapid.SampledFrom(complain.Routes).Draw(rt, "route")
		r, err := w.Readers(context.Background(), tenant, a.Route, out)
		if err != nil {
			rt.Fatal(err)
		}
		sent, err := w.Receive(context.Background(), tenant, a, nil, complain.Way{Channel: complain.ChannelPaper})
		if !r.Open() {
			if !errors.Is(err, complain.ErrClosed) {
				rt.Fatalf("nobody could open it: %v", err)
			}
			return
		} else if err != nil {
			rt.Fatal(err)
		}
		for _, user := range all {
			bad := slices.Contains(out, user)
			_, _, _, err := w.read(sent, user)
			if bad != errors.Is(err, storage.ErrNotFound) || !bad && err != nil {
				rt.Fatalf("%s, excluded %v: %v", user, bad, err)
			}
			n := 0
			w.view(func(tx *storage.Txn) error {
				n = 0
				return tx.ComplaintsOf(user, func(c storage.Complaint) error {
					if c.ID == sent.ID {
						n++
					}
					return nil
				})
			})
			if (n == 0) != bad {
				rt.Fatalf("%s has it on her list %d times", user, n)
			}
		}
	})
}

// TestOfficeAccused: the complaint is for the authority outside alone, who opens it
// with age.
func TestOfficeAccused(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	a := bribe
	a.Route, a.Mode, a.Name = complain.RouteOffice, complain.Confidential, "Rosa Díaz"
	if _, err := w.Receive(t.Context(), tenant, a, nil, complain.Way{}); !errors.Is(err, complain.ErrClosed) {
		t.Fatalf("with no authority outside: %v", err)
	}
	outside, err := age.GenerateX25519Identity()
	w.ok(err)
	w.update(func(tx *storage.Txn) error {
		return tx.PutChannel(storage.Channel{External: &storage.ExternalAuthority{Name: "Auditoría", Recipient: outside.Recipient().String()}}, 0)
	})
	ticket := w.begin()
	w.save(ticket, a)
	w.ok(w.AddFile(t.Context(), tenant, ticket, complain.Upload{Name: "a.jpg", Bytes: photo(t, 2)}))
	sent, err := w.Send(t.Context(), tenant, ticket)
	w.ok(err)
	for _, user := range []string{"ana", "custodia"} {
		if _, _, _, err := w.read(sent, user); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%s reads it: %v", user, err)
		}
	}
	token, err := w.Enter(t.Context(), tenant, sent.Key)
	w.ok(err)
	w.ok(w.Write(t.Context(), tenant, token, "otra cosa", ""))
	var got []string
	w.view(func(tx *storage.Txn) error {
		parts, err := tx.Parts(sent.ID)
		got = nil
		for _, p := range parts {
			for _, f := range p.Files {
				if p.Kind != storage.PartExport {
					continue
				}
				sealed, err := w.files.Get(f.Name)
				w.ok(err)
				r, err := age.Decrypt(bytes.NewReader(sealed), outside)
				w.ok(err)
				for archive := tar.NewReader(r); ; {
					h, err := archive.Next()
					if err == io.EOF {
						break
					}
					w.ok(err)
					b, err := io.ReadAll(archive)
					w.ok(err)
					got = append(got, strings.TrimPrefix(h.Name, sent.Folio+"/")+" "+fmt.Sprint(strings.Contains(string(b), "Rosa"), strings.Contains(string(b), "inspector")))
				}
			}
		}
		return err
	})
	want := []string{"denuncia.txt false true", "denuncia.json false true", "identidad.json true false", "anexo-1.jpg false false", "mensaje.txt false false"}
	if !slices.Equal(got, want) {
		t.Errorf("the authority reads %q, want %q", got, want)
	}
}

// TestLostCookie: a draft opens with its own cookie and tab, and with nothing else.
func TestLostCookie(t *testing.T) {
	w := newTown(t, "ana")
	mine := w.begin()
	w.save(mine, bribe)
	rapid.Check(t, func(rt *rapid.T) {
		other := complain.Ticket{Cookie: slices.Clone(mine.Cookie), Tab: mine.Tab}
		if rapid.Bool().Draw(rt, "tab") {
			other.Tab = rapid.StringN(0, 70, 70).Filter(func(s string) bool { return s != mine.Tab }).Draw(rt, "other tab")
		} else {
			bit := rapid.IntRange(0, 8*len(other.Cookie)-1).Draw(rt, "bit")
			other.Cookie[bit/8] ^= 1 << (bit % 8)
		}
		if d, err := w.Draft(context.Background(), tenant, other); errs.CodeOf(err) != errs.Gone || d.Answers.What != "" {
			rt.Fatalf("opened: %v", err)
		}
	})
	if d, err := w.Draft(t.Context(), tenant, mine); err != nil || d.Answers.What != bribe.What {
		t.Errorf("its own cookie: %v", err)
	}
	// What is kept of it does not have the secret, nor a word of it.
	w.view(func(tx *storage.Txn) error {
		return tx.Complaints(func(storage.Complaint) error { return errors.New("sent already") })
	})
	w.at = w.at.Add(25 * time.Hour)
	if _, err := w.Draft(t.Context(), tenant, mine); errs.CodeOf(err) != errs.Gone {
		t.Errorf("a day later: %v", err)
	}
	w.ok(w.Sweep(t.Context(), tenant))
}

// TestTransplant: an envelope that is moved to another complaint, or to another place
// of its own, does not open.
func TestTransplant(t *testing.T) {
	w := newTown(t, "ana")
	var c [2]storage.Complaint
	var parts [2][]storage.ComplaintPart
	for i := range c {
		sent, err := w.Receive(t.Context(), tenant, bribe, []complain.Upload{{Name: "a.jpg", Bytes: photo(t, i)}}, complain.Way{})
		w.ok(err)
		w.view(func(tx *storage.Txn) (err error) {
			c[i], err = tx.Complaint(sent.ID)
			if err == nil {
				parts[i], err = tx.Parts(sent.ID)
			}
			return err
		})
	}
	k, err := w.OpenCase(tenant, c[0], "ana", w.keys["ana"])
	w.ok(err)
	for n, p := range parts[1] {
		moved := p
		moved.Complaint, moved.Seq = c[0].ID, parts[0][n].Seq
		if _, err := k.Part(moved); !errors.Is(err, vault.ErrOpen) {
			t.Errorf("part %d of another opens: %v", n, err)
		}
		for _, f := range p.Files {
			if _, err := k.File(f); !errors.Is(err, vault.ErrOpen) {
				t.Errorf("a file of another opens: %v", err)
			}
		}
	}
	moved := parts[0][0]
	moved.Seq = 7
	if _, err := k.Part(moved); !errors.Is(err, vault.ErrOpen) {
		t.Errorf("facts in another place: %v", err)
	}
	stolen := c[0]
	stolen.Case.Wraps = c[1].Case.Wraps
	if _, err := w.OpenCase(tenant, stolen, "ana", w.keys["ana"]); !errors.Is(err, vault.ErrOpen) {
		t.Errorf("a wrap of another: %v", err)
	}
}

// TestKeys: what is wrong with the writing of a key is told; a wrong key and one of no
// complaint are the same answer.
func TestKeys(t *testing.T) {
	w := newTown(t, "ana")
	sent, err := w.Receive(t.Context(), tenant, bribe, nil, complain.Way{})
	w.ok(err)
	said := func(typed string) string {
		_, err := w.Enter(t.Context(), tenant, typed)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok {
			t.Fatalf("%v", err)
		}
		return e.Key
	}
	wrong := wrongKeyOf(t, sent.Key)
	for typed, want := range map[string]string{
		"": "complain.error.count", "123": "complain.error.count", "hola": "complain.error.symbol",
		flipLast(sent.Key): "complain.error.check", vault.NewKey().String(): "complain.error.key", wrong: "complain.error.key",
	} {
		if got := said(typed); got != want {
			t.Errorf("%d characters: %s, want %s", len(typed), got, want)
		}
	}
	for _, bad := range []string{"", "x", strings.Repeat("A", 200)} {
		if _, err := w.Look(t.Context(), tenant, bad); errs.CodeOf(err) != errs.Unsigned {
			t.Errorf("token %q: %v", bad, err)
		}
	}
}

// wrongKeyOf is another key with the same locator.
func wrongKeyOf(t *testing.T, key string) string {
	t.Helper()
	flat := strings.ReplaceAll(key, " ", "")
	for i := 0; i < 10; i++ {
		for j := 0; j < 10; j++ {
			try := flat[:22] + fmt.Sprint(i, j)[:1] + fmt.Sprint(j)
			if try == flat {
				continue
			}
			if _, err := vault.ParseKey(try); err == nil {
				return try
			}
		}
	}
	t.Fatal("none")
	return ""
}

func flipLast(key string) string {
	b := []byte(key)
	b[len(b)-1] = '0' + (b[len(b)-1]-'0'+1)%10
	return string(b)
}

// TestFiles: a file that is refused costs nothing else; files that are taken out, and
// drafts that are thrown away, leave nothing.
func TestFiles(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	ticket := w.begin()
	w.save(ticket, bribe)
	for name, b := range map[string][]byte{"vacio.jpg": nil, "virus.exe": []byte("MZ\x90\x00 program"), "pagina.html": []byte("<html><script>x</script></html>")} {
		if err := w.AddFile(t.Context(), tenant, ticket, complain.Upload{Name: name, Bytes: b}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := range complain.MaxFiles {
		w.ok(w.AddFile(t.Context(), tenant, ticket, complain.Upload{Name: "a.jpg", Bytes: photo(t, n), NoOriginal: n > 0}))
	}
	if err := w.AddFile(t.Context(), tenant, ticket, complain.Upload{Name: "a.jpg", Bytes: photo(t, 40)}); errs.CodeOf(err) != errs.TooMany {
		t.Errorf("one too many: %v", err)
	}
	d, err := w.Draft(t.Context(), tenant, ticket)
	w.ok(err)
	if d.Answers.What != bribe.What || len(d.Files) != complain.MaxFiles || !d.Files[0].Kept || d.Files[1].Kept {
		t.Errorf("draft %+v", d)
	}
	count := func(want int) {
		t.Helper()
		if all, err := w.files.List(); err != nil || len(all) != want {
			t.Errorf("%d files, want %d: %v", len(all), want, err)
		}
	}
	count(complain.MaxFiles + 1)
	w.ok(w.RemoveFile(t.Context(), tenant, ticket, d.Files[0].Sealed))
	count(complain.MaxFiles - 1)
	w.ok(w.Discard(t.Context(), tenant, ticket))
	count(0)
	if entries, err := os.ReadDir(filepath.Join(w.dir, "evidence")); err != nil || len(entries) != 0 {
		t.Errorf("left %v %v", entries, err)
	}
}

// TestNothingToSend: an empty complaint is asked for a word, and one that nobody could
// open is not taken.
func TestNothingToSend(t *testing.T) {
	w := newTown(t)
	ticket := w.begin()
	if _, err := w.Send(t.Context(), tenant, ticket); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("empty: %v", err)
	}
	w.save(ticket, bribe)
	if _, err := w.Send(t.Context(), tenant, ticket); !errors.Is(err, complain.ErrClosed) {
		t.Errorf("nobody could open it: %v", err)
	}
	if d, err := w.Draft(t.Context(), tenant, ticket); err != nil || d.Answers.What != bribe.What {
		t.Errorf("and then: %v", err)
	}
}

func TestCoach(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "malo": "",
		"El inspector Juan Pérez me pidió $500 en la calle Hidalgo el lunes pasado": "que quien cuando donde como",
		"Están robando dinero en la obra y nadie hace nada por favor ayuda":         "que",
		"vi a la tesorera": "quien como",
	} {
		var got []string
		for _, p := range complain.Coach(&complain.Answers{What: text}) {
			if p.Told {
				got = append(got, p.Ask)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
}

func TestTelling(t *testing.T) {
	for text, want := range map[string]string{
		"El inspector pidió dinero.":                        "",
		"Yo soy la única que tiene llave. Pasó el lunes.":   "unica",
		"Trabajo en catastro y vi los recibos.":             "puesto",
		"Mi hermano estaba ahí. Me llamo Rosa.":             "familia dato",
		"Llámenme al 55 1234 5678 o a rosa@correo.example.": "dato dato",
	} {
		var got []string
		for _, p := range complain.Telling(text) {
			got = append(got, p.Why)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
}
