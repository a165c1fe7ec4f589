package account

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// TestGuessing: five wrong passwords of a login from a network are free; then each
// waits, longer and longer, never more than a quarter of an hour.
func TestGuessing(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	for range 5 {
		if _, err := o.signIn(u.Login, "no es esta", home); err != errWrong {
			t.Fatal(err)
		}
	}
	var waits []time.Duration
	for range 8 {
		begin := o.now
		_, err := o.signIn(u.Login, "no es esta", home)
		wantCode(t, err, errs.TooMany)
		for ; ; o.now = o.now.Add(5 * time.Second) {
			if _, err = o.signIn(u.Login, "no es esta", home); errs.CodeOf(err) != errs.TooMany {
				break
			}
		}
		waits = append(waits, o.now.Sub(begin))
	}
	for i, w := range waits {
		if i > 0 && w < waits[i-1] || w > 15*time.Minute {
			t.Errorf("waits: %v", waits)
		}
	}
	if waits[0] < 25*time.Second || waits[7] < 14*time.Minute {
		t.Errorf("waits: %v", waits)
	}
	o.now = o.now.Add(2 * time.Hour)
	if _, err := o.signIn(u.Login, goodPassword, home); err != nil {
		t.Errorf("two hours later: %v", err)
	}
}

// TestNoLockOut: strangers on a thousand networks guess at an account all day.
// Its owner still comes in from where she always does.
func TestNoLockOut(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	if _, err := o.signIn(u.Login, goodPassword, home); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := range 300 {
		_, err := o.signIn(u.Login, "no es esta", fmt.Sprintf("198.51.%d.%d", 100+i/200, i%200+1))
		if errs.CodeOf(err) == errs.TooMany {
			refused++
		}
	}
	if refused < 250 {
		t.Errorf("only %d of 300 guesses from everywhere were refused", refused)
	}
	if _, err := o.signIn(u.Login, goodPassword, home); err != nil {
		t.Errorf("the owner is kept out at her desk: %v", err)
	}
	_, err := o.signIn(u.Login, goodPassword, "192.0.2.200")
	wantCode(t, err, errs.TooMany) // elsewhere she waits …
	o.now = o.now.Add(15*time.Minute + time.Second)
	if _, err := o.signIn(u.Login, goodPassword, "192.0.2.200"); err != nil {
		t.Errorf("… but not for good: %v", err)
	}
}

// TestOneNetwork: an office behind one address is not stopped by its own right
// passwords; who guesses at many logins from one address is.
func TestOneNetwork(t *testing.T) {
	o := newOffice(t)
	for i := range 90 {
		u := o.entered(fmt.Sprintf("persona%d@valle.example", i), storage.RoleDeclarant)
		if _, err := o.signIn(u.Login, goodPassword, home); err != nil {
			t.Fatalf("the %dth person of an office: %v", i+1, err)
		}
	}
	stopped := 0
	for i := range 90 {
		if _, err := o.signIn(fmt.Sprintf("nadie%d@valle.example", i), "no es esta", away); errs.CodeOf(err) == errs.TooMany {
			stopped++
		}
	}
	if stopped < 25 {
		t.Errorf("%d of 90 guesses at 90 logins were stopped", stopped)
	}
}

// TestGuessesAtOnce: a hundred tries sent together are counted before any of them
// is answered.
func TestGuessesAtOnce(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	var wg sync.WaitGroup
	var mu sync.Mutex
	looked := 0
	for range 40 {
		wg.Go(func() {
			if _, err := o.signIn(u.Login, "no es esta", away); err == errWrong {
				mu.Lock()
				looked++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if looked != pairRule.free {
		t.Errorf("%d passwords were looked at, not %d", looked, pairRule.free)
	}
}

// TestUnknownCountsAlike: nobody can tell from a wait whether a login exists.
func TestUnknownCountsAlike(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	for i := range 7 {
		_, known := o.signIn(u.Login, "no es esta", home)
		_, unknown := o.signIn("nadie@valle.example", "no es esta", away)
		if errs.CodeOf(known) != errs.CodeOf(unknown) || known.Error() != unknown.Error() {
			t.Errorf("try %d: %v and %v", i+1, known, unknown)
		}
	}
}

func TestNetworkOf(t *testing.T) {
	for ip, want := range map[string]string{
		"203.0.113.7":          "203.0.113.7",
		"::ffff:203.0.113.7":   "203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"fe80::1%eth0":         "fe80::/64",
		"":                     "",
		"nowhere":              "",
	} {
		if got := networkOf(ip); got != want {
			t.Errorf("%s is %s, not %s", ip, got, want)
		}
	}
}

// TestCountersAreBounded: however many logins are tried, there are at most 65,536
// counters of a kind.
func TestCountersAreBounded(t *testing.T) {
	o := newOffice(t)
	seen := map[string]bool{}
	for i := range 200_000 {
		seen[o.subject(counter{loginRule, fmt.Sprint(i)})] = true
	}
	if len(seen) > 65_536 || len(seen) < 60_000 {
		t.Errorf("%d counters", len(seen))
	}
}
