package main

import (
	"context"
	"fmt"
	"path/filepath"
)

// complaintGoals are those of complaints.
func complaintGoals(ctx context.Context, bin, dir string, o options) ([]verdict, error) {
	fmt.Printf("\n== complaints\n")
	n := burstComplaints
	if o.quick {
		n /= 5
	}
	return burst(ctx, bin, filepath.Join(dir, "complaints"), n)
}
