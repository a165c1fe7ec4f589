package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// complaintGoals are those of complaints.
func complaintGoals(ctx context.Context, bin, dir string, o options) ([]verdict, error) {
	fmt.Printf("\n== complaints\n")
	n := burstComplaints
	if o.quick {
		n /= 5
	}
	all, err := burst(ctx, bin, filepath.Join(dir, "complaints"), n)
	if err != nil {
		return nil, err
	}
	slip, err := benchmarks(ctx, os.Stdout, "Proof", o.work, runtime.NumCPU(), "./app/seal")
	if err != nil {
		return nil, err
	}
	took, ok := slip["Proof"]["ns/op"]
	all = append(all, verdict{
		"receipt of a complaint, sealed", fmt.Sprintf("%v (95 of 100 in %v)", round(took), round(slip["Proof"]["p95-ns"])), goalSlip.String(), ok && took <= float64(goalSlip),
	})
	once, err := benchmarks(ctx, os.Stdout, "Enter|ThousandCases", 0, runtime.NumCPU(), "./app/complain")
	if err != nil {
		return nil, err
	}
	open, ok := once["ThousandCases"]["s/open"]
	all = append(all, verdict{"opening a thousand cases", fmt.Sprintf("%.1f s", open), fmt.Sprintf("%.0f s", goalCases), ok && open <= goalCases})
	for _, c := range []struct{ name, what string }{{"Enter/served", "wrong key against one of no complaint"}, {"Enter/cheap", "the same, without what the key costs"}} {
		ratio := once[c.name]["wrong:unknown"]
		longer, ok := once[c.name]["longer"]
		all = append(all, verdict{
			c.what, fmt.Sprintf("ratio %.3f, longer in %.0f of 100 pairs", ratio, 100*longer), fmt.Sprintf("%.0f to %.0f", 100*(0.5-goalTells), 100*(0.5+goalTells)),
			ok && math.Abs(longer-0.5) <= goalTells,
		})
	}
	return all, nil
}

func round(ns float64) time.Duration { return time.Duration(ns).Round(time.Millisecond) }
