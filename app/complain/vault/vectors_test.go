package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"golang.org/x/crypto/argon2"
)

var makeVectors = flag.Bool("vectors", false, "write testdata/v1.json and v1.age, when they are not there")

// The known answers of version 1. A later version adds a file and leaves this one,
// which it must still open.
const (
	vectorsFile = "testdata/v1.json"
	vectorsAge  = "testdata/v1.age"
)

// bin is bytes that stand as hexadecimal in the file.
type bin []byte

func (b bin) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, b), nil }

func (b *bin) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

// vectors is one of every format, with what opens it.
type vectors struct {
	Context Context
	Bound   bin // Context.bind of kindText with one part, "part"

	Derivation struct {
		Params         Params
		Key            string
		Salt, Root     bin // Root is what Argon2id alone gives
		Tag, KeyOfLock bin
	}
	Pair struct {
		Seed        bin
		PublicHash  bin
		ID          bin
		Fingerprint string
		Paper       string
	}
	Text string
	// All of these are sealed to Pair, in Context.
	Envelope bin
	FileKey  bin

	// The rest seals the pair.
	Mailbox       bin
	Secret        bin
	SecretText    bin
	SecretPrivate bin
	Official      struct {
		Record   bin
		Password string
		Code     string
	}
	Reader  bin // seed of a person
	Wrap    bin
	Holders [3]string // papers
	Escrow  bin
	Whole   bin // Wraps.Escrow with all holders
	Narrow  bin // and without the first
}

// newVectors makes one of everything.
func newVectors() (v vectors, file []byte) {
	ctx := context.Background()
	v.Context = Context{"22014", "c-7Q2K", "hechos", 3}
	v.Bound = must(v.Context.bind(kindText, []byte("part")))
	key := NewKey()
	v.Derivation.Params = Params{Memory: 1024, Time: 2, Threads: 1}
	v.Derivation.Key = key.String()

	p := must(NewPair())
	v.Pair.Seed = p.seed
	v.Pair.Paper = must(HolderKey{private: p}.Paper())
	v.Pair.Fingerprint = p.Public().Fingerprint()
	v.Text = "El 3 de marzo, en la ventanilla 4, pidieron $500 «para agilizar»."
	v.Envelope = must(SealTo(p.Public(), v.Context, []byte(v.Text)))
	var sealed bytes.Buffer
	v.FileKey = must(sealFile(p.Public(), v.Context, &sealed, []byte(v.Text)))

	cost := v.Derivation.Params
	v.Mailbox = must(key.Lock(ctx, v.Context, p, cost))
	secret := NewSecret()
	v.Secret = secret.Bytes()
	v.SecretText = must(secret.Seal(v.Context, []byte(v.Text)))
	v.SecretPrivate = must(secret.SealPrivate(v.Context, p))
	v.Official.Password = "batería grapa"
	o, code, err := lockOfficial(ctx, v.Context, p, v.Official.Password, cost)
	v.Official.Record, v.Official.Code = must(o, err).Bytes(), code.String()

	reader := must(NewPair())
	v.Reader = reader.seed
	var people [3]Person
	for i, id := range []string{"sindicatura", "sistema-estatal", "secretaría"} {
		h := must(NewHolderKey())
		v.Holders[i] = must(h.Paper())
		people[i] = Person{id, h.Public()}
	}
	e := must(NewEscrow(v.Context, people))
	v.Escrow = e.Bytes()
	may := []Person{{"ana", reader.Public()}}
	w := must(must(NewRecipients(may, nil, e)).Wrap(p, v.Context))
	v.Wrap, v.Whole = w.People[0].Sealed, w.Escrow
	v.Narrow = must(must(NewRecipients(may, people[:1], e)).Wrap(p, v.Context)).Escrow

	fill(&v, p, key)
	return v, sealed.Bytes()
}

// fill is what follows from the rest by computing alone.
func fill(v *vectors, p *Private, key Key) {
	l := must(parseLock(kindMailbox, v.Mailbox))
	v.Derivation.Salt = l.salt
	cost := l.params
	v.Derivation.Root = argon2.IDKey(key.text(), l.salt, cost.Time, cost.Memory, cost.Threads, 64)
	d := must(expand(kindMailbox, v.Derivation.Root, l.salt))
	v.Derivation.Tag, v.Derivation.KeyOfLock = d.tag, d.kek.Bytes()
	hash := sha256.Sum256(p.Public().Bytes())
	id := p.Public().ID()
	v.Pair.PublicHash, v.Pair.ID = hash[:], id[:]
}

func readVectors() (v vectors) {
	return *must(&v, json.Unmarshal(must(os.ReadFile(vectorsFile)), &v))
}

// TestVectors opens one of every format of version 1, and computes what can be.
func TestVectors(t *testing.T) {
	if *makeVectors {
		if _, err := os.Stat(vectorsFile); err == nil {
			t.Fatal("the known answers are there; what they say does not change")
		}
		v, file := newVectors()
		for name, b := range map[string][]byte{vectorsFile: append(must(json.MarshalIndent(v, "", "\t")), '\n'), vectorsAge: file} {
			if err := os.WriteFile(name, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	v := readVectors()
	ctx := context.Background()
	same := func(what string, got, want []byte) {
		t.Helper()
		if !bytes.Equal(got, want) {
			t.Errorf("%s is %x, not %x", what, got, want)
		}
	}
	opens := func(what string, p *Private, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		same(what, p.seed, v.Pair.Seed)
	}

	same("the context", must(v.Context.bind(kindText, []byte("part"))), v.Bound)
	p := must(newPrivate(v.Pair.Seed))
	key := must(ParseKey(v.Derivation.Key))
	computed := v
	fill(&computed, p, key)
	d, want := computed.Derivation, v.Derivation
	same("the salt", d.Salt, want.Salt)
	same("the root", d.Root, want.Root)
	same("the tag", d.Tag, want.Tag)
	same("the key of the lock", d.KeyOfLock, want.KeyOfLock)
	same("the public key", computed.Pair.PublicHash, v.Pair.PublicHash)
	same("its ID", computed.Pair.ID, v.Pair.ID)
	if got := p.Public().Fingerprint(); got != v.Pair.Fingerprint {
		t.Errorf("fingerprint %s", got)
	}
	if got := must(HolderKey{private: p}.Paper()); got != v.Pair.Paper {
		t.Error("printed otherwise")
	}

	text, err := Open(p, v.Context, v.Envelope)
	same("the envelope", must(text, err), []byte(v.Text))
	text, err = OpenFile(p, v.Context, v.FileKey, bytes.NewReader(must(os.ReadFile(vectorsAge))))
	same("the file", must(text, err), []byte(v.Text))
	secret := must(ParseSecret(v.Secret))
	same("the secret", must(secret.Open(v.Context, v.SecretText)), []byte(v.Text))

	got, err := key.Unlock(ctx, v.Context, v.Mailbox)
	opens("the mailbox", got, err)
	got, err = secret.OpenPrivate(v.Context, v.SecretPrivate)
	opens("the session", got, err)
	o := must(ParseOfficial(v.Official.Record))
	same("the official", o.Bytes(), v.Official.Record)
	got, err = o.Unlock(ctx, v.Context, v.Official.Password)
	opens("the password", got, err)
	got, err = o.UnlockWithCode(ctx, v.Context, must(ParseRecoveryCode(v.Official.Code)))
	opens("the printed code", got, err)
	got, err = must(newPrivate(v.Reader)).Unwrap(v.Context, v.Wrap, p.Public())
	opens("the wrap", got, err)

	e := must(ParseEscrow(v.Escrow))
	same("the escrow", e.Bytes(), v.Escrow)
	for i, pair := range pairs {
		a, b := must(ParseHolderKey(v.Holders[pair[0]])), must(ParseHolderKey(v.Holders[pair[1]]))
		r := must(e.Recover(v.Context, b, a))
		got, err := r.Open(v.Context, v.Whole, p.Public())
		opens("the escrow of the case", got, err)
		got, err = r.Open(v.Context, v.Narrow, p.Public())
		if i == 2 {
			opens("the escrow without the first holder", got, err)
		} else if err != ErrOpen {
			t.Errorf("the escrow without the first holder, with her: %v", err)
		}
		if err := e.Drill(v.Context, a, b); err != nil {
			t.Errorf("the drill: %v", err)
		}
	}
}
