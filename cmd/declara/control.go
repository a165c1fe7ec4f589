package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"declara/app/seal"
	"declara/storage"
)

// One process at a time has the file of the store open, so `declara backup` and
// `declara verify` ask the one that serves, over a socket in the folder of the data
// that only its user may open: a line "backup PATH", answered by "ok" or by what went
// wrong; or a line "verify LANGUAGE text|json SIZE NAME" and then the file, answered by
// what is known of it and a last line "status N". A line "reset-second-factor LOGIN" is
// answered as "backup" is.

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
	in := bufio.NewReaderSize(conn, 8<<10)
	text, err := in.ReadSlice('\n')
	if err != nil {
		return
	}
	line := strings.TrimSuffix(string(text), "\n")
	if asked, ok := strings.CutPrefix(line, "verify "); ok {
		answerVerify(conn, in, db, asked)
		return
	}
	if login, ok := strings.CutPrefix(line, "reset-second-factor "); ok {
		answerDone(conn, rescue(db, login))
		return
	}
	path, ok := strings.CutPrefix(line, "backup ")
	if !ok || !filepath.IsAbs(path) {
		fmt.Fprintln(conn, "this declara does not know what was asked")
		return
	}
	answerDone(conn, copyOf(context.Background(), db, path))
}

// answerDone says that something was done, or what went wrong.
func answerDone(out io.Writer, err error) {
	if err != nil {
		fmt.Fprintln(out, strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	fmt.Fprintln(out, "ok")
}

// answerVerify says what is known of the file that follows.
func answerVerify(conn io.Writer, in io.Reader, db *storage.DB, asked string) {
	f := strings.SplitN(asked, " ", 4)
	size, err := 0, errors.New("this declara does not know what was asked")
	if len(f) == 4 {
		size, err = strconv.Atoi(f[2])
	}
	if err == nil && (size < 0 || size > seal.MaxFile+1) {
		err = errors.New("the file is too large")
	}
	if err != nil {
		fmt.Fprintln(conn, err)
		return
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(in, b); err != nil {
		return
	}
	var out bytes.Buffer
	status, err := inspected(db, &out, f[0], f[1] == "json", f[3], b)
	if err != nil {
		fmt.Fprintln(conn, strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	fmt.Fprintf(&out, "status %d\n", status)
	conn.Write(out.Bytes())
}

// inspected inspects a file with an installation and writes what is known of it.
func inspected(db *storage.DB, out io.Writer, lang string, asJSON bool, name string, b []byte) (int, error) {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	look, zone, err := insider(ctx, db)
	if err != nil {
		return 0, err
	}
	f, err := look(b)
	if err != nil {
		return 0, err
	}
	return statusOf(f), tell(out, lang, asJSON, name, f, zone)
}

// askVerify has the process that serves inspect a file.
func (p place) askVerify(out io.Writer, lang string, asJSON bool, name string, b []byte) (int, error) {
	conn, err := net.Dial("unix", p.socket())
	if err != nil {
		return 0, errNotServing
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(2 * time.Minute))
	form := "text"
	if asJSON {
		form = "json"
	}
	if _, err := fmt.Fprintf(conn, "verify %s %s %d %s\n", strings.Fields(lang + " es")[0], form, len(b), strings.ReplaceAll(name, "\n", " ")); err != nil {
		return 0, err
	}
	if _, err := conn.Write(b); err != nil {
		return 0, err
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		return 0, err
	}
	text := strings.TrimSuffix(string(answer), "\n")
	i := strings.LastIndexByte(text, '\n')
	var status int
	if _, err := fmt.Sscanf(text[i+1:], "status %d", &status); err != nil {
		return 0, fmt.Errorf("the process that serves answered: %s", text)
	}
	_, err = io.WriteString(out, text[:i+1])
	return status, err
}

// errNotServing means that no process serves this folder.
var errNotServing = errors.New("nothing serves this folder")

// askBackup has the process that serves copy the store to a file.
func (p place) askBackup(file string) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	return p.ask("backup " + file)
}

// ask has the process that serves do what one line says.
func (p place) ask(line string) error {
	conn, err := net.Dial("unix", p.socket())
	if err != nil {
		return errNotServing
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(controlTimeout))
	if _, err := fmt.Fprintln(conn, line); err != nil {
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
