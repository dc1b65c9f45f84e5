package generate

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestScheduleLikeArgoCD: what Argo CD's parser of schedules takes and refuses, tried
// on robfig/cron 3.0.1.
func TestScheduleLikeArgoCD(t *testing.T) {
	for _, good := range []string{
		"0 18 * * 5", "* * * * *", "? ? ? ? ?", "*/15 0-6/2 1,15 * *", "59 23 31 12 6", "0 0 1 1 0", "5/10 * * * *",
		"0 9 * JAN-mar,Dec MON-FRI", "0 0 * * sun", "0 0 29 2 *", "0 0 31 2 1", "00 01 * * *", "0 0 * * */100",
	} {
		if _, faults := parseSchedule(good); len(faults) > 0 {
			t.Errorf("%q is good: %v", good, faults)
		}
	}
	for bad, says := range map[string]string{
		"0 25 * * 5":      `the hour has "25", which must be a number from 0 to 23`,
		"61 0 * * *":      `the minute has "61"`,
		"0 0 * * 7":       `the day of week has "7", which must be a number from 0 to 6, a name from SUN to SAT`,
		"0 0 0 * *":       `the day of month has "0", which must be a number from 1 to 31`,
		"0 0 * 13 *":      `the month has "13", which must be a number from 1 to 12, a name from JAN to DEC`,
		"*/0 * * * *":     `the minute has "*/0", whose step`,
		"5-1 * * * *":     `the minute has "5-1", which ends before it begins`,
		"0 0 * * FRI-MON": "ends before it begins",
		"1-2-3 * * * *":   `"1-2-3", whose parts must be`,
		"1/2/3 * * * *":   "whose step",
		"0 0 * * MONDAY":  "a name from SUN to SAT",
		"MON 0 * * *":     `the minute has "MON"`,
		"1,,2 * * * *":    `the minute has ""`,
		"*-5 * * * *":     `the minute has "*-5"`,
		"0 0 30 2 *":      "no month that it names has such a day",
		"0 0 31 2,4,6 *":  "no month that it names has such a day",
		"61 25 * * *":     "the minute",
	} {
		_, faults := parseSchedule(bad)
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, says) }) {
			t.Errorf("%q is bad with %q, not with %v", bad, says, faults)
		}
	}
	if _, faults := parseSchedule("61 25 * * *"); len(faults) != 2 {
		t.Errorf("two fields are bad: %v", faults)
	}
}

func TestScheduleBegins(t *testing.T) {
	for _, c := range []struct {
		schedule, at string
		begins       bool
	}{
		{"0 18 * * 5", "2026-11-27 18:00", true}, // a Friday
		{"0 18 * * 5", "2026-11-26 18:00", false},
		{"0 18 * * 5", "2026-11-27 18:01", false},
		{"*/15 * * * *", "2026-11-27 03:45", true},
		{"0 0 1 * 1", "2026-12-01 00:00", true}, // by its date
		{"0 0 1 * 1", "2026-11-30 00:00", true}, // by its day of the week
		{"0 0 1 * *", "2026-11-30 00:00", false},
		{"0 0 1-31 * MON", "2026-11-27 00:00", true},
	} {
		s, _ := parseSchedule(c.schedule)
		at, err := time.Parse("2006-01-02 15:04", c.at)
		if err != nil {
			t.Fatal(err)
		}
		if (s.onDay(at) && s.at(at.Hour(), at.Minute())) != c.begins {
			t.Errorf("%q at %s: %t", c.schedule, c.at, !c.begins)
		}
	}
}
