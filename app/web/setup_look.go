package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"declara/app/account"
	"declara/app/errs"
	"declara/app/look"
	"declara/storage"
)

// lookRoutes are what the pages of an institution with a look of its own read.
func (s *Server) lookRoutes() []Route {
	return []Route{{Method: "GET", Path: "/marca/:name", Before: true, Silent: true, Do: s.brand}}
}

// brand gives the style sheet of the colour or the picture, under an address that changes
// with it.
func (s *Server) brand(c *Ctx) error {
	i := c.Institution()
	switch name := c.Param("name"); {
	case i.Accent != "" && name == i.Accent+".css":
		colour, ok := look.Parse(i.Accent)
		if !ok {
			break
		}
		if c.Cached(name, 24*time.Hour) {
			return nil
		}
		return c.Send(http.StatusOK, "text/css; charset=utf-8", []byte(look.Sheet(colour)))
	case i.Logo != "" && name == i.Logo+".png":
		if c.Cached(name, 24*time.Hour) {
			return nil
		}
		png, err := s.accounts.Logo(c.ctx, tenant)
		if err != nil {
			return err
		}
		return c.Send(http.StatusOK, "image/png", png)
	}
	return errs.New(errs.NotFound, "web.error.notfound")
}

// brandData is the data of the page "setup-look".
type brandData struct {
	Form   answers
	Frame  *frame
	Logo   string // hash of the picture that is there
	Light  string // contrast of the colour with the page, two decimals
	Dark   string
	Better string // colour that is proposed instead, "" when it passes
}

func (s *Server) stepLook(c *Ctx, f *frame) error {
	accent := c.Institution().Accent
	if accent == "" {
		accent = look.Ours
	}
	return s.renderLook(c, f, http.StatusOK, answers{Values: map[string][]string{"color": {"#" + accent}}})
}

func (s *Server) renderLook(c *Ctx, f *frame, status int, form answers) error {
	d := brandData{Form: form, Frame: f, Logo: c.Institution().Logo}
	if colour, ok := look.Parse(form.Value("color")); ok {
		best := look.Nearest(colour)
		d.Light, d.Dark = fmt.Sprintf("%.2f", look.OnPage(colour)), fmt.Sprintf("%.2f", look.OnDark(best))
		if best.Hex() != colour.Hex() {
			d.Better = "#" + best.Hex()
		}
	}
	return c.Render(status, "setup-look", d)
}

func (s *Server) stepLookDo(c *Ctx, f *frame) error {
	if err := c.FormError(); err != nil {
		return err
	}
	form := answers{Values: c.Form()}
	typed := c.Value("color")
	if c.Value("accion") == "propuesto" {
		typed = c.Value("propuesto")
	}
	l := account.Look{NoLogo: c.Value("sinlogo") != ""}
	switch colour, ok := look.Parse(typed); {
	case !ok:
		form.Trouble = append(form.Trouble, trouble{"color", c.words.T("setup.look.none")})
	case look.OnPage(colour) < look.Least:
		form.Trouble = append(form.Trouble, trouble{"color", c.words.T("setup.look.pale", fmt.Sprintf("%.2f", look.OnPage(colour)), "#"+look.Nearest(colour).Hex())})
	case colour.Hex() != look.Ours:
		l.Accent = colour.Hex()
	}
	if strings.HasPrefix(c.Header("Content-Type"), "multipart/form-data") {
		file, err := c.File("logo")
		if err != nil {
			return err
		}
		if len(file) > 0 {
			if l.Logo, err = look.Logo(file); err != nil {
				form.Trouble = append(form.Trouble, trouble{"logo", c.words.T(map[error]string{look.ErrKind: "setup.logo.kind", look.ErrSize: "setup.logo.size", look.ErrEmpty: "setup.logo.empty"}[err])})
			}
		}
	}
	if len(form.Trouble) > 0 {
		return s.renderLook(c, f, http.StatusUnprocessableEntity, form)
	}
	if err := s.accounts.SetLook(c.ctx, tenant, f.actor, l); errors.Is(err, storage.ErrNotFound) {
		return c.Redirect(f.Steps[0].Path)
	} else if err != nil {
		return err
	}
	c.Flash("account.flash.saved")
	if c.Value("accion") == "ver" {
		return c.Redirect(f.To)
	}
	return s.putOff(c, f)
}
