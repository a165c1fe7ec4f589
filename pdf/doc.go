// Package pdf prints declarations and their receipts: what a person keeps, what a
// citizen downloads, what an office puts in a file. It is the only importer of
// gofpdf, and only sheet.go calls it.
//
// # From table to page
//
// Nothing here knows a section. A document becomes pages in four steps:
//
//	read       forms.Parse, forms.Lines and forms.Show give a flat reading in
//	           words (read.go); in a ledger section amounts, sums and what they
//	           come from become lines of account (ledger.go)
//	rows       each entry becomes rows, the least that is never cut (rows.go)
//	paginate   rows are put on pages before anything is drawn (flow.go), so that
//	           the index and "Página 3 de 12" need no second pass: a heading never
//	           ends a page, short items and groups are not cut, an item that goes
//	           on repeats its heading
//	draw       cover, running heads, rows (cover.go, furniture.go, sheet.go)
//
// What the table says is all that decides how a thing looks: Layout makes a
// ledger, Derive makes a sum or the tag of an item ("Nuevo"), Paragraph takes the
// whole width, Private gets the mark.
//
// Blank prints the same table before there are answers: each kind of field has
// its room to write in, each condition its words (blank.go, room.go).
//
// # The look
//
// «Libro de registro», as the pages (regla.css): numerals in the margin with a
// double rule, bands of amate, hairlines, leaders, the accountant's double rule
// below a total; a standing double line and the words "No público" at what the
// law reserves. Faustina for titles and Asap for text, as on screen. Letter size,
// since that is the paper of Mexican offices; nothing is tinted that a printer
// would have to fill a sheet with. Status is word, shape and colour. In the
// ledger what is added up stands in a column further in, so that each column adds
// up by itself.
//
// # Public and private
//
// Public prints the public document and knows no other; the redaction is not
// here. Lines that the table calls private are dropped all the same, so that a
// caller's mistake prints less and never more. A receipt has no content at all.
// Titles of the file carry names of officials, never answers.
//
// # Text
//
// Any bytes may come in: clean makes them valid, NFC, without control and
// direction characters; what no face draws becomes a visible U+FFFD (font.go,
// clean.go, text.go). A letter that Asap lacks is drawn by DejaVu Sans Condensed
// together with its accents: saltillo, x̱, IPA. There is no shaping: Arabic
// stands letter by letter, and right-to-left words stand in the order typed. Emoji
// and Han are marks only.
//
// # Determinism
//
// The same Declaration gives the same bytes, on any machine, at any time and
// from any number of goroutines: dates are those of the filing, maps are sorted,
// the identifier is a hash. Each document reads its own copy of the fonts, since
// gofpdf writes into the slice it is given. A document holds 20 to 40 MB for some
// tens of milliseconds, most of it gofpdf's tables of fonts: callers bound how many
// are made at once. The keywords of a file say which document of which filing it
// is ("declara public <id> <hash>"), so whoever checks one can make it again in the
// file's language and compare the bytes.
//
// # Signatures
//
// Package pdf/sign makes them: its finisher takes the bytes that Full, Public or
// Receipt wrote, attaches the filed document and adds a field for each signature to
// come; nothing here is called again. CoverSeal, CoverSigner and ReceiptSeal are the
// places kept free, at the same spot of the first page whatever the document says; a
// field takes the rectangle as it is. Only who signs with her e.firma has a field: an
// empty one would look like a signature that is missing, so the receipt says in words
// how she signed. WriteBox draws what is seen of a signature.
//
// What gofpdf cannot give the finisher writes, for every document of this package:
// version, identifier, language, XMP, output intent, zoned dates, packed pages. Tags
// (PDF/UA) nobody can add afterwards: the page of the declaration is the accessible
// version, and the cover says so.
package pdf
