package docs_test

import (
	"slices"
	"testing"

	"declara/app/docs"
)

func TestDocuments(t *testing.T) {
	if names := docs.List("manual"); !slices.Contains(names, "operacion") || !slices.Contains(names, "operations") {
		t.Errorf("manual: %v", names)
	}
	for _, folder := range []string{"manual", "decisions"} {
		for _, name := range docs.List(folder) {
			if text, ok := docs.Text(folder, name); !ok || len(text) < 100 || text[0] != '#' {
				t.Errorf("%s/%s: %d bytes, %v", folder, name, len(text), ok)
			}
		}
	}
	for _, name := range []string{"../docs", "..", "", "nada", "/etc/passwd"} {
		if _, ok := docs.Text("manual", name); ok {
			t.Errorf("%q is a document", name)
		}
	}
}
