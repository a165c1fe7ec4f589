package forms

import "testing"

// Vectors of the reference (legal.md, section 7); all synthetic or public examples
// of the authorities.
var (
	goodRFC  = []string{"GODE561231GR8", "SAT970701NN3", "CFE370814QI0", "MAB9307148T4", "B&D9605298Y3", "MUÑ110218LJ6", "VSM140430NQA", "AP&0305026J9", "PUFE800229M93", "NUPB800229J19", "XEXX010101000"}
	badDigit = []string{"VACE460910SX6", "SIN9311169P8"}
	goodCURP = []string{"HEGG560427MVZRRL04", "BEML920313HMCLNS09", "BOXW310820HNERXN09", "SABC560626MDFLRN01", "PEGL890909MJCRMS08", "PUFE800229HDFRCJ08", "PUFE040229MVZRCJA9", "NUPB800229MOCXXG06"}
)

func TestRFC(t *testing.T) {
	for _, s := range goodRFC {
		if !IsRFC(s) || !RFCDigit(s) {
			t.Errorf("%s: shape %v, digit %v; want both", s, IsRFC(s), RFCDigit(s))
		}
	}
	for _, s := range badDigit {
		if !IsRFC(s) || RFCDigit(s) {
			t.Errorf("%s: shape %v, digit %v; want shape only", s, IsRFC(s), RFCDigit(s))
		}
	}
	if !IsRFC("XAXX010101000") || !RFCDigit("XAXX010101000") {
		t.Error("the generic RFC of the public is refused")
	}
	if IsPersonRFC("SAT970701NN3") || !IsCompanyRFC("SAT970701NN3") || IsCompanyRFC("GODE561231GR8") || !IsPersonRFC("GODE561231GR8") {
		t.Error("persons and companies are not told apart")
	}
	for _, s := range []string{"", "GODE561331GR8", "GODE560230GR8", "GODE56123GR8", "G1DE561231GR8", "GODE561231GR", "GODE561231GR88", "gode561231gr8", "GODE561231Gñ8"} {
		if IsRFC(s) {
			t.Errorf("%q is taken for an RFC", s)
		}
	}
	if got := CleanRFC(" gode-561231 gr8"); got != "GODE561231GR8" {
		t.Errorf("CleanRFC gave %q", got)
	}
	if !IsRFCBody("GODE561231") || IsRFCBody("SAT970701") || !IsHomoclave("GR8") || IsHomoclave("G8") || IsHomoclave("GÑ8") {
		t.Error("body and homoclave are not told apart")
	}
}

func TestCURP(t *testing.T) {
	for _, s := range goodCURP {
		if !IsCURP(s) || !CURPDigit(s) {
			t.Errorf("%s: shape %v, digit %v; want both", s, IsCURP(s), CURPDigit(s))
		}
	}
	if s := "PEGL890909MJCRMS09"; !IsCURP(s) || CURPDigit(s) {
		t.Errorf("%s: want a good shape and a bad digit", s)
	}
	for _, s := range []string{"", "HEGG560427MZZRRL04", "HEGG561327MVZRRL04", "HEGG560427LVZRRL04", "HEGG560427MVZRRL0", "HEGG560427M SRRL04", "HEGG560427M0CRRL04", "hegg560427mvzrrl04"} {
		if IsCURP(s) {
			t.Errorf("%q is taken for a CURP", s)
		}
	}
	for s, want := range map[string]string{"PUFE800229HDFRCJ08": "1980-02-29", "PUFE040229MVZRCJA9": "2004-02-29", "TOMA880125HMNRRN02": "1988-01-25", "TOMA880125HMNRRNO2": "2088-01-25"} {
		if got := CURPBirth(s); got != want {
			t.Errorf("CURPBirth(%s) = %q, want %q", s, got, want)
		}
	}
	// A letter O for a zero keeps the check digit, so only the day of birth tells.
	if !CURPDigit("TOMA880125HMNRRNO2") {
		t.Error("the letter O changed the check digit")
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"Pago a GODE561231GR8, en abonos":      "Pago a ***, en abonos",
		"gode561231gr8":                        "***",
		"GODE-561231-GR8 y HEGG560427MVZRRL04": "*** y ***",
		"HEGG 560427 MVZRRL 04.":               "***.",
		"RFC GODE561231 por honorarios":        "RFC *** por honorarios",
		"GODE561231GR8X":                       "***",
		"MUÑO110218LJ6":                        "***",
		"SAT970701NN3 es una empresa":          "SAT970701NN3 es una empresa",
		"Casa 12-01-2015":                      "Casa 12-01-2015",
		"AVENIDA 120101":                       "AVENIDA 120101",
		"Lote 12 01 01 bis":                    "Lote 12 01 01 bis",
		"PLAN209999":                           "PLAN209999",
		"":                                     "",
		"(CURP:PUFE040229MVZRCJA9)":            "(CURP:***)",
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
		if again := Mask(Mask(in)); again != Mask(in) {
			t.Errorf("Mask(%q) is not stable: %q", in, again)
		}
	}
	for _, s := range append(append([]string{}, goodCURP...), "GODE561231GR8", "PUFE800229M93", "NUPB800229J19") {
		if got := Mask("a " + s + " b"); got != "a *** b" {
			t.Errorf("%s is left in %q", s, got)
		}
	}
}

// No text makes the identity functions panic, and a mask is stable and complete.
func FuzzIdentity(f *testing.F) {
	for _, s := range append(append([]string{"Ñ", "AAAA\xff991231", "GODE 561231 GR8 GODE561231GR8"}, goodRFC...), goodCURP...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c := CleanRFC(s); IsRFC(c) && CleanRFC(c) != c {
			t.Fatalf("%q is not clean", c)
		}
		if IsCURP(s) && !IsCURP(CleanCURP(s)) {
			t.Fatalf("%q is a CURP only before cleaning", s)
		}
		if RFCDigit(s) && len([]rune(s)) < 12 || CURPDigit(s) && len(s) != 18 {
			t.Fatalf("%q has a check digit", s)
		}
		m := Mask(s)
		if Mask(m) != m {
			t.Fatalf("Mask(%q) = %q is not stable", s, m)
		}
		if IsPersonRFC(s) || IsCURP(s) {
			if m != masked {
				t.Fatalf("Mask(%q) = %q", s, m)
			}
		}
	})
}
