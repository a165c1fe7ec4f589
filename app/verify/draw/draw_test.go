package draw

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func universe(n int, s Strata) Universe {
	var rows []Row
	for i := range n {
		rows = append(rows, Row{fmt.Sprintf("VE-2027-%06d", i+1), []string{"completa", "simplificada"}[min(i%4, 1)], []string{"Tesorería", "Obras Públicas", "Catastro"}[i%3]})
	}
	return New("VER-2027-001", "MODIFICACION 2027", "2027-06-02T18:00:00Z", s, rows)
}

// TestSize holds the table to legal.md section 7.
func TestSize(t *testing.T) {
	for _, x := range []struct {
		c       Confidence
		n, want int
	}{
		{C95, 50, 45}, {C95, 310, 172}, {C95, 500, 218}, {C95, 5000, 357}, {C95, 20000, 377},
		{C90, 50, 29}, {C90, 310, 56}, {C90, 500, 60}, {C90, 5000, 67}, {C90, 20000, 68},
		{C95, 0, 0}, {C95, 1, 1}, {C90, 1, 1}, {C95, 2, 2}, {C95, -1, 0}, {"99/1", 500, 0}, {C95, MaxRows, 384},
	} {
		if got := Size(x.c, x.n); got != x.want {
			t.Errorf("%s of %d: %d, want %d", x.c, x.n, got, x.want)
		}
	}
}

// TestShell: the recipe of the package's comment gives the same list, with no line of
// ours.
func TestShell(t *testing.T) {
	const recipe = `h=$(printf '%s' "$U" | sha256sum | cut -d' ' -f1)
printf '%s' "$U" | tail -n +7 | cut -f1 | while read -r f; do
  printf '%s  %s\n' "$(printf '%s\n%s\n%s' "$h" "$S" "$f" | sha256sum | cut -d' ' -f1)" "$f"
done | sort | head -n 12 | cut -d' ' -f3`
	u := universe(40, Whole)
	cmd := exec.Command("sh", "-c", recipe)
	cmd.Env = append(cmd.Environ(), "U="+string(u.Text()), "S=El número 53 817")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	d, err := Draw(u, "El número 53 817", 12)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); !slices.Equal(got, d.Folios) {
		t.Errorf("the shell drew\n%v\nand we drew\n%v", got, d.Folios)
	}
}

// TestDraw holds one list for ever: what is drawn today is drawn in ten years.
func TestDraw(t *testing.T) {
	d, err := Draw(universe(9, ByUnit), "53817", 4)
	if err != nil {
		t.Fatal(err)
	}
	want := []Share{{"Catastro", 3, 2}, {"Obras Públicas", 3, 1}, {"Tesorería", 3, 1}}
	if !slices.Equal(d.Shares, want) {
		t.Errorf("shares %v, want %v", d.Shares, want)
	}
	if got := strings.Join(d.Folios, " "); got != golden {
		t.Errorf("drawn %s", got)
	}
}

func TestRefused(t *testing.T) {
	for _, seed := range []string{"", " 5", "5 ", "a\nb", "a\x00", strings.Repeat("x", 201), "\xff", "a  b"} {
		if _, err := Draw(universe(3, Whole), seed, 1); !errors.Is(err, ErrSeed) {
			t.Errorf("seed %q: %v", seed, err)
		}
	}
	for _, n := range []int{0, -1, 4} {
		if _, err := Draw(universe(3, Whole), "1", n); !errors.Is(err, ErrSize) {
			t.Errorf("size %d: %v", n, err)
		}
	}
	good := string(universe(2, ByLevel).Text())
	for name, file := range map[string]string{
		"1 it does not begin": "x" + good, "2 it is cut": "declara universe 1\n", "5 the strata": strings.Replace(good, "nivel", "sexo", 1),
		"6 it is not the number": strings.Replace(good, "\n2\n", "\n3\n", 1), "6 it is not the number ": strings.Replace(good, "\n2\n", "\n02\n", 1),
		"7 it has not three": strings.Replace(good, "\tcompleta", "", 1), "7 a value": strings.Replace(good, "completa", " completa", 1),
		"8 the folios": strings.Replace(good, "000002", "000001", 1), "1 it is not in UTF-8": "\xff", "8 it is cut": strings.TrimSuffix(good, "\n"), "1 it does": "",
	} {
		_, err := Read([]byte(file))
		var bad *FileError
		line, why, _ := strings.Cut(strings.TrimSpace(name), " ")
		if !errors.As(err, &bad) || fmt.Sprint(bad.Line) != line || !strings.HasPrefix(bad.Why, why) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestProperties: a draw is a part of its universe, of the size asked, without anybody
// twice, the same each time; no stratum gives more than it has, or is off by one place
// from its share.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := New("VER-1", "X", "Y", rapid.SampledFrom([]Strata{Whole, ByLevel, ByUnit}).Draw(t, "strata"),
			rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Row {
				return Row{fmt.Sprintf("VE-%06d", rapid.IntRange(0, 999999).Draw(t, "folio")), rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "level"), rapid.String().Draw(t, "unit")}
			}), 1, 60, func(r Row) string { return r.Folio }).Draw(t, "rows"))
		n := rapid.IntRange(1, len(u.Rows)).Draw(t, "n")
		read, err := Read(u.Text())
		if err != nil || read.Hash() != u.Hash() {
			t.Fatalf("read: %v", err)
		}
		d, err := Draw(u, "s", n)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Draw(read, "s", n)
		if err != nil || !slices.Equal(d.Folios, again.Folios) {
			t.Fatal("not the same twice")
		}
		seen := map[string]bool{}
		for _, f := range d.Folios {
			if seen[f] || !slices.ContainsFunc(u.Rows, func(r Row) bool { return r.Folio == f }) {
				t.Fatalf("%s twice, or of no universe", f)
			}
			seen[f] = true
		}
		if len(seen) != n {
			t.Fatalf("%d drawn of %d", len(seen), n)
		}
		for _, s := range d.Shares {
			if low := n * s.Of / len(u.Rows); s.Drawn < low || s.Drawn > low+1 || s.Drawn > s.Of {
				t.Fatalf("share %v of %d in %d", s, n, len(u.Rows))
			}
		}
	})
}

// FuzzRead: whatever is read is what Text writes, byte by byte.
func FuzzRead(f *testing.F) {
	f.Add(universe(3, Whole).Text())
	f.Add(universe(0, ByUnit).Text())
	f.Add([]byte("declara universe 1\n\n\n\n\n\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if u, err := Read(file); err == nil && !bytes.Equal(u.Text(), file) {
			t.Error("it is not what it was read from")
		}
	})
}

// golden is what TestDraw draws.
const golden = "VE-2027-000006 VE-2027-000009 VE-2027-000008 VE-2027-000004"
