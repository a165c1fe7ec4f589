package storage

import "time"

// PutMail keeps a message that waits, or what became of it.
func (t *Txn) PutMail(m Mail) error {
	if !name(m.ID) {
		return ErrNotFound
	}
	return t.putSealed(t.key(kindMail, m.ID), m)
}

// Mail is the message with that id.
func (t *Txn) Mail(id string) (m Mail, err error) {
	if !name(id) {
		return m, ErrNotFound
	}
	return m, t.getSealed(t.key(kindMail, id), &m)
}

// Mails calls fn with every message, oldest first.
func (t *Txn) Mails(fn func(Mail) error) error { return each(t, kindMail, fn) }

// DueMail are up to limit messages that are to be sent at that time.
func (t *Txn) DueMail(now time.Time, limit int) (due []Mail, err error) {
	err = t.Mails(func(m Mail) error {
		if len(due) < limit && !m.Dead && m.Sent.IsZero() && !m.Next.After(now) {
			due = append(due, m)
		}
		return nil
	})
	return due, err
}

// DeleteMail forgets a message.
func (t *Txn) DeleteMail(id string) error {
	if !name(id) {
		return nil
	}
	return t.tx.Delete(t.key(kindMail, id))
}
