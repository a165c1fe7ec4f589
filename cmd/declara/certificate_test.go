package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestCertificate: what was renewed is used without a new start; half of it is not, and
// does not end the site.
func TestCertificate(t *testing.T) {
	dir := t.TempDir()
	file, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "privkey.pem")
	certify(t, dir, "uno.example")
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	c, err := newCertificate(file, key, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	is := func() []byte {
		t.Helper()
		pair, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Certificate[0]
	}
	first := is()
	old, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	certify(t, dir, "uno.example")
	renewed, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	at := now
	touch := func() { // as minutes go by between one writing and the next
		at = at.Add(time.Minute)
		for _, name := range []string{file, key} {
			if err := os.Chtimes(name, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(key, old, 0o600); err != nil { // the key comes a moment later
		t.Fatal(err)
	}
	touch()
	if !bytes.Equal(is(), first) {
		t.Error("looked at too often")
	}
	now = now.Add(lookAnew)
	if !bytes.Equal(is(), first) {
		t.Error("half of a new one")
	}
	if err := os.WriteFile(key, renewed, 0o600); err != nil {
		t.Fatal(err)
	}
	touch()
	now = now.Add(lookAnew)
	second := is()
	if bytes.Equal(second, first) {
		t.Error("still the old one")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	now = now.Add(lookAnew)
	if !bytes.Equal(is(), second) {
		t.Error("gone with its file")
	}
	if _, err := newCertificate(file, key, time.Now); err == nil {
		t.Error("none at all")
	}
}
