package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"declara/app/account"
	"declara/app/complain"
	"declara/app/declare"
	"declara/app/errs"
	"declara/storage"
)

// Who investigates a case puts the declaration of who is accused into it. Whom she looks
// for stands in no address, no session and no log.

// inquirers are who investigates.
var inquirers = []storage.Role{storage.RoleInvestigator}

// mostFound is how many people are shown; who looks for more writes more of the name.
const mostFound = 10

var (
	errLook = errs.New(errs.Invalid, "cases.declaration.error.look")
	errPick = errs.New(errs.Invalid, "cases.declaration.error.pick")
	errMade = errs.New(errs.Invalid, "cases.declaration.error.made")
)

// declarationData is the data of the page "case-declaration".
type declarationData struct {
	ID, Folio, File string
	Form            answers
	Looked          bool
	Found           []foundPerson
	More            bool
}

// foundPerson is somebody of whom there are declarations.
type foundPerson struct {
	Name, Post string
	Filings    []filedLine // Path is the id
}

func (s *Server) caseDeclarationPage(c *Ctx) error {
	return c.withKey(c.path, func(h complain.Hand) error {
		return s.renderDeclaration(c, h, http.StatusOK, answers{Values: url.Values{}})
	})
}

func (s *Server) renderDeclaration(c *Ctx, h complain.Hand, status int, form answers) (err error) {
	d := declarationData{ID: c.Param("id"), Form: form}
	if d.Folio, d.File, err = s.cases.MayDeclare(c.ctx, h, d.ID); err != nil {
		return s.notDeclared(c, err)
	}
	if words := strings.TrimSpace(form.Value("q")); utf8.RuneCountInString(words) >= 3 {
		if err := s.findDeclarants(c, &d, words); err != nil {
			return err
		}
	}
	c.Secret()
	return c.Render(status, "case-declaration", d)
}

// notDeclared says on the page of the case why no declaration can be put into it.
func (s *Server) notDeclared(c *Ctx, err error) error {
	if errs.CodeOf(err) != errs.Conflict {
		return err
	}
	c.Flash(keyOf(err))
	return c.Redirect(casePath(c.Param("id")))
}

func (s *Server) findDeclarants(c *Ctx, d *declarationData, words string) error {
	all, total, err := s.accounts.OfficialsFrom(c.ctx, tenant, words, 0, mostFound)
	if err != nil {
		return err
	}
	d.Looked, d.More = true, total > len(all)
	for _, r := range all {
		f := foundPerson{Name: account.FullName(r.Person), Post: r.Person.Post}
		kept, err := s.declare.History(c.ctx, declare.Who{Tenant: tenant, Person: r.Person.ID})
		if err != nil {
			return err
		}
		for _, x := range kept.Filings {
			f.Filings = append(f.Filings, filedLine{Title: c.title("declare.title.", x.Type, x.Interest, x.Year), Folio: x.Folio, When: c.words.Day(x.Filed.In(kept.Zone).Format("2006-01-02")), Path: x.ID})
		}
		d.Found = append(d.Found, f)
	}
	return nil
}

func (s *Server) caseDeclaration(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	id := c.Param("id")
	return c.withKey(c.path, func(h complain.Hand) error {
		form := answers{Values: c.Form()}
		if c.Value("ir") != "agregar" {
			if utf8.RuneCountInString(strings.TrimSpace(c.Value("q"))) < 3 {
				form.with(errLook, c.words, "q")
				return s.renderDeclaration(c, h, http.StatusUnprocessableEntity, form)
			}
			return s.renderDeclaration(c, h, http.StatusOK, form)
		}
		if _, _, err := s.cases.MayDeclare(c.ctx, h, id); err != nil {
			return s.notDeclared(c, err)
		}
		err := s.declared(c, h, id)
		if err == nil {
			c.Flash("cases.flash.declaration")
			return c.Redirect(casePath(id))
		}
		for _, one := range apart(err) {
			field := "motivo"
			if one == errPick || one == errMade {
				field = "declaracion"
			}
			if !form.with(one, c.words, field) {
				return err
			}
		}
		return s.renderDeclaration(c, h, formStatus(err), form)
	})
}

// declared puts the declaration of a form into a case. Its document is taken as it is
// kept: one that is made now would leave a leaf in the log with the minute of it.
func (s *Server) declared(c *Ctx, h complain.Hand, id string) error {
	d := complain.Declaration{Reason: c.Value("motivo")}
	var f storage.Filing
	err := errPick
	if c.Value("declaracion") != "" {
		var p storage.Person
		var found error
		if f, p, found = s.declare.ToOpen(c.ctx, tenant, c.Value("declaracion")); found != nil {
			return found
		}
		d.Title, d.Folio, err = account.FullName(p)+": "+c.title("declare.title.", f.Type, f.Interest, f.Year), f.Folio, nil
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(d.Reason)); err != nil && (n < 10 || n > 500) {
		return errors.Join(err, complain.ErrWhyDeclare)
	} else if err != nil {
		return err
	}
	var kept error
	if d.PDF, kept = s.seal.Kept(c.ctx, tenant, f.ID, storage.PaperFull); errors.Is(kept, storage.ErrNotFound) {
		return errMade
	} else if kept != nil {
		return kept
	}
	return s.cases.Declare(c.ctx, h, id, d)
}
