package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What a flood is, and what it costs (docs/decisions/0019-floods.md).
const (
	floodFloor  = 4 // complaints of an hour that are usual anywhere
	floodTimes  = 3 // so many times the usual is a flood
	floodShare  = 3 // of one network in a flood, after which it waits longer
	floodWait   = 15 * time.Second
	floodLonger = 60 * time.Second
	floodForm   = 2 * time.Hour // for which a question stays good
	questions   = 10            // complain.flood.q.0 …
)

// flood counts the complaints of the hour, in memory alone, and says whether they are
// more than three times the usual. Then, before another is sent, its sender is asked a
// question and to take her time; who does neither sends it all the same, and it lies in
// a tray of its own. Nothing is refused, and there is no most.
//
// A network is 32 bits of a keyed hash under a key that is drawn anew each hour. The
// usual is a moving mean of the hours that this process has seen, in which a flooded
// hour counts as half more than the usual: it takes a flood days to become that.
type flood struct {
	now   func() time.Time
	seal  [32]byte // of questions; lives as long as the process
	mu    sync.Mutex
	hour  time.Time
	key   [32]byte // of networks; lives an hour
	count int
	of    map[uint32]int
	usual float64
}

func newFlood(now func() time.Time) *flood {
	f := &flood{now: now, usual: floodFloor}
	rand.Read(f.seal[:])
	return f
}

// turn begins another hour when it is one. The caller holds the lock.
func (f *flood) turn() {
	hour := f.now().Truncate(time.Hour)
	if f.of != nil && hour.Equal(f.hour) {
		return
	}
	if f.of != nil {
		n := float64(f.count)
		if n >= floodTimes*f.usual {
			n = f.usual * 3 / 2
		}
		f.usual = max(f.usual+(n-f.usual)/24, floodFloor)
		if hour.Sub(f.hour) > 24*time.Hour {
			f.usual = floodFloor
		}
	}
	rand.Read(f.key[:])
	f.hour, f.count, f.of = hour, 0, map[uint32]int{}
}

func (f *flood) network(ip string) uint32 { return networkMark(f.key[:], ip, "") }

// networkMark is 32 bits of a keyed hash of a network, which is what one subscriber has,
// and of what else it is counted by.
func networkMark(key []byte, ip, more string) uint32 {
	mac := hmac.New(sha256.New, key)
	if addr, err := netip.ParseAddr(ip); err == nil {
		ip = networkOf(addr).String()
	}
	mac.Write([]byte(ip + "|" + more))
	return binary.BigEndian.Uint32(mac.Sum(nil))
}

// took counts a complaint.
func (f *flood) took(ip string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn()
	f.count++
	f.of[f.network(ip)]++
}

// wait is how long somebody takes before she sends, in a flood; 0 when there is none.
func (f *flood) wait(ip string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn()
	switch {
	case float64(f.count) < floodTimes*f.usual:
		return 0
	case f.of[f.network(ip)] >= floodShare:
		return floodLonger
	}
	return floodWait
}

// question draws a question for a tab, and the mark that the form carries: which it
// is, from when it may be answered, and that we asked it of this tab.
func (f *flood) question(tab string, wait time.Duration) (n int, mark string) {
	var b [9]byte
	rand.Read(b[:1])
	b[0] %= questions
	binary.BigEndian.PutUint64(b[1:], uint64(f.now().Add(wait).Unix()))
	return int(b[0]), base64.RawURLEncoding.EncodeToString(append(b[:], f.mac(tab, b[:])...))
}

func (f *flood) mac(tab string, b []byte) []byte {
	mac := hmac.New(sha256.New, f.seal[:])
	mac.Write(b)
	mac.Write([]byte(tab))
	return mac.Sum(nil)[:16]
}

// asked reads a mark: which question, and how long is left to wait. ok is false for one
// that is not ours, not of this tab, or old.
func (f *flood) asked(tab, mark string) (n int, left time.Duration, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil || len(b) != 25 || !hmac.Equal(b[9:], f.mac(tab, b[:9])) {
		return 0, 0, false
	}
	left = time.Unix(int64(binary.BigEndian.Uint64(b[1:9])), 0).Sub(f.now())
	return int(b[0]), left, left > -floodForm
}

// answered reports whether a text is one of the answers of the catalogue, which stand
// side by side. Capitals, accents and what is around it do not matter.
func answered(text, answers string) bool {
	text = plainly(text)
	return text != "" && slices.Contains(strings.Split(plainly(answers), "|"), text)
}

var accents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", ".", "", "¡", "", "!", "", "\"", "")

func plainly(text string) string {
	return strings.Join(strings.Fields(accents.Replace(strings.ToLower(text))), " ")
}

// seconds is a wait as a page tells it, never 0.
func seconds(d time.Duration) string {
	return strconv.Itoa(max(1, int((d+time.Second-1)/time.Second)))
}
