package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Options are what a compilation depends on beside the spec.
type Options struct {
	// SpecFile is the path that the headers of the output name.
	SpecFile string
	// Pins take the place of older ones of the table, by the repository of the action: what a
	// bot proposed and a person took.
	Pins map[string]pins.Pin
	// Deployed is what runs already, by environment and by the name of the image: the live image begins with it.
	Deployed map[string]map[string]plan.Deployed
}

// Compile decides everything about the pipeline of a spec. When the list has
// errors the plan is not usable.
func Compile(s schema.Spec, o Options) (plan.Plan, diag.List) {
	var found diag.List
	for _, rule := range slices.Concat(rules, feasible) {
		found = append(found, rule(s)...)
	}
	limits, bad := timeoutsOf(s)
	found = append(found, bad...)
	g, bad := graphOf(s)
	found = append(found, bad...)
	g.limit(limits)
	g.decided(s)
	rollout, bad := rolloutOf(s)
	found = append(found, bad...)
	environments, bad := environmentsOf(s, o.Deployed)
	found = append(found, bad...)
	return plan.Plan{
		Name: s.Name, Intent: s.Intent, Owner: (*plan.Owner)(s.Owner), SpecFile: o.SpecFile,
		Source:       plan.Source{Repository: s.Source.Repository, Branch: s.Source.Branch},
		Release:      releaseOf(s),
		Test:         testOf(s),
		Images:       imagesOf(s),
		Workloads:    workloadsOf(s, rollout),
		Environments: environments,
		Jobs:         jobsOf(s, g, environments),
		Env:          s.Workflow.Env,
		Secrets:      secretsOf(s),
		GitOps:       gitopsOf(s),
		ArgoCD:       argocdOf(s),
		Criteria:     criteriaOf(s),
		Components:   componentsOf(s),
		NonGoals:     nonGoalsOf(s),
		Pins:         o.Pins,
		Style:        pins.Style(s.Pipegen.Pins),
		Tools:        toolsOf(s),
		Bot:          s.Pipegen.Bot,
		Patches:      patchesOf(s),
		Unmanaged:    s.Pipegen.Unmanaged,
	}, found
}

// starts are the runs that the pipeline is started for.
func starts(s schema.Spec) plan.Runs {
	runs := plan.Push | plan.PullRequest | plan.Fork | plan.MergeGroup | plan.Dispatch | plan.DispatchElsewhere
	if s.Source.ReleaseTags != "" {
		runs |= plan.Tag
	}
	return runs
}

// releaseOf says which runs publish (X07).
func releaseOf(s schema.Spec) plan.Release {
	runs := plan.OnBranch
	if s.Source.ReleaseTags != "" {
		runs = plan.Tag
	}
	return plan.Release{Tags: s.Source.ReleaseTags, Runs: runs & starts(s), Otherwise: starts(s) &^ runs}
}

func componentsOf(s schema.Spec) []plan.Component {
	var out []plan.Component
	for _, c := range s.Components {
		out = append(out, plan.Component{ID: c.ID, Purpose: c.Value.Purpose, Owner: c.Value.Owner})
	}
	return out
}

func nonGoalsOf(s schema.Spec) []plan.NonGoal {
	var out []plan.NonGoal
	for _, n := range s.NonGoals {
		out = append(out, plan.NonGoal{ID: n.ID, Path: schema.Join("nonGoals", n.ID), Statement: n.Value.Statement, Guard: n.Value.Guard, Reason: n.Value.Reason})
	}
	return out
}
