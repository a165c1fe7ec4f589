package vault

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// circle is an escrow of three holders whose keys are at hand.
func circle(t interface{ Fatal(...any) }, keys ...*Private) (*Escrow, [3]HolderKey) {
	var holders [3]HolderKey
	var people [3]Person
	for i := range holders {
		holders[i] = HolderKey{private: must(newPrivate(keys[i].seed))}
		people[i] = Person{fmt.Sprintf("holder%d", i), holders[i].Public()}
	}
	e, err := NewEscrow(vaultOf, people)
	if err != nil {
		t.Fatal(err)
	}
	return e, holders
}

// vaultOf is the context of an escrow.
var vaultOf = Context{Tenant: "1", Case: "escrow", Purpose: "escrow"}

// TestExcluded draws who may, who is excluded and who holds the escrow from a few
// persons with a few keys each, names and keys mixed on purpose, and tries every key
// of every person on everything that was wrapped.
func TestExcluded(t *testing.T) {
	keys := someKeys()
	rapid.Check(t, func(rt *rapid.T) {
		person := rapid.Custom(func(t *rapid.T) Person {
			p := Person{ID: rapid.SampledFrom([]string{"ana", "beto", "caro", "dani", "holder0", "holder1"}).Draw(t, "id")}
			if k := rapid.IntRange(-1, len(keys)-1).Draw(t, "key"); k >= 0 {
				p.Key = keys[k].Public()
			}
			return p
		})
		may := rapid.SliceOfN(person, 0, 5).Draw(rt, "may")
		excluded := rapid.SliceOfN(person, 0, 3).Draw(rt, "excluded")
		e, holders := circle(rt, keys[5], keys[6], keys[7])
		r, err := NewRecipients(may, excluded, e)
		if err != nil {
			rt.Fatal(err)
		}
		c := contexts().Draw(rt, "context")
		p := must(NewPair())
		w, err := r.Wrap(p, c)
		if len(r.Persons()) == 0 {
			if !errors.Is(err, ErrNobody) {
				rt.Fatalf("for nobody: %v", err)
			}
			return
		} else if err != nil {
			rt.Fatal(err)
		}

		// Who is bad, told again and more simply: by name, or by a key of a bad one.
		badName, badKey := map[string]bool{}, map[KeyID]bool{}
		all := append(append(e.Holders(), may...), excluded...)
		for _, p := range excluded {
			badName[p.ID] = true
			if p.Key != nil {
				badKey[p.Key.ID()] = true
			}
		}
		for range len(all) {
			for _, p := range all {
				if badName[p.ID] || p.Key != nil && badKey[p.Key.ID()] {
					badName[p.ID] = true
					if p.Key != nil {
						badKey[p.Key.ID()] = true
					}
				}
			}
		}
		holds := map[KeyID]int{} // a key that two persons share opens the wraps of both
		for _, wrap := range w.People {
			if badName[wrap.Person] || badKey[wrap.To] {
				rt.Fatalf("an excluded person holds a wrap: %s", wrap.Person)
			}
			holds[wrap.To]++
		}
		for _, q := range may { // and nobody is forgotten
			if q.Key != nil && !badName[q.ID] && !badKey[q.Key.ID()] && holds[q.Key.ID()] == 0 {
				rt.Fatalf("%s has no wrap", q.ID)
			}
		}
		for _, k := range keys {
			opened := 0
			for _, wrap := range w.People {
				if got, err := k.Unwrap(c, wrap.Sealed, p.Public()); err == nil {
					opened++
					if badKey[k.Public().ID()] || wrap.To != k.Public().ID() || string(got.seed) != string(p.seed) {
						rt.Fatal("a wrap opens for the wrong key")
					}
				}
			}
			if want := holds[k.Public().ID()]; opened != want {
				rt.Fatalf("a key opens %d wraps, not %d", opened, want)
			}
		}
		for i, pair := range pairs {
			rec := must(e.Recover(vaultOf, holders[pair[0]], holders[pair[1]]))
			bad := false
			for _, h := range pair {
				bad = bad || badName[e.holders[h].ID] || badKey[e.holders[h].Key.ID()]
			}
			got, err := rec.Open(c, w.Escrow, p.Public())
			if (err == nil) == bad {
				rt.Fatalf("pair %d, with somebody excluded: %v; opens: %v", i, bad, err)
			}
			if err == nil && string(got.seed) != string(p.seed) {
				rt.Fatal("another key comes out")
			}
		}
	})
}

func TestRecipients(t *testing.T) {
	k := someKeys()
	ana, beto := Person{"ana", k[0].Public()}, Person{"beto", k[1].Public()}
	names := func(people []Person) (s string) {
		for _, p := range people {
			s += p.ID + " "
		}
		return s
	}
	e, _ := circle(t, k[5], k[6], k[7])
	for _, tt := range []struct {
		name          string
		may, excluded []Person
		want, holders string
		err           error
	}{
		{"all", []Person{ana, beto}, nil, "ana beto ", "holder0 holder1 holder2 ", nil},
		{"twice", []Person{ana, ana}, nil, "ana ", "holder0 holder1 holder2 ", nil},
		{"without a key", []Person{ana, {"caro", nil}}, nil, "ana ", "holder0 holder1 holder2 ", nil},
		{"by name", []Person{ana, beto}, []Person{{"beto", nil}}, "ana ", "holder0 holder1 holder2 ", nil},
		{"by key under another name", []Person{ana, beto}, []Person{{"", k[1].Public()}}, "ana ", "holder0 holder1 holder2 ", nil},
		{"by the older key", []Person{ana, beto, {"beto", k[2].Public()}}, []Person{{"beto", nil}}, "ana ", "holder0 holder1 holder2 ", nil},
		{"by a name that shares the key", []Person{ana, {"x", k[1].Public()}, {"x", k[2].Public()}, beto}, []Person{{"beto", nil}}, "ana ", "holder0 holder1 holder2 ", nil},
		{"a holder", []Person{ana}, []Person{{"holder1", nil}}, "ana ", "holder0 holder2 ", nil},
		{"a holder who is also an official", []Person{ana, {"beto", k[5].Public()}}, []Person{{"beto", nil}}, "ana ", "holder1 holder2 ", nil},
		{"two holders", []Person{ana}, []Person{{"holder1", nil}, {"holder2", nil}}, "ana ", "", nil},
		{"everybody", []Person{ana}, []Person{ana}, "", "holder0 holder1 holder2 ", nil},
		{"one key for two", []Person{ana, {"beto", k[0].Public()}}, nil, "ana beto ", "holder0 holder1 holder2 ", nil},
		{"one key for two, one excluded", []Person{ana, {"beto", k[0].Public()}}, []Person{{"beto", nil}}, "", "holder0 holder1 holder2 ", nil},
		{"no name", []Person{{"", k[0].Public()}}, nil, "", "", ErrContext},
	} {
		r, err := NewRecipients(tt.may, tt.excluded, e)
		if err != tt.err || names(r.Persons()) != tt.want || names(r.Holders()) != tt.holders {
			t.Errorf("%s: %q, holders %q, %v", tt.name, names(r.Persons()), names(r.Holders()), err)
		}
	}
	if r, err := NewRecipients([]Person{ana}, nil, nil); err != nil || r.Holders() != nil {
		t.Errorf("without escrow: %v, %v", r.Holders(), err)
	} else if w, err := r.Wrap(k[3], here); err != nil || w.Escrow != nil {
		t.Errorf("without escrow: %v", err)
	}
}

// TestHandover: who leaves opens with her key and wraps for who comes; the excluded
// stay excluded.
func TestHandover(t *testing.T) {
	k := someKeys()
	old, next, accused := Person{"old", k[0].Public()}, Person{"next", k[1].Public()}, Person{"accused", k[2].Public()}
	p := must(NewPair())
	before := must(must(NewRecipients([]Person{old}, nil, nil)).Wrap(p, here))
	r := must(NewRecipients([]Person{next, accused}, []Person{accused}, nil))
	after, err := r.Rewrap(k[0], here, before.People[0].Sealed, p.Public())
	if err != nil || len(after.People) != 1 || after.People[0].Person != "next" {
		t.Fatalf("%+v %v", after.People, err)
	}
	got, err := k[1].Unwrap(here, after.People[0].Sealed, p.Public())
	if err != nil {
		t.Fatal(err)
	}
	envelope := must(SealTo(p.Public(), here, []byte("hechos")))
	if text, err := Open(got, here, envelope); err != nil || string(text) != "hechos" {
		t.Errorf("the successor reads %q, %v", text, err)
	}
	if _, err := r.Rewrap(k[1], here, before.People[0].Sealed, p.Public()); !errors.Is(err, ErrOpen) {
		t.Errorf("with a key that is not wrapped to: %v", err)
	}
	if _, err := k[1].Unwrap(here, after.People[0].Sealed, k[3].Public()); !errors.Is(err, ErrOpen) {
		t.Errorf("as the key of another case: %v", err)
	}
	there := here
	there.Case = "c2"
	if _, err := k[1].Unwrap(there, after.People[0].Sealed, p.Public()); !errors.Is(err, ErrOpen) {
		t.Errorf("in another case: %v", err)
	}
}

// TestIdentityApart: the identity block has a pair of its own; who reads the facts
// does not thereby read who sent them.
func TestIdentityApart(t *testing.T) {
	k := someKeys()
	reader, custodian := Person{"reader", k[0].Public()}, Person{"custodian", k[1].Public()}
	facts, identity := must(NewPair()), must(NewPair())
	whose := Context{"1", "c1", "identity", 0}
	wf := must(must(NewRecipients([]Person{reader, custodian}, nil, nil)).Wrap(facts, here))
	wi := must(must(NewRecipients([]Person{custodian}, nil, nil)).Wrap(identity, whose))
	block := must(SealTo(identity.Public(), whose, []byte("quién")))
	if len(wi.People) != 1 {
		t.Fatalf("%d wraps of the identity", len(wi.People))
	}
	for _, sealed := range [][]byte{wi.People[0].Sealed, wf.People[0].Sealed, wf.People[1].Sealed} {
		if p, err := k[0].Unwrap(whose, sealed, identity.Public()); err == nil {
			t.Errorf("the reader has the key of the identity: %v", p)
		}
	}
	if _, err := Open(facts, whose, block); err == nil {
		t.Error("the key of the facts opens the identity")
	}
	p := must(k[1].Unwrap(whose, wi.People[0].Sealed, identity.Public()))
	if text, err := Open(p, whose, block); err != nil || string(text) != "quién" {
		t.Errorf("the custodian reads %q, %v", text, err)
	}
}

// TestEscrowAlone: a case that nobody here reads is for two holders, and for none who
// is excluded.
func TestEscrowAlone(t *testing.T) {
	keys := someKeys()
	e, holders := circle(t, keys[5], keys[6], keys[7])
	p := must(NewPair())
	for name, excluded := range map[string][]Person{"nobody": nil, "a holder": {{ID: "holder0"}}} {
		r := must(NewRecipients(nil, excluded, e))
		sealed, err := r.WrapEscrow(p, here)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := must(e.Recover(vaultOf, holders[1], holders[2])).Open(here, sealed, p.Public())
		if err != nil || opened.Public().ID() != p.Public().ID() {
			t.Errorf("%s is excluded: %v", name, err)
		}
	}
	for name, r := range map[string]Recipients{
		"no escrow":   must(NewRecipients(nil, nil, nil)),
		"two are out": must(NewRecipients(nil, []Person{{ID: "holder0"}, {ID: "holder1"}}, e)),
	} {
		if _, err := r.WrapEscrow(p, here); !errors.Is(err, ErrNobody) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
