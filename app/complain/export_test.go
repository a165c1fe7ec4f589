package complain

import (
	"declara/app/complain/evidence"
	"declara/storage"
)

// Cleaner puts another cleaner of files in the place of evidence.Clean, which panics for
// no file that is known.
func (s *Service) Cleaner(fn func(evidence.Kind, []byte) (evidence.Working, error)) { s.cleaner = fn }

// EraseIdentity erases that of a complaint which somebody found to be due before this
// transaction.
func (s *Service) EraseIdentity(tx *storage.Txn, id string) (names []string, erased bool, err error) {
	return s.eraseIdentity(tx, id)
}

// FileName is the name of a file as it may be shown.
func FileName(name string) string { return fileName(name) }

// Terms are the days from which a file may be deleted and an identity is erased.
func Terms(c *storage.Complaint) (file, identity string) { return fileUntil(c), identityUntil(c, 0) }

// Room makes the room for the files of drafts another.
func (s *Service) Room(bytes int64) { s.room = bytes }

// Texts makes the room for what else drafts have another.
func (s *Service) Texts(bytes int64) { s.texts = bytes }

// Disk makes the disk say that so much of it is free.
func (s *Service) Disk(free, all int64) {
	s.free = func() (int64, int64, error) { return free, all, nil }
}

// Whole is the names of what is turned to another authority.
func (o *Office) Whole(h Hand, c *storage.Complaint, parts []storage.ComplaintPart) (names []string, err error) {
	all, err := o.whole(h, c, parts)
	for _, e := range all {
		names = append(names, e.name)
	}
	return names, err
}
