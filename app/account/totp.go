package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// A code of the telephone is that of RFC 6238 as every authenticator computes it: SHA-1,
// steps of thirty seconds, six figures.
const (
	totpStep    = 30 * time.Second
	totpFigures = 6
	totpSecret  = 20 // bytes, what RFC 4226 recommends
	// totpWindow is how many steps a telephone may be early or late.
	totpWindow = 1
	// totpFar is how many steps are looked through to tell, while a telephone is being
	// set up, that its clock is wrong.
	totpFar = 2 * 60 * 24
)

var totpText = base32.StdEncoding.WithPadding(base32.NoPadding)

// hotp is the code of RFC 4226 for a count.
func hotp(secret []byte, count int64, figures int) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(count))
	mac := hmac.New(sha1.New, secret)
	mac.Write(b[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	n := uint64(binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff)
	mod := uint64(1)
	for range figures {
		mod *= 10
	}
	return fmt.Sprintf("%0*d", figures, n%mod)
}

// stepOf is the step of a moment.
func stepOf(at time.Time) int64 { return at.Unix() / int64(totpStep/time.Second) }

// CodeOf is the code that a telephone with the secret, as ReadSecret gives it, shows at
// a moment.
func CodeOf(secret []byte, at time.Time) string { return hotp(secret, stepOf(at), totpFigures) }

// ReadSecret reads a secret as it is typed into a telephone.
func ReadSecret(text string) ([]byte, error) {
	return totpText.DecodeString(strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "=", "").Replace(text)))
}

// stepThat is the step whose code it is, among those within the window around a moment
// that come after the last one used.
func stepThat(secret []byte, code string, at time.Time, last int64) (step int64, ok bool) {
	now := stepOf(at)
	for s := now - totpWindow; s <= now+totpWindow; s++ {
		if subtle.ConstantTimeCompare([]byte(hotp(secret, s, totpFigures)), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// clockOff is how far the clock of a telephone is from ours, when its code tells, which
// is 0 when it does not. It is for who holds the secret already: to whoever guesses it
// would be a thousand guesses for one.
func clockOff(secret []byte, code string, at time.Time) time.Duration {
	now := stepOf(at)
	for d := int64(totpWindow + 1); d <= totpFar; d++ {
		for _, s := range []int64{now - d, now + d} {
			if hotp(secret, s, totpFigures) == code {
				return time.Duration(s-now) * totpStep
			}
		}
	}
	return 0
}

// Enrolment is what is put into a telephone.
type Enrolment struct {
	Secret string // in groups of four
	URI    string // the same for a camera
}

func newTOTP() []byte {
	b := make([]byte, totpSecret)
	rand.Read(b)
	return b
}

// enrolment is a secret as it is shown.
func enrolment(secret []byte, issuer, login string) *Enrolment {
	text := totpText.EncodeToString(secret)
	groups := make([]string, 0, len(text)/4)
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:min(i+4, len(text))])
	}
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") } // some do not read + as a space
	issuer = escape(strings.ReplaceAll(issuer, ":", " "))                                         // it parts name and account
	uri := "otpauth://totp/" + issuer + ":" + escape(login) + "?secret=" + text + "&issuer=" + issuer
	return &Enrolment{Secret: strings.Join(groups, " "), URI: uri}
}

// figuresOf is a code of the telephone as it is compared, or "" when what was typed is
// none.
func figuresOf(typed string) string {
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, typed)
	if len(code) != totpFigures || strings.Trim(code, "0123456789") != "" {
		return ""
	}
	return code
}
