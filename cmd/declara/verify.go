package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"time"

	"declara/app/ledger/proof"
	"declara/app/seal"
	"declara/i18n"
	"declara/pdf/sign"
	"declara/storage"
)

// verifying are the flags of verify.
type verifying struct {
	place
	trust, signers, stamps string
	proof, logKey          string
	lang                   string
	json                   bool
}

var verifyCommand = command{
	name: "verify", args: " FILE.pdf …", summary: "say whether a PDF is a document of this system, as it was, and who signed it when; exit 0 sound, 1 not, 2 unreadable",
	setup: func(fs *flag.FlagSet) func(context.Context, []string, io.Writer) error {
		var v verifying
		v.flags(fs)
		fs.StringVar(&v.trust, "trust", "", "`file` with the certificates of the institution's seals, as its page /verificar/sello gives them; with it no installation is needed")
		fs.StringVar(&v.signers, "signers", "", "with --trust, `file` with the authorities of e.firma")
		fs.StringVar(&v.stamps, "stamps", "", "with --trust, `file` with the roots of the time stamp authority")
		fs.StringVar(&v.proof, "proof", "", "`file` with the proof that the log has the document, as its check page gives it")
		fs.StringVar(&v.logKey, "log-key", "", "`key` of the log, as the institution published it; without it the one in the proof is believed")
		fs.StringVar(&v.lang, "lang", i18n.Spanish, "`language` of the answer: es, en")
		fs.BoolVar(&v.json, "json", false, "answer for programs: one JSON object a file")
		return func(ctx context.Context, args []string, out io.Writer) error {
			if len(args) == 0 {
				return errors.New("it takes at least one FILE.pdf")
			}
			return v.run(ctx, args, out)
		}
	},
}

func (v verifying) run(ctx context.Context, files []string, out io.Writer) error {
	verify, end, err := v.verifier(ctx, out)
	if err != nil {
		return err
	}
	defer end()
	worst := 0
	for _, name := range files {
		b, err := readPDF(name)
		if err != nil { // of many files the others are told of too
			worst = max(worst, status(seal.Unreadable))
			if err := tell(out, v.lang, v.json, name, seal.Findings{Broken: unopened}, time.Local); err != nil {
				return err
			}
			continue
		}
		status, err := verify(name, b)
		if err != nil {
			return err
		}
		worst = max(worst, status)
	}
	if worst > 0 {
		return exitError(worst)
	}
	return nil
}

// verifier gives the function that tells of a file and gives its status: by the
// process that serves the installation, when there is one, or else here.
func (v verifying) verifier(ctx context.Context, out io.Writer) (verify func(name string, b []byte) (int, error), end func(), err error) {
	check, err := v.prover()
	if err != nil {
		return nil, nil, err
	}
	if v.trust == "" && v.store == "" && v.proof == "" {
		if conn, err := net.Dial("unix", v.socket()); err == nil {
			return func(name string, b []byte) (int, error) { return v.askVerify(out, v.lang, v.json, name, b) }, func() {}, conn.Close()
		}
	}
	look, zone, end, err := v.looker(ctx)
	if err != nil {
		return nil, nil, err
	}
	return func(name string, b []byte) (int, error) {
		f, err := look(b)
		if err != nil {
			return 0, err
		}
		check(&f, zone)
		return statusOf(f), tell(out, v.lang, v.json, name, f, zone)
	}, end, nil
}

// tell writes what is known of a file, for people or for programs.
func tell(out io.Writer, lang string, asJSON bool, name string, f seal.Findings, zone *time.Location) error {
	if asJSON {
		return writeJSON(out, name, f)
	}
	return writeTold(out, name, seal.Sentences(i18n.Load().Printer(lang), f, zone))
}

func statusOf(f seal.Findings) int { return status(f.Verdict()) }

// status is the exit status of a verdict.
func status(v seal.Verdict) int {
	switch v {
	case seal.Sound:
		return 0
	case seal.Unreadable:
		return 2
	}
	return 1
}

// unopened is why nothing is known of what is no file, or none that may be read.
const unopened sign.Reason = "unopened"

// readPDF reads a file, and a little more than is inspected of one that is too large.
func readPDF(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, seal.MaxFile+1))
}

// looker gives the function that inspects a file: with the certificates of --trust,
// or with an installation.
func (v verifying) looker(ctx context.Context) (look func([]byte) (seal.Findings, error), zone *time.Location, end func(), err error) {
	if v.trust == "" {
		if v.signers != "" || v.stamps != "" {
			return nil, nil, nil, errors.New("--signers and --stamps go with --trust")
		}
		return v.installed(ctx)
	}
	var t sign.Trust
	for _, p := range []struct {
		file string
		to   **x509.CertPool
	}{{v.trust, &t.Seals}, {v.signers, &t.Signers}, {v.stamps, &t.Stamps}} {
		if p.file == "" {
			continue
		}
		if *p.to, err = pool(p.file); err != nil {
			return nil, nil, nil, err
		}
	}
	return func(b []byte) (seal.Findings, error) { return seal.Look(b, t), nil }, time.Local, func() {}, nil
}

// installed inspects with what an installation trusts and has in its log.
func (v verifying) installed(ctx context.Context) (look func([]byte) (seal.Findings, error), zone *time.Location, end func(), err error) {
	db, err := v.open(ctx, false)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%w; without the installation, give --trust", err)
	}
	if look, zone, err = insider(ctx, db); err != nil {
		return nil, nil, nil, errors.Join(err, db.Close())
	}
	return look, zone, func() { db.Close() }, nil
}

// insider inspects with the store of an installation.
func insider(ctx context.Context, db *storage.DB) (look func([]byte) (seal.Findings, error), zone *time.Location, err error) {
	tenants, err := db.Tenants(ctx)
	if err == nil && len(tenants) == 0 {
		err = errors.New("the installation is not set up")
	}
	if err != nil {
		return nil, nil, err
	}
	err = db.View(ctx, tenants[0], func(tx *storage.Txn) error {
		inst, err := tx.Institution()
		if err == nil {
			zone, err = inst.Location()
		}
		return err
	})
	s := seal.New(seal.Config{DB: db, Words: i18n.Load(), Clock: time.Now})
	return func(b []byte) (seal.Findings, error) { return s.Inspect(ctx, tenants[0], b) }, zone, err
}

// pool reads certificates that are to be trusted.
func pool(name string) (*x509.CertPool, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	certs := x509.NewCertPool()
	n := 0
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: a certificate cannot be read", name)
		}
		certs.AddCert(c)
		n++
	}
	if n == 0 {
		return nil, fmt.Errorf("%s has no certificate in PEM", name)
	}
	return certs, nil
}

// prover gives the function that adds what the file of --proof proves.
func (v verifying) prover() (func(*seal.Findings, *time.Location), error) {
	if v.proof == "" {
		if v.logKey != "" {
			return nil, errors.New("--log-key goes with --proof")
		}
		return func(*seal.Findings, *time.Location) {}, nil
	}
	b, err := os.ReadFile(v.proof)
	if err != nil {
		return nil, err
	}
	file, err := proof.Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.proof, err)
	}
	report, err := proof.Check(file, v.logKey)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.proof, err)
	}
	return func(f *seal.Findings, zone *time.Location) {
		f.Asked = true
		if v.logKey == "" {
			f.LogKey = report.Key
		}
		if e, ok := report.Find(f.Hash); ok && f.Paper == nil {
			f.Paper = proved(report, e, zone)
		}
		for _, a := range f.Report.Files {
			if e, ok := report.Find(storage.Digest(a.Data)); ok && f.Document == nil {
				f.Document = proved(report, e, zone)
			}
		}
	}, nil
}

// proved is an entry of the log as findings tell it. The record of a paper names its
// filing and which of its papers it is.
func proved(r proof.Report, e proof.Found, zone *time.Location) *seal.Known {
	if e.Kind != storage.LeafPaper {
		return &seal.Known{Folio: e.About, Filed: e.At, Zone: zone, Leaf: e.N}
	}
	k := &seal.Known{Folio: path.Dir(e.About), Kind: path.Base(e.About), Kept: e.At, Zone: zone, Leaf: e.N}
	for _, f := range r.Entries {
		if (f.Kind == storage.LeafFiling || f.Kind == storage.LeafImported) && f.About == k.Folio {
			k.Filed = f.At
		}
	}
	return k
}

// signs of the levels, for a terminal.
var signs = map[seal.Level]string{seal.Fine: "✓", seal.Note: "!", seal.Wrong: "✗"}

func writeTold(out io.Writer, name string, t seal.Told) error {
	w := &printer{out: out}
	w.line("%s: %s %s", name, signs[t.Head.Level], t.Head.Text)
	w.line("  %s", t.Text)
	for _, s := range t.Signs {
		w.line("  %s %s", signs[s.Head.Level], s.Head.Text)
		for _, l := range s.Lines {
			w.line("    %s %s", signs[l.Level], l.Text)
		}
	}
	for _, l := range t.Log {
		w.line("  %s %s", signs[l.Level], l.Text)
	}
	return w.err
}

// printer writes lines until one cannot be written.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

// forPrograms is the answer of --json.
type forPrograms struct {
	File       string       `json:"file"`
	Hash       string       `json:"sha256,omitempty"`
	Verdict    seal.Verdict `json:"verdict"`
	Reason     sign.Reason  `json:"reason,omitempty"`
	Signatures []signature  `json:"signatures"`
	Log        *logged      `json:"log,omitempty"` // absent when the log was not asked
}

type signature struct {
	By         string          `json:"by"`
	Serial     string          `json:"serial,omitempty"`
	Trusted    sign.Anchor     `json:"trusted,omitempty"`
	Claimed    time.Time       `json:"claimed,omitzero"`
	Stamped    *time.Time      `json:"stamped,omitempty"`
	Valid      bool            `json:"valid"`
	Whole      bool            `json:"whole"`
	Reason     sign.Reason     `json:"reason,omitempty"`
	After      sign.Reason     `json:"after,omitempty"`
	Revocation sign.Revocation `json:"revocation,omitempty"`
}

type logged struct {
	File     *entry `json:"file,omitempty"`     // this very file
	Document *entry `json:"document,omitempty"` // the declaration attached to it
}

type entry struct {
	Folio string `json:"folio"`
	Leaf  uint64 `json:"leaf"`
}

func writeJSON(out io.Writer, name string, f seal.Findings) error {
	a := forPrograms{File: name, Hash: f.Hash, Verdict: f.Verdict(), Reason: f.Broken, Signatures: []signature{}}
	if a.Reason == "" {
		a.Reason = f.Report.Why
	}
	for _, s := range f.Report.Signatures {
		by := s.Subject
		if s.Cert != nil {
			by = s.Cert.Subject.CommonName
		}
		a.Signatures = append(a.Signatures, signature{by, s.Serial, s.Trusted, s.Claimed, s.Stamped, s.Valid, s.Whole, s.Why, s.After, s.Revocation})
	}
	if f.Asked {
		a.Log = &logged{}
		if f.Paper != nil {
			a.Log.File = &entry{f.Paper.Folio, f.Paper.Leaf}
		}
		if f.Document != nil {
			a.Log.Document = &entry{f.Document.Folio, f.Document.Leaf}
		}
	}
	return json.NewEncoder(out).Encode(a)
}
