package web

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"declara/storage"
)

// TestMailProbe: who has an administrator's session learns of a test neither whether
// something listens in our network nor what; a mail server there is explained; how often
// is bounded, and each time is in the audit trail.
func TestMailProbe(t *testing.T) {
	x := newSite(t)
	x.s.tryFor = 400 * time.Millisecond
	b := x.as(storage.RoleAdmin)
	listen := func(answer string) string {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ln.Close() })
		go func() {
			for {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				conn.Write([]byte(answer))
				defer conn.Close()
			}
		}()
		return strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := strconv.Itoa(closed.Addr().(*net.TCPAddr).Port)
	closed.Close()
	try := func(port, security string) result {
		return b.post("/ajustes/correo", "accion", "probar", "servidor", "127.0.0.1", "puerto", port, "seguridad", security, "usuario", "", "clave", "",
			"remitente", "declara@valleencinos.example", "direccion", "https://declara.example", "prueba", "nadie@valleencinos.example")
	}
	said := map[string]bool{}
	for _, port := range []string{free, listen(""), listen("SSH-2.0-OpenSSH_9.6\r\n"), listen("MARCADELPUERTO\r\n")} {
		for _, security := range []string{"none", "tls"} {
			page := try(port, security).is(422).says("No hubo respuesta de un servidor de correo", "por seguridad").hides("MARCADELPUERTO", "OpenSSH", "no habla TLS", "no respondió a tiempo", "cerró la conexión")
			_, words, _ := strings.Cut(page.body, `role="alert"`)
			words, _, _ = strings.Cut(words, "</div>")
			said[strings.ReplaceAll(words, port, "N")] = true
		}
	}
	if len(said) != 1 {
		t.Errorf("what listens is told apart: %v", said)
	}
	try(relayServer(t), "none").is(422).says("no acepta cartas para la dirección de prueba", "no hay nadie")
	try(relayServer(t), "starttls").is(422).says("no ofrece STARTTLS")
	try(free, "none").is(429).says("Ya se probó varias veces. Espera 2 min")
	x.clock = x.clock.Add(3 * time.Minute)
	try(free, "none").is(422).says("por seguridad")
	try(free, "none").is(429)
	var tried []string
	x.update(func(tx *storage.Txn) error {
		tried = nil
		return tx.AuditEntries(func(e storage.AuditEntry, _ []byte) error {
			if e.Act == "smtp.try" {
				tried = append(tried, e.About)
			}
			return nil
		})
	})
	if len(tried) != 11 || tried[0] != "127.0.0.1:"+free {
		t.Errorf("%v", tried)
	}
}
