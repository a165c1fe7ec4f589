package storage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"declara/forms"
)

// Draft reads a declaration that is being filled in.
func (x *Txn) Draft(id string) (Draft, error) { return get[Draft](x, kDraft, id) }

// DraftsOf reads the drafts of an official, oldest first.
func (x *Txn) DraftsOf(person string) ([]Draft, error) {
	var ids []string
	if err := x.scan(kDraftSlot, func(_ string, id []byte) error {
		ids = append(ids, string(id))
		return nil
	}, person); err != nil {
		return nil, err
	}
	var all []Draft
	for _, id := range ids {
		d, err := x.Draft(id)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b Draft) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// paperSlot begins the slot of what the office types from paper.
const paperSlot = "paper."

// slot is what an official has one draft for: a duty, or an update of interests.
// Two entries into service in one year are two duties, hence the day.
func slot(d *Draft) string {
	if d.Interest {
		return "interests"
	}
	if d.Paper != "" { // beside one that the person began herself
		return paperSlot + d.Paper
	}
	s := fmt.Sprintf("%s.%d", d.Draft.Type.Slug(), d.Draft.Year)
	if d.Draft.Type != forms.Modificacion && d.Draft.Event != "" {
		s += "." + d.Draft.Event
	}
	return s
}

// PutDraft saves a draft after a change in one section; version is the one of that
// section that the caller read, 0 when there was none, and the new one is returned.
// Section "" is no section: a change of the draft's own data. It is ErrConflict, and
// nothing is written, when anybody saved in between, in this section or another,
// since the whole draft is one record; when the person has another draft for the
// same duty; and when the draft was filed.
func (x *Txn) PutDraft(d Draft, section string, version int) (int, error) {
	if filed, err := x.has(kFiling, d.ID); err != nil {
		return 0, err
	} else if filed {
		return 0, ErrConflict
	}
	old, err := x.Draft(d.ID)
	switch {
	case absent(err) && version != 0:
		return 0, ErrConflict
	case absent(err):
	case err != nil:
		return 0, err
	case old.Person != d.Person, !sameVersions(old.Versions, d.Versions, section), section != "" && old.Versions[section] != version:
		return 0, ErrConflict
	case slot(&old) != slot(&d):
		if err := x.drop(kDraftSlot, old.Person, slot(&old)); err != nil {
			return 0, err
		}
	}
	if err := x.unique(d.ID, kDraftSlot, d.Person, slot(&d)); err != nil {
		return 0, err
	}
	if section != "" {
		d.Versions = maps.Clone(d.Versions) // fn may run again from the caller's
		if d.Versions == nil {
			d.Versions = map[string]int{}
		}
		d.Versions[section] = version + 1
	}
	return version + 1, put(x, d, kDraft, d.ID)
}

// sameVersions compares the versions of all sections but one; 0 is as good as none.
func sameVersions(a, b map[string]int, but string) bool {
	for k, v := range a {
		if k != but && b[k] != v {
			return false
		}
	}
	for k, v := range b {
		if k != but && a[k] != v {
			return false
		}
	}
	return true
}

// DeleteDraft throws a draft away; one that is not there is no error.
func (x *Txn) DeleteDraft(id string) error {
	d, err := x.Draft(id)
	if absent(err) {
		return nil
	} else if err != nil {
		return err
	}
	if err := x.drop(kDraftSlot, d.Person, slot(&d)); err != nil {
		return err
	}
	return x.drop(kDraft, id)
}
