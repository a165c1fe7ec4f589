package web

import (
	"net/http"

	"declara/app/errs"
	"declara/storage"
)

// siteRoutes are those of the site itself.
func (s *Server) siteRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/healthz", API: true, Before: true, Do: s.health},
		{Method: "GET", Path: "/readyz", API: true, Before: true, Do: s.ready},
		{Method: "GET", Path: "/idioma/:nombre", Before: true, Do: s.chooseLanguage},
	}
}

// health says that the process answers.
func (s *Server) health(c *Ctx) error {
	return c.Send(http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
}

// ready says that the store can be read.
func (s *Server) ready(c *Ctx) error {
	err := s.db.View(c.Context(), tenant, func(tx *storage.Txn) error {
		_, err := tx.Institution()
		if errs.CodeOf(known(err)) == errs.NotFound {
			return nil
		}
		return err
	})
	if err != nil {
		s.faulty(c, err)
		return c.Send(http.StatusServiceUnavailable, "text/plain; charset=utf-8", []byte("the store cannot be read\n"))
	}
	return c.Send(http.StatusOK, "text/plain; charset=utf-8", []byte("ready\n"))
}
