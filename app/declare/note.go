package declare

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"declara/forms"
	"declara/storage"
)

// maxNote bounds a nota aclaratoria, in characters.
const maxNote = 4000

// AddNote seals a nota aclaratoria on a filing: the only way to correct one. It is
// the person's own, never public, and like a filing it is never edited or deleted.
// section is the key that it speaks of, or "" for the whole. envio makes sending
// it three times add one.
func (s *Service) AddNote(ctx context.Context, who Who, id, section, text, envio string) (storage.Note, error) {
	text = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\uFFFD"))
	if n := utf8.RuneCountInString(text); n == 0 || n > maxNote || controls(text) {
		return storage.Note{}, errNoteText
	}
	var out storage.Note
	err := s.update(ctx, who, func(t *txn) error {
		if _, err := t.sealed(id, clarify); err != nil {
			return err
		}
		f, err := t.mine(id)
		if err != nil {
			return err
		}
		if section != "" {
			if doc, err := t.document(id); err != nil {
				return err
			} else if doc.Form.Section(section) == nil {
				return errSection
			}
		}
		mark := NewItem(envio, forms.Path(f.ID))
		notes, err := t.NotesOf(f.ID)
		if err != nil {
			return fmt.Errorf("declare: notes: %w", err)
		}
		for _, n := range notes {
			if strings.HasSuffix(n.ID, mark) {
				out = n
				return nil
			}
		}
		out = storage.Note{
			ID:     storage.NewID(t.now)[:10] + "-" + mark, // in the order of time, and the same for one envio
			Filing: f.ID, Section: section, Text: text,
			Filed: t.now.UTC().Truncate(time.Second),
		}
		return t.PutNote(&out)
	})
	return out, err
}

// controls reports whether a text has characters that no person types: controls
// other than line ends and tabs, and those that turn the direction of writing.
func controls(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r == 0x7f ||
			'\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
	})
}
