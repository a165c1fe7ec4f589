// Package backup makes copies of an installation, opens them, and keeps as many as were
// asked for.
//
// A copy is FILE, the store as it was at one moment, and FILE.evidence, the sealed files
// that complaints have. Both have other names until they were opened with the key and
// every record, seal and index of them was checked: what is called .db in the folder is
// sound. The name and the times of a copy tell its day and no more, as those of the files
// of complaints do: when a copy was made says what is not in it yet.
//
// Copies that somebody asks for (Make) stay for good. Those of every day (Run) have
// names of their own; the old ones go only after a newer one was found sound, and
// nothing else in the folder is ever touched. A day that was missed, since nothing ran
// or the disk was away, is made up for when it can be, and a failure is written down for
// the pages until one succeeds.
package backup
