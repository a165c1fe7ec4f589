package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"declara/app/account"
	"declara/app/outbox"
	"declara/i18n"
	"declara/storage"
)

// tenant is the public body of an installation that serves one.
const tenant = "1"

var accountCommand = command{
	name: "account", args: " reset-second-factor LOGIN", summary: "take the second factor off an account whose owner lost it, when nobody else can; written in the audit trail",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var p place
		p.flags(fs)
		return func(ctx context.Context, args []string, out io.Writer) error {
			if len(args) != 2 || args[0] != "reset-second-factor" || strings.ContainsAny(args[1], "\r\n") {
				return errors.New("it takes reset-second-factor and one LOGIN")
			}
			err := p.ask("reset-second-factor " + args[1])
			if errors.Is(err, errNotServing) {
				err = p.rescue(ctx, args[1])
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(out, "The second factor is off and the sessions of the account ended. The next sign-in sets up another telephone.")
			return err
		}
	},
}

// rescue takes the second factor off an account of an installation that nothing serves.
func (p place) rescue(ctx context.Context, login string) error {
	db, err := p.open(ctx, false)
	if err != nil {
		return err
	}
	return errors.Join(rescue(db, login), db.Close())
}

func rescue(db *storage.DB, login string) error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	err := account.New(db, time.Now, tellOwner).RescueSecond(ctx, tenant, login)
	if errors.Is(err, account.ErrNoSecond) {
		return errors.New("no account with that login has a second factor")
	}
	return err
}

// tellOwner queues the letter that says that the second factor was taken off. Where the
// settings have no mail server, nothing here knows the address of the site that it would name.
func tellOwner(tx *storage.Txn, l account.Letter) error {
	o, err := tx.Options()
	if err != nil || o.Relay == nil {
		return err
	}
	return outbox.NewWriter(i18n.Load(), time.Now, o.Relay.Base, o.Relay.Sender).Factor(tx, l.To, l.Lang)
}

var codeCommand = command{
	name: "code", args: " KEY", summary: "print the code that a telephone with the KEY of a second factor shows now, as that of a demo",
	setup: func(*flag.FlagSet) func(context.Context, []string, io.Writer) error {
		return func(_ context.Context, args []string, out io.Writer) error {
			secret, err := account.ReadSecret(strings.Join(args, ""))
			if err != nil || len(secret) == 0 {
				return errors.New("it takes one KEY, of letters and the figures 2 to 7")
			}
			_, err = fmt.Fprintln(out, account.CodeOf(secret, time.Now()))
			return err
		}
	},
}
