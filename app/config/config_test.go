package config_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"declara/app/config"
)

func TestParse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		env  map[string]string
		want string
	}{
		{"default", nil, nil, "fallback"},
		{"variable", nil, map[string]string{"DECLARA_BASE_URL": "from env"}, "from env"},
		{"empty variable counts", nil, map[string]string{"DECLARA_BASE_URL": ""}, ""},
		{"file", nil, map[string]string{"DECLARA_BASE_URL_FILE": file}, "from file"},
		{"variable over file", nil, map[string]string{"DECLARA_BASE_URL": "from env", "DECLARA_BASE_URL_FILE": file}, "from env"},
		{"flag over all", []string{"--base-url", "from flag"}, map[string]string{"DECLARA_BASE_URL": "from env"}, "from flag"},
		{"flag set to its default", []string{"--base-url", "fallback"}, map[string]string{"DECLARA_BASE_URL": "from env"}, "fallback"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fs := flag.NewFlagSet("serve", flag.ContinueOnError)
			got := fs.String("base-url", "fallback", "address")
			if err := config.Parse(fs, c.args, lookup(c.env)); err != nil {
				t.Fatal(err)
			}
			if *got != c.want {
				t.Errorf("got %q, want %q", *got, c.want)
			}
		})
	}
}

func TestArgumentsAnywhere(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string // flag, then arguments
	}{
		{[]string{"--data", "d", "a.pdf", "b.pdf"}, "d a.pdf b.pdf"},
		{[]string{"a.pdf", "--data", "d", "b.pdf"}, "d a.pdf b.pdf"},
		{[]string{"a.pdf", "b.pdf", "--data=d"}, "d a.pdf b.pdf"},
		{[]string{"a.pdf", "--", "--data", "d"}, ". a.pdf --data d"},
		{[]string{"--", "-a.pdf"}, ". -a.pdf"},
		{[]string{"--data", "d", "--"}, "d"},
		{nil, "."},
	} {
		fs := flag.NewFlagSet("verify", flag.ContinueOnError)
		fs.SetOutput(io.Discard)
		data := fs.String("data", ".", "folder")
		if err := config.Parse(fs, c.args, lookup(nil)); err != nil {
			t.Errorf("%q: %v", c.args, err)
		}
		if got := strings.Join(append([]string{*data}, fs.Args()...), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.args, got, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"wrong value is named, not shown", map[string]string{"DECLARA_OFFICIALS": "s3cret"}, "DECLARA_OFFICIALS does not hold"},
		{"no such file", map[string]string{"DECLARA_OFFICIALS_FILE": "/does/not/exist"}, "DECLARA_OFFICIALS_FILE: open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fs := flag.NewFlagSet("demo", flag.ContinueOnError)
			fs.Int("officials", 1, "how many")
			err := config.Parse(fs, nil, lookup(c.env))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want one with %q", err, c.want)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error shows the value: %v", err)
			}
		})
	}
}

func TestHelpAndUsage(t *testing.T) {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.String("base-url", "", "public `URL` of the service")
	if err := config.Parse(fs, []string{"--help"}, lookup(nil)); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("got %v, want flag.ErrHelp", err)
	}
	var out bytes.Buffer
	config.Usage(&out, fs)
	if want := "--base-url URL\n        public URL of the service [DECLARA_BASE_URL]\n"; !strings.Contains(out.String(), want) {
		t.Errorf("got %q, want it to hold %q", out.String(), want)
	}
}

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}
}
