// Package docs holds the documents of the program, so that they can never be of
// another version than it: the manual, in manual/ with its pictures in img/, and the
// records of decisions, in decisions/.
//
// The manual is Markdown that reads well where the sources are shown, too. Each page
// exists in Spanish and in English, with the same headings in the same order and the
// same anchors, so that a link from a screen is good in both (pages.go). What a page
// says in bold is the words of the screen, to the letter: a test looks each up in the
// catalogue of its language, so that a button that is called otherwise tomorrow makes
// the manual fail and not the reader. What it says as code and begins with a slash is
// an address of the site, which a test looks up in the table of routes. Pictures are
// made by the test that drives the pages that they show (app/e2e).
package docs

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed manual/*.md decisions/*.md img/*.png
var files embed.FS

// List names the documents of a folder ("manual", "decisions"), in order, without
// their ending.
func List(folder string) []string {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	return names
}

// Text is a document as it is written; ok is false when there is none.
func Text(folder, name string) (text []byte, ok bool) {
	text, err := files.ReadFile(path.Join(folder, path.Base("/"+name)+".md"))
	return text, err == nil
}

// Image is a picture of the manual, a PNG.
func Image(name string) (png []byte, ok bool) {
	png, err := files.ReadFile(path.Join("img", path.Base("/"+name)))
	return png, err == nil
}
