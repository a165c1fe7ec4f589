package e2e

import "testing"

// TestOfficeInBrowser looks at the panel and the list of compliance, in light and
// dark, on a desk and on a small phone.
func TestOfficeInBrowser(t *testing.T) {
	chrome(t)
	s, who := newDemo(t, 30, "")
	v := newTab(s, 1280, true)
	signIn(v, who["contraloria"].Username, who["contraloria"].Password)
	for name, path := range map[string]string{"panel": "/contraloria", "list": "/contraloria/cumplimiento", "none": "/contraloria/cumplimiento?estado=justificado&unidad=x"} {
		for _, dark := range []bool{true, false} {
			v.dark(dark)
			if p := v.open(path); p.status != 200 {
				t.Fatalf("%s: %s", path, p)
			}
			axe(v)
			if dark {
				v.shot("office-dark-" + name)
			}
		}
		v.shot("office-" + name)
		narrow(v)
		axe(v)
		v.shot("office-" + name)
		v.resize(1280)
	}
}
