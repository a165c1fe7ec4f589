package demo

import (
	"math/rand/v2"
	"time"

	"declara/storage"
)

// clientDays are two weeks of a reader of the API: the monitor of the national platform
// by day, its download by night, and a morning with a key that was typed wrong.
func clientDays(r *rand.Rand, id string, today time.Time, zone *time.Location) (all []storage.ClientDay) {
	for back := 14; back >= 1; back-- {
		day := today.In(zone).AddDate(0, 0, -back)
		d := storage.ClientDay{Client: id, Day: day.Format(time.DateOnly)}
		at := func(hour int) time.Time {
			return time.Date(day.Year(), day.Month(), day.Day(), hour, 12, 0, 0, zone).UTC()
		}
		for hour := 7; hour < 21; hour += 2 + r.IntN(3) {
			n := uint32(1 + r.IntN(3))
			d.Hours[hour] = storage.ClientHour{Tokens: n, Searches: n, Rows: uint64(n) * 10}
			d.Last = &storage.ClientAsk{At: at(hour), Page: 1, Size: 10, Rows: 10, By: [][]string{nil, {"nombres", "primerApellido"}, {"nombreEntePublico"}}[r.IntN(3)]}
		}
		d.Hours[3] = storage.ClientHour{Tokens: 3, Searches: 3, Rows: 401}
		if back == 9 {
			d.Hours[9].Faults = 4
			d.Faults, d.Failed, d.Code = map[string]int{"e_4004": 4}, at(9), "e_4004"
		}
		all = append(all, d)
	}
	return all
}
