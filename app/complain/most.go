package complain

import (
	"unicode/utf8"

	"declara/app/errs"
	"declara/storage"
)

// How much one complaint may carry. Each of these is far above what anybody writes, and
// says how to go on. They are there for who fills the disk: whoever does not mind what she
// sends would otherwise leave gigabytes with one key.
const (
	// MaxText is the most characters of What; the page says so and cuts nothing.
	MaxText = 60_000

	maxPlace    = 4_000   // of When and Where
	maxIdentity = 2_000   // of a name and where to call
	maxPosts    = 50      // messages that the office did not answer
	maxPosted   = 1 << 20 // and bytes of them, sealed
	maxNames    = 12      // times that a name is given later
)

// errTextLong says that a text is too long to be sent, though it is kept.
var errTextLong = errs.New(errs.Invalid, "complain.error.long")

// tooLong is what is wrong with the length of what was answered.
func (a *Answers) tooLong() error {
	switch n := utf8.RuneCountInString; {
	case n(a.What) > MaxText, n(a.When)+n(a.Where) > maxPlace:
		return errTextLong
	case n(a.Name)+n(a.Contact) > maxIdentity:
		return errs.New(errs.Invalid, "complain.error.name.long")
	}
	return nil
}

// unanswered refuses one more message of who complained, when those since the last of the
// office are many.
func unanswered(parts []storage.ComplaintPart) error {
	n, size := 0, 0
	for _, p := range parts {
		switch {
		case p.Kind != storage.PartMessage:
		case p.From == storage.FromOffice:
			n, size = 0, 0
		default:
			n, size = n+1, size+len(p.Sealed)
		}
	}
	if n >= maxPosts || size > maxPosted {
		return errs.New(errs.TooMany, "complain.error.posts")
	}
	return nil
}

// named refuses one more name.
func named(parts []storage.ComplaintPart) error {
	n := 0
	for _, p := range parts {
		if p.Kind == storage.PartIdentity {
			n++
		}
	}
	if n > maxNames {
		return errs.New(errs.TooMany, "complain.error.names")
	}
	return nil
}

// The disk is everybody's: who declares needs it as well, and so does the text of the next
// who complains. So files are taken only while so much of it is free.
const (
	spareBytes = 1 << 30
	sparePart  = 20 // or one in so many of all, when that is less
)

var errDisk = errs.New(errs.TooMany, "complain.error.disk")

// spare says whether a file of so many bytes may be put on the disk, which it goes to
// twice. A disk that does not tell takes it.
func (s *Service) spare(bytes int) error {
	free, all, err := s.free()
	if err == nil && free-2*int64(bytes) < min(spareBytes, all/sparePart) {
		return errDisk
	}
	return nil
}
