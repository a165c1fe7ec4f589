// Package web is the site: it turns requests into calls of the services and what
// they answer into pages. Nothing else imports Fiber.
//
// # A request
//
// Every request goes through one chain (handle.go): a number and a deadline, a net
// for panics, headers, the rate limit, the limit of the body, the origin check,
// the session, the role. Then the handler runs, on a Ctx (ctx.go) whose strings
// are copies, since Fiber's own are of a buffer that the next request overwrites.
// Pages are rendered into memory and sent whole (view.go); errors become words, a
// statement of what is safe, and a reference number that the log has too
// (errors.go).
//
// # What keeps strangers out
//
//   - Requests that change something must come from our own pages
//     (origin.go, docs/decisions/0004-no-csrf-tokens.md).
//   - A session is a cookie of 32 random bytes (session.go,
//     docs/decisions/0005-sessions.md).
//   - The table of routes says who may use which (routes.go). What belongs to
//     somebody else is "not found", which services decide.
//   - No inline script or style, no third party (headers.go).
//
// # Compression
//
// A compressed answer tells its size, and a size can tell a secret to who makes
// the browser ask again and again with guesses (BREACH). So: answers with a secret
// (a code, a client's secret) are never compressed; pages of who is signed in are
// only when the browser says that the request came from our own site, which an
// attacker's page cannot make it say; the rest is (compress.go).
//
// # State
//
// The process keeps rate limits and nothing else between requests, so several may
// serve the same store. Reading pages writes nothing.
package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"declara/app/account"
	"declara/app/backup"
	"declara/app/campaign"
	"declara/app/complain"
	"declara/app/conflict"
	"declara/app/declare"
	"declara/app/gifts"
	"declara/app/ledger"
	"declara/app/pdn"
	"declara/app/pnt"
	"declara/app/publish"
	"declara/app/seal"
	"declara/app/trust"
	"declara/app/verify"
	"declara/i18n"
	"declara/storage"
)

// How long things may take, and how big they may be. A body is read up to
// readBody, or four times its route's limit if that is more, so that most
// people who send too much are told so in words; maxBody is the end.
const (
	readTimeout   = 10 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 60 * time.Second
	handleTimeout = 30 * time.Second
	stopTimeout   = 15 * time.Second
	headerBytes   = 16 << 10
	readBody      = 1 << 20
	maxBody       = seal.MaxFile + 64<<10
	connections   = 4096
)

// tenant is the public body of an installation that serves one.
const tenant = "1"

// Config is what a Server is made of.
type Config struct {
	DB       *storage.DB
	Bundle   *i18n.Bundle
	Clock    func() time.Time
	Accounts *account.Service
	Declare  *declare.Service
	PDN      *pdn.Service
	Ledger   *ledger.Service // nil: one that only reads
	Seal     *seal.Service
	Trust    *trust.Service
	Complain *complain.Service
	Campaign *campaign.Service // nil: nobody is reminded
	Conflict *conflict.Service // nil: one whose worker runs nowhere
	Verify   *verify.Service   // nil: one that writes no letters

	BaseURL        string          // "https://declara.example.gob.mx"; "" takes the Host of each request
	Secure         bool            // people reach it over https: cookies are __Host- and HSTS is sent
	TrustedProxies []string        // addresses or CIDR ranges whose X-Forwarded-For counts
	Mail           bool            // an SMTP server is configured
	MailFixed      bool            // it is by the command line, so that no page changes it
	Copies         *backup.Service // nil: the engine has tools of its own for it
	Restart        func()          // has the program begin anew, with what was configured; nil does nothing
	Log            *slog.Logger    // nil discards
	Version        string
}

// Server is the site. Make it with New.
type Server struct {
	db        *storage.DB
	words     *i18n.Bundle
	now       func() time.Time
	accounts  *account.Service
	declare   *declare.Service
	publish   *publish.Service
	pdn       *pdn.Service
	ledger    *ledger.Service
	seal      *seal.Service
	trust     *trust.Service
	complain  *complain.Service
	campaign  *campaign.Service
	draws     *verify.Service
	cases     *complain.Office
	gifts     *gifts.Service
	conflicts *conflict.Service
	pnt       *pnt.Service
	log       *slog.Logger

	base      *url.URL // nil when not configured
	proxies   []netip.Prefix
	secure    bool
	mail      bool
	mailFixed bool
	tryFor    time.Duration // tryTimeout, shorter in tests
	copies    *backup.Service
	restart   func()
	leaving   atomic.Bool // connections end with their next answer
	version   string

	app         *fiber.App
	table       []Route
	views       map[string]language // by name
	assets      *assets
	rate        *limiter
	uploads     uploads
	metrics     metrics
	guesses     *guesses
	flood       *flood        // of complaints
	turns       *turns        // of who sends them
	patience    time.Duration // for those
	evidence    chan struct{} // who is handing in a file
	downloads   gate          // of everything that is public
	inspections gate          // of files that people bring
	stop        context.CancelFunc
	life        context.Context // ends when the server stops
}

// New makes the site ready to answer. Templates are parsed and assets compressed
// when somebody first needs them: only what must be known before is done here.
func New(c Config) (*Server, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		db: c.DB, words: c.Bundle, now: c.Clock, accounts: c.Accounts, declare: c.Declare, publish: publish.New(c.DB), gifts: gifts.New(c.DB, c.Clock), draws: c.Verify, pdn: c.PDN, ledger: c.Ledger, seal: c.Seal, trust: c.Trust, complain: c.Complain, campaign: c.Campaign, cases: complain.NewOffice(c.Complain, c.Bundle), log: c.Log,
		secure: c.Secure, mail: c.Mail, mailFixed: c.MailFixed, tryFor: tryTimeout, copies: c.Copies, restart: c.Restart, version: c.Version, rate: newLimiter(c.Clock), uploads: uploads{now: c.Clock}, guesses: newGuesses(c.Clock), flood: newFlood(c.Clock), turns: newTurns(), patience: turnPatience, evidence: make(chan struct{}, handingIn),
		downloads: gate{most: bulkAll, each: bulkNetwork}, inspections: gate{most: inspectAll, each: inspectNetwork},
	}
	s.pnt = pnt.New(c.DB)
	if s.conflicts = c.Conflict; s.conflicts == nil {
		s.conflicts = conflict.New(c.DB, c.Clock, c.Log, "")
	}
	if s.draws == nil {
		s.draws = verify.New(c.DB, c.Clock, complain.LastDay, nil)
	}
	if s.ledger == nil {
		s.ledger = ledger.New(c.DB, c.Clock, c.Log, "", nil, nil)
	}
	if c.BaseURL != "" {
		base, err := url.Parse(strings.TrimRight(c.BaseURL, "/"))
		if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
			return nil, errors.New("web: the base URL is not an http address")
		}
		s.base = base
	}
	var err error
	if s.proxies, err = prefixes(c.TrustedProxies); err != nil {
		return nil, err
	}
	s.life, s.stop = context.WithCancel(context.Background())
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	s.table = s.routes()
	if s.views, err = s.lazyViews(); err != nil {
		return nil, err
	}
	s.app = fiber.New(fiber.Config{
		Immutable:                    true,
		CaseSensitive:                true,
		StrictRouting:                true,
		BodyLimit:                    maxBody,
		Concurrency:                  connections,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               headerBytes,
		ErrorHandler:                 s.outside,
		DisablePreParseMultipartForm: true,
		DisableStartupMessage:        true,
		DisableDefaultContentType:    true,
	})
	s.app.Server().HeaderReceived = s.headerReceived
	s.app.Server().SecureErrorLogMessage = true
	s.app.Server().CloseOnShutdown = true
	s.app.Server().Logger = silent{}
	s.app.Get(assetPrefix+":name", s.serveAsset)
	for i := range s.table {
		r := &s.table[i]
		s.app.Add(r.Method, r.Path, s.handle(r))
		if r.Method == fiber.MethodGet {
			s.app.Add(fiber.MethodHead, r.Path, s.handle(r))
		}
	}
	return s, nil
}

// silent drops what fasthttp would print about connections: the site has its own log.
type silent struct{}

func (silent) Printf(string, ...any) {}

// headerReceived sets how much of a body is read at all, before it is read, and how
// long it may take to arrive and the answer to be sent.
func (s *Server) headerReceived(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	most, slow := readBody, writeTimeout
	arrive := time.Duration(0) // that of the server
	if r := s.find(string(h.Method()), string(h.RequestURI())); r != nil {
		most, slow = min(max(most, 4*r.limit()), maxBody), max(slow, r.Slow)
		if bigBody(h, r) {
			if arrive = uploadTime; !s.uploads.enter() {
				most = 1
			}
		}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: most, ReadTimeout: arrive, WriteTimeout: slow}
}

// find is the route of a method and a request target.
func (s *Server) find(method, target string) *Route {
	path, _, _ := strings.Cut(target, "?")
	for i := range s.table {
		if r := &s.table[i]; r.Method == method && r.matches(path) {
			return r
		}
	}
	return nil
}

// Serve answers on a listener until ctx ends, and then waits, not too long, for
// the requests that are being answered.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- s.app.Listener(newLingering(ln)) }()
	var warming sync.WaitGroup
	warming.Go(s.warm)
	defer warming.Wait()
	defer s.stop()
	select {
	case err := <-done:
		return fmt.Errorf("web: %w", err)
	case <-ctx.Done():
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return s.app.ShutdownWithContext(wait)
}

// warm reads into memory what the first who ask would wait for. One index comes after
// the other: that of the API is read in a moment, the list of who must file is what the
// office sees first, and the index of the search goes through all documents and would
// take the processors and the disk from both. Whoever asks earlier has the same made at
// once.
func (s *Server) warm() {
	for _, index := range []struct {
		name string
		make func(context.Context, string) error
	}{{"API", s.pdn.Load}, {"who must file", s.roll}, {"search", s.publish.Warm}} {
		if err := index.make(s.life, tenant); err != nil && s.life.Err() == nil {
			s.log.Warn("an index is made when it is first asked for", "index", index.name, "error", err.Error())
		}
	}
}

func (s *Server) roll(ctx context.Context, tenant string) error {
	_, err := s.declare.Roll(ctx, tenant)
	return err
}

// Leave has every connection end with its next answer, since the program is about to
// end or to begin anew.
func (s *Server) Leave() { s.leaving.Store(true) }

// Test answers one request without a listener, for tests of handlers.
func (s *Server) Test(req *http.Request) (*http.Response, error) { return s.app.Test(req, -1) }

// TLS makes a listener of one that carries TLS, with the protocols that Fiber
// speaks: a browser that picked HTTP/2 could not be served. acme names the
// protocol of a certificate authority's challenge, when one is used.
func TLS(ln net.Listener, c *tls.Config, acme ...string) net.Listener {
	c = c.Clone()
	c.MinVersion = tls.VersionTLS12
	c.NextProtos = append([]string{"http/1.1"}, acme...)
	return tls.NewListener(newLingering(ln), c)
}
