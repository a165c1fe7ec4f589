package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"declara/app/complain"
	"declara/i18n"
	"declara/storage"
	"declara/storage/files"
)

// What is planted in a paper of a box, and in its scan.
const (
	markPaper  = "MarcaDelPapelDelBuzonSobreElSindico"
	markSigned = "MarcaDeQuienFirmoElPapel"
	markScan   = "MarcaDelEscaneoDeLosPapeles"
)

// TestMarkersOutside: a complaint about the office, what is added to it later and what its
// sender takes outside herself, when nobody does anything; and a paper of a box, opened
// before two witnesses. No mark of either is anywhere that the authority's key, or the
// office's, does not open.
func TestMarkersOutside(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program in processes")
	}
	w := newMarked(t)
	outside, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	w.with(func(db *storage.DB) error {
		return db.Update(t.Context(), "1", func(tx *storage.Txn) error {
			return tx.PutChannel(storage.Channel{External: &storage.ExternalAuthority{Name: "Auditoría Superior del Estado", Recipient: outside.Recipient().String(), Day: "2026-01-05"}}, 0)
		})
	})
	w.start()
	c := w.begin()
	c.step("paso", "quien", "quien", "contraloria")
	c.step("paso", "contraloria", "todos", "1")
	c.step("paso", "que", "que", markText, "donde", markPlace)
	c.upload("/denuncia", "paso", "pruebas", "ir", "subir")
	c.step("paso", "nombre", "modo", "confianza", "nombre", markName, "contacto", markContact)
	page := c.step("paso", "revisar", "ir", "enviar")
	key := keyIn(page)
	if key == "" || !strings.Contains(page, "Auditoría Superior") {
		t.Fatalf("it is not for her: %s", page)
	}
	back := &marked{world: w, cookies: map[string]string{}}
	back.post("/denuncia/clave", "paso", "entrar", "clave", key)
	back.post("/denuncia/clave", "paso", "escribir", "mensaje", markMessage, "envio", "1")
	back.upload("/denuncia/clave", "paso", "archivo")
	back.post("/denuncia/clave", "paso", "nombre", "modo", "confianza", "nombre", markLater, "contacto", markContact, "envio", "2")
	own := w.begin() // one for the office, which lets it lie
	own.step("paso", "quien", "quien", "ayuntamiento")
	own.step("paso", "que", "que", markText, "donde", markPlace)
	own.upload("/denuncia", "paso", "pruebas", "ir", "subir")
	own.step("paso", "revisar")
	ownKey := keyIn(own.step("paso", "revisar", "ir", "enviar"))
	w.kill()

	t.Setenv("TMPDIR", w.temp) // what follows is in this process
	taken := w.takenOutside(ownKey)
	w.box()
	backup := filepath.Join(w.out, "copy.db")
	if out, err := w.declara("backup", "--data", w.dir, backup).CombinedOutput(); err != nil {
		t.Errorf("backup: %v %s", err, out)
	}
	marks := append(w.marks(), []byte(markPaper), []byte(markSigned), []byte(markScan))
	for _, k := range []string{key, ownKey} {
		marks = append(marks, []byte(k), []byte(strings.ReplaceAll(k, " ", "")))
	}
	w.search("with a box and the authority outside", marks)

	// The authority reads all of it, and what her key does not open tells no mark.
	var read bytes.Buffer
	carried := 0
	w.with(func(db *storage.DB) error {
		store := files.Open(filepath.Join(w.dir, "evidence"), time.Now)
		s, err := complain.New(complain.Config{DB: db, Files: store, Clock: time.Now})
		if err != nil {
			return err
		}
		o := complain.NewOffice(s, i18n.Load())
		sealed, err := o.Sealed(t.Context(), "1")
		for _, one := range sealed {
			for _, f := range one.Files {
				d, e := o.Carry(t.Context(), "1", "ana", one.ID, uint64(f.Seq))
				err = errors.Join(err, e)
				carried++
				unseal(t, &read, d.Bytes, outside)
			}
		}
		return errors.Join(err, db.View(t.Context(), "1", func(tx *storage.Txn) error {
			look := func(what string, v any) {
				b, err := json.Marshal(v)
				for _, m := range marks {
					if err != nil || bytes.Contains(b, m) {
						t.Errorf("%s has %q for who has the key of the server", what, m)
					}
				}
			}
			return errors.Join(
				tx.Complaints(func(c storage.Complaint) error {
					parts, err := tx.Parts(c.ID)
					look("a complaint", c)
					look("its parts", parts)
					return err
				}),
				tx.Boxes(func(b storage.Box) error {
					look("a box", b)
					return tx.BoxOpenings(b.ID, func(x storage.BoxOpening) error { look("an opening", x); return nil })
				}),
				tx.AuditEntries(func(e storage.AuditEntry, raw []byte) error { look("the audit trail", string(raw)); return nil }),
				tx.Mails(func(m storage.Mail) error { look("a letter", m); return nil }))
		}))
	})
	unseal(t, &read, taken, outside)
	if carried != 3 { // the photograph is the same both times
		t.Errorf("only %d files are for her", carried)
	}
	for _, m := range []string{markText, markPlace, markName, markContact, markMessage, markLater} {
		if !bytes.Contains(read.Bytes(), []byte(m)) {
			t.Errorf("%q is not in what she reads: the test looks for what never was", m)
		}
	}
	for _, m := range [][]byte{[]byte(markEXIF), markGPS, []byte(key), []byte(markFile)} {
		if bytes.Contains(read.Bytes(), m) {
			t.Errorf("she is given %q", m)
		}
	}
	w.search("after the files were carried", marks)
}

// takenOutside is what the sender of a complaint takes to the authority herself, half a
// year later.
func (w *markedWorld) takenOutside(key string) (out []byte) {
	w.Helper()
	late := func() time.Time { return time.Now().AddDate(0, 8, 0) }
	w.with(func(db *storage.DB) error {
		s, err := complain.New(complain.Config{DB: db, Files: files.Open(filepath.Join(w.dir, "evidence"), late), Clock: late})
		if err != nil {
			return err
		}
		token, err := s.Enter(w.Context(), "1", key)
		if err != nil {
			return err
		}
		own, err := s.Own(w.Context(), "1", token)
		if err != nil {
			return err
		}
		defer own.Close()
		var b bytes.Buffer
		err = own.Write(w.Context(), &b)
		out = b.Bytes()
		return err
	})
	return out
}

// box opens a box and makes a complaint of its paper.
func (w *markedWorld) box() {
	w.Helper()
	w.with(func(db *storage.DB) error {
		s, err := complain.New(complain.Config{DB: db, Files: files.Open(filepath.Join(w.dir, "evidence"), time.Now), Clock: time.Now})
		if err != nil {
			return err
		}
		o := complain.NewOffice(s, i18n.Load())
		wrong, err := o.AddBox(w.Context(), "1", "ana", "7", "Mercado Hidalgo")
		if err != nil || len(wrong) > 0 {
			return errors.Join(err, wrongs(wrong))
		}
		all, err := o.Boxes(w.Context(), "1")
		if err != nil {
			return err
		}
		seq, wrong, err := o.OpenBox(w.Context(), "1", "ana", all[0].ID, complain.Opening{Day: all[0].Since, Papers: "1", Scan: []byte("%PDF-1.4 " + markScan),
			Witnesses: [2]storage.Witness{{Name: "Sara Ríos", Post: "Síndica"}, {Name: "Eloy Paz", Post: "Regidor"}}})
		if err != nil || len(wrong) > 0 {
			return errors.Join(err, wrongs(wrong))
		}
		_, err = s.Receive(w.Context(), "1", complain.Answers{Route: complain.RouteTown, What: markPaper, Where: markPlace, Mode: complain.Named, Name: markSigned},
			[]complain.Upload{{Name: markFile + ".jpg", Bytes: markedPhoto(w.T)}}, complain.Way{Channel: complain.ChannelBox, Box: all[0].ID, Opening: seq})
		return err
	})
}

func wrongs(all []complain.Wrong) (err error) {
	for _, w := range all {
		err = errors.Join(err, w.Err)
	}
	return err
}

// unseal adds what an age file of an archive has to what was read.
func unseal(t *testing.T, into io.Writer, sealed []byte, who age.Identity) {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(sealed), who)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		io.WriteString(into, h.Name+"\n")
		if _, err := io.Copy(into, archive); err != nil {
			t.Fatal(err)
		}
	}
}
