// Package vault is the cryptography of complaints: who can read one, who cannot, and
// what a copy of the server gives away. It is the design as well as the code. It
// keeps nothing, writes nothing and knows nothing of the rest of declara; randomness
// is crypto/rand, and the ciphers are those of the standard library, of
// golang.org/x/crypto and of filippo.io/age. Nothing is invented but how they are put
// together. app/docs/decisions/0015 tells what was chosen against.
//
// # Promise
//
// What the page tells a person who is afraid must be true of this package: "Aunque
// alguien copie toda la base de datos y los respaldos, sin la contraseña de una
// persona autorizada no puede leer tu denuncia ni saber quién la envió."
//
// # Who attacks
//
//	the accused and friends   order a look, seize the server, ask for backups
//	who runs the machine      root, disk, backups, mail: often employed by the former
//	a curious official        has a session, and the keys of other cases
//	who finds a copy          a stolen disk, a lost backup
//	the next administration   inherits everything but passwords
//
// All of them may read whatever is kept: locks, envelopes, wraps and public keys, of
// every day there was a backup. In ten years some of them may have a quantum
// computer, and reprisals do not prescribe.
//
// # Keys
//
//	follow-up key ──Argon2id──HKDF──▶ tag (its SHA-256 is kept)
//	24 digits, on paper          └──▶ key ──▶ lock of K_mail, the mailbox's pair
//
//	password ───────Argon2id──HKDF──▶ key ──▶ lock ┐
//	recovery code, on paper ─Argon2id─ … ───▶ lock ┴▶ K_off, an official's pair
//
//	                 ┌ wrap to K_off of who may, minus who is excluded
//	K_case ──────────┤
//	per complaint    └ wrap to K_esc, or to two of the three holders
//	  └▶ facts, messages, notes, file names; identities of files ──▶ age files
//
//	K_id ────────────┬ wrap to K_off of who keeps identities, minus who is excluded
//	per complaint    └ escrow, likewise
//	  └▶ who sent it, and originals
//
//	K_esc ───────────── sealed to each pair of three holders, to one and then the other
//	per public body
//	holder's key ────── four printed rows
//
// A pair is an HPKE key pair (Private, Public). Because everything is sealed to a
// public key, a complaint, a message or a file comes in without any private key in
// memory. To assign, recuse or hand over is to make or delete one wrap; content is
// never sealed again.
//
// # How a private key leaves memory
//
// In six ways, and there is no method that returns one:
//
//  1. Recipients.Wrap, to persons and escrow; the only way to another's key
//  2. Key.Lock, the mailbox of a complaint
//  3. NewOfficial and what changes an Official
//  4. NewEscrow, the escrow's own
//  5. HolderKey.Paper, for the printer
//  6. Secret.SealPrivate, for a session, under what only a cookie holds
//
// # Exclusion
//
// The accused gets no key. That is not a filter on a list of complaints: Recipients is
// the only way to a wrap, and it cannot be built with an excluded person in it, by
// name or by key, whatever order or double she appears in. What is not wrapped is
// not readable by who queries the database, nor by a fault of a page. Lists of cases
// are to be made from wraps held.
//
// # Formats
//
// All begin with "dv", a version and a kind, and are described where they are made:
// envelopes (envelope.go), locks (kdf.go), secrets (secret.go), officials
// (official.go), the escrow (escrow.go); files are age's, with padding (file.go);
// printed are the follow-up key (key.go), the recovery code (code.go) and the
// holder's key (holder.go). Version 1 is HPKE of RFC 9180 in base mode with
// MLKEM768-X25519, HKDF-SHA256 and ChaCha20-Poly1305; Argon2id; XChaCha20-Poly1305.
// There is nothing to negotiate: another suite would be version 2. testdata has one
// of each, which every later version must open.
//
// Everything is bound to its Context, kind and recipient. An envelope that somebody
// with access to the database moves to another case does not open there. Texts are
// padded to steps of 4 KiB and files to 64 KiB.
//
// # Guesses
//
// A derivation costs a quarter of a second and 64 MiB, of which two run at once in
// the process, however many wait. Who has a copy pays the same for each guess and
// each case: salts are per lock. A mistyped key is found by its check digit before
// that. A wrong key and an unknown one take the same path (Decoy), and so the same
// time, as long as all locks have the same price: after a rise, the old ones are
// quicker until they are made anew.
//
// # What is not protected
//
//   - Who changes the running program, or reads its memory, reads complaints as they
//     come in and keys while a session lasts. Nothing on a server can prevent it.
//   - An envelope does not say who sealed it. Who can write to the database can put
//     an invented text into a case, delete one, or put back an older one, and can
//     put a public key of his in the place of an official's before a complaint comes
//     in. Against the former there are the signed receipt and the log; against the
//     latter the fingerprints on paper, which officials compare.
//   - A password that was changed still opens the copies in old backups. Whose
//     password may have been seen needs a new pair, and her cases rewrapped.
//   - Who was excluded after she had a wrap may have read, and kept, what it opens.
//   - Two holders who collude read everything. That is what two of three means.
//   - A complaint may be recognisable by what it tells. Sizes in steps, the number of
//     envelopes, and the day they came are visible.
//   - Go has no memory that is certain to be wiped. Seeds and derived keys are
//     overwritten; copies inside libraries are left to the collector. Swap is to be
//     off, as for anything of this kind.
//   - An authority with a classic age recipient gets a file that a quantum computer
//     opens (Authority.Quantum).
package vault
