package complain_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/storage"
)

// people is a town of persons, each of whom may have several accounts, and have been a
// holder of several escrows under several ids.
type people struct {
	*town
	rt       *rapid.T
	owner    map[string]string          // id of an account or a holder, to whose it is
	papers   map[string]string          // id of a holder to her paper
	escrows  map[string]*vault.Escrow   // all that there ever were, by their key's id
	together map[string]*vault.Recovery // two holders, by their ids
	cases    []string                   // ids
	shut     map[string]map[string]bool // of a case, the persons who are excluded
	accounts int
}

var persons = []string{"Sara Sol Ruiz", "Marta Mala Cruz", "Eloy Paz Gil", "Nora Luz Vega", "Hugo Rey Toro", "Inés Mar Pino", "Raúl Cid Soto", "Olga Prado Nava"}

// spelt is a name as somebody else types it.
func spelt(rt *rapid.T, name string) string {
	var first, second, third string
	fmt.Sscan(name, &first, &second, &third)
	return rapid.SampledFrom([]string{name, third + " " + first + " " + second, first + " " + second, "Lic. " + name, second + " " + third + ", " + first[:1] + "."}).Draw(rt, "spelt")
}

func (p *people) opens(person string, roles ...storage.Role) {
	p.accounts++
	id := fmt.Sprintf("u%d", p.accounts)
	p.owner[id] = person
	p.update(func(tx *storage.Txn) error {
		return tx.PutUser(storage.User{ID: id, Login: id, Name: spelt(p.rt, person), Roles: roles})
	})
	_, mine, err := p.MakeKey(p.Context(), tenant, id, password, "Puesto "+id)
	p.ok(err)
	p.keys[id] = mine
	if own, err := p.Key(p.Context(), tenant, id); err == nil && p.accounts > 1 {
		_ = p.Vouch(p.Context(), p.hand("u1"), id, own.Fingerprint)
	}
}

func (p *people) escrow(actor string) {
	three := rapid.Permutation(persons).Draw(p.rt, "holders")[:3]
	n := len(p.escrows)
	names, posts := [3]string{}, [3]string{}
	for i, person := range three {
		names[i], posts[i] = spelt(p.rt, person), fmt.Sprintf("Cargo %c%d", 'a'+rune(i), n)
	}
	if err := p.StartEscrow(p.Context(), p.hand(actor), names, posts); err != nil {
		return
	}
	papers := make([]string, 3)
	for i := range three {
		paper, err := p.DrawHolder(p.Context(), p.hand(actor), i)
		p.ok(err)
		papers[i] = fmt.Sprint(paper.Rows)
		papers[i] = papers[i][1 : len(papers[i])-1]
		p.owner[paper.Holder.ID], p.papers[paper.Holder.ID] = three[i], papers[i]
	}
	for i := range three {
		_, err := p.CheckHolder(p.Context(), p.hand(actor), i, papers[i])
		p.ok(err)
	}
	p.view(func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		e, err := vault.ParseEscrow(ch.Escrow.Record)
		p.escrows[e.Public().ID().String()] = e
		return err
	})
}

func (p *people) id() string {
	return fmt.Sprintf("u%d", rapid.IntRange(1, p.accounts).Draw(p.rt, "account"))
}

// TestPersonsStayOut: in whatever order ceremonies, exclusions, hand-overs, new accounts,
// new names and recoveries come, no person who is excluded from a complaint holds a wrap
// of it under any of her accounts, nor a paper, of any ceremony, that opens it with that
// of another holder.
func TestPersonsStayOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := &people{town: newTown(t), rt: rt, owner: map[string]string{}, papers: map[string]string{}, escrows: map[string]*vault.Escrow{}, together: map[string]*vault.Recovery{}, shut: map[string]map[string]bool{}}
		p.opens(persons[0], storage.RoleComptroller)
		p.opens(persons[1], storage.RoleComptroller)
		p.opens(persons[2], storage.RoleCustodian)
		p.escrow("u1")
		for range rapid.IntRange(4, 12).Draw(rt, "steps") {
			switch op := rapid.SampledFrom([]string{"receive", "receive", "escrow", "escrow", "exclude", "handover", "open", "close", "rename", "unlock", "recover"}).Draw(rt, "op"); op {
			case "receive":
				p.receives()
			case "escrow":
				p.escrow(p.id())
			case "exclude":
				p.excludes()
			case "handover":
				from := p.id()
				_, _ = p.HandOver(p.Context(), tenant, from, p.keys[from], p.id(), rapid.Bool().Draw(rt, "keep"))
			case "open":
				p.opens(rapid.SampledFrom(persons).Draw(rt, "person"), rapid.SampledFrom([]storage.Role{storage.RoleComptroller, storage.RoleInvestigator, storage.RoleCustodian}).Draw(rt, "role"))
			case "close":
				p.set(p.id(), func(u *storage.User) { u.Disabled = !u.Disabled })
			case "rename":
				p.set(p.id(), func(u *storage.User) { u.Name = "Fulana Equis Zeta" + u.ID })
			case "unlock":
				if mine, err := p.UnlockKey(p.Context(), tenant, p.id(), password); err == nil {
					mine.Wipe()
				}
			case "recover":
				var ids []string
				for id := range p.papers {
					ids = append(ids, id)
				}
				slices.Sort(ids)
				two := rapid.Permutation(ids).Draw(rt, "come")[:2]
				_, _ = p.Recover(p.Context(), tenant, p.id(), p.papers[two[0]], p.papers[two[1]], p.id(), p.id())
			}
			p.nobodyShut()
		}
	})
}

// receives is a complaint whose sender left out some of those that she was shown, or who
// were there when she began.
func (p *people) receives() {
	var ids []string
	for id := range p.owner {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	a := bribe
	a.Exclude = rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, 2, rapid.ID[string]).Draw(p.rt, "exclude")
	sent, err := p.Receive(p.Context(), tenant, a, nil, complain.Way{Channel: complain.ChannelDesk})
	if errors.Is(err, complain.ErrClosed) {
		return
	}
	p.ok(err)
	p.cases, p.shut[sent.ID] = append(p.cases, sent.ID), map[string]bool{}
	for _, id := range a.Exclude {
		p.shut[sent.ID][p.owner[id]] = true
	}
}

func (p *people) excludes() {
	if len(p.cases) == 0 {
		return
	}
	id, user := rapid.SampledFrom(p.cases).Draw(p.rt, "case"), p.id()
	p.shut[id][p.owner[user]] = true
	p.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		return errors.Join(err, complain.Exclude(tx, &c, user), tx.PutComplaint(c, c.Version))
	})
}

func (p *people) nobodyShut() {
	var all []storage.Complaint
	p.view(func(tx *storage.Txn) error {
		all = nil
		return tx.Complaints(func(c storage.Complaint) error { all = append(all, c); return nil })
	})
	for _, c := range all {
		for pair, k := range map[complain.Pair]storage.KeyPair{complain.PairCase: c.Case, complain.PairIdentity: c.Identity} {
			for _, w := range k.Wraps {
				if p.shut[c.ID][p.owner[w.User]] {
					p.rt.Errorf("%s, who is %s, is excluded and holds a wrap of %s", w.User, p.owner[w.User], pair)
				}
			}
			for _, e := range p.escrows {
				h := e.Holders()
				for _, two := range [][2]int{{0, 1}, {0, 2}, {1, 2}} {
					a, b := h[two[0]].ID, h[two[1]].ID
					if (p.shut[c.ID][p.owner[a]] || p.shut[c.ID][p.owner[b]]) && p.opensCase(c, pair, k, e, a, b) {
						p.rt.Errorf("%s and %s open %s, and one of them is excluded", p.owner[a], p.owner[b], pair)
					}
				}
			}
		}
	}
}

// opensCase reports whether two papers open a pair of a complaint.
func (p *people) opensCase(c storage.Complaint, pair complain.Pair, k storage.KeyPair, e *vault.Escrow, a, b string) bool {
	if len(k.Escrow) == 0 {
		return false
	}
	r := p.together[a+b]
	if r == nil {
		one, err := vault.ParseHolderKey(p.papers[a])
		p.ok(err)
		other, err := vault.ParseHolderKey(p.papers[b])
		p.ok(err)
		r, err = e.Recover(vault.Context{Tenant: tenant, Case: "escrow", Purpose: "escrow"}, one, other)
		p.ok(err)
		p.together[a+b] = r
	}
	want, err := vault.ParsePublic(k.Public)
	p.ok(err)
	private, err := r.Open(complain.At(tenant, c.ID, string(pair), 0), k.Escrow, want)
	if err != nil {
		return false
	}
	private.Wipe()
	return true
}
