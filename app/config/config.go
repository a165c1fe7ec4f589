// Package config reads the settings of a process from flags and environment.
//
// Each flag has a twin in the environment: --base-url is DECLARA_BASE_URL, and
// DECLARA_BASE_URL_FILE names a file that holds the value, so that a secret need
// stand neither in a command line nor in an environment listing. A flag wins over
// the variable, the variable over the file, the file over the default. What
// belongs to a public body (its name, its zone, its people) is not here but in
// the store, where the pages of settings change it.
package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// Prefix begins the name of every variable.
const Prefix = "DECLARA_"

// Variable is the name of the environment twin of a flag.
func Variable(flagName string) string {
	return Prefix + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// Parse reads args into fs and then, for each flag that args did not set, its
// twin from the environment. Flags may stand before, between and behind the
// arguments, as people type them, and end at "--"; the arguments are fs.Args then.
// env is os.LookupEnv outside tests. The error of a wrong value names the flag or
// the variable, never the value, which may be a secret. It returns flag.ErrHelp
// when help was asked for.
func Parse(fs *flag.FlagSet, args []string, env func(string) (string, bool)) error {
	if err := parseAnywhere(fs, args); err != nil {
		return err
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var errs []error
	fs.VisitAll(func(f *flag.Flag) {
		if given[f.Name] {
			return
		}
		value, from, err := lookup(Variable(f.Name), env)
		if err != nil {
			errs = append(errs, err)
			return
		}
		if from == "" {
			return
		}
		if err := f.Value.Set(value); err != nil {
			errs = append(errs, fmt.Errorf("%s does not hold a value that --%s can take", from, f.Name))
		}
	})
	return errors.Join(errs...)
}

// parseAnywhere is fs.Parse that does not stop at the first argument.
func parseAnywhere(fs *flag.FlagSet, args []string) error {
	var others []string
	for {
		if err := fs.Parse(args); err != nil {
			return err
		}
		rest := fs.Args()
		read := len(args) - len(rest)
		if len(rest) == 0 || read > 0 && args[read-1] == "--" {
			others = append(others, rest...)
			return fs.Parse(append([]string{"--"}, others...))
		}
		others, args = append(others, rest[0]), rest[1:]
	}
}

// lookup finds the value of a variable or of the file that its _FILE twin names;
// from says where it was found and is empty when it is nowhere.
func lookup(name string, env func(string) (string, bool)) (value, from string, err error) {
	if v, ok := env(name); ok {
		return v, name, nil
	}
	path, ok := env(name + "_FILE")
	if !ok {
		return "", "", nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimRight(string(b), "\r\n"), name + "_FILE", nil
}

// Usage prints the flags of fs with their variables.
func Usage(w io.Writer, fs *flag.FlagSet) {
	fs.VisitAll(func(f *flag.Flag) {
		name, usage := flag.UnquoteUsage(f)
		if name != "" {
			name = " " + name
		}
		fmt.Fprintf(w, "  --%s%s\n        %s", f.Name, name, usage)
		if f.DefValue != "" && f.DefValue != "false" {
			fmt.Fprintf(w, " (default %s)", f.DefValue)
		}
		fmt.Fprintf(w, " [%s]\n", Variable(f.Name))
	})
}
