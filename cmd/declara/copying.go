package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"declara/app/backup"
	"declara/storage"
)

// copies makes the copies that somebody asks for on a page, and those of every day; nil
// when the engine has tools of its own for it.
func (p place) copies(db *storage.DB, plan *storage.Daily, log *slog.Logger) *backup.Service {
	if p.store != "" {
		return nil
	}
	return backup.New(backup.Config{
		DB: db, Tenant: "1", Evidence: p.evidence(), Data: p.data, Key: p.keyFile(), Fixed: plan, Clock: time.Now, Log: log,
		Open: func(ctx context.Context, file string) ([]storage.EvidenceFile, error) {
			return p.opened(ctx, file, io.Discard)
		},
	})
}

// plan reads the flags of the daily copy; nil when they ask for none.
func (s serving) plan() (*storage.Daily, error) {
	if s.backupDir == "" {
		return nil, nil
	}
	if s.store != "" {
		return nil, errors.New("--backup-dir is for the file declara.db: a PostgreSQL store is backed up with PostgreSQL's own tools, such as pg_dump")
	}
	dir, err := filepath.Abs(s.backupDir)
	if err != nil {
		return nil, fmt.Errorf("--backup-dir: %w", err)
	}
	d := &storage.Daily{Folder: dir}
	if d.Hour, err = strconv.Atoi(s.backupHour); err != nil || d.Hour < 0 || d.Hour > 23 {
		return nil, errors.New("--backup-hour takes an hour from 0 to 23")
	}
	days, weeks, _ := strings.Cut(s.backupKeep, ",")
	d.Days, err = strconv.Atoi(strings.TrimSpace(days))
	if weeks != "" && err == nil {
		d.Weeks, err = strconv.Atoi(strings.TrimSpace(weeks))
	}
	if err != nil || d.Days < 1 || d.Days > backup.MaxDays || d.Weeks < 0 || d.Weeks > backup.MaxWeeks {
		return nil, fmt.Errorf("--backup-keep takes days and weeks, such as 7,4: at most %d and %d", backup.MaxDays, backup.MaxWeeks)
	}
	return d, nil
}
