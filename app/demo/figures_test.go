package demo_test

import (
	"log/slog"
	"testing"
	"time"

	"declara/app/complain"
	"declara/app/complain/figures"
	"declara/app/demo"
	"declara/i18n"
	"declara/storage/files"
)

// TestFiguresOfDemo: a demo with as many complaints as a town of some size has shows
// figures with parts and medians.
func TestFiguresOfDemo(t *testing.T) {
	story, _ := filled(t, demo.Options{Officials: 12, Complaints: 120, Seed: 1, Today: autumn}, func(s *demo.Services, clock *demo.Clock) {
		service, err := complain.New(complain.Config{DB: s.DB, Files: files.Open(t.TempDir(), clock.Now), Clock: clock.Now, Cost: demo.DemoCost})
		if err != nil {
			t.Fatal(err)
		}
		s.Office = complain.NewOffice(service, i18n.Load())
	})
	db, today := story.DB, autumn
	f := complain.NewFigures(db, func() time.Time { return today }, slog.New(slog.DiscardHandler), "test")
	if err := f.Freeze(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	all, err := f.All(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	told, parts, times := 0, map[string]int{}, 0
	for _, p := range all {
		for _, share := range p.Shares {
			for _, c := range share.Cells {
				if !c.Kept && c.N > 0 {
					told++
				}
			}
			for _, part := range share.Parts {
				for _, c := range part.Cells {
					if !c.Kept && c.N > 0 {
						parts[part.Name]++
					}
				}
				t.Logf("%s %s %+v", p.ID, part.Of, part.Cells)
			}
			t.Logf("%s %s %+v", p.ID, share.Name, share.Cells)
		}
		times += len(p.Times)
		t.Logf("%s %d %q %v", p.ID, p.Total, p.Band, p.Times)
	}
	if told < 12 || parts[figures.ByFault] < 2 || parts[figures.ByMotive] < 2 || times < 3 {
		t.Errorf("%d figures, parts %v, %d medians", told, parts, times)
	}
}
