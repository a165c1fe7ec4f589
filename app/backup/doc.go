// Package backup makes copies of an installation, opens them, and keeps as many as were
// asked for.
//
// A folder of copies has, of each copy, FILE.db, the store as it was at one moment, and
// FILE.db.sha256, its list: the sums of the store and of the sealed files of complaints
// that the store names, as sha256sum -c reads them. The files themselves lie once for all
// copies in the folder declara-evidencia (pool.go): they never change, so that thirty
// copies cost them once. A copy has another name until it was opened with the key, every
// record, seal and index of it was checked, and every file that it names was read and has
// the sum that its record has: what is called .db in the folder is sound. A file that
// was damaged in the folder is replaced by that of the installation, if that one is
// whole. The name and the times of a copy tell its day and no more, as those of the files
// of complaints do: when a copy was made says what is not in it yet.
//
// Copies that somebody asks for (Make) stay. Those of every day (Run) have names of their
// own; the old ones go only after a newer one was found sound. A file goes from the
// folder with the last copy that names it. What was deleted for good in the installation
// goes from the copies of its folder some time later (afterErased), whoever asked for
// them: a copy lives on for a disk that broke, and not to keep what the law had deleted.
// Nothing else in the folder is ever touched. A day that was missed, since nothing ran
// or the disk was away, is made up for when it can be, and a failure is written down for
// the pages until one succeeds.
//
// To carry one away there is a single file (carry.go): a tar with the store, the files
// and their sums.
package backup
