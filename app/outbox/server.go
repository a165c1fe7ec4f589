package outbox

import "declara/storage"

// Server tells an administrator that the server wants looking after: a disk is nearly
// full, or copies fail. What it is stands on the page.
func (w *Writer) Server(tx *storage.Txn, to, lang string) error {
	return w.write(tx, "", to, lang, "server", "/ajustes/respaldo")
}
