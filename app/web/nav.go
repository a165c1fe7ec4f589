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
	Roles []storage.Role
	Here  bool // the page is at or below it
}

// menu is in the order of the page. A feature adds its line. The first entry that a
// person has is where she comes in (home).
var menu = []entry{
	{Path: "/declaraciones", Key: "web.menu.declarations", Roles: []storage.Role{storage.RoleDeclarant}},
	{Path: "/contraloria", Key: "office.panel", Roles: reserveRoles},
	{Path: "/contraloria/personas", Key: "web.menu.people", Roles: rosterRoles},
	{Path: "/contraloria/cumplimiento", Key: "office.list.head", Roles: rosterRoles},
	{Path: "/contraloria/casos", Key: "cases.head", Roles: caseRoles},
	{Path: "/contraloria/recepcion", Key: "desk.head", Roles: deskRoles},
	{Path: drawsPath, Key: "verify.head", Roles: readers},
	{Path: conflictsPath, Key: "conflict.head", Roles: readers},
	{Path: "/contraloria/cifras", Key: "figures.office.head", Roles: reserveRoles},
	{Path: "/contraloria/identidades", Key: "keys.custody.head", Roles: custodyRoles},
	{Path: "/contraloria/llaves", Key: "keys.channel.head", Roles: channelRoles},
	{Path: "/cuenta/llave", Key: "keys.own.head", Roles: storage.CaseRoles},
	{Path: "/ajustes", Key: "settings.head", Roles: settingsRoles},
	{Path: "/ajustes/aspecto", Key: "setup.look.head", Roles: settingsRoles},
	{Path: "/ajustes/correo", Key: "setup.mail.head", Roles: settingsRoles},
	{Path: "/ajustes/respaldo", Key: "setup.copy.head", Roles: settingsRoles},
	{Path: "/ajustes/cuentas", Key: "settings.staff.head", Roles: settingsRoles},
	{Path: "/ajustes/conexiones", Key: "settings.clients.head", Roles: settingsRoles},
	{Path: "/ajustes/efirma", Key: "settings.efirma.head", Roles: settingsRoles},
	{Path: "/ajustes/sello", Key: "settings.seal.head", Roles: settingsRoles},
	{Path: "/contraloria/llaves/autoridad", Key: "keys.external.head", Roles: settingsRoles},
	{Path: papersPath, Key: "onpaper.head", Roles: readers},
	{Path: giftsPath, Key: "gifts.head", Roles: readers},
	{Path: postPath, Key: "campaign.post.head", Roles: postRoles},
	{Path: accessPath, Key: "second.access.head", Roles: accessRoles},
}

// menuFor are the entries for a person. Who only declares has no menu: the pages
// of a declaration have their own ways back.
func (s *Server) menuFor(u *storage.User, path string) []entry {
	if u == nil || account.OnlyDeclares(*u) {
		return nil
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
	if best >= 0 {
		mine[best].Here = true
	}
	return mine
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
