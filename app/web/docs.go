package web

import (
	"net/http"

	"declara/app/docs"
	"declara/app/errs"
)

// docsRoutes serve the documents of this version of the program, as plain text.
func (s *Server) docsRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/ayuda/manual/:name", Do: document("manual")},
		{Method: "GET", Path: "/ayuda/decisiones/:name", Do: document("decisions")},
	}
}

func document(folder string) Handler {
	return func(c *Ctx) error {
		text, ok := docs.Text(folder, c.Param("name"))
		if !ok {
			return errs.New(errs.NotFound, "web.error.notfound")
		}
		return c.Send(http.StatusOK, "text/plain; charset=utf-8", text)
	}
}
