// Package ledger shows the log to the world: its signed state, its entries and proofs,
// proof files, and what the witnesses are told. The log itself is a part of the store
// (storage/tree.go), written with what it tells of; this package only reads it, and
// signs.
//
// # Signed state
//
// A checkpoint is the C2SP text (origin, size, root), signed as a note of
// golang.org/x/mod/sumdb/note with Ed25519. The key is made from the master key, so
// that it is there from the first start and lives as long as the installation. The
// origin is named after the key and not after the address of the site, which may
// change, and must not be changed for it: "declara/log/" and 16 digits of the hash of
// the key. Signing is deterministic: one size has one text.
//
// # Witnesses
//
// A log that nobody else has seen proves nothing: who has the server and the keys could
// write it anew. So once a day, when the day has ended where the institution is, the
// state is signed, kept, mailed to whoever wants to be a witness, and appended to a
// file in a folder that others can read. If there is a time stamp authority, it stamps
// the checkpoint: one stamp proves when every filing of the day was there, through its
// inclusion proof. The record of the day is written in the transaction that queues the
// letters: nobody is told twice, or told without a record. File and stamp come after
// it and are tried again until they are done; the file is never given a day twice.
//
// # What may be known
//
// Everything here is public but salts. A proof file has the salt of a private hash only
// for who shows that she has the hash, or is signed in as the declarant.
package ledger

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/mod/sumdb/note"

	"declara/app/ledger/proof"
	"declara/storage"
)

// Letter is what the witnesses are told of a day.
type Letter struct {
	To         []string
	Day        string // yyyy-mm-dd
	Size       uint64
	Checkpoint string
}

// Post queues a letter in the transaction that causes it.
type Post func(*storage.Txn, Letter) error

// Stamp asks the time stamp authority to stamp a digest. No authority is nil, nil.
type Stamp func(ctx context.Context, tenant string, digest [sha256.Size]byte) (token []byte, err error)

// Service reads and signs the log. It is safe for concurrent use.
type Service struct {
	db     *storage.DB
	now    func() time.Time
	log    *slog.Logger
	post   Post
	stamp  Stamp
	holder string
}

// New makes the service. post and stamp may be nil: then nobody is told, or nothing
// stamped. holder names this process among those that share the store.
func New(db *storage.DB, now func() time.Time, log *slog.Logger, holder string, post Post, stamp Stamp) *Service {
	if post == nil {
		post = func(*storage.Txn, Letter) error { return nil }
	}
	if stamp == nil {
		stamp = func(context.Context, string, [sha256.Size]byte) ([]byte, error) { return nil, nil }
	}
	return &Service{db: db, now: now, log: log, post: post, stamp: stamp, holder: holder}
}

// signer signs the checkpoints of a tenant.
type signer struct {
	key    ed25519.PrivateKey
	public string // verifier key, as note writes it
	note.Verifier
}

func (s *Service) signer(tenant string) (signer, error) {
	key := ed25519.NewKeyFromSeed(s.db.Keys().Sub("log/" + tenant))
	public := key.Public().(ed25519.PublicKey)
	sum := sha256.Sum256(public)
	text, err := note.NewEd25519VerifierKey("declara/log/"+hex.EncodeToString(sum[:8]), public)
	if err != nil {
		return signer{}, fmt.Errorf("ledger: key: %w", err)
	}
	v, err := note.NewVerifier(text)
	if err != nil {
		return signer{}, fmt.Errorf("ledger: key: %w", err)
	}
	return signer{key, text, v}, nil
}

// Sign is the signature of a note's text.
func (k signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(k.key, msg), nil }

// checkpoint signs a state of the log.
func (k signer) checkpoint(t storage.Tree) (string, error) {
	text, err := note.Sign(&note.Note{Text: proof.Text(k.Name(), t)}, k)
	if err != nil {
		return "", fmt.Errorf("ledger: sign: %w", err)
	}
	return string(text), nil
}

// Key is the key that checks the log of a tenant, in the form of package note.
func (s *Service) Key(tenant string) (string, error) {
	k, err := s.signer(tenant)
	return k.public, err
}

// Checkpoint is the signed state of the log now.
func (s *Service) Checkpoint(ctx context.Context, tenant string) (text string, t storage.Tree, err error) {
	k, err := s.signer(tenant)
	if err != nil {
		return "", t, err
	}
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		t, err = tx.Tree()
		return err
	}); err != nil {
		return "", t, err
	}
	text, err = k.checkpoint(t)
	return text, t, err
}
