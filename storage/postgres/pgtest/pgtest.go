// Package pgtest gives tests a PostgreSQL server of their own: Debian's binaries in
// a folder that is removed, on a socket in it and nowhere else. As PostgreSQL
// refuses to run as root, it then runs as the user postgres.
package pgtest

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// Variable names a server to use instead, as a postgres:// address whose user may
// create databases.
const Variable = "DECLARA_TEST_POSTGRES"

// ErrNone means that there is no PostgreSQL to be had, which is no fault of a test.
var ErrNone = errors.New("PostgreSQL is not installed (Debian: postgresql) and " + Variable + " is not set")

// Server is one that Start began.
type Server struct {
	address *url.URL
	process *exec.Cmd
	dir     string
}

// Start begins a server with settings ("fsync=off") and waits until it answers.
// Stop ends it. What given names, the value of Variable, is used as it is.
func Start(given string, settings ...string) (*Server, error) {
	if given != "" {
		u, err := url.Parse(given)
		if err != nil {
			return nil, errors.New(Variable + " is not an address")
		}
		return &Server{address: u}, nil
	}
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(bins) == 0 {
		return nil, ErrNone
	}
	slices.Sort(bins)
	bin := filepath.Dir(bins[len(bins)-1])
	dir, err := os.MkdirTemp("", "declara-pg")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	if err := s.start(bin, settings); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Server) start(bin string, settings []string) error {
	as := &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT} // it ends with the test, however that ends
	if os.Geteuid() == 0 {
		uid, gid, err := owner()
		if err != nil {
			return err
		}
		as.Credential = &syscall.Credential{Uid: uid, Gid: gid}
		if err := os.Chown(s.dir, int(uid), int(gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "declara", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = as, s.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: initdb: %w: %s", err, out)
	}
	args := []string{"-D", data, "-k", s.dir, "-c", "listen_addresses="}
	for _, set := range settings {
		args = append(args, "-c", set)
	}
	s.process = exec.Command(filepath.Join(bin, "postgres"), args...)
	s.process.SysProcAttr, s.process.Dir = as, s.dir
	if err := s.process.Start(); err != nil {
		s.process = nil
		return fmt.Errorf("pgtest: %w", err)
	}
	s.address = &url.URL{Scheme: "postgres", User: url.User("declara"), Path: "/postgres", RawQuery: url.Values{"host": {s.dir}}.Encode()}
	for range 200 {
		if exec.Command(filepath.Join(bin, "pg_isready"), "-q", "-h", s.dir).Run() == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("pgtest: the server does not answer")
}

// owner is the user postgres, whom Debian's package makes.
func owner() (uid, gid uint32, err error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, fmt.Errorf("pgtest: %w", err)
	}
	id, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return 0, 0, fmt.Errorf("pgtest: %w", err)
	}
	group, err := strconv.ParseUint(u.Gid, 10, 32)
	return uint32(id), uint32(group), err
}

// Address is where the database of that name is.
func (s *Server) Address(database string) string {
	u := *s.address
	u.Path = "/" + database
	return u.String()
}

// Main is the address of the database that is there from the beginning.
func (s *Server) Main() string { return s.address.String() }

// Stop ends the server, if Start began it, and removes its folder.
func (s *Server) Stop() error {
	if s.dir == "" {
		return nil
	}
	if s.process != nil {
		s.process.Process.Signal(syscall.SIGINT) // fast shutdown
		s.process.Wait()
	}
	return os.RemoveAll(s.dir)
}
