package web

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"declara/i18n"
	"declara/pdf/sign/efirma"
)

// TestEFirmaWords: each reason of package efirma has its own sentence, for who
// signs or for who tests the responder, and the script says nothing that the page
// has no words for.
func TestEFirmaWords(t *testing.T) {
	es := i18n.Load().Printer("es")
	said := map[string]efirma.Reason{}
	for prefix, reasons := range map[string][]efirma.Reason{
		"declare.efirma.refused.": {
			efirma.Unreadable, efirma.Authority, efirma.Invoices, efirma.Legal, efirma.Unnamed, efirma.Other, efirma.Weak, efirma.Purpose,
			efirma.Early, efirma.Expired, efirma.NoAnchors, efirma.Stranger, efirma.Revoked, efirma.Unanswered, efirma.Signature,
		},
		"settings.efirma.probe.": {
			efirma.NoAnchors, efirma.NoAddress, efirma.Unreachable, efirma.Handshake, efirma.Refused, efirma.Garbled, efirma.Unentitled,
			efirma.Stale, efirma.Nonce, efirma.Elsewhere, efirma.Unknown, efirma.Revoked, efirma.Good,
		},
	} {
		for _, r := range reasons {
			key := prefix + string(r)
			if !es.Has(key) {
				t.Errorf("%s has no words", key)
			}
			if other, taken := said[es.T(key)]; taken {
				t.Errorf("%s and %s are told in the same words", r, other)
			}
			said[es.T(key)] = r
		}
	}
	script, err := os.ReadFile("static/efirma.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\b(?:fail|say)\('([a-z]+)'`).FindAllSubmatch(script, -1) {
		if code := string(m[1]); code != "der" && !slices.Contains(efirmaSentences, code) {
			t.Errorf("the script says %q, for which the page has no sentence", code)
		}
	}
	for _, code := range efirmaSentences {
		if !es.Has("declare.efirma.say." + code) {
			t.Errorf("no words for %q", code)
		}
	}
}
