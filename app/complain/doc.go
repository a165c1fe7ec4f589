// Package complain receives complaints (denuncias) and lets those who sent them follow
// them, so that nobody but who was meant to can read one or learn who sent it. What
// the ciphers promise is in package vault, what a file may be in package evidence;
// here is who gets a key, what is kept, and for how long.
//
// # From the first page to the folio
//
// A complaint begins as a draft (draft.go). A pair of keys for the case and one for
// the identity are drawn at once; their private halves, and all that is answered, are
// sealed under a secret that only the browser has (Ticket), and files are sealed to
// the public halves as they come. A draft whose cookie is lost can be opened by
// nobody, and is swept within a day.
//
// To send (send.go) is to wrap the two private halves for those who may open them
// (readers.go), to lock a mailbox under a follow-up key that only the sender gets, and
// to keep it all in one transaction with the end of the draft. The draft then holds
// the follow-up key, under the same secret, until it was confirmed: whoever lost the
// answer on a bad line asks again and gets the same.
//
//	Readers   who would be able to open it, as it is shown before anything is sent
//	Begin, Draft, Save, AddFile, RemoveFile, Send, Confirm, Discard   in a browser
//	Receive   the same in one call, for the desk, the telephone and paper
//
// # Afterwards
//
// Who has the key enters with it (visit.go) and gets a token, sealed under a key that
// lives as long as the process: the store knows nothing of visits.
//
//	Enter, Look, Write, AddEvidence, Reveal, Proof
//
// # For the office
//
// A case grows by parts (part.go). Append seals to the case, and to the mailbox what
// its sender may read; Happened keeps an event that she can prove. Both run in the
// caller's transaction and need no private key. Whoever holds a wrap opens a case with
// OpenCase, and then its parts and files with Case.
//
// # Keys
//
// An official makes her own key (keys_official.go), which her password opens for one
// session (keys_session.go), and a colleague vouches for it before anything is wrapped
// to it: whoever makes accounts cannot make one that reads what comes in. After a
// complaint was sent, a wrap comes in one way, Give (keys_wraps.go), whoever asks for it:
// assignment, hand-over (keys_handover.go) or two holders of the escrow
// (escrow_keeper.go, escrow_recover.go). Roles that do not allow what somebody holds are
// refused, so that nobody loses a case by them.
//
// Who sent a complaint, and originals, are opened for a reason alone, and that is written
// down in the same transaction (identity_open.go). They are erased early, and files late
// and by two (retention_erase.go, retention_delete.go; docs/decisions/0018).
//
// # Rules
//
//   - Nothing is kept, logged or said that tells an address, a program, an hour or a
//     number of complaints.
//   - A list of cases is made from the wraps that its reader holds
//     (storage.ComplaintsOf), never filtered from a list of all.
//   - A complaint is never refused for what it lacks. A file may be; the text is kept.
//   - When nobody could open it, it is not taken, and the page says where else to go.
package complain
