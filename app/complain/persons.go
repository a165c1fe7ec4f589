package complain

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"declara/app/complain/vault"
	"declara/storage"
)

// Who is left out of a complaint is a person, and what is kept of her is an id: of an
// account, or of a holder of an escrow. A person gets other ids: an account is closed and
// another made, a new ceremony gives every holder a new one, an official becomes a holder.
// So an id is followed to all that may be the same person's, by name, and for a holder by
// post as well, which is all that who complained was shown of her. When in doubt it is the
// same person: what that costs is one holder of three.

// shut are those who must not open a complaint: the excluded and whoever may be one of
// them, each with the keys that she has and had. sure tells that there is a name for each
// of the excluded; of who has none, nobody can tell who she is now.
func shut(tx *storage.Txn, excluded []string) (out []vault.Person, sure bool, err error) {
	if len(excluded) == 0 {
		return nil, true, nil
	}
	all, err := everybody(tx, excluded)
	if err != nil {
		return nil, false, err
	}
	var hers []storage.KnownPerson
	sure = true
	for _, id := range excluded {
		out = append(out, vault.Person{ID: id})
		named := false
		for _, p := range all {
			if p.ID == id {
				hers = append(hers, p)
				named = named || len(nameWords(p.Name)) > 0
			}
		}
		sure = sure && named
	}
	for _, p := range all {
		if slices.ContainsFunc(hers, func(one storage.KnownPerson) bool { return maybeSame(one, p) }) {
			if out, err = withKeys(tx, out, p.ID); err != nil {
				return nil, false, err
			}
		}
	}
	return out, sure, nil
}

// among reports whether a user is one of them.
func among(people []vault.Person, user string) bool {
	return slices.ContainsFunc(people, func(p vault.Person) bool { return p.ID == user })
}

// withKeys adds a person with the keys that she has and had.
func withKeys(tx *storage.Txn, out []vault.Person, id string) ([]vault.Person, error) {
	if slices.ContainsFunc(out, func(p vault.Person) bool { return p.ID == id && p.Key != nil }) {
		return out, nil // under another of her names
	}
	out = append(out, vault.Person{ID: id})
	k, err := tx.VaultKey(id)
	if errors.Is(err, storage.ErrNotFound) {
		return out, nil
	} else if err != nil {
		return nil, err
	}
	for _, b := range append(k.Older, k.Public) {
		public, err := vault.ParsePublic(b)
		if err != nil {
			return nil, err
		}
		out = append(out, vault.Person{ID: id, Key: public})
	}
	return out, nil
}

// everybody are those that a case could ever be sealed to, under every name that they had
// here, and the excluded.
func everybody(tx *storage.Txn, excluded []string) (all []storage.KnownPerson, err error) {
	ch, err := tx.Channel()
	if err != nil {
		return nil, err
	}
	all = slices.Clone(ch.Persons)
	now, err := officials(tx)
	if err != nil {
		return nil, err
	}
	all = append(all, now...)
	for _, id := range excluded {
		u, err := tx.User(id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		} else if err != nil {
			return nil, err
		}
		all = append(all, storage.KnownPerson{ID: id, Name: u.Name})
	}
	return all, nil
}

// officials are who has a key to complaints, as they are called today.
func officials(tx *storage.Txn) (all []storage.KnownPerson, err error) {
	err = tx.VaultKeys(func(k storage.VaultKey) error {
		u, err := tx.User(k.User)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		all = append(all, storage.KnownPerson{ID: k.User, Name: u.Name, Post: k.Post})
		return err
	})
	return all, err
}

// remember keeps how persons are called, since an account is renamed and a ceremony is
// forgotten. It reports whether there was anything new.
func remember(ch *storage.Channel, all ...storage.KnownPerson) (more bool) {
	for _, p := range all {
		if !slices.Contains(ch.Persons, p) {
			ch.Persons, more = append(ch.Persons, p), true
		}
	}
	return more
}

// maybeSame reports whether two may be one person. Posts count where one of the two is a
// holder: the successor in an office is not shut out of its cases.
func maybeSame(a, b storage.KnownPerson) bool {
	if a.ID == b.ID {
		return true
	}
	if a.Holder || b.Holder {
		x, y := nameWords(a.Post), nameWords(b.Post)
		if len(x) > 0 && slices.Equal(x, y) {
			return true
		}
	}
	x, y := nameWords(a.Name), nameWords(b.Name)
	if len(x) > len(y) {
		x, y = y, x
	}
	common := 0
	left := slices.Clone(y)
	for _, w := range x {
		if i := slices.IndexFunc(left, func(other string) bool { return alike(w, other) }); i >= 0 {
			common++
			left = slices.Delete(left, i, i+1)
		}
	}
	return len(x) > 0 && (common == len(x) || common >= 2)
}

// small are words that tell nobody from another.
var small = []string{"de", "del", "la", "las", "los", "el", "y", "lic", "ing", "arq", "mtro", "mtra", "dr", "dra", "cp", "c", "prof", "profa"}

// nameWords are those of a name or a post, in capitals that compare, in order of the alphabet.
func nameWords(text string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), r == '.':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(text))
	all := slices.DeleteFunc(strings.Fields(plain), func(w string) bool { return slices.Contains(small, w) })
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(-cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return all
}

// alike reports whether two words may be the same: an initial of it, or one letter more,
// less or other.
func alike(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	switch {
	case a == b:
		return true
	case len(x) == 1:
		return x[0] == y[0]
	case len(x) < 4 || len(y)-len(x) > 1:
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		return slices.Equal(x[i+1:], y[i+1:])
	}
	return slices.Equal(x[i:], y[i+1:])
}
