// Command declara runs the declarations of one public body: officials file them,
// the internal control body follows them, anybody reads the public versions, and
// the Plataforma Digital Nacional queries them. `declara help` lists what it does.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"declara/app/config"
)

// Set by the linker; see the Makefile.
var (
	version = "dev"
	commit  = "unknown"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// command is one thing that the program does.
type command struct {
	name    string
	args    string // what follows the flags, for the usage line
	summary string
	// setup declares the flags and returns what runs once they are read, with the
	// arguments that are left.
	setup func(*flag.FlagSet) func(ctx context.Context, args []string, out io.Writer) error
}

// commands, in the order of help.
var commands = []command{serveCommand, demoCommand, checkCommand, backupCommand, restoreCommand, keyCommand, verifyCommand, drawCommand, importCommand, accountCommand, codeCommand, versionCommand}

// exitError ends the program with a status of its own and no further words.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run is the program without the process: it returns the exit status, 0 for
// success, 1 for a failure that err explains, 2 for a wrong command line.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		usage(out)
		return 0
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
		fs.SetOutput(io.Discard)
		do := c.setup(fs)
		switch err := config.Parse(fs, args[1:], os.LookupEnv); {
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprintf(out, "%s\n\n  declara %s [flags]%s\n\n", c.summary, c.name, c.args)
			config.Usage(out, fs)
			return 0
		case err != nil:
			fmt.Fprintf(errOut, "declara %s: %v\nSee: declara %s --help\n", c.name, err, c.name)
			return 2
		}
		err := do(ctx, fs.Args(), out)
		if status, ok := errors.AsType[exitError](err); ok {
			return int(status)
		}
		if err != nil {
			fmt.Fprintf(errOut, "declara %s: %v\n", c.name, err)
			return 1
		}
		return 0
	}
	fmt.Fprintf(errOut, "declara: there is no command %q\nSee: declara help\n", args[0])
	return 2
}

func usage(w io.Writer) {
	fmt.Fprint(w, "declara: declarations of assets and interests for a public body\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  declara %-9s %s\n", c.name, c.summary)
	}
	fmt.Fprintf(w, "\nEach flag has a twin in the environment: --base-url is %s,\nand %s_FILE names a file that holds the value.\n",
		config.Variable("base-url"), config.Variable("base-url"))
}

// noArgs is the error for a command that takes nothing after its flags.
func noArgs(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("it takes no %s", strings.Join(args, " "))
	}
	return nil
}

var versionCommand = command{
	name: "version", summary: "print version, commit and Go version",
	setup: func(*flag.FlagSet) func(context.Context, []string, io.Writer) error {
		return func(_ context.Context, args []string, out io.Writer) error {
			if err := noArgs(args); err != nil {
				return err
			}
			fmt.Fprintf(out, "declara %s, commit %s, %s\n", version, commit, runtime.Version())
			return nil
		}
	},
}
