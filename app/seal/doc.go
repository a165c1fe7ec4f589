// Package seal makes the papers of a filing provable by a stranger: it holds the
// institution's seal, makes, seals and keeps the PDFs, and verifies the ones that
// people bring.
//
// # The seal
//
// An institution without a seal gets one when it is first needed: an authority of
// its own and a P-256 certificate under it, whose keys are sealed at rest (storage).
// An administrator may bring another (bring.go) or change it. What was used once
// stays on record with its time, so that what it sealed is verified for ever. A seal
// that ran out is replaced by one of our own: papers are never without.
//
// # Papers
//
// A paper is drawn by package pdf, finished with the filed JSON attached, sealed,
// stamped where a time stamp authority is configured, and kept; from then on it is
// those bytes, whatever the institution is called, whichever seal it has and
// however newer the program is. Papers are always in Spanish. A Worker makes them
// soon after the filing; a download makes what is not there yet (paper.go). A filing
// never waits for any of it.
//
// The time stamp is asked for before the paper is kept, once, and for a few seconds
// at most: afterwards the bytes cannot change. When the authority does not answer,
// the paper is kept with the seal alone and its certain date comes from the log,
// whose checkpoint is stamped every day (docs/decisions/0014).
//
// The address that a paper's code leads to is the configured one and never what a
// request says, since whoever asks first would choose it for ever.
//
// # Verification
//
// Inspect (inspect.go) reads a file that anybody brought: who signed it, whether it
// is as it was, and whether the log has this very file or the declaration that is
// attached to it. Sentences (sentences.go) turn that into words, the same on the
// page and in the terminal. What is brought is never kept.
package seal
