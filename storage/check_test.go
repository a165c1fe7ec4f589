package storage_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

// TestCheckFinds spoils one thing at a time in a store that has everything, and
// expects Check to name it.
func TestCheckFinds(t *testing.T) {
	keys := storage.NewKeys()
	dir := t.TempDir()
	sound := filepath.Join(dir, "sound.db")
	var f, hidden *storage.Filing
	func() {
		s, err := bolt.Open(sound)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		f, hidden = filing(2), filing(3)
		hidden.Reserved = true
		if err := storage.Open(s, keys).Update(t.Context(), tenant, func(tx *storage.Txn) error {
			first := filing(1)
			return errors.Join(
				tx.PutInstitution(valle), tx.PutUser(storage.User{ID: "u1", Login: "ana", Person: "p1"}),
				tx.PutPerson(storage.Person{ID: "p1", RFC: "PUFE800229M93"}),
				func() error {
					_, err := tx.PutDraft(storage.Draft{ID: "d1", Person: "p1", Draft: forms.Draft{Type: forms.Inicial, Year: 2026}}, "a", 0)
					return err
				}(),
				tx.File(first, full(first), public(first), ""), tx.File(f, full(f), public(f), ""), tx.File(hidden, full(hidden), public(hidden), ""),
				tx.PutNote(&storage.Note{ID: "n1", Filing: f.ID, Text: "texto", Filed: noon}),
				tx.PutSession("h1", storage.Session{User: "u1"}), tx.PutMail(storage.Mail{ID: "m1", Next: noon}),
				keep(tx, f.ID, storage.PaperFull, "paper of "+f.ID), keep(tx, f.ID, storage.PaperPublic, "open paper"),
				tx.LogRead(&storage.Read{ID: "r1", Filing: f.ID, User: "u1", File: "OIC-1", Reason: "motivo", At: noon}), putCheckpoint(tx),
				tx.PutSigned(storage.Signed{Filing: f.ID}), tx.PutSeal(storage.SealKey{ID: "s1"}), putPending(tx),
				tx.PutClient(storage.Client{ID: "c1"}), tx.Audit(storage.AuditEntry{Act: "a"}), tx.Audit(storage.AuditEntry{Act: "b"}),
				putComplaint(0, "ana")(tx), addPart(0)(tx), putEvent("e1", "2026-05-14")(tx), putComplaintDraft("2026-05-14T18:00:00Z", 0)(tx),
				tx.PutVaultKey(storage.VaultKey{User: "ana"}, 0), tx.PutFigure(storage.Figure{Period: "2026-S1", Version: 1}),
			)
		}); err != nil {
			t.Fatal(err)
		}
	}()
	whole, err := os.ReadFile(sound)
	if err != nil {
		t.Fatal(err)
	}
	const n0, n1, n2 = "/0000000000000000", "/0000000000000001", "/0000000000000002"
	del := func(key string) func(storage.Tx) error {
		return func(tx storage.Tx) error {
			_, err := tx.Get("t/1/" + key)
			return errors.Join(err, tx.Delete("t/1/"+key))
		}
	}
	set := func(key, value string) func(storage.Tx) error {
		return func(tx storage.Tx) error { return tx.Put("t/1/"+key, []byte(value)) }
	}
	move := func(from, to string) func(storage.Tx) error {
		return func(tx storage.Tx) error {
			v, err := tx.Get("t/1/" + from)
			return errors.Join(err, tx.Put("t/1/"+to, v))
		}
	}
	// rewrite changes a sealed record as somebody with the keys could.
	rewrite := func(kind, key, old, value string) func(storage.Tx) error {
		return func(tx storage.Tx) error {
			at := "t/1/" + key
			v, err := tx.Get(at)
			if err != nil {
				return err
			}
			text, err := keys.OpenAt(kind, at, v)
			if err != nil {
				return err
			}
			if !strings.Contains(string(text), old) {
				return fmt.Errorf("%s has no %q: %s", at, old, text)
			}
			return tx.Put(at, keys.SealAt(kind, at, []byte(strings.Replace(string(text), old, value, 1))))
		}
	}
	nothing := func(storage.Tx) error { return nil }
	for name, c := range map[string]struct {
		spoil func(storage.Tx) error
		want  string
	}{
		"nothing":                         {nothing, ""},
		"an unknown key":                  {set("rubbish/a", "x"), "no known kind"},
		"a key with a part too many":      {set("person/p1/x", "x"), "no known kind"},
		"a sealed record altered":         {set("person/p1", "x"), "person p1: does not open"},
		"a sealed record moved":           {move("person/p1", "person/p2"), "person p2: does not open"},
		"a record under another's id":     {rewrite("person", "person/p1", `"id":"p1"`, `"id":"p9"`), "person p1: cannot be read"},
		"a record that is no JSON":        {rewrite("client", "client/c1", `{`, `[`), "client c1: cannot be read"},
		"an official gone":                {del("person/p1"), "index person.rfc: an entry leads nowhere"},
		"an account gone":                 {del("user/u1"), "index user.login: an entry leads nowhere"},
		"a link of an account gone":       {del("user.person/p1"), "index user.person: does not lead to u1"},
		"a link to another":               {set("user.person/p1", "u9"), "index user.person: does not lead to u1"},
		"a login changed":                 {rewrite("user", "user/u1", `"login":"ana"`, `"login":"eva"`), "index user.login: does not lead to u1"},
		"a link that leads nowhere":       {set("user.person/p7", "u1"), "index user.person: an entry leads nowhere"},
		"a draft gone":                    {del("draft/d1"), "index draft.slot: an entry leads nowhere"},
		"a draft moved":                   {rewrite("draft", "draft/d1", `"year":2026`, `"year":2027`), "index draft.slot: does not lead to d1"},
		"a session's link gone":           {del("session.user/u1/h1"), "index session.user"},
		"a message's link gone":           {del(fmt.Sprintf("mail.due/%016x/m1", noon.UnixMilli())), "index mail.due: does not lead to m1"},
		"a message sent, link not":        {rewrite("mail", "mail/m1", `"tries":0`, `"tries":0,"dead":true`), "index mail.due: an entry leads nowhere"},
		"a filing gone":                   {del("filing/" + f.ID), "leaf 1 is not of what it names"},
		"a filing's folio link gone":      {del("filing.folio/00000000000007ea" + n2), "index filing.folio: does not lead to " + f.ID},
		"a filing's person link gone":     {del("filing.person/p1/" + f.ID), "index filing.person: does not lead to " + f.ID},
		"a full document gone":            {del("doc.full/" + f.ID), "full document is not there"},
		"a full document altered":         {rewrite("doc.full", "doc.full/"+f.ID, "full", "FULL"), "full document is not the one that was filed"},
		"a full document of nothing":      {move("doc.public/"+f.ID, "doc.public/ZZ"), "filing ZZ: its public document should not be there"},
		"a public document gone":          {del("doc.public/" + f.ID), "public document is not there"},
		"a public document altered":       {set("doc.public/"+f.ID, "public"), "public document is not the one that was filed"},
		"a reserved document published":   {set("doc.public/"+hidden.ID, string(public(hidden))), "filing " + hidden.ID + ": its public document should not be there"},
		"a reserved document gone":        {del("doc.hidden/" + hidden.ID), "reserved document is not there"},
		"a hash changed":                  {rewrite("filing", "filing/"+f.ID, f.Hash, storage.Digest([]byte("x"))), "full document is not the one that was filed"},
		"a time changed":                  {rewrite("filing", "filing/"+f.ID, `"filed":"2026`, `"filed":"2025`), "leaf 1 is not of what it names"},
		"a folio changed":                 {rewrite("filing", "filing/"+f.ID, "VE-2026-000002", "VE-2026-000009"), "folios of 2026"},
		"a folio that is none":            {rewrite("filing", "filing/"+f.ID, "VE-2026-000002", "VE"), "its folio cannot be read"},
		"a reserve taken off":             {rewrite("filing", "filing/"+hidden.ID, `"reserved":true,`, ``), "filing " + hidden.ID + ": its public document is not there"},
		"a folio given to none":           {rewrite("head", "head", `{"2026":3}`, `{"2026":4}`), "folios of 2026: 3 are there, the last is 3 and 4 were given"},
		"a year without a counter":        {rewrite("head", "head", `{"2026":3}`, `{}`), "folios of 2026"},
		"a leaf gone at the end":          {del("log/0000000000000006"), "6 leaves are there and 7 were written"},
		"a leaf gone in the middle":       {del("log" + n1), "log: leaf 1 is not there"},
		"a leaf altered":                  {func(tx storage.Tx) error { return alter(tx, "t/1/log"+n1, f.Public[:8], "00000000") }, "tree is broken at leaf 1"},
		"a node altered":                  {func(tx storage.Tx) error { return flip(tx, "t/1/log"+n1) }, "tree is broken at leaf 1"},
		"a leaf moved":                    {move("log"+n0, "log"+n2), "log 0000000000000002: cannot be read"},
		"the edge altered":                {rewrite("head", "head", `"edge":"`, `"edge":"AAAA`), "or it has another root"},
		"another log than was published":  {rewrite("checkpoint", "checkpoint/2026-05-14", `"size":7`, `"size":6`), "checkpoint 2026-05-14: the log is not the one that was published"},
		"a longer log was published":      {rewrite("checkpoint", "checkpoint/2026-05-14", `"size":7`, `"size":8`), "checkpoint 2026-05-14: the log does not have what it had then"},
		"a paper gone":                    {del("paper.sealed/" + f.ID + "/completa"), "its file is not there"},
		"a paper altered":                 {rewrite("paper.sealed", "paper.sealed/"+f.ID+"/completa", "paper", "PAPER"), "its file is not the one that was kept"},
		"a public paper altered":          {set("paper.open/"+f.ID+"/publica", "x"), "its file is not the one that was kept"},
		"what is said of a paper gone":    {del("paper/" + f.ID + "/completa"), "a file that should not be there"},
		"a paper of nothing":              {move("paper.open/"+f.ID+"/publica", "paper.open/ZZ/publica"), "a file that should not be there"},
		"the hash of a paper changed":     {rewrite("paper", "paper/"+f.ID+"/completa", storage.Digest([]byte("paper of "+f.ID)), storage.Digest([]byte("x"))), "leaf 4 is not of what it names"},
		"a paper forgotten":               {del("paper.due/0000000000000001"), "index paper.due: does not lead to " + f.ID},
		"a paper not found":               {func(tx storage.Tx) error { return delAll(tx, "t/1/paper.hash/", "t/1/paper.hash0") }, "index paper.hash: does not lead to"},
		"a reading gone":                  {del("read/p1/r1"), "leaf 6 is not of what it names"},
		"a reading altered":               {rewrite("read", "read/p1/r1", "motivo", "otro"), "leaf 6 is not of what it names"},
		"a reading of nothing":            {rewrite("read", "read/p1/r1", f.ID, "X"), "read r1: its filing is not there"},
		"a leaf that is none":             {set("log"+n1, "x"), "log 0000000000000001: cannot be read"},
		"the end of the log gone":         {del("head"), "7 leaves are there and 0 were written"},
		"a note gone":                     {del("note/" + f.ID + "/n1"), "leaf 3 is not of what it names"},
		"a note altered":                  {rewrite("note", "note/"+f.ID+"/n1", "texto", "otro"), "/n1: it is not the one"},
		"a change gone":                   {del("pub" + n1), "publication log: broken at 1"},
		"a change of nothing":             {set("pub"+"/0000000000000003", "+\x01Xrow"), "publication log: change 3 does not fit"},
		"a change taken back":             {set("pub"+n2, "-\x1a"+f.ID), "change 2 does not fit its filing"},
		"a change that is none":           {set("pub"+n2, ""), "pub 0000000000000002: cannot be read"},
		"the end of publication gone":     {del("head.pub"), "2 changes are there and 0 were written"},
		"a trace gone at the end":         {del("audit" + n1), "audit trail: 1 entries are there and 2 were written"},
		"a trace gone":                    {del("audit" + n0), "audit trail: broken at entry 0"},
		"a trace altered":                 {rewrite("audit", "audit"+n0, `"act":"a"`, `"act":"x"`), "audit trail: broken at entry 1"},
		"a complaint gone":                {del("complaint/c1"), "part 0 of complaint c1: it should not be there"},
		"a complaint's reader gone":       {del("complaint.wrap/ana/c1"), "index complaint.wrap: does not lead to c1"},
		"a reader without a wrap":         {set("complaint.wrap/eva/c1", "c1"), "index complaint.wrap: an entry leads nowhere"},
		"a complaint's folio changed":     {rewrite("complaint", "complaint/c1", "7F3K", "7F3L"), "index complaint.folio: does not lead to c1"},
		"a part moved":                    {move("complaint.part/c1"+n0, "complaint.part/c2"+n0), "complaint.part c2 0000000000000000: does not open"},
		"an event forgotten":              {del("event.due/2026-05-14/e1"), "index event.due: does not lead to e1"},
		"an event that is not in the log": {rewrite("event", "event/e1", `"leaf":0`, `"logged":true,"leaf":6`), "leaves for"},
		"a draft under another's secret":  {rewrite("complaint.draft", "complaint.draft/h1", `"hash":"h1"`, `"hash":"h2"`), "complaint.draft h1: cannot be read"},
		"a key of another":                {rewrite("vault.key", "vault.key/ana", `"user":"ana"`, `"user":"eva"`), "vault.key ana: cannot be read"},
		"a figure of another period":      {rewrite("figure", "figure/2026-S1/0000000000000001", "S1", "S2"), "figure 2026-S1 0000000000000001: cannot be read"},
		"the end of the trail gone":       {del("head.audit"), "audit trail: 2 entries are there and 0 were written"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "spoilt.db")
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := bolt.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Update(context.Background(), c.spoil); err != nil {
				t.Fatal(err)
			}
			got, err := storage.Open(s, keys).Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(got.Faults, "\n")
			if c.want == "" && all != "" || !strings.Contains(all, c.want) {
				t.Errorf("found %q, want %q", all, c.want)
			}
			for _, private := range []string{"PUFE800229M93", "texto", "full document of", "motivo", "paper of "} {
				if strings.Contains(all, private) {
					t.Errorf("a fault tells what is private: %s", all)
				}
			}
		})
	}
}

// flip changes the first bit of a value in clear.
func flip(tx storage.Tx, key string) error {
	v, err := tx.Get(key)
	if err != nil {
		return err
	}
	v[0] ^= 1
	return tx.Put(key, v)
}

func delAll(tx storage.Tx, from, to string) error {
	var all []string
	err := tx.Scan(from, to, func(key string, _ []byte) bool { all = append(all, key); return true })
	for _, key := range all {
		err = errors.Join(err, tx.Delete(key))
	}
	return err
}

// alter changes a value in clear.
func alter(tx storage.Tx, key, old, value string) error {
	v, err := tx.Get(key)
	if err != nil {
		return err
	}
	if !strings.Contains(string(v), old) {
		return fmt.Errorf("%s has no %q: %s", key, old, v)
	}
	return tx.Put(key, []byte(strings.Replace(string(v), old, value, 1)))
}

func TestCheckCounts(t *testing.T) {
	w := newWorld(t)
	w.file(1)
	w.file(2)
	if err := w.db.Update(t.Context(), "2", func(tx *storage.Txn) error { return tx.PutClient(storage.Client{ID: "c1"}) }); err != nil {
		t.Fatal(err)
	}
	got, err := w.db.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, c := range got.Counts {
		n[c.What] = c.N
	}
	if n["declarations filed"] != 2 || n["public documents"] != 2 || n["leaves in the log"] != 2 || n["clients of the API"] != 1 || n["institutions"] != 1 || n["officials"] != 0 {
		t.Errorf("counts %v", got.Counts)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.db.Check(over); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestBackup copies a store and reads the copy with the same keys.
func TestBackup(t *testing.T) {
	w := newWorld(t)
	f := w.file(1)
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := w.db.Backup(path); err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	copied := storage.Open(s, w.keys)
	defer copied.Close()
	if got, err := copied.Check(t.Context()); err != nil || len(got.Faults) > 0 {
		t.Errorf("check of the copy: %v %v", err, got.Faults)
	}
	if err := copied.View(t.Context(), tenant, func(tx *storage.Txn) error {
		doc, err := tx.FullDocument(f.ID)
		if string(doc) != string(full(f)) {
			t.Errorf("document %q", doc)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	type bare struct{ storage.Store }
	if err := storage.Open(bare{w.store}, w.keys).Backup(path + "2"); !errors.Is(err, storage.ErrNoBackup) {
		t.Errorf("an engine without backup: %v", err)
	}
}
