package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// Questions to the declarant and her answers, and the end of a verification. What is
// asked and answered is sealed, and in no letter.

const (
	leastText, mostText = 10, 4000 // characters of a question, an answer, a finding
	mostDays            = 30       // business days of a term
	mostRounds          = 10
)

// What who asks, answers or closes may be told.
var (
	ErrQuestion = errs.New(errs.Invalid, "sheet.error.question")
	ErrDays     = errs.New(errs.Invalid, "sheet.error.days")
	ErrAnswer   = errs.New(errs.Invalid, "sheet.error.answer")
	ErrFinding  = errs.New(errs.Invalid, "verify.error.finding")
	ErrOutcome  = errs.New(errs.Invalid, "sheet.error.outcome")
	errPending  = errs.New(errs.Conflict, "sheet.error.pending")
	errAnswered = errs.New(errs.Conflict, "sheet.error.answered")
)

// pending reports whether a question waits for its answer, within its term.
func pending(v storage.Verification, today string) bool {
	n := len(v.Rounds)
	return n > 0 && v.Rounds[n-1].Answer == "" && today <= v.Rounds[n-1].Due
}

// Ask puts a question to the declarant, who has some business days to answer.
func (s *Service) Ask(ctx context.Context, tenant string, by storage.User, number, folio, question, days string) error {
	var wrong []error
	if question = text(question); !between(question, leastText, mostText) {
		wrong = append(wrong, ErrQuestion)
	}
	n, err := strconv.Atoi(strings.TrimSpace(days))
	if err != nil || n < 1 || n > mostDays {
		wrong = append(wrong, ErrDays)
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	return s.mine(ctx, tenant, by, number, folio, "verification.ask", func(tx *storage.Txn, v *storage.Verification, now time.Time) error {
		_, today, err := s.today(tx)
		if err != nil {
			return err
		}
		if pending(*v, today) {
			if v.Rounds[len(v.Rounds)-1].Question == question {
				return nil // the same press again
			}
			return errPending
		}
		if len(v.Rounds) >= mostRounds {
			return errMany
		}
		due, err := s.term(tx, today, n)
		if err != nil {
			return fmt.Errorf("verify: term: %w", err)
		}
		v.State = storage.Verifying
		v.Rounds = append(v.Rounds, storage.Round{Question: question, By: by.ID, Asked: now, Days: n, Due: due})
		u, err := tx.UserByPerson(v.Person)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		} else if err != nil {
			return fmt.Errorf("verify: account: %w", err)
		}
		return s.post(tx, Letter{Kind: LetterAsked, To: u, Path: MinePath})
	})
}

// MinePath is the page on which a declarant answers.
const MinePath = "/declaraciones/verificacion"

// Answer is that of the declarant to the question that waits for one. It is taken late,
// too, while the verification is open, and marked.
func (s *Service) Answer(ctx context.Context, tenant, person, number, folio, answer string) error {
	if answer = text(answer); !between(answer, leastText, mostText) {
		return ErrAnswer
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		v, d, err := task(tx, number, folio)
		switch {
		case err != nil:
			return err
		case v.Person != person || len(v.Rounds) == 0:
			return errNotFound
		case v.State == storage.Verified || d.Void != "":
			return errClosed
		}
		r := &v.Rounds[len(v.Rounds)-1]
		if r.Answer == answer {
			return nil // the same press again
		} else if r.Answer != "" {
			return errAnswered
		}
		now, today, err := s.today(tx)
		if err != nil {
			return err
		}
		r.Answer, r.Answered, r.Late = answer, now.UTC().Truncate(time.Second), today > r.Due
		v.Changed = r.Answered
		if err := tx.PutVerification(v); err != nil {
			return fmt.Errorf("verify: work: %w", err)
		}
		if err := tx.Audit(storage.AuditEntry{At: now, Actor: person, Act: "verification.answer", About: number + "/" + folio}); err != nil {
			return fmt.Errorf("verify: audit: %w", err)
		}
		u, err := tx.User(v.Verifier)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		} else if err != nil {
			return fmt.Errorf("verify: account: %w", err)
		}
		return s.post(tx, Letter{Kind: LetterAnswered, To: u, Path: "/contraloria/verificacion/" + number + "/declaracion/" + folio})
	})
}

// Asked is what a declarant sees of the verification of one of her declarations: what
// she was asked, and her certificate. How it ended otherwise she is told in writing.
type Asked struct {
	Draw, Folio string
	Filing      storage.Filing
	Rounds      []storage.Round
	Open        bool // she can answer the last question
	Late        bool // its term is over
	Closed      bool
	Certificate string // number
}

// Mine are the verifications that a declarant was asked about or has a certificate of,
// the last one first.
func (s *Service) Mine(ctx context.Context, tenant, person string) (all []Asked, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		list, err := tx.VerificationsOf(person)
		if err != nil {
			return fmt.Errorf("verify: work: %w", err)
		}
		if len(list) == 0 {
			return nil
		}
		_, today, err := s.today(tx)
		if err != nil {
			return err
		}
		for _, v := range list {
			if len(v.Rounds) == 0 && v.Certificate == "" {
				continue
			}
			a := Asked{Draw: v.Draw, Folio: v.Folio, Rounds: v.Rounds, Closed: v.State == storage.Verified, Certificate: v.Certificate}
			if a.Filing, err = tx.Filing(v.Filing); err != nil {
				return fmt.Errorf("verify: filing: %w", err)
			}
			d, err := tx.Draw(v.Draw)
			if err != nil {
				return fmt.Errorf("verify: draw: %w", err)
			}
			a.Closed = a.Closed || d.Void != ""
			if n := len(v.Rounds); n > 0 && v.Rounds[n-1].Answer == "" && !a.Closed {
				a.Open, a.Late = true, today > v.Rounds[n-1].Due
			}
			all = append(all, a)
		}
		slices.Reverse(all)
		return nil
	})
	return all, err
}

// Outcomes are how a verification may end, in the order of the page.
var Outcomes = []storage.VerificationOutcome{storage.Certified, storage.Referred, storage.Ended}

// Close ends the work on a declaration, with the verifier's own words. Without
// anomalies it gives the declarant a certificate, which has none of them.
func (s *Service) Close(ctx context.Context, tenant string, by storage.User, number, folio string, outcome storage.VerificationOutcome, finding string) error {
	var wrong []error
	if !slices.Contains(Outcomes, outcome) {
		wrong = append(wrong, ErrOutcome)
	}
	if finding = text(finding); !between(finding, leastText, mostText) {
		wrong = append(wrong, ErrFinding)
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	return s.mine(ctx, tenant, by, number, folio, "verification.close", func(tx *storage.Txn, v *storage.Verification, now time.Time) error {
		at, today, err := s.today(tx)
		if err != nil {
			return err
		}
		if pending(*v, today) {
			return errPending
		}
		v.State, v.Outcome, v.Finding, v.Closed = storage.Verified, outcome, finding, now
		if outcome != storage.Certified {
			return nil
		}
		return s.certify(tx, v, by, at)
	})
}

// certify issues the certificate of a verification.
func (s *Service) certify(tx *storage.Txn, v *storage.Verification, by storage.User, now time.Time) error {
	f, err := tx.Filing(v.Filing)
	if err != nil {
		return fmt.Errorf("verify: filing: %w", err)
	}
	p, err := tx.Person(v.Person)
	if err != nil {
		return fmt.Errorf("verify: person: %w", err)
	}
	_, today, err := s.today(tx)
	if err != nil {
		return err
	}
	year, err := strconv.Atoi(today[:4])
	if err != nil {
		return fmt.Errorf("verify: year: %w", err)
	}
	c := storage.Certification{
		Draw: v.Draw, Filing: f.ID, Folio: f.Folio, Hash: f.Hash, Type: f.Type.Slug(), Year: f.Year, Person: p.ID,
		Name: words(p.Given + " " + p.First + " " + p.Second), Post: p.Post, Verifier: by.Name, Issued: now.UTC().Truncate(time.Second),
	}
	if err := tx.Certify(&c, year); err != nil {
		return fmt.Errorf("verify: certificate: %w", err)
	}
	v.Certificate = c.Number
	return nil
}

// Result is how the verification of one declaration ended, without its content.
type Result struct {
	Draw, Folio string
	State       storage.VerificationState
	Outcome     storage.VerificationOutcome
	Certificate string
}

// Results are those of the draws whose declarations were due in a year, but for draws
// that do not count.
func (s *Service) Results(ctx context.Context, tenant string, year int) (all []Result, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		draws, err := tx.Draws()
		if err != nil {
			return fmt.Errorf("verify: draws: %w", err)
		}
		slices.Reverse(draws)
		for _, d := range draws {
			if d.Year != year || d.Void != "" {
				continue
			}
			if err := tx.VerificationsIn(d.Number, func(v storage.Verification) error {
				all = append(all, Result{d.Number, v.Folio, v.State, v.Outcome, v.Certificate})
				return nil
			}); err != nil {
				return fmt.Errorf("verify: work: %w", err)
			}
		}
		return nil
	})
	return all, err
}

// Certificate is the number of the one that a verification gave, for its declarant or
// for the office.
func (s *Service) Certificate(ctx context.Context, tenant string, by storage.User, number, folio string) (string, error) {
	var out string
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		v, _, err := task(tx, number, folio)
		switch {
		case err != nil:
			return err
		case !sees(by, v) && (by.Person == "" || by.Person != v.Person) || v.Certificate == "":
			return errNotFound
		}
		out = v.Certificate
		return nil
	})
	return out, err
}
