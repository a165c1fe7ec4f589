package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"declara/storage"
)

// One process at a time has the file of the store open, so `declara backup` asks
// the one that serves, over a socket in the folder of the data that only its user
// may open: a line "backup PATH", answered by "ok" or by what went wrong.

// controlTimeout bounds a whole exchange; a large store takes seconds.
const controlTimeout = 10 * time.Minute

func (p place) socket() string { return filepath.Join(p.data, "declara.sock") }

// control answers on the socket until ctx ends.
func (p place) control(ctx context.Context, db *storage.DB) error {
	path := p.socket()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return errors.Join(err, ln.Close())
	}
	go func() {
		<-ctx.Done()
		ln.Close() // removes the socket
	}()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			answer(conn, db)
		}
	}()
	return nil
}

// answer does what one connection asks for.
func answer(conn net.Conn, db *storage.DB) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(controlTimeout))
	line, err := bufio.NewReaderSize(conn, 8<<10).ReadSlice('\n')
	if err != nil {
		return
	}
	path, ok := strings.CutPrefix(strings.TrimSuffix(string(line), "\n"), "backup ")
	if !ok || !filepath.IsAbs(path) {
		fmt.Fprintln(conn, "this declara does not know what was asked")
		return
	}
	if err := db.Backup(path); err != nil {
		fmt.Fprintln(conn, strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	fmt.Fprintln(conn, "ok")
}

// errNotServing means that no process serves this folder.
var errNotServing = errors.New("nothing serves this folder")

// askBackup has the process that serves copy the store to a file.
func (p place) askBackup(file string) error {
	conn, err := net.Dial("unix", p.socket())
	if err != nil {
		return errNotServing
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(controlTimeout))
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conn, "backup %s\n", file); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return errors.New("the process that serves did not answer")
	}
	if answer = strings.TrimSpace(answer); answer != "ok" {
		return errors.New(answer)
	}
	return nil
}
