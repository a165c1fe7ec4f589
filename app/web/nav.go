package web

import (
	"slices"
	"strings"

	"declara/app/account"
	"declara/storage"
)

// entry is one entry of the menu under the header, which staff have.
type entry struct {
	Path  string
	Key   string // catalogue
	In    string // the entry that it stands below; who has not that one finds it in the first row
	Roles []storage.Role
	Here  bool // the page is at or below it
}

// Entries that others stand below.
const (
	peoplePath   = "/contraloria/personas"
	dutiesPath   = "/contraloria/cumplimiento"
	settingsPath = "/ajustes"
)

// menus are the rows of links under the header: what there is, and what there is in
// the part where the page is.
type menus struct{ Top, Part []entry }

// menu is in the order of the page. A feature adds its line. The first entry that a
// person has is where she comes in (home).
var menu = []entry{
	{Path: "/declaraciones", Key: "web.menu.declarations", Roles: []storage.Role{storage.RoleDeclarant}},
	{Path: helpPath, Key: "help.desk", Roles: helpRoles},
	{Path: "/contraloria", Key: "office.panel", Roles: headRoles},
	{Path: peoplePath, Key: "web.menu.people", Roles: rosterRoles},
	{Path: dutiesPath, Key: "office.list.head", Roles: stateRoles},
	{Path: casesPath, Key: "cases.head", Roles: caseRoles},
	{Path: "/contraloria/recepcion", Key: "desk.head", In: casesPath, Roles: deskRoles},
	{Path: casesPath + "/calendario", Key: "cases.calendar.head", In: casesPath, Roles: caseRoles},
	{Path: reservesPath, Key: "settings.reserve.all", In: peoplePath, Roles: reserveReaders},
	{Path: drawsPath, Key: "verify.head", Roles: readers},
	{Path: givenPath, Key: "verify.given.head", In: drawsPath, Roles: verifiers},
	{Path: conflictsPath, Key: "conflict.head", Roles: readers},
	{Path: boxesPath, Key: "boxes.head", In: casesPath, Roles: boxRoles},
	{Path: "/contraloria/cifras", Key: "figures.office.head", In: casesPath, Roles: headRoles},
	{Path: "/contraloria/identidades", Key: "keys.custody.head", In: casesPath, Roles: custodyRoles},
	{Path: "/contraloria/llaves", Key: "keys.channel.head", In: casesPath, Roles: channelRoles},
	{Path: "/cuenta/llave", Key: "keys.own.head", In: casesPath, Roles: storage.CaseRoles},
	{Path: settingsPath, Key: "settings.head", Roles: settingsRoles},
	{Path: "/ajustes/aspecto", Key: "setup.look.head", In: settingsPath, Roles: settingsRoles},
	{Path: "/ajustes/correo", Key: "setup.mail.head", In: settingsPath, Roles: settingsRoles},
	{Path: "/ajustes/respaldo", Key: "setup.copy.head", In: settingsPath, Roles: settingsRoles},
	{Path: "/ajustes/cuentas", Key: "settings.staff.head", In: settingsPath, Roles: settingsRoles},
	{Path: "/ajustes/conexiones", Key: "settings.clients.head", In: settingsPath, Roles: settingsRoles},
	{Path: publicationPath, Key: "connect.standard.head", In: settingsPath, Roles: publicationRoles},
	{Path: "/ajustes/efirma", Key: "settings.efirma.head", In: settingsPath, Roles: settingsRoles},
	{Path: "/ajustes/sello", Key: "settings.seal.head", In: settingsPath, Roles: settingsRoles},
	{Path: "/contraloria/llaves/autoridad", Key: "keys.external.head", In: settingsPath, Roles: settingsRoles},
	{Path: papersPath, Key: "onpaper.head", In: dutiesPath, Roles: paperRoles},
	{Path: giftsPath, Key: "gifts.head", In: dutiesPath, Roles: readers},
	{Path: postPath, Key: "campaign.post.head", In: dutiesPath, Roles: postRoles},
	{Path: accessPath, Key: "second.access.head", In: peoplePath, Roles: askingRoles},
}

// belongs are parts of the site whose pages have their way in on a page of another, below
// which they stand in the menu.
var belongs = map[string]string{
	sendingsPath: dutiesPath, extensionsPath: dutiesPath, notesPath: dutiesPath,
	"/contraloria/padron": peoplePath, "/contraloria/puestos": peoplePath, "/contraloria/invitaciones": peoplePath,
	"/contraloria/declaraciones": peoplePath,
}

// menuFor are the entries for a person, with those of the part where the page is. Who
// only declares has no menu: the pages of a declaration have their own ways back.
func (s *Server) menuFor(u *storage.User, path string) menus {
	if u == nil || account.OnlyDeclares(*u) {
		return menus{}
	}
	for from, to := range belongs {
		if below(path, from) {
			path = to
		}
	}
	var mine []entry
	best := -1
	for _, e := range menu {
		if s.find("GET", e.Path) == nil || !slices.ContainsFunc(u.Roles, func(r storage.Role) bool { return slices.Contains(e.Roles, r) }) {
			continue
		}
		mine = append(mine, e)
		if below(path, e.Path) && (best < 0 || len(e.Path) > len(mine[best].Path)) {
			best = len(mine) - 1
		}
	}
	// part is the entry of the first row that one belongs to: itself, when what it stands
	// below is not hers.
	part := func(e entry) string {
		if slices.ContainsFunc(mine, func(above entry) bool { return above.Path == e.In }) {
			return e.In
		}
		return e.Path
	}
	here := ""
	if best >= 0 {
		mine[best].Here = true
		here = part(mine[best])
	}
	var m menus
	for _, e := range mine {
		if part(e) == here {
			m.Part = append(m.Part, e)
		}
		if part(e) == e.Path {
			e.Here = e.Path == here
			m.Top = append(m.Top, e)
		}
	}
	if len(m.Part) == 1 {
		m.Part = nil
	}
	return m
}

func below(path, top string) bool { return path == top || strings.HasPrefix(path, top+"/") }

// link is one of the footer.
type link struct{ Path, Key string }

// footer are the links at the end of every page that lead to a page we have.
func (s *Server) footer() []link {
	var there []link
	for _, l := range []link{
		{"/privacidad", "web.foot.privacy"},
		{"/accesibilidad", "web.foot.accessibility"},
		{"/publico", "web.foot.public"},
		{"/publico/datos", "public.data.title"},
		{"/verificar", "web.foot.verify"},
		{"/ayuda", "web.foot.help"},
		{"/acerca", "public.about.foot"},
	} {
		if s.find("GET", l.Path) != nil {
			there = append(there, l)
		}
	}
	return there
}
