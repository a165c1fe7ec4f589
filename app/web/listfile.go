package web

import (
	"strings"

	"declara/app/table"
	"declara/storage"
)

// A list of the office as a file: the same rows in both formats that spreadsheets open.

// listFile is a list as a file.
type listFile struct {
	Name string     // of the file, without its ending
	Head string     // of the page in a workbook
	Rows [][]string // the first one names the columns
}

const (
	csvType  = "text/csv; charset=utf-8"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// listRoutes are the addresses of a list as a file: path with the ending of each format.
// What the address asks for, of says as the page of the list does.
func listRoutes(path string, roles []storage.Role, of func(*Ctx) (listFile, error)) []Route {
	get := func(ending string, answer func(*Ctx, listFile) error) Route {
		return Route{Method: "GET", Path: path + ending, Roles: roles, Do: func(c *Ctx) error {
			x, err := of(c)
			if err != nil {
				return err
			}
			x.plain()
			return answer(c, x)
		}}
	}
	return []Route{
		get(".csv", func(c *Ctx, x listFile) error { return c.Attachment(x.Name+".csv", csvType, table.WriteCSV(x.Rows)) }),
		get(".xlsx", func(c *Ctx, x listFile) error {
			file, err := table.WriteXLSX(x.Head, x.Rows)
			if err != nil {
				return err
			}
			return c.Attachment(x.Name+".xlsx", xlsxType, file)
		}),
	}
}

// plain leaves in each cell one line that no spreadsheet takes for a formula.
func (x listFile) plain() {
	for _, row := range x.Rows {
		for i, cell := range row {
			row[i] = table.Safe(strings.Join(strings.Fields(cell), " "))
		}
	}
}

// heads are the names of columns, by the keys that begin alike.
func (c *Ctx) heads(prefix string, keys ...string) []string {
	row := make([]string, len(keys))
	for i, key := range keys {
		row[i] = c.words.T(prefix + key)
	}
	return row
}
