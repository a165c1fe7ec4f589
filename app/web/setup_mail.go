package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"declara/app/account"
	"declara/app/outbox"
	"declara/storage"
)

// tryTimeout bounds each exchange of a test with a mail server. What of a test is not
// told (package outbox) is said after as long, whatever came of it.
const tryTimeout = 8 * time.Second

// mailData is the data of the page "setup-mail".
type mailData struct {
	Form  answers
	Frame *frame
	Fixed bool   // the command line gives the server
	Kept  bool   // a password is kept, which is not shown
	Said  string // what a server answered
	On    *storage.Relay
	Kinds []option
}

func (s *Server) stepMail(c *Ctx, f *frame) error {
	values := url.Values{"puerto": {"587"}, "seguridad": {string(outbox.StartTLS)}, "prueba": {c.User().Email}, "direccion": {c.Base()}}
	o, err := s.accounts.Options(c.ctx, tenant)
	if err != nil {
		return err
	}
	if r := o.Relay; r != nil {
		values = url.Values{"servidor": {r.Host}, "puerto": {strconv.Itoa(r.Port)}, "seguridad": {r.Security}, "usuario": {r.User},
			"remitente": {r.Sender}, "prueba": {c.User().Email}, "direccion": {r.Base}}
	}
	return s.renderMail(c, f, http.StatusOK, answers{Values: values}, "")
}

func (s *Server) renderMail(c *Ctx, f *frame, status int, form answers, said string) error {
	o, err := s.accounts.Options(c.ctx, tenant)
	if err != nil {
		return err
	}
	d := mailData{Form: form, Frame: f, Fixed: s.mailFixed, On: o.Relay, Kept: o.Relay != nil && o.Relay.Password != "", Said: said}
	for _, k := range []outbox.Security{outbox.StartTLS, outbox.TLS, outbox.Plain} {
		d.Kinds = append(d.Kinds, option{string(k), c.words.T("relay.kind." + string(k))})
	}
	return c.Render(status, "setup-mail", d)
}

// relayOf reads the server of a form and tells all that is wrong with it.
func (s *Server) relayOf(c *Ctx, old *storage.Relay) (r storage.Relay, wrong []trouble) {
	say := func(field, key string) { wrong = append(wrong, trouble{field, c.words.T(key)}) }
	r = storage.Relay{Host: strings.ToLower(c.Value("servidor")), Security: c.Value("seguridad"), User: c.Value("usuario"),
		Password: c.Form().Get("clave"), Sender: c.Value("remitente"), Base: strings.TrimRight(c.Value("direccion"), "/")}
	if r.Password == "" && old != nil && old.Host == r.Host && old.User == r.User {
		r.Password = old.Password
	}
	var err error
	if r.Port, err = strconv.Atoi(c.Value("puerto")); err != nil || r.Port < 1 || r.Port > 65535 {
		say("puerto", "relay.problem.port")
	}
	if r.Host == "" || len(r.Host) > 253 || strings.ContainsAny(r.Host, "/ @:\\\"<>") {
		say("servidor", "relay.problem.host")
	}
	switch outbox.Security(r.Security) {
	case outbox.StartTLS, outbox.TLS:
	case outbox.Plain:
		if ip := net.ParseIP(r.Host); r.Host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			say("seguridad", "relay.problem.plain")
		}
	default:
		say("seguridad", "problem.required.choice")
	}
	if !outbox.Address(r.Sender) {
		say("remitente", "relay.problem.address")
	}
	if !outbox.Address(c.Value("prueba")) {
		say("prueba", "relay.problem.address")
	}
	if u, err := url.Parse(r.Base); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(r.Base) > 200 {
		say("direccion", "relay.problem.base")
	}
	return r, wrong
}

func (s *Server) stepMailDo(c *Ctx, f *frame) error {
	if err := c.FormError(); err != nil {
		return err
	}
	switch {
	case c.Value("accion") == "despues" || s.mailFixed:
		return s.putOff(c, f)
	case c.Value("accion") == "quitar":
		if err := s.accounts.SetRelay(c.ctx, tenant, f.actor, nil); err != nil {
			return err
		}
		return s.anew(c, f, "relay.flash.off")
	}
	o, err := s.accounts.Options(c.ctx, tenant)
	if err != nil {
		return err
	}
	form := answers{Values: c.Form()}
	r, wrong := s.relayOf(c, o.Relay)
	if form.Trouble = wrong; len(wrong) > 0 {
		return s.renderMail(c, f, http.StatusUnprocessableEntity, form, "")
	}
	if err := s.accounts.TryRelay(c.ctx, tenant, f.actor, net.JoinHostPort(r.Host, strconv.Itoa(r.Port))); account.IsWait(err) {
		form.Trouble = []trouble{{"", c.said(err)}}
		return s.renderMail(c, f, http.StatusTooManyRequests, form, "")
	} else if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(c.ctx, 3*s.tryFor)
	defer stop()
	same := time.NewTimer(s.tryFor + s.tryFor/4)
	defer same.Stop()
	server := outbox.FromRelay(r)
	err = outbox.Try(ctx, server, outbox.Letter{To: c.Value("prueba"), Kind: "test", From: r.Sender, Name: c.Institution().Name,
		Subject: c.words.T("relay.test.subject"), Text: c.words.T("relay.test.text", c.Institution().Name), Lang: c.words.Tag()}, s.now(), s.tryFor)
	if t, ok := errors.AsType[*outbox.Trouble](err); ok {
		t, covered := t.Covered(server)
		if covered {
			select {
			case <-same.C:
			case <-ctx.Done():
			}
		}
		form.Trouble = []trouble{{"", c.words.T(t.Key, anys(t.Args)...)}}
		return s.renderMail(c, f, http.StatusUnprocessableEntity, form, t.Said)
	}
	if err != nil {
		return err
	}
	r.Proved = s.now()
	if err := s.accounts.SetRelay(c.ctx, tenant, f.actor, &r); err != nil {
		return err
	}
	return s.anew(c, f, "relay.flash.sent")
}

// anew goes on, and has the program begin anew with the mail server that it has now.
func (s *Server) anew(c *Ctx, f *frame, flash string) error {
	c.Flash(flash)
	if err := s.putOff(c, f); err != nil {
		return err
	}
	if s.restart != nil {
		s.Leave()
		s.restart()
	}
	return nil
}
