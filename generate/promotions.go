package generate

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

const (
	findPrefix = "find-"
	// untilItArrives is how long a promotion waits for the environment before it to get the commit: a tag is often pushed
	// together with what it names, and the run that builds it takes its time. With a soak it waits for that as well, but
	// no longer than mostWait: the token of an App lives an hour.
	untilItArrives, mostWait = 30 * time.Minute, 45 * time.Minute
	// aroundTheWait is what the job that waits needs besides: to start, to look, and to ask who has built the images.
	aroundTheWait = 10 * time.Minute
	// untilMeasured is how long it waits for the last jobs of the run of the commit, for which no deploy waits.
	untilMeasured = 10 * time.Minute
	// untilAsked is how long Prometheus may take to answer, or not to.
	untilAsked = 5 * time.Minute
)

// startOf is what starts the deploys of an environment.
func startOf(e schema.Environment) plan.Start {
	switch on := e.On; {
	case on == nil:
	case on.Tag != "":
		return plan.AtTag
	case on.Release != "":
		return plan.AtRelease
	case on.Hand:
		return plan.ByPerson
	}
	return plan.WithBuild
}

// sourceOf is the environment before another one: the one that the spec names, or for a promotion the only one to which
// the run that builds deploys. "" where there is none, or where several could be meant.
func sourceOf(e schema.Environment, built []string) string {
	switch {
	case e.On != nil && e.On.After != "":
		return e.On.After
	case e.After == "" && startOf(e) != plan.WithBuild && len(built) == 1:
		return built[0]
	}
	return e.After
}

// promotedWith gives each environment the one of the promotion that deploys to it: itself, or one that it follows. "" is
// for those to which the run that builds deploys.
func promotedWith(all []schema.Named[schema.Environment]) map[string]string {
	environments, out := map[string]schema.Environment{}, map[string]string{}
	for _, e := range all {
		environments[e.ID] = e.Value
	}
	var with func(id string) string
	with = func(id string) string {
		if promoted, known := out[id]; known {
			return promoted
		}
		out[id] = "" // so that a loop ends
		switch e, there := environments[id]; {
		case there && startOf(e) != plan.WithBuild:
			out[id] = id
		case there && e.On != nil:
			out[id] = with(cmp.Or(e.After, e.On.After))
		case there:
			out[id] = with(e.After)
		}
		return out[id]
	}
	for _, e := range all {
		with(e.ID)
	}
	return out
}

// built are the environments to which the run that builds deploys.
func (s input) built() []string {
	var out []string
	for _, e := range s.Environments {
		if s.promoted[e.ID] == "" {
			out = append(out, e.ID)
		}
	}
	return out
}

// inSequence gives each environment the one before it, however the spec says which that is, and the place where it does.
func inSequence(s input) []schema.Named[schema.Environment] {
	out, built := slices.Clone(s.Environments), s.built()
	for i, e := range s.Environments {
		at := schema.Join("environments", e.ID)
		out[i].Value.After, out[i].Value.AfterPath = sourceOf(e.Value, built), at+".after"
		switch {
		case e.Value.On != nil && e.Value.On.After != "":
			out[i].Value.AfterPath = at + ".on.after"
		case e.Value.After == "":
			out[i].Value.AfterPath = at + ".on"
		}
	}
	return out
}

// promotionsOf are the promotions of a plan that has all but those, each with the jobs of its workflow.
func promotionsOf(s input, of plan.Plan) []plan.Promotion {
	var out []plan.Promotion
	for _, e := range of.Environments {
		if !e.Promotes() {
			continue
		}
		spec := s.Environments[slices.IndexFunc(s.Environments, func(o schema.Named[schema.Environment]) bool { return o.ID == e.Name })].Value
		p := plan.Promotion{
			Path: e.Path + ".on", To: e.Name, From: e.After, FromLive: e.AfterLive, Start: startOf(spec), Tags: spec.On.Tag, Release: spec.On.Release,
			Soak: time.Duration(spec.Soak), Waits: min(untilItArrives+time.Duration(spec.Soak), mostWait), Find: findPrefix + e.Name, Workflow: s.promotion(e.Name),
		}
		p.Gates, p.GatesPath, p.Figures = gatesOf(of, spec.Gates), e.Path+".gates", figuresOf(s, of, e, spec.Gates)
		jobs := promotionJobs(s, p, of.Verified(e))
		p.Jobs = s.placed(append(jobs, noticeJobs(s, plan.NoticeJob+"-"+e.Name, jobs, p.Runs())...))
		out = append(out, p)
	}
	return out
}

// promotion is the workflow that promotes to an environment.
func (s input) promotion(environment string) string {
	if s.folder == "." {
		return plan.WorkflowsFolder + "promote-" + environment + ".yaml"
	}
	return plan.WorkflowsFolder + s.Name + "-promote-" + environment + ".yaml"
}

// promotionJobs look for the images, and deploy them: they are found outside of the queue of the live folder, since to
// wait there would hold up everybody else (O04).
func promotionJobs(s input, p plan.Promotion, verified []plan.Image) plan.Jobs {
	find := plan.Job{ID: p.Find, Name: "Find the images for " + p.To, Path: p.Path, Runs: p.Runs(), Limit: plan.Limit{Minutes: int((p.Waits + aroundTheWait) / time.Minute)},
		Rights: []plan.Right{right("contents", "read", "see which commit is meant, and whether it is on the branch")},
		Steps:  append(pushSteps(s), plan.Step{ID: plan.StepFind, Name: "Find what " + p.From + " ran of the commit"})}
	if len(verified) > 0 {
		if slices.ContainsFunc(verified, func(i plan.Image) bool { return i.Login.Kind == plan.ByRunToken }) {
			find.Rights = append(find.Rights, right("packages", "read", "read the image"))
			find.Steps = append(find.Steps, loginSteps(plan.Login{Kind: plan.ByRunToken})...)
		}
		find.Rights = append(find.Rights, right("attestations", "read", "read the attestation"))
		find.Steps = append(find.Steps, plan.Step{ID: plan.StepVerify, Name: "Verify that this repository has built them"})
	}
	if len(p.Gates) > 0 {
		find.Rights = append(find.Rights, right("actions", "read", "see what the run of the commit says"), right("checks", "read", "see of what it has warned"))
		find.Limit.Minutes += int(untilMeasured / time.Minute)
		find.Steps = append(find.Steps, plan.Step{ID: plan.StepGates, Name: "Ask whether the commit kept what it must"})
	}
	if len(p.Figures) > 0 {
		find.Limit.Minutes += int(untilAsked / time.Minute)
	}
	for _, f := range p.Figures {
		find.Steps = append(find.Steps, biting(f.Step(), "Ask Prometheus about "+f.Subject(), &f.Criterion))
	}
	g := graph{jobs: plan.Jobs{find}}
	g.addDeploys(s, p.To, []string{p.Find}, p.Runs())
	for i, j := range g.jobs {
		g.jobs[i].Added = takenFrom(s, p, additionsOf(s, j.ID))
	}
	return g.jobs
}

// takenFrom has the author's steps take tags and digests from the job that finds the images: no job of a promotion makes
// any.
func takenFrom(s input, p plan.Promotion, all []plan.Additions) []plan.Additions {
	from := map[string]string{}
	for _, i := range s.Images {
		from[imageJobsOf(s, i).Name] = i.ID
	}
	for _, a := range all {
		for _, step := range slices.Concat(a.Before, a.After) {
			for variable, output := range step.Outputs {
				job, name, _ := strings.Cut(output, ".outputs.")
				step.Outputs[variable] = p.Find + ".outputs." + name + "-" + from[job]
			}
		}
	}
	return all
}
