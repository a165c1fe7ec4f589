// Package sesna brings declarations in from SESNA's own capture system, whose database
// (MongoDB, collections "declaraciones" and "users") mongoexport writes as JSON.
//
// # What comes in
//
// A declaration that was signed there becomes a filing here: with the time that it has
// there, a folio that says that it was imported, and a leaf of the log of the day on
// which it came in, since nobody here can say what was before (storage.Imported). Drafts
// stay behind. The public version is made by our redaction and no other: what theirs
// published does not count, and "autorizaPublica" neither, since Norma 19ª does not ask.
//
// A declaration needs an official of the roster, found by CURP or RFC, in the declaration
// or in the account that owns it. Who is not there is told, and may be added.
//
// # How it is read
//
// The table of fields leads: for each field of the form its value is looked for, under
// its name or under that which their model has for it (names.go), and put into the shape
// of the standard. Catalogues are found by key, by another spelling of it, or by text.
// What is left over, and what could not be read, is told by record and field, without
// what stood there: a report that repeats answers would be one more place to keep them.
// Totals stay as they were declared, also where their parts give another (forms.Bring).
//
// Their model differs from the standard in its names of sections, has one set of names
// of income and balances for the three types, spells enums without accents, and has no
// tipoOperacion in most sections; days are instants.
//
// # What it is safe against
//
// A dump is read record by record, each bounded in size and depth, and what is broken is
// told with its line. A run changes nothing until it is asked to; one that was cut short
// goes on where it was, and one that is repeated finds everything there.
package sesna
