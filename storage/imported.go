package storage

import "time"

// importedMark stands in the folio of a declaration that was filed in another system:
// "VE-IMP-2023-000041".
const importedMark = "IMP"

// MethodImported is Filing.Method of a declaration that was signed in another system,
// with what that one asked for.
const MethodImported = "imported"

// Imported says where a declaration came from. Filing.Filed is then the time that it
// had there.
type Imported struct {
	From string    `json:"from"` // "sesna"
	ID   string    `json:"id"`   // there
	At   time.Time `json:"at"`   // when it came in
	Lost int       `json:"lost"` // answers that this format has no place for, or that could not be read
}
