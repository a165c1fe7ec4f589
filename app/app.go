// Package app joins the services of declara to one program: what cmd/declara
// serves, and what the tests of the whole system run.
//
// The services (account, campaign, complain, conflict, declare, publish, pdn, outbox, seal, trust) know the store and
// nothing of each other; where one causes a mail, it calls a function that is
// given to it here. Engines, files, flags and the clock are cmd's.
package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"declara/app/account"
	"declara/app/backup"
	"declara/app/campaign"
	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/conflict"
	"declara/app/declare"
	"declara/app/demo"
	"declara/app/gifts"
	"declara/app/ledger"
	"declara/app/outbox"
	"declara/app/pdn"
	"declara/app/seal"
	"declara/app/trust"
	"declara/app/verify"
	"declara/app/web"
	"declara/app/wiring"
	"declara/i18n"
	"declara/storage"
	"declara/storage/files"
)

// tenant is the public body of an installation that serves one.
const tenant = "1"

// sweepEvery is how often what is over is forgotten: sessions, posts set aside.
const sweepEvery = time.Hour

// Config is what an App is made of.
type Config struct {
	DB             *storage.DB
	Clock          func() time.Time
	Log            *slog.Logger
	BaseURL        string // "https://declara.example.gob.mx"; letters need it for their links
	Secure         bool   // people reach the site over https
	TrustedProxies []string
	Mail           *outbox.Config  // nil: the server that the institution gave on its pages, if any
	Copies         *backup.Service // nil: they are made with the tools of the engine
	WitnessDir     string          // folder that the state of the log is written to every day; "" is none
	Version        string
	PasswordCost   *account.Cost // nil is the default; tests take a cheap one
	Evidence       *files.Store  // files of complaints
	KeyCost        vault.Params  // of the keys of complaints; zero is the default
}

// App is the whole program over an open store.
type App struct {
	db        *storage.DB
	site      *web.Server
	accounts  *account.Service
	complain  *complain.Service
	unread    *complain.Reminder
	declare   *declare.Service
	seal      *seal.Service
	papers    *seal.Worker
	asking    *trust.Worker
	mail      *outbox.Worker // nil without a mail server
	ledger    *ledger.Service
	pdn       *pdn.Service
	campaign  *campaign.Service
	figures   *complain.Figures
	conflicts *conflict.Service
	copies    *backup.Service // nil: the engine has tools of its own
	witnesses string          // Config.WitnessDir
	secure    bool
	log       *slog.Logger
	relay     *storage.Relay // the mail server of the pages that it was made with
	mailFixed bool           // by the command line: that of the pages is not used
	anew      chan struct{}  // somebody changed what New reads
}

// ErrAnew is what Serve returns when the program is to be made again over the same store:
// what New reads of it was changed.
var ErrAnew = errors.New("app: what it was made of changed")

func (a *App) begin() {
	select {
	case a.anew <- struct{}{}:
	default:
	}
}

// look asks for the program to be made again when the mail server is another than the
// one it was made with: somebody gave it on the pages of another program over the store.
func (a *App) look(ctx context.Context) error {
	relay, err := relayOf(ctx, a.db)
	if err != nil || a.mailFixed || reflect.DeepEqual(relay, a.relay) {
		return err
	}
	a.site.Leave()
	a.begin()
	return nil
}

// relayOf is the mail server that the institution gave on its pages, or nil.
func relayOf(ctx context.Context, db *storage.DB) (relay *storage.Relay, err error) {
	return relay, db.View(ctx, tenant, func(tx *storage.Txn) error {
		o, err := tx.Options()
		relay = o.Relay
		return err
	})
}

// New makes the program ready to serve.
func New(c Config) (*App, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{db: c.DB, anew: make(chan struct{}, 1), copies: c.Copies, witnesses: c.WitnessDir, secure: c.Secure, log: c.Log}
	words := i18n.Load(i18n.WithLog(c.Log))
	sender, letterBase := "", c.BaseURL
	if a.mailFixed = c.Mail != nil; !a.mailFixed {
		var err error
		if a.relay, err = relayOf(context.Background(), c.DB); err != nil {
			return nil, err
		}
		if a.relay != nil {
			own := outbox.FromRelay(*a.relay)
			c.Mail, letterBase = &own, cmp.Or(c.BaseURL, a.relay.Base)
		}
	}
	if c.Mail != nil {
		sender = c.Mail.Sender
		var err error
		if a.mail, err = outbox.NewWorker(c.DB, *c.Mail, c.Clock, c.Log, rand.Text(), 0); err != nil {
			return nil, err
		}
	}
	letters := outbox.NewWriter(words, c.Clock, letterBase, sender)
	if c.Copies != nil && c.Mail != nil {
		c.Copies.Tell = letters.Server
	}
	options := []account.Option{account.WithPlaces(vault.Place)}
	if c.PasswordCost != nil {
		options = append(options, account.WithCost(*c.PasswordCost))
	}
	if c.Evidence == nil {
		return nil, errors.New("app: no folder for the files of complaints")
	}
	var err error
	if a.complain, err = complain.New(complain.Config{DB: c.DB, Files: c.Evidence, Clock: c.Clock, Cost: c.KeyCost, Log: c.Log}); err != nil {
		return nil, err
	}
	options = append(options, account.WithKeys(account.Keys{Reseal: a.complain.Reseal, Roles: a.complain.GuardRoles}))
	a.accounts = account.New(c.DB, c.Clock, aboutAccounts(letters), options...)
	a.seal = seal.New(seal.Config{DB: c.DB, Words: words, Clock: c.Clock, Log: c.Log, Base: strings.TrimRight(c.BaseURL, "/")})
	a.papers = a.seal.NewWorker(rand.Text())
	believed := trust.New(c.DB, c.Clock, nil)
	a.declare = declare.New(c.DB, c.Clock, aboutFilings(letters), declare.WithEFirma(a.efirma(believed, words)), declare.WithScans(a.complain.CleanScan))
	a.asking = trust.NewWorker(believed, c.Log, rand.Text())
	a.ledger = ledger.New(c.DB, c.Clock, c.Log, rand.Text(), aboutTheLog(letters), a.seal.Stamp)
	a.campaign = wiring.Campaign(c.DB, words, c.Clock, c.Log, rand.Text(), letterBase, a.declare, letters)
	if a.mail != nil {
		a.mail.Unless(a.campaign.Needless)
	}
	a.unread = complain.NewReminder(c.DB, c.Clock, letters.Unread)
	a.figures = complain.NewFigures(c.DB, c.Clock, c.Log, rand.Text())
	a.conflicts = conflict.New(c.DB, c.Clock, c.Log, rand.Text())
	a.pdn = pdn.New(c.DB, c.Clock, c.Log)
	site, err := web.New(web.Config{
		Conflict: a.conflicts,
		DB:       c.DB, Bundle: words, Clock: c.Clock, Accounts: a.accounts,
		Declare: a.declare, Trust: believed, PDN: a.pdn, Ledger: a.ledger, Seal: a.seal, Complain: a.complain, Campaign: a.campaign,
		Verify:  verify.New(c.DB, c.Clock, complain.LastDay, aboutVerification(letters)),
		BaseURL: c.BaseURL, Secure: c.Secure, TrustedProxies: c.TrustedProxies,
		Mail: c.Mail != nil, MailFixed: a.mailFixed, Copies: c.Copies, Restart: a.begin, Log: c.Log, Version: c.Version,
	})
	if err != nil {
		return nil, err
	}
	a.site = site
	return a, nil
}

// efirma is what package declare signs with: whom the administrator believes, and
// the time stamps and the address of the papers.
func (a *App) efirma(believed *trust.Service, words *i18n.Bundle) declare.EFirma {
	return declare.EFirma{
		Words: words, Stamp: a.seal.Stamp,
		Check: func(filing string) string { return a.seal.Base() + "/verificar/" + filing },
		Judge: func(ctx context.Context, tenant string, cer []byte, rfc string) (declare.Verdict, error) {
			v, err := believed.Judge(ctx, tenant, cer, rfc)
			if err != nil {
				return declare.Verdict{}, err
			}
			return declare.Verdict{
				Certificate: v.Certificate.X509, Name: v.Certificate.Name, Serial: v.Certificate.Serial, Chain: v.Chain, Check: v.Check,
			}, nil
		},
	}
}

// aboutAccounts writes the letters of package account.
func aboutAccounts(w *outbox.Writer) account.Post {
	return func(tx *storage.Txn, l account.Letter) error {
		switch l.Kind {
		case account.LetterRecovery:
			return w.Recovery(tx, l.To, l.Lang, l.Path)
		case account.LetterUnused:
			return w.Unused(tx, l.To, l.Lang, l.Path)
		case account.LetterChanged:
			return w.Changed(tx, l.To, l.Lang)
		case account.LetterFactor:
			return w.Factor(tx, l.To, l.Lang)
		case account.LetterMoved:
			return w.Moved(tx, l.To, l.Lang)
		case account.LetterSpare:
			return w.Spare(tx, l.To, l.Lang)
		case account.LetterInvitation:
			return w.Invitation(tx, l.To, l.Lang, l.Path, l.Code)
		case account.LetterEnds:
			return w.Ends(tx, l.To, l.Lang, l.Path, l.Day, l.Left == 0)
		}
		return errors.New("app: a letter of an unknown kind: " + string(l.Kind))
	}
}

// aboutFilings writes the letter that follows a filing, in the language of the
// account and to the address that she declared, or else to that of the account.
func aboutFilings(w *outbox.Writer) declare.Post {
	return func(tx *storage.Txn, l declare.Letter) error {
		to, lang := l.To, ""
		u, err := tx.UserByPerson(l.Person.ID)
		switch {
		case err == nil:
			lang = u.Lang
			if to == "" {
				to = u.Email
			}
		case !errors.Is(err, storage.ErrNotFound):
			return err
		}
		zone, err := time.LoadLocation(l.Filing.Zone)
		if err != nil {
			return err
		}
		return w.Receipt(tx, l.ID, to, lang, l.Filing.Folio, l.Filing.Filed, zone, "/declaraciones/"+l.Filing.ID+"/acuse")
	}
}

// aboutVerification writes the letters about a verification. They say that there is
// something to read, and nothing of it.
func aboutVerification(w *outbox.Writer) verify.Post {
	return func(tx *storage.Txn, l verify.Letter) error {
		switch l.Kind {
		case verify.LetterAsked:
			return w.Asked(tx, l.To.Email, l.To.Lang, l.Path)
		case verify.LetterAnswered:
			return w.Answered(tx, l.To.Email, l.To.Lang, l.Path)
		}
		return errors.New("app: a letter of an unknown kind: " + l.Kind)
	}
}

// aboutTheLog writes the letters to the witnesses of the log.
func aboutTheLog(w *outbox.Writer) ledger.Post {
	return func(tx *storage.Txn, l ledger.Letter) error {
		for _, to := range l.To {
			if err := w.Witness(tx, to, l.Day, l.Checkpoint); err != nil {
				return err
			}
		}
		return nil
	}
}

// SetupPath is the address of the set-up page with its one-time key, and "" once
// the institution is set up.
func (a *App) SetupPath(ctx context.Context) (string, error) {
	token, err := a.accounts.StartSetup(ctx, tenant)
	if err != nil || token == "" {
		return "", err
	}
	return "/ajustes/inicio?clave=" + token, nil
}

// Serve answers on ln until ctx ends, and shows its figures on the other listener
// when there is one. It works meanwhile at what waits: mail, and what is over.
func (a *App) Serve(ctx context.Context, ln, figures net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	if a.mail != nil {
		work.Go(func() { a.report("outbox", a.mail.Run(ctx)) })
		// Without a server reminders would pile up, and go when their time is over.
		work.Go(func() { a.report("campaign", a.campaign.Run(ctx)) })
	}
	if a.copies != nil {
		work.Go(func() { a.report("backup", a.copies.Run(ctx)) })
	}
	work.Go(func() { a.sweep(ctx) })
	work.Go(func() { a.remind(ctx) })
	work.Go(func() { a.report("witnesses of the log", a.ledger.Run(ctx)) })
	work.Go(func() { a.report("figures", a.figures.Run(ctx)) })
	work.Go(func() { a.report("conflicts", a.conflicts.Run(ctx)) })
	work.Go(func() { a.report("readers of the API", a.pdn.Run(ctx)) })
	if a.seal.Base() == "" {
		a.seal.At(address(ln, a.secure))
	}
	a.report("folder of witnesses", a.seal.SetFolder(ctx, tenant, a.witnesses))
	work.Go(func() { a.report("papers", a.papers.Run(ctx)) })
	work.Go(func() { a.report("revocation", a.asking.Run(ctx)) })
	if figures != nil {
		work.Go(func() { a.report("metrics", a.site.ServeMetrics(ctx, figures)) })
	}
	var again atomic.Bool
	work.Go(func() {
		select {
		case <-a.anew:
			again.Store(true)
			stop()
		case <-ctx.Done():
		}
	})
	if err := a.site.Serve(ctx, ln); err != nil || !again.Load() {
		return err
	}
	return ErrAnew
}

// address is where a listener is reached from this machine, for whoever configured
// no other address.
func address(ln net.Listener, secure bool) string {
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	at := ln.Addr().String()
	if tcp, ok := ln.Addr().(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		at = net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return scheme + at
}

func (a *App) report(what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		a.log.Error(what, "error", err.Error())
	}
}

// sweep forgets, now and then, what is over.
func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		a.report("sweep", a.db.EachTenant(ctx, func(t string) error {
			return errors.Join(a.accounts.Sweep(ctx, t), a.declare.Sweep(ctx, t), a.complain.Sweep(ctx, t), a.campaign.Sweep(ctx, t))
		}))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// remind asks every minute whether it is the hour of the letters to the office and
// whether the mail server is another, and has the store written where nobody does.
func (a *App) remind(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		a.report("mail server", a.look(ctx))
		a.report("cover", a.complain.Cover(ctx))
		a.report("letters to the office", a.db.EachTenant(ctx, func(t string) error {
			return errors.Join(a.unread.Run(ctx, t), a.accounts.WarnOfEnds(ctx, t))
		}))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Demo fills an empty store, and a folder for the files of complaints, with a
// fictitious municipality.
func Demo(ctx context.Context, db *storage.DB, evidence *files.Store, o demo.Options) (demo.Report, error) {
	clock := &demo.Clock{}
	accounts := account.New(db, clock.Now, func(*storage.Txn, account.Letter) error { return nil })
	complaints, err := complain.New(complain.Config{DB: db, Files: evidence, Clock: clock.Now, Cost: demo.DemoCost})
	if err != nil {
		return demo.Report{}, err
	}
	filings := declare.New(db, clock.Now, func(*storage.Txn, declare.Letter) error { return nil }, declare.WithScans(complaints.CleanScan))
	report, err := demo.Fill(ctx, demo.Services{
		DB: db, Declare: filings, Hash: accounts.Hash, Office: complain.NewOffice(complaints, i18n.Load()),
		Conflict: conflict.New(db, clock.Now, slog.New(slog.DiscardHandler), ""),
		Verify:   verify.New(db, clock.Now, complain.LastDay, nil),
		Campaign: wiring.Campaign(db, i18n.Load(), clock.Now, slog.New(slog.DiscardHandler), "", "", filings, outbox.NewWriter(i18n.Load(), clock.Now, "", "")),
		Gifts:    gifts.New(db, clock.Now),
		Format: func(ctx context.Context, who declare.Who, duty string) ([]byte, error) {
			return filings.Blank(ctx, who, duty, i18n.Load().Printer(i18n.Spanish))
		},
	}, clock, o)
	if err != nil {
		return report, err
	}
	today := func() time.Time { return o.Today }
	// Its papers are made when they are asked for, or by and by while it is served.
	sealing := seal.New(seal.Config{DB: db, Words: i18n.Load(), Clock: today})
	frozen := complain.NewFigures(db, today, slog.New(slog.DiscardHandler), rand.Text())
	paper := storage.KeySheet{Keys: db.Keys().Names(), At: o.Today}
	return report, errors.Join(sealing.Ready(ctx, tenant), frozen.Freeze(ctx, tenant), db.Update(ctx, tenant, func(tx *storage.Txn) error {
		o, err := tx.Options()
		if err != nil {
			return err
		}
		o.Sheet = paper
		return tx.PutOptions(o)
	}))
}
