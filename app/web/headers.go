package web

// policy is the content security policy of every page: only our own files, no
// inline script or style, no frames.
const policy = "default-src 'none'; style-src 'self'; font-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// quietPolicy is that of the pages of who complains, which have no script and no font.
const quietPolicy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// setHeaders sets what every answer carries. The referrer stays within the site,
// since addresses of other sites have no business with it; it is not "no-referrer"
// because some browsers then send "Origin: null" with forms.
func (s *Server) setHeaders(c *Ctx) {
	if c.route.Quiet {
		c.fc.Set("Content-Security-Policy", quietPolicy)
	} else {
		c.fc.Set("Content-Security-Policy", policy)
	}
	c.fc.Set("X-Content-Type-Options", "nosniff")
	c.fc.Set("Referrer-Policy", "same-origin")
	c.fc.Set("X-Frame-Options", "DENY")
	c.fc.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.fc.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.fc.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.fc.Set("X-Request-Id", c.id)
	if s.secure {
		c.fc.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
