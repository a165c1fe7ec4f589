package web

import (
	"net/http"
	"net/url"
	"strconv"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

// Who looks after the keys of the channel; who names the authority outside, for which it
// takes two; and who keeps identities.
var (
	channelRoles  = []storage.Role{storage.RoleComptroller}
	externalRoles = []storage.Role{storage.RoleAdmin, storage.RoleComptroller}
	custodyRoles  = []storage.Role{storage.RoleCustodian}
)

// channelRoutes are those of the keys of the channel: who has one, the escrow, the
// authority outside and how long things stay. None of them shows a case.
func (s *Server) channelRoutes() []Route {
	get := func(path string, roles []storage.Role, do Handler) Route {
		return Route{Method: "GET", Path: path, Roles: roles, Do: do}
	}
	post := func(path string, roles []storage.Role, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: roles, Body: smallBody, Do: do}
	}
	return []Route{
		get("/contraloria/llaves", channelRoles, s.channelPage),
		post("/contraloria/llaves/reconocer", channelRoles, s.channelVouch),

		get("/contraloria/llaves/respaldo", channelRoles, s.escrowPage),
		post("/contraloria/llaves/respaldo", channelRoles, s.escrowStart),
		post("/contraloria/llaves/respaldo/dejar", channelRoles, s.escrowStop),
		post("/contraloria/llaves/respaldo/imprimir", channelRoles, s.escrowPrint),
		post("/contraloria/llaves/respaldo/comprobar", channelRoles, s.escrowCheck),
		get("/contraloria/llaves/simulacro", channelRoles, s.drillPage),
		post("/contraloria/llaves/simulacro", channelRoles, s.drill),
		get("/contraloria/llaves/recuperar", channelRoles, s.recoverCasesPage),
		post("/contraloria/llaves/recuperar", channelRoles, s.recoverCases),

		get("/contraloria/llaves/autoridad", externalRoles, s.externalPage),
		post("/contraloria/llaves/autoridad", externalRoles, s.externalPropose),
		post("/contraloria/llaves/autoridad/confirmar", externalRoles, s.externalConfirm),
		post("/contraloria/llaves/autoridad/retirar", externalRoles, s.externalDrop),

		get("/contraloria/llaves/plazos", storage.CaseRoles, s.keepPage),
		post("/contraloria/llaves/plazos", channelRoles, s.keepSet),
		post("/contraloria/llaves/plazos/proponer", storage.CaseRoles, s.deletePropose),
		post("/contraloria/llaves/plazos/retirar", storage.CaseRoles, s.deleteWithdraw),
		post("/contraloria/llaves/plazos/eliminar", storage.CaseRoles, s.deleteConfirm),
	}
}

// channelData is the data of the page "keys-channel".
type channelData struct {
	complain.Channel
	Form answers
}

func (s *Server) channelPage(c *Ctx) error { return s.renderChannel(c, http.StatusOK, answers{}) }

func (s *Server) renderChannel(c *Ctx, status int, form answers) error {
	ch, err := s.complain.Channel(c.ctx, tenant, c.User().ID)
	if err != nil {
		return err
	}
	return c.Render(status, "keys-channel", channelData{ch, form})
}

func (s *Server) channelVouch(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	return c.opening("/contraloria/llaves", func(h complain.Hand) error {
		if err := s.complain.Vouch(c.ctx, h, c.Value("quien"), c.Value("huella")); err != nil {
			var form answers
			if !form.with(err, c.words, "") {
				return err
			}
			return s.renderChannel(c, formStatus(err), form)
		}
		c.Flash("keys.flash.vouched")
		return c.Redirect("/contraloria/llaves")
	})
}

// escrowData is the data of the page "keys-escrow".
type escrowData struct {
	complain.Channel
	Form answers
	Step int // of the ceremony: the holder whose turn it is, from 1
	Anew bool
}

const escrowPath = "/contraloria/llaves/respaldo"

func (s *Server) escrowPage(c *Ctx) error {
	return s.renderEscrow(c, http.StatusOK, escrowData{Anew: c.Query("otro") != ""})
}

func (s *Server) renderEscrow(c *Ctx, status int, d escrowData) error {
	var err error
	if d.Channel, err = s.complain.Channel(c.ctx, tenant, c.User().ID); err != nil {
		return err
	}
	if d.Ceremony != nil {
		for i, h := range d.Ceremony.Holders {
			if !h.Checked {
				d.Step = i + 1
				break
			}
		}
	}
	return c.Render(status, "keys-escrow", d)
}

func (s *Server) escrowStart(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	var names, posts [3]string
	for i := range names {
		n := strconv.Itoa(i + 1)
		names[i], posts[i] = c.Value("nombre"+n), c.Value("puesto"+n)
	}
	return c.withKey(escrowPath, func(h complain.Hand) error {
		return s.escrowDo(c, s.complain.StartEscrow(c.ctx, h, names, posts), "")
	})
}

func (s *Server) escrowStop(c *Ctx) error {
	return s.escrowDo(c, s.complain.StopEscrow(c.ctx, tenant, c.User().ID), "keys.flash.stopped")
}

// escrowDo goes back to the page of the escrow after a step, or shows why it was refused.
func (s *Server) escrowDo(c *Ctx, err error, flash string) error {
	if err == nil {
		if flash != "" {
			c.Flash(flash)
		}
		return c.Redirect(escrowPath)
	}
	if errs.CodeOf(err) == errs.Gone {
		return c.Redirect(escrowPath)
	}
	d := escrowData{Form: answers{Values: c.Form()}, Anew: true}
	field := ""
	if c.Form().Has("llave") {
		field = "llave"
		d.Form.Values = url.Values{}
	}
	if !d.Form.with(err, c.words, field) {
		return err
	}
	return s.renderEscrow(c, formStatus(err), d)
}

// holderOf is which holder a form is about, from 0; -1 for none.
func holderOf(c *Ctx) int {
	n, err := strconv.Atoi(c.Value("quien"))
	if err != nil {
		return -1
	}
	return n - 1
}

// holderData is the data of the page "keys-holder": a key that is on this page alone.
type holderData struct {
	complain.Paper
	N int
}

// escrowPrint shows the key of a holder, in the answer to the form that drew it. It is
// kept nowhere.
func (s *Server) escrowPrint(c *Ctx) error {
	return c.opening(escrowPath, func(h complain.Hand) error {
		n := holderOf(c)
		paper, err := s.complain.DrawHolder(c.ctx, h, n)
		if err != nil {
			return s.escrowDo(c, err, "")
		}
		c.Secret()
		return c.Render(http.StatusOK, "keys-holder", holderData{paper, n + 1})
	})
}

func (s *Server) escrowCheck(c *Ctx) error {
	return c.opening(escrowPath, func(h complain.Hand) error { // what was typed is a key: it goes into no page
		complete, err := s.complain.CheckHolder(c.ctx, h, holderOf(c), c.Value("llave"))
		if complete && err == nil {
			return s.escrowDo(c, nil, "keys.flash.escrow")
		}
		return s.escrowDo(c, err, "keys.flash.holder")
	})
}

// twoData is the data of the pages "keys-drill" and "keys-recover".
type twoData struct {
	complain.Channel
	Form       answers
	Officials  []option
	Custodians []option
	Done       *complain.Recovered
}

func (s *Server) renderTwo(c *Ctx, status int, page string, d twoData) (err error) {
	if d.Channel, err = s.complain.Channel(c.ctx, tenant, c.User().ID); err != nil {
		return err
	}
	for _, k := range d.Keys {
		if k.Closed {
			continue
		}
		o := option{k.User, k.Post + " · " + k.Name}
		for _, r := range k.Roles {
			switch r {
			case storage.RoleComptroller, storage.RoleInvestigator:
				d.Officials = append(d.Officials, o)
			case storage.RoleCustodian:
				d.Custodians = append(d.Custodians, o)
			}
		}
	}
	c.Secret()
	return c.Render(status, page, d)
}

func (s *Server) drillPage(c *Ctx) error {
	return s.renderTwo(c, http.StatusOK, "keys-drill", twoData{})
}

func (s *Server) drill(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if err := s.complain.Drill(c.ctx, tenant, c.User().ID, c.Value("uno"), c.Value("dos")); err != nil {
		return s.twoRefused(c, err, "keys-drill")
	}
	c.Flash("keys.flash.drill")
	return c.Redirect("/contraloria/llaves")
}

// twoRefused shows a form of two keys again, without the keys.
func (s *Server) twoRefused(c *Ctx, err error, page string) error {
	d := twoData{Form: answers{Values: url.Values{"persona": {c.Value("persona")}, "custodia": {c.Value("custodia")}}}}
	if !d.Form.with(err, c.words, "") {
		return err
	}
	return s.renderTwo(c, formStatus(err), page, d)
}

func (s *Server) recoverCasesPage(c *Ctx) error {
	return s.renderTwo(c, http.StatusOK, "keys-recover", twoData{})
}

// recoverCases answers with what was done: there is nothing to repeat by reloading.
func (s *Server) recoverCases(c *Ctx) error {
	if err := c.FormError(); err != nil {
		return err
	}
	if c.Value("persona") == "" {
		return s.twoRefused(c, errs.New(errs.Invalid, "keys.recovery.who"), "keys-recover")
	}
	done, err := s.complain.Recover(c.ctx, tenant, c.User().ID, c.Value("uno"), c.Value("dos"), c.Value("persona"), c.Value("custodia"))
	if err != nil {
		return s.twoRefused(c, err, "keys-recover")
	}
	return s.renderTwo(c, http.StatusOK, "keys-recover", twoData{Done: &done})
}
