package web

import (
	"net/http"
	"strings"
	"testing"

	"declara/storage"
)

// TestReserveByOffice: what the office reserves is gone from everything that the public
// and the national platform get, at once; the end of its term brings nothing back, and
// lifting it does.
func TestReserveByOffice(t *testing.T) {
	town := newPublicTown(t)
	paths := []string{"/publico", "/publico?q=mendez", "/publico/datos.csv", "/publico/datos.jsonl", "/publico/declaraciones/" + town.later.ID, "/publico/declaraciones/" + town.later.ID + ".json",
		"/publico/declaraciones/" + town.later.ID + ".csv", "/publico/declaraciones/" + town.later.ID + ".pdf", "/publico/comparar?a=" + town.year.ID + "&b=" + town.later.ID, "/verificar/" + town.later.ID, "/verificar?q=" + town.later.Public}
	told := func(when string, want bool) {
		t.Helper()
		some := false
		for _, p := range paths {
			a := town.ask("GET", p)
			for _, s := range []string{"Méndez", "MENDEZ", "Ibarra", "IBARRA"} {
				if strings.Contains(a.body, s) {
					if some = true; !want {
						t.Errorf("%s: %s tells %q", when, p, s)
					}
				}
			}
			if !want && strings.HasPrefix(p, "/publico/declaraciones/") && a.status != http.StatusNotFound {
				t.Errorf("%s: %s is %d", when, p, a.status)
			}
		}
		var left []storage.Filing
		town.update(func(tx *storage.Txn) error {
			return tx.Filings(func(f storage.Filing) error {
				if _, err := tx.PublicDocument(f.ID); err == nil && f.Person == town.raul {
					left = append(left, f)
				}
				return nil
			})
		})
		if want != (len(left) > 0) || want != some {
			t.Errorf("%s: %d documents, some page: %v", when, len(left), some)
		}
	}
	told("before", true)
	accounts := town.server.accounts
	who := storage.User{ID: "eva", Login: "eva", Roles: []storage.Role{storage.RoleTransparency}}
	today := town.now
	r := storage.Reserve{Agreement: "CT/4/2026", Ground: "LGTAIP, artículo 113, fracción V", Until: "14/05/2027"}
	town.must(accounts.Reserve(t.Context(), tenant, &who, town.raul, r, today))
	told("reserved", false)
	town.now = today.AddDate(2, 0, 0)
	told("after its term", false)
	r.Agreement, r.Until = "CT/7/2028", "14/05/2030"
	town.must(accounts.Reserve(t.Context(), tenant, &who, town.raul, r, town.now))
	told("renewed", false)
	town.must(accounts.LiftReserve(t.Context(), tenant, &who, town.raul, "Terminó el riesgo, acuerdo CT/9/2028"))
	told("lifted", true)
}
