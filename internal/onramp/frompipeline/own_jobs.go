package frompipeline

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// ownJob is a job of the originals beside those that pipegen writes.
type ownJob struct {
	*pipeline.Job
	key string
	// lacks says why the draft does not have it, "" where it has it, and help what to do instead.
	lacks, help string
	// replaced says that it computes something for jobs that pipegen writes, which read nothing of others.
	replaced bool
	// fails says that it runs when a job before it failed, when in which runs, and where for which outputs of others.
	fails bool
	when  string
	where map[string]string
	// sets are the outputs of its steps by the names under which other jobs read them.
	sets map[string]string
}

func (o *ownJob) field(path ...string) []string {
	return append([]string{"workflow", "extraJobs", o.key}, path...)
}

// ownJobs reads the jobs that do something else, in workflows of which the draft has other jobs: only there can they wait for
// these, or these for them.
func (d *drafter) ownJobs() {
	if all := d.m.Jobs(); slices.ContainsFunc(all, selfChecks) {
		d.add(true, all[slices.IndexFunc(all, selfChecks)].At(), "pipegen", "selfCheck")
	}
	used := map[string]bool{}
	for _, w := range d.m.Workflows {
		if !slices.ContainsFunc(w.Jobs, d.drafted) {
			continue
		}
		for _, j := range w.Jobs {
			if j.Get("steps").OK() && !d.drafted(j) && !builds(j) && !d.copies(j) && !judging(j) && !finds(j) && !selfChecks(j) && !deploys(j).OK() && !slices.Contains(d.noticed, j) && !d.scansAlone(j) {
				d.owned = append(d.owned, &ownJob{Job: j, key: draft.Free(ownKey(j.ID), used), where: map[string]string{}})
			}
		}
	}
	for _, o := range d.owned {
		o.lacks = cmp.Or(d.outputsOf(o), d.conditionOf(o))
	}
	for _, o := range d.owned {
		if o.lacks != "" {
			continue
		}
		if lacks := cmp.Or(d.ownShape(o), d.ownSteps(o)); lacks != "" {
			d.giveUpJob(o, lacks)
		}
	}
	for d.connectOwn() {
	}
}

// drafted reports a job whose work the draft has.
func (d *drafter) drafted(j *pipeline.Job) bool {
	return d.tested(j) || d.writes(j) || d.copiesHere(j) || len(d.imagesOf(j)) > 0
}

// finds reports a job that looks which images there are to build.
func finds(j *pipeline.Job) bool {
	return slices.ContainsFunc(j.Steps, compares) || slices.ContainsFunc(j.Steps, (*pipeline.Step).FindsImages)
}

// selfChecks reports a job that holds the files of a pipeline against their spec.
func selfChecks(j *pipeline.Job) bool {
	return slices.ContainsFunc(j.Commands(), func(c pipeline.Command) bool { return c.Is("pipegen", "check") })
}

// deploys is the step of a job that changes what runs in a cluster, if that is not one which the job starts for itself.
func deploys(j *pipeline.Job) pipeline.Node {
	for _, s := range j.Steps {
		if s.Uses == "azure/k8s-deploy" || slices.ContainsFunc(s.Commands(), pipeline.Command.Deploys) && !j.OwnCluster() {
			return s.Node
		}
	}
	return pipeline.Node{}
}

// pipegensJobs begin ids that a job of one's own cannot have.
var pipegensJobs = []string{plan.ChangesJob, plan.TestJob, "build", "publish", "image", "attest", "tags", "deploy", "approve", "copy", "merged", plan.MeasureJob, plan.GateJob, plan.SelfCheckJob, plan.CodecovJob, plan.NoticeJob}

func ownKey(id string) string {
	key := cmp.Or(draft.Name(id, draft.LongestName-len("own-")), "job")
	if word, _, _ := strings.Cut(key, "-"); slices.Contains(pipegensJobs, word) || key == plan.SelfCheckJob {
		return "own-" + key
	}
	return key
}

// ownOf is the job of the draft that stands for one of the originals, nil for none.
func (d *drafter) ownOf(j *pipeline.Job) *ownJob {
	if i := slices.IndexFunc(d.owned, func(o *ownJob) bool { return o.Job == j }); i >= 0 {
		return d.owned[i]
	}
	return nil
}

var (
	stepOutput   = lazy.Regexp(`^\$\{\{\s*steps\.([A-Za-z0-9_-]+)\.outputs\.([A-Za-z0-9_-]+)\s*\}\}$`)
	jobOutput    = lazy.Regexp(`^needs\.([A-Za-z0-9_-]+)\.outputs\.([A-Za-z0-9_-]+)$`)
	outputEquals = lazy.Regexp(`^needs\.([A-Za-z0-9_-]+)\.outputs\.([A-Za-z0-9_-]+) == '([^']*)'$`)
)

// outputsOf reads what a job says to others.
func (d *drafter) outputsOf(o *ownJob) (lacks string) {
	o.sets = map[string]string{}
	for name, v := range o.Get("outputs").Pairs() {
		m := stepOutput().FindStringSubmatch(v.Text())
		if m == nil || o.Step(m[1]) == nil {
			return "its output " + name + " is not the output of one of its steps"
		}
		o.sets[name] = m[2]
	}
	read := func(by func(*pipeline.Job) bool) bool {
		return slices.ContainsFunc(o.Workflow.Jobs, func(j *pipeline.Job) bool {
			found := false
			j.Scalars(func(n pipeline.Node) { found = found || strings.Contains(n.Text(), "needs."+o.ID+".outputs") })
			return found && by(j)
		})
	}
	if o.replaced = read(func(j *pipeline.Job) bool { return d.ownOf(j) == nil }) && !read(func(j *pipeline.Job) bool { return d.ownOf(j) != nil }); o.replaced {
		return "it says something to jobs that pipegen writes, and these read nothing of others"
	}
	return ""
}

// said is an output of another job as the draft calls it, "" where the draft has none.
func (d *drafter) said(o *ownJob, job, output string) string {
	if from := d.ownOf(o.Workflow.Job(job)); from != nil && from.lacks == "" && from.sets[output] != "" && slices.Contains(o.Needs, job) {
		return from.key + "." + from.sets[output]
	}
	return ""
}

// conditionOf reads in which runs a job takes part, and on what it depends.
func (d *drafter) conditionOf(o *ownJob) (lacks string) {
	if o.When() != o.Condition() {
		return "it has the condition of the job that calls its workflow"
	}
	always := false
	for _, part := range o.Conjuncts() {
		m := outputEquals().FindStringSubmatch(part)
		switch {
		case part == "failure()" || part == "contains(needs.*.result, 'failure')":
			o.fails = true
		case part == "always()" || part == "!cancelled()":
			always = true
		case part == "success()":
		case m != nil:
			said := d.said(o, m[1], m[2])
			if said == "" {
				return "the draft has nothing that says " + m[1] + "." + m[2]
			}
			o.where[said] = m[3]
		case d.everywhere(o, part, pipeline.Unsure):
			return "of its condition, " + part + " is nothing that a spec can say"
		}
	}
	if always && !o.fails {
		return "it runs whether the jobs before it have failed or not: a spec has jobs for the one and for the other"
	}
	release, rest := d.events(o.Workflow)
	may := func(events []pipeline.Event) bool {
		return slices.ContainsFunc(events, func(e pipeline.Event) bool { return pipeline.May(o.Runs(), e) != pipeline.No })
	}
	switch in, out := may(release), may(rest); {
	case in && !out:
		o.when = "release"
	case out && !in:
		o.when = "no-release"
	case !in && !out:
		return "it runs neither for what is released nor for pull requests"
	}
	return ""
}

// events are the runs of a workflow that release, and the others that the draft has as well.
func (d *drafter) events(w *pipeline.Workflow) (release, rest []pipeline.Event) {
	branch, tag := pipeline.Event{Name: "push", Ref: "refs/heads/" + d.branch}, pipeline.Event{Name: "push", Ref: "refs/tags/v1.0.0"}
	if release = []pipeline.Event{branch}; d.releases {
		release, rest = []pipeline.Event{tag}, release
	}
	if _, ok := w.Trigger("pull_request"); ok {
		rest = append(rest, pipeline.Event{Name: "pull_request", Ref: "refs/pull/1/merge"})
	}
	return release, rest
}

// everywhere reports whether a condition comes to the same in all runs of a job.
func (d *drafter) everywhere(o *ownJob, condition string, truth pipeline.Truth) bool {
	release, rest := d.events(o.Workflow)
	return !slices.ContainsFunc(append(release, rest...), func(e pipeline.Event) bool { return pipeline.May(condition, e) != truth })
}

// connectOwn reads who waits for whom. It reports whether a job turned out to be one that the draft cannot have.
func (d *drafter) connectOwn() (changed bool) {
	for _, o := range d.owned {
		if o.lacks != "" {
			continue
		}
		var needs, before []string
		for _, id := range o.Needs {
			other := o.Workflow.Job(id)
			words := d.wordsFor(other, false)
			if of := d.ownOf(other); len(words) == 0 && other != nil && deploys(other).OK() {
				d.giveUpJob(o, "it waits for the deploy of the job "+id+", and here a run ends with the commit that Argo CD syncs")
				o.help, changed = "ask by a criterion such as endpoint, which a Job of each sync holds, or by pipegen verify in a workflow of its own", true
				break
			} else if len(words) == 0 && other != nil && !finds(other) && (of == nil || !of.replaced) {
				d.giveUpJob(o, "it waits for the job "+id+", which the draft does not have")
				changed = true
				break
			}
			needs = append(needs, words...)
		}
		for _, other := range o.Workflow.Jobs {
			if !slices.Contains(other.Needs, o.ID) || judging(other) || d.ownOf(other) != nil {
				continue
			}
			words := d.wordsFor(other, true)
			if o.when == "release" {
				words = slices.DeleteFunc(words, func(w string) bool { return strings.HasPrefix(w, "build") })
			}
			if before = append(before, words...); len(words) == 0 && d.tested(other) {
				d.giveUpJob(o, "the tests of the job "+other.ID+" wait for it, and nothing can be put before tests")
				changed = true
				break
			}
		}
		if o.lacks == "" && len(before) > 0 && (o.fails || len(o.where) > 0) {
			d.giveUpJob(o, "others wait for it, though it does not always run")
			changed = true
		}
		if o.lacks != "" {
			continue
		}
		if len(needs) > 0 {
			d.add(needs, o.Get("needs").At(), o.field("needs")...)
		}
		if len(before) > 0 {
			d.add(before, o.At(), o.field("neededBy")...)
		}
	}
	return changed
}

// wordsFor are the names in the draft of what a job of the originals does: as one that is to wait, or for which others do.
func (d *drafter) wordsFor(j *pipeline.Job, waits bool) []string {
	var out []string
	if o := d.ownOf(j); o != nil {
		if o.lacks == "" {
			out = append(out, o.key)
		}
		return out
	}
	for _, t := range d.testRuns {
		if j != nil && t.job == j && !waits {
			out = append(out, t.name(len(d.chosen)))
		}
	}
	if made := d.imagesOf(j); len(made) > 0 {
		words := []string{"image"}
		if waits {
			words = []string{"build", "publish"}
		}
		for _, word := range words {
			if len(made) == len(d.chosen) {
				out = append(out, word)
				continue
			}
			for _, i := range made {
				out = append(out, word+"-"+i.key)
			}
		}
	}
	for _, p := range d.deployments {
		if p.writer != nil && p.writer.Job == j {
			out = append(out, "deploy-"+p.env)
		}
	}
	return out
}

// giveUpJob takes a job out of the draft again.
func (d *drafter) giveUpJob(o *ownJob, lacks string) {
	o.lacks = lacks
	d.tree.Root.Remove(o.field()...)
	d.tree.Root.Remove("workflow", "runners", o.key)
}

// giveUpJobs takes out the jobs of which something is refused: without one of its steps, a job would be another one.
func (d *drafter) giveUpJobs(refused diag.List) (changed bool) {
	have := slices.DeleteFunc(slices.Clone(d.owned), func(o *ownJob) bool { return o.lacks != "" })
	help := map[*ownJob]string{}
	for _, o := range have {
		at := strings.Join(o.field(), ".")
		for _, r := range refused {
			if path := strings.ReplaceAll(r.Path, `"`, ""); o.lacks == "" && r.Code != diag.Script && (path == at || strings.HasPrefix(path, at+".")) {
				message := r.Message
				if rest, ok := strings.CutPrefix(message, "the job "+o.key+" "); ok {
					message = "it " + rest
				}
				d.giveUpJob(o, message)
				help[o], changed = r.Help, true
			}
		}
	}
	for changed && d.connectOwn() {
	}
	for _, o := range have {
		if o.lacks != "" {
			d.leaveOwn(o, help[o])
		}
	}
	return changed
}

// leaveOwn records that the draft does not have a job.
func (d *drafter) leaveOwn(o *ownJob, help string) {
	d.leave(o.At(), cmp.Or(o.help, help, d.waysOf(o.Job)), "the job %s: %s", o.ID, o.lacks)
}

// ownShape reads a job without its steps.
func (d *drafter) ownShape(o *ownJob) (lacks string) {
	if title := ownTitle(o); title != "" {
		d.add(title, o.Get("name").At(), o.field("name")...)
	}
	if lacks := d.ownRunner(o); lacks != "" {
		return lacks
	}
	if o.fails {
		d.add("failure", o.Get("if").At(), o.field("if")...)
	}
	if o.when != "" {
		d.add(o.when, cmp.Or(o.Get("if").At(), o.At()), o.field("when")...)
	}
	for said, value := range o.where {
		d.add(value, o.Get("if").At(), o.field("where", said)...)
	}
	for axis, values := range o.Matrix().Pairs() {
		if axis == "include" || axis == "exclude" || !values.IsList() || slices.ContainsFunc(values.Items(), func(v pipeline.Node) bool { return v.Text() == "" }) {
			return "its matrix has more than lists of values"
		}
		d.add(values.List(), values.At(), o.field("matrix", axisName(axis))...)
	}
	if n := o.Get("timeout-minutes"); digitsOnly().MatchString(n.Text()) {
		d.add(n.Text()+"m", n.At(), o.field("timeout")...)
	} else {
		d.guess("30m", "the job "+o.ID+" has no limit in time", o.field("timeout")...)
	}
	rights := o.Get("permissions")
	if !rights.OK() {
		rights = o.Workflow.Get("permissions")
	}
	if rights.Text() != "" && rights.Text() != "{}" && rights.Text() != "read-all" {
		return "it has every right: name those that it needs under permissions"
	}
	for right, access := range rights.Pairs() {
		if access.Text() == "write" || access.Text() == "read" && right != "contents" {
			d.add(access.Text(), access.At(), o.field("permissions", right)...)
		}
	}
	if e := o.Environment(); e.OK() {
		d.add(e.Text(), e.At(), o.field("environment")...)
	}
	if n := o.Get("continue-on-error"); n.True() {
		d.add(false, n.At(), o.field("required")...)
	}
	for _, c := range append(slices.Collect(values(o.Get("services"))), o.Get("container")) {
		if image := cmp.Or(c.Get("image").Text(), c.Text()); c.OK() && !strings.Contains(image, "@sha256:") {
			return "the image " + image + " is not pinned by digest"
		}
	}
	d.containerOf(o.Job, o.field(), func(_ string, v pipeline.Node) bool { lacks = cmp.Or(lacks, heldBy(v)); return false })
	d.servicesOf(o.Job, o.field())
	return lacks
}

// values are those of a map.
func values(n pipeline.Node) iter.Seq[pipeline.Node] {
	return func(yield func(pipeline.Node) bool) {
		n.Pairs()(func(_ string, v pipeline.Node) bool { return yield(v) })
	}
}

// heldBy says that a text has an expression, "" where it has none.
func heldBy(v pipeline.Node) string {
	if all := pipeline.Expressions(v.Text()); len(all) > 0 {
		return "it reads " + pipeline.Expression(all[0])
	}
	return ""
}

// ownTitle is what a job is called in the summary of a run, "" for its id.
func ownTitle(o *ownJob) string {
	title := strings.Join(strings.FieldsFunc(o.Get("name").Text(), func(r rune) bool { return strings.ContainsRune("\t\n${}|\"`#&*!?%@<>=;\\[]", r) }), " ")
	word, _, _ := strings.Cut(strings.ToLower(title), " ")
	if heldBy(o.Get("name")) != "" || slices.Contains(pipegensJobs, word) {
		return ""
	}
	return strings.Trim(title, " '(),./:+-")
}

// ownRunner reads the machine on which a job runs.
func (d *drafter) ownRunner(o *ownJob) (lacks string) {
	on := o.Get("runs-on")
	label := on.Text()
	switch {
	case strings.Contains(label, "${{"):
		return "its machine depends on " + pipeline.Expression(label)
	case label == "ubuntu-latest" || label == "ubuntu-24.04":
	case pipeline.OfGitHub(label):
		d.add(label, on.At(), o.field("runner")...)
	default:
		d.runnerFor(o.Job, o.key)
	}
	return ""
}

// axisName is the variable that has the value of an axis of a matrix.
func axisName(axis string) string {
	return strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(axis))
}

// ownLeft records a job of the author's own that the draft does not have, and reports whether it is one.
func (d *drafter) ownLeft(j *pipeline.Job) bool {
	o := d.ownOf(j)
	if o != nil && o.lacks != "" {
		d.leaveOwn(o, "")
	}
	if o != nil && o.lacks == "" {
		for _, field := range []string{"concurrency", "strategy.max-parallel"} {
			d.leaveField(j.Get(strings.Split(field, ".")...), "", "%s of the job %s", field, j.ID)
		}
	}
	return o != nil
}
