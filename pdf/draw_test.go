package pdf

import (
	"bytes"
	"image"
	_ "image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"

	"declara/forms"
	"declara/forms/sample"
)

// rects are the filled rectangles of a page with their colour: x, y of the upper
// edge, width, height.
func rects(t tb, page string) map[string][][4]float64 {
	t.Helper()
	out := map[string][][4]float64{}
	colour := ""
	fill := regexp.MustCompile(`^[\d. ]+ (?:rg|g)$`)
	rect := regexp.MustCompile(`^(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) -(-?[\d.]+) re f$`)
	for line := range strings.SplitSeq(page, "\n") {
		if fill.MatchString(line) {
			colour = line
		}
		if m := rect.FindStringSubmatch(line); m != nil {
			var r [4]float64
			for i := range r {
				v, err := strconv.ParseFloat(m[i+1], 64)
				if err != nil {
					t.Fatal(err)
				}
				r[i] = v
			}
			r[1] = sheetHeight - r[1]
			out[colour] = append(out[colour], r)
		}
	}
	return out
}

// TestCode reads the code back off the drawing, module by module, with its quiet
// zone.
func TestCode(t *testing.T) {
	d, _ := example(t, forms.Inicial, forms.Simplified, 5, sample.Options{})
	in := filing(t, d)
	var b bytes.Buffer
	if err := Receipt(&b, in); err != nil {
		t.Fatal(err)
	}
	want, err := qr.Encode(in.CheckURL, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	all := rects(t, contents(t, b.Bytes())[0])
	const side = 116.0
	for _, white := range all["1.000 g"] {
		if math.Abs(white[2]-side) > 0.02 || math.Abs(white[3]-side) > 0.02 {
			continue
		}
		unit := side / float64(want.Size+2*quiet)
		drawn := make([][]bool, want.Size+2*quiet)
		for i := range drawn {
			drawn[i] = make([]bool, want.Size+2*quiet)
		}
		for _, r := range all["0.086 0.149 0.169 rg"] {
			row, col := (r[1]-white[1])/unit, (r[0]-white[0])/unit
			if row < -0.1 || col < -0.1 || row > float64(len(drawn)) || col > float64(len(drawn)) || r[3] > 2*unit {
				continue
			}
			for i := range int(math.Round(r[2] / unit)) {
				drawn[int(math.Round(row))][int(math.Round(col))+i] = true
			}
		}
		for row := range drawn {
			for col := range drawn {
				if black := want.Black(col-quiet, row-quiet); black != drawn[row][col] {
					t.Fatalf("module %d,%d is %t, should be %t", col-quiet, row-quiet, drawn[row][col], black)
				}
			}
		}
		return
	}
	t.Fatal("no code on the receipt")
}

// TestCodeTooLong: an address that no code can hold is printed in letters all the
// same.
func TestCodeTooLong(t *testing.T) {
	d, _ := example(t, forms.Inicial, forms.Simplified, 5, sample.Options{})
	in := filing(t, d)
	in.CheckURL = "https://declara.example/" + strings.Repeat("v", 5000)
	var b bytes.Buffer
	if err := Receipt(&b, in); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(textOf(t, b.Bytes()), "https://declara.example/") {
		t.Error("the address is lost")
	}
}

// TestPlaces looks at the places kept for signatures: white, whatever the names
// are and however many sections there are.
func TestPlaces(t *testing.T) {
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("pdftoppm is not installed (Debian: poppler-utils)")
	}
	d, open := example(t, forms.Conclusion, forms.Full, 5, sample.Options{})
	name := strings.Repeat("Hermenegilda de la Concepción ", 20)
	for _, c := range []struct {
		name   string
		write  func(*bytes.Buffer, Declaration) error
		places []Place
		doc    forms.Document
	}{
		{"full", func(b *bytes.Buffer, in Declaration) error { return Full(b, in) }, []Place{CoverSeal}, d},
		{"public", func(b *bytes.Buffer, in Declaration) error { return Public(b, in) }, []Place{CoverSeal}, open},
		{"receipt", func(b *bytes.Buffer, in Declaration) error { return Receipt(b, in) }, []Place{ReceiptSeal}, d},
	} {
		for _, long := range []bool{false, true} {
			in := filing(t, c.doc)
			if long {
				in.Person, in.Post, in.Institution, in.Office, in.CheckURL = name, name, name, name, "https://"+strings.Repeat("valle-", 60)+".example"
			}
			var b bytes.Buffer
			if err := c.write(&b, in); err != nil {
				t.Fatal(err)
			}
			for _, p := range c.places {
				if x, y, ok := white(t, b.Bytes(), p); !ok {
					t.Errorf("%s, long names %t: ink at %g,%g in the place %v", c.name, long, x, y, p)
				}
			}
		}
	}
}

// white reports whether a place is empty, or a point of it that is not.
func white(t *testing.T, doc []byte, p Place) (x, y float64, ok bool) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	const dpi = 72.0
	page := strconv.Itoa(p.Page)
	out, err := exec.Command("pdftoppm", "-r", "72", "-f", page, "-l", page, "-png", file, filepath.Join(dir, "out")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	pictures, err := filepath.Glob(filepath.Join(dir, "out*.png"))
	if err != nil || len(pictures) != 1 {
		t.Fatal("no picture", err)
	}
	f, err := os.Open(pictures[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	for x := math.Ceil(p.X0) + 1; x < p.X1-1; x++ {
		for y := math.Ceil(sheetHeight-p.Y1) + 1; y < sheetHeight-p.Y0-1; y++ {
			if r, g, b, _ := img.At(int(x*dpi/72), int(y*dpi/72)).RGBA(); r+g+b < 3*0xFFFF {
				return x, y, false
			}
		}
	}
	return 0, 0, true
}
