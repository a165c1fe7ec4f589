package storage

import "errors"

// Draft is the draft with that id. Whose it is, the caller checks.
func (t *Txn) Draft(id string) (d Draft, err error) {
	if !name(id) {
		return d, ErrNotFound
	}
	return d, t.getSealed(t.key(kindDraft, id), &d)
}

// DraftsOf are the open drafts of a person, oldest first.
func (t *Txn) DraftsOf(person string) (all []Draft, err error) {
	if !name(person) {
		return nil, nil
	}
	var ids []string
	if err := t.scan(func(id string, _ []byte) error {
		ids = append(ids, id)
		return nil
	}, kindDraftOf, person); err != nil {
		return nil, err
	}
	for _, id := range ids {
		d, err := t.Draft(id)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// PutDraft keeps a draft after a change of one section, which the caller read at
// that version, and returns the section's new version. It is ErrConflict when
// the section has changed since, and when the person has another open draft of
// the same type, year and event. An empty section names no section and is never
// stale.
func (t *Txn) PutDraft(d Draft, section string, version int) (int, error) {
	if !name(d.ID) || !name(d.Person) {
		return 0, ErrNotFound
	}
	old, err := t.Draft(d.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		if err := t.onlyDraft(d); err != nil {
			return 0, err
		}
	case err != nil:
		return 0, err
	case section != "" && old.Versions[section] != version:
		return old.Versions[section], ErrConflict
	}
	if d.Versions == nil {
		d.Versions = map[string]int{}
	}
	if section != "" {
		d.Versions[section] = version + 1
	}
	if err := t.tx.Put(t.key(kindDraftOf, d.Person, d.ID), []byte{}); err != nil {
		return 0, err
	}
	return version + 1, t.putSealed(t.key(kindDraft, d.ID), d)
}

// onlyDraft refuses a second open draft of one duty.
func (t *Txn) onlyDraft(d Draft) error {
	others, err := t.DraftsOf(d.Person)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.Draft.Type == d.Draft.Type && o.Draft.Year == d.Draft.Year && o.Draft.Event == d.Draft.Event && o.Interest == d.Interest {
			return ErrConflict
		}
	}
	return nil
}

// DeleteDraft removes a draft that its person gives up or that was filed.
func (t *Txn) DeleteDraft(id string) error {
	d, err := t.Draft(id)
	if err != nil {
		return err
	}
	if err := t.tx.Delete(t.key(kindDraftOf, d.Person, id)); err != nil {
		return err
	}
	return t.tx.Delete(t.key(kindDraft, id))
}
