package vault

import (
	"bytes"
	"context"
	"io"
	"testing"
)

// BenchmarkDerive is what a sign-in, and every guess, costs, whether there is a case
// with that locator or not.
func BenchmarkDerive(b *testing.B) {
	key := NewKey()
	for name, lock := range map[string][]byte{
		"wrong":   must(key.Lock(context.Background(), here, someKeys()[0], Default)),
		"unknown": must(Decoy(Default)),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := NewKey().Unlock(context.Background(), here, lock); err != ErrOpen {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSeal4K(b *testing.B) {
	text := make([]byte, textStep-4)
	for b.Loop() {
		must(SealTo(someKeys()[0].Public(), here, text))
	}
}

func BenchmarkOpen4K(b *testing.B) {
	sealed := must(SealTo(someKeys()[0].Public(), here, make([]byte, textStep-4)))
	for b.Loop() {
		must(Open(someKeys()[0], here, sealed))
	}
}

// BenchmarkOpen1000Cases is an official who enters: the key of each case, and its
// facts. The goal is ten seconds.
func BenchmarkOpen1000Cases(b *testing.B) {
	p := must(NewPair())
	w := must(must(NewRecipients([]Person{{"ana", someKeys()[0].Public()}}, nil, nil)).Wrap(p, here)).People[0].Sealed
	facts := must(SealTo(p.Public(), here, make([]byte, 3000)))
	for b.Loop() {
		for range 1000 {
			k := must(someKeys()[0].Unwrap(here, w, p.Public()))
			must(Open(k, here, facts))
			k.Wipe()
		}
	}
}

// BenchmarkHandover1000Cases is an official who leaves: each case for a successor,
// with its escrow.
func BenchmarkHandover1000Cases(b *testing.B) {
	k := someKeys()
	e, _ := circle(b, k[5], k[6], k[7])
	p := must(NewPair())
	w := must(must(NewRecipients([]Person{{"ana", k[0].Public()}}, nil, nil)).Wrap(p, here)).People[0].Sealed
	r := must(NewRecipients([]Person{{"beto", k[1].Public()}}, nil, e))
	for b.Loop() {
		for range 1000 {
			must(r.Rewrap(k[0], here, w, p.Public()))
		}
	}
}

// BenchmarkIntake is all the keys of a complaint for five officials: case, identity
// and mailbox, with the derivation.
func BenchmarkIntake(b *testing.B) {
	k := someKeys()
	e, _ := circle(b, k[5], k[6], k[7])
	var may []Person
	for i := range 5 {
		may = append(may, Person{string(rune('a' + i)), k[i].Public()})
	}
	all, one := must(NewRecipients(may, nil, e)), must(NewRecipients(may[:1], nil, e))
	for b.Loop() {
		facts, identity, mailbox := must(NewPair()), must(NewPair()), must(NewPair())
		must(all.Wrap(facts, here))
		must(one.Wrap(identity, here))
		must(SealTo(facts.Public(), here, make([]byte, 3000)))
		must(SealTo(identity.Public(), here, make([]byte, 300)))
		must(NewKey().Lock(context.Background(), here, mailbox, Default))
	}
}

func BenchmarkSealFile10M(b *testing.B) {
	content := make([]byte, 10<<20)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		must(sealFile(someKeys()[0].Public(), here, io.Discard, content))
	}
}

func BenchmarkOpenFile10M(b *testing.B) {
	var sealed bytes.Buffer
	key := must(sealFile(someKeys()[0].Public(), here, &sealed, make([]byte, 10<<20)))
	b.SetBytes(10 << 20)
	for b.Loop() {
		must(OpenFile(someKeys()[0], here, key, bytes.NewReader(sealed.Bytes())))
	}
}
