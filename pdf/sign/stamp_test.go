package sign_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"declara/pdf/sign"
)

// TestStamped: both signatures bear a stamp, and the hour is the stamp's.
func TestStamped(t *testing.T) {
	k := keys()
	s := stampServer(t, k.stamps)
	pdf, _ := sealed(t, s.stamper(k))
	rep, err := sign.Verify(pdf, k.trust())
	if err != nil || rep.Altered {
		t.Fatal(rep, err)
	}
	for _, g := range rep.Signatures {
		if g.Stamped == nil || !g.Stamped.Equal(s.at) || !g.StampedBy.Equal(k.stamps.cert) || g.Trusted == "" || g.Token == nil {
			t.Errorf("%+v", g)
		}
	}
	if rep, err = sign.Verify(pdf, sign.Trust{Seals: k.ca.pool()}); err != nil || rep.Signatures[1].Stamped != nil || rep.Signatures[1].StampWhy != sign.StampSigner || rep.Altered {
		t.Errorf("a stamp of nobody's root counts: %+v %v", rep, err)
	}
}

// TestStampRefused: each wrong answer has its own reason, and no signature is made.
func TestStampRefused(t *testing.T) {
	k := keys()
	other := issue(nil, ecKey(), stampLeaf(21))
	notCritical := stampLeaf(22)
	notCritical.ExtraExtensions[0].Critical = false
	plain := issue(&k.stampRoot, ecKey(), leaf("Sin uso de sellos", 23))
	for name, c := range map[string]struct {
		change func(*timeServer)
		why    sign.Reason
	}{
		"granted with changes": {func(s *timeServer) { s.status = 1 }, ""},
		"rejected":             {func(s *timeServer) { s.status = 2 }, sign.StampRefused},
		"nonce":                {func(s *timeServer) { s.lie = func(_ []byte, n *big.Int) { n.Add(n, big.NewInt(1)) } }, sign.StampNonce},
		"imprint":              {func(s *timeServer) { s.lie = func(h []byte, _ *big.Int) { h[0] ^= 1 } }, sign.StampImprint},
		"root":                 {func(s *timeServer) { s.who = other }, sign.StampSigner},
		"usage":                {func(s *timeServer) { s.who = plain }, sign.StampSigner},
		"not critical":         {func(s *timeServer) { s.who = issue(&k.stampRoot, ecKey(), notCritical) }, sign.StampSigner},
		"key":                  {func(s *timeServer) { s.who.key = ecKey() }, sign.StampValue},
		"value":                {func(s *timeServer) { s.spoil = func(b []byte) { b[len(b)-1] ^= 1 } }, sign.StampValue},
		"cut":                  {func(s *timeServer) { s.spoil = func(b []byte) { b[0] = 0x04 } }, sign.StampFormat},
		"expired":              {func(s *timeServer) { s.at = filedAt.AddDate(60, 0, 0) }, sign.StampSigner},
	} {
		t.Run(name, func(t *testing.T) {
			s := stampServer(t, k.stamps)
			c.change(s)
			_, err := sign.Seal(t.Context(), one(), sealRequest(), k.sealer(), s.stamper(k))
			var e *sign.Error
			if c.why == "" && err != nil || c.why != "" && (!errors.As(err, &e) || e.Why != c.why) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestStampClock: an hour far from ours is refused when the caller gives a clock.
func TestStampClock(t *testing.T) {
	k := keys()
	s := stampServer(t, k.stamps)
	for off, ok := range map[time.Duration]bool{0: true, time.Minute: true, time.Hour: false, -time.Hour: false} {
		st := sign.NewStamper(s.URL, nil, k.stampRoot.pool(), sign.StampOptions{Now: func() time.Time { return s.at.Add(off) }})
		if _, err := st.Stamp(t.Context(), sha256.Sum256([]byte("x"))); ok != (err == nil) || !ok && !errors.Is(err, &sign.Error{Why: sign.StampTime}) {
			t.Errorf("%s: %v", off, err)
		}
	}
}

// TestStampAway: an authority that is not there, is slow, says something else or
// wants a password gives a reason, soon, and without its address in the text.
func TestStampAway(t *testing.T) {
	k := keys()
	digest := sha256.Sum256([]byte("x"))
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	closed.Close()
	release := make(chan struct{})
	answer := func(f http.HandlerFunc) string {
		s := httptest.NewServer(f)
		t.Cleanup(s.Close)
		return s.URL
	}
	slow := answer(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(release) })
	for name, c := range map[string]struct {
		url string
		why sign.Reason
	}{
		"closed": {"http://" + address, sign.StampUnreachable},
		"slow":   {slow, sign.StampUnreachable},
		"no url": {"::", sign.StampUnreachable},
		"page":   {answer(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<html>")) }), sign.StampFormat},
		"empty":  {answer(func(w http.ResponseWriter, r *http.Request) {}), sign.StampFormat},
		"status": {answer(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) }), sign.StampRefused},
		"huge": {answer(func(w http.ResponseWriter, r *http.Request) {
			for range 1000 {
				if _, err := w.Write(make([]byte, 1<<10)); err != nil {
					return
				}
			}
		}), sign.StampFormat},
	} {
		t.Run(name, func(t *testing.T) {
			st := sign.NewStamper(c.url, nil, k.stampRoot.pool(), sign.StampOptions{Timeout: 200 * time.Millisecond})
			_, err := st.Stamp(t.Context(), digest)
			if !errors.Is(err, &sign.Error{Why: c.why}) {
				var e *sign.Error
				if !errors.As(err, &e) || e.Why != c.why {
					t.Errorf("%v", err)
				}
			}
			if err != nil && c.url != "::" && strings.Contains(err.Error(), "http") {
				t.Errorf("the address is in %q", err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sign.NewStamper(slow, nil, nil, sign.StampOptions{}).Stamp(ctx, digest); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	asked := ""
	guarded := answer(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		asked = user + ":" + password
	})
	_, err = sign.NewStamper(guarded, nil, nil, sign.StampOptions{User: "valle", Password: "clave"}).Stamp(t.Context(), digest)
	if err == nil || asked != "valle:clave" {
		t.Error(asked, err)
	}
}

// TestLateStamp: a file sealed while the authority was away is stamped later as a
// whole. The stamp proves an hour for what it covers, and changes nothing of it.
func TestLateStamp(t *testing.T) {
	k := keys()
	pdf, _ := sealed(t, nil)
	kept, err := sign.AddRevocation(pdf, [][]byte{k.ac.cert.Raw, k.ca.cert.Raw}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := stampServer(t, k.stamps)
	for round := range 3 {
		s.at = s.at.AddDate(0, 0, round)
		if kept, err = sign.AddDocumentStamp(t.Context(), kept, s.stamper(k), filedAt.In(mexico)); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasPrefix(string(kept), string(pdf)) {
		t.Fatal("what was sealed is no longer the beginning")
	}
	rep, err := sign.Verify(kept, k.trust())
	if err != nil || rep.Altered || len(rep.Signatures) != 5 {
		t.Fatalf("%+v %v", rep, err)
	}
	first := filedAt.Add(3 * time.Second)
	for i, g := range rep.Signatures {
		if g.Stamped == nil || !g.Valid || g.After != "" || i < 2 && (!g.Stamped.Equal(first) || g.Document || g.Trusted == "") || i >= 2 && (!g.Document || g.Trusted != sign.AnchorStamp) {
			t.Errorf("%d: %+v", i, g)
		}
	}
	if got := tool(t, "qpdf", "qpdf", "--check", put(t, "a.pdf", kept)); strings.Contains(got, "WARNING") {
		t.Error(got)
	}
	all := parts(t, kept)
	roots := put(t, "roots.pem", pemOf(k.stampRoot))
	got := tool(t, "openssl", "openssl", "ts", "-verify", "-in", put(t, "token.der", all[2].cms), "-token_in", "-data", put(t, "data.bin", all[2].signed),
		"-CAfile", roots, "-attime", "1778776930")
	if !strings.Contains(got, "Verification: OK") {
		t.Error(got)
	}
	// A file without a form gets one.
	var bare []byte
	if bare, err = sign.AddDocumentStamp(t.Context(), drawn(t, declaration(t)), s.stamper(k), filedAt); err != nil {
		t.Fatal(err)
	}
	if rep, err := sign.Verify(bare, k.trust()); err != nil || rep.Altered || len(rep.Signatures) != 1 || !rep.Signatures[0].Valid {
		t.Errorf("%+v %v", rep, err)
	}
}

// TestOpenSSLStamps takes the stamps of another implementation.
func TestOpenSSLStamps(t *testing.T) {
	tool(t, "openssl", "openssl", "version") // or skip here, not in the server
	k := keys()
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cert, key := write("tsa.pem", pemOf(k.stamps)), write("tsa.key", pemKey(t, k.stamps.key))
	for _, ess := range []string{"sha1", "sha256"} {
		config := write("tsa.cnf", []byte("[tsa]\ndefault_tsa=t\n[t]\nserial="+filepath.Join(dir, "serial")+"\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1,millisecs:500\nclock_precision_digits=3\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg="+ess+"\n"))
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			tool(t, "openssl", "openssl", "ts", "-reply", "-config", config, "-queryfile", write("q.tsq", b), "-signer", cert, "-inkey", key, "-out", filepath.Join(dir, "r.tsr"))
			answer, err := os.ReadFile(filepath.Join(dir, "r.tsr"))
			if err != nil {
				t.Error(err)
			}
			_, _ = w.Write(answer)
		}))
		pdf, err := sign.Seal(t.Context(), one(), sealRequest(), k.sealer(), sign.NewStamper(s.URL, nil, k.stampRoot.pool(), sign.StampOptions{}))
		s.Close()
		if err != nil {
			t.Errorf("%s: %v", ess, err)
			continue
		}
		if rep, err := sign.Verify(pdf, k.trust()); err != nil || rep.Signatures[0].Stamped == nil {
			t.Errorf("%s: %+v %v", ess, rep, err)
		}
	}
}

// largeStamper gives tokens that no signature has room for.
type largeStamper struct{}

func (largeStamper) Stamp(context.Context, [32]byte) ([]byte, error) {
	return append([]byte{0x30, 0x82, 0x4E, 0x20}, make([]byte, 20000)...), nil
}

// TestStampTooLong: a stamp that does not fit is one that was not given.
func TestStampTooLong(t *testing.T) {
	if _, err := sign.Seal(t.Context(), one(), sealRequest(), keys().sealer(), largeStamper{}); !errors.Is(err, &sign.Error{Why: sign.StampFormat}) {
		t.Error(err)
	}
	if _, err := sign.AddDocumentStamp(t.Context(), one(), largeStamper{}, filedAt); !errors.Is(err, &sign.Error{Why: sign.StampFormat}) {
		t.Error(err)
	}
}

// TestHours: a late stamp says when a signature existed by; what the caller knows
// from elsewhere goes before it.
func TestHours(t *testing.T) {
	k := keys()
	pdf, _ := sealed(t, nil)
	root := issue(nil, ecKey(), caOf("Otra raíz", 41))
	s := stampServer(t, issue(&root, ecKey(), stampLeaf(42)))
	s.at = filedAt.AddDate(39, 11, 0)
	trust := k.trust()
	trust.Stamps = root.pool()
	pdf, err := sign.AddDocumentStamp(t.Context(), pdf, sign.NewStamper(s.URL, nil, root.pool(), sign.StampOptions{}), filedAt)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at      func(sign.Signature) time.Time
		trusted sign.Anchor
	}{
		{nil, sign.AnchorSigner},
		{func(sign.Signature) time.Time { return time.Time{} }, sign.AnchorSigner},
		{func(sign.Signature) time.Time { return filedAt }, sign.AnchorSigner},
		{func(sign.Signature) time.Time { return filedAt.AddDate(60, 0, 0) }, ""},
	} {
		trust.At = c.at
		rep, err := sign.Verify(pdf, trust)
		if err != nil || rep.Altered || rep.Signatures[0].Trusted != c.trusted || !rep.Signatures[0].Stamped.Equal(s.at) {
			t.Errorf("%+v %v", rep.Signatures[0], err)
		}
	}
}
