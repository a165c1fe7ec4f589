package table

import "time"

// serial is the day of a number of a spreadsheet, which believes that 1900 had a 29
// February: from March 1900 on it is one ahead.
func serial(n int) string {
	if n < 60 {
		n++
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n).Format(time.DateOnly)
}
