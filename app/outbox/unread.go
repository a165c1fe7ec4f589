package outbox

import "declara/storage"

// Unread tells somebody of the office that there are complaints that nobody has read.
// Its words are fixed: neither which, nor how many, nor when they came.
func (w *Writer) Unread(tx *storage.Txn, to, lang string) error {
	return w.write(tx, "", to, lang, "unread", "/contraloria/casos")
}
