package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/app/complain/figures"
	"declara/storage"
)

// TestFiguresInBrowser looks at the public figures, their correction and the desk, in
// light and dark and on a small phone; the page of a flood is one of the complaint's.
func TestFiguresInBrowser(t *testing.T) {
	chrome(t)
	s, who := newDemo(t, 4, "")
	s.channel()
	s.update(func(tx *storage.Txn) error { // a year before the demo's, with tables
		c := figures.Counts{Total: 48}
		for name, keys := range map[string][]string{figures.ByGroup: complain.Groups, figures.ByChannel: complain.Channels, figures.ByStage: append([]string{complain.PhaseClassified}, slices.DeleteFunc(slices.Clone(complain.Phases), func(p string) bool { return p == complain.PhaseClassified })...)} {
			t := figures.Table{Name: name}
			for i, k := range keys { // most of them classified
				t.Counts = append(t.Counts, figures.Count{Key: k, N: []int{30, 12, 6, 0, 0, 0, 0, 0}[i]})
			}
			if name == figures.ByStage {
				t.Parts = []figures.Part{{Of: keys[0], Name: figures.ByFault, Counts: []figures.Count{{Key: complain.FaultMinor, N: 25}, {Key: complain.FaultGrave, N: 5}}}}
				c.Days = []figures.Days{{Name: figures.Reading, Took: map[string][]int{keys[0]: make([]int, 30)}}}
			}
			c.Tables = append(c.Tables, t)
		}
		sheet, err := figures.Freeze(figures.Plan(2019, nil)[0], c)
		if err != nil {
			return err
		}
		body, err := json.Marshal(sheet)
		if err != nil {
			return err
		}
		return tx.PutFigure(storage.Figure{Period: "2019", Version: 1, Day: "2020-01-01", Body: body})
	})
	v := newTab(s, 1280, true)
	look := func() {
		t.Helper()
		axe(v)
		narrow(v)
		v.resize(1280)
	}
	v.open("/publico/denuncias")
	look()
	v.open("/publico/denuncias?periodo=2019")
	if !strings.Contains(v.at.raw, "<svg") {
		t.Error("there are no tables to look at")
	}
	look()
	v.shot("figures")
	v.open("/publico/denuncias/canal")
	look()
	v.shot("figures-channel")
	signIn(v, who["contraloria"].Username, who["contraloria"].Password)
	for _, path := range []string{"/contraloria/cifras", "/contraloria/recepcion"} {
		v.open(path)
		look()
		v.shot("office-" + strings.TrimPrefix(path, "/contraloria/"))
	}
}
