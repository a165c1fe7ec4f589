package web

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"declara/app/backup"
	"declara/storage"
)

// What a plan has that nobody has decided about.
const (
	copyHour  = 3
	copyDays  = 7
	copyWeeks = 4
)

// copyData is the data of the page "setup-copy".
type copyData struct {
	Form    answers
	Frame   *frame
	Can     bool   // copies are made here, and not with the tools of the engine
	Key     string // file of the key
	Sheet   string // since when its sheet is on paper, spelled out; "" when nobody said so
	Print   string // what prints it on the server
	Last    *storage.Copy
	Size    int
	Took    string
	Zone    *time.Location
	Plan    *storage.Daily // nil: no copy is made by itself
	Fixed   bool           // the command line says
	Hours   []option
	Trouble string // why the last of a day was not made; "" when it was
	Kept    []keptCopy
	Rooms   []string // how much is free on the disks
	Pooled  string   // what the copies share of files of complaints; "" for none
}

// keptCopy is a copy of every day, in the list.
type keptCopy struct {
	Day  string // yyyy-mm-dd
	Size int
}

// copyWhy is the sentence of why there is no copy.
func (c *Ctx) copyWhy(e backup.Error) string { return c.words.T("setup.copy.fail." + string(e)) }

// serverTroubles are what whoever looks after the server has to see to: that the copy of
// the day failed, and why; that the key is on no paper.
func (s *Server) serverTroubles(c *Ctx, o storage.Options) (all []string) {
	if t := s.copyTrouble(c, o); t != "" {
		all = append(all, t)
	}
	if !s.onPaper(o) {
		all = append(all, c.words.T("keysheet.missing"))
	}
	if s.copies == nil {
		return all
	}
	for _, r := range s.copies.Rooms(o) {
		if r.Low() {
			all = append(all, c.words.T("room.low."+r.What, c.megabytes(r.Free), c.megabytes(r.Need)))
		}
	}
	return all
}

// megabytes spells a size of a disk.
func (c *Ctx) megabytes(n int64) string { return c.words.Integer(n>>20) + " MB" }

// onPaper reports whether somebody said that she has the sheet of the key.
func (s *Server) onPaper(o storage.Options) bool { return o.Sheet.Keys == s.db.Keys().Names() }

// copyTrouble says that the copy of the day failed, and why; "" when it did not.
func (s *Server) copyTrouble(c *Ctx, o storage.Options) string {
	if s.copies == nil || o.Tried.Why == "" {
		return ""
	}
	if plan, _ := s.copies.Plan(o); plan == nil {
		return ""
	}
	return c.words.T("setup.daily.failed", c.words.When(o.Tried.At.In(c.Zone())), c.copyWhy(backup.Error(o.Tried.Why)))
}

func (s *Server) stepCopy(c *Ctx, f *frame) error {
	return s.renderCopy(c, f, http.StatusOK, answers{})
}

func (s *Server) renderCopy(c *Ctx, f *frame, status int, form answers) error {
	o, err := s.accounts.Options(c.ctx, tenant)
	if err != nil {
		return err
	}
	d := copyData{Form: form, Frame: f, Last: o.Copy, Zone: c.Zone()}
	if o.Copy != nil {
		d.Size, d.Took = int(o.Copy.Size), o.Copy.Took.Round(10*time.Millisecond).String()
	}
	if s.onPaper(o) {
		d.Sheet = c.words.When(o.Sheet.At.In(c.Zone()))
	}
	d.Print = "sudo -u declara declara key print"
	if s.copies != nil {
		d.Print += " --key-file " + s.copies.Key
		s.planOf(c, &d, o)
	}
	return c.Render(status, "setup-copy", d)
}

// planOf fills in what is known of the copies of every day.
func (s *Server) planOf(c *Ctx, d *copyData, o storage.Options) {
	d.Can, d.Key = true, s.copies.Key
	d.Plan, d.Fixed = s.copies.Plan(o)
	d.Trouble = s.copyTrouble(c, o)
	for _, r := range s.copies.Rooms(o) {
		d.Rooms = append(d.Rooms, c.words.T("room.free."+r.What, c.megabytes(r.Free), c.megabytes(r.Need)))
	}
	folder := s.copies.Proposed()
	if o.Copy != nil {
		folder = o.Copy.Folder
	}
	plan := storage.Daily{Folder: folder, Hour: copyHour, Days: copyDays, Weeks: copyWeeks}
	if d.Plan != nil {
		plan = *d.Plan
		// A folder that cannot be read has no copies, and its trouble is told above.
		kept, _ := s.copies.Kept(plan.Folder)
		for _, k := range kept {
			d.Kept = append(d.Kept, keptCopy{k.Day, int(k.Size)})
		}
		if n, size := s.copies.Pooled(plan.Folder); n > 0 {
			d.Pooled = c.words.N("setup.daily.pooled", n, c.megabytes(size))
		}
	}
	for h := range 24 {
		d.Hours = append(d.Hours, option{strconv.Itoa(h), fmt.Sprintf("%02d:00", h)})
	}
	values := url.Values{
		"carpeta": {folder}, "diaria": {plan.Folder}, "hora": {strconv.Itoa(plan.Hour)}, "dias": {strconv.Itoa(plan.Days)}, "semanas": {strconv.Itoa(plan.Weeks)},
	}
	for name := range d.Form.Values {
		values[name] = d.Form.Values[name]
	}
	d.Form.Values = values
}

func (s *Server) stepCopyDo(c *Ctx, f *frame) error {
	if err := c.FormError(); err != nil {
		return err
	}
	switch c.Value("accion") {
	case "hoja":
		return s.showKey(c, f)
	case "impresa":
		return s.confirmSheet(c, f)
	}
	if s.copies == nil {
		return s.putOff(c, f)
	}
	switch c.Value("accion") {
	case "seguir":
		return s.putOff(c, f)
	case "diario":
		return s.planCopies(c, f)
	case "sindiario":
		if err := s.accounts.SetDaily(c.ctx, tenant, f.actor, nil); err != nil {
			return err
		}
		c.Flash("setup.daily.flash.off")
		return c.Redirect(f.To)
	}
	made, err := s.copies.Make(s.life, filepath.Clean(c.Value("carpeta")))
	if e, ok := err.(backup.Error); ok {
		form := answers{Values: c.Form(), Trouble: []trouble{{"carpeta", c.copyWhy(e)}}}
		return s.renderCopy(c, f, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	if err := s.accounts.SetCopy(c.ctx, tenant, f.actor, made); err != nil {
		return err
	}
	c.Flash("setup.copy.flash")
	return c.Redirect(f.To)
}

// planCopies keeps where and when copies are made by themselves.
func (s *Server) planCopies(c *Ctx, f *frame) error {
	form := answers{Values: c.Form()}
	within := func(field string, least, most int) int {
		n, err := strconv.Atoi(c.Value(field))
		if err != nil || n < least || n > most {
			form.Trouble = append(form.Trouble, trouble{field, c.words.T("setup.daily.number", least, most)})
		}
		return n
	}
	plan := storage.Daily{Folder: filepath.Clean(c.Value("diaria"))}
	err := s.copies.Check(plan.Folder)
	if e, ok := err.(backup.Error); ok {
		form.Trouble = append(form.Trouble, trouble{"diaria", c.copyWhy(e)})
	} else if err != nil {
		return err
	}
	plan.Hour, plan.Days, plan.Weeks = within("hora", 0, 23), within("dias", 1, backup.MaxDays), within("semanas", 0, backup.MaxWeeks)
	if len(form.Trouble) > 0 {
		return s.renderCopy(c, f, http.StatusUnprocessableEntity, form)
	}
	if err := s.accounts.SetDaily(c.ctx, tenant, f.actor, &plan); err != nil {
		return err
	}
	c.Flash("setup.daily.flash.on")
	return c.Redirect(f.To)
}

// keyPaper is the data of the page "setup-sheet".
type keyPaper struct {
	Frame *frame
	Form  answers
	Rows  []keyRow
	Code  string
}

// keyRow is a row of it.
type keyRow struct {
	N    int
	Text string
}

// showKey shows the sheet of the key during the first run, and nobody later.
func (s *Server) showKey(c *Ctx, f *frame) error {
	if !f.First {
		return c.Redirect(f.To)
	}
	rows, code, err := s.accounts.Sheet(c.ctx, tenant, f.token)
	if err != nil {
		return err
	}
	d := keyPaper{Frame: f, Code: code}
	for i, row := range rows {
		d.Rows = append(d.Rows, keyRow{i + 1, row})
	}
	return c.Render(http.StatusOK, "setup-sheet", d)
}

// confirmSheet notes that she has it on paper.
func (s *Server) confirmSheet(c *Ctx, f *frame) error {
	if err := s.accounts.ConfirmSheet(c.ctx, tenant, f.actor, c.Value("control")); err != nil {
		form := answers{Values: c.Form()}
		if !form.with(err, c.words, "control") {
			return err
		}
		return s.renderCopy(c, f, formStatus(err), form)
	}
	c.Flash("keysheet.flash")
	return c.Redirect(f.To)
}
