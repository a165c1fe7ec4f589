package complain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// purposeOfficial is that of the locks of an official's key; her account is the case.
const purposeOfficial = "official"

// maxPost is the most characters of a post.
const maxPost = 80

// What an official is told of her key.
var (
	ErrNoKey     = errs.New(errs.NotFound, "keys.none")
	errHasKey    = errs.New(errs.Invalid, "keys.has")
	errMayNot    = errs.New(errs.Forbidden, "web.error.forbidden")
	errPost      = errs.New(errs.Invalid, "keys.post.bad")
	ErrOldLock   = errs.New(errs.Invalid, "keys.locked.old") // the password is right, and the key is locked under another
	errCode      = errs.New(errs.Invalid, "keys.code.wrong")
	errCodeForm  = errs.New(errs.Invalid, "keys.code.form")
	errHolds     = errs.New(errs.Invalid, "keys.roles.holds")
	errOnly      = errs.New(errs.Invalid, "keys.replace.only")
	errVoucher   = errs.New(errs.Invalid, "keys.vouch.mine")
	errMeanwhile = errs.New(errs.Invalid, "keys.meanwhile")
)

// OwnKey is what its owner sees of a key.
type OwnKey struct {
	Post        string
	Fingerprint string
	Day         string
	Compared    bool     // the printed code was typed back
	Waiting     bool     // for a colleague to vouch for it
	Older       []string // fingerprints of before
}

// MayHold reports whether an account with these roles may have a key: who has a role in
// cases, and none that excludes it. Who runs the machine, keeps the roster or only
// declares has none.
func MayHold(roles []storage.Role) bool {
	return storage.ClashOf(roles) == nil && slices.ContainsFunc(roles, func(r storage.Role) bool { return slices.Contains(storage.CaseRoles, r) })
}

// mayRead and mayKeep are who may hold the wrap of a case, and that of an identity.
func mayRead(roles []storage.Role) bool {
	return MayHold(roles) && slices.ContainsFunc(roles, func(r storage.Role) bool {
		return r == storage.RoleComptroller || r == storage.RoleInvestigator || r == storage.RoleSubstantiator
	})
}

func mayKeep(roles []storage.Role) bool {
	return MayHold(roles) && slices.Contains(roles, storage.RoleCustodian)
}

func officialAt(tenant, user string) vault.Context {
	return vault.Context{Tenant: tenant, Case: user, Purpose: purposeOfficial}
}

// Key is the key of a user; ErrNoKey when she has made none.
func (s *Service) Key(ctx context.Context, tenant, user string) (own OwnKey, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		k, err := tx.VaultKey(user)
		if errors.Is(err, storage.ErrNotFound) {
			return ErrNoKey
		} else if err != nil {
			return err
		}
		own = OwnKey{Post: k.Post, Day: k.Day, Compared: k.Compared, Waiting: k.Waiting}
		if own.Fingerprint, err = fingerprint(k.Public); err != nil {
			return err
		}
		for _, older := range k.Older {
			f, err := fingerprint(older)
			if err != nil {
				return err
			}
			own.Older = append(own.Older, f)
		}
		return nil
	})
	return own, err
}

func fingerprint(public []byte) (string, error) {
	p, err := vault.ParsePublic(public)
	if err != nil {
		return "", err
	}
	return p.Fingerprint(), nil
}

// MakeKey makes the key of a user whose password was just verified. post is what
// citizens read in the list of who can open. The code is to be shown this once; the
// private key is for the session.
func (s *Service) MakeKey(ctx context.Context, tenant, user, password, post string) (code string, mine *vault.Private, err error) {
	return s.makeKey(ctx, tenant, user, password, post, false)
}

// ReplaceKey makes another key for who lost password and code. What was wrapped to the
// old one stays closed to her: her wraps are deleted, and a colleague or the holders of
// the escrow give her the cases again. Where neither could, nothing is deleted: whoever
// can set a password would end a case for ever with it. Who did lose both gets another
// account, and what she held waits for her printed code in the old one.
func (s *Service) ReplaceKey(ctx context.Context, tenant, user, password string) (code string, mine *vault.Private, err error) {
	return s.makeKey(ctx, tenant, user, password, "", true)
}

func (s *Service) makeKey(ctx context.Context, tenant, user, password, post string, again bool) (string, *vault.Private, error) {
	post = strings.Join(strings.Fields(post), " ")
	if !again && (utf8.RuneCountInString(post) < 3 || utf8.RuneCountInString(post) > maxPost) {
		return "", nil, errPost
	}
	o, code, mine, err := vault.NewOfficial(ctx, officialAt(tenant, user), password, s.cost)
	if err != nil {
		return "", nil, err
	}
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		if u.Disabled || !MayHold(u.Roles) {
			return errMayNot
		}
		old, err := tx.VaultKey(user)
		act := "key.make"
		switch {
		case errors.Is(err, storage.ErrNotFound) && !again:
		case errors.Is(err, storage.ErrNotFound):
			return ErrNoKey
		case err != nil:
			return err
		case !again:
			return errHasKey
		default:
			if only, err := onlyHers(tx, user); err != nil {
				return err
			} else if only {
				return errOnly
			}
			act, post = "key.replace", old.Post
			old.Older = append(old.Older, old.Public)
			if err := dropAll(tx, user); err != nil {
				return err
			}
		}
		day, err := s.today(tx)
		if err != nil {
			return err
		}
		waiting, err := waits(tx, user)
		if err != nil {
			return err
		}
		next := storage.VaultKey{Waiting: waiting, User: user, Official: o.Bytes(), Public: o.Public().Bytes(), Post: post, Day: day, Older: old.Older}
		if err := tx.PutVaultKey(next, old.Version); err != nil {
			return err
		}
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		if remember(&ch, storage.KnownPerson{ID: user, Name: u.Name, Post: post}) {
			if err := tx.PutChannel(ch, ch.Version); err != nil {
				return err
			}
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: user, Act: act, About: user, Reason: o.Public().ID().String()})
	})
	if err != nil {
		mine.Wipe()
		return "", nil, err
	}
	return code.String(), mine, nil
}

// waits reports whether a new key waits for somebody to vouch for it: for a colleague, or
// for two holders of the escrow, who vouch by naming its owner in a recovery. Otherwise
// whoever makes accounts could make one that reads what comes in; and could close the
// account of the only one who vouches, or set its password, to be the first again. The
// first key of all waits for nobody, and neither does one after it when there is no
// escrow and nobody else is left: a channel that nobody can open again would be shut for
// ever (docs/decisions/0024).
func waits(tx *storage.Txn, user string) (bool, error) {
	ch, err := tx.Channel()
	if err != nil || ch.Escrow != nil {
		return ch.Escrow != nil, err
	}
	return vouchable(tx, user)
}

// vouchable reports whether there is somebody else who can vouch for a key: who looks
// after the channel and has a key that nobody need vouch for any more.
func vouchable(tx *storage.Txn, user string) (yes bool, err error) {
	err = tx.VaultKeys(func(k storage.VaultKey) error {
		u, err := tx.User(k.User)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		yes = yes || k.User != user && vouches(&u, &k)
		return err
	})
	return yes, err
}

func vouches(u *storage.User, k *storage.VaultKey) bool {
	return !k.Waiting && !u.Disabled && MayHold(u.Roles) && slices.Contains(u.Roles, storage.RoleComptroller)
}

// Vouch says of a key that it is its owner's, who was seen or called and whose
// fingerprint was compared. From then on cases may be wrapped to it. Who vouches looks
// after the channel, has such a key herself, and open, and does not vouch for her own.
// fingerprint is that of the page she read: a key that changed since is refused.
func (s *Service) Vouch(ctx context.Context, h Hand, user, fingerprint string) error {
	err := s.db.Update(ctx, h.Tenant, func(tx *storage.Txn) error {
		mine, err := tx.VaultKey(h.User)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (h.User == user || mine.Waiting) {
			return errVoucher
		} else if err != nil {
			return err
		}
		u, err := h.opened(tx)
		if err != nil {
			return err
		}
		if !vouches(&u, &mine) {
			return errVoucher
		}
		k, err := tx.VaultKey(user)
		if err != nil {
			return err
		}
		public, err := vault.ParsePublic(k.Public)
		if err != nil {
			return err
		}
		if public.Fingerprint() != fingerprint {
			return errMeanwhile
		}
		k.Waiting = false
		if err := tx.PutVaultKey(k, k.Version); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: h.User, Act: "key.vouch", About: user, Reason: public.ID().String()})
	})
	return err
}

// official reads the key of a user and its version.
func (s *Service) official(ctx context.Context, tenant, user string) (k storage.VaultKey, o *vault.Official, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		if u.Disabled || !MayHold(u.Roles) {
			return errMayNot
		}
		if k, err = tx.VaultKey(user); errors.Is(err, storage.ErrNotFound) {
			return ErrNoKey
		}
		return err
	})
	if err == nil {
		o, err = vault.ParseOfficial(k.Official)
	}
	return k, o, err
}

// UnlockKey opens the key of a user whose password was just verified. ErrOldLock: it is
// locked under another password, because the one of the account was set by a link. What
// she can open and is not sealed to the escrow of today is sealed to it.
func (s *Service) UnlockKey(ctx context.Context, tenant, user, password string) (*vault.Private, error) {
	_, o, err := s.official(ctx, tenant, user)
	if err != nil {
		return nil, err
	}
	mine, err := o.Unlock(ctx, officialAt(tenant, user), password)
	if errors.Is(err, vault.ErrOpen) {
		return nil, ErrOldLock
	} else if err != nil {
		return nil, err
	}
	if err := s.sealAnew(ctx, tenant, user, mine); err != nil { // her cases open all the same
		s.log.Error("escrow", "error", err.Error())
	}
	return mine, nil
}

// CompareCode is the printed code asked back: it must open the second copy.
func (s *Service) CompareCode(ctx context.Context, tenant, user, typed string) error {
	code, err := recoveryCode(typed)
	if err != nil {
		return err
	}
	k, o, err := s.official(ctx, tenant, user)
	if err != nil {
		return err
	}
	mine, err := o.UnlockWithCode(ctx, officialAt(tenant, user), code)
	if errors.Is(err, vault.ErrOpen) {
		return errCode
	} else if err != nil {
		return err
	}
	mine.Wipe()
	k.Compared = true
	return s.putKey(ctx, tenant, k, "")
}

// RecoverKey locks the key under the password of today with the printed code, which is
// thereby spent: there is another to print.
func (s *Service) RecoverKey(ctx context.Context, tenant, user, typed, password string) (fresh string, mine *vault.Private, err error) {
	code, err := recoveryCode(typed)
	if err != nil {
		return "", nil, err
	}
	k, o, err := s.official(ctx, tenant, user)
	if err != nil {
		return "", nil, err
	}
	next, again, mine, err := o.Recover(ctx, officialAt(tenant, user), code, password, s.cost)
	if errors.Is(err, vault.ErrOpen) {
		return "", nil, errCode
	} else if err != nil {
		return "", nil, err
	}
	k.Official, k.Compared = next.Bytes(), false
	if err := s.putKey(ctx, tenant, k, "key.recover"); err != nil {
		mine.Wipe()
		return "", nil, err
	}
	return again.String(), mine, nil
}

// ReissueCode prints another code and makes the old one worthless.
func (s *Service) ReissueCode(ctx context.Context, tenant, user, password string) (string, error) {
	k, o, err := s.official(ctx, tenant, user)
	if err != nil {
		return "", err
	}
	next, code, err := o.Reissue(ctx, officialAt(tenant, user), password, s.cost)
	if errors.Is(err, vault.ErrOpen) {
		return "", ErrOldLock
	} else if err != nil {
		return "", err
	}
	k.Official, k.Compared = next.Bytes(), false
	return code.String(), s.putKey(ctx, tenant, k, "key.code")
}

func recoveryCode(typed string) (vault.RecoveryCode, error) {
	code, err := vault.ParseRecoveryCode(typed)
	if err != nil {
		return code, errCodeForm
	}
	return code, nil
}

// putKey changes a key that was read at its version, and tells of it when there is an
// act to tell.
func (s *Service) putKey(ctx context.Context, tenant string, k storage.VaultKey, act string) error {
	err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := tx.PutVaultKey(k, k.Version); err != nil || act == "" {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: k.User, Act: act, About: k.User})
	})
	if errors.Is(err, storage.ErrConflict) {
		return errMeanwhile
	}
	return err
}

// Reseal locks the key of a user under another password; it is account.Keys.Reseal. The
// old copy is in the record no more.
func (s *Service) Reseal(ctx context.Context, tenant, user, old, password string) (func(*storage.Txn) error, error) {
	k, o, err := s.official(ctx, tenant, user)
	if errors.Is(err, ErrNoKey) || errors.Is(err, errMayNot) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	next, err := o.ChangePassword(ctx, officialAt(tenant, user), old, password, s.cost)
	if errors.Is(err, vault.ErrOpen) { // it is locked under one of before, and waits for the printed code
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return func(tx *storage.Txn) error {
		changed := k
		changed.Official = next.Bytes()
		if err := tx.PutVaultKey(changed, k.Version); errors.Is(err, storage.ErrConflict) {
			return errMeanwhile
		} else if err != nil {
			return err
		}
		return nil
	}, nil
}

// GuardRoles refuses roles that do not allow what a user holds; it is account.Keys.Roles.
// She gives her cases away first, or her account is closed and the holders of the escrow
// give them to somebody else: whoever assigns roles cannot make anybody lose a case. A
// key that the roles do not allow, and that opens nothing, is deleted. One that would be
// given more than before, since complaints and identities come to these roles by
// themselves, waits to be vouched for again.
func (s *Service) GuardRoles(tx *storage.Txn, user string, roles []storage.Role) error {
	if err := tx.ComplaintsOf(user, func(c storage.Complaint) error {
		if c.Case.Of(user) != nil && fits(&c, PairCase, user, roles) != nil || c.Identity.Of(user) != nil && fits(&c, PairIdentity, user, roles) != nil {
			return errHolds
		}
		return nil
	}); err != nil {
		return err
	}
	if !MayHold(roles) {
		return tx.DeleteVaultKey(user)
	}
	return s.again(tx, user, roles)
}

// again makes the key of who is given a role that complaints come to wait. Who already
// looks after the channel, and is the only one, need not: nobody has more than she.
func (s *Service) again(tx *storage.Txn, user string, roles []storage.Role) error {
	k, err := tx.VaultKey(user)
	if errors.Is(err, storage.ErrNotFound) || err == nil && k.Waiting {
		return nil
	} else if err != nil {
		return err
	}
	u, err := tx.User(user)
	if err != nil {
		return err
	}
	gains := func(r storage.Role) bool { return slices.Contains(roles, r) && !slices.Contains(u.Roles, r) }
	if !gains(storage.RoleComptroller) && !gains(storage.RoleCustodian) {
		return nil
	}
	wait := waits
	if vouches(&u, &k) {
		wait = vouchable
	}
	if k.Waiting, err = wait(tx, user); err != nil || !k.Waiting {
		return err
	}
	return tx.PutVaultKey(k, k.Version)
}
