// Package explain follows each criterion of a plan to the lines of the output that
// hold or measure it, and each gate of the output back to its criterion. It also
// draws the flow.
package explain

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/plan"
)

// Trace is what became of the criteria and non-goals of a spec.
type Trace struct {
	Criteria []Criterion `json:"criteria"`
	Gates    []Gate      `json:"gates"`
	NonGoals []NonGoal   `json:"nonGoals"`
}

// Criterion is a promise with all the places that serve it.
type Criterion struct {
	ID        string `json:"id"`
	Statement string `json:"statement"`
	Kind      string `json:"kind"`
	Mode      string `json:"mode"`
	How       string `json:"how"`
	// Gate is where it bites and Fails what happens there; "" where nothing does.
	Gate  string `json:"gate"`
	Fails string `json:"fails"`
	// Measure is what reports it.
	Measure string   `json:"measure"`
	Rules   []string `json:"rules"`
	Places  []Place  `json:"places"`
	// Measured are the places that measure it.
	Measured []Place `json:"measurements"`
	// Beside are steps of the author's own in the jobs of its places: they run on the same machine, and a shell can do
	// anything.
	Beside []string `json:"beside"`
}

// Place is a line of the output.
type Place struct {
	Root artifact.Root `json:"repository"`
	Path string        `json:"path"`
	Line int           `json:"line"`
	Text string        `json:"text"`
	// What describes the line in a few words.
	What string `json:"what"`
}

// Gate is a place where something can be stopped, with the criteria that it serves.
type Gate struct {
	Place
	Criteria []string `json:"criteria"`
	// job is the one of a workflow that it is in, "" for none.
	job string
}

// NonGoal is what the pipeline leaves out, and by which guard; "" without one.
type NonGoal struct {
	ID        string `json:"id"`
	Statement string `json:"statement"`
	Guard     string `json:"guard"`
	Reason    string `json:"reason"`
}

// Build follows the criteria of a plan through the files that it was rendered to.
func Build(p plan.Plan, files []artifact.File) Trace {
	t := Trace{Gates: gatesOf(p, files)}
	for _, promise := range p.Criteria {
		c := Criterion{ID: promise.ID, Statement: promise.Statement, Kind: promise.Kind, Mode: string(promise.Mode), How: promise.Keeps,
			Gate: p.Named(promise.Gate), Fails: promise.Fails, Measure: promise.Measure, Rules: promise.Rules}
		for _, g := range t.Gates {
			if slices.Contains(g.Criteria, c.ID) {
				c.Places = append(c.Places, g.Place)
				c.Beside = beside(p, g, c.Beside)
			}
		}
		for _, f := range files {
			for _, l := range linesOf(p, f) {
				if strings.HasSuffix(l.key, ".steps.name") && l.step.Measures == promise.ID && promise.Mode != plan.ByHand {
					c.Measured = append(c.Measured, l.place("a step that measures it"))
				}
			}
		}
		t.Criteria = append(t.Criteria, c)
	}
	for _, n := range p.NonGoals {
		t.NonGoals = append(t.NonGoals, NonGoal{n.ID, n.Statement, n.Guard, n.Reason})
	}
	return t
}

// Only is the part of a trace that is about one criterion.
func (t Trace) Only(id string) Trace {
	out := Trace{}
	for _, c := range t.Criteria {
		if c.ID == id {
			out.Criteria = append(out.Criteria, c)
		}
	}
	for _, g := range t.Gates {
		if slices.Contains(g.Criteria, id) {
			out.Gates = append(out.Gates, g)
		}
	}
	return out
}

// gatesOf finds every gate in the files, in their order. A line that a criterion decides is a gate even if the table
// does not know it.
func gatesOf(p plan.Plan, files []artifact.File) []Gate {
	var out []Gate
	for _, f := range files {
		for _, l := range linesOf(p, f) {
			g, ok := gateAt(p, l)
			// A script that two jobs run may be one gate for both.
			if ok && !slices.ContainsFunc(out, func(have Gate) bool { return have.Place == g.Place }) {
				out = append(out, g)
			}
		}
	}
	return out
}

func gateAt(p plan.Plan, l line) (Gate, bool) {
	g := Gate{Place: l.place("a value that the criterion decides"), job: jobOf(l.key)}
	known := false
	for _, k := range gateTable() {
		if what, ok := k.Match(l.usual, l.usualKey, l.step.ID, l.text); ok {
			known = k.Role == criteria.Gate
			g.What = l.named(what)
			g.Criteria = ofKinds(p, k.serves, l.spot)
			break
		}
	}
	// What the job Measure gets stops nothing.
	if !strings.HasPrefix(l.key, "jobs.measure.") {
		for _, c := range p.Criteria {
			if within(l.origin, c.Path) && c.Mode != plan.ByHand && !slices.Contains(g.Criteria, c.ID) {
				g.Criteria = append(g.Criteria, c.ID)
			}
		}
	}
	return g, known || len(g.Criteria) > 0
}

// ofKinds are the criteria of some kinds that may be kept at a spot.
func ofKinds(p plan.Plan, kinds []string, at plan.Spot) []string {
	var out []string
	for _, c := range p.Criteria {
		if slices.Contains(kinds, c.Kind) && c.Mode != plan.ByHand && c.HoldsAt(at) {
			out = append(out, c.ID)
		}
	}
	return out
}

// within reports whether a path of the spec is another or lies below it.
func within(path, above string) bool {
	return path == above || strings.HasPrefix(path, above+".")
}

// line is a line of a file with its place in the YAML.
type line struct {
	file         artifact.File
	number       int
	text, origin string
	// key is the way to it through the mappings, such as jobs.test.needs.
	key string
	// step is the one of a job that it belongs to.
	step plan.Step
	// usual and usualKey are its file and key where there is one image and one workload, and spot is what it is about.
	usual, usualKey string
	spot            plan.Spot
}

// seen fills in what a line is about. The job of a key has another name where there are several images.
func (l line) seen(p plan.Plan) line {
	l.usual, l.usualKey = p.Usual(l.file.Path), l.key
	if p.JobsIn(l.file.Path) == nil {
		l.spot = p.OfLine(l.file.Path, l.origin)
		return l
	}
	if keys := strings.SplitN(l.key, ".", 3); keys[0] == "jobs" && len(keys) > 1 {
		l.spot, keys[1] = p.OfJob(keys[1]), p.UsualJob(keys[1])
		l.usualKey = strings.Join(keys, ".")
	}
	return l
}

// named is what a line is, with the job of the key by its own name.
func (l line) named(what string) string {
	own, usual := strings.Split(l.key, "."), strings.Split(l.usualKey, ".")
	if len(own) < 2 || own[1] == usual[1] {
		return what
	}
	return strings.Replace(what, "the job "+usual[1], "the job "+own[1], 1)
}

func (l line) place(what string) Place {
	return Place{Root: l.file.Root, Path: l.file.Path, Line: l.number, Text: strings.TrimSpace(l.text), What: what}
}

// anchored and aliased match the end of a value that is written once and used again.
var (
	anchored = lazy.Regexp(`: &(\S+) [|]`)
	aliased  = lazy.Regexp(`: \*(\S+)$`)
)

var keyOf = lazy.Regexp(`^( *(?:- )*)("[^"]+"|[A-Za-z0-9_./-]+):(?: |$)`)

// linesOf cuts a YAML file into lines. It reads indentation alone, which is exact
// for what pipegen itself writes; comments and blank lines are left out.
func linesOf(p plan.Plan, f artifact.File) []line {
	if !strings.HasSuffix(f.Path, ".yaml") {
		return nil
	}
	type level struct {
		indent int
		key    string
	}
	var stack []level
	var out []line
	var step plan.Step
	block := -1 // the indentation of the key whose block scalar this is
	number := 0
	for text := range strings.Lines(string(f.Content)) {
		number++
		text = strings.TrimRight(text, "\n")
		trimmed := strings.TrimLeft(text, " ")
		indent := len(text) - len(trimmed)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if block >= 0 && indent <= block {
			block = -1
		}
		if m := keyOf().FindStringSubmatch(text); m != nil && block < 0 {
			at := len(m[1])
			for len(stack) > 0 && stack[len(stack)-1].indent >= at {
				stack = stack[:len(stack)-1]
			}
			stack = append(stack, level{at, m[2]})
			if strings.HasSuffix(text, "|") || strings.HasSuffix(text, "|-") || strings.HasSuffix(text, "|+") {
				block = at
			}
		}
		keys := make([]string, len(stack))
		for i, s := range stack {
			keys[i] = s.key
		}
		l := line{file: f, number: number, text: text, origin: f.Origin(number), key: strings.Join(keys, ".")}
		switch {
		case len(keys) < 4 || keys[2] != "steps":
			step = plan.Step{}
		case keys[3] == "name" && block < 0:
			_, name, _ := strings.Cut(text, "name: ")
			step = p.JobsIn(f.Path).Find(keys[1]).StepCalled(strings.Trim(name, `"`))
		}
		l.step = step
		out = append(out, l.seen(p))
	}
	return aliases(p, out)
}

// aliases gives each alias the lines of the text that it refers to, as its own. The lines
// of a text have the key of the line in which it begins.
func aliases(p plan.Plan, lines []line) []line {
	var out []line
	texts := map[string][]line{}
	name, key := "", ""
	for _, l := range lines {
		out = append(out, l)
		if l.key == key {
			texts[name] = append(texts[name], l)
			continue
		}
		name, key = group(anchored(), l.text), l.key
		if of := group(aliased(), l.text); of != "" {
			for _, again := range texts[of] {
				again.key, again.origin, again.step = l.key, l.origin, l.step
				out = append(out, again.seen(p))
			}
		}
	}
	return out
}

// group is what the first group of a pattern matches, "" without a match.
func group(p *regexp.Regexp, text string) string {
	if m := p.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// Find returns the criterion of an ID; when there is none, the nearest ID and all
// that there are.
func (t Trace) Find(id string) (ok bool, nearest string, all []string) {
	for _, c := range t.Criteria {
		all = append(all, c.ID)
	}
	return slices.Contains(all, id), diag.Closest(id, all), all
}
