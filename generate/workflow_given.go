package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// given is the value of a secret at run time.
func given(g plan.Given) yamldoc.Value { return yamldoc.From(g.Path, g.Value()) }

// feedVariables are what goes with the secrets of feeds.
func feedVariables(all []plan.Variable, prefix string) yamldoc.Map {
	var out yamldoc.Map
	for _, v := range all {
		out = append(out, yamldoc.Entry{Key: prefix + v.Name, Value: yamldoc.From(v.Path, v.Value)})
	}
	return out
}

// noneMissing is the condition of what needs the secrets of its job.
const noneMissing = "steps." + plan.StepGiven + ".outputs.missing == ''"

// unlessMissing is the condition of a step that is left out where its job gets no secrets, "" where it never is.
func unlessMissing(j plan.Job) string {
	if j.LeavesOut() {
		return noneMissing
	}
	return ""
}

// missing are the names of the secrets that a job lacks, as one that leaves its work out tells the gate.
func (r *renderer) missing(j plan.Job) yamldoc.Value {
	if !j.LeavesOut() {
		return yamldoc.Omit
	}
	return yamldoc.Of(yamldoc.Map{{Key: "missing", Value: yamldoc.Of("${{ steps." + plan.StepGiven + ".outputs.missing }}")}})
}

// secretsFirst is the checkout and, in a job that needs secrets, a look for them. It sees which are set, and none of their
// values.
func (r *renderer) secretsFirst(j plan.Job) yamldoc.Doc {
	if !j.Asks() {
		return r.checkout()
	}
	var missing []string
	for _, name := range plan.StoredNames(j.Given) {
		missing = append(missing, fmt.Sprintf("${{ secrets.%s == '' && '%[1]s' || '' }}", name))
	}
	outside := yamldoc.Omit
	if j.LeavesOut() {
		outside = yamldoc.Of("${{ github.event_name == 'pull_request' && (github.event.pull_request.head.repo.full_name != github.repository || github.actor == 'dependabot[bot]') }}")
	}
	return yamldoc.Spaced(r.checkout(), r.fill("github/secrets", yamldoc.Values{
		"name":        r.step(j, plan.StepGiven),
		"environment": r.environmentOf(j),
		"missing":     yamldoc.From(j.Given[0].Path, strings.Join(missing, " ")),
		"outside":     outside,
		"run":         r.script("secrets"),
	}))
}

// keyFirst starts the agent with the key for a build, where there is one.
func (r *renderer) keyFirst(i plan.Image, j plan.Job) yamldoc.Doc {
	if i.SSH == nil {
		return yamldoc.Doc{}
	}
	return r.fill("github/build-key", yamldoc.Values{"if": r.optional("", unlessMissing(j)), "key": given(*i.SSH), "run": r.script("build-key")})
}

// mounted are the secrets of a build: the step has them as variables, from which BuildKit takes them.
func (r *renderer) mounted(i plan.Image) (env, mounts yamldoc.Value) {
	variables, lines := feedVariables(i.FeedVariables, "FEED_"), []string{}
	for _, v := range i.FeedVariables {
		lines = append(lines, v.Name+"=FEED_"+v.Name)
	}
	for n, g := range i.Secrets {
		// Numbers, since an id may have letters that no variable has.
		name := "SECRET_" + number(n+1)
		lines, variables = append(lines, g.As+"="+name), append(variables, yamldoc.Entry{Key: name, Value: given(g)})
	}
	if len(lines) == 0 {
		return yamldoc.Omit, yamldoc.Omit
	}
	return yamldoc.Of(variables), r.own(i.Path+".secrets", strings.Join(lines, "\n")+"\n")
}

// buildKey is where the agent listens.
func buildKey(i plan.Image) yamldoc.Value {
	if i.SSH == nil {
		return yamldoc.Omit
	}
	return yamldoc.From(i.SSH.Path, "default=${{ runner.temp }}/build-key.sock")
}
