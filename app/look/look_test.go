package look

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestContrast: the figures that WCAG and the tokens of the style sheet give.
func TestContrast(t *testing.T) {
	for pair, want := range map[[2]string]float64{{"000000", "ffffff"}: 21, {"777777", "ffffff"}: 4.48, {"0f5260", "faf7f0"}: 8.2, {"ffffff", "ffffff"}: 1} {
		if got := Contrast(hex(pair[0]), hex(pair[1])); math.Abs(got-want) > 0.06 {
			t.Errorf("%v: %.2f, not %.2f", pair, got, want)
		}
	}
	for _, bad := range []string{"", "#12", "gggggg", "-12345", "1234567", "+12345"} {
		if c, ok := Parse(bad); ok {
			t.Errorf("%q is %v", bad, c)
		}
	}
	if c := hex(Ours); Nearest(c) != c {
		t.Error("our own colour is refused")
	}
}

// TestAnyColourCanBeRead: what is proposed passes, and so do all tones of it.
func TestAnyColourCanBeRead(t *testing.T) {
	part := rapid.IntRange(0, 255)
	rapid.Check(t, func(t *rapid.T) {
		c := Colour{float64(part.Draw(t, "r")) / 255, float64(part.Draw(t, "g")) / 255, float64(part.Draw(t, "b")) / 255}
		n := Nearest(c)
		if OnPage(n) < Least {
			t.Fatalf("%s: %s has %.2f", c.Hex(), n.Hex(), OnPage(n))
		}
		if OnPage(c) >= Least && n.Hex() != c.Hex() {
			t.Fatalf("%s passes, and %s is proposed", c.Hex(), n.Hex())
		}
		l, d := Light(n), Dark(n)
		for what, got := range map[string]float64{
			"button": Contrast(l.Main, l.Over), "deep": worst(l.Deep, white, page, band, l.Soft), "soft": Contrast(l.Main, l.Soft),
			"dark": worst(d.Main, darkPage, darkSheet, darkBand), "dark button": Contrast(d.Main, d.Over), "dark soft": Contrast(d.Main, d.Soft),
		} {
			if got < 4.5 && !(what == "soft" && got >= 3.7) {
				t.Fatalf("%s of %s: %.2f", what, n.Hex(), got)
			}
		}
		if worst(l.Middle, white, page) < 3 || worst(d.Middle, darkPage, darkSheet) < 3 {
			t.Fatalf("charts of %s cannot be seen", n.Hex())
		}
		if again, ok := Parse("#" + n.Hex()); !ok || again.Hex() != n.Hex() || !strings.Contains(Sheet(n), "--marca:#"+n.Hex()) {
			t.Fatal(n.Hex())
		}
	})
}

// TestLogo: what comes is made anew and small; what is none is told apart.
func TestLogo(t *testing.T) {
	src := image.NewNRGBA(image.Rect(0, 0, 900, 300))
	for x := range 900 {
		for y := range 300 {
			src.Set(x, y, color.NRGBA{uint8(x), 80, uint8(y), 255})
		}
	}
	var p, j bytes.Buffer
	if err := png.Encode(&p, src); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&j, src, nil); err != nil {
		t.Fatal(err)
	}
	withWords := append(bytes.Clone(p.Bytes()), "<script>alert(1)</script>"...)
	for name, file := range map[string][]byte{"PNG": p.Bytes(), "JPEG": j.Bytes(), "with more behind": withWords} {
		got, err := Logo(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c, kind, err := image.DecodeConfig(bytes.NewReader(got))
		if err != nil || kind != "png" || c.Width != 360 || c.Height != 120 || bytes.Contains(got, []byte("script")) {
			t.Errorf("%s: %v %s %v", name, c, kind, err)
		}
	}
	var tiny bytes.Buffer
	if err := png.Encode(&tiny, image.NewNRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		err  error
	}{
		"nothing": {nil, ErrKind}, "words": {[]byte("<svg onload=alert(1)>"), ErrKind}, "half": {p.Bytes()[:200], ErrKind},
		"long": {make([]byte, MaxFile+1), ErrSize}, "tiny": {tiny.Bytes(), ErrEmpty}, "GIF": {[]byte("GIF89a\x10\x00\x10\x00"), ErrKind},
	} {
		if _, err := Logo(c.file); err != c.err {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzLogo(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = Logo(b) })
}
