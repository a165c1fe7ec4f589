package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"declara/app"
	"declara/app/outbox"
	"declara/app/web"
)

// serving are the flags of serve.
type serving struct {
	place
	listen, metrics    string
	base               string
	proxies            string
	certFile, certKey  string
	smtp, smtpPassword string
	mailFrom           string
	witnessDir         string
	backupDir          string
	backupHour         string
	backupKeep         string
}

var serveCommand = command{
	name: "serve", summary: "run everything; on an empty folder it prints the address of the set-up page",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var s serving
		s.flags(fs)
		fs.StringVar(&s.listen, "listen", "127.0.0.1:8080", "`address` to answer on")
		fs.StringVar(&s.metrics, "metrics", "", "`address` for figures in the text format of Prometheus; without it there are none")
		fs.StringVar(&s.base, "base-url", "", "`address` that people use, as https://declara.example.gob.mx")
		fs.StringVar(&s.proxies, "trusted-proxies", "", "`addresses` of proxies whose X-Forwarded-For counts, separated by commas")
		fs.StringVar(&s.certFile, "tls-cert", "", "`file` of the certificate chain, to answer over TLS without a proxy")
		fs.StringVar(&s.certKey, "tls-key", "", "`file` of its key")
		fs.StringVar(&s.smtp, "smtp", "", "mail server, as smtp://user@host:587 (STARTTLS) or smtps://user@host:465; without it mail waits")
		fs.StringVar(&s.smtpPassword, "smtp-password", "", "`password` for the mail server; better in DECLARA_SMTP_PASSWORD_FILE")
		fs.StringVar(&s.mailFrom, "mail-from", "", "`address` that mail comes from")
		fs.StringVar(&s.witnessDir, "witness-dir", "", "`folder` into which the state of the log is written every day; others should be able to read it, and copy it elsewhere")
		fs.StringVar(&s.backupDir, "backup-dir", "", "`folder` into which the store is copied every day, opened and checked; without it the settings say")
		fs.StringVar(&s.backupHour, "backup-hour", "3", "`hour` of the institution's day from which that is done")
		fs.StringVar(&s.backupKeep, "backup-keep", "7,4", "`how many` of those copies stay: of the last days, and of the weeks before")
		return func(ctx context.Context, args []string, out io.Writer) error {
			if err := noArgs(args); err != nil {
				return err
			}
			return s.run(ctx, out)
		}
	},
}

func (s serving) run(ctx context.Context, out io.Writer) error {
	mail, err := s.mail()
	if err != nil {
		return err
	}
	secure, err := s.secure()
	if err != nil {
		return err
	}
	if err := s.folder(); err != nil {
		return err
	}
	plan, err := s.plan()
	if err != nil {
		return err
	}
	db, err := s.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	config := app.Config{
		DB: db, Evidence: s.evidence(), Clock: time.Now, Log: log, Copies: s.copies(db, plan, log),
		BaseURL: s.base, Secure: secure, TrustedProxies: fields(s.proxies), Mail: mail, WitnessDir: s.witnessDir, Version: version,
	}
	a, err := app.New(config)
	if err != nil {
		return err
	}
	socket, err := app.Listen(s.listen)
	if err != nil {
		return fmt.Errorf("answering on %s: %w", s.listen, err)
	}
	sockets, ln := []*app.Socket{socket}, net.Listener(socket)
	if s.certFile != "" {
		cert, err := newCertificate(s.certFile, s.certKey, time.Now)
		if err != nil {
			return errors.Join(err, ln.Close())
		}
		ln = web.TLS(ln, &tls.Config{GetCertificate: cert.get})
	}
	var figures net.Listener
	if s.metrics != "" {
		socket, err := app.Listen(s.metrics)
		if err != nil {
			return errors.Join(fmt.Errorf("figures on %s: %w", s.metrics, err), ln.Close())
		}
		sockets, figures = append(sockets, socket), socket
	}
	if s.store == "" {
		if err := s.control(ctx, db); err != nil {
			return errors.Join(fmt.Errorf("socket for backups: %w", err), ln.Close())
		}
	}
	if err := s.greet(ctx, a, ln, out); err != nil {
		return errors.Join(err, ln.Close())
	}
	return app.Run(ctx, config, a, ln, figures, sockets...)
}

// greet prints where the site is and, before the first set-up, the link to it.
func (s serving) greet(ctx context.Context, a *app.App, ln net.Listener, out io.Writer) error {
	base := s.base
	if base == "" {
		scheme := "http"
		if s.certFile != "" {
			scheme = "https"
		}
		base = scheme + "://" + ln.Addr().String()
	}
	base = strings.TrimRight(base, "/")
	path, err := a.SetupPath(ctx)
	if err != nil {
		return err
	}
	if path != "" {
		_, err = fmt.Fprintf(out, "Open this address once to set declara up; nobody else can:\n\n  %s%s\n\n", base, path)
		return err
	}
	_, err = fmt.Fprintf(out, "declara answers on %s\n", base)
	return err
}

// secure reports whether people reach the site over https.
func (s serving) secure() (bool, error) {
	if (s.certFile == "") != (s.certKey == "") {
		return false, errors.New("--tls-cert and --tls-key go together")
	}
	return s.certFile != "" || strings.HasPrefix(s.base, "https://"), nil
}

// folder makes the folder of witnesses and its name whole, so that it does not depend
// on where the program was started.
func (s *serving) folder() (err error) {
	if s.witnessDir == "" {
		return nil
	}
	if s.witnessDir, err = filepath.Abs(s.witnessDir); err == nil {
		err = os.MkdirAll(s.witnessDir, 0o755)
	}
	if err != nil {
		return fmt.Errorf("--witness-dir: %w", err)
	}
	return nil
}

// mail reads the address of the mail server; nil when there is none. Errors never
// hold it: it may have a password in it.
func (s serving) mail() (*outbox.Config, error) {
	if s.smtp == "" {
		return nil, nil
	}
	u, err := url.Parse(s.smtp)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("--smtp takes an address such as smtp://user@host:587")
	}
	if s.mailFrom == "" {
		return nil, errors.New("--mail-from is needed with --smtp")
	}
	if s.base == "" {
		return nil, errors.New("--base-url is needed with --smtp: letters have links")
	}
	c := &outbox.Config{Host: u.Hostname(), User: u.User.Username(), Password: s.smtpPassword, Sender: s.mailFrom, Security: outbox.StartTLS}
	if u.Scheme == "smtps" {
		c.Security = outbox.TLS
	} else if u.Query().Get("tls") == "none" {
		if ip := net.ParseIP(c.Host); ip == nil || !ip.IsLoopback() {
			return nil, errors.New("mail goes without TLS only to this machine: use 127.0.0.1, or leave out tls=none")
		}
		c.Security = outbox.Plain
	}
	if p := u.Port(); p != "" {
		if c.Port, err = strconv.Atoi(p); err != nil {
			return nil, errors.New("the port of the mail server is not one")
		}
	}
	return c, nil
}

func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
