package storage

// Session reads the session whose cookie has that SHA-256, in hex: ErrNotFound when
// it ended.
func (x *Txn) Session(hash string) (Session, error) { return get[Session](x, kSession, hash) }

// PutSession begins or changes a session. Its user stays the same: ErrConflict
// otherwise.
func (x *Txn) PutSession(hash string, s Session) error {
	old, err := x.Session(hash)
	switch {
	case absent(err):
		if err := x.putBytes([]byte(hash), kSessionUser, s.User, hash); err != nil {
			return err
		}
	case err != nil:
		return err
	case old.User != s.User:
		return ErrConflict
	}
	return put(x, s, kSession, hash)
}

// DeleteSession ends a session; one that is over is no error.
func (x *Txn) DeleteSession(hash string) error {
	s, err := x.Session(hash)
	if absent(err) {
		return nil
	} else if err != nil {
		return err
	}
	if err := x.drop(kSessionUser, s.User, hash); err != nil {
		return err
	}
	return x.drop(kSession, hash)
}

// EndSessionsOf ends the sessions of a user, but the one with the hash except:
// after a change of password. It reads those of the user alone.
func (x *Txn) EndSessionsOf(user, except string) error {
	var gone []string
	if err := x.scan(kSessionUser, func(_ string, hash []byte) error {
		if string(hash) != except {
			gone = append(gone, string(hash))
		}
		return nil
	}, user); err != nil {
		return err
	}
	return x.endSessions(gone)
}

// EndSessions ends every session that doomed says; it reads them all.
func (x *Txn) EndSessions(doomed func(hash string, s Session) bool) error {
	var gone []string
	if err := x.scan(kSession, func(key string, raw []byte) error {
		var s Session
		if err := decode(x, kSession, key, raw, &s); err != nil {
			return err
		}
		if hash := last(key); doomed(hash, s) {
			gone = append(gone, hash)
		}
		return nil
	}); err != nil {
		return err
	}
	return x.endSessions(gone)
}

func (x *Txn) endSessions(hashes []string) error {
	for _, hash := range hashes {
		if err := x.DeleteSession(hash); err != nil {
			return err
		}
	}
	return nil
}
