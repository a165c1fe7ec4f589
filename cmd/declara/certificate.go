package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// lookAnew is how often the files of a certificate are looked at, at most.
const lookAnew = time.Minute

// certificate is that of the site, read again when its files change: whatever renews it
// every some weeks need not know of the program. One that cannot be read, such as half
// of a new one, leaves the old one in use.
type certificate struct {
	file, key string
	now       func() time.Time

	mu      sync.Mutex
	looked  time.Time
	changed [2]time.Time // the files, when it was read
	current *tls.Certificate
}

// newCertificate reads it for the first time.
func newCertificate(file, key string, now func() time.Time) (*certificate, error) {
	c := &certificate{file: file, key: key, now: now}
	if err := c.read(); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return c, nil
}

func (c *certificate) read() error {
	var changed [2]time.Time
	for i, name := range []string{c.file, c.key} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		changed[i] = info.ModTime()
	}
	c.looked = c.now()
	if changed == c.changed {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.file, c.key)
	if err != nil {
		return err
	}
	c.current, c.changed = &pair, changed
	return nil
}

// get is the certificate of now.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= lookAnew {
		c.looked = now
		if err := c.read(); err != nil {
			return c.current, nil // it is tried again in a minute
		}
	}
	return c.current, nil
}
