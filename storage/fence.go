package storage

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxKey is the most bytes of a key.
const MaxKey = 1024

// What an engine answers to a caller's mistake.
var (
	// ErrKey means that a key is empty, too long, not UTF-8, or holds a NUL.
	ErrKey = errors.New("storage: not a key")
	// ErrReadOnly means that something was written in a View, or while scanning.
	ErrReadOnly = errors.New("storage: read only")
	// ErrDone means that a transaction was used after its function returned.
	ErrDone = errors.New("storage: transaction is over")
)

// CheckKey reports whether a key may be used, as ErrKey when it may not. Every
// engine asks it first, so that no engine takes what another one refuses.
func CheckKey(key string) error {
	if key == "" || len(key) > MaxKey || strings.IndexByte(key, 0) >= 0 || !utf8.ValidString(key) {
		return ErrKey // without the key, which may be part of an index
	}
	return nil
}

// Fence holds a writing transaction to the keys of one public body: those of the
// first key that it touches. Databases that are split by tenant do not serialize
// across tenants, so an engine keeps a Fence in each Update. The zero Fence is
// ready. The keys that belong to no tenant count as one body more.
type Fence struct {
	tenant string
	set    bool
}

// Key admits a key, or answers ErrKey or ErrTenant.
func (f *Fence) Key(key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	return f.admit(TenantOf(key))
}

// Range admits the keys from <= key < to. A range that reaches over more than
// one tenant is ErrTenant, whether or not there are keys in it.
func (f *Fence) Range(from, to string) error {
	if err := errors.Join(CheckKey(from), CheckKey(to)); err != nil {
		return err
	}
	tenant := TenantOf(from)
	if first, last := tenantRange(tenant); tenant == "" && from < last && to > first || tenant != "" && to > last {
		return fmt.Errorf("%w: a range over several", ErrTenant)
	}
	return f.admit(tenant)
}

func (f *Fence) admit(tenant string) error {
	if !f.set {
		f.tenant, f.set = tenant, true
	}
	if f.tenant != tenant {
		return ErrTenant
	}
	return nil
}
