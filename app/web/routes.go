package web

import (
	"slices"
	"strings"
	"time"

	"declara/storage"
)

// How to add routes. Write a method like
//
//	func (s *Server) publicRoutes() []Route { return []Route{{Method: "GET", Path: "/publico", Do: s.publicSearch}} }
//
// in a file of your own and add its line to routes below. A page is
// view/pages/<name>.html with {{define "title"}} and {{define "main"}}, rendered
// by c.Render(200, "<name>", data). A service that handlers need is a field of
// Config (server.go). An entry of the menu is a line of nav.go. The table is what
// the tests of roles, limits and origins read: there is no other way in.

// Route is one address of the site.
type Route struct {
	Method string         // GET (which answers HEAD too) or POST
	Path   string         // "/declaraciones/:id"; names in it are read by Ctx.Param
	Roles  []storage.Role // who may; nil is anybody, signedIn every role
	Body   int            // most bytes of the body of a POST; 0 is 64 KB
	Slow   time.Duration  // most time that sending the answer may take; 0 is a minute
	API    bool           // errors are {code, message}; no cookie is read
	Before bool           // it answers before the institution is set up, too
	During bool           // it answers during the first run, too, to who makes it
	Free   bool           // the limit of requests does not hold: who may use it is known to us
	Resume bool           // a POST that came after the session ended waits for its person
	Silent bool           // nothing is written down or counted of its requests
	Quiet  bool           // of who complains: no session is read, and nothing is written down or counted
	Do     Handler
}

// Handler answers a request. What it returns is shown by the error pages.
type Handler func(*Ctx) error

// signedIn is every role: whoever has an account.
var signedIn = []storage.Role{
	storage.RoleAdmin, storage.RoleComptroller, storage.RoleVerifier, storage.RoleInvestigator,
	storage.RoleSubstantiator, storage.RoleCustodian, storage.RoleHelp, storage.RoleTransparency,
	storage.RoleHR, storage.RoleDeclarant,
}

// defaultBody is the most that a form without a limit of its own may carry.
const defaultBody = 64 << 10

// routes is the whole surface of the site.
func (s *Server) routes() []Route {
	return slices.Concat(
		s.siteRoutes(),
		s.homeRoutes(),
		s.docsRoutes(),
		s.ledgerRoutes(),
		s.readingRoutes(),
		s.verifyMineRoutes(),
		s.publicRoutes(),
		s.figuresRoutes(),
		s.deskRoutes(),
		s.helpDeskRoutes(),
		s.boxesRoutes(),
		s.campaignRoutes(),
		s.onPaperRoutes(),
		s.giftRoutes(),
		s.declareRoutes(),
		s.efirmaRoutes(),
		s.officeRoutes(),
		s.panelRoutes(),
		s.accountRoutes(),
		s.secondRoutes(),
		s.setupRoutes(),
		s.lookRoutes(),
		s.settingsRoutes(),
		s.clientRoutes(),
		s.reserveRoutes(),
		s.rosterRoutes(),
		s.sealRoutes(),
		s.trustRoutes(),
		s.pdnRoutes(),
		s.publicationRoutes(),
		s.verifyRoutes(),
		s.conflictRoutes(),
		s.complainRoutes(),
		s.casesRoutes(),
		s.keyRoutes(),
		s.channelRoutes(),
		s.custodyRoutes(),
	)
}

// limit is the most bytes that the body of a request to the route may have.
func (r *Route) limit() int {
	switch {
	case r.Method != "POST":
		return 0
	case r.Body > 0:
		return r.Body
	}
	return defaultBody
}

// allows reports whether a person with these roles may use the route.
func (r *Route) allows(roles []storage.Role) bool {
	return r.Roles == nil || slices.ContainsFunc(roles, func(x storage.Role) bool { return slices.Contains(r.Roles, x) })
}

// matches reports whether a path is one of the route.
func (r *Route) matches(path string) bool {
	for pattern := r.Path; ; {
		var want, have string
		var more, rest bool
		want, pattern, more = strings.Cut(pattern, "/")
		have, path, rest = strings.Cut(path, "/")
		if more != rest || want != have && !strings.HasPrefix(want, ":") {
			return false
		}
		if !more {
			return true
		}
	}
}
