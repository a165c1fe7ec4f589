package complain_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

// unpacked is what an age file for an authority has.
func unpacked(t testing.TB, id age.Identity, sealed []byte) map[string]string {
	t.Helper()
	in, err := age.Decrypt(bytes.NewReader(sealed), id)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(h.Name, "/")
		all[name] = string(b)
	}
}

// TestOwn: nobody does anything for 60 business days; with her key alone who complained
// takes what she sent, sealed to the authority outside, which opens it with the stock
// tool. Not before, not without an authority, and nothing of it is on the disk in clear.
func TestOwn(t *testing.T) {
	w, o := desk(t)
	sent, err := w.Receive(t.Context(), tenant, bribe, []complain.Upload{{Name: "foto.jpg", Bytes: photo(t, 0)}}, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	w.moves(o, "rosa", sent.ID, "R1")
	enter := func() string {
		t.Helper()
		token, err := w.Enter(t.Context(), tenant, sent.Key)
		w.ok(err)
		return token
	}
	w.ok(w.Write(t.Context(), tenant, enter(), "¿Qué pasó con lo mío?", "e1"))
	w.ok(w.AddEvidence(t.Context(), tenant, enter(), complain.Upload{Name: "nota.txt", Bytes: []byte("Lo apunté ese día.\n")}))
	refusedOwn := func(want string) {
		t.Helper()
		_, err := w.Own(t.Context(), tenant, enter())
		refused(t, err, want)
	}
	refusedOwn("complain.buried.error.awake")
	w.at = w.at.AddDate(0, 0, 90)
	refusedOwn("complain.buried.error.nobody")
	id, err := age.GenerateX25519Identity()
	w.ok(err)
	w.update(func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		ch.External = &storage.ExternalAuthority{Name: "Auditoría Superior", Recipient: id.Recipient().String()}
		return tx.PutChannel(ch, ch.Version)
	})
	before := w.complaint(sent.ID)
	own, err := w.Own(t.Context(), tenant, enter())
	w.ok(err)
	var sealed bytes.Buffer
	w.ok(own.Write(t.Context(), &sealed))
	own.Close()
	if err := own.Write(t.Context(), io.Discard); err == nil {
		t.Error("it opens after it was closed")
	}
	got := unpacked(t, id, sealed.Bytes())
	names := slices.Sorted(maps.Keys(got))
	want := []string{"LEEME.txt", "SHA256SUMS", "anexos/1.json", "anexos/2.json", "anexos/anexo-1.jpg", "anexos/anexo-2.txt", "denuncia.json", "denuncia.txt", "eventos.jsonl", "mensajes.txt"}
	if !slices.Equal(names, want) {
		t.Errorf("it has %v", names)
	}
	if !strings.Contains(got["denuncia.txt"], bribe.What) || !strings.Contains(got["mensajes.txt"], "Qué pasó con lo mío") || got["anexos/anexo-2.txt"] != "Lo apunté ese día.\n" || len(got["anexos/anexo-1.jpg"]) == 0 {
		t.Errorf("%q", got)
	}
	for _, text := range got {
		if strings.Contains(text, bribe.Name) && bribe.Name != "" {
			t.Error("her name is in it")
		}
	}
	// What happened is provable: each line is committed to.
	for _, line := range strings.Split(strings.TrimSpace(got["eventos.jsonl"]), "\n") {
		var e complain.Event
		w.ok(json.Unmarshal([]byte(line), &e))
		w.view(func(tx *storage.Txn) error {
			kept, err := tx.Event(e.ID)
			if kept.Hash != storage.Digest([]byte(line)) {
				t.Errorf("nothing commits to %s", line)
			}
			return err
		})
	}
	if after := w.complaint(sent.ID); after.Next != before.Next || after.Version != before.Version {
		t.Error("that she took it is written down")
	}
	// An act of the office ends it.
	w.ok(o.Say(t.Context(), w.hand("rosa"), sent.ID, "Perdón por la espera.", "x"))
	refusedOwn("complain.buried.error.awake")
	// A token that is over is none.
	token := enter()
	w.at = w.at.Add(time.Hour)
	if _, err := w.Own(t.Context(), tenant, token); errs.CodeOf(err) != errs.Unsigned {
		t.Errorf("an old token: %v", err)
	}
	w.ok(filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, mark := range []string{bribe.What, "Lo apunté ese día", "Qué pasó con lo mío"} {
			if bytes.Contains(b, []byte(mark)) {
				err = errors.Join(err, errors.New(path+" has "+mark))
			}
		}
		return err
	}))
}
