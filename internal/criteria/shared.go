package criteria

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// later loosens every promise of a time.
var later = Loosening{
	Code: "promise-loosened", Why: "What was too late before is in time now.",
	Says: func(before, after plan.Criterion) string {
		if after.Within <= before.Within {
			return ""
		}
		return "promises it within " + schema.Short(after.Within) + " instead of " + schema.Short(before.Within)
	},
}

func within(c plan.Criterion) string { return "within " + schema.Short(c.Within) }

// bound is the label of a promise of a time.
func bound(on plan.Edge) func(plan.Plan, plan.Criterion) []plan.Label {
	return func(_ plan.Plan, c plan.Criterion) []plan.Label {
		return []plan.Label{{On: on, Text: c.Kind + " ≤ " + schema.Short(c.Within)}}
	}
}

// label is one that says the same in every pipeline.
func label(on plan.Edge, text string) func(plan.Plan, plan.Criterion) []plan.Label {
	return func(plan.Plan, plan.Criterion) []plan.Label { return []plan.Label{{On: on, Text: text}} }
}

// wants asks for one thing.
func wants(a plan.Ask) func(plan.Criterion, *plan.Demands) {
	return func(c plan.Criterion, d *plan.Demands) { d.Add(a, c) }
}

func seconds(d time.Duration) int { return int(d / time.Second) }

// roundedUp writes seconds as whole minutes that a spec could promise.
func roundedUp(seconds int) string { return fmt.Sprintf("%dm", (seconds+59)/60) }

// Reasons for which several kinds lack a facet.
const (
	// noFigure is why a change of a kind cannot loosen it.
	noFigure = "it has no figure: who changes it takes it away"
	// canHold is why a kind has no arithmetic.
	canHold = "nothing in a spec speaks against it"
)

// leastStart is the least time that the startup probe can keep, in seconds: one period is kept back.
const leastStart = 2 * plan.StartupPeriod

// startsInTime: the startup probe has time for an answer, and the time that the spec itself gives fits (T12, T28).
func startsInTime(p plan.Plan, c plan.Criterion) diag.List {
	promised := seconds(c.Within)
	if promised < leastStart {
		return diag.List{{Code: diag.PromiseTooShort, Rule: "T12", Path: c.At() + ".within",
			Message: fmt.Sprintf("criterion %s promises %d s, and cannot be enforced: the startup probe asks every %d s and needs time for one more", c.ID, promised, plan.StartupPeriod),
			Help:    fmt.Sprintf("promise at least %ds", leastStart)}}
	}
	var out diag.List
	for _, w := range staying(p, c) {
		if own := w.Probes.Own; own > promised {
			at := w.Path + ".probes.startup"
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T28", Path: at,
				Message: fmt.Sprintf("%s gives the program %d s, but criterion %s promises an answer within %d s", at, own, c.ID, promised),
				Help:    "leave " + at + " out, or promise more"})
		}
	}
	return out
}

// keepsStart says how the startup probe keeps a promise.
func keepsStart(w plan.Workload) string {
	return fmt.Sprintf("A container without a good answer after %d s is stopped, and gets no traffic before.", w.Rollout.Startup)
}

// labelStart is the label of what the startup probe keeps.
func labelStart(p plan.Plan, c plan.Criterion) []plan.Label {
	var out []plan.Label
	for _, w := range staying(p, c) {
		out = append(out, plan.Label{On: plan.ToRollout, Workload: w.Name, Text: fmt.Sprintf("ready ≤ %d s", w.Rollout.Startup)})
	}
	return out
}

// staying are the workloads that run all the time and that a criterion is for. What is not built here changes with no
// deploy, and is meant where the criterion is for some workloads alone.
func staying(p plan.Plan, c plan.Criterion) []plan.Workload {
	return slices.DeleteFunc(p.Staying(), func(w plan.Workload) bool {
		in := func(e plan.Environment) bool {
			return w.RunsIn(e.Name) && c.Covers(w.Name, e.Name) && (c.Subject == plan.OfWorkloads || w.Changes())
		}
		return !slices.ContainsFunc(p.Environments, in)
	})
}

// hasOwn reports whether a criterion is for an environment with manifests of the author's.
func hasOwn(p plan.Plan, c plan.Criterion) bool {
	return slices.ContainsFunc(p.Environments, func(e plan.Environment) bool {
		return c.Covers("", e.Name) && slices.ContainsFunc(p.In(e), func(w plan.Workload) bool { return w.Own != nil })
	})
}

// unseen are the charts of a criterion's environments that Argo CD alone renders, in words.
func unseen(p plan.Plan, c plan.Criterion) string {
	for _, e := range p.Environments {
		for _, w := range p.In(e) {
			if c.Covers("", e.Name) && w.Own != nil && !w.Own.Seen() {
				return w.Own.Says(e.Name)
			}
		}
	}
	return ""
}

// byHelm says of a promise that is proven over a chart where that is done; "" without a chart.
func byHelm(p plan.Plan, c plan.Criterion) string {
	for _, e := range p.Environments {
		if p.Chart(e) != nil && c.Covers("", e.Name) {
			return " What a chart renders, 'pipegen check' proves where Helm is installed."
		}
	}
	return ""
}

// ofEach is a sentence for each workload that runs all the time. With several in a pipeline, each begins with the name.
func ofEach(p plan.Plan, c plan.Criterion, say func(plan.Workload) string) string {
	var out []string
	for _, w := range staying(p, c) {
		out = append(out, named(p.Workloads, w.Name)+say(w))
	}
	return strings.Join(out, " ")
}

// ofEachImage is the same for images.
func ofEachImage(p plan.Plan, c plan.Criterion, say func(plan.Image) string) string {
	var out []string
	for _, i := range p.ImagesOf(c) {
		out = append(out, named(p.Images, i.Name)+say(i))
	}
	return strings.Join(out, " ")
}

// named begins a sentence about one of several.
func named[T any](all []T, name string) string {
	if len(all) < 2 || name == "" {
		return ""
	}
	return name + ": "
}

// tooFew are the environments and clusters that run fewer pods than promised.
func tooFew(p plan.Plan, c plan.Criterion, promised string, least int) diag.List {
	var out diag.List
	for _, e := range p.Running() {
		for _, w := range p.In(e) {
			n, of := e.Least(w), ""
			if n >= least || w.Own != nil || !c.Covers(w.Name, e.Name) {
				continue
			}
			if len(p.Workloads) > 1 {
				of = " of " + w.Name
			}
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: c.At(),
				Message: fmt.Sprintf("criterion %s promises %s, but %s runs %d%s", c.ID, promised, e.Where(), n, of),
				Help:    fmt.Sprintf("give it at least %d replicas", least)})
		}
	}
	return out
}

// passed lists what a sync waits for.
func passed(passes []plan.Pass) string {
	out := make([]string, len(passes))
	for i, p := range passes {
		out[i] = p.String()
	}
	return plan.And(out)
}

// runsAgain says which jobs each sync runs in the environments of a criterion, "" for none.
func runsAgain(p plan.Plan, c plan.Criterion) string {
	out := ""
	for _, w := range p.Workloads {
		var in []string
		all := true
		for _, e := range p.Environments {
			if !c.Covers("", e.Name) {
				continue
			}
			if all = all && w.RunsIn(e.Name); w.RunsIn(e.Name) {
				in = append(in, e.Name)
			}
		}
		where := ""
		if !all {
			where = " to " + plan.And(in)
		}
		if w.Kind == plan.JobKind && len(in) > 0 {
			out += fmt.Sprintf(" Each deploy%s runs the job %s, which may take %d s.", where, w.Name, w.Job.Seconds)
		}
	}
	return out
}

// theImages are the images that a criterion is for, as the subject of a sentence.
func theImages(p plan.Plan, c plan.Criterion) string {
	switch {
	case len(p.Images) == 1:
		return "the image"
	case len(c.Of) == 1:
		return "the image " + c.Of[0]
	}
	return "the images " + plan.And(c.Of)
}

// theJobs are jobs of a plan by their names, as the subject of a sentence.
func theJobs(p plan.Plan, ids ...string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = p.Jobs.Find(id).Title()
	}
	if len(names) == 1 {
		return "the job " + names[0]
	}
	return "the jobs " + plan.And(names)
}

// namesOf are the ids of the jobs that name the images for which a criterion is.
func namesOf(p plan.Plan, c plan.Criterion) []string {
	var out []string
	for _, i := range p.ImagesOf(c) {
		out = append(out, i.Jobs.Name)
	}
	return out
}

// sentence begins with a capital. Its verb is in the singular where it is about one thing.
func sentence(subject string, several bool, one, more string) string {
	if several {
		one = more
	}
	return strings.ToUpper(subject[:1]) + subject[1:] + " " + one
}

// approved is the first environment of a criterion whose deploys wait for a person's word.
func approved(p plan.Plan, c plan.Criterion) (environment string, ok bool) {
	for _, e := range p.Environments {
		if e.Approval != "" && c.Covers("", e.Name) {
			return e.Name, true
		}
	}
	return "", false
}

// proposed are the environments of a criterion whose deploys are pull requests: those that a person merges, if there are
// any, and else those that GitHub does.
func proposed(p plan.Plan, c plan.Criterion) (where string, byPerson, ok bool) {
	var all, reviewed []string
	for _, e := range p.Environments {
		if e.Proposal == "" || !c.Covers("", e.Name) {
			continue
		}
		if all = append(all, e.Name); e.Reviewed {
			reviewed = append(reviewed, e.Name)
		}
	}
	if len(reviewed) > 0 {
		return plan.And(reviewed), true, true
	}
	return plan.And(all), false, len(all) > 0
}

// webhookHelp is what shortens detection, where something does.
func webhookHelp(p plan.Plan) string {
	if p.ArgoCD.Webhook {
		return ""
	}
	return ", or create the webhook and set argocd.webhook: true"
}

// syncedByHand are the environments of a criterion in which a person starts each sync.
func syncedByHand(p plan.Plan, c plan.Criterion) []plan.Environment {
	return slices.DeleteFunc(slices.Clone(p.Environments), func(e plan.Environment) bool { return e.Sync.Automated || !c.Covers("", e.Name) })
}

// mirrored are the Argo CDs that deploy an environment of a criterion from a mirror, where nobody bounds when a commit
// comes.
func mirrored(p plan.Plan, c plan.Criterion) []plan.Instance {
	var out []plan.Instance
	for _, e := range p.Sites() {
		if e.Instance.Mirrored && c.Covers("", e.Name) && !slices.ContainsFunc(out, func(i plan.Instance) bool { return i.Cluster == e.Instance.Cluster }) {
			out = append(out, e.Instance)
		}
	}
	return out
}

// closing says of the windows in which not even a person may sync what they forbid.
func closing(p plan.Plan, say func(w plan.SyncWindow, forbids string) diag.Diagnostic) diag.List {
	var out diag.List
	for _, w := range p.ArgoCD.Windows {
		switch w.Closed {
		case plan.ClosedInside:
			out = append(out, say(w, "Argo CD syncs nothing in this window of "+schema.Short(w.Duration)))
		case plan.ClosedOutside:
			out = append(out, say(w, "Argo CD syncs nothing outside of the windows that allow it, such as this one of "+schema.Short(w.Duration)))
		}
	}
	return out
}

// Parts on which several kinds rest.
var (
	shells     = needs(InPipeline, `^(defaults|env)\b`, "the shell and the variables of every script")
	triggers   = needs(InPipeline, `^on\b`, "what starts a run")
	changesJob = needs(InPipeline, `^jobs\.changes\b`, "which images are built anew")
	testJob    = needs(InPipeline, `^jobs\.test\b`, "what the job test does")
	imageJob   = needs(InPipeline, `^jobs\.image\b`, "what the job image does, and when")
	imageSteps = needs(InPipeline, `^jobs\.(publish|image)\.steps$`, "which steps make the image, and in which order")
	// These are the fields of a job without its steps and what is for people.
	imagesRun = needs(InPipeline, `^jobs\.(build|publish|image)(\.(needs|if|environment|outputs|env|defaults|strategy|continue-on-error|container|services|uses|with|secrets)\b|$)`, "when the jobs of an image run, and where")
	tryStep   = needs(InPipeline, `^jobs\.(build|publish)\.steps\b`, "the step that tries the image").In(plan.StepTry)
	buildJobs = needs(InPipeline, `^jobs\.(build|publish)\b`, "what is built, tried, scanned and pushed, in this order")
	deployJob = needs(InPipeline, `^jobs\.(approve|deploy|merged)-[\w-]+\b`, "what a deploy does, and when")
	// In an environment to which images are promoted runs what the promotion finds, and nothing else has gone this way.
	promotion  = needs(InPromotion, `^(on|defaults|env|jobs)\b`, "what is promoted, and when")
	promoted   = needs(InPromotion, `^(on|defaults|env|jobs\.find-[\w-]+|jobs\.(approve|deploy)-[\w-]+\.(needs|if|env))\b`, "which images are promoted")
	measureJob = needs(InPipeline, `^jobs\.measure\b`, "the job that measures")

	waitsForTest = Stops(InPipeline, `^jobs\.(build|publish|image|attest|deploy-[\w-]+)\.needs$`, "what the job $1 waits for")
	requiredGate = Stops(InPipeline, `^jobs\.gate\.name$`, "the check to require in the branch rule")
	gateJob      = needs(InPipeline, `^jobs\.gate\b`, "what the check requires")

	secondsToStart = Stops(InPipeline, `^jobs\.(build|publish)\.steps\.env\.SECONDS_TO_START$`, "how long the image may take to answer, before it is pushed")
	startupProbe   = Stops(InDeployment, Container+`startupProbe\.failureThreshold$`, "startup probe: tries before the container is killed").calculated()
	startupTimes   = needs(InDeployment, Container+`startupProbe\.(failureThreshold|periodSeconds|initialDelaySeconds)$`, "how often the startup probe asks").calculated()
	startupGround  = needs(InDeployment, Container+`startupProbe\b`, "what the startup probe asks")

	readiness = needs(InDeployment, Container+`readinessProbe\b`, "when a pod gets requests")

	jobLimit  = Stops(InJob, `^spec\.activeDeadlineSeconds$`, "when a job for which a sync waits is stopped").calculated()
	jobGround = needs(InJob, `^(metadata\.annotations|spec)\b`, "the job for which a sync waits")

	// Between the manifests and Argo CD may be a workflow.
	rendering = needs(InRendering, `^(on|defaults|env|jobs)\b`, "what is rendered for Argo CD, and when")
	source    = needs(inArgoCD, `^spec\.(template\.spec\.)?(project|sources?|destination|ignoreDifferences|syncPolicy\.syncOptions)\b`, "what Argo CD renders, where to, and what it leaves as it is or makes anew")
	project   = needs(InProject, `^spec\.(sourceRepos|destinations|syncWindows|\w+ResourceWhitelist)\b`, "what the project lets Argo CD sync, and when")
	syncs     = needs(inArgoCD, `^spec\.(template\.spec\.)?(syncPolicy|ignoreDifferences)\b`, "how Argo CD syncs")
)
