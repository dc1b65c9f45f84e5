package rules

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Case is a pipeline that rules are held against.
type Case struct {
	*pipeline.Model
	// Facts are what its spec says; nil for a pipeline without one, of which a rule says
	// what is certain all the same.
	Facts *Facts

	// Unchecked are the kinds of objects whose fields no rule knows.
	Unchecked []string
	// Unsure are sentences about objects of which no guard knows what they do.
	Unsure []string

	in    Input
	rule  Rule
	found diag.List
	// promise is the criterion that is being proven, "" between criteria.
	promise string
	// needed are the places in the spec of what was accepted and is there.
	needed map[string]bool

	writers   []*writer
	overlays  []*overlay
	byTarget  map[*pipeline.Target]*overlay
	deploying map[*pipeline.Step]bool // the steps of writers
	byName    map[string]*overlay     // those of environments, by their name

	// What follows is filled when it is asked for first: with many environments, rules
	// that look through all of something for each of another would take most of the time.
	targetsOf map[pipeline.Place]map[target]bool        // what a project allows
	tests     map[*pipeline.Workflow][]*pipeline.Job    // what Tests found
	smoke     []*pipeline.Step                          // those that start an image
	runs      map[*pipeline.Workflow][]*pipeline.Played // what played found
	programs  map[*pipeline.Target][]Program            // what Programs found
	images    map[*pipeline.Job]*ImageFact              // what imageOf found
	emptied   map[emptyFolder]int64                     // what leastFolder found

	// inActions are the steps of the actions of the repository that jobs use, for a pipeline without a spec.
	inActions []*pipeline.Step

	// branch is the one that is released, targets are what is deployed to.
	branch  string
	targets []*pipeline.Target

	// left are the folders that nobody deploys, where people wrote the pipeline.
	left leftOvers

	// linted is what actionlint says of the workflows of a pipeline without a spec.
	linted diag.List
}

func newCase(facts *Facts) *Case {
	return &Case{Facts: facts, byTarget: map[*pipeline.Target]*overlay{}, deploying: map[*pipeline.Step]bool{}, byName: map[string]*overlay{},
		targetsOf: map[pipeline.Place]map[target]bool{}, tests: map[*pipeline.Workflow][]*pipeline.Job{}, needed: map[string]bool{}, programs: map[*pipeline.Target][]Program{}, runs: map[*pipeline.Workflow][]*pipeline.Played{}, images: map[*pipeline.Job]*ImageFact{}}
}

// take takes the pipeline in, with what the facts say of its folders.
func (c *Case) take(m *pipeline.Model) {
	c.Model = m
	if c.Facts == nil {
		c.inActions = m.StepsOfActions()
	}
	c.readOverlays()
	c.readWriters()
	c.readLeftOvers()
}

// hold holds every rule of the book that is held in one way.
func (c *Case) hold(by By) {
	for _, r := range All() {
		if r.By&by != 0 && r.Check != nil {
			c.rule = r
			r.Check(c)
		}
	}
}

// nowhere is the other side of a fault that has one side only.
var nowhere = pipeline.Place{}

// broken reports the rule that is being held as broken at a place; other is the place that
// disagrees, if there is one. In a pipeline with a spec that is an error at the line to
// blame, in one without a warning.
//
// What it returns is what was reported, to be changed; what nobody will see where the author has accepted it.
func (c *Case) broken(at, other pipeline.Place, help, format string, args ...any) *diag.Diagnostic {
	message := fmt.Sprintf(format, args...)
	d := Flaw(c.rule.ID, at, other, help, message)
	switch {
	case c.Facts != nil:
		if d = Proven(c.rule.ID, at, other, help, message); c.accepts(at, other) {
			return &d
		}
	case at.Known() && c.left.of[at.File] != nil && !alsoLeftOver[d.Rule]:
		t := c.left.of[at.File]
		c.left.broken[t] = c.left.broken[t] || HarmOf(d.Rule) == Broken
		return &d
	// Each Application that an ApplicationSet makes has what its template says.
	case at.Known() && c.fromTemplate(at) && slices.ContainsFunc(c.found, func(x diag.Diagnostic) bool { return x.Rule == d.Rule && x.Pos == d.Pos && x.Help == d.Help }):
		return &d
	}
	c.found = append(c.found, d)
	return &c.found[len(c.found)-1]
}

// doubtful is broken for what CI or a person wrote into a live folder: it is data,
// which the next deploy may heal, and must keep nobody from generating.
func (c *Case) doubtful(at, other pipeline.Place, help, format string, args ...any) {
	c.broken(at, other, help, format, args...).Severity = diag.Warning
}

func (c *Case) fromTemplate(at pipeline.Place) bool {
	return slices.ContainsFunc(c.ApplicationSets, func(s *pipeline.ApplicationSet) bool { return s.At().File == at.File })
}

// jobs visits the jobs of all workflows.
func (c *Case) jobs(visit func(*pipeline.Job)) {
	for _, w := range c.Workflows {
		for _, j := range w.Jobs {
			visit(j)
		}
	}
}

// steps visits the steps of all jobs.
func (c *Case) steps(visit func(*pipeline.Step)) {
	c.jobs(func(j *pipeline.Job) {
		for _, s := range j.Steps {
			visit(s)
		}
	})
}

// stepsAndActions visits the steps of all jobs, and those of the actions of the repository that they use. What several jobs
// use has a flaw once.
func (c *Case) stepsAndActions(visit func(*pipeline.Step)) {
	c.steps(visit)
	kept := c.found
	for _, s := range c.inActions {
		c.found = nil
		visit(s)
		for _, d := range c.found {
			if !slices.ContainsFunc(kept, func(k diag.Diagnostic) bool { return k.Pos == d.Pos && k.Rule == d.Rule }) {
				kept = append(kept, d)
			}
		}
	}
	c.found = kept
}

func (c *Case) commands(visit func(pipeline.Command)) {
	c.steps(func(s *pipeline.Step) {
		for _, cmd := range s.Commands() {
			visit(cmd)
		}
	})
}
