package storage

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNumbersSort(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.Uint64().Draw(rt, "a"), rapid.Uint64().Draw(rt, "b")
		if (a < b) != (number(a) < number(b)) {
			rt.Fatalf("%s %s", number(a), number(b))
		}
		if got, ok := parseNumber(number(a)); !ok || got != a {
			rt.Fatalf("%d became %d", a, got)
		}
	})
	for _, bad := range []string{"", "1", "00000000000000001", "000000000000000g", "000000000000000A", "+000000000000001"} {
		if n, ok := parseNumber(bad); ok {
			t.Errorf("%q is %d", bad, n)
		}
	}
}

// TestKeys: every key that is made is one that engines take, lies within its tenant
// and its kind, and is taken apart into what it was made of.
func TestKeys(t *testing.T) {
	kinds := make([]kind, 0, len(layout))
	for k := range layout {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	id := rapid.StringMatching(`[A-Za-z0-9._-]{1,64}`)
	rapid.Check(t, func(rt *rapid.T) {
		tenant, k := id.Draw(rt, "tenant"), rapid.SampledFrom(kinds).Draw(rt, "kind")
		parts := rapid.SliceOfN(id, layout[k].parts, layout[k].parts).Draw(rt, "parts")
		at := key(tenant, k, parts...)
		if err := CheckKey(at); err != nil {
			rt.Fatal(err)
		}
		gotTenant, gotKind, gotParts, ok := parse(at)
		if !ok || gotTenant != tenant || gotKind != k || !slices.Equal(gotParts, parts) || TenantOf(at) != tenant {
			rt.Fatalf("%s: %s %s %v %v", at, gotTenant, gotKind, gotParts, ok)
		}
		if from, to := tenantRange(tenant); at < from || at >= to {
			rt.Fatalf("%s is not between %s and %s", at, from, to)
		}
		if from, to := below(tenant, k); len(parts) > 0 && (at < from || at >= to) {
			rt.Fatalf("%s is not between %s and %s", at, from, to)
		}
		other := id.Filter(func(s string) bool { return s != tenant }).Draw(rt, "other")
		if from, to := tenantRange(other); at >= from && at < to {
			rt.Fatalf("%s is among those of tenant %s", at, other)
		}
		for _, k2 := range kinds {
			if from, to := below(tenant, k2); k2 != k && at >= from && at < to {
				rt.Fatalf("%s is among those of kind %s", at, k2)
			}
		}
	})
}

// TestBadParts: what a client sends as an id never reaches another record.
func TestBadParts(t *testing.T) {
	for _, bad := range []string{"", "a/b", "../a", "a\x00", "a b", "ñ", "a%2fb", strings.Repeat("x", 65), "\xff", "a\n"} {
		if at := key("1", kPerson, bad); at != "" {
			t.Errorf("%q made %q", bad, at)
		}
		if at := key(bad, kPerson, "a"); at != "" {
			t.Errorf("tenant %q made %q", bad, at)
		}
		if from, to := below("1", kNote, bad); from != "" || to != "" {
			t.Errorf("%q made the range %q", bad, from)
		}
	}
	for _, bad := range []string{"", "t", "t/", "t/1", "t/1/", "t/1/nothing/a", "t/1/person", "t/1/person/", "t/1/person/a/b", "t//person/a", "m/format", "x/1/person/a", "t/1/person/ñ"} {
		if _, _, _, ok := parse(bad); ok {
			t.Errorf("%q was taken apart", bad)
		}
	}
}

func TestFence(t *testing.T) {
	type step struct {
		from, to string // to is empty for a key
		want     error
	}
	for name, steps := range map[string][]step{
		"keys of one tenant":    {{"t/1/a", "", nil}, {"t/1/b", "", nil}, {"t/1/a", "t/1/b", nil}, {"t/1/", "t/10", nil}},
		"another tenant":        {{"t/1/a", "", nil}, {"t/2/a", "", ErrTenant}},
		"a range of another":    {{"t/1/a", "", nil}, {"t/2/", "t/20", ErrTenant}},
		"first a range":         {{"t/1/", "t/10", nil}, {"t/10/a", "", ErrTenant}},
		"a range over two":      {{"t/1/", "t/11", ErrTenant}},
		"all tenants":           {{"t/", "t0", ErrTenant}},
		"from outside into":     {{"m/", "t/1/a", ErrTenant}},
		"everything":            {{"a", "z", ErrTenant}},
		"keys of none":          {{"m/format", "", nil}, {"m/", "m0", nil}, {"t/1/a", "", ErrTenant}},
		"first a tenant's":      {{"t/1/a", "", nil}, {"m/format", "", ErrTenant}},
		"after the tenants":     {{"t0", "z", nil}, {"a", "t/", nil}},
		"an empty range":        {{"t/1/b", "t/1/a", nil}},
		"bad keys change none":  {{"", "", ErrKey}, {"t/1/a\x00", "", ErrKey}, {"t/2/a", "", nil}},
		"refused ranges change": {{"t/1/", "t/2/", ErrTenant}, {"t/2/a", "", nil}},
	} {
		var f Fence
		for i, s := range steps {
			var err error
			if s.to == "" {
				err = f.Key(s.from)
			} else {
				err = f.Range(s.from, s.to)
			}
			if !errors.Is(err, s.want) || s.want == nil && err != nil {
				t.Errorf("%s, step %d: %v, want %v", name, i+1, err, s.want)
			}
		}
	}
}

func TestNewID(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ms := rapid.Int64Range(0, time.Date(10889, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli())
		a, b := ms.Draw(rt, "a"), ms.Draw(rt, "b")
		x, y := NewID(time.UnixMilli(a)), NewID(time.UnixMilli(b))
		if len(x) != 26 || !validID(x) || strings.ContainsAny(x, "ILOU") {
			rt.Fatalf("%q", x)
		}
		if a < b && x >= y || a > b && x <= y {
			rt.Fatalf("%s of %d and %s of %d do not sort", x, a, y, b)
		}
	})
	steps := map[string]bool{}
	last := NewID(time.UnixMilli(0))
	for range 1000 { // those of one moment sort as they were made, by steps that nobody foretells
		id := NewID(time.UnixMilli(0))
		if id <= last {
			t.Fatalf("%s was made after %s", id, last)
		}
		steps[id[16:]] = true
		last = id
	}
	if len(steps) != 1000 {
		t.Errorf("%d different ends of 1000", len(steps))
	}
	if full := follow([16]byte(bytes.Repeat([]byte{31}, 16))); full[0] > 15 {
		t.Errorf("none comes after the greatest: %v", full)
	}
}

// TestLeafText: a leaf is read back as it was written, and no other text is a leaf.
func TestLeafText(t *testing.T) {
	const want = "declara leaf 1\n1\n7\nfiling\nVE-2026-000001\nsalted:0\nsha256:1\n2026-05-14T18:00:00.000000001Z\n"
	l := Leaf{7, LeafFiling, "VE-2026-000001", "salted:0", "sha256:1", time.Date(2026, 5, 14, 12, 0, 0, 1, time.FixedZone("", -6*3600))}
	if got := string(l.Record("1")); got != want {
		t.Errorf("got %q", got)
	}
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.StringMatching(`[a-z0-9]{0,8}`)
		l := Leaf{
			rapid.Uint64().Draw(rt, "n"), word.Draw(rt, "kind"), word.Draw(rt, "about"), word.Draw(rt, "full"), word.Draw(rt, "public"),
			time.Unix(rapid.Int64Range(0, 1<<36).Draw(rt, "s"), rapid.Int64Range(0, 999999999).Draw(rt, "ns")).UTC(),
		}
		record := l.Record("1")
		tenant, got, err := ReadLeaf(record)
		if err != nil || got != l || tenant != "1" {
			rt.Fatalf("%+v became %+v: %v", l, got, err)
		}
		other := slices.Insert(slices.Clone(record), rapid.IntRange(0, len(record)).Draw(rt, "at"), rapid.SampledFrom([]byte("\n0 x")).Draw(rt, "byte"))
		if tenant, got, err := ReadLeaf(other); err == nil && tenant == "1" && got == l {
			rt.Fatalf("%q reads as the same leaf as %q", other, record)
		}
	})
}

func TestPublishedBytes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := Published{
			Seq: rapid.Uint64().Draw(rt, "seq"), ID: rapid.StringMatching(`[A-Za-z0-9._-]{1,64}`).Draw(rt, "id"),
			Gone: rapid.Bool().Draw(rt, "gone"), Row: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(rt, "row"),
		}
		got, err := readPublished(p.Seq, p.bytes())
		want := p.Row
		if p.Gone {
			want = nil
		}
		if err != nil || got.ID != p.ID || got.Gone != p.Gone || string(got.Row) != string(want) || p.Gone != (got.Row == nil) {
			rt.Fatalf("%+v became %+v: %v", p, got, err)
		}
		readPublished(0, rapid.SliceOf(rapid.Byte()).Draw(rt, "noise")) // must not panic
	})
}
