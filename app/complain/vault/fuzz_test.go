package vault

import (
	"bytes"
	"errors"
	"os"
	"testing"
)

// typedError fails unless err is one of this package's.
func typedError(t *testing.T, err error) {
	t.Helper()
	var e Error
	if !errors.As(err, &e) && !errors.As(err, new(CountError)) && !errors.As(err, new(RowError)) {
		t.Fatalf("error %v", err)
	}
}

// FuzzParseKey: what is read is printed as the same key, and a refusal has a reason.
func FuzzParseKey(f *testing.F) {
	k := Key{}
	for _, s := range []string{"", k.String(), "0000-0000.0000 0000 0000 0001", "０٠۰", "\xff", NewKey().String()} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k, err := ParseKey(s)
		if err != nil {
			typedError(t, err)
			return
		}
		if again, err := ParseKey(k.String()); err != nil || again != k {
			t.Fatalf("%q is read as another key", s)
		}
	})
}

func FuzzParseRecoveryCode(f *testing.F) {
	for _, s := range []string{"", newRecoveryCode().String(), "oOiIlL-00000-00000-0000", "U", "\x00é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseRecoveryCode(s)
		if err != nil {
			typedError(t, err)
			return
		}
		if again, err := ParseRecoveryCode(c.String()); err != nil || again != c {
			t.Fatalf("%q is read as another code", s)
		}
	})
}

func FuzzParseHolderKey(f *testing.F) {
	f.Add("")
	f.Add(must(must(NewHolderKey()).Paper()))
	f.Add(must(HolderKey{private: must(newPrivate(make([]byte, seedBytes)))}.Paper()))
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHolderKey(s)
		if err != nil {
			typedError(t, err)
			return
		}
		again, err := ParseHolderKey(must(h.Paper()))
		if err != nil || again.Public().ID() != h.Public().ID() {
			t.Fatalf("read as another key")
		}
	})
}

// FuzzOpen throws bytes at everything that opens for a key pair or a secret. None of
// them was sealed, so none opens.
func FuzzOpen(f *testing.F) {
	p := someKeys()[0]
	f.Add([]byte{})
	f.Add([]byte("dv\x01\x01"))
	for k := kindText; k <= kindSecretPrivate; k++ {
		b := make([]byte, 6000)
		putHead(b, k)
		f.Add(b)
		f.Add(b[:headBytes+secretOverhead+seedBytes])
	}
	secret := NewSecret()
	e, holders := circle(f, someKeys()[1], someKeys()[2], someKeys()[3])
	r := must(e.Recover(vaultOf, holders[0], holders[1]))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err1 := Open(p, here, b)
		_, err2 := p.Unwrap(here, b, p.Public())
		_, err3 := secret.Open(here, b)
		_, err4 := secret.OpenPrivate(here, b)
		_, err5 := r.Open(here, b, p.Public())
		_, err6 := OpenFile(p, here, b, bytes.NewReader(nil))
		for _, err := range []error{err1, err2, err3, err4, err5, err6} {
			typedError(t, err)
		}
	})
}

// FuzzRecords: what is taken as a record is written as the same bytes.
func FuzzRecords(f *testing.F) {
	e, _ := circle(f, someKeys()[1], someKeys()[2], someKeys()[3])
	f.Add(e.Bytes())
	f.Add([]byte{})
	lock := must(Decoy(cheap))
	f.Add(lock)
	o := &Official{someKeys()[0].Public(), must(decoy(kindPassword, cheap)), must(decoy(kindRecovery, cheap))}
	f.Add(o.Bytes())
	f.Add(someKeys()[0].Public().Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := ParseEscrow(b); err != nil {
			typedError(t, err)
		} else if !bytes.Equal(e.Bytes(), b) {
			t.Fatal("another escrow")
		}
		if o, err := ParseOfficial(b); err != nil {
			typedError(t, err)
		} else if !bytes.Equal(o.Bytes(), b) {
			t.Fatal("another official")
		}
		if p, err := ParsePublic(b); err != nil {
			typedError(t, err)
		} else if !bytes.Equal(p.Bytes(), b) {
			t.Fatal("another public key")
		}
		if l, err := parseLock(kindMailbox, b); err != nil {
			typedError(t, err)
		} else if !l.params.valid() {
			t.Fatal("a price out of bounds")
		}
	})
}

// FuzzOpenFile changes the bytes of the known file: header, stanzas and chunks.
func FuzzOpenFile(f *testing.F) {
	file := must(os.ReadFile(vectorsAge))
	v := readVectors()
	p := must(newPrivate(v.Pair.Seed))
	f.Add(file)
	f.Add(file[:2000])
	f.Add([]byte("age-encryption.org/v1\n-> X25519 \n\n--- \n"))
	f.Add([]byte("age-encryption.org/v1\n-> mlkem768x25519 \n" + "AAAA\n--- AAAA\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := OpenFile(p, v.Context, v.FileKey, bytes.NewReader(b))
		if err != nil {
			typedError(t, err)
		} else if !bytes.Equal(b, file) || string(text) != v.Text {
			t.Fatal("altered bytes open")
		}
	})
}

// FuzzParseAuthority: what is taken is exported to.
func FuzzParseAuthority(f *testing.F) {
	f.Add("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
	f.Add("age1pq1")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAuthority(s)
		if err != nil {
			typedError(t, err)
			return
		}
		if _, err := Export(new(bytes.Buffer), a); err != nil {
			t.Skip() // a point of low order
		}
	})
}
