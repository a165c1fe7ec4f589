package web

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"declara/app/errs"
	"declara/app/publish"
)

// Downloads of everything: how long one may take, and how many there may be at
// once, in all and from one network, so that slow readers leave room for others.
const (
	bulkTime    = 30 * time.Minute
	bulkAll     = 16
	bulkNetwork = 2
)

// gate counts how much of something heavy is going on: at most so many in all, and
// so many of one network.
type gate struct {
	most, each int

	mu  sync.Mutex
	of  map[netip.Prefix]int
	all int
}

// enter takes a place for an address, and gives the function that leaves it.
func (g *gate) enter(ip string) (leave func(), ok bool) {
	var network netip.Prefix
	if addr, err := netip.ParseAddr(ip); err == nil {
		network = networkOf(addr)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all >= g.most || g.of[network] >= g.each {
		return nil, false
	}
	if g.of == nil {
		g.of = map[netip.Prefix]int{}
	}
	g.all++
	g.of[network]++
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.all--
		if g.of[network]--; g.of[network] == 0 {
			delete(g.of, network)
		}
	}), true
}

// bulk is one of the files that hold every public declaration.
type bulk struct {
	ext, kind string
	// write sends all declarations up to a version.
	write func(ctx context.Context, s *publish.Service, w io.Writer, base string, upTo uint64) error
}

// The files. The edition in a tag changes when what a file is made of does.
var (
	bulkCSV = bulk{"csv", "text/csv; charset=utf-8", func(ctx context.Context, s *publish.Service, w io.Writer, base string, upTo uint64) error {
		t, err := publish.NewTable(w, base)
		if err != nil {
			return err
		}
		if err := s.Stream(ctx, tenant, upTo, t.Add); err != nil {
			return err
		}
		return t.Flush()
	}}
	bulkJSONL = bulk{"jsonl", "application/x-ndjson; charset=utf-8", func(ctx context.Context, s *publish.Service, w io.Writer, _ string, upTo uint64) error {
		return s.Stream(ctx, tenant, upTo, func(p publish.Published) error {
			_, err := w.Write(append(p.Doc, '\n'))
			return err
		})
	}}
)

// publicBulk streams a file. Its tag is strong: the same version of what is
// public, written by the same program, is the same bytes.
func (s *Server) publicBulk(b bulk) Handler {
	return func(c *Ctx) error {
		seq, _, err := s.publish.Version(c.ctx, tenant)
		if err != nil {
			return err
		}
		base, packed := c.Base(), c.packed()
		sum := sha256.Sum256([]byte(s.version + " " + base))
		tag := fmt.Sprintf("%s-%d-%s", b.ext, seq, hex.EncodeToString(sum[:4]))
		if c.exact(tag) {
			return nil
		}
		if packed {
			c.Set(fiber.HeaderContentEncoding, "gzip")
		}
		c.attach("declaraciones-publicas." + b.ext)
		if c.method == fiber.MethodHead {
			return c.Send(http.StatusOK, b.kind, nil)
		}
		leave, ok := s.downloads.enter(c.IP())
		if !ok {
			return errs.New(errs.TooMany, "public.data.busy")
		}
		service := s.publish
		return c.Stream("", b.kind, func(ctx context.Context, w io.Writer) error {
			defer leave()
			if !packed {
				return b.write(ctx, service, w, base, seq)
			}
			z := gzip.NewWriter(w)
			if err := b.write(ctx, service, z, base, seq); err != nil {
				return err // without its end, the file is seen to be cut
			}
			return z.Close()
		})
	}
}

// column is one column of the table with its explanation.
type column struct{ Name, Means string }

// publicData explains the files.
func (s *Server) publicData(c *Ctx) error {
	if good, err := c.fresh(); good || err != nil {
		return err
	}
	_, count, err := s.publish.Version(c.ctx, tenant)
	if err != nil {
		return err
	}
	var columns []column
	for _, col := range publish.Columns() {
		columns = append(columns, column{col.Name, c.meaning(col.Name)})
	}
	return c.Render(http.StatusOK, "public-data", struct {
		Count   int
		Columns []column
		Base    string
		API     bool
	}{count, columns, c.Base(), s.find("GET", "/v2/openapi.json") != nil})
}

// meaning is the sentence of a column: those of a section are of three kinds.
func (c *Ctx) meaning(name string) string {
	if section, what, dotted := strings.Cut(name, "."); dotted {
		return c.words.T("section."+section) + ": " + c.words.T("public.data.col."+what)
	}
	if c.words.Has("public.data.col." + name) {
		return c.words.T("public.data.col." + name)
	}
	return c.words.T("section."+name) + ": " + c.words.T("public.data.col.count")
}
