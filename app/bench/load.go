package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// rate is what some connections got in some time.
type rate struct {
	p50, p99 time.Duration
	pages    float64       // a second
	bytes    float64       // a second
	rows     float64       // a page, of those looked at
	cpu      time.Duration // of the program, a page
}

// length is how many bytes a page has.
func (r rate) length() float64 { return r.bytes / r.pages }

// sampleEvery is how many pages are answered for each whose rows are counted.
const sampleEvery = 8

// press asks with some connections at once until the time is over, each once at
// least.
func (s *server) press(ctx context.Context, connections int, span time.Duration, ask func(*client, *rand.Rand) ([]byte, error)) (rate, error) {
	type share struct {
		took          []time.Duration
		bytes         int
		rows, sampled int
		err           error
	}
	shares := make([]share, connections)
	clients := make([]*client, connections)
	for i := range clients {
		c, err := dial(s.addr)
		if err != nil {
			return rate{}, err
		}
		defer c.close()
		if err := c.authorize(); err != nil {
			return rate{}, err
		}
		clients[i] = c
	}
	busy, err := s.cpu()
	if err != nil {
		return rate{}, err
	}
	began := time.Now()
	var work sync.WaitGroup
	for i := range shares {
		work.Go(func() {
			my, r := &shares[i], rand.New(rand.NewPCG(uint64(i), uint64(connections)))
			for (len(my.took) == 0 || time.Since(began) < span) && ctx.Err() == nil {
				at := time.Now()
				page, err := ask(clients[i], r)
				if err != nil {
					my.err = err
					return
				}
				my.took = append(my.took, time.Since(at))
				my.bytes += len(page)
				if len(my.took)%sampleEvery == 1 {
					my.rows += rows(page)
					my.sampled++
				}
			}
		})
	}
	work.Wait()
	total := time.Since(began).Seconds()
	after, err := s.cpu()
	if err != nil {
		return rate{}, err
	}
	var all []time.Duration
	var got rate
	seen, sampled := 0, 0
	for _, my := range shares {
		if my.err != nil {
			return rate{}, my.err
		}
		all = append(all, my.took...)
		got.bytes += float64(my.bytes) / total
		seen += my.rows
		sampled += my.sampled
	}
	if len(all) == 0 {
		return rate{}, errors.Join(ctx.Err(), errors.New("nothing was answered"))
	}
	slices.Sort(all)
	got.p50, got.p99 = all[len(all)/2], all[len(all)*99/100]
	got.pages = float64(len(all)) / total
	got.cpu = (after - busy) / time.Duration(len(all))
	got.rows = float64(seen) / float64(sampled)
	return got, nil
}

// tokenRate is how many tokens a second some connections get.
func (s *server) tokenRate(ctx context.Context, connections int, span time.Duration) (float64, error) {
	got, err := s.press(ctx, connections, span, func(c *client, _ *rand.Rand) ([]byte, error) { return nil, c.authorize() })
	return got.pages, err
}
