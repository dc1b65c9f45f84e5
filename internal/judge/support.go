package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// Input is what is compared. Both models are rendered.
type Input struct {
	Plan plan.Plan
	// Reference is the pipeline as the spec gives it without the author's changes, Output as it will be.
	Reference, Output *pipeline.Model
	// Locate is where a field of the spec is.
	Locate func(path string) diag.Position
}

// Lost is the code of a change that takes criteria out of pipegen's hands.
const Lost diag.Code = "s02"

// Loss is a change that takes criteria out of pipegen's hands, at the author's line.
type Loss struct {
	diag.Diagnostic
	// Criteria are their ids.
	Criteria []string
}

// Losses finds what takes criteria out of pipegen's hands that nobody keeps by hand, and the ids of those with such a
// change, kept by hand or not.
func Losses(in Input) (found []Loss, byHand map[string]bool) {
	s := session{Input: in, byHand: map[string]bool{}}
	s.seen = s.weigh
	s.all()
	return s.findings(), s.byHand
}

type session struct {
	Input
	// seen is called with each difference.
	seen   func(side, difference)
	claims []claim
	byHand map[string]bool
}

// all finds every difference.
func (s *session) all() {
	in := s.Input
	for _, w := range in.Reference.Workflows {
		s.workflow(w)
	}
	for _, t := range in.Reference.Targets {
		if of := in.Output.Target(t.Dir); of != nil && len(t.Objects) > 0 && len(of.Objects) > 0 {
			s.target(t, of)
		}
	}
	s.argocd()
}

// claim is a change that takes criteria out of pipegen's hands.
type claim struct {
	culprit
	difference
	// file is where pipegen wrote it.
	file     string
	criteria []string
}

// side is a part of the output that is compared: a file as it would be called in the simplest pipeline, what it is about,
// and how readers call it.
type side struct {
	file, name string
	spot       plan.Spot
	// target is the folder that is rendered, and object the name of what is rendered; nil and "" for what is not.
	target *pipeline.Target
	object string
	// source is the file in which pipegen wrote it.
	source *pipeline.File
}

func (s *session) workflow(w *pipeline.Workflow) {
	at := side{file: s.Plan.Usual(w.File.Path), name: w.File.Path, source: w.File}
	for _, d := range compare(w.Node, s.Output.File(w.File.Root, w.File.Path).Doc()) {
		at := at
		if keys := strings.SplitN(d.key, ".", 3); len(keys) > 1 && keys[0] == "jobs" {
			at.spot = s.Plan.OfJob(keys[1])
			keys[1] = s.Plan.UsualJob(keys[1])
			d.key = strings.Join(keys, ".")
		}
		s.seen(at, d)
	}
}

// target compares the objects of an environment, as kustomize renders them.
func (s *session) target(t, of *pipeline.Target) {
	environment := s.environment(t)
	for _, o := range t.Objects {
		source := written(o)
		if source == nil {
			continue
		}
		at := side{file: s.Plan.Usual(source.Path), name: o.Label(), source: source, target: of, object: o.Name, spot: s.Plan.OfLine(source.Path, "")}
		if environment != "" {
			at.spot.Environments = []string{environment}
		}
		for _, d := range compare(o.Node, find(of, o)) {
			s.seen(at, d)
		}
	}
	s.additions(t, of)
}

// environment is the name of the one that a target is, "" for none.
func (s *session) environment(t *pipeline.Target) string {
	overlays := s.Plan.Overlays()
	i := slices.IndexFunc(overlays, func(e plan.Environment) bool { return e.Overlay == t.Dir })
	if i < 0 {
		return ""
	}
	return overlays[i].Name
}

// written is the file of the base in which an object is written.
func written(o *pipeline.Object) *pipeline.File {
	var out *pipeline.File
	for _, f := range o.Target.Folders {
		for _, file := range f.Files {
			for _, d := range file.Docs {
				if d.Get("kind").Text() == o.Kind && d.Get("metadata", "name").Text() == o.Name {
					out = file
				}
			}
		}
	}
	return out
}

// argocd compares the objects of Argo CD, which nobody renders.
func (s *session) argocd() {
	for _, f := range s.Reference.Files {
		if f.Root != artifact.GitOps {
			continue
		}
		for i, d := range f.Docs {
			if kind := d.Get("kind").Text(); kind != "Application" && kind != "ApplicationSet" && kind != "AppProject" {
				continue
			}
			at := side{file: s.Plan.Usual(f.Path), name: f.Path, source: f, spot: s.Plan.OfLine(f.Path, "")}
			var after pipeline.Node
			if of := s.Output.File(artifact.GitOps, f.Path); of != nil && i < len(of.Docs) {
				after = of.Docs[i]
			}
			for _, d := range compare(d, after) {
				s.seen(at, d)
			}
		}
	}
}

// weigh finds the criteria that a change takes out of pipegen's hands.
func (s *session) weigh(at side, d difference) {
	var lost []string
	for _, c := range s.Plan.Criteria {
		if !s.rests(c, at, d) {
			continue
		}
		lost = append(lost, s.lose(c)...)
	}
	who := s.blame(at, d)
	if who == nobody && pipeline.IsDeployed(d.before.Text()) {
		return // the deploy does something else now, which is said where it was changed
	}
	if len(lost) > 0 {
		s.claims = append(s.claims, claim{culprit: who, difference: d, file: at.name, criteria: lost})
	}
}

// rests reports whether a criterion rests on what has changed, and nothing proves it anew.
func (s *session) rests(c plan.Criterion, at side, d difference) bool {
	if c.Mode == plan.Confirmed || !c.HoldsAt(at.spot) || spares(at.file, d, c.Kind) != "" {
		return false
	}
	step := s.stepID(at, d)
	met, calculated := meets(c.Kind, at.file, d, step)
	switch {
	case calculated:
		return false
	case met:
		return true
	}
	// Of a job that no kind names, nothing is promised. Of a field of an object that no kind knows, nobody can say.
	if strings.HasPrefix(d.key, "jobs.") || !touches(c.Kind, at.file) {
		return false
	}
	return !slices.ContainsFunc(criteria.Kinds(), func(k criteria.Kind) bool {
		met, calculated := meets(k.Name, at.file, d, step)
		return met || calculated
	})
}

// stepID is the id in the plan of the step that has changed, "" for none.
func (s *session) stepID(at side, d difference) string {
	if !d.step.OK() {
		return ""
	}
	keys := strings.Split(d.label, ".")
	if len(keys) < 2 {
		return ""
	}
	return s.Plan.JobsIn(at.source.Path).Find(keys[1]).StepCalled(d.step.Get("name").Text()).ID
}

// findings are the claims as errors, one for each place that is to blame.
func (s *session) findings() []Loss {
	var out []Loss
	for i, c := range s.claims {
		same := func(x claim) bool { return x.culprit == c.culprit }
		if slices.ContainsFunc(s.claims[:i], same) {
			continue
		}
		var ids []string
		more := -1
		for _, x := range s.claims[i:] {
			if same(x) {
				ids, more = append(ids, x.criteria...), more+1
			}
		}
		ids = inOrder(s.Plan, ids)
		out = append(out, Loss{s.finding(c, ids, more), ids})
	}
	return out
}

// inOrder are the ids of criteria in the order of the spec, each once.
func inOrder(p plan.Plan, ids []string) []string {
	var out []string
	for _, c := range p.Criteria {
		if slices.Contains(ids, c.ID) {
			out = append(out, c.ID)
		}
	}
	return out
}

func (s *session) finding(c claim, ids []string, more int) diag.Diagnostic {
	promises, take := "criterion "+ids[0]+" rests", make([]string, len(ids))
	if len(ids) > 1 {
		promises = "the criteria " + plan.And(ids) + " rest"
	}
	for i, id := range ids {
		take[i] = `{criterion: "` + id + `", because: "…"}`
	}
	does := c.in(c.file)
	switch {
	case more == 1:
		does += " (and one more place)"
	case more > 1:
		does += fmt.Sprintf(" (and %d more places)", more)
	}
	d := diag.Diagnostic{Code: Lost, Rule: "S02", Path: c.path, Pos: c.pos,
		Message: "this " + does + ", and " + promises + " on it: nothing proves any longer what is promised",
		Help:    "undo it, or answer for what is promised yourself: accept: [" + strings.Join(take, ", ") + "]"}
	if at := c.before.At(); at.Known() {
		d.Notes = append(d.Notes, diag.Note{Pos: diag.Position{File: at.File.Place, Line: at.Line}, Message: "what pipegen writes there"})
	}
	for _, p := range s.Plan.Criteria {
		if slices.Contains(ids, p.ID) {
			d.Notes = append(d.Notes, diag.Note{Pos: s.Locate(p.Path), Message: "the criterion " + p.ID})
		}
	}
	return d
}
