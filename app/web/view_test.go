package web

import (
	"strings"
	"sync"
	"testing"
)

// TestPagesParse: every page parses in every language, so that one which is parsed
// when it is first asked for cannot fail, whoever asks at the same time.
func TestPagesParse(t *testing.T) {
	x := newSite(t)
	files, err := viewFiles.ReadDir("view/pages")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range x.s.words.Languages() {
		l := x.s.views[name]
		if len(l) != len(files) {
			t.Errorf("%s: %d pages of %d", name, len(l), len(files))
		}
		var asking sync.WaitGroup
		for page, parsed := range l {
			for range 2 {
				asking.Go(func() {
					tmpl, err := parsed()
					if err != nil {
						t.Errorf("%s: %v", name, err)
						return
					}
					again, _ := parsed()
					if again != tmpl || tmpl.Lookup("title") == nil || tmpl.Lookup(layoutOf(page)) == nil || strings.Contains(page, ".") {
						t.Errorf("%s: page %s is not whole", name, page)
					}
				})
			}
		}
		asking.Wait()
	}
}
