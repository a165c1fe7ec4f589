package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/ledger"
	"declara/app/seal"
	"declara/i18n"
	"declara/storage"
)

// TestMain lets the scripts run the program under its own name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"declara": main})
}

// TestScripts runs testdata/*.txtar: the operator's manual, executable.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// waitfor FILE waits until a file is there.
			"waitfor": func(ts *testscript.TestScript, _ bool, args []string) {
				for range 200 {
					if _, err := os.Lstat(ts.MkAbs(args[0])); err == nil {
						return
					}
					time.Sleep(50 * time.Millisecond)
				}
				ts.Fatalf("%s did not appear", args[0])
			},
			// waitcopy DIR waits until the copy of a day is there.
			"waitcopy": func(ts *testscript.TestScript, _ bool, args []string) {
				for range 400 {
					if all, _ := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "declara-diario-*.db")); len(all) == 1 {
						return
					}
					time.Sleep(50 * time.Millisecond)
				}
				ts.Fatalf("no copy of the day appeared")
			},
			// papers DIR writes the papers of a filing of an installation, with what a
			// stranger verifies them with.
			"papers": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(papers(ts.MkAbs(args[0]), ts.MkAbs(".")))
			},
			// complaint DIR makes an installation with a complaint that has a file.
			"complaint": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(complaint(ts.MkAbs(args[0])))
			},
			// typed SHEET FILE HOW writes what somebody types of a sheet, with mistakes or cut off.
			"typed": func(ts *testscript.TestScript, _ bool, args []string) {
				var lines []string
				for line := range strings.Lines(ts.ReadFile(args[0])) {
					if f := strings.Fields(line); len(f) == 6 && len(f[1]) == 4 {
						lines = append(lines, strings.Join(f[1:], " "))
					} else if strings.Contains(line, "Código de la hoja") {
						lines = append(lines, strings.Join(f[4:], " "))
					}
				}
				if args[2] == "cut" {
					lines = lines[:3]
				} else {
					wrong := []byte(lines[1])
					wrong[0] = 'z'
					lines = []string{lines[0], string(wrong), lines[1], lines[2][:12], "", lines[2], lines[3], "0000 0000", lines[4]}
				}
				ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
			},
			// spoil DIR changes a byte of a file in a folder.
			"spoil": func(ts *testscript.TestScript, _ bool, args []string) {
				all, err := os.ReadDir(ts.MkAbs(args[0]))
				ts.Check(err)
				name := filepath.Join(ts.MkAbs(args[0]), all[0].Name())
				b, err := os.ReadFile(name)
				ts.Check(err)
				b[len(b)/2] ^= 1
				ts.Check(os.WriteFile(name, b, 0o600))
			},
			// alter FILE changes a byte in the middle of a file.
			"alter": func(ts *testscript.TestScript, _ bool, args []string) {
				name := ts.MkAbs(args[0])
				b, err := os.ReadFile(name)
				ts.Check(err)
				b[len(b)/3] ^= 1
				ts.Check(os.WriteFile(name, b, 0o600))
			},
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			return os.MkdirAll(e.WorkDir, 0o700)
		},
	})
}

// TestVerifyStatus: 0 is sound, 1 is not, 2 cannot be read.
func TestVerifyStatus(t *testing.T) {
	for v, want := range map[seal.Verdict]int{
		seal.Sound: 0, seal.Altered: 1, seal.Unsigned: 1, seal.Foreign: 1, seal.Revoked: 1, seal.Unlogged: 1, seal.Unreadable: 2,
	} {
		if got := status(v); got != want {
			t.Errorf("%s: %d", v, got)
		}
	}
}

// papers writes what a person has of her declaration: acuse.pdf, completa.pdf,
// publica.pdf, prueba.json, and sello.pem of the institution.
func papers(data, to string) error {
	ctx := context.Background()
	db, err := place{data: data}.open(ctx, false)
	if err != nil {
		return err
	}
	defer db.Close()
	const tenant = "1"
	var id string
	if err := db.View(ctx, tenant, func(tx *storage.Txn) error {
		return tx.Filings(func(f storage.Filing) error {
			if !f.Reserved {
				id = f.ID
			}
			return nil
		})
	}); err != nil {
		return err
	}
	out := map[string][]byte{}
	s := seal.New(seal.Config{DB: db, Words: i18n.Load(), Clock: time.Now, Base: "https://declara.example"})
	for _, kind := range storage.PaperKinds {
		if out[kind+".pdf"], _, err = s.Paper(ctx, tenant, id, kind); err != nil {
			return err
		}
	}
	if out["sello.pem"], err = s.Certificates(ctx, tenant); err != nil {
		return err
	}
	l := ledger.New(db, time.Now, slog.New(slog.DiscardHandler), "test", nil, nil)
	file, err := l.ProveAll(ctx, tenant, id)
	if err != nil {
		return err
	}
	if out["prueba.json"], err = json.Marshal(file); err != nil {
		return err
	}
	for name, b := range out {
		if err := os.WriteFile(filepath.Join(to, name), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// complaint makes an installation, opens its channel, and sends a complaint with a file
// to it, of which the original is kept too.
func complaint(dir string) error {
	ctx := context.Background()
	p := place{data: dir}
	db, err := p.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	pair, err := vault.NewPair()
	if err != nil {
		return err
	}
	if err := db.Update(ctx, "1", func(tx *storage.Txn) error {
		return errors.Join(
			tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City", SetUp: time.Now()}),
			tx.PutUser(storage.User{ID: "ana", Roles: []storage.Role{storage.RoleComptroller}}),
			tx.PutUser(storage.User{ID: "eva", Login: "eva", Roles: []storage.Role{storage.RoleCustodian}}),
			tx.PutVaultKey(storage.VaultKey{User: "ana", Public: pair.Public().Bytes()}, 0),
			tx.PutVaultKey(storage.VaultKey{User: "eva", Public: pair.Public().Bytes()}, 0))
	}); err != nil {
		return err
	}
	s, err := complain.New(complain.Config{DB: db, Files: p.evidence(), Clock: time.Now, Cost: vault.Params{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		return err
	}
	_, err = s.Receive(ctx, "1", complain.Answers{What: "relato"}, []complain.Upload{{Name: "a.txt", Bytes: []byte("prueba")}}, complain.Way{})
	return err
}
