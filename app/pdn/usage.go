package pdn

import (
	"context"
	"errors"
	"sync"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// Usage is what a client did since this process began. It has nothing of what was
// asked or answered.
type Usage struct {
	Tokens   uint64    // issued
	Searches uint64    // answered
	Rows     uint64    // declarations sent, each as often as it was
	Bytes    uint64    // before compression
	Last     time.Time // zero when it did nothing
}

// usage counts in memory, so that no request writes; now and then Flush writes down
// what gathered.
type usage struct {
	mu   sync.Mutex
	of   map[string]*Usage // by client id
	late map[slot]*storage.ClientDay
}

// slot is an hour of a client. Hours are counted from 1970, so that nobody has to know
// the institution's zone before they are written down.
type slot struct {
	tenant, client string
	hour           int64
}

func (u *usage) count(client string, at time.Time, add func(*Usage)) {
	if u.of == nil {
		u.of = map[string]*Usage{}
	}
	c := u.of[client]
	if c == nil {
		c = &Usage{}
		u.of[client] = c
	}
	c.Last = at
	add(c)
}

// note adds to the hour of a client. What is counted stands in the first of its hours
// until it is written down.
func (u *usage) note(tenant, client string, at time.Time, add func(*storage.ClientDay)) {
	if u.late == nil {
		u.late = map[slot]*storage.ClientDay{}
	}
	k := slot{tenant, client, at.Unix() / 3600}
	d := u.late[k]
	if d == nil {
		d = &storage.ClientDay{}
		u.late[k] = d
	}
	add(d)
}

// Usage tells what a client did since this process began.
func (s *Service) Usage(client string) Usage {
	s.usage.mu.Lock()
	defer s.usage.mu.Unlock()
	if c := s.usage.of[client]; c != nil {
		return *c
	}
	return Usage{}
}

func (s *Service) issued(tenant, client string) {
	at := s.now()
	s.usage.mu.Lock()
	s.usage.count(client, at, func(u *Usage) { u.Tokens++ })
	s.usage.note(tenant, client, at, func(d *storage.ClientDay) { d.Hours[0].Tokens++ })
	s.usage.mu.Unlock()
	s.log.Info("pdn token", "client", client)
}

func (s *Service) served(tenant, client string, q *query, rows, bytes int, took time.Duration) {
	at := s.now()
	s.usage.mu.Lock()
	s.usage.count(client, at, func(u *Usage) {
		u.Searches++
		u.Rows += uint64(rows)
		u.Bytes += uint64(bytes)
	})
	s.usage.note(tenant, client, at, func(d *storage.ClientDay) {
		d.Hours[0].Searches++
		d.Hours[0].Rows += uint64(rows)
		d.Last = &storage.ClientAsk{At: at, Page: q.page, Size: q.size, Rows: rows, By: q.asks()}
	})
	s.usage.mu.Unlock()
	s.log.Info("pdn search", "client", client, "rows", rows, "bytes", bytes, "ms", float64(took.Microseconds())/1000)
}

// refuse counts what could not be answered. client is "" when none that is there was
// named. What is our fault, or the end of the request, is not the client's.
func (s *Service) refuse(tenant, client string, err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return
	}
	if client == "" {
		client = storage.NoClient
	}
	at := s.now()
	s.usage.mu.Lock()
	defer s.usage.mu.Unlock()
	s.usage.note(tenant, client, at, func(d *storage.ClientDay) {
		d.Hours[0].Faults++
		if d.Faults == nil {
			d.Faults = map[string]int{}
		}
		d.Faults[e.Code]++
		d.Failed, d.Code = at, e.Code
	})
}

// flushEvery is how often what was counted is written down.
const flushEvery = time.Minute

// Run writes down what was counted until ctx ends, and then once more.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return s.Flush(context.WithoutCancel(ctx))
		case <-tick.C:
			if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("pdn usage", "error", err.Error())
			}
		}
	}
}

// daysKept is how long the days of a client are kept.
const daysKept = 400

// Flush writes down what was counted. When that fails it is still counted.
func (s *Service) Flush(ctx context.Context) error {
	s.usage.mu.Lock()
	late := s.usage.late
	s.usage.late = nil
	s.usage.mu.Unlock()
	byTenant := map[string]map[slot]*storage.ClientDay{}
	for k, d := range late {
		if byTenant[k.tenant] == nil {
			byTenant[k.tenant] = map[slot]*storage.ClientDay{}
		}
		byTenant[k.tenant][k] = d
	}
	var failed error
	for tenant, all := range byTenant {
		err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return writeDown(tx, all) })
		if err == nil {
			continue
		}
		failed = errors.Join(failed, err)
		s.usage.mu.Lock()
		for k, d := range all {
			s.usage.note(k.tenant, k.client, time.Unix(k.hour*3600, 0), func(to *storage.ClientDay) { join(to, d, 0) })
		}
		s.usage.mu.Unlock()
	}
	return failed
}

func writeDown(tx *storage.Txn, all map[slot]*storage.ClientDay) error {
	inst, err := tx.Institution()
	if err != nil {
		return err
	}
	zone, err := inst.Location()
	if err != nil {
		return err
	}
	for k, d := range all {
		at := time.Unix(k.hour*3600, 0).In(zone)
		day, err := tx.ClientDay(k.client, at.Format(time.DateOnly))
		fresh := errors.Is(err, storage.ErrNotFound)
		if err != nil && !fresh {
			return err
		}
		day.Client, day.Day = k.client, at.Format(time.DateOnly)
		join(&day, d, at.Hour())
		if err := tx.PutClientDay(day); err != nil {
			return err
		}
		if fresh {
			if err := forgetDays(tx, k.client, at.AddDate(0, 0, -daysKept).Format(time.DateOnly)); err != nil {
				return err
			}
		}
	}
	return nil
}

// join adds what was counted in one hour to a day.
func join(day, d *storage.ClientDay, hour int) {
	h := &day.Hours[hour]
	h.Tokens += d.Hours[0].Tokens
	h.Searches += d.Hours[0].Searches
	h.Rows += d.Hours[0].Rows
	h.Faults += d.Hours[0].Faults
	if d.Last != nil && (day.Last == nil || d.Last.At.After(day.Last.At)) {
		day.Last = d.Last
	}
	for code, n := range d.Faults {
		if day.Faults == nil {
			day.Faults = map[string]int{}
		}
		day.Faults[code] += n
	}
	if d.Failed.After(day.Failed) {
		day.Failed, day.Code = d.Failed, d.Code
	}
}

// forgetDays drops the days of a client before one.
func forgetDays(tx *storage.Txn, client, before string) error {
	var old []string
	if err := tx.ClientDays(client, func(d storage.ClientDay) error {
		if d.Day < before {
			old = append(old, d.Day)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, day := range old {
		if err := tx.DropClientDay(client, day); err != nil {
			return err
		}
	}
	return nil
}

// Days are those on which a client did something, newest first, to this moment. "" are
// requests that named no client that is there.
func (s *Service) Days(ctx context.Context, tenant, client string) (all []storage.ClientDay, err error) {
	if err := s.Flush(ctx); err != nil {
		return nil, err
	}
	if client == "" {
		client = storage.NoClient
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.ClientDays(client, func(d storage.ClientDay) error {
			all = append([]storage.ClientDay{d}, all...)
			return nil
		})
	})
	return all, err
}

// Pass is a token for a client without its secrets, for who tries out its connection
// here. It is good for a minute.
func (s *Service) Pass(ctx context.Context, tenant, id string) (Token, error) {
	now := s.now()
	var c storage.Client
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if c, err = tx.Client(id); err != nil {
			return err
		}
		if c.Disabled {
			return fault(codeUnknown, errs.Unsigned, "pdn.error.credentials")
		}
		return nil
	}); err != nil {
		return Token{}, err
	}
	until := earlier(now.Add(trialLifetime), c.Until)
	return Token{
		AccessToken: s.token(tenant, grant{c.ID, uint32(c.Gen), uint32(until.Unix())}), TokenType: tokenType,
		ExpiresIn: int(until.Sub(now) / time.Second),
	}, nil
}

// trialLifetime is how long a token is good for that was made to try a connection out.
const trialLifetime = time.Minute
