package sign

// Reason says in one word why something is refused or doubtful. Words for people
// are the caller's: each value is the last part of a key of words.
type Reason string

// An empty Reason is none.
const (
	// Of a file that cannot be read, or that changed.
	NotPDF      Reason = "not_pdf"     // no PDF at all
	Damaged     Reason = "damaged"     // a PDF that is cut or contradicts itself
	Unsupported Reason = "unsupported" // a shape that this reader leaves alone: encrypted, compressed table
	TooLarge    Reason = "too_large"   // above a bound of size, depth, objects or work
	NoSignature Reason = "no_signature"
	Appended    Reason = "appended" // bytes follow the end of the last revision
	Changed     Reason = "changed"  // a revision after a signature changes the document

	// Of a signature in a file.
	BadRange  Reason = "bad_range"  // the signed ranges are not all but the signature itself
	BadDigest Reason = "bad_digest" // the signed bytes are others now
	BadFormat Reason = "bad_format" // the signature cannot be read, or has another profile
	BadKey    Reason = "bad_key"    // kind or size of key, or algorithm, that is not accepted
	BadSigner Reason = "bad_signer" // the certificate is absent or is not the one that was signed with
	BadValue  Reason = "bad_value"  // the signature is not of that certificate's key

	// Of time stamps.
	StampUnreachable Reason = "stamp_unreachable" // no answer, or none in time
	StampRefused     Reason = "stamp_refused"     // the authority said no
	StampFormat      Reason = "stamp_format"      // the answer cannot be read
	StampImprint     Reason = "stamp_imprint"     // it stamps something else
	StampNonce       Reason = "stamp_nonce"       // it answers another question
	StampSigner      Reason = "stamp_signer"      // its certificate may not stamp, or is not of the roots
	StampValue       Reason = "stamp_value"       // its signature is wrong
	StampTime        Reason = "stamp_time"        // its time is not near the clock

	// Of making signatures.
	NoField   Reason = "no_field"   // no empty signature field of that name
	BadBox    Reason = "bad_box"    // the appearance is not a page of gofpdf
	TooLong   Reason = "too_long"   // the signature is larger than the room kept
	NotOurs   Reason = "not_ours"   // not a file of the generator
	NoRoom    Reason = "no_room"    // the page of a field does not exist
	NameTaken Reason = "name_taken" // two fields or files of one name
)

// Error is an error of this package: why, and what lay below. Its text carries
// nothing of a document.
type Error struct {
	Why Reason
	Err error // may be nil
}

func (e *Error) Error() string {
	if e.Err != nil {
		return "sign: " + string(e.Why) + ": " + e.Err.Error()
	}
	return "sign: " + string(e.Why)
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, &Error{Why: r}) ask for the reason alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Why == e.Why && t.Err == nil
}

func fail(why Reason) error { return &Error{Why: why} }
