package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"declara/app/web"
	"declara/storage"
	"declara/storage/files"
)

// copying makes the copies that somebody asks for on a page; nil when the engine has
// tools of its own for it.
func (p place) copying(db *storage.DB) *web.Copying {
	if p.store != "" {
		return nil
	}
	key, err := filepath.Abs(p.keyFile())
	if err != nil {
		key = p.keyFile()
	}
	data, err := filepath.Abs(p.data)
	if err != nil {
		data = p.data
	}
	own := data + "-respaldos"
	return &web.Copying{Folder: own, Key: key, Make: func(ctx context.Context, folder string) (storage.Copy, error) {
		if folder == own {
			if err := os.MkdirAll(own, 0o700); err != nil {
				return storage.Copy{}, web.CopyError("write")
			}
		}
		return p.copyInto(ctx, db, folder)
	}}
}

// copyInto copies store and files into a folder that is there, opens the copy and checks
// it, as the command does.
func (p place) copyInto(ctx context.Context, db *storage.DB, folder string) (c storage.Copy, err error) {
	if at, err := os.Stat(folder); err != nil || !at.IsDir() {
		return c, web.CopyError("folder")
	}
	began := time.Now()
	file := filepath.Join(folder, "declara-"+began.Format("20060102-150405")+".db")
	if _, err := os.Lstat(file); err == nil {
		return c, web.CopyError("there")
	}
	beside := besideOf(file)
	if err := p.evidence().CopyTo(beside); err != nil {
		return c, web.CopyError("write")
	}
	if err := copyOf(ctx, db, file); err != nil {
		return c, web.CopyError("write")
	}
	if err := p.evidence().CopyTo(beside); err != nil {
		return c, web.CopyError("write")
	}
	var said bytes.Buffer
	if err := (place{data: p.data, key: p.keyFile()}).verify(ctx, file, files.Open(beside, time.Now), &said); err != nil {
		return c, web.CopyError("unsound")
	}
	at, err := os.Stat(file)
	if err != nil {
		return c, web.CopyError("unsound")
	}
	return storage.Copy{Folder: folder, File: file, At: began, Took: time.Since(began), Size: at.Size(), Disk: sameDisk(folder, p.data)}, nil
}

// sameDisk reports whether two folders lie on one disk, which breaks for both at once.
func sameDisk(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	if err1 != nil || err2 != nil {
		return false
	}
	m, ok1 := x.Sys().(*syscall.Stat_t)
	n, ok2 := y.Sys().(*syscall.Stat_t)
	return ok1 && ok2 && m.Dev == n.Dev
}
