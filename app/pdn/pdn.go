// Package pdn answers the Plataforma Digital Nacional: it gives tokens to the
// clients that an administrator made, and pages of public declarations to who has
// a token (System 1). What the platform's clients really send and need is in
// clients.md of the reference; each oddity that is met here is named where it is.
//
// # What is answered
//
// A page is the pagination and, in a list, the public documents exactly as they were
// hashed and stored when they were filed: nothing is decoded, redacted or written
// anew on the way out, so no defect of this package can publish what was not
// published. A search looks only at rows that were made of the public document, once,
// in the transaction that published it (Row), so it cannot tell what was withheld.
//
// # The index
//
// The rows of a public body are kept in memory, by columns: a text or key that many
// declarations share is there once, and a row has its number (values.go, index.go).
// At 100,000 declarations that is some 25 MB, and reading it takes about a quarter
// of a second. Before each search the index asks the store, inside the transaction
// in which the documents are read, whether something was published since (follow):
// one Get when nothing was. So several programs over one store are never behind.
//
// A page costs what its rows cost, and hardly more when there are a hundred times as
// many declarations (search.go):
//
//   - An ordering of all rows by each column is made on first use, by counting, and
//     kept until the base changes (order.go). A page of everything is a stretch of it.
//   - A condition is a few stretches of such an ordering. How many rows it finds is
//     the sum of their lengths: nobody counts them. Its page is taken by walking the
//     ordering that was asked for until the page is full or, when few rows are left,
//     by ordering these.
//   - Parts of texts are found by their rarest three letters (grams.go).
//   - Several conditions are joined as sets of bits, or by looking at the rows of the
//     narrowest.
//
// New declarations are "late" until some have gathered: a search looks at them one by
// one and puts them in their places in the page, so that filing does not throw away
// orderings.
//
// No answer is kept to be given again: what was measured holds for searches that
// nobody made before.
//
// # Words and order
//
// Texts are found by any part, without regard to capitals and accents, with ñ apart
// from n (Fold). They are ordered as a Spanish dictionary does, by the collation of
// golang.org/x/text. Collation keys are made in memory, once for each distinct text
// when an order by it is first asked for, and not stored with the row: keys that two
// versions of the library made cannot be compared, and a store outlives them.
//
// Properties that a declaration has several of (studies, real estate) are ordered by
// the least for asc and by the greatest for desc; what is missing comes first in asc.
// Ids decide what is left equal, always ascending, and are the order when none is
// asked for. They begin with the time of filing, so what is filed while somebody
// downloads everything comes after all that she was told there is. A declaration
// that is reserved meanwhile does shift the pages behind it by one row; the national
// downloader then misses a row until its next run, and no provider can help that
// while pages have numbers.
//
// # Tokens
//
// A token is a sealed note (XChaCha20-Poly1305 under a key of its own): client,
// generation of its secrets, end, bound to the tenant. Nothing is stored for it, and
// its bearer can read nothing in it. It is compared with the client's record in every
// search, so new secrets or switching the client off end it at once. Secrets are 241
// random bits, so their plain SHA-256 is kept and compared in constant time: the
// platform asks for a token before every single search, and a slow hash would be the
// price of each.
//
// Secrets are changed with an overlap: those of before hold until a day that the office
// chose, since whoever runs the platform changes hers by hand. A client has an end, and
// a list of addresses that it may ask from, both optional and both held in every search.
//
// # What is known of who asks
//
// How many tokens, searches and declarations in each hour, which refusals, and of the
// last search its page and which questions it put conditions on (usage.go). Never what
// was searched for: a name stands there. It is counted in memory and written down once a
// minute, so that no request writes.
package pdn
