package outbox

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// TestTry: what a person is told who tries a mail server, for each way in which it fails.
func TestTry(t *testing.T) {
	letter := Letter{To: "rosa@valle.example", From: "declara@valle.example", Name: "Municipio", Subject: "Prueba", Text: "Llegó.", Lang: "es-MX", Kind: "test"}
	good := newServer(t, StartTLS)
	good.config.Sender, good.config.User, good.config.Password = letter.From, "declara", "clave del relevo"
	other := newServer(t, TLS)
	other.config.Sender = letter.From
	refusing := func(code int, enhanced smtp.EnhancedCode) *server {
		s := newServer(t, StartTLS)
		s.config.Sender = letter.From
		s.refuse = func(string) error { return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: "no será"} }
		return s
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := closed.Addr().(*net.TCPAddr).Port
	closed.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	with := func(s *server, change func(*Config)) Config {
		c := s.config
		if change != nil {
			change(&c)
		}
		return c
	}
	for name, x := range map[string]struct {
		c    Config
		want string
	}{
		"good":        {with(good, nil), ""},
		"password":    {with(good, func(c *Config) { c.Password = "otra" }), "password"},
		"no name":     {with(good, func(c *Config) { c.Host = "no-existe.invalid" }), "dns"},
		"closed":      {with(good, func(c *Config) { c.Port = port }), "refused"},
		"silent":      {with(good, func(c *Config) { c.Port = silent.Addr().(*net.TCPAddr).Port }), "time"},
		"authority":   {with(good, func(c *Config) { c.Roots = nil }), "authority"},
		"other name":  {with(good, func(c *Config) { c.Roots = c.Roots.Clone(); c.Roots.ServerName = "correo.example" }), "name"},
		"TLS, not so": {with(good, func(c *Config) { c.Security = TLS }), "plain"},
		"no STARTTLS": {with(newServer(t, Plain), func(c *Config) { c.Security, c.Sender = StartTLS, letter.From }), "starttls"},
		"grey":        {with(refusing(451, smtp.EnhancedCode{4, 7, 1}), nil), "later"},
		"nobody":      {with(refusing(550, smtp.EnhancedCode{5, 1, 1}), nil), "to"},
		"full":        {with(refusing(452, smtp.EnhancedCode{4, 2, 2}), nil), "busy"},
		"no host":     {Config{Sender: letter.From}, "host"},
		"TLS":         {with(other, nil), ""},
	} {
		err := Try(context.Background(), x.c, letter, time.Now(), 2*time.Second)
		trouble, _ := errors.AsType[*Trouble](err)
		// All of these listen on this machine, at ports that are none of mail's.
		if trouble != nil && x.want != "dns" && x.want != "host" {
			before := x.want == "refused" || x.want == "time" || x.want == "plain"
			if _, covered := trouble.Covered(x.c); covered != before {
				t.Errorf("%s: covered is %v", name, covered)
			}
		}
		switch {
		case x.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case x.want != "" && (trouble == nil || trouble.Key != "relay.fail."+x.want):
			t.Errorf("%s: %v, not %s", name, trouble, x.want)
		case x.want == "to" && !strings.Contains(trouble.Said, "no será"):
			t.Errorf("%s: the server said %q", name, trouble.Said)
		}
	}
	if got := good.deliveries(); len(got) != 1 || !strings.Contains(string(got[0].data), "Lleg") {
		t.Errorf("%d letters arrived", len(got))
	}
	for name, x := range map[string]struct {
		host    string
		port    int
		silent  bool
		covered bool
	}{
		"a database":            {"10.0.0.7", 5432, true, true},
		"this machine":          {"127.0.0.1", 6379, true, true},
		"the cloud's own":       {"169.254.169.254", 80, true, true},
		"behind a provider":     {"100.64.3.2", 22, true, true},
		"IPv6 of a house":       {"fd00::1", 22, true, true},
		"a mail port":           {"10.0.0.7", 587, true, false},
		"one that greeted":      {"10.0.0.7", 5432, false, false},
		"everybody's":           {"192.0.2.7", 22, true, false},
		"everybody's, by IPv6":  {"2001:db8::7", 22, true, false},
		"an old notation of it": {"::ffff:10.0.0.7", 22, true, true},
	} {
		tried := &Trouble{Key: "relay.fail.refused", Said: "MARCA", silent: x.silent, inside: within(netip.MustParseAddr(x.host).Unmap())}
		told, covered := tried.Covered(Config{Host: x.host, Port: x.port})
		if covered != x.covered || covered && (told.Key != "relay.fail.inside" || told.Said != "") {
			t.Errorf("%s: %v %+v", name, covered, told)
		}
	}

	bad := letter
	bad.To = "nadie"
	if trouble, _ := errors.AsType[*Trouble](Try(context.Background(), good.config, bad, time.Now(), time.Second)); trouble == nil || trouble.Key != "relay.fail.address" {
		t.Error(trouble)
	}
}
