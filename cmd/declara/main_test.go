package main

import (
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run the program under its own name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"declara": main})
}

// TestScripts runs testdata/*.txtar: the operator's manual, executable.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// waitfor FILE waits until a file is there.
			"waitfor": func(ts *testscript.TestScript, _ bool, args []string) {
				for range 200 {
					if _, err := os.Lstat(ts.MkAbs(args[0])); err == nil {
						return
					}
					time.Sleep(50 * time.Millisecond)
				}
				ts.Fatalf("%s did not appear", args[0])
			},
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			return os.MkdirAll(e.WorkDir, 0o700)
		},
	})
}
