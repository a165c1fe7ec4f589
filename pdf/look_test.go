package pdf

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var look = flag.String("look", "", "folder to write documents to, for a person to look at")

// TestLook writes every kind of document when asked to: go test ./pdf -run Look -look DIR.
func TestLook(t *testing.T) {
	if *look == "" {
		t.Skip("writes documents only with -look DIR")
	}
	for name, doc := range samples(t) {
		if err := os.WriteFile(filepath.Join(*look, name+".pdf"), doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
