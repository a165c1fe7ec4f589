package forms_test

import (
	"flag"
	"os"
	"testing"
)

// Each property runs over six forms, so fewer drafts of each will do than rapid's
// own hundred; -rapid.checks says otherwise.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		checks := "30"
		if testing.Short() {
			checks = "6"
		}
		if err := f.Value.Set(checks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
