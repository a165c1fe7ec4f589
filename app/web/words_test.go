package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"text/template/parse"
)

var (
	// What a person reads of a page that stands in no text of it.
	readAloud = regexp.MustCompile(`\s(?:alt|title|placeholder|aria-label)="([^"]*)"`)
	// What is no text: names of files and programs, tags, and attributes of a part that
	// stands in the middle of one.
	noText = regexp.MustCompile(`(?s)<code\b.*?</code>|<pre\b.*?</pre>|<script\b.*?</script>|<a class="clave.*?</a>|<span class="clave.*?</span>|<[^>]*>|[a-z-]+="[^"]*"|&[a-z0-9#]+;`)
	inWord = regexp.MustCompile(`\pL[\pL\pN_./-]*`)
	// Names that are the same in every language: of formats, of addresses and fields of
	// the API, of the parts of the form; and an attribute without a value.
	anywhere = regexp.MustCompile(`^(CSV|XLSX|JSON|Lines|I\.|II\.|B\.|username|password|scope|[a-z]+_[a-z]+|(\w+/)*[a-z]+\.(csv|json|jsonl)|\w+/[a-z]+|hidden)$`)
)

// TestPagesHaveNoWords: what a page says comes from the catalogues, or the English page
// would speak Spanish.
func TestPagesHaveNoWords(t *testing.T) {
	pages := 0
	err := fs.WalkDir(viewFiles, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(viewFiles, path)
		if err != nil {
			return err
		}
		tree := parse.New(path)
		tree.Mode = parse.SkipFuncCheck
		blocks := map[string]*parse.Tree{}
		if _, err = tree.Parse(string(raw), "", "", blocks); err != nil {
			return err
		}
		pages++
		for _, block := range blocks {
			for _, word := range wordsOf(block.Root) {
				t.Errorf("%s: %q is in no catalogue", path, word)
			}
		}
		return nil
	})
	if err != nil || pages < 100 {
		t.Errorf("%d pages: %v", pages, err)
	}
	bad := parse.New("bad")
	bad.Mode = parse.SkipFuncCheck
	if _, err := bad.Parse(`<p title="Uno">{{if .A}}dos<code>no</code>{{else}}{{range .B}}<b>tres</b>{{end}}{{end}} CSV</p>`, "", "", map[string]*parse.Tree{}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(wordsOf(bad.Root), " "); got != "dos tres Uno" {
		t.Errorf("of a page with three words it finds %q", got)
	}
}

// wordsOf are the words that a page has of its own.
func wordsOf(n parse.Node) (words []string) {
	var page strings.Builder
	literally(&page, n)
	text := noText.ReplaceAllString(page.String(), " ")
	for _, m := range readAloud.FindAllStringSubmatch(page.String(), -1) {
		text += " " + m[1]
	}
	for _, word := range inWord.FindAllString(text, -1) {
		if !anywhere.MatchString(word) {
			words = append(words, word)
		}
	}
	return words
}

// literally writes what a page has of its own, with a mark for what it is given.
func literally(w *strings.Builder, n parse.Node) {
	branch := func(b *parse.BranchNode) {
		literally(w, b.List)
		if b.ElseList != nil {
			literally(w, b.ElseList)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, m := range n.Nodes {
			literally(w, m)
		}
	case *parse.TextNode:
		w.Write(n.Text)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	default:
		w.WriteString("·")
	}
}
