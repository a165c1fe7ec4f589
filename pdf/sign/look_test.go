package sign_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var look = flag.String("look", "", "folder to write signed documents to, for a person to look at")

// TestLook writes every revision when asked to: go test ./pdf/sign -run Look -look DIR.
func TestLook(t *testing.T) {
	if *look == "" {
		t.Skip("writes documents only with -look DIR")
	}
	for name, doc := range revisions(t) {
		if err := os.WriteFile(filepath.Join(*look, name+".pdf"), doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
