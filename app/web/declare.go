package web

import (
	"errors"
	"fmt"
	"strings"

	"declara/app/declare"
	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// The journey of a declarant: what is owed (declare_home.go), the hub
// (declare_hub.go), sections and items (declare_section.go, declare_item.go),
// a copy to take along (declare_carry.go), review and signature (declare_sign.go),
// acuse (declare_receipt.go). Handlers
// read the form, call the service and redirect; what they show is built beside
// them and drawn by view/pages/declare-*.html. Every page works without a script.

// declarants are who may declare.
var declarants = []storage.Role{storage.RoleDeclarant}

// sectionBody is the most that a page of a section may send: its longest has some
// 200 answers, each of them at most a paragraph.
const sectionBody = 512 << 10

func (s *Server) declareRoutes() []Route {
	get := func(path string, do Handler) Route {
		return Route{Method: "GET", Path: path, Roles: declarants, Do: do}
	}
	post := func(path string, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: declarants, Do: do}
	}
	// What may be typed from paper too.
	or := func(r Route) Route { r.Roles = typists; return r }
	typed := func(path string, do Handler) Route {
		return Route{Method: "POST", Path: path, Roles: declarants, Body: sectionBody, Resume: true, Do: do}
	}
	return []Route{
		get("/declaraciones", s.declareHome),
		get("/declaraciones/nueva", s.declareNew),
		post("/declaraciones/nueva", s.declareStart),
		get("/declaraciones/intereses", s.declareUpdate),
		post("/declaraciones/intereses", s.declareUpdateStart),
		get("/declaraciones/no-es-correcto", s.declareWrong),
		get("/declaraciones/calendario/:archivo", s.declareCalendar),

		or(get("/declaraciones/:id", s.declareHub)),
		or(get("/declaraciones/:id/aplica", s.declareApplies)),
		or(typed("/declaraciones/:id/aplica", s.declareApply)),
		or(get("/declaraciones/:id/intereses", s.declareInterests)),
		or(typed("/declaraciones/:id/intereses", s.declareAnswerInterests)),
		get("/declaraciones/:id/descartar", s.declareDiscardPage),
		post("/declaraciones/:id/descartar", s.declareDiscard),

		or(get("/declaraciones/:id/s/:section", s.declareSection)),
		or(typed("/declaraciones/:id/s/:section", s.declareSaveSection)),
		or(get("/declaraciones/:id/s/:section/:list/:item/quitar", s.declareRemovePage)),
		or(post("/declaraciones/:id/s/:section/:list/:item/quitar", s.declareRemove)),
		or(get("/declaraciones/:id/s/:section/:list/:item/:step", s.declareItem)),
		or(typed("/declaraciones/:id/s/:section/:list/:item/:step", s.declareSaveItem)),

		get("/declaraciones/:id/borrador", s.carryPage),
		get("/declaraciones/:id/borrador.json", s.carryFile),
		{Method: "POST", Path: "/declaraciones/:id/borrador", Roles: declarants, Body: carryBody, Do: s.carryLook},
		{Method: "POST", Path: "/declaraciones/:id/borrador/traer", Roles: declarants, Body: carryBody, Do: s.carryBring},

		or(get("/declaraciones/:id/revisar", s.declareReview)),
		or(post("/declaraciones/:id/revisar", s.declareAccept)),
		get("/declaraciones/:id/vista-publica", s.declarePreview),
		get("/declaraciones/:id/firmar", s.declareSignPage),
		post("/declaraciones/:id/firmar", s.declareSign),
		get("/declaraciones/:id/acuse", s.declareReceipt),
		get("/declaraciones/:id/acuse/codigo.png", s.declareCode),
		get("/declaraciones/:id/pdf/:documento", s.declarePDF),
		get("/declaraciones/:id/nota", s.declareNotePage),
		typed("/declaraciones/:id/nota", s.declareNote),

		{Method: "GET", Path: "/catalogos/:nombre/:clave", Roles: typists, Do: s.catalogue},
	}
}

// who is the official that asks. An account without a person on the roster has no
// declarations.
func (c *Ctx) who() (declare.Who, error) {
	if who, ok, err := c.typing(); ok || err != nil {
		return who, err
	}
	if c.User() == nil || c.User().Person == "" {
		return declare.Who{}, errs.New(errs.NotFound, "declare.error.noperson")
	}
	return declare.Who{Tenant: c.Tenant(), Person: c.User().Person}, nil
}

// draft is the draft of the address. One that is filed leads to its acuse, with a
// sentence that says so.
func (s *Server) draft(c *Ctx) (declare.Who, declare.Work, error) {
	who, err := c.who()
	if err != nil {
		return who, declare.Work{}, err
	}
	w, err := s.declare.Draft(c.Context(), who, c.Param("id"))
	return who, w, err
}

// ended answers for a draft that is filed: its acuse. Any other error stays.
func (c *Ctx) ended(err error) error {
	if !errors.Is(err, declare.ErrFiled) {
		return err
	}
	if c.Header(autosaved) != "" {
		return errs.New(errs.Gone, "declare.error.filed")
	}
	c.Flash("declare.flash.filed")
	return c.Redirect(draftPath(c.Param("id"), "acuse"))
}

// autosaved is the header of the saves that the script makes on its own.
const autosaved = "X-Autoguardado"

// draftPath is an address below a draft, or that of the draft itself.
func draftPath(id string, parts ...string) string {
	return strings.Join(append([]string{"/declaraciones", id}, parts...), "/")
}

// sectionPath is the address of a section.
func sectionPath(id, section string) string { return draftPath(id, "s", section) }

// itemPath is the address of a page of an item. A list within groups of a section
// keeps its dots: actividadFinanciera.actividades.
func itemPath(id string, item forms.Path, step string) string {
	section := item.Section()
	rest := strings.TrimPrefix(string(item), section+".")
	dot := strings.LastIndexByte(rest, '.')
	return draftPath(id, "s", section, rest[:dot], rest[dot+1:], step)
}

// formOf names a declaration in keys: its type, or "interes" for an update.
func formOf(t forms.Type, interest bool) string {
	if interest {
		return "interes"
	}
	return t.Slug()
}

// title is the name of a declaration: "Declaración de modificación 2026".
func (c *Ctx) title(prefix string, t forms.Type, interest bool, year int) string {
	return c.words.T(prefix+formOf(t, interest), year)
}

// sectionNumber is how a section is numbered for people: 1 to 15, and 1 to 7 for
// the interests.
func sectionNumber(sec *forms.Section) string { return strings.TrimPrefix(sec.No, "I") }

// sectionLabel is the same where both halves stand in one list: I.1 to I.7.
func sectionLabel(sec *forms.Section) string {
	if sec.Part == forms.Interes {
		return "I." + sectionNumber(sec)
	}
	return sectionNumber(sec)
}

// reason is why something is owed, in words. Days among the arguments are spelled
// out.
func (c *Ctx) reason(r declare.Reason) string {
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		args[i] = c.spelled(a)
	}
	return c.words.T(r.Key, args...)
}

// spelled is a word for a sentence; a day is spelled out.
func (c *Ctx) spelled(word string) string {
	if len(word) == len("2006-01-02") && strings.Count(word, "-") == 2 {
		return c.words.Day(word)
	}
	return word
}

// catalogue answers with the options below one of another: the municipalities of a
// state, for the script that would otherwise need a page. It is public knowledge,
// but only who fills in a form needs it.
func (s *Server) catalogue(c *Ctx) error {
	list := forms.CatalogueByName(c.Param("nombre"))
	if list == nil || list.By == "" {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	options := [][2]string{}
	for _, e := range list.Options(c.Param("clave")) {
		options = append(options, [2]string{e.Key, c.words.Option(list.Name, e.Key, e.Text)})
	}
	if len(options) == 0 {
		return errs.New(errs.NotFound, "web.error.notfound")
	}
	return c.JSON(200, options)
}

// savedAt says when a draft was last saved.
func (c *Ctx) savedAt(w declare.Work) string {
	at := w.Kept.Saved.In(w.Zone)
	if at.Format("2006-01-02") == w.Kept.Draft.Today {
		return c.words.T("declare.saved.today", c.words.Hour(at))
	}
	return c.words.T("declare.saved", c.words.When(at))
}

// fault wraps an error of ours with what was being done.
func fault(doing string, err error) error {
	if err == nil || errs.CodeOf(err) != errs.Internal {
		return err
	}
	return fmt.Errorf("web: %s: %w", doing, err)
}
