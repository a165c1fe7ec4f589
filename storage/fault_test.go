package storage_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/storagetest"
)

// acts are all that can be written, each on the state that before leaves.
var acts = []struct {
	name   string
	before func(*storage.Txn) error
	act    func(*storage.Txn) error
}{
	{"institution", nil, func(tx *storage.Txn) error { return tx.PutInstitution(valle) }},
	{"new user", nil, putUser("ana", "p1")},
	{"user with another login", putUser("ana", "p1"), putUser("eva", "p2")},
	{"new person", nil, putPerson("PUFE800229M93")},
	{"person with another RFC", putPerson("XAXX010101000"), putPerson("PUFE800229M93")},
	{"new draft", nil, putDraft("2026-01-10", 0)},
	{"draft saved", putDraft("2026-01-10", 0), putDraft("2026-01-10", 1)},
	{"draft with another day", putDraft("2026-01-10", 0), putDraft("2026-02-01", 1)},
	{"draft thrown away", putDraft("2026-01-10", 0), func(tx *storage.Txn) error { return tx.DeleteDraft("d1") }},
	{"filing", nil, fileOne(false)},
	{"filing of a draft", putDraft("2026-01-10", 0), fileOne(false)},
	{"filing under reserve", nil, fileOne(true)},
	{"filing with its mail and its trace", putDraft("2026-01-10", 0), func(tx *storage.Txn) error {
		if err := fileOne(false)(tx); err != nil {
			return err
		}
		if err := tx.PutMail(storage.Mail{ID: "m1", Next: noon, Created: noon}); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: noon, Act: "filing", About: "d1"})
	}},
	{"filing sent again", fileOne(false), fileOne(false)},
	{"reserve", both(putPerson("PUFE800229M93"), fileOne(false)), func(tx *storage.Txn) error {
		return tx.SetReserve("p1", &storage.Reserve{Agreement: "CT-1"})
	}},
	{"reserve lifted", both(putPerson("PUFE800229M93"), fileOne(false), func(tx *storage.Txn) error {
		return tx.SetReserve("p1", &storage.Reserve{Agreement: "CT-1"})
	}), func(tx *storage.Txn) error { return tx.SetReserve("p1", nil) }},
	{"note", fileOne(false), func(tx *storage.Txn) error {
		return tx.PutNote(&storage.Note{ID: "n1", Filing: "d1", Text: "texto", Filed: noon})
	}},
	{"paper", fileOne(false), keepPaper(storage.PaperFull, "full")},
	{"public paper", fileOne(false), keepPaper(storage.PaperPublic, "public")},
	{"public paper under reserve", fileOne(true), keepPaper(storage.PaperPublic, "public")},
	{"last paper", both(fileOne(false), keepPaper(storage.PaperFull, "full"), keepPaper(storage.PaperReceipt, "receipt")),
		keepPaper(storage.PaperPublic, "public")},
	{"paper again", both(fileOne(false), keepPaper(storage.PaperFull, "full")), keepPaper(storage.PaperFull, "other")},
	{"reserve with a paper", both(putPerson("PUFE800229M93"), fileOne(false), keepPaper(storage.PaperPublic, "public")), func(tx *storage.Txn) error {
		return tx.SetReserve("p1", &storage.Reserve{Agreement: "CT-1"})
	}},
	{"signed", fileOne(false), putSigned},
	{"revocation", both(fileOne(false), putSigned), func(tx *storage.Txn) error { return tx.AddRevocation("d1", storage.Revocation{State: "good"}) }},
	{"reading", fileOne(false), func(tx *storage.Txn) error {
		return tx.LogRead(&storage.Read{ID: "r1", Filing: "d1", User: "u1", File: "OIC-1", Reason: "motivo", At: noon})
	}},
	{"verification", fileOne(false), putVerification},
	{"certificate", fileOne(false), certify},
	{"paper of a certificate", both(fileOne(false), certify), keepCertificate},
	{"checkpoint", fileOne(false), putCheckpoint},
	{"checkpoint stamped", both(fileOne(false), putCheckpoint), func(tx *storage.Txn) error {
		c, err := tx.Checkpoint("2026-05-14")
		if err != nil {
			return err
		}
		c.Token = []byte("token")
		return tx.PutCheckpoint(c)
	}},
	{"seal", nil, func(tx *storage.Txn) error { return tx.PutSeal(storage.SealKey{ID: "s1", Use: storage.SealPapers}) }},
	{"pending", nil, putPending},
	{"pending taken", putPending, func(tx *storage.Txn) error { _, err := tx.TakePending("q1", "u1", noon); return err }},
	{"pending swept", putPending, func(tx *storage.Txn) error { _, err := tx.SweepPending(noon.AddDate(0, 0, 1), 9); return err }},
	{"options", nil, func(tx *storage.Txn) error {
		return errors.Join(tx.PutOptions(storage.Options{Relay: &storage.Relay{Host: "correo.example", Password: "una clave"}}), tx.PutLogo([]byte("png")))
	}},
	{"trust", nil, func(tx *storage.Txn) error { return tx.PutTrust(storage.Trust{OCSP: storage.OCSP{Strict: true}}) }},
	{"new session", nil, putSession("h1", "u1")},
	{"session ends", putSession("h1", "u1"), func(tx *storage.Txn) error { return tx.DeleteSession("h1") }},
	{"sessions of a user end", both(putSession("h1", "u1"), putSession("h2", "u1"), putSession("h3", "u2")),
		func(tx *storage.Txn) error { return tx.EndSessionsOf("u1", "h2") }},
	{"sessions end", both(putSession("h1", "u1"), putSession("h2", "u1"), putSession("h3", "u2")),
		func(tx *storage.Txn) error {
			return tx.EndSessions(func(_ string, s storage.Session) bool { return s.User == "u1" })
		}},
	{"aside taken", putAside, func(tx *storage.Txn) error { _, err := tx.TakeAside("h1"); return err }},
	{"asides swept", putAside, func(tx *storage.Txn) error { _, err := tx.SweepAsides(noon.AddDate(0, 0, 1), 9); return err }},
	{"new mail", nil, putMail(storage.Mail{ID: "m1", Next: noon, Created: noon})},
	{"mail put off", putMail(storage.Mail{ID: "m1", Next: noon}), putMail(storage.Mail{ID: "m1", Next: noon.AddDate(0, 0, 1), Tries: 1})},
	{"mail sent", putMail(storage.Mail{ID: "m1", Next: noon}), putMail(storage.Mail{ID: "m1", Next: noon, Sent: noon})},
	{"mail forgotten", putMail(storage.Mail{ID: "m1", Next: noon}), func(tx *storage.Txn) error { return tx.DeleteMail("m1") }},
	{"mail swept", putMail(storage.Mail{ID: "m1", Sent: noon}), func(tx *storage.Txn) error {
		_, err := tx.SweepMail(noon, 9)
		return err
	}},
	{"campaign", putPerson("PUFE800229M93"), func(tx *storage.Txn) error {
		return errors.Join(tx.PutExtension(storage.Extension{ID: "e1"}), tx.PutBounce(storage.Bounce{Address: "a@correo.example", At: noon}),
			tx.PutMorning(storage.Morning{Day: "2026-05-14", At: noon}), tx.NoteBackup(noon), tx.PutFollow(storage.Follow{Person: "p1", Handed: []storage.Handed{{Duty: "aviso-2026-05-14"}}}))
	}},
	{"bounce forgotten", func(tx *storage.Txn) error {
		return tx.PutBounce(storage.Bounce{Address: "a@correo.example", At: noon})
	},
		func(tx *storage.Txn) error { return tx.DropBounce("a@correo.example") }},
	{"client", nil, func(tx *storage.Txn) error { return tx.PutClient(storage.Client{ID: "c1"}) }},
	{"lease", nil, func(tx *storage.Txn) error { _, err := tx.TakeLease("job", "a", noon, noon); return err }},
	{"tries", nil, func(tx *storage.Txn) error { return tx.PutTries("ana", storage.Tries{Count: 1}) }},
	{"tries swept", func(tx *storage.Txn) error { return tx.PutTries("ana", storage.Tries{Count: 1}) },
		func(tx *storage.Txn) error { _, err := tx.SweepTries(noon, 9); return err }},
	{"second trace", func(tx *storage.Txn) error { return tx.Audit(storage.AuditEntry{At: noon, Act: "a"}) },
		func(tx *storage.Txn) error { return tx.Audit(storage.AuditEntry{At: noon, Act: "b"}) }},
}

func putUser(login, person string) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		return tx.PutUser(storage.User{ID: "u1", Login: login, Person: person})
	}
}

func putPerson(rfc string) func(*storage.Txn) error {
	return func(tx *storage.Txn) error { return tx.PutPerson(storage.Person{ID: "p1", RFC: rfc}) }
}

func putDraft(event string, version int) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		_, err := tx.PutDraft(storage.Draft{ID: "d1", Person: "p1", Draft: forms.Draft{Type: forms.Inicial, Year: 2026, Event: event}}, "ingresos", version)
		return err
	}
}

func putSession(hash, user string) func(*storage.Txn) error {
	return func(tx *storage.Txn) error { return tx.PutSession(hash, storage.Session{User: user}) }
}

func keepPaper(kind, text string) func(*storage.Txn) error {
	return func(tx *storage.Txn) error { return keep(tx, "d1", kind, text) }
}

func putSigned(tx *storage.Txn) error {
	return tx.PutSigned(storage.Signed{Filing: "d1", PDF: []byte("pdf")})
}

func putCheckpoint(tx *storage.Txn) error {
	tree, err := tx.Tree()
	if err != nil {
		return err
	}
	return tx.PutCheckpoint(storage.Checkpoint{Day: "2026-05-14", Size: tree.Size, Root: tree.Root, Note: "note"})
}

func putPending(tx *storage.Txn) error {
	return tx.PutPending(storage.Pending{ID: "q1", User: "u1", Expires: noon.AddDate(0, 0, 1)})
}

func putAside(tx *storage.Txn) error {
	return tx.PutAside("h1", storage.Aside{User: "u1", Expires: noon})
}

func putMail(m storage.Mail) func(*storage.Txn) error {
	return func(tx *storage.Txn) error { return tx.PutMail(m) }
}

func fileOne(reserved bool) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		f := filing(1)
		f.ID, f.Reserved = "d1", reserved
		return tx.File(f, full(f), public(f), "d1")
	}
}

func both(all ...func(*storage.Txn) error) func(*storage.Txn) error {
	return func(tx *storage.Txn) error {
		for _, fn := range all {
			if err := fn(tx); err != nil {
				return err
			}
		}
		return nil
	}
}

// plain is what a store holds, opened: sealed bytes differ each time.
func plain(t testing.TB, s storage.Store, keys *storage.Keys) (all []string) {
	t.Helper()
	if err := s.View(context.Background(), func(tx storage.Tx) error {
		all = nil
		return tx.Scan("t/", "t0", func(key string, v []byte) bool {
			if kind, sealed := storage.KindOf(key); sealed {
				var err error
				if v, err = keys.OpenAt(kind, key, v); err != nil {
					t.Errorf("%s: %v", key, err)
				}
			}
			all = append(all, fmt.Sprintf("%s=%s", key, v))
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestFaults fails every operation of every act in turn. An error leaves the store
// as it was; a conflict that is retried leaves what the act alone would have left.
func TestFaults(t *testing.T) {
	for _, a := range slices.Concat(acts, complaintActs, supplierActs, connectionActs, paperActs) {
		t.Run(a.name, func(t *testing.T) {
			keys := storage.NewKeys()
			path := filepath.Join(t.TempDir(), "declara.db")
			s, err := bolt.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			index := storage.WithIndexer(head3)
			do := func(s storage.Store, fn func(*storage.Txn) error) error {
				return storage.Open(s, keys, index).Update(context.Background(), tenant, fn)
			}
			begin := func() {
				t.Helper()
				if err := s.Update(context.Background(), func(tx storage.Tx) error {
					var all []string
					if err := tx.Scan("t/1/", "t/10", func(key string, _ []byte) bool { all = append(all, key); return true }); err != nil {
						return err
					}
					for _, key := range all {
						if err := tx.Delete(key); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				first := func(tx *storage.Txn) error { return tx.PutInstitution(valle) }
				if a.before != nil {
					first = both(first, a.before)
				}
				if err := do(s, first); err != nil {
					t.Fatal(err)
				}
			}
			begin()
			before := plain(t, s, keys)
			if err := do(s, a.act); err != nil {
				t.Fatal(err)
			}
			after := plain(t, s, keys)
			for _, again := range []bool{false, true} {
				for op := 1; ; op++ {
					begin()
					f := &storagetest.Fault{Store: s, Op: op, Again: again}
					err := do(opened{f, s}, a.act)
					now := plain(t, s, keys)
					if !f.Failed {
						if err != nil || !slices.Equal(now, after) || op < 2 {
							t.Errorf("no operation %d: %v\n got %q\nwant %q", op, err, now, after)
						}
						break
					}
					if !again && (!errors.Is(err, storagetest.ErrFault) || !slices.Equal(now, before)) {
						t.Errorf("operation %d failed: %v\n got %q\nwant %q", op, err, now, before)
					}
					if again && (err != nil || !slices.Equal(now, after)) {
						t.Errorf("operation %d was retried: %v\n got %q\nwant %q", op, err, now, after)
					}
				}
			}
			got, err := storage.Open(s, keys, index).Check(context.Background())
			if err != nil || len(got.Faults) > 0 {
				t.Errorf("check: %v %v", err, got.Faults)
			}
		})
	}
}

// opened fails updates only: what a DB reads of the format at its beginning is not
// part of the act.
type opened struct {
	fault *storagetest.Fault
	storage.Store
}

func (o opened) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return o.fault.Update(ctx, fn)
}
