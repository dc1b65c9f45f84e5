package frompipeline

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// leg is one combination of a job's matrix: its values, by the names that expressions read, such as service or
// service.name.
type leg map[string]legValue

type legValue struct {
	text string
	at   pipeline.Place
}

// maxLegs bounds how many combinations of a matrix are looked at: GitHub has the same bound.
const maxLegs = 256

// legs are the combinations of the job's matrix. Where it has none, or where a run computes it, there is one without
// values.
func legs(j *pipeline.Job) []leg {
	matrix := j.Matrix()
	all, axes := []leg{{}}, []string{}
	for axis, n := range matrix.Pairs() {
		if values := n.Items(); axis != "include" && axis != "exclude" && len(values) > 0 {
			axes = append(axes, axis)
			var next []leg
			for _, l := range all {
				for _, v := range values[:min(len(values), maxLegs/len(all))] {
					next = append(next, l.with(axis, v))
				}
			}
			all = next
		}
	}
	for _, n := range matrix.Get("exclude").Items() {
		out := leg{}
		out.take("", n)
		all = slices.DeleteFunc(all, func(l leg) bool { return len(axes) > 0 && l.agrees(out, nil) })
	}
	for _, n := range matrix.Get("include").Items() {
		more := leg{}
		more.take("", n)
		fits := false
		for _, l := range all {
			if len(axes) > 0 && l.agrees(more, axes) {
				fits = true
				maps.Copy(l, more)
			}
		}
		if !fits {
			all = append(all, more)
		}
	}
	if len(all) > 1 && len(all[0]) == 0 {
		all = all[1:] // a matrix of include alone
	}
	return all[:min(len(all), maxLegs)]
}

// agrees reports whether two legs have the same value wherever both have one of the axes: of all axes where they are nil.
func (l leg) agrees(other leg, axes []string) bool {
	for key, v := range other {
		axis, _, _ := strings.Cut(key, ".")
		if axes != nil && !slices.Contains(axes, axis) {
			continue
		}
		if l[key].text != v.text {
			return false
		}
	}
	return true
}

func (l leg) with(key string, n pipeline.Node) leg {
	out := maps.Clone(l)
	out.take(key, n)
	return out
}

// take adds a value, or all below it.
func (l leg) take(key string, n pipeline.Node) {
	if !n.IsMap() {
		l[key] = legValue{n.Text(), n.At()}
		return
	}
	for name, v := range n.Pairs() {
		l.take(strings.TrimPrefix(key+"."+name, "."), v)
	}
}

var (
	matrixMark       = lazy.Regexp(`‹matrix\.([A-Za-z0-9_.-]+)›`)
	matrixExpression = lazy.Regexp(`\$\{\{\s*matrix\.([A-Za-z0-9_.-]+)\s*\}\}`)
	anyMark          = lazy.Regexp(`‹[^›]*›|` + shell.Unknown)
)

// fill replaces what reads the matrix, in a text as it is written or with marks.
func (l leg) fill(text string) string {
	for _, holes := range []*regexp.Regexp{matrixMark(), matrixExpression()} {
		text = holes.ReplaceAllStringFunc(text, func(hole string) string {
			v, ok := l[holes.FindStringSubmatch(hole)[1]]
			if !ok && !l.listed() {
				return hole
			}
			return v.text
		})
	}
	return text
}

// listed reports whether the leg is one of a matrix that is written out: what it does not have is empty there.
func (l leg) listed() bool {
	for _, v := range l {
		return v.at.Known()
	}
	return false
}

// at is where a value of a job was read: in the matrix, if it comes from there.
func (l leg) at(j *pipeline.Job, n pipeline.Node) pipeline.Place {
	at := n.At()
	for _, m := range matrixMark().FindAllStringSubmatch(j.Filled(n), -1) {
		if v, ok := l[m[1]]; ok && v.at.Known() {
			at = v.at
		}
	}
	return at
}

// whole reports whether a text has nothing that only a run knows.
func whole(text string) bool { return text != "" && !strings.ContainsAny(text, "‹$"+shell.Unknown) }

// fits reports whether a text with marks can become another one, and with which values of the matrix.
func fits(marked, text string) (leg, bool) {
	if !anyMark().MatchString(marked) {
		return nil, strings.EqualFold(marked, text)
	}
	var keys []string
	pattern, rest := "", marked
	for _, at := range anyMark().FindAllStringIndex(marked, -1) {
		before := rest[:at[0]-(len(marked)-len(rest))]
		rest = marked[at[1]:]
		m := matrixMark().FindStringSubmatch(marked[at[0]:at[1]])
		if pattern += regexp.QuoteMeta(before); m == nil {
			pattern += ".+"
			continue
		}
		keys = append(keys, m[1])
		pattern += "([^/:@]+)"
	}
	values := regexp.MustCompile("(?i)^" + pattern + regexp.QuoteMeta(rest) + "$").FindStringSubmatch(text)
	if values == nil {
		return nil, false
	}
	bound := leg{}
	for i, key := range keys {
		if had, ok := bound[key]; ok && had.text != values[i+1] {
			return nil, false
		}
		bound[key] = legValue{text: values[i+1]}
	}
	return bound, true
}
