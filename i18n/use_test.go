package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// byPrefix are keys that programs put together: a literal cannot be looked for.
// What stands here is checked by a test of the package that puts them together.
var byPrefix = []string{
	"q.", "hint.", "more.", "option.", "problem.", "warn.", "section.", "list.", "step.", "applies.", "group.", // from the table of fields
	"web.month.", "web.mon.", "web.error.head.", // i18n, the page of errors
	"account.role.", "account.clash.", "account.order.", "account.branch.", "account.zone.", // from closed lists
	"settings.person.level.", "mail.",
}

// uses are the keys that a tree of sources names: whole ones, and the beginnings
// of those that it puts together.
type uses struct {
	whole map[string]string // key → where
	parts []string
}

var (
	inTemplate    = regexp.MustCompile(`\b([tn]) "([^"]+)"`)
	partsTemplate = regexp.MustCompile(`\bt \(print "([^"]+)"`)
)

// TestUse: every key that a page or a program says is in the catalogue, and every
// key of the catalogue is said somewhere.
func TestUse(t *testing.T) {
	words := Load().printers[Spanish].words
	u := sources(t)
	for key, where := range u.whole {
		if words[key] == "" && words[key+".one"] == "" {
			t.Errorf("%s says %q, which is in no catalogue", where, key)
		}
	}
	for key := range words {
		stem := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		if u.whole[key] == "" && u.whole[stem] == "" && !startsWith(key, byPrefix) && !startsWith(key, u.parts) {
			t.Errorf("nobody says %s", key)
		}
	}
}

// sources reads every program and page of the tree.
func sources(t *testing.T) uses {
	t.Helper()
	u := uses{whole: map[string]string{}}
	for _, dir := range []string{"app", "pdf", "i18n", "cmd"} {
		err := filepath.WalkDir(filepath.Join("..", dir), func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil || d.IsDir():
				return err
			case strings.HasSuffix(name, "_test.go"):
				return nil
			case strings.HasSuffix(name, ".go"):
				return u.program(name)
			case strings.HasSuffix(name, ".html"):
				return u.template(name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return u
}

func startsWith(key string, beginnings []string) bool {
	return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(key, b) })
}

func (u *uses) template(name string) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for _, m := range inTemplate.FindAllSubmatch(raw, -1) {
		u.whole[string(m[2])] = name
	}
	for _, m := range partsTemplate.FindAllSubmatch(raw, -1) {
		u.parts = append(u.parts, string(m[1]))
	}
	return nil
}

// areas are what keys begin with.
var areas = regexp.MustCompile(`^(onpaper|keysheet|room|gifts|ground|boxes|campaign|act|table|conflict|keys|cases|complain|evidence|verify|sheet|figures|flood|desk|ledger|seal|web|account|second|setup|relay|settings|mail|office|public|pdf|pdn|connect|sesna|standard|pnt|declare|delivery|carry|q|hint|help|more|option|section|problem|warn|list|step|applies|group)\.[a-z]`)

// program notes each string of a program that looks like a key: one that is whole
// must exist, one that ends in a dot or is added to begins others. Names of files
// look the same and are left out.
func (u *uses) program(name string) error {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		return err
	}
	added := map[*ast.BasicLit]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if sum, ok := n.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
			if lit, ok := sum.X.(*ast.BasicLit); ok {
				added[lit] = true
			}
		}
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(lit.Value)
		if err != nil || !areas.MatchString(text) || strings.ContainsAny(text, " /\"%+") || filepath.Ext(text) == ".json" || filepath.Ext(text) == ".html" {
			return true
		}
		if added[lit] || strings.HasSuffix(text, ".") {
			u.parts = append(u.parts, text)
		} else {
			u.whole[text] = name
		}
		return true
	})
	return nil
}
