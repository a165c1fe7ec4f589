package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"declara/app/account"
	"declara/app/complain/vault"
	"declara/storage"
	"declara/storage/bolt"
)

// A burst is what a scandal brings: so many complaints, each with photos as telephones
// take them, under the keys at their full price, sent by so many people at once without
// a pause, who come back with their key at once, while the office signs in. An hour of
// them is longer and asks less of the memory.
const (
	burstComplaints = 200
	burstPeople     = 8
	burstPhotos     = 3
	photoWide       = 4000
	photoHigh       = 3000
	burstPassword   = "una frase larga de prueba"
)

// burst sends a burst to a program of its own and tells its greatest resident memory,
// as the kernel counted it.
func burst(ctx context.Context, bin, dir string, complaints int) ([]verdict, error) {
	if err := openChannel(ctx, dir, complaints/burstPeople); err != nil {
		return nil, err
	}
	s, err := start(ctx, bin, dir)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	before, err := s.peak()
	if err != nil {
		return nil, err
	}
	photos, err := newPhotos()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	var (
		work sync.WaitGroup
		next atomic.Int64
		mu   sync.Mutex
		took []time.Duration
	)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	for range burstPeople {
		work.Go(func() {
			for n := next.Add(1); n <= int64(complaints) && ctx.Err() == nil; n = next.Add(1) {
				at := time.Now()
				err := complainOnce(ctx, s.addr, photos, n)
				if err == nil && n%burstPeople == 0 {
					err = signIn(ctx, s.addr, int(n)/burstPeople, time.Now())
				}
				mu.Lock()
				took = append(took, time.Since(at))
				mu.Unlock()
				if err != nil {
					stop(fmt.Errorf("complaint %d: %w", n, err))
				}
			}
		})
	}
	work.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	peak, err := s.peak()
	if err != nil {
		return nil, err
	}
	slices.Sort(took)
	cpu, err := s.cpu()
	if err != nil {
		return nil, err
	}
	fmt.Printf("%d complaints with %d photos of %s each, %d at once, in %v (a complaint: median %v, processor %v); memory before %s, at most %s\n",
		complaints, burstPhotos, bytesText(int64(len(photos[0]))), burstPeople, time.Since(began).Round(time.Second),
		took[len(took)/2].Round(10*time.Millisecond), (cpu / time.Duration(complaints)).Round(10*time.Millisecond), bytesText(before), bytesText(peak))
	return []verdict{{
		fmt.Sprintf("memory of a burst of %d complaints with photos", complaints), bytesText(peak), "under " + bytesText(goalBurst), peak < goalBurst,
	}}, nil
}

// peak is the most memory that the program ever had.
func (s *server) peak() (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	return numbers(string(raw), ":")["VmHWM"] << 10, err
}

// openChannel makes an installation that takes complaints, with an office of so many who
// sign in: a code of a telephone is good once, so each comes in once.
func openChannel(ctx context.Context, dir string, office int) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	keys, err := storage.LoadKeys(filepath.Join(dir, "declara.key"), true)
	if err != nil {
		return err
	}
	store, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		return err
	}
	db := storage.Open(store, keys)
	defer func() { err = errors.Join(err, db.Close()) }()
	day := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	secret, err := account.New(db, time.Now, nil).Hash(ctx, burstPassword)
	if err != nil {
		return err
	}
	return db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := settle(tx, day); err != nil {
			return err
		}
		for _, role := range []storage.Role{storage.RoleComptroller, storage.RoleCustodian} {
			u := storage.User{ID: string(role), Login: string(role), Roles: []storage.Role{role}}
			if err := tx.PutUser(u); err != nil {
				return err
			}
			p, err := vault.NewPair()
			if err != nil {
				return err
			}
			if err := tx.PutVaultKey(storage.VaultKey{User: u.ID, Public: p.Public().Bytes(), Post: string(role)}, 0); err != nil {
				return err
			}
		}
		for n := range office {
			if err := tx.PutUser(storage.User{ID: fmt.Sprintf("oficina%d", n+1), Login: account.Fold(loginOf(n + 1)), Roles: []storage.Role{storage.RoleHR}, Password: secret,
				Second: &storage.Second{Secret: phoneOf(n + 1), Since: day}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// loginOf and phoneOf are those of one of the office, and the secret of her telephone.
func loginOf(n int) string { return fmt.Sprintf("oficina%d@prueba.example", n) }

func phoneOf(n int) []byte { return fmt.Appendf(nil, "telefono de prueba %04d", n) }

// newPhotos are some photos of twelve megapixels, with as many details as a wall has.
func newPhotos() (all [][]byte, err error) {
	for seed := range uint64(burstPhotos) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := image.NewYCbCr(image.Rect(0, 0, photoWide, photoHigh), image.YCbCrSubsampleRatio420)
		for y := range photoHigh {
			for x := range photoWide {
				m.Y[m.YOffset(x, y)] = color.Gray{Y: uint8((x+y)/32) + uint8(r.Uint32()&31)}.Y
			}
		}
		for i := range m.Cb {
			m.Cb[i], m.Cr[i] = uint8(i/4096), 128
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 85}); err != nil {
			return nil, err
		}
		all = append(all, b.Bytes())
	}
	return all, nil
}

// tagged is a photo that no other complaint has: with a comment, as cameras write one.
func tagged(photo []byte, n int64) []byte {
	comment := fmt.Sprintf("camera %016d", n)
	out := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, byte(len(comment) + 2)}, comment...)
	return append(out, photo[2:]...)
}

// person is a browser without a script.
type person struct {
	client *http.Client
	addr   string
}

func newPerson(addr string) (person, error) {
	jar, err := cookiejar.New(nil)
	return person{&http.Client{Jar: jar, Transport: &http.Transport{}, Timeout: 5 * time.Minute}, addr}, err
}

// busyFor is how long somebody waits who is told that too many files come at once.
const busyFor = 200 * time.Millisecond

// send posts a form, with a file if there is one, and gives the page that answers.
func (p person) send(ctx context.Context, path string, file []byte, pairs ...string) (string, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		w.WriteField(pairs[i], pairs[i+1])
	}
	if file != nil {
		part, err := w.CreateFormFile("archivo", "foto.jpg")
		if err != nil {
			return "", err
		}
		part.Write(file)
	}
	w.Close()
	return p.post(ctx, path, w.FormDataContentType(), body.Bytes())
}

func (p person) post(ctx context.Context, path, kind string, body []byte) (string, error) {
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, "POST", "http://"+p.addr+path, bytes.NewReader(body))
		if err != nil {
			return "", err
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := p.client.Do(req)
		if err != nil {
			return "", err
		}
		page, err := io.ReadAll(res.Body)
		res.Body.Close()
		switch {
		case err != nil:
			return "", err
		case res.StatusCode == http.StatusOK:
			return string(page), nil
		case res.StatusCode != http.StatusTooManyRequests:
			return "", fmt.Errorf("%s: %s: %.300s", path, res.Status, page)
		}
		time.Sleep(busyFor)
	}
	return "", ctx.Err()
}

var (
	tabOn = regexp.MustCompile(`name="hoja" value="([^"]+)"`)
	keyOn = regexp.MustCompile(`folio-g grupos">((?:<span>\d{4}</span> ?){6})`)
	tags  = regexp.MustCompile(`<[^>]+>`)
)

// complainOnce is one complaint, from the door to the first visit with its key.
func complainOnce(ctx context.Context, addr string, photos [][]byte, n int64) error {
	p, err := newPerson(addr)
	if err != nil {
		return err
	}
	defer p.client.CloseIdleConnections()
	page, err := p.send(ctx, "/denuncia", nil, "paso", "inicio")
	if err != nil {
		return err
	}
	m := tabOn.FindStringSubmatch(page)
	if m == nil {
		return errors.New("the first page has no tab")
	}
	step := func(file []byte, pairs ...string) error {
		page, err = p.send(ctx, "/denuncia", file, append([]string{"hoja", m[1]}, pairs...)...)
		return err
	}
	if err := step(nil, "paso", "quien", "quien", "ayuntamiento"); err != nil {
		return err
	}
	if err := step(nil, "paso", "que", "que", strings.Repeat("El inspector pidió dinero en el mercado. ", 20), "cuando", "en mayo"); err != nil {
		return err
	}
	for _, photo := range photos {
		if err := step(tagged(photo, n), "paso", "pruebas", "ir", "subir"); err != nil {
			return err
		}
	}
	if err := step(nil, "paso", "nombre", "modo", "anonima"); err != nil {
		return err
	}
	if err := step(nil, "paso", "revisar", "ir", "enviar"); err != nil {
		return err
	}
	key := keyOn.FindStringSubmatch(page)
	if key == nil { // the flood is noticed: she would rather not answer
		if err := step(nil, "paso", "saturacion", "ir", "sin"); err != nil {
			return err
		}
		if key = keyOn.FindStringSubmatch(page); key == nil {
			return errors.New("no key was shown")
		}
	}
	_, err = p.send(ctx, "/denuncia/clave", nil, "paso", "entrar", "clave", strings.TrimSpace(tags.ReplaceAllString(key[1], "")))
	return err
}

// inside is on every page of who came in.
const inside = `<a href="/cuenta">`

// signIn is somebody of the office who signs in, with her password and a code of her
// telephone. It is an error when she is not in at the end.
func signIn(ctx context.Context, addr string, n int, now time.Time) error {
	p, err := newPerson(addr)
	if err != nil {
		return err
	}
	defer p.client.CloseIdleConnections()
	page := ""
	for _, step := range []struct {
		path string
		form url.Values
	}{
		{"/entrar", url.Values{"usuario": {loginOf(n)}, "clave": {burstPassword}}},
		{"/entrar/codigo", url.Values{"codigo": {account.CodeOf(phoneOf(n), now)}}},
	} {
		if strings.Contains(page, inside) {
			return errors.New("the password alone let her in")
		}
		if page, err = p.post(ctx, step.path, "application/x-www-form-urlencoded", []byte(step.form.Encode())); err != nil {
			return err
		}
	}
	if !strings.Contains(page, inside) {
		return errors.New("she did not come in")
	}
	return nil
}
