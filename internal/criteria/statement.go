package criteria

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/schema"
)

// Statements requires of each criterion whose statement names a figure of its kind that it names the one that is kept
// (S05). Statements are for people to read, so only what is certain counts: a number with a unit, and none of several
// agrees.
func Statements(s schema.Spec) diag.List {
	var out diag.List
	for _, c := range s.Criteria {
		f, ok := figureOf(c.Value)
		said := f.said(c.Value.Statement)
		if !ok || len(said) == 0 || slices.ContainsFunc(said, func(s figure) bool { return math.Abs(s.value-f.value) < 1e-6 }) {
			continue
		}
		at := schema.Join("criteria", c.ID)
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "S05", Path: at + ".statement",
			Message: fmt.Sprintf("%s.statement says %q, and %s.%s.%s is %s", at, said[0].text, at, c.Value.Kind(), f.field, f.text),
			Help:    "say the same in both: people read the statement, and the pipeline keeps the figure"})
	}
	return out
}

// figure is a number with what it counts.
type figure struct {
	value float64
	text  string
}

// kept is the figure that a criterion keeps: its field, and how a statement says such figures.
type kept struct {
	figure
	field string
	said  func(statement string) []figure
}

func figureOf(c schema.Criterion) (kept, bool) {
	p := c.Promise()
	within := time.Duration(p.Within)
	switch {
	case within > 0:
		return kept{figure{within.Seconds(), schema.Short(within)}, "within", func(s string) []figure { return times(s, within) }}, true
	case p.Below > 0:
		return kept{figure{p.Below, strconv.FormatFloat(p.Below, 'f', -1, 64)}, "below", percents}, true
	case p.AtLeast > 0 && (c.Kind() == coverage.Name || c.Kind() == available.Name):
		return kept{figure{p.AtLeast, strconv.FormatFloat(p.AtLeast, 'f', -1, 64)}, "atLeast", percents}, true
	case p.AtLeast > 0:
		return kept{figure{p.AtLeast, strconv.Itoa(int(p.AtLeast))}, "atLeast", pods}, true
	}
	return kept{said: func(string) []figure { return nil }}, false
}

var (
	small = []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens = []string{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
)

const (
	digits = `\d+(?:[.,]\d+)*`
	gap    = `[\p{Z}\t-]*`
)

var (
	words      = `(?:(?:` + strings.Join(tens, "|") + `)(?:[\p{Z}-](?:` + strings.Join(small[:9], "|") + `))?|` + strings.Join(small, "|") + `)`
	number     = `(` + digits + `|` + words + `)`
	percentage = lazy.Regexp(`(?i)` + number + gap + `(%|percent|per\p{Z}cent)`)
	running    = lazy.Regexp(`(?i)` + number + gap + `(pods?|replicas?|instances?|copies)`)
	uncovered  = lazy.Regexp(`(?i)\b(not|uncovered|untested|without|miss)`)
	decade     = lazy.Regexp(`^(19|20)\d0s$`)
	duration   = lazy.Regexp(`(?i)(` + digits + `|` + words + `|half\p{Z}an?|(?:a\p{Z}|one\p{Z})?quarter\p{Z}of\p{Z}an?|three\p{Z}quarters\p{Z}of\p{Z}an?|an?)` + gap +
		`(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)`)
)

// found are the numbers of a text with their units, as [number, unit, what follows]. ok is false where a number may be
// part of a larger one, such as a hundred and twenty: nothing is certain then.
func found(matches [][]int, statement string) (out [][]string, at [][]int, ok bool) {
	end := -1 // of the number before
	for _, m := range matches {
		before := statement[:m[0]]
		last, size := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeLastRuneInString(before[:len(before)-size])
		head := strings.ToLower(strings.TrimRight(before, " -"))
		for _, whole := range []string{"hundred", "hundred and", "thousand", "thousand and", "and a half"} {
			if strings.HasSuffix(head, whole) {
				return nil, nil, false
			}
		}
		after, _ := utf8.DecodeRuneInString(statement[m[5]:])
		part := m[0] != end && (unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune("./:-–,_", last) && unicode.IsDigit(next))
		if part || unicode.IsLetter(after) || strings.HasSuffix(head, " every") || strings.HasSuffix(head, " each") || strings.HasSuffix(head, " last") || strings.HasSuffix(head, " per") || strings.HasSuffix(head, " past") {
			continue
		}
		end = m[5]
		out = append(out, []string{statement[m[2]:m[3]], statement[m[4]:m[5]], statement[m[5]:]})
		at = append(at, []int{m[0], m[5]})
	}
	return out, at, true
}

// percents are those of a statement, and the rest up to 100 where it is about what is not covered.
func percents(s string) []figure {
	out := counted(percentage().FindAllStringSubmatchIndex(s, -1), s)
	if uncovered().MatchString(s) {
		for _, f := range slices.Clone(out) {
			out = append(out, figure{100 - f.value, f.text})
		}
	}
	return out
}

func pods(s string) []figure { return counted(running().FindAllStringSubmatchIndex(s, -1), s) }

func counted(matches [][]int, s string) []figure {
	var out []figure
	numbers, at, _ := found(matches, s)
	for i, n := range numbers {
		if v, ok := valueOf(n[0]); ok {
			out = append(out, figure{v, s[at[i][0]:at[i][1]]})
		}
	}
	return out
}

// inSeconds are the units of time by their first letters.
var inSeconds = []struct {
	prefix  string
	seconds float64
}{{"ms", 0.001}, {"milli", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}

// times are the durations that a statement names, and what those that follow one another are together. Days are left out
// beside a promise of less: they are of something else.
func times(s string, promised time.Duration) []figure {
	numbers, at, ok := found(duration().FindAllStringSubmatchIndex(s, -1), s)
	if !ok {
		return nil
	}
	var out []figure
	sum, from := 0.0, 0
	for i, n := range numbers {
		v, ok := valueOf(n[0])
		unit := strings.ToLower(n[1])
		article := strings.EqualFold(n[0], "a") || strings.EqualFold(n[0], "an")
		switch {
		case !ok, len(unit) == 1 && !endsThere(n[2]), article && (len(unit) < 4 || strings.HasPrefix(unit, "sec")):
			continue
		case unit[0] == 'd' && promised < 24*time.Hour:
			continue
		case unit == "s" && decade().MatchString(s[at[i][0]:at[i][1]]):
			continue
		}
		for _, u := range inSeconds {
			if strings.HasPrefix(unit, u.prefix) {
				v *= u.seconds
				break
			}
		}
		if rest := strings.ToLower(n[2]); strings.HasPrefix(rest, " and a half") || strings.HasPrefix(rest, " and a quarter") {
			return nil
		}
		out = append(out, figure{v, s[at[i][0]:at[i][1]]})
		if joined := i > 0 && strings.Trim(strings.ToLower(strings.ReplaceAll(s[at[i-1][1]:at[i][0]], "and", "")), " ,") == ""; !joined {
			sum, from = 0, at[i][0]
		}
		if sum += v; sum != v {
			out = append(out, figure{sum, s[from:at[i][1]]})
		}
	}
	return out
}

// endsThere reports whether a single letter before a text is a unit: in "5m users" it counts millions.
func endsThere(rest string) bool {
	fields := strings.Fields(rest)
	if rest == "" || !unicode.IsSpace([]rune(rest)[0]) || len(fields) == 0 {
		return true
	}
	word := strings.ToLower(strings.Trim(fields[0], ".,;:()"))
	return slices.Contains([]string{"", "of", "after", "from", "for", "at", "in", "to", "once", "when", "and", "or", "without", "if", "before", "on", "with"}, word) || unicode.IsDigit([]rune(fields[0])[0])
}

// valueOf reads a number, in digits or in words.
func valueOf(s string) (float64, bool) {
	s = strings.ToLower(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '-' }), " "))
	switch {
	case s == "a" || s == "an":
		return 1, true
	case strings.HasPrefix(s, "half"):
		return 0.5, true
	case strings.HasPrefix(s, "three quarters"):
		return 0.75, true
	case strings.Contains(s, "quarter"):
		return 0.25, true
	case s[0] >= '0' && s[0] <= '9':
		return fromDigits(s)
	}
	total := 0.0
	for _, w := range strings.Fields(s) {
		if i := slices.Index(tens, w); i >= 0 {
			total += float64(10 * (i + 2))
		}
		total += float64(slices.Index(small, w) + 1)
	}
	return total, true
}

// fromDigits reads 99.9 and 99,9 and 1,000; what is neither, such as 1.2.3, is no number.
func fromDigits(s string) (float64, bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == ',' })
	switch {
	case len(parts) == 2 && strings.Contains(s, ",") && len(parts[1]) == 3:
		s = parts[0] + parts[1]
	case len(parts) == 2:
		s = parts[0] + "." + parts[1]
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}
