package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"declara/i18n"
	"declara/storage"
)

var keyCommand = command{
	name: "key", args: " print | type", summary: "print the key on a sheet of paper; or type that sheet back, where there is no key",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var p place
		p.flags(fs)
		lang := fs.String("lang", i18n.Spanish, "`language` of the words: es or en")
		return func(_ context.Context, args []string, out io.Writer) error {
			if len(args) == 1 && args[0] == "print" {
				return p.printKey(i18n.Load().Printer(*lang), out)
			}
			if len(args) == 1 && args[0] == "type" {
				return p.typeKey(i18n.Load().Printer(*lang), os.Stdin, out)
			}
			return errors.New("it takes the word print or the word type")
		}
	},
}

// printKey writes the sheet, to be printed: it is the key.
func (p place) printKey(w *i18n.Printer, out io.Writer) error {
	keys, err := storage.LoadKeys(p.keyFile(), false)
	if err != nil {
		return err
	}
	rows, code := keys.Sheet()
	fmt.Fprintf(out, "%s\n\n%s\n\n", w.T("keysheet.title"), w.T("keysheet.what"))
	for i, row := range rows {
		fmt.Fprintf(out, "  %2d   %s\n", i+1, row)
	}
	_, err = fmt.Fprintf(out, "\n  %s   %s\n\n%s\n\n%s\n", w.T("keysheet.code"), code, w.T("keysheet.care"), w.T("keysheet.back"))
	return err
}

// typeKey makes the key file of a sheet that is typed, row by row; a row with a mistake
// is asked for again. It never writes over a key.
func (p place) typeKey(w *i18n.Printer, in io.Reader, out io.Writer) error {
	if _, err := os.Lstat(p.keyFile()); err == nil {
		return fmt.Errorf("%s is there already: it is not written over", p.keyFile())
	}
	fmt.Fprintln(out, w.T("keysheet.type"))
	var r storage.SheetReader
	for lines := bufio.NewScanner(in); ; {
		fmt.Fprintf(out, "%s ", w.T("keysheet.row", r.Rows()+1))
		if !lines.Scan() {
			return errors.Join(errors.New("the sheet ended before its code; nothing was made"), lines.Err())
		}
		text := lines.Text()
		if strings.TrimSpace(text) == "" {
			continue
		}
		var err error
		if storage.IsCode(text) {
			var keys *storage.Keys
			if keys, err = r.Keys(text); err == nil {
				if err := os.MkdirAll(p.data, 0o700); err != nil {
					return err
				}
				if err := keys.Keep(p.keyFile()); err != nil {
					return err
				}
				_, err = fmt.Fprintf(out, "\n%s\n", w.T("keysheet.made", p.keyFile()))
				return err
			}
			fmt.Fprintln(out, w.T("keysheet.code.wrong"))
		} else if err = r.Row(text); err != nil {
			why := "keysheet.row.wrong"
			if errors.Is(err, storage.ErrSheetShort) {
				why = "keysheet.row.short"
			}
			fmt.Fprintln(out, w.T(why, r.Rows()+1))
		}
	}
}
