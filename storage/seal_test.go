package storage

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSeal: what was sealed opens with the same keys at the same place, and nowhere
// and in no way else.
func TestSeal(t *testing.T) {
	k := NewKeys()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(rt, "text")
		id := rapid.StringMatching(`[a-z0-9]{1,8}`).Draw(rt, "id")
		at := key("1", kPerson, id)
		sealed := k.seal("person", at, text)
		if again := k.seal("person", at, text); bytes.Equal(again, sealed) {
			rt.Fatal("the same bytes twice")
		}
		open := func(k *Keys, purpose, at string, b []byte) ([]byte, error) {
			return k.open(purpose, at, bytes.Clone(b))
		}
		got, err := open(k, "person", at, sealed)
		if err != nil || !bytes.Equal(got, text) {
			rt.Fatalf("got %q %v", got, err)
		}
		if _, err := open(NewKeys(), "person", at, sealed); !errors.Is(err, ErrWrongKey) {
			rt.Fatalf("with another key: %v", err)
		}
		for name, elsewhere := range map[string]string{
			"another record": key("1", kPerson, id+"x"), "another kind": key("1", kUser, id), "another tenant": key("2", kPerson, id),
		} {
			if _, err := open(k, "person", elsewhere, sealed); !errors.Is(err, ErrSealed) {
				rt.Fatalf("at %s: %v", name, err)
			}
		}
		if _, err := open(k, "user", at, sealed); !errors.Is(err, ErrSealed) {
			rt.Fatalf("for another purpose: %v", err)
		}
		bit := rapid.IntRange(0, len(sealed)*8-1).Draw(rt, "bit")
		spoilt := bytes.Clone(sealed)
		spoilt[bit/8] ^= 1 << (bit % 8)
		if got, err := open(k, "person", at, spoilt); err == nil {
			rt.Fatalf("with bit %d turned it opens: %q", bit, got)
		}
		cut := rapid.IntRange(0, len(sealed)-1).Draw(rt, "cut")
		if got, err := open(k, "person", at, sealed[:cut]); err == nil {
			rt.Fatalf("cut to %d bytes it opens: %q", cut, got)
		}
	})
}

// TestRotate: a key that is added seals from then on, and the older one still opens;
// what is derived for indexes and others stays the same.
func TestRotate(t *testing.T) {
	old := NewKeys()
	both, err := ParseKeys(append(old.Text(), NewKeys().Text()...))
	if err != nil {
		t.Fatal(err)
	}
	const at = "t/1/user/a"
	if got, err := both.open("user", at, old.seal("user", at, []byte("text"))); err != nil || string(got) != "text" {
		t.Errorf("sealed before: %q %v", got, err)
	}
	if _, err := old.open("user", at, both.seal("user", at, []byte("text"))); !errors.Is(err, ErrWrongKey) {
		t.Errorf("sealed after, opened with the old file: %v", err)
	}
	if both.blind("1", "user.login", "ana") != old.blind("1", "user.login", "ana") || !bytes.Equal(both.Sub("x"), old.Sub("x")) {
		t.Error("what is derived changed")
	}
}

func TestDerived(t *testing.T) {
	k := NewKeys()
	seen := map[string]string{}
	for _, at := range []string{"a", "b", "", "a/b"} {
		seen[string(k.Sub(at))] = at
	}
	if len(seen) != 4 || len(k.Sub("a")) != 32 {
		t.Errorf("%d different keys of 4", len(seen))
	}
	blind := map[string]bool{}
	for _, c := range [][3]string{{"1", "user.login", "ana"}, {"2", "user.login", "ana"}, {"1", "person.rfc", "ana"}, {"1", "user.login", "anb"}} {
		b := k.blind(c[0], c[1], c[2])
		blind[b] = true
		if !validID(b) || strings.Contains(b, "ana") {
			t.Errorf("blind value %q", b)
		}
	}
	if len(blind) != 4 || blind[NewKeys().blind("1", "user.login", "ana")] {
		t.Errorf("%d different blind values of 4", len(blind))
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "declara.key")
	if _, err := LoadKeys(path, false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	made, err := LoadKeys(path, true)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v %v", info.Mode(), err)
	}
	again, err := LoadKeys(path, true)
	if err != nil || !bytes.Equal(again.Text(), made.Text()) {
		t.Errorf("read again: %v, or another key", err)
	}
	for mode := os.FileMode(0o601); mode <= 0o677; mode++ {
		if mode&0o077 == 0 {
			continue
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadKeys(path, true); err == nil || !strings.Contains(err.Error(), "0600") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

// TestDamagedKeyFile: a key that was typed back with a slip is refused, and no error
// holds a part of it.
func TestDamagedKeyFile(t *testing.T) {
	whole := string(NewKeys().Text())
	secret := strings.Fields(whole)[2]
	bad := map[string]string{
		"empty": "", "another file": "hello\n", "no check": "declara-key-v1 " + secret, "short": whole[:len(whole)-3],
		"another version": strings.Replace(whole, "v1", "v2", 1), "one good line": whole + "\nx",
	}
	for i := range secret {
		c := "0"
		if secret[i] == '0' {
			c = "1"
		}
		bad[fmt.Sprint("digit ", i)] = strings.Replace(whole, secret, secret[:i]+c+secret[i+1:], 1)
	}
	dir := t.TempDir()
	for name, text := range bad {
		path := filepath.Join(dir, "key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := LoadKeys(path, true)
		if !errors.Is(err, ErrKeyFile) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), secret[:16]) {
			t.Errorf("%s: the error holds the key", name)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := ParseKeys([]byte(strings.ReplaceAll(whole, "\n", "\r\n"))); err != nil {
		t.Errorf("saved by an editor of Windows: %v", err)
	}
}

// TestKeyFileForm holds the text form, which is on paper in safes.
func TestKeyFileForm(t *testing.T) {
	secret := bytes.Repeat([]byte{0x5a}, 32)
	k := &Keys{all: []masterKey{newMasterKey(secret)}}
	const want = "declara-key-v1 892c37d8 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n"
	if got := string(k.Text()); got != want {
		t.Errorf("got %s", got)
	}
	sealed, err := hex.DecodeString(sealedForm)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.open("person", "t/1/person/p1", sealed); err != nil || string(got) != "declara" {
		t.Errorf("a value that was sealed when the form was fixed: %q %v", got, err)
	}
}

// sealedForm is "declara", sealed as person p1 of tenant 1 with the key above.
const sealedForm = "01892c37d8c9313f6cb4b310b57b4f10a2a754bf13c2c1d504d9cda35399dc2b8976ae1f4f347d84ae85c660a389864aa18ec6b1"
