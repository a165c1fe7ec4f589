package web

import "slices"

// languageCookie remembers the language that a person chose. It tells nothing of
// who she is, so it lives for a year.
const languageCookie = "idioma"

const year = 365 * 24 * 60 * 60

// chooseLanguage sets the language and goes back to the page it was chosen on.
func (s *Server) chooseLanguage(c *Ctx) error {
	if name := c.Param("nombre"); slices.Contains(s.words.Languages(), name) {
		c.setCookie(languageCookie, name, year)
	}
	back := c.Query("a")
	if !local(back) {
		back = "/"
	}
	return c.Redirect(back)
}
