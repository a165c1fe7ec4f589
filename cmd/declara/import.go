package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"declara/app/sesna"
	"declara/app/table"
	"declara/i18n"
)

// importing are the flags of import.
type importing struct {
	place
	apply, people bool
	report, lang  string
}

var importCommand = command{
	name: "import", args: " sesna FILE.json …", summary: "bring in declarations of SESNA's system, from what mongoexport wrote of its collections; nothing changes without --apply",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var i importing
		i.flags(fs)
		fs.BoolVar(&i.apply, "apply", false, "bring them in; without it, only tell what would come in")
		fs.BoolVar(&i.people, "people", false, "add officials who are not on the roster; check their days afterwards")
		fs.StringVar(&i.report, "report", "", "`file`, CSV, of what became of each record and what of it did not come over; it has no answers")
		fs.StringVar(&i.lang, "lang", "es", "`language` of the report: es or en")
		return func(ctx context.Context, args []string, out io.Writer) error {
			if len(args) < 2 || args[0] != "sesna" {
				return errors.New("it takes the word sesna and at least one FILE.json")
			}
			return i.run(ctx, args[1:], out)
		}
	},
}

func (i importing) run(ctx context.Context, files []string, out io.Writer) error {
	words := i18n.Load().Printer(i.lang)
	db, err := i.open(ctx, false)
	if err != nil {
		return err
	}
	defer db.Close()
	var from []sesna.Source
	for _, name := range files {
		from = append(from, sesna.Source{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
	}
	rows := [][]string{{words.T("sesna.report.file"), words.T("sesna.report.line"), words.T("sesna.report.id"), words.T("sesna.report.outcome"), words.T("sesna.report.folio"), words.T("sesna.report.place"), words.T("sesna.report.problem")}}
	problems := 0
	counts, err := sesna.New(db, time.Now).Import(ctx, "1", from, sesna.Options{Apply: i.apply, People: i.people, Tell: func(l sesna.Line) error {
		problems += len(l.Problems)
		rows = append(rows, told(words, l)...)
		return nil
	}})
	w := &printer{out: out}
	if counts != nil {
		for _, o := range sesna.Outcomes {
			if counts[o] > 0 {
				w.line("%8d %s", counts[o], words.T("sesna.outcome."+string(o)))
			}
		}
		w.line("%8d %s", problems, words.T("sesna.report.problems"))
		if i.report != "" {
			err = errors.Join(err, writeReport(i.report, rows))
		}
	}
	if b, ok := errors.AsType[*sesna.Broken](err); ok {
		return fmt.Errorf("%s %s", words.T("sesna.broken", strconv.Itoa(b.Line)), words.T(b.Key))
	}
	if err != nil {
		return err
	}
	if !i.apply {
		w.line("%s", words.T("sesna.report.dry"))
	}
	return w.err
}

// told are the rows of the report about a record: one for each thing that did not come
// over, and at least one.
func told(words *i18n.Printer, l sesna.Line) (rows [][]string) {
	row := []string{l.File, strconv.Itoa(l.Line), l.ID, words.T("sesna.outcome." + string(l.Outcome)), l.Folio, "", ""}
	if l.Why != "" {
		row[6] = words.T(l.Why)
	}
	if len(l.Problems) == 0 || l.Why != "" {
		rows = append(rows, row)
	}
	for _, p := range l.Problems {
		next := append([]string(nil), row...)
		next[5], next[6] = p.Path, words.T("sesna.problem."+p.Code)
		switch p.Code {
		case sesna.CodeRule:
			next[6] = strings.TrimSpace(next[6] + " " + words.T("problem."+p.Arg, ""))
		case sesna.CodeStandard:
			next[6] = words.T("standard.fault." + p.Arg)
		}
		rows = append(rows, next)
	}
	return rows
}

func writeReport(name string, rows [][]string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("--report: %w", err)
	}
	_, err = f.Write(table.WriteCSV(rows))
	return errors.Join(err, f.Close())
}
