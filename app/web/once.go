package web

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// onceCookie holds the key of a page that is shown once.
const onceCookie = "unavez"

// showOnce keeps what a page is to show one time, such as a code, sealed and for
// who is signed in, and sends the browser to that page: reloading it does not
// repeat what was done, and the code is in no address.
func (c *Ctx) showOnce(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	key, err := c.s.accounts.SetAside(c.ctx, tenant, c.User().ID, path, b)
	if err != nil {
		return err
	}
	c.setCookie(c.s.cookieName(onceCookie), key, asideSeconds)
	return c.Redirect(path)
}

// once renders a page with what showOnce kept for it. The second time, the page
// is rendered with nil.
func once[T any](c *Ctx, page string) error {
	name := c.s.cookieName(onceCookie)
	path, b, ok, err := c.s.accounts.TakeAside(c.ctx, tenant, c.User().ID, c.cookie(name))
	if err != nil {
		return err
	}
	c.setCookie(name, "", -1)
	if !ok || path != c.Path() {
		return c.Render(http.StatusOK, page, (*T)(nil))
	}
	v := new(T)
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	c.Secret()
	return c.Render(http.StatusOK, page, v)
}
