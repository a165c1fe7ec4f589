// Package storage keeps the records of declara: the roster, drafts, filings with
// their documents, and what runs beside them, for one or many public bodies.
//
// It has two floors. Below, a Store runs serializable transactions over ordered
// keys; engines are small and know nothing of declarations (storage/bolt,
// storage/postgres), and storage/storagetest says what an engine must do. Above,
// DB and Txn are the records, written once for every engine: services see only
// these. app/docs/decisions/0003 tells why not SQL tables or an interface a kind.
//
//	err := db.Update(ctx, tenant, func(tx *storage.Txn) error {
//		d, err := tx.Draft(id)
//		…
//		_, err = tx.PutDraft(d, "ingresos", version)
//		return err
//	})
//
// # Rules that everybody may lean on
//
//   - A transaction is all or nothing, and serializable: what it read still holds
//     when it is kept. When Update returns nil, it is on the disk.
//   - The function of a transaction may run more than once (shared commits, retries).
//     It has no effect but through the Txn, starts from nothing each time, and the
//     first error of a method ends it: return it.
//   - A transaction touches one tenant, which stands first in every key. Anything
//     else is ErrTenant, in the records and again in the engines (Fence).
//   - An id from a client is looked up as it is. One that could not be an id finds
//     nothing; it never reaches another record.
//   - What is read is the caller's to keep, except in PublicDocuments.
//
// # What is sealed
//
// Everything but public documents and papers, index rows of the publication log, and
// the log, which holds hashes and commitments only (decision 6). A record is encrypted under a
// subkey of its kind, bound to its whole key, so that it opens nowhere else
// (seal.go). The master keys are in a file of their own (keyfile.go): whoever has
// the database alone, or a backup of it, learns how many records there are, which
// opaque ids belong together and when they were made, and what is public anyway.
// Logins, RFCs, form posts and throttled addresses are found by keyed hashes.
//
// # Filing
//
// FilePapers is one transaction (decision 7): both documents, the folio, a leaf of
// the log, the publication log with its index row, and the end of the draft; the
// caller puts the mail in the same one. There is no method that changes or removes a
// filing, a document, a note, a leaf or a trace (decision 8); the one thing about a
// filing that moves is whether the public may read it (Norma 20ª, reserve.go).
//
// Three sequences of a tenant have no gaps, because each is counted in the
// transaction that uses it: folios a year ("VE-2026-000123"), leaves, and changes of
// what is public. The entries of the audit trail are a chain, each with the hash of
// the one before.
//
// # The log
//
// Filings, notes, papers and readings by the office each put a leaf at the end of the
// log of the tenant, in their own transaction. The leaves are a Merkle tree (tree.go,
// decision record 0012), so that anybody can be shown, in a few hundred bytes, that a
// leaf is in it and that it only ever grew. It is public, so it names nobody, and what
// is private stands in it as a salted commitment (log.go). Who has the keys and
// rewrites the whole tree is found by comparing it with a checkpoint that others have:
// those are kept here too, but it is the witnesses who count (app/ledger).
//
// # Papers
//
// The sealed PDFs of a filing are made after it, once, and kept (papers.go): the
// first one stays, so that a download gives the same bytes for ever. A filing that
// lacks one is in a queue until all are there.
//
// # What the public reads
//
// A public document is one Get, of the bytes that were hashed. A reserve moves it,
// sealed, under another key, so that no reader can forget to ask. Whoever keeps an
// index in memory follows the publication log: PublicSeq costs one Get and tells
// whether there is anything new, PublicSince gives the changes with their rows, and
// a document that was reserved comes as gone. 100,000 rows of 250 bytes are read in
// 49 ms and a page of 200 documents of 20 KB is put together in 0.7 ms (measured on
// two shared cores). Rows are records of their own: packing them would rewrite a
// pack with every filing to save what is not missed.
//
// # Format
//
// The store has a format number. A newer version brings an older store up to date,
// one transaction a migration and tenant (migrate.go); an older version refuses a
// newer store. Processes that share a database are stopped before a new version
// with a new format is started.
//
// # Care
//
// Check reads everything and says, by kind and id, what does not fit. Backup copies
// the store beside readers and writers. Copies hold no key: without the key file
// they cannot be read, so it is kept too, elsewhere.
package storage
