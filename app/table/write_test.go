package table

import (
	"strings"
	"testing"
)

// TestNoFormula: no cell begins like a formula, neither where a spreadsheet parts the file
// at commas nor where it parts it at semicolons or tabs, as those of other regions do.
func TestNoFormula(t *testing.T) {
	cells := []string{"=1+1", "+1", "-1", "@x", "|x", "\t=1", "a;=1+1", "a; =1+1", "a\t+1", "a,=1+1", "a\n=1", "a;b;@SUM(1)", "Ñ;-1"}
	file := string(WriteCSV([][]string{cells}))
	for _, by := range []string{",", ";", "\t", "\n"} {
		for _, cell := range strings.Split(strings.TrimPrefix(file, "\ufeff"), by) {
			if cell = strings.TrimLeft(cell, "\" \r\n"); cell != "" && strings.ContainsRune("=+-@|", rune(cell[0])) {
				t.Errorf("parted at %q: %q", by, cell)
			}
		}
	}
	for _, kept := range []string{"Ana-María", "Luz; Sol", "a=b", "12-3", "correo@valle.example"} {
		if got := Safe(kept); got != kept {
			t.Errorf("%q is %q", kept, got)
		}
	}
}
