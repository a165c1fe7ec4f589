package outbox

import "declara/storage"

// Ends tells somebody of the office that a reader of the API ends after a day
// (yyyy-mm-dd), or has ended. It names no reader: path leads to it.
func (w *Writer) Ends(tx *storage.Txn, to, lang, path, day string, over bool) error {
	kind := "ends"
	if over {
		kind = "ended"
	}
	return w.write(tx, "", to, lang, kind, path, w.words.Printer(lang).Day(day))
}
