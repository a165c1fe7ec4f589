// Package sign finishes, signs, stamps and verifies PDF files: PAdES on the files
// of package pdf. Everything here is a function on bytes: nothing of ours is
// imported, no clock is read, nothing is kept, and any number of calls may run at
// once. No prose is written either: what went wrong is a Reason (reason.go), which
// the caller turns into words.
//
// # From drawing to proof
//
//	Finish             what gofpdf leaves out: version, identifier, language, XMP,
//	                   output intent, attachments, signature fields (finish.go)
//	Prepare … Embed    a signature in two phases: its revision with a hole, and what
//	                   fills it (prepare.go, cms.go)
//	Seal               both phases at once, for who has the key here
//	AddRevocation      certificates, OCSP answers, CRLs for later (store.go): B-LT
//	Verify             who signed, what, when, and what happened since (verify.go)
//
// Package pdf finishes every document that it writes. Finish takes its own output
// too and adds to it, so a document gets its attachments and fields afterwards, and
// what package pdf said of it is not said twice.
//
// # Revisions
//
// A signature is a revision appended to the file; no byte before it changes, so
// pdf[:end] is for ever what somebody signed. The fields are in the file from the
// beginning, with their widgets on their page: to sign replaces the field's own
// object and no other, which is what readers trust most when a second signature
// follows. There is no certification (DocMDP): it would have to come first, and says
// less than the log does.
//
// The table of offsets is a classical one, never a stream: of all that PDF allows,
// only what this package and gofpdf write is read (document.go). Encrypted files
// and compressed tables are Unsupported.
//
// The hole leaves out /Contents with its brackets and nothing else, 12 KiB of it.
// Where it lies the writer knows; no file is searched for placeholders.
//
// A box (pdf.WriteBox) is a file of one small page, which becomes the drawing of
// its field (graft.go): the fonts come with it, so that ñ and saltillo are right and
// everything stays embedded.
//
// # CMS
//
// Written by hand with cryptobyte: SignedData of one signer; signed attributes are
// exactly contentType, messageDigest and signingCertificateV2, so that a browser can
// check all of what its key is asked to sign; RSA PKCS#1 v1.5 of 2048 bits and more
// or ECDSA on P-256 and larger, with SHA-256; the signer's certificate and its
// issuers, not the root; the time stamp as the one unsigned attribute. The hour that
// is claimed stands in the dictionary (/M), as PAdES has it.
//
// The private key is a crypto.Signer, so that it may live in a hardware module. The
// result is verified before it is used.
//
// # Time stamps
//
// An RFC 3161 client (stamp.go) believes an answer only when imprint, nonce,
// signature, purpose (timeStamping alone, critical) and chain to its own roots are
// right, within five seconds. An authority that is away must not keep anybody from
// filing: the error is a *Error with a Stamp reason, the caller seals without it
// and stamps the document later.
//
// # What the verifier demands
//
//	range      from the first byte to the end of a whole revision, but the
//	           /Contents of this very dictionary, byte for byte
//	CMS        DER, zeros alone after it; one signer; no attribute twice; content
//	           type and digest as signed; the certificate's hash among what is signed
//	           (without it any certificate of the same key would do); algorithms of a
//	           short list and of the key's kind
//	chain      to the caller's pools, never the system's, at the signature's own stamp;
//	           else when the caller says it was (the log); else at a late stamp; else
//	           at the hour claimed
//	after it   only what signing does (changes.go): an empty field filled, a stamp of
//	           no size added, evidence kept. Anything else is Changed, even when a
//	           valid signature covers it: who signs last could otherwise replace the
//	           page that was signed first. It must be revisions as programs write them
//	           and nothing between: a reader that mends files by itself would show what
//	           no table names. Bytes after the last revision are Appended.
//
// A CMS has parts that nobody signs: turning the case of a hexadecimal digit leaves a
// signature valid. That two files are the same is told by their hash in the log and
// not by "valid".
//
// # Hostile files
//
// Anybody may upload one. A file has at most MaxSize bytes, 50,000 objects, 64
// revisions, 16 signatures, values 64 deep; a dictionary with a key twice is
// refused, since readers would choose differently; each table must stand before the
// one that names it; and all reading draws on one budget of work, eight times the
// file's length and 32 MiB at most, so that no knot of references takes longer:
// blanks and comments count, and a value counts for the memory that it takes. What
// is packed is unpacked up to a bound. Keys above 8192 bits, or with an exponent
// above 65537, are not verified with. Tests spoil files by the thousand and turn
// bits; fuzz targets begin with small seeds.
//
// # PDF/A
//
// The files have the structure of PDF/A-3b. No validator of part 3 has seen them:
// PDFBox, which knows part 1 alone, finds the same files without attachment and
// with that part's number valid, signed or not. It is not PDF/UA: gofpdf writes no
// tags.
package sign
