package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"declara/app/verify/draw"
)

// drawing are the flags of draw.
type drawing struct {
	seed       string
	size       int
	confidence string
}

var drawCommand = command{
	name: "draw", args: " UNIVERSE.txt", summary: "draw declarations for verification from the file of a universe, as the page does; no installation is needed",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var d drawing
		fs.StringVar(&d.seed, "seed", "", "`text` of the seed, as the act has it")
		fs.IntVar(&d.size, "size", 0, "how many are drawn; `number`")
		fs.StringVar(&d.confidence, "confidence", "", "instead of --size, a `row` of the table: 95/5 or 90/10")
		return func(_ context.Context, args []string, out io.Writer) error {
			if len(args) != 1 {
				return errors.New("it takes one UNIVERSE.txt")
			}
			return d.run(args[0], out)
		}
	},
}

func (d drawing) run(name string, out io.Writer) error {
	file, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	u, err := draw.Read(file)
	if err != nil {
		return err
	}
	if d.confidence != "" {
		if d.size != 0 {
			return errors.New("give --size or --confidence, not both")
		}
		if d.size = draw.Size(draw.Confidence(d.confidence), len(u.Rows)); d.size == 0 {
			return errors.New("--confidence is 95/5 or 90/10, and the universe is not empty")
		}
	}
	seed, err := draw.Seed(d.seed)
	if err != nil {
		return err
	}
	list, err := draw.Draw(u, seed, d.size)
	if err != nil {
		return err
	}
	w := &printer{out: out}
	w.line("# %s, %s, algorithm %s", u.Number, u.Period, draw.Algorithm)
	w.line("# universe of %d, SHA-256 %s", len(u.Rows), u.Hash())
	w.line("# seed %s, %d drawn", seed, d.size)
	for _, s := range list.Shares {
		if u.Strata != draw.Whole {
			w.line("# %s: %d of %d", s.Name, s.Drawn, s.Of)
		}
	}
	for _, folio := range list.Folios {
		w.line("%s", folio)
	}
	if w.err != nil {
		return fmt.Errorf("draw: %w", w.err)
	}
	return nil
}
