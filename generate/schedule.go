package generate

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// schedule is when a sync window begins, as Argo CD reads it (robfig/cron): for each of
// the five fields the values that fit, a bit each.
type schedule struct {
	fits [5]uint64
	// anyDay says of the day of the month and of the day of the week whether the field
	// leaves it open. Where neither does, one of the two is enough.
	anyDay [2]bool
}

// scheduleField is what one of the five fields may hold.
type scheduleField struct {
	name        string
	least, most int
	// words stand for the numbers from least on.
	words []string
}

var scheduleFields = [5]scheduleField{
	{"minute", 0, 59, nil},
	{"hour", 0, 23, nil},
	{"day of month", 1, 31, nil},
	{"month", 1, 12, strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")},
	{"day of week", 0, 6, strings.Fields("SUN MON TUE WED THU FRI SAT")},
}

const dayOfMonth, month, dayOfWeek = 2, 3, 4

// parseSchedule reads a schedule of five fields, or says of each bad one what is wrong.
func parseSchedule(text string) (s schedule, faults []string) {
	for i, part := range strings.Fields(text) {
		f := scheduleFields[i]
		for _, item := range strings.Split(part, ",") {
			values, whole, fault := f.item(item)
			if fault != "" {
				faults = append(faults, fmt.Sprintf("the %s %s", f.name, fault))
				break
			}
			s.fits[i] |= values
			if whole && (i == dayOfMonth || i == dayOfWeek) {
				s.anyDay[i/dayOfWeek] = true
			}
		}
	}
	if len(faults) == 0 && !s.comes() {
		faults = append(faults, "no month that it names has such a day, and Argo CD takes a window that never begins for one that is always open")
	}
	return s, faults
}

// item reads one part of a list: *, N, N-M, and each with /STEP. The second value says
// that it leaves out nothing.
func (f scheduleField) item(text string) (values uint64, whole bool, fault string) {
	span, stepText, stepped := strings.Cut(text, "/")
	lowText, highText, isRange := strings.Cut(span, "-")
	low, high, step := f.least, f.most, 1
	whole = span == "*" || span == "?"
	if !whole {
		var ok bool
		if low, ok = f.number(lowText); !ok {
			return 0, false, fmt.Sprintf("has %q, which must be %s", text, f.allowed())
		}
		// N/STEP goes on to the end.
		if isRange {
			if high, ok = f.number(highText); !ok {
				return 0, false, fmt.Sprintf("has %q, whose parts must be %s", text, f.allowed())
			}
		} else if !stepped {
			high = low
		}
		if low > high {
			return 0, false, fmt.Sprintf("has %q, which ends before it begins: it must be two ranges with a comma between them", text)
		}
	}
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
			return 0, false, fmt.Sprintf("has %q, whose step must be a whole number from 1 on", text)
		}
	}
	for v := low; v <= high; v += step {
		values |= 1 << v
	}
	return values, whole && step == 1, ""
}

func (f scheduleField) number(text string) (int, bool) {
	if i := slices.Index(f.words, strings.ToUpper(text)); i >= 0 {
		return f.least + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.least && n <= f.most
}

func (f scheduleField) allowed() string {
	if f.words == nil {
		return fmt.Sprintf("a number from %d to %d, or *", f.least, f.most)
	}
	return fmt.Sprintf("a number from %d to %d, a name from %s to %s, or *", f.least, f.most, f.words[0], f.words[len(f.words)-1])
}

// comes reports whether there is such a date at all.
func (s schedule) comes() bool {
	if !s.anyDay[1] {
		return true
	}
	first := bits.TrailingZeros64(s.fits[dayOfMonth])
	for m, days := range [...]int{1: 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		if s.fits[month]&(1<<m) != 0 && first <= days {
			return true
		}
	}
	return false
}

// onDay reports whether windows begin on a day.
func (s schedule) onDay(t time.Time) bool {
	date, weekday := s.has(dayOfMonth, t.Day()), s.has(dayOfWeek, int(t.Weekday()))
	day := date && weekday
	if !s.anyDay[0] && !s.anyDay[1] {
		day = date || weekday
	}
	return day && s.has(month, int(t.Month()))
}

// at reports whether a window begins in a minute of such a day.
func (s schedule) at(hour, minute int) bool { return s.has(0, minute) && s.has(1, hour) }

func (s schedule) has(field, value int) bool { return s.fits[field]&(1<<value) != 0 }
