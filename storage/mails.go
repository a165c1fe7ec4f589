package storage

import "time"

// Mail reads a message of the outbox.
func (x *Txn) Mail(id string) (Mail, error) { return get[Mail](x, kMail, id) }

// PutMail queues a message in the transaction that causes it, or writes down how
// sending went. One that is neither Sent nor Dead is due from Next on.
func (x *Txn) PutMail(m Mail) error {
	old, err := x.Mail(m.ID)
	if err != nil && !absent(err) {
		return err
	}
	was, is := due(&old), due(&m)
	if was != is && was != "" {
		if err := x.drop(kMailDue, was, m.ID); err != nil {
			return err
		}
	}
	if was != is && is != "" {
		if err := x.putBytes([]byte(m.ID), kMailDue, is, m.ID); err != nil {
			return err
		}
	}
	return put(x, m, kMail, m.ID)
}

// due is when a message is to be sent, as a part of a key; "" when it is not.
func due(m *Mail) string {
	if m.ID == "" || m.Dead || !m.Sent.IsZero() {
		return ""
	}
	return instant(m.Next)
}

// instant is a time to the millisecond as a number of a key; before 1970 is 0.
func instant(t time.Time) string { return number(uint64(max(0, t.UnixMilli()))) }

// DueMail reads at most limit messages that are due, the longest due first.
func (x *Txn) DueMail(now time.Time, limit int) ([]Mail, error) {
	var ids []string
	to := instant(now)
	if err := x.scan(kMailDue, func(key string, id []byte) error {
		if _, _, parts, _ := parse(key); parts[0] > to || len(ids) == limit {
			return errStop
		}
		ids = append(ids, string(id))
		return nil
	}); err != nil {
		return nil, err
	}
	var all []Mail
	for _, id := range ids {
		m, err := x.Mail(id)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// Mails calls fn with every message in order of ids. An error of fn ends it. fn must
// not write.
func (x *Txn) Mails(fn func(Mail) error) error { return each(x, kMail, fn) }

// DeleteMail forgets a message; one that is not there is no error.
func (x *Txn) DeleteMail(id string) error {
	m, err := x.Mail(id)
	if absent(err) {
		return nil
	} else if err != nil {
		return err
	}
	if at := due(&m); at != "" {
		if err := x.drop(kMailDue, at, id); err != nil {
			return err
		}
	}
	return x.drop(kMail, id)
}

// SweepMail forgets at most limit messages that were sent, or given up, and were
// made before a time, and tells how many.
func (x *Txn) SweepMail(before time.Time, limit int) (int, error) {
	return sweep(x, kMail, limit, func(m Mail) bool { return due(&m) == "" && m.Created.Before(before) }, x.DeleteMail)
}
