package backup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"declara/storage"
)

// TestRooms: the bound is what is written anew and a gibibyte, for data and copies each.
func TestRooms(t *testing.T) {
	x := newOffice(t)
	if all := x.Rooms(storage.Options{}); len(all) != 1 || all[0].What != "data" || all[0].Free == 0 {
		t.Fatalf("%+v", all)
	}
	x.daily(7, 4)
	at := map[string]int64{x.Data: 5 << 30, x.folder: spare}
	x.Free = func(folder string) (int64, error) { return at[folder], nil }
	all := x.Rooms(storage.Options{})
	if len(all) != 2 || all[0].Low() || !all[1].Low() || all[1].Need <= spare {
		t.Errorf("%+v", all)
	}
}

// TestWarn: administrators are told once a day, from the morning on, while a disk is
// nearly full or the copy fails; nobody else, and not while all is well.
func TestWarn(t *testing.T) {
	x := newOffice(t)
	var told []string
	x.Tell = func(_ *storage.Txn, to, _ string) error {
		told = append(told, to)
		return nil
	}
	if err := x.DB.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		for _, u := range []storage.User{
			{ID: "1", Login: "a", Email: "a@valle.example", Roles: []storage.Role{storage.RoleAdmin}},
			{ID: "2", Login: "b", Email: "b@valle.example", Roles: []storage.Role{storage.RoleComptroller}},
			{ID: "3", Login: "c", Email: "c@valle.example", Roles: []storage.Role{storage.RoleAdmin}, Disabled: true},
			{ID: "4", Login: "d", Roles: []storage.Role{storage.RoleAdmin}},
		} {
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	free := int64(5 << 30)
	x.Free = func(string) (int64, error) { return free, nil }
	at := func(day, hour int, want ...string) {
		t.Helper()
		told, x.now = nil, time.Date(2026, 5, day, hour+6, 0, 0, 0, time.UTC)
		if err := x.warn(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(told, want) {
			t.Errorf("on the %d at %d: %s", day, hour, strings.Join(told, ", "))
		}
	}
	at(4, 10)
	free = 1 << 20
	at(4, 8)
	at(4, 10, "a@valle.example")
	at(4, 11)
	at(5, 9, "a@valle.example")
	free = 5 << 30
	at(6, 9)
	x.daily(7, 4)
	x.change(func(o *storage.Options) { o.Tried.Why = string(NoFolder) })
	at(7, 9, "a@valle.example")
	x.Fixed = nil
	at(8, 9)
}
