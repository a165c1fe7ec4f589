// Package bolt keeps the records in one file, with bbolt: the engine of a public
// body that runs declara on one machine. It alone imports bbolt.
//
// All keys are in one bucket. One transaction writes at a time and readers never
// wait for it; a transaction that was kept has been synced to the disk. The file
// belongs to one process, and must not lie on a network file system.
//
// # How the file is opened, and why
//
//   - Timeout of 1 s. Without one, a second process would wait for the lock for ever;
//     with it, it says who may hold it.
//   - 16 GiB of address space. While a file outgrows its mapping, everybody waits
//     for the slowest reader: 3.0 s was measured with a reader held that long. It is
//     address space, not memory, and up to that size no one waits (TestSlowReader).
//   - FreelistType map, and the freelist synced: opening stays at a third of a
//     millisecond, where without it every start reads the whole file.
//   - MaxSize of 64 GiB: a defect fills a file, and not the disk. A body that needs
//     more needs storage/postgres.
//   - Mode 0600, made aside and linked under its name when it is whole, so that a
//     crash at the very first start leaves nothing that will not open.
//
// # Writers
//
// A sync takes most of a small write, and many writes can share one (group.go). A
// lone writer commits at once. Whoever comes while another writes waits, and those
// who wait are committed together by the first of them, who lingers while those come
// whose last write just ended, some milliseconds at most. bbolt's own Batch starts a
// timer with each first writer instead: a lone filing takes it 4 to 7 ms, and here 2
// to 3 ms.
// With 8 writers both share, with 64 the work between the commits decides. Numbers:
// app/docs/decisions/0003. A function that fails among others is run again alone,
// so that its error is its own; as with any engine, it may run more than once.
//
// # Looking after it
//
// Check reads every page. Backup copies one moment of the store beside readers and
// writers, and checks the copy; Restore checks it again; neither replaces a file.
// Files never shrink by themselves, and keep what was deleted in pages that are not
// used any more: Compact rewrites one, while it is open or while nobody has it. A
// backup holds no key: whoever restores it needs the key file too.
package bolt
