package web

// accountRoutes are those by which people come in and look after their account.
func (s *Server) accountRoutes() []Route { return nil }
