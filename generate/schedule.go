package generate

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// schedule is when a sync window begins, read by the parser that Argo CD uses: for each
// field the values that fit, a bit each.
type schedule struct{ *cron.SpecSchedule }

// anyDay is the bit of a field that allows any day. If neither the day of the month nor the day of the week has it, a
// day that fits one of the two is enough.
const anyDay = 1 << 63

// scheduleFields are what the five fields are called, and what they may hold.
var scheduleFields = [5]struct{ name, allowed string }{
	{"minute", "a number from 0 to 59, or *"},
	{"hour", "a number from 0 to 23, or *"},
	{"day of month", "a number from 1 to 31, or *"},
	{"month", "a number from 1 to 12, a name from JAN to DEC, or *"},
	{"day of week", "a number from 0 to 6, a name from SUN to SAT, or *"},
}

// parseSchedule reads a schedule of five fields, or says of each bad one what is wrong.
func parseSchedule(text string) (s schedule, faults []string) {
	for i, part := range strings.Fields(text) {
		for _, item := range strings.Split(part, ",") {
			if fault := scheduleFault(i, item); fault != "" {
				faults = append(faults, fmt.Sprintf("the %s has %q, %s", scheduleFields[i].name, item, fault))
				break
			}
		}
	}
	if len(faults) > 0 {
		return s, faults
	}
	s = readSchedule(text)
	if !s.comes() {
		faults = append(faults, "no month that it names has such a day")
	}
	return s, faults
}

func readSchedule(text string) schedule {
	parsed, _ := cron.ParseStandard(text)
	s, _ := parsed.(*cron.SpecSchedule)
	return schedule{s}
}

// scheduleFault says what is wrong with one part of a list, "" for nothing: it may be *,
// N, N-M, and each with /STEP.
func scheduleFault(field int, item string) string {
	reads := func(text string) bool {
		all := []string{"*", "*", "*", "*", "*"}
		all[field] = text
		// The parser does not look at what comes behind the hyphen of "*-5", and an empty part is no mistake to it.
		return text != "" && !strings.HasPrefix(text, "*-") && !strings.HasPrefix(text, "?-") &&
			readSchedule(strings.Join(all, " ")).SpecSchedule != nil
	}
	span, _, _ := strings.Cut(item, "/")
	low, high, isRange := strings.Cut(span, "-")
	switch {
	case reads(item):
		return ""
	case reads(span):
		return "whose step must be a whole number from 1 on"
	case !isRange || !reads(low):
		return "which must be " + scheduleFields[field].allowed
	case strings.Contains(high, "-") || !reads(high):
		return "whose parts must be " + scheduleFields[field].allowed
	}
	return "which ends before it begins: it must be two ranges with a comma between them"
}

// comes reports whether the schedule fits any date at all.
func (s schedule) comes() bool {
	if s.Dow&anyDay == 0 {
		return true
	}
	first := bits.TrailingZeros64(s.Dom)
	for m, days := range [...]int{1: 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		if s.Month&(1<<m) != 0 && first <= days {
			return true
		}
	}
	return false
}

// often reports whether it comes again within five minutes.
func (s schedule) often() bool {
	last := -60
	for minute := range 120 {
		if s.Minute&(1<<(minute%60)) == 0 {
			continue
		}
		if minute-last < 5 && (minute < 60 || s.Hour&(s.Hour>>1) != 0) {
			return true
		}
		last = minute
	}
	return false
}

// onDay reports whether windows begin on a day.
func (s schedule) onDay(t time.Time) bool {
	date, weekday := s.Dom&(1<<t.Day()) != 0, s.Dow&(1<<t.Weekday()) != 0
	day := date && weekday
	if s.Dom&anyDay == 0 && s.Dow&anyDay == 0 {
		day = date || weekday
	}
	return day && s.Month&(1<<t.Month()) != 0
}

// at reports whether a window begins in a minute of such a day.
func (s schedule) at(hour, minute int) bool {
	return s.Minute&(1<<minute) != 0 && s.Hour&(1<<hour) != 0
}
