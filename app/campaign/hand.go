package campaign

import (
	"cmp"
	"context"
	"encoding/hex"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"time"

	"declara/storage"
)

// This file is reminding by hand: the office looks at a list, sees the letter and who
// gets it how, leaves out whom it wants, and sends.

// Plan is what would be sent.
type Plan struct {
	Mail, Paper []Addressee // in the order of the list
	Left        int         // of both, who are left out
	Subject     string      // of the first of them, as it goes: by mail, if any does
	Text        []string    // its paragraphs

	// Digest is of whom it is for and who is left out. The form carries it, so that
	// nobody is written to who was not shown, and no other number than was shown.
	Digest string
}

// Addressee is one person in a plan.
type Addressee struct {
	Owed
	Bounced bool // she has an address, and letters come back from it
	Told    bool // she was reminded of it today
	Left    bool // she is left out of this one
}

// Plan says what reminding of these duties would be, but for those whose keys are in
// except. paper is for when the mail server is down: all of them are printed.
func (s *Service) Plan(ctx context.Context, tenant string, all []Owed, except []string, paper bool) (p Plan, err error) {
	out := map[string]bool{}
	for _, key := range except {
		out[key] = true
	}
	err = s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		p = Plan{}
		body, at, err := s.local(tx)
		if err != nil {
			return err
		}
		where, err := s.addresses(tx, tenant)
		if err != nil {
			return err
		}
		told := map[string]bool{}
		if err := tx.FollowsOf(s.follows.at(tenant), func(f storage.Follow, _ bool) error {
			for _, n := range f.Notices {
				if n.At.In(at.Location()).Format(time.DateOnly) == at.Format(time.DateOnly) {
					told[f.Person+"/"+n.Duty] = true
				}
			}
			return nil
		}); err != nil {
			return err
		}
		sum, left := fnv.New128a(), fnv.New128a()
		for i := range all {
			o := &all[i]
			a, there := where[o.Person]
			if !there || !o.Open && !o.Unmet {
				continue
			}
			sum.Write([]byte(o.Key() + "\n"))
			to := Addressee{*o, a.bounced, told[o.Key()], out[o.Key()]}
			if to.Left {
				left.Write([]byte(o.Key() + "\n"))
				p.Left++
			}
			if a.good() && !paper {
				p.Mail = append(p.Mail, to)
			} else {
				p.Paper = append(p.Paper, to)
			}
		}
		p.Digest = hex.EncodeToString(sum.Sum(nil)) + "." + hex.EncodeToString(left.Sum(nil))
		shown := slices.Concat(p.Mail, p.Paper)
		if len(shown) == 0 {
			return nil
		}
		first := &shown[0].Owed
		l, err := s.letter(body, first, where[first.Person])
		if err != nil {
			return err
		}
		p.Subject, p.Text = s.Mail.Words(s.Words.Printer(l.Lang), body, l)
		return nil
	})
	return p, err
}

// byHand is what occasions of a sending by hand begin with.
const byHand = "m-"

var idShape = regexp.MustCompile(`^[A-Za-z0-9]{1,40}$`)

// Send reminds of the duties of a plan but those left out, of whom it is written down
// that they were. id names the sending: the same one again reminds nobody twice. seen is
// the digest of the plan that was shown.
func (s *Service) Send(ctx context.Context, tenant, by, id, seen string, all []Owed, except []string, paper bool) (occasion string, err error) {
	if !idShape.MatchString(id) {
		return "", errOccasion
	}
	p, err := s.Plan(ctx, tenant, all, except, paper)
	if err != nil {
		return "", err
	}
	var tasks []task
	for _, a := range slices.Concat(p.Mail, p.Paper) {
		tasks = append(tasks, task{a.Person, a.Duty, byHand + id, paper, a.Left})
	}
	list, _, _ := strings.Cut(seen, ".")
	switch {
	case !strings.HasPrefix(p.Digest, list+"."):
		return "", errChanged
	case len(tasks) == p.Left:
		return "", errNobody
	case p.Digest != seen:
		return "", errLeft
	}
	var day string
	if err := s.DB.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, at, err := s.local(tx)
		if err != nil {
			return err
		}
		day = at.Format(time.DateOnly)
		return tx.Audit(storage.AuditEntry{At: at.UTC(), Actor: by, Act: "reminder.send", About: id})
	}); err != nil {
		return "", err
	}
	_, err = s.send(ctx, tenant, tasks, by)
	return byHand + id + "." + day, err
}

// Sending is a group of reminders that went together.
type Sending struct {
	Name     string // "d7.2026-05-24", "m-<id>.2026-05-22": its address
	Occasion string // "d7"; "m" for one by hand
	Day      string
	By       string // user, "" for the calendar
	Mail     int
	Paper    int
	Failed   int
	Waiting  int
	Skipped  int // left out, or filed before it went
}

// Told is one reminder, with what became of it.
type Told struct {
	Person, Duty string
	Notice       storage.Notice
	Mail         storage.Mail // zero when it was printed, or its row was swept
	Skipped      string       // why none was made: SkipLeft, SkipMet; "" when one was
}

// Why a sending by hand reminds somebody of nothing whom it showed.
const (
	SkipLeft = "left" // who sent it left her out
	SkipMet  = "met"  // nothing was owed any more when her letter was to be made
)

// Sendings are all that were made, the newest first.
func (s *Service) Sendings(ctx context.Context, tenant string) ([]Sending, error) {
	of := map[string]*Sending{}
	err := s.told(ctx, tenant, func(name string, t Told) {
		x := of[name]
		if x == nil {
			occasion, day, _ := strings.Cut(name, ".")
			if strings.HasPrefix(occasion, byHand) {
				occasion = "m"
			}
			x = &Sending{Name: name, Occasion: occasion, Day: day, By: t.Notice.By}
			of[name] = x
		}
		switch {
		case t.Skipped != "":
			x.Skipped++
			return
		case t.Notice.Mail == "":
			x.Paper++
			return
		case t.Mail.Dead && t.Mail.Failed == needless:
			x.Skipped++
		case t.Mail.Dead:
			x.Failed++
		case t.Mail.ID != "" && t.Mail.Sent.IsZero():
			x.Waiting++
		}
		x.Mail++
	})
	if err != nil {
		return nil, err
	}
	all := make([]Sending, 0, len(of))
	for _, x := range of {
		all = append(all, *x)
	}
	slices.SortFunc(all, func(a, b Sending) int { return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(b.Name, a.Name)) })
	return all, nil
}

// needless is how the outbox says that a letter's time was over.
const needless = "needless"

// Sending gives the reminders of one; errNotFound when there are none.
func (s *Service) Sending(ctx context.Context, tenant, name string) (all []Told, err error) {
	err = s.told(ctx, tenant, func(n string, t Told) {
		if n == name {
			all = append(all, t)
		}
	})
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	return all, err
}

// told calls fn with every reminder and the name of its sending.
func (s *Service) told(ctx context.Context, tenant string, fn func(name string, t Told)) error {
	return s.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		_, at, err := s.local(tx)
		if err != nil {
			return err
		}
		mails := map[string]storage.Mail{}
		if err := tx.MailsOf(s.mails.at(tenant), func(m storage.Mail, _ bool) error {
			mails[m.ID] = m
			return nil
		}); err != nil {
			return err
		}
		return tx.FollowsOf(s.follows.at(tenant), func(f storage.Follow, _ bool) error {
			for _, n := range f.Notices {
				fn(n.Occasion+"."+n.At.In(at.Location()).Format(time.DateOnly), Told{f.Person, n.Duty, n, mails[n.Mail], ""})
			}
			for _, k := range f.Skips {
				n := storage.Notice{Duty: k.Duty, Occasion: k.Occasion, By: k.By, At: k.At}
				fn(k.Occasion+"."+k.At.In(at.Location()).Format(time.DateOnly), Told{f.Person, k.Duty, n, storage.Mail{}, k.Why})
			}
			return nil
		})
	})
}
