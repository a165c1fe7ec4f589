package web

import (
	"slices"
	"testing"

	"declara/storage"
)

// TestMenuOfParts: who does many things sees few entries at a time, and none of hers is
// further away than two presses.
func TestMenuOfParts(t *testing.T) {
	x := newSite(t)
	for _, role := range []storage.Role{
		storage.RoleAdmin, storage.RoleComptroller, storage.RoleInvestigator, storage.RoleSubstantiator,
		storage.RoleHR, storage.RoleCustodian,
	} {
		u := &storage.User{Roles: []storage.Role{role}}
		first := x.s.menuFor(u, "/cuenta").Top
		if len(first) > 8 {
			t.Errorf("%s: %d entries in the first row", role, len(first))
		}
		var seen []string
		for _, e := range first {
			m := x.s.menuFor(u, e.Path)
			if n := len(m.Part); n == 1 || n > 10 {
				t.Errorf("%s: %s has %d entries", role, e.Path, n)
			}
			here := 0
			for _, part := range append(slices.Clone(m.Part), e) {
				seen = append(seen, part.Path)
			}
			for _, top := range m.Top {
				if top.Here {
					here++
				}
			}
			if here != 1 {
				t.Errorf("%s: on %s %d entries are where it is", role, e.Path, here)
			}
		}
		for _, e := range menu {
			if slices.Contains(e.Roles, role) && !slices.Contains(seen, e.Path) {
				t.Errorf("%s: no way to %s", role, e.Path)
			}
		}
		if at := x.s.home(u); len(first) > 0 && at != first[0].Path {
			t.Errorf("%s comes in at %s, and the menu begins with %s", role, at, first[0].Path)
		}
	}
}

// TestMenuBelongs: pages whose way in is on a page of another part stand below that one.
func TestMenuBelongs(t *testing.T) {
	x := newSite(t)
	u := &storage.User{Roles: []storage.Role{storage.RoleComptroller}}
	for from, to := range belongs {
		if !slices.ContainsFunc(x.s.table, func(r Route) bool { return r.Method == "GET" && below(r.Path, from) }) {
			t.Errorf("%s is no page", from)
		}
		for _, e := range x.s.menuFor(u, from+"/algo").Top {
			if e.Here != (e.Path == to) {
				t.Errorf("%s: at %s it is %v", from, e.Path, e.Here)
			}
		}
	}
}
