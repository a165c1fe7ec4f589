// Package sign finishes, signs, stamps and verifies PDF files: PAdES on the files
// of package pdf. Everything here is a function on bytes; nothing of ours is
// imported, no clock is read and no prose is written: what went wrong is a Reason.
package sign
