package web

import "declara/storage"

// Who keeps the roster, and who has something to set.
var (
	rosterRoles   = []storage.Role{storage.RoleComptroller, storage.RoleHR}
	settingsRoles = []storage.Role{storage.RoleAdmin}
)

// settingsRoutes are those of the institution, its people and its readers.
func (s *Server) settingsRoutes() []Route { return nil }
