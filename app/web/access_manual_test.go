package web

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"declara/i18n"
	"declara/storage"
)

var update = flag.Bool("update", false, "write the pages of the manual anew that are made from the program")

// accessWords are what the page says beside what the program knows.
var accessWords = map[string]struct{ file, title, lead, address, anybody, all, none, clash, why string }{
	i18n.Spanish: {
		"accesos", "Quién puede usar qué",
		"Esta página se genera de la tabla de rutas del programa; una prueba la compara en cada cambio. GET lee y POST cambia. Cada cuenta que hace más que declarar entra con segundo factor. Además del permiso, cada servicio decide qué es de quién: una declaración es solo de su declarante, un caso solo de quien tiene su llave.",
		"Dirección", "Cualquiera", "sí", "", "Permisos que no van juntos", "Motivo",
	},
	"en": {
		"access", "Who may use what",
		"This page is made from the program's table of routes; a test compares it at every change. GET reads and POST changes. Each account that does more than declare comes in with a second factor. Beyond the permission, each service decides what is whose: a declaration is its declarant's alone, a case is of who holds its key.",
		"Address", "Anybody", "yes", "", "Permissions that do not go together", "Reason",
	},
}

// manualOf is the page in a language.
func manualOf(s *Server, lang string) string {
	w, p := accessWords[lang], s.words.Printer(lang)
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n| %s | %s |", w.title, w.lead, w.address, w.anybody)
	for _, r := range signedIn {
		fmt.Fprintf(&b, " %s |", p.T("account.role."+string(r)))
	}
	b.WriteString("\n|" + strings.Repeat(" --- |", 2+len(signedIn)) + "\n")
	table := slices.Clone(s.table)
	slices.SortFunc(table, func(x, y Route) int {
		return strings.Compare(x.Path+" "+x.Method, y.Path+" "+y.Method)
	})
	for _, r := range table {
		mark := map[bool]string{true: w.all, false: w.none}
		fmt.Fprintf(&b, "| `%s %s` | %s |", r.Method, r.Path, mark[r.Roles == nil])
		for _, role := range signedIn {
			fmt.Fprintf(&b, " %s |", mark[r.Roles != nil && r.allows([]storage.Role{role})])
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "\n## %s\n\n| | | %s |\n| --- | --- | --- |\n", w.clash, w.why)
	for _, c := range storage.Clashes {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.T("account.role."+string(c.A)), p.T("account.role."+string(c.B)), p.T("account.clash."+c.Why))
	}
	return b.String()
}

// TestAccessManual: the manual says who may use what as the program has it.
func TestAccessManual(t *testing.T) {
	x := newSite(t)
	for lang, w := range accessWords {
		want := manualOf(x.s, lang)
		file := "../docs/manual/" + w.file + ".md"
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if have, err := os.ReadFile(file); err != nil || string(have) != want {
			t.Errorf("%s is not what the table of routes says; write it anew with go test ./app/web -run TestAccessManual -update (%v)", file, err)
		}
	}
}
