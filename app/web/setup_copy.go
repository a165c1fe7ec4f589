package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"declara/storage"
)

// Copying makes copies of the store, for who may decide where they lie.
type Copying struct {
	Folder string // that is proposed
	Key    string // file of the key, without which no copy can be read
	// Make copies into a folder, opens the copy and checks it. What it refuses is a
	// CopyError.
	Make func(ctx context.Context, folder string) (storage.Copy, error)
}

// CopyError is why no copy was made: "folder", "write", "there", "unsound".
type CopyError string

func (e CopyError) Error() string { return "copy: " + string(e) }

// copyData is the data of the page "setup-copy".
type copyData struct {
	Form  answers
	Frame *frame
	Can   bool   // copies are made here, and not with the tools of the engine
	Key   string // file of the key
	Last  *storage.Copy
	Size  int
	Took  string
	Zone  *time.Location
}

func (s *Server) stepCopy(c *Ctx, f *frame) error {
	values := url.Values{}
	o, err := s.accounts.Options(c.ctx, tenant)
	if err != nil {
		return err
	}
	switch {
	case o.Copy != nil:
		values.Set("carpeta", o.Copy.Folder)
	case s.copying != nil:
		values.Set("carpeta", s.copying.Folder)
	}
	return s.renderCopy(c, f, http.StatusOK, answers{Values: values})
}

func (s *Server) renderCopy(c *Ctx, f *frame, status int, form answers) error {
	o, err := s.accounts.Options(c.ctx, tenant)
	if err != nil {
		return err
	}
	d := copyData{Form: form, Frame: f, Last: o.Copy, Zone: c.Zone()}
	if s.copying != nil {
		d.Can, d.Key = true, s.copying.Key
	}
	if o.Copy != nil {
		d.Size, d.Took = int(o.Copy.Size), o.Copy.Took.Round(10*time.Millisecond).String()
	}
	return c.Render(status, "setup-copy", d)
}

func (s *Server) stepCopyDo(c *Ctx, f *frame) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if c.Value("accion") == "seguir" || s.copying == nil {
		return s.putOff(c, f)
	}
	form := answers{Values: c.Form()}
	folder := filepath.Clean(c.Value("carpeta"))
	made, err := storage.Copy{}, error(CopyError("folder"))
	if filepath.IsAbs(folder) && len(folder) < 1000 {
		made, err = s.copying.Make(s.life, folder)
	}
	if e, ok := errors.AsType[CopyError](err); ok {
		form.Trouble = []trouble{{"carpeta", c.words.T("setup.copy.fail." + string(e))}}
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
