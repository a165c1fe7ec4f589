package account

import (
	"context"

	"declara/app/errs"
	"declara/storage"
)

// Options are what the institution decided besides what it says of itself.
func (s *Service) Options(ctx context.Context, tenant string) (o storage.Options, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		o, err = tx.Options()
		return err
	})
	return o, err
}

// Look is how the pages of the institution look.
type Look struct {
	Accent string // six figures of base 16; "" is ours
	Logo   []byte // a PNG that was made here; nil leaves the one that is there
	NoLogo bool   // takes it away
}

// SetLook keeps it.
func (s *Service) SetLook(ctx context.Context, tenant, actor string, l Look) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		i, err := tx.Institution()
		if err != nil {
			return err
		}
		i.Accent = l.Accent
		switch {
		case l.Logo != nil:
			i.Logo = storage.Digest(l.Logo)
			err = tx.PutLogo(l.Logo)
		case l.NoLogo:
			i.Logo = ""
			err = tx.PutLogo(nil)
		}
		if err != nil {
			return err
		}
		if err := tx.PutInstitution(i); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "look.edit"})
	})
}

// Logo is the picture with that hash, if it is the one of the institution.
func (s *Service) Logo(ctx context.Context, tenant string) (png []byte, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		png, err = tx.Logo()
		return err
	})
	return png, err
}

// SetRelay keeps the mail server; nil takes it away.
func (s *Service) SetRelay(ctx context.Context, tenant, actor string, r *storage.Relay) error {
	return s.setOptions(ctx, tenant, actor, "smtp.edit", func(o *storage.Options) { o.Relay = r })
}

// TryRelay writes down that somebody has a mail server tried, by its name and port, or
// refuses with how long to wait. It counts for the whole institution, also tests that
// went well: whoever took over an account has servers of her own to make them with.
func (s *Service) TryRelay(ctx context.Context, tenant, actor, server string) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		c := counter{relayRule, tenant}
		n, err := tx.Tries(s.subject(c))
		if err != nil {
			return err
		}
		if wait := relayRule.wait(n, now); wait > 0 {
			return waitFor("relay.wait", wait)
		}
		if err := s.add(tx, c, now); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "smtp.try", About: server})
	})
}

// SetCopy keeps what is known of the last copy.
func (s *Service) SetCopy(ctx context.Context, tenant, actor string, c storage.Copy) error {
	return s.setOptions(ctx, tenant, actor, "copy.make", func(o *storage.Options) { o.Copy = &c })
}

// SetDaily keeps where and when copies are made by themselves; nil ends that. What was
// wrong with the plan of before is forgotten with it.
func (s *Service) SetDaily(ctx context.Context, tenant, actor string, d *storage.Daily) error {
	return s.setOptions(ctx, tenant, actor, "copy.plan", func(o *storage.Options) { o.Daily, o.Tried.Why = d, "" })
}

// errSheet means that a code is not that of the sheet of the key.
var errSheet = errs.New(errs.Invalid, "keysheet.confirm.wrong")

// ConfirmSheet notes that somebody has the sheet of the key on paper: she writes its code.
func (s *Service) ConfirmSheet(ctx context.Context, tenant, actor, code string) error {
	if !s.db.Keys().HasSheet(code) {
		return errSheet
	}
	sheet := storage.KeySheet{Keys: s.db.Keys().Names(), At: s.now()}
	return s.setOptions(ctx, tenant, actor, "key.sheet", func(o *storage.Options) { o.Sheet = sheet })
}

// Sheet gives the sheet of the key to who runs the first run, and writes down that it was
// shown. Afterwards only the server itself prints it: whoever steals an administrator's
// session must not have the key of everything.
func (s *Service) Sheet(ctx context.Context, tenant, token string) (rows []string, code string, err error) {
	now := s.now()
	if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := s.forSetup(tx, token, now)
		if err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: u.ID, Act: "key.show"})
	}); err != nil {
		return nil, "", err
	}
	rows, code = s.db.Keys().Sheet()
	return rows, code, nil
}

func (s *Service) setOptions(ctx context.Context, tenant, actor, act string, change func(*storage.Options)) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		o, err := tx.Options()
		if err != nil {
			return err
		}
		change(&o)
		if err := tx.PutOptions(o); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act})
	})
}
