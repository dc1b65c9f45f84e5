package generate

import (
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Options are what a compilation depends on besides the spec.
type Options struct {
	// SpecFile is the path that the headers of the output name.
	SpecFile string
	// Kinds are the kinds of criteria.
	Kinds []plan.Kind
	// Pins replace older pins of the table, by the repository of the action: a bot proposed them and a person accepted
	// them.
	Pins map[string]pins.Pin
	// Deployed is what runs already, by environment and by the name of the image: the live image begins with it.
	Deployed map[string]map[string]plan.Deployed
}

// Compile decides everything about the pipeline of a spec. When the list has
// errors the plan is not usable.
func Compile(spec schema.Spec, o Options) (plan.Plan, diag.List) {
	bad := usesFit(spec)
	if len(bad) > 0 {
		p, found := compile(spec, o)
		return p, append(bad, found...)
	}
	spec, moved := Installed(spec)
	p, found := compile(spec, o)
	p.Moved = moved
	for i := range found {
		found[i].Path = p.Place(found[i].Path)
	}
	return p, found
}

func compile(spec schema.Spec, o Options) (plan.Plan, diag.List) {
	spec = Versioned(spec)
	s := input{Spec: spec, all: spec.Tests, folder: path.Dir(o.SpecFile), kinds: o.Kinds, criteria: criteriaOf(spec)}
	s.promoted = promotedWith(spec.Environments)
	s.Environments = inSequence(s)
	s.Tests = slices.DeleteFunc(slices.Clone(spec.Tests), func(t schema.Named[schema.Test]) bool { return t.Value.None != "" })
	for _, w := range spec.Workloads {
		s.workloads = append(s.workloads, workloadOf(s, w))
	}
	unclear := s.reach()
	found := slices.Clone(unclear)
	if len(unclear) == 0 {
		found = s.overlaps()
	}
	s.eachKind(func(k plan.Kind, c *plan.Criterion) {
		c.Mode, c.Gate, c.Fails, c.Measure, c.Rules = k.Mode, k.Gate, k.Fails, k.Measure, k.Rules
		if k.Only != nil && k.Only(*c) != "" {
			c.Mode, c.Gate, c.Fails, c.Measure = plan.Measured, "", "", k.Only(*c)
		}
		if k.Asks != nil {
			k.Asks(*c, &s.demands)
		}
	})
	for i := range s.workloads {
		s.workloads[i].Smokes = smokesOf(s, spec.Workloads[i])
		s.judge(&s.workloads[i])
	}
	for _, rule := range rules {
		found = append(found, rule(s)...)
	}
	s.byHand()
	g, bad := graphOf(s)
	found = append(found, bad...)
	g.limit(s)
	environments, bad := environmentsOf(s, o.Deployed)
	found = append(found, bad...)
	workloads, bad := workloadsOf(s, environments)
	found = append(found, bad...)
	p := plan.Plan{
		Name: s.Name, Intent: s.Intent, Owner: (*plan.Owner)(s.Owner), SpecFile: o.SpecFile,
		Source:       plan.Source{Repository: s.Source.Repository, Branch: s.Source.Branch, Paths: s.Source.Paths, History: s.Source.History, Submodules: s.Source.Submodules, LFS: s.Source.LFS},
		Release:      releaseOf(s),
		StartedBy:    startedBy(s),
		Tests:        testsOf(s),
		Images:       imagesOf(s),
		Workloads:    workloads,
		Environments: environments,
		Jobs:         s.placed(jobsOf(s, g, environments)),
		RollbackJobs: s.placed(rollbackJobs(s, environments)),
		Notice:       noticeOf(s),
		Env:          s.Workflow.Env,
		Dependencies: dependenciesOf(s),
		Readers:      readersOf(s),
		MadeSecrets:  madeSecrets(s),
		Secrets:      secretsOf(s),
		GitOps:       gitopsOf(s),
		ArgoCD:       argocdOf(s),
		Prometheus:   prometheusOf(s),
		Criteria:     s.criteria,
		Demands:      s.demands,
		Components:   componentsOf(s),
		NonGoals:     nonGoalsOf(s),
		Pins:         o.Pins,
		Style:        pins.Style(s.Pipegen.Pins),
		Tools:        toolsOf(s),
		Bot:          s.Pipegen.Bot,
		Patches:      patchesOf(s),
		Accepted:     acceptedOf(s),
		Needs:        needs(s),
		Unmanaged:    s.Pipegen.Unmanaged,
	}
	p.Promotions = promotionsOf(s, p)
	p.Figures = knownFigures(s, p)
	p.Previews = previewsOf(s, p)
	p.GitOps.Rendered = renderedOf(s, p)
	p.Workflow, p.RollbackWorkflow, p.Readme, p.Page = s.place()
	found = append(found, runnersFit(s, p.Jobs)...)
	found = append(found, gatesFit(s, p)...)
	p.TestRuns = testRunsOf(s, p.Tests, p.Jobs)
	for _, c := range s.criteria {
		if k := s.kindOf(c); k.Check != nil && len(unclear) == 0 {
			found = append(found, k.Check(p, c)...)
		}
	}
	s.eachKind(func(k plan.Kind, c *plan.Criterion) {
		byHand := c.Mode == plan.ByHand
		if !byHand {
			c.Keeps = k.Keeps(p, *c)
			if k.Figured != nil {
				c.Gate, c.Fails = k.Figured(p, *c)
			}
		}
		if in := s.only(*c); in != "" {
			c.Keeps = "In " + in + ": " + c.Keeps
		}
		if gated := p.Gated(*c); len(gated) > 0 {
			c.Keeps += keepsFor(*c, gated)
		}
		if k.Labels != nil {
			for _, l := range k.Labels(p, *c) {
				if l.Criterion, l.Measured = *c, c.Mode == plan.Measured; byHand {
					l.Text += " (by hand)"
				}
				p.Labels = append(p.Labels, l)
			}
		}
	})
	return p, found
}

// starts are the runs that the pipeline is started for.
func starts(s input) plan.Runs {
	runs := plan.Push | plan.PullRequest | plan.Fork | plan.MergeGroup | plan.Dispatch | plan.DispatchElsewhere
	if s.Source.ReleaseTags != "" {
		runs |= plan.Tag
	}
	if len(dispatched(s, releases)) > 0 {
		runs |= plan.Event | plan.EventElsewhere
	}
	return runs
}

// releaseOf says which runs publish (X07).
func releaseOf(s input) plan.Release {
	runs := plan.OnBranch
	if s.Source.ReleaseTags != "" {
		runs = plan.Tag
	}
	return plan.Release{Tags: s.Source.ReleaseTags, Runs: runs & starts(s), Otherwise: starts(s) &^ runs, Events: dispatched(s, releases)}
}

func componentsOf(s input) []plan.Component {
	var out []plan.Component
	for _, c := range s.Components {
		out = append(out, plan.Component{ID: c.ID, Purpose: c.Value.Purpose, Owner: c.Value.Owner})
	}
	return out
}

func nonGoalsOf(s input) []plan.NonGoal {
	var out []plan.NonGoal
	for _, n := range s.NonGoals {
		out = append(out, plan.NonGoal{ID: n.ID, Path: schema.Join("nonGoals", n.ID), Statement: n.Value.Statement, Guard: n.Value.Guard, Reason: n.Value.Reason})
	}
	return out
}
