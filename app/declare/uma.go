package declare

// umas are the daily values of the UMA (INEGI, DOF), in cents of a peso, by the
// day from which they hold. Section 12 asks for goods above 1,200 of them and I5
// for clients above 250 a month.
var umas = []struct {
	from  string // yyyy-mm-dd
	cents int64
}{
	{"2025-02-01", 11314},
	{"2026-02-01", 11731},
}

// umaUntil is how long the last value is taken to hold: INEGI publishes a new one
// each January, and a threshold of another year would warn about the wrong things.
const umaUntil = "2027-02-01"

// umaOn is the daily UMA in cents on a day; 0, which switches the warnings off,
// for days of which the table knows nothing.
func umaOn(day string) int64 {
	var cents int64
	for _, u := range umas {
		if u.from <= day && day < umaUntil {
			cents = u.cents
		}
	}
	return cents
}
