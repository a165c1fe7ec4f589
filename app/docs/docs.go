// Package docs holds the documents of the program, so that they can never be of
// another version than it: the manual of whoever runs it, in manual/, and the
// records of decisions, in decisions/. The site serves them as plain text.
package docs

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed manual/*.md decisions/*.md
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
		names = append(names, strings.TrimSuffix(e.Name(), ".md"))
	}
	return names
}

// Text is a document; ok is false when there is none.
func Text(folder, name string) (text []byte, ok bool) {
	text, err := files.ReadFile(path.Join(folder, path.Base("/"+name)+".md"))
	return text, err == nil
}
