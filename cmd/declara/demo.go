package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"declara/app"
	"declara/app/demo"
)

var demoCommand = command{
	name: "demo", summary: "fill an empty folder with a fictitious municipality and print how to sign in",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var p place
		var o demo.Options
		p.flags(fs)
		fs.IntVar(&o.Officials, "officials", 40, "`number` of officials, at least 4")
		fs.IntVar(&o.Complaints, "complaints", 40, "`number` of complaints, in every state when there are 15 or more")
		fs.Int64Var(&o.Seed, "seed", 1, "the same `seed` gives the same people and answers")
		return func(ctx context.Context, args []string, out io.Writer) error {
			if err := noArgs(args); err != nil {
				return err
			}
			o.Today = time.Now()
			return fillDemo(ctx, p, o, out)
		}
	},
}

func fillDemo(ctx context.Context, p place, o demo.Options, out io.Writer) error {
	if there, err := os.ReadDir(p.data); err == nil && len(there) > 0 {
		return fmt.Errorf("%s is not empty: a demo never mixes with real data; choose an empty folder", p.data)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	db, err := p.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := app.Demo(ctx, db, p.evidence(), o)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(p.data, "demo.json"), append(b, '\n'), 0o600); err != nil {
		return err
	}
	fmt.Fprintln(out, "A fictitious municipality is in place. Sign in at /entrar as:")
	fmt.Fprintln(out)
	for _, a := range report.Accounts {
		note := ""
		if a.Pending != nil && *a.Pending != "" {
			note = "  (owes " + *a.Pending + ")"
		}
		fmt.Fprintf(out, "  %-15s %-32s %s%s\n", a.Role, a.Username, a.Password, note)
	}
	for _, a := range report.Accounts {
		if a.TOTP != "" {
			fmt.Fprintf(out, "\nThe office also shows the code of a telephone. One serves for all of it: put this key into an app for\ncodes, or ask for the code of the moment with the command.\n\n  %s\n  declara code %s\n", a.TOTP, a.TOTP)
			break
		}
	}
	if len(report.Complaints) > 0 {
		c := report.Complaints[0]
		fmt.Fprintf(out, "\n%d complaints: the office opens them at /cuenta/llave with the same passwords; one is followed at /denuncia/clave with %s\n", len(report.Complaints), c.Key)
	}
	fmt.Fprintf(out, "\nClient of the API: %s. All of it is in %s\n\n", report.PDN.ID, filepath.Join(p.data, "demo.json"))
	return nil
}
