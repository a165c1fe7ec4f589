// Package match tells whether two names, as two systems write them, are of the same
// person or company. It is pure: text in, a likeness in words out.
//
// # What is compared
//
// A Party is a name, an RFC and, of a person, a CURP. Three things can be said of two:
//
//	RFC idéntico     both have the same RFC, and it is not one of the generic ones
//	nombre idéntico  the same words in the same order; of persons, in any order
//	nombre parecido  nearly, for one reason that is named (see Reason)
//
// There is no number: a person who decides about a conflict of interest needs to know
// why two names were put side by side, and a percentage tells her nothing that she
// could check. For the same reason every rule is one that can be said in a sentence.
//
// # Folding
//
// A name is put in capitals, without accents and signs; "&" is Y; letters with points
// between them become one word ("S.A." is SA); and the legal form at the end is set
// apart, whatever its spelling ("S. de R.L. de C.V.", "Sociedad Civil"). Folding twice
// changes nothing.
//
// # Cautious on purpose
//
// A false alarm costs an official a look into her private declaration, so what is only
// similar has to be nearly the same: one letter of one long word, never the first and
// never the o or a that tells Mario from María; no figures; a missing word only in names
// of persons of three words and more. Two RFCs that differ make persons with other days
// of birth strangers, and all others no more than similar.
package match
