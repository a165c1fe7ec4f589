package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"declara/app/backup"
	"declara/app/seal"
	"declara/i18n"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
)

var checkCommand = command{
	name: "check", summary: "verify the store, every hash and the logs; exit 1 on any fault",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var p place
		p.flags(fs)
		return func(ctx context.Context, args []string, out io.Writer) error {
			if err := noArgs(args); err != nil {
				return err
			}
			return bolt.Guard(func() error {
				db, err := p.open(ctx, false)
				if err != nil {
					return err
				}
				defer db.Close()
				return report(ctx, db, p.evidence(), out)
			})
		}
	},
}

// report checks everything and prints what it counted and what is wrong.
func report(ctx context.Context, db *storage.DB, evidence *files.Store, out io.Writer) error {
	faults, err := checked(ctx, db, out)
	if err != nil {
		return err
	}
	all, err := named(ctx, db)
	if ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil { // the record that does not open is among the faults; the others are told
		return conclude(append(faults, "files of complaints: not all are known: "+err.Error()), out)
	}
	wrong, err := damaged(ctx, evidence, all)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%8d files of complaints\n", len(all))
	return conclude(append(faults, wrong...), out)
}

// conclude prints what is wrong; an error of status 1 says that something is.
func conclude(faults []string, out io.Writer) error {
	for _, fault := range faults {
		fmt.Fprintf(out, "FAULT %s\n", fault)
	}
	if len(faults) > 0 {
		fmt.Fprintf(out, "%d faults\n", len(faults))
		return exitError(1)
	}
	fmt.Fprintln(out, "sound")
	return nil
}

// checked checks the store and prints what it counted.
func checked(ctx context.Context, db *storage.DB, out io.Writer) (faults []string, err error) {
	result, err := db.Check(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range result.Counts {
		fmt.Fprintf(out, "%8d %s\n", c.N, c.What)
	}
	n, err := seals(ctx, db, &result.Faults)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		result.Faults = append(result.Faults, "seals of papers: "+err.Error())
	}
	fmt.Fprintf(out, "%8d seals of papers\n", n)
	seen, wrong, err := standard(ctx, db, &result.Faults)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "%8d public documents by the standard\n", seen-wrong)
	if wrong > 0 {
		fmt.Fprintf(out, "%8d public documents that are not by the standard\n", wrong)
	}
	return result.Faults, nil
}

// seals verifies the seals of all papers and adds what is wrong to faults.
func seals(ctx context.Context, db *storage.DB, faults *[]string) (n int, err error) {
	tenants, err := db.Tenants(ctx)
	if err != nil {
		return 0, err
	}
	s := seal.New(seal.Config{DB: db, Words: i18n.Load(), Clock: time.Now})
	for _, t := range tenants {
		some, err := s.Check(ctx, t, func(fault string) { *faults = append(*faults, "tenant "+t+": "+fault) })
		if n += some; err != nil {
			return n, err
		}
	}
	return n, nil
}

// named are the files of complaints that a store names; with an error, those before it.
func named(ctx context.Context, db *storage.DB) (all []storage.EvidenceFile, err error) {
	tenants, err := db.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range tenants {
		var some []storage.EvidenceFile
		if err := db.View(ctx, t, func(tx *storage.Txn) error {
			some = nil
			return tx.Evidence(func(f storage.EvidenceFile) error { some = append(some, f); return nil })
		}); err != nil {
			return append(all, some...), err
		}
		all = append(all, some...)
	}
	return all, nil
}

// damaged tells which files of complaints are not there, or not what was kept. Nobody
// here can open them: who holds a key does.
func damaged(ctx context.Context, evidence *files.Store, all []storage.EvidenceFile) (faults []string, err error) {
	for _, f := range all {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch sum, err := evidence.Sum(f.Name); {
		case errors.Is(err, os.ErrNotExist):
			faults = append(faults, "the file "+f.Name+" of a complaint is not there")
		case err != nil:
			faults = append(faults, "the file "+f.Name+" of a complaint cannot be read: "+err.Error())
		case !bytes.Equal(sum, f.Sum):
			faults = append(faults, "the file "+f.Name+" of a complaint is not what was kept: it was damaged since")
		}
	}
	return faults, nil
}

var backupCommand = command{
	name: "backup", args: " FILE", summary: "copy everything but the key to the one file FILE, also while declara serves, and check the copy",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var p place
		p.flags(fs)
		return func(ctx context.Context, args []string, out io.Writer) error {
			if len(args) != 1 {
				return errors.New("it takes one FILE")
			}
			return bolt.Guard(func() error { return copied(ctx, p, args[0], out) })
		}
	},
}

// copied copies the store, opens the copy, checks it, and makes one file of it and the
// files that it names: a copy that nobody has opened is not a backup.
func copied(ctx context.Context, p place, file string, out io.Writer) (err error) {
	if p.store != "" {
		return errors.New("a PostgreSQL store is backed up with PostgreSQL's own tools, such as pg_dump")
	}
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("%s exists: choose another name", file)
	}
	store := file + ".store"
	defer func() {
		if e := os.Remove(store); !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	err = p.askBackup(store)
	if errors.Is(err, errNotServing) {
		err = p.copyStore(ctx, store)
	}
	if err != nil {
		return err
	}
	all, err := p.opened(ctx, store, out)
	if err != nil {
		return err
	}
	faults, err := damaged(ctx, p.evidence(), all)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%8d files of complaints\n", len(all))
	if err := conclude(faults, out); err != nil {
		return err
	}
	if err := backup.Carry(ctx, file, store, all, p.evidence(), time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s holds a copy that opens. Keep %s too, somewhere else: without it the copy cannot be read.\n", file, p.keyFile())
	return nil
}

// copyStore copies the store of a folder that nothing serves.
func (p place) copyStore(ctx context.Context, file string) error {
	db, err := p.open(ctx, false)
	if err != nil {
		return err
	}
	return errors.Join(copyOf(ctx, db, file), db.Close())
}

// copyOf copies a store to a file, and writes down when, for the panel of the office.
func copyOf(ctx context.Context, db *storage.DB, file string) error {
	if err := db.Backup(file); err != nil {
		return err
	}
	now := time.Now()
	return db.EachTenant(ctx, func(t string) error {
		return db.Update(ctx, t, func(tx *storage.Txn) error { return tx.NoteBackup(now) })
	})
}

// opened opens a copy of a store with the key of p, checks all of it but the files that
// it names, and tells which.
func (p place) opened(ctx context.Context, file string, out io.Writer) (all []storage.EvidenceFile, err error) {
	keys, err := storage.LoadKeys(p.keyFile(), false)
	if err != nil {
		return nil, err
	}
	s, err := bolt.Open(file)
	if err != nil {
		return nil, err
	}
	db := storage.Open(s, keys)
	defer db.Close()
	faults, err := checked(ctx, db, out)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, conclude(faults, out)
	}
	return named(ctx, db)
}

var restoreCommand = command{
	name: "restore", args: " FILE", summary: "put a copy in an empty folder of data: FILE of declara backup, a .db of a folder of copies, or that folder",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var p place
		p.flags(fs)
		return func(ctx context.Context, args []string, out io.Writer) error {
			if len(args) != 1 {
				return errors.New("it takes one FILE")
			}
			return bolt.Guard(func() error { return restore(ctx, p, args[0], out) })
		}
	},
}

// restore puts a copy into an empty folder. The key may lie there already, and nothing
// else: what is there is never written over. What can be brought of a damaged copy is,
// and what is wrong with it is told.
func restore(ctx context.Context, p place, from string, out io.Writer) error {
	if p.store != "" {
		return errors.New("a PostgreSQL store is restored with PostgreSQL's own tools, such as pg_restore")
	}
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return err
	}
	there, err := os.ReadDir(p.data)
	if err != nil {
		return err
	}
	for _, e := range there {
		if filepath.Join(p.data, e.Name()) != filepath.Clean(p.keyFile()) {
			return fmt.Errorf("%s is not empty: it has %s; choose an empty folder", p.data, e.Name())
		}
	}
	if _, err := os.Stat(p.keyFile()); err != nil {
		return fmt.Errorf("put the key file at %s first: without it the copy cannot be read. From the printed sheet, declara key type makes it", p.keyFile())
	}
	if _, err := storage.LoadKeys(p.keyFile(), false); err != nil {
		return err
	}
	file, faults, err := backup.Bring(from, p.data, time.Now)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "from %s\n", file)
	for _, fault := range faults {
		fmt.Fprintf(out, "FAULT %s\n", fault)
	}
	db, err := p.open(ctx, false)
	if err != nil { // so that another key or another copy can be tried in the same folder
		return errors.Join(err, os.Remove(p.file()), os.RemoveAll(filepath.Join(p.data, "evidence")))
	}
	defer db.Close()
	all, _ := named(ctx, db) // of those that cannot be read, report tells
	pool := backup.Pool(filepath.Dir(file), time.Now)
	for _, f := range all {
		if _, err := p.evidence().Sum(f.Name); errors.Is(err, os.ErrNotExist) {
			if err := pool.Send(filepath.Join(p.data, "evidence"), f.Name); err != nil {
				return err
			}
		}
	}
	err = report(ctx, db, p.evidence(), out)
	switch status := exitError(0); {
	case errors.As(err, &status), err == nil && len(faults) > 0:
		fmt.Fprintf(out, "%s has what could be brought, and can be served. Keep this copy, and look for another in which the faults are not.\n", p.data)
		return exitError(1)
	case err == nil:
		fmt.Fprintf(out, "%s has the copy, and can be served.\n", p.data)
	}
	return err
}
