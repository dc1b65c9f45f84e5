package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// progressiveFits refuses what Argo Rollouts cannot do, and shares that no number of pods makes.
func progressiveFits(s input) diag.List {
	var out diag.List
	for i, w := range s.workloads {
		p := progressing{input: s, w: w, spec: s.Workloads[i].Value, at: w.Path + ".rollout", out: &out}
		if w.Stateful != nil || !w.Kind.Stays() {
			continue // statefulFits and the forms say so
		}
		p.stepsInEnvironments()
		if !w.Rollout.Progressive() {
			continue
		}
		p.oneWay()
		p.moved()
		if c := w.Rollout.Canary; c != nil {
			p.rising(c.StepsPath, c.Steps)
			p.shares()
		}
		p.kept()
	}
	return append(out, followsCanaries(s)...)
}

// progressing is a workload whose pods Argo Rollouts replaces.
type progressing struct {
	input
	w    plan.Workload
	spec schema.Workload
	at   string
	out  *diag.List
}

func (p progressing) no(code diag.Code, rule, path, help, format string, args ...any) {
	*p.out = append(*p.out, diag.Diagnostic{Code: code, Rule: rule, Path: path, Help: help, Message: fmt.Sprintf(format, args...)})
}

// stepsInEnvironments refuses steps of a canary that is none, and those that do not rise.
func (p progressing) stepsInEnvironments() {
	for _, e := range p.Environments {
		d := e.Value.Difference(p.w.Name)
		at := d.At + ".rollout.steps"
		switch {
		case d.Rollout.Steps == nil:
		case p.w.Rollout.Canary == nil:
			p.no(diag.NotApplicable, "", at, "leave it out, or write rollout: canary in the workload", "%s does nothing: %s has no canary", at, p.w.Name)
		default:
			p.rising(at, stepsOf(d.Rollout.Steps))
		}
	}
}

// oneWay: pods are replaced in one of four ways, and each has figures of its own.
func (p progressing) oneWay() {
	r := p.spec.Rollout
	which, path := "canary", p.at+".canary"
	if r.BlueGreen != nil {
		which, path = "blueGreen", p.at+".blueGreen"
	}
	if r.Canary != nil && r.BlueGreen != nil {
		p.no(diag.ChooseOne, "", path, "keep one", "%s has both canary and blueGreen, and pods are replaced in one way", p.at)
		return
	}
	if r.Strategy != "" {
		p.no(diag.ChooseOne, "", p.at+".strategy", "keep one", "%s has both strategy and %s, and pods are replaced in one way", p.at, which)
	}
	if p.w.Recreates() {
		p.no(diag.Contradiction, "K32", path, "leave it out, or take a claim that several nodes may mount: access: \"ReadWriteMany\"", "%s runs two versions beside each other, and a claim of %s is for one node alone", path, p.w.Name)
	}
	if p.spec.Rollout.History != nil && *r.History == 0 {
		p.no(diag.Contradiction, "P04", p.at+".history", "leave it out", "%s.history is 0: a deploy that is taken back would pass every step again, since no earlier version is kept", p.at)
	}
	if r.BlueGreen != nil && p.w.Kind != plan.ServiceKind {
		p.no(diag.NotApplicable, "", path, "write canary, whose shares are pods, or leave it out", "%s does nothing: %s is a worker, and has no requests that could be switched", path, p.w.Name)
	}
	if r.BlueGreen == nil && !p.w.Moved() {
		return
	}
	full := "all new pods run beside all old ones"
	for _, f := range p.surges() {
		p.no(diag.NotApplicable, "", f, "leave it out", "%s does nothing: %s", f, full)
	}
}

// surges are the places that say how many pods are replaced at a time.
func (p progressing) surges() []string {
	var out []string
	add := func(at string, surge, unavailable *int) {
		if surge != nil {
			out = append(out, at+".surge")
		}
		if unavailable != nil {
			out = append(out, at+".unavailable")
		}
	}
	add(p.at, p.spec.Rollout.Surge, p.spec.Rollout.Unavailable)
	for _, e := range p.Environments {
		d := e.Value.Difference(p.w.Name)
		add(d.At+".rollout", d.Rollout.Surge, d.Rollout.Unavailable)
	}
	return out
}

// moved: weights of a route need a route, in each environment.
func (p progressing) moved() {
	if !p.w.Moved() {
		return
	}
	at := p.w.Rollout.Canary.Path + ".traffic"
	if p.w.Route == nil || p.w.Route.Kind != plan.ByGateway {
		p.no(diag.Contradiction, "P02", at, `write route: gateway: {name: "public", namespace: "gateways"}, or leave traffic out and let the number of pods make the shares`,
			"%s is \"route\", and %s has no route through a Gateway whose weights could be moved", at, p.w.Name)
		return
	}
	if p.w.Route.GRPC {
		p.no(diag.Contradiction, "P02", at, "leave traffic out, so that the number of pods makes the shares", "%s is \"route\", which moves the weights of an HTTPRoute, and %s has a GRPCRoute (%s.grpc)", at, p.w.Name, p.w.Route.Path)
	}
	for _, e := range p.Environments {
		if d := e.Value.Difference(p.w.Name); d.Route != nil && d.Route.None && p.w.RunsIn(e.ID) {
			p.no(diag.Contradiction, "P02", d.At+".route.none", "give it a name that only you know, or leave traffic out and let the number of pods make the shares",
				"%s.route.none takes the route away whose weights make the shares of the canary (%s)", d.At, at)
		}
	}
}

// rising: a step with a smaller share would take requests from the new version while nothing is wrong with it.
func (p progressing) rising(at string, steps []plan.CanaryStep) {
	for i := 1; i < len(steps); i++ {
		if steps[i].Weight <= steps[i-1].Weight {
			item := schema.Item(at, i)
			p.no(diag.Contradiction, "", item+".weight", "let each step have more than the one before", "%s.weight is %d, and the step before has %d already", item, steps[i].Weight, steps[i-1].Weight)
		}
	}
}

// shares: where the number of pods makes a share, it is one of whole pods (P01).
func (p progressing) shares() {
	if p.w.Moved() {
		return
	}
	said := map[string]bool{}
	for _, e := range p.Environments {
		if !p.w.RunsIn(e.ID) {
			continue
		}
		here := changed(p.input, e, p.w.Name)
		pods, c := here.Least(p.w), here.Rollout(p.w).Canary
		for i, step := range c.Steps {
			n, exact := plan.PodsOf(step.Weight, pods)
			// Where the number follows the load, a share is rounded to whole pods of each number.
			item := schema.Item(c.StepsPath, i) + ".weight"
			if exact || here.Scale(p.w) != nil && n > 0 && n < pods || said[fmt.Sprint(item, pods)] {
				continue
			}
			said[fmt.Sprint(item, pods)] = true
			possible := "one pod has all requests or none"
			if shares := plan.SharesOf(pods); len(shares) > 0 {
				var words []string
				for _, share := range shares {
					words = append(words, number(share))
				}
				possible = fmt.Sprintf("%d pods can have %s", pods, strings.Join(words, ", "))
			}
			p.no(diag.Contradiction, "P01", item, fmt.Sprintf(`write another share, at least %d replicas, or other steps for %s in rollout: steps; or traffic: "route", where weights of a Gateway's route make the share`, podsFor(step.Weight), e.ID),
				"%s is %d %%, and %s runs %s of %s: %s", item, step.Weight, e.ID, podsIn(pods), p.w.Name, possible)
		}
	}
}

// podsFor is the least number of pods that expresses a weight.
func podsFor(weight int) int {
	for pods := 2; pods < 100; pods++ {
		if _, exact := plan.PodsOf(weight, pods); exact {
			return pods
		}
	}
	return 100
}

func podsIn(n int) string {
	if n == 1 {
		return "1 pod"
	}
	return number(n) + " pods"
}

// kept warns that lists of a Rollout are replaced as a whole where an environment changes its pods.
func (p progressing) kept() {
	if p.w.Custom == nil {
		return
	}
	for _, e := range p.Environments {
		d := changed(p.input, e, p.w.Name).Delta(p.w.Name)
		if changesPod(p.w, d) {
			*p.out = append(*p.out, diag.Diagnostic{Code: diag.Contradiction, Severity: diag.Warning, Path: d.Path,
				Message: fmt.Sprintf("%s changes the pods of %s, and kustomize replaces the lists of a Rollout as a whole: what your files in %s add to its containers or volumes is lost in %s", d.Path, p.w.Name, p.w.Custom.Path, e.ID),
				Help:    fmt.Sprintf("write it in files for %s too (environments.%s.custom: true), or let the environment change nothing in the pods", e.ID, e.ID)})
		}
	}
}

// followsCanaries: a commit goes to the next environment when the canaries of the one before have ended (P05).
func followsCanaries(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		longest, of := 0, ""
		for _, before := range s.Environments {
			for _, w := range s.workloads {
				here := changed(s, before, w.Name)
				if before.ID == e.Value.After && w.RunsIn(before.ID) && w.Changes() && here.Hold(w) > 0 && here.Progress(w) > longest {
					longest, of = here.Progress(w), w.Name
				}
			}
		}
		if longest == 0 {
			continue
		}
		at := schema.Join("environments", e.ID)
		says := fmt.Sprintf("the canary of %s in %s takes %d s", of, e.Value.After, longest)
		switch soak := seconds(e.Value.Soak); {
		case startOf(e.Value) == plan.WithBuild:
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Severity: diag.Warning, Rule: "P05", Path: at,
				Message: fmt.Sprintf("%s, and %s follows in the same run, which does not wait for it", says, e.ID),
				Help:    fmt.Sprintf("promote to %s, for example by on: tag: \"v*\" with soak: %q", e.ID, minutesUp(longest))})
		case soak == 0:
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "P05", Path: at,
				Message: fmt.Sprintf("%s, and a commit could be promoted to %s before it has ended", says, e.ID), Help: fmt.Sprintf("write soak: %q", minutesUp(longest))})
		case soak <= longest:
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "P05", Path: at + ".soak",
				Message: fmt.Sprintf("%s, and %s.soak lets a commit be promoted after %s", says, at, e.Value.Soak), Help: fmt.Sprintf("write at least %q", minutesUp(longest))})
		}
	}
	return out
}

// minutesUp is a time as a spec writes it, with room for Argo CD to notice the commit.
func minutesUp(seconds int) string { return number((seconds+59)/60+5) + "m" }
