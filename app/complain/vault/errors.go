package vault

import "fmt"

// Error is a reason of this package. It never says anything of what was sealed, of
// a key or of a person, and may be logged.
type Error string

// Error is the reason.
func (e Error) Error() string { return "vault: " + string(e) }

// Why something is refused.
const (
	// ErrOpen is the one answer to whatever does not open: a wrong key, password or
	// code, bytes that were altered, or an envelope from somewhere else. Which of
	// them it was is nobody's business who has not the key.
	ErrOpen Error = "does not open"
	// ErrFormat means bytes that this package cannot have written.
	ErrFormat Error = "not in a format of this package"
	// ErrVersion means bytes that a later version has written.
	ErrVersion Error = "written by a later version"
	// ErrContext means a Context without tenant, case or purpose, or with one that
	// is too long. It is a fault of the caller.
	ErrContext Error = "the context is not complete"
	// ErrTooLong means a text over MaxText or a file over MaxFile.
	ErrTooLong Error = "too long to be sealed"
	// ErrParams means a price of derivation out of bounds.
	ErrParams Error = "the parameters of derivation are out of bounds"
	// ErrEmpty means that there is no password.
	ErrEmpty Error = "no password"
	// ErrSymbol means a character that the key or code cannot have.
	ErrSymbol Error = "a character that does not belong to the key"
	// ErrCheck means that the check digit does not fit: something was mistyped.
	ErrCheck Error = "the check digit does not fit"
	// ErrNobody means that a private key would be wrapped for nobody.
	ErrNobody Error = "nobody is left who could open it"
	// ErrHolders means that escrow needs three different holders, or two to open.
	ErrHolders Error = "escrow needs different holders"
	// ErrAuthority means text that is not the age recipient of an authority.
	ErrAuthority Error = "not an age recipient"
	// ErrHidden means that a secret was about to be written as text or JSON.
	ErrHidden Error = "a secret is not written"
)

// CountError says that a key or code has not as many characters as it should, and
// how many that would be.
type CountError struct{ Got, Want int }

// Error has the two counts.
func (e CountError) Error() string {
	return fmt.Sprintf("vault: %d characters instead of %d", e.Got, e.Want)
}

// RowError is the row, from 1, of a printed key in which something was mistyped.
type RowError int

// Error has the row.
func (e RowError) Error() string { return fmt.Sprintf("vault: row %d of the key was mistyped", int(e)) }
