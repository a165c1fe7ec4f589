package look

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Colour is one of sRGB, its parts from 0 to 1.
type Colour struct{ R, G, B float64 }

// Ours is the colour of the style sheet.
const Ours = "0f5260"

// Least is the contrast that text has to have.
const Least = 4.5

// The grounds that text of the colour stands on, as in regla.css.
var (
	white     = hex("ffffff")
	page      = hex("faf7f0")
	band      = hex("f1eadc")
	darkPage  = hex("12191b")
	darkSheet = hex("1a2427")
	darkBand  = hex("202d30")
	darkInk   = hex("0b1f24")
)

func hex(s string) Colour {
	c, ok := Parse(s)
	if !ok {
		panic("look: " + s)
	}
	return c
}

// Parse reads a colour of six figures of base 16, with or without a #.
func Parse(s string) (Colour, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 6 {
		return Colour{}, false
	}
	part := func(shift int) float64 { return float64(n>>shift&255) / 255 }
	return Colour{part(16), part(8), part(0)}, true
}

// Hex is the colour as Parse reads it.
func (c Colour) Hex() string {
	part := func(x float64) int { return int(math.Round(math.Max(0, math.Min(1, x)) * 255)) }
	return fmt.Sprintf("%02x%02x%02x", part(c.R), part(c.G), part(c.B))
}

// luminance is the relative one of WCAG.
func (c Colour) luminance() float64 {
	part := func(x float64) float64 {
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

// Contrast is the ratio of two colours, from 1 to 21.
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// mix is so much of b in a.
func mix(a, b Colour, part float64) Colour {
	return Colour{a.R + (b.R-a.R)*part, a.G + (b.G-a.G)*part, a.B + (b.B-a.B)*part}
}

// worst is the least contrast of a colour on some grounds.
func worst(c Colour, grounds ...Colour) float64 {
	least := math.Inf(1)
	for _, g := range grounds {
		least = math.Min(least, Contrast(c, g))
	}
	return least
}

// towards is the first colour on the way from c to an end that reaches a contrast on the
// grounds; c itself when it does.
func towards(c, end Colour, least float64, grounds ...Colour) Colour {
	for i := range 201 {
		x := hex(mix(c, end, float64(i)/200).Hex())
		if worst(x, grounds...) >= least {
			return x
		}
	}
	return end
}

// Nearest is the colour itself when it can be read on the light pages, and otherwise the
// nearest darker one of its hue.
func Nearest(c Colour) Colour { return towards(c, Colour{}, Least, white, page, band) }

// OnPage is its least contrast on the light pages.
func OnPage(c Colour) float64 { return worst(c, white, page, band) }

// OnDark is the least contrast of what stands for it on the dark pages.
func OnDark(c Colour) float64 { return worst(Dark(c).Main, darkPage, darkSheet, darkBand) }

// Tones are the colour and its relatives as the style sheet names them.
type Tones struct{ Main, Deep, Soft, Middle, Over Colour }

// Light are the tones of a colour that Nearest gave, on light pages.
func Light(c Colour) Tones {
	return Tones{Main: c, Deep: mix(c, Colour{}, 0.3), Soft: mix(c, white, 0.88), Middle: towards(mix(c, white, 0.25), Colour{}, 3, white, page), Over: white}
}

// Dark are its tones on dark pages.
func Dark(c Colour) Tones {
	m := towards(mix(c, white, 0.45), white, 7, darkPage, darkSheet, darkBand)
	return Tones{Main: m, Deep: mix(m, white, 0.35), Soft: mix(darkSheet, c, 0.25), Middle: towards(mix(m, darkPage, 0.3), white, 3, darkPage, darkSheet), Over: darkInk}
}

// Sheet is the style sheet that puts a colour in the place of ours.
func Sheet(c Colour) string {
	root := func(t Tones) string {
		return fmt.Sprintf("--marca:#%s;--marca-osc:#%s;--marca-sua:#%s;--marca-media:#%s;--sobre-marca:#%s", t.Main.Hex(), t.Deep.Hex(), t.Soft.Hex(), t.Middle.Hex(), t.Over.Hex())
	}
	return ":root{" + root(Light(c)) + "}\n@media (prefers-color-scheme:dark){:root:not([data-tema=claro]){" + root(Dark(c)) + "}}\n"
}
