package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
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
			db, err := p.open(ctx, false)
			if err != nil {
				return err
			}
			defer db.Close()
			return report(ctx, db, p.evidence(), out)
		}
	},
}

// report checks everything and prints what it counted and what is wrong.
func report(ctx context.Context, db *storage.DB, evidence *files.Store, out io.Writer) error {
	result, err := db.Check(ctx)
	if err != nil {
		return err
	}
	for _, c := range result.Counts {
		fmt.Fprintf(out, "%8d %s\n", c.N, c.What)
	}
	n, err := seals(ctx, db, &result.Faults)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		result.Faults = append(result.Faults, "seals of papers: "+err.Error())
	}
	fmt.Fprintf(out, "%8d seals of papers\n", n)
	if n, err = missing(ctx, db, evidence, &result.Faults); err != nil {
		return err
	}
	fmt.Fprintf(out, "%8d files of complaints\n", n)
	seen, wrong, err := standard(ctx, db, &result.Faults)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%8d public documents by the standard\n", seen-wrong)
	if wrong > 0 {
		fmt.Fprintf(out, "%8d public documents that are not by the standard\n", wrong)
	}
	for _, fault := range result.Faults {
		fmt.Fprintf(out, "FAULT %s\n", fault)
	}
	if len(result.Faults) > 0 {
		fmt.Fprintf(out, "%d faults\n", len(result.Faults))
		return exitError(1)
	}
	fmt.Fprintln(out, "sound")
	return nil
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

// missing counts the files of complaints that the store names, and adds those that
// are not there to faults. Nobody here can open them: who holds a key does.
func missing(ctx context.Context, db *storage.DB, evidence *files.Store, faults *[]string) (n int, err error) {
	tenants, err := db.Tenants(ctx)
	if err != nil {
		return 0, err
	}
	there, err := evidence.List()
	if err != nil {
		return 0, err
	}
	for _, t := range tenants {
		var named []string
		if err := db.View(ctx, t, func(tx *storage.Txn) error {
			named = nil
			return tx.EvidenceNames(func(name string) error { named = append(named, name); return nil })
		}); err != nil {
			return 0, err
		}
		for _, name := range named {
			if n++; !slices.Contains(there, name) {
				*faults = append(*faults, "tenant "+t+": the file "+name+" of a complaint is not there")
			}
		}
	}
	return n, nil
}

var backupCommand = command{
	name: "backup", args: " FILE", summary: "copy the store to FILE and what complaints have of files to FILE.evidence, also while declara serves, and check the copy",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var p place
		p.flags(fs)
		return func(ctx context.Context, args []string, out io.Writer) error {
			if len(args) != 1 {
				return errors.New("it takes one FILE")
			}
			return copied(ctx, p, args[0], out)
		}
	},
}

// copied copies the store, opens the copy and checks it: a copy that nobody has
// opened is not a backup.
func copied(ctx context.Context, p place, file string, out io.Writer) error {
	if p.store != "" {
		return errors.New("a PostgreSQL store is backed up with PostgreSQL's own tools, such as pg_dump")
	}
	// Files are there before the store names them: what the copy of the store names was
	// there before it was made, or came while it was.
	beside := backup.Beside(file)
	if err := p.evidence().CopyTo(beside); err != nil {
		return err
	}
	err := p.askBackup(file)
	if errors.Is(err, errNotServing) {
		err = p.copyStore(ctx, file)
	}
	if err != nil {
		return err
	}
	if err := p.evidence().CopyTo(beside); err != nil {
		return err
	}
	if err := (place{data: p.data, key: p.keyFile()}).verify(ctx, file, files.Open(beside, time.Now), out); err != nil {
		return err
	}
	day := time.Now().UTC().Truncate(24 * time.Hour)
	return os.Chtimes(file, day, day) // as its files of complaints: when it was made says what is not in it yet
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

// verify opens a copy of a store with the key of p and checks it.
func (p place) verify(ctx context.Context, file string, evidence *files.Store, out io.Writer) error {
	keys, err := storage.LoadKeys(p.keyFile(), false)
	if err != nil {
		return err
	}
	s, err := bolt.Open(file)
	if err != nil {
		return err
	}
	db := storage.Open(s, keys)
	defer db.Close()
	if err := report(ctx, db, evidence, out); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s holds a copy that opens. Keep %s too, somewhere else: without it the copy cannot be read.\n", file, p.keyFile())
	return nil
}

var restoreCommand = command{
	name: "restore", args: " FILE", summary: "put the copy FILE in an empty folder of data",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var p place
		p.flags(fs)
		return func(ctx context.Context, args []string, out io.Writer) error {
			if len(args) != 1 {
				return errors.New("it takes one FILE")
			}
			return restore(ctx, p, args[0], out)
		}
	},
}

// restore copies FILE into an empty folder. The key may lie there already, and
// nothing else: what is there is never written over.
func restore(ctx context.Context, p place, file string, out io.Writer) error {
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
		return fmt.Errorf("put the key file at %s first: without it the copy cannot be read", p.keyFile())
	}
	if err := copyFile(p.file(), file); err != nil {
		return err
	}
	if err := files.Open(backup.Beside(file), time.Now).CopyTo(filepath.Join(p.data, "evidence")); err != nil {
		return err
	}
	return p.verify(ctx, p.file(), p.evidence(), out)
}

func copyFile(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	if err == nil {
		err = dst.Sync()
	}
	return errors.Join(err, dst.Close())
}
