package account

import (
	"net/netip"
	"slices"
	"strings"

	"declara/storage"
)

// mostNetworks is how many ranges an institution may name.
const mostNetworks = 64

// cleanNetworks puts the ranges of an institution in the form in which they are kept,
// each once; bad is the first that is none.
func cleanNetworks(i *storage.Institution) (bad string) {
	kept, bad := cleanRanges(i.Networks)
	if bad == "" {
		i.Networks = kept
	}
	return bad
}

// cleanRanges puts ranges in the form in which they are kept, one a line; bad is the
// first that is none. An address alone is a range of one.
func cleanRanges(typed string) (lines, bad string) {
	var kept []string
	for _, text := range strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ';' || r <= ' ' }) {
		p, err := netip.ParsePrefix(text)
		if a, alone := netip.ParseAddr(text); alone == nil {
			p, err = netip.PrefixFrom(a.WithZone("").Unmap(), a.Unmap().BitLen()), nil
		}
		if err != nil || p.Bits() == 0 || len(kept) == mostNetworks { // the whole internet is nobody's own network
			return "", text
		}
		if p = p.Masked(); !slices.Contains(kept, p.String()) {
			kept = append(kept, p.String())
		}
	}
	return strings.Join(kept, "\n"), ""
}
