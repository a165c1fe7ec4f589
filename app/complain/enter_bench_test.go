package complain_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"declara/app/complain"
	"declara/app/complain/vault"
)

// pairs is how many keys of each kind are tried, one after the other.
const pairs = 200

// wrongKeys are keys that are well written: of no complaint, and of the one with a key
// but other digits.
func wrongKeys(b *testing.B, key string) (unknown, wrong string) {
	b.Helper()
	unknown = vault.NewKey().String()
	digits := []byte(key)
	at := len(digits) - 6 // of the random ones
	for check := range 10 {
		digits[at] = '0' + (key[at]-'0'+1)%10
		digits[len(digits)-1] = '0' + byte(check)
		if k, err := vault.ParseKey(string(digits)); err == nil {
			return unknown, k.String()
		}
	}
	b.Fatal("no key with other digits")
	return "", ""
}

// BenchmarkEnter compares what a key of no complaint takes with what a wrong key of one
// that there is takes, at the price that is served, and at a price at which nothing hides
// the rest. It tells the ratio of the medians, and in how many of all pairs of a wrong and
// an unknown key the wrong one took longer: 0.5 when nothing can be told.
func BenchmarkEnter(b *testing.B) {
	for _, c := range []struct {
		name string
		cost vault.Params
	}{{"served", vault.Default}, {"cheap", cheap}} {
		b.Run(c.name, func(b *testing.B) {
			w := newTown(b, "ana")
			s, err := complain.New(complain.Config{DB: w.db, Files: w.files, Clock: func() time.Time { return w.at }, Cost: c.cost})
			w.ok(err)
			sent, err := s.Receive(w.Context(), tenant, bribe, nil, complain.Way{Channel: complain.ChannelWeb})
			w.ok(err)
			took := map[bool][]float64{}
			for b.Loop() {
				for i := range 2 * pairs {
					unknown, wrong := wrongKeys(b, sent.Key)
					key, known := unknown, (i%2 == 0) != (i%4 < 2) // not always the same first
					if known {
						key = wrong
					}
					at := time.Now()
					_, err := s.Enter(w.Context(), tenant, key)
					took[known] = append(took[known], float64(time.Since(at)))
					if keyOf(err) != "complain.error.key" {
						b.Fatal(err)
					}
				}
			}
			longer := 0.0
			for _, x := range took[true] {
				for _, y := range took[false] {
					switch {
					case x > y:
						longer++
					case x == y:
						longer += 0.5
					}
				}
			}
			median := func(all []float64) float64 { slices.Sort(all); return all[len(all)/2] }
			b.ReportMetric(median(took[true])/median(took[false]), "wrong:unknown")
			b.ReportMetric(longer/float64(len(took[true])*len(took[false])), "longer")
			b.ReportMetric(median(took[false])/1e6, "ms/unknown")
			b.Logf("%s", fmt.Sprint(time.Duration(median(took[true])), " ", time.Duration(median(took[false]))))
		})
	}
}
