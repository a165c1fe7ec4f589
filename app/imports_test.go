package app_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path that every package of ours begins with.
const module = "declara"

// only says which folder alone may import a library, so that each of them can be
// replaced in one place.
var only = map[string]string{
	"github.com/gofiber/fiber/":   "app/web",
	"github.com/valyala/fasthttp": "app/web",
	"go.etcd.io/bbolt":            "storage/bolt",
	"github.com/jackc/pgx/":       "storage/postgres",
	"github.com/jung-kurt/gofpdf": "pdf",
	"github.com/wneessen/go-mail": "app/outbox",
	"github.com/go-playground/":   "forms",
	"filippo.io/age":              "app/complain/vault",
}

// may says what a folder of ours may import of ours. A folder not named here is
// below one that is. Services of app meet in storage and never import each other.
var may = []struct {
	folder string
	allow  []string
}{
	{"forms", []string{"forms"}},
	{"i18n", nil},
	{"pdf/sign/efirma", []string{"pdf/sign"}},
	{"pdf/sign", nil},
	{"pdf", []string{"forms", "i18n", "pdf"}},
	{"storage", []string{"forms", "storage"}},
	{"app/errs", nil},
	{"app/ground", []string{"app/errs"}},
	{"app/config", nil},
	{"app/look", nil},
	{"app/backup", []string{"storage"}},
	{"app/table", []string{"forms", "app/errs"}},
	{"app/staged", []string{"storage"}},
	{"app/account", []string{"forms", "i18n", "pdf", "storage", "app/errs", "app/staged", "app/table", "app/account"}},
	{"app/campaign", []string{"forms", "i18n", "pdf", "storage", "app/errs", "app/campaign"}},
	{"app/declare", []string{"forms", "i18n", "pdf", "storage", "app/errs", "app/ground", "app/declare"}},
	{"app/gifts", []string{"forms", "i18n", "pdf", "storage", "app/errs", "app/gifts"}},
	{"app/pdn", []string{"forms", "i18n", "storage", "app/errs", "app/pdn"}},
	{"app/publish", []string{"forms", "i18n", "pdf", "storage", "app/errs", "app/table", "app/publish"}},
	{"app/ledger", []string{"storage", "app/errs", "app/ledger"}},
	{"app/outbox", []string{"forms", "i18n", "storage", "app/errs", "app/outbox"}},
	{"app/seal", []string{"forms", "i18n", "pdf", "storage", "app/errs", "app/ledger/proof", "app/seal"}},
	{"app/complain/vault", nil},
	{"app/complain/evidence", nil},
	{"app/complain/figures", nil},
	{"app/complain", []string{"forms", "i18n", "pdf", "storage", "app/errs", "app/complain"}},
	{"app/conflict/match", []string{"forms"}},
	{"app/conflict/suppliers", []string{"forms", "storage", "app/errs", "app/table", "app/conflict/match"}},
	{"app/conflict", []string{"forms", "i18n", "pdf", "storage", "app/errs", "app/staged", "app/table", "app/conflict"}},
	{"app/verify/draw", nil},
	{"app/verify/evolution", []string{"forms"}},
	{"app/verify", []string{"forms", "storage", "app/errs", "app/ground", "app/verify"}},
	{"app/sesna", []string{"forms", "storage"}},
	{"app/pnt", []string{"forms", "storage", "app/errs", "app/table"}},
	{"app/trust", []string{"pdf", "storage", "app/errs", "app/trust"}},
	{"app/docs", []string{"i18n"}},
	{"app", []string{"forms", "i18n", "pdf", "storage", "app"}},
	{"cmd", []string{"forms", "i18n", "pdf", "storage", "app"}},
}

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath, ForTest string
	Imports             []string
}

// TestImports holds the diagram of architecture to the code: who may import whom.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		folder := strings.TrimPrefix(p.ImportPath, module+"/")
		seen[folder] = true
		for _, imp := range p.Imports {
			checkImport(t, folder, imp)
		}
	}
	for _, m := range may {
		if !slices.ContainsFunc(keys(seen), func(f string) bool { return under(f, m.folder) }) {
			t.Errorf("rule for %s, which does not exist", m.folder)
		}
	}
}

func checkImport(t *testing.T, folder, imp string) {
	t.Helper()
	for lib, owner := range only {
		if strings.HasPrefix(imp, lib) && !under(folder, owner) {
			t.Errorf("%s imports %s; only %s may", folder, imp, owner)
		}
	}
	target, ours := strings.CutPrefix(imp, module+"/")
	if !ours {
		return
	}
	for _, m := range may {
		if !under(folder, m.folder) {
			continue
		}
		if !slices.ContainsFunc(m.allow, func(a string) bool { return under(target, a) }) {
			t.Errorf("%s imports %s; it may import only %v", folder, target, m.allow)
		}
		return
	}
	t.Errorf("%s has no rule: add it to the table", folder)
}

func under(folder, top string) bool { return folder == top || strings.HasPrefix(folder, top+"/") }

func keys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}
