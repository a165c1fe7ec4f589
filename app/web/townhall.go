package web

import (
	"net/netip"
	"strings"
)

// fromTownHall reports whether a request comes from a network of the institution
// itself, whose owner could see where her people go. It is decided from the settings
// and the address of the connection, said on the page, and kept nowhere.
func (c *Ctx) fromTownHall() bool {
	a, err := netip.ParseAddr(c.IP())
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	for text := range strings.Lines(c.visit.Institution.Networks) {
		if p, err := netip.ParsePrefix(strings.TrimSpace(text)); err == nil && p.Contains(a) {
			return true
		}
	}
	return false
}
