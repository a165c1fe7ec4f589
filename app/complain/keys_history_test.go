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

// ceremony makes the escrow and returns the printed keys of its holders.
func (w *town) ceremony(actor string) (papers [3]string) {
	w.Helper()
	papers, err := w.tryCeremony(actor)
	w.ok(err)
	return papers
}

// tryCeremony is ceremony, which an actor may not begin.
func (w *town) tryCeremony(actor string) (papers [3]string, err error) {
	w.Helper()
	if err := w.StartEscrow(w.Context(), w.hand(actor),
		[3]string{"Sara Síndica " + storage.RandomID(), "Eloy Estatal " + storage.RandomID(), "Nora Notaria " + storage.RandomID()},
		[3]string{"Sindicatura", "Secretaría del sistema estatal", "Secretaría del ayuntamiento"}); err != nil {
		return papers, err
	}
	for i := range papers {
		p, err := w.DrawHolder(w.Context(), w.hand(actor), i)
		w.ok(err)
		papers[i] = fmt.Sprint(p.Rows)
		papers[i] = papers[i][1 : len(papers[i])-1]
		complete, err := w.CheckHolder(w.Context(), w.hand(actor), i, papers[i])
		w.ok(err)
		if complete != (i == 2) {
			w.Fatalf("complete after %d: %v", i+1, complete)
		}
	}
	return papers, nil
}

// cast are the accounts of the histories, each with what the law lets her be.
var cast = map[string][]storage.Role{
	"ana":  {storage.RoleComptroller},
	"beto": {storage.RoleComptroller, storage.RoleCustodian},
	"caro": {storage.RoleInvestigator},
	"dana": {storage.RoleSubstantiator},
	"eva":  {storage.RoleCustodian},
	"fito": {storage.RoleComptroller},
	"gil":  {storage.RoleHR},
}

var names = []string{"ana", "beto", "caro", "dana", "eva", "fito", "gil"}

// TestHistories: over random histories of complaints, assignment, recusal, hand-over,
// keys that are lost, accounts that are closed, roles that change and recovery by two
// holders, nobody ever holds a wrap of a complaint that she is excluded from, nor one
// that her roles do not allow; and what a wrap opens is the case.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newTown(t)
		w.update(func(tx *storage.Txn) error {
			for _, name := range names {
				if err := tx.PutUser(storage.User{ID: name, Login: name, Roles: cast[name]}); err != nil {
					return err
				}
				if !complain.MayHold(cast[name]) {
					continue
				}
				p, err := vault.NewPair()
				if err != nil {
					return err
				}
				w.keys[name] = p
				if err := tx.PutVaultKey(storage.VaultKey{User: name, Public: p.Public().Bytes(), Post: "Puesto de " + name}, 0); err != nil {
					return err
				}
			}
			return nil
		})
		papers := w.ceremony("ana")
		var ids []string
		who := func(label string) string { return rapid.SampledFrom(names).Draw(rt, label) }
		for range rapid.IntRange(3, 10).Draw(rt, "steps") {
			switch op := rapid.SampledFrom([]string{"receive", "receive", "assign", "exclude", "handover", "lose", "close", "reopen", "roles", "recover", "again"}).Draw(rt, "op"); op {
			case "receive":
				a := bribe
				a.Exclude = slices.Compact([]string{who("accused")})
				sent, err := w.Receive(w.Context(), tenant, a, nil, complain.Way{Channel: complain.ChannelDesk})
				if err == nil {
					ids = append(ids, sent.ID)
				} else if !errors.Is(err, complain.ErrClosed) {
					t.Fatal(err)
				}
			case "assign":
				pair := rapid.SampledFrom([]complain.Pair{complain.PairCase, complain.PairIdentity}).Draw(rt, "pair")
				w.assign(rt, ids, pair, who("to"))
			case "exclude":
				if len(ids) > 0 {
					id, user := rapid.SampledFrom(ids).Draw(rt, "case"), who("recused")
					w.update(func(tx *storage.Txn) error {
						c, err := tx.Complaint(id)
						return errors.Join(err, complain.Exclude(tx, &c, user), tx.PutComplaint(c, c.Version))
					})
				}
			case "handover":
				from := who("out")
				if mine := w.keys[from]; mine != nil {
					_, _ = w.HandOver(w.Context(), tenant, from, mine, who("in"), rapid.Bool().Draw(rt, "keep"))
				}
			case "lose":
				user := who("lost")
				if _, mine, err := w.ReplaceKey(w.Context(), tenant, user, password); err == nil {
					w.keys[user] = mine
				}
			case "close", "reopen":
				user := who("account")
				w.update(func(tx *storage.Txn) error {
					u, err := tx.User(user)
					u.Disabled = op == "close"
					return errors.Join(err, tx.PutUser(u))
				})
			case "roles":
				user, roles := who("account"), rapid.SampledFrom([][]storage.Role{
					{storage.RoleComptroller}, {storage.RoleInvestigator, storage.RoleCustodian}, {storage.RoleSubstantiator}, {storage.RoleCustodian}, {storage.RoleAdmin}, {storage.RoleHR},
				}).Draw(rt, "roles")
				_ = w.db.Update(w.Context(), tenant, func(tx *storage.Txn) error {
					if err := w.GuardRoles(tx, user, roles); err != nil {
						return err
					}
					u, err := tx.User(user)
					u.Roles = roles
					return errors.Join(err, tx.PutUser(u))
				})
			case "recover":
				i := rapid.IntRange(0, 2).Draw(rt, "holder")
				_, _ = w.Recover(w.Context(), tenant, who("actor"), papers[i], papers[(i+1)%3], who("official"), who("custodian"))
			case "again":
				if next, err := w.tryCeremony(who("keeper")); err == nil {
					papers = next
				}
			}
			w.nobodyWhoMayNot(rt)
		}
	})
}

// assign gives a pair of a random case on, with the key of who holds it; as often as not
// to who is excluded from it.
func (w *town) assign(rt *rapid.T, ids []string, pair complain.Pair, to string) {
	if len(ids) == 0 {
		return
	}
	id, wrong := rapid.SampledFrom(ids).Draw(rt, "case"), rapid.Bool().Draw(rt, "to the excluded")
	_ = w.db.Update(w.Context(), tenant, func(tx *storage.Txn) error {
		c, err := tx.Complaint(id)
		if err != nil {
			return err
		}
		wraps := c.Case.Wraps
		if pair == complain.PairIdentity {
			wraps = c.Identity.Wraps
		}
		if len(wraps) == 0 {
			return nil
		}
		if wrong && len(c.Excluded) > 0 {
			to = c.Excluded[0]
		}
		private, err := complain.OpenPair(tenant, &c, pair, wraps[0].User, w.keys[wraps[0].User])
		if err != nil {
			return err
		}
		defer private.Wipe()
		if err := complain.Give(tx, &c, pair, private, to); err != nil {
			return err
		}
		return tx.PutComplaint(c, c.Version)
	})
}

func (w *town) nobodyWhoMayNot(rt *rapid.T) {
	w.view(func(tx *storage.Txn) error {
		return tx.Complaints(func(c storage.Complaint) error {
			for i, wraps := range [][]storage.Wrap{c.Case.Wraps, c.Identity.Wraps} {
				for _, one := range wraps {
					u, err := tx.User(one.User)
					if err != nil {
						return err
					}
					if slices.Contains(c.Excluded, u.ID) {
						rt.Errorf("%s is excluded and holds a wrap", u.ID)
					}
					has := func(r storage.Role) bool { return slices.Contains(u.Roles, r) }
					reads := has(storage.RoleComptroller) || has(storage.RoleInvestigator) || has(storage.RoleSubstantiator)
					keeps := has(storage.RoleCustodian) && !has(storage.RoleSubstantiator)
					if has(storage.RoleAdmin) || i == 0 && !reads || i == 1 && !keeps {
						rt.Errorf("%s with %v holds a wrap of pair %d", u.ID, u.Roles, i)
					}
					pair, public := complain.PairCase, c.Case.Public
					if i == 1 {
						pair, public = complain.PairIdentity, c.Identity.Public
					}
					private, err := complain.OpenPair(tenant, &c, pair, u.ID, w.keys[u.ID])
					if err != nil {
						rt.Errorf("the wrap of %s does not open: %v", u.ID, err)
						continue
					}
					if want, err := vault.ParsePublic(public); err != nil || private.Public().ID() != want.ID() {
						rt.Errorf("the wrap of %s opens something else", u.ID)
					}
				}
			}
			return nil
		})
	})
}
