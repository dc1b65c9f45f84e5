package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// The ids of the jobs that make the image.
const (
	buildJob   = "build"
	publishJob = "publish"
	imageJob   = "image"
	attestJob  = "attest"
	tagsJob    = "tags"
)

// deployWord means the deploy jobs of all environments.
const deployWord = "deploy"

// The prefixes of the jobs that each environment has. The jobs that wait are separate from the deploy, because a job
// that waits in the queue of a live folder would hold up every deploy and rollback behind it (O04).
const (
	deployPrefix   = "deploy-"
	approvePrefix  = "approve-"
	copyPrefix     = "copy-"
	mergedPrefix   = "merged-"
	rollbackPrefix = "rollback-"
)

// reservedPrefixes begin ids that an extra job cannot have.
var reservedPrefixes = []string{deployPrefix, approvePrefix, copyPrefix, mergedPrefix}

// reservedJobs are ids that an extra job cannot have, beside those that begin so.
var reservedJobs = []string{plan.ChangesJob, plan.TestJob, buildJob, publishJob, imageJob, attestJob, tagsJob, deployWord, plan.MeasureJob, plan.GateJob, plan.SelfCheckJob, plan.CodecovJob, plan.NoticeJob}

// graph is who waits for whom in the workflow. The gate, the measures and the self-check are not in it: nothing waits
// for them.
type graph struct{ jobs plan.Jobs }

func (g *graph) add(j plan.Job) {
	g.jobs = append(g.jobs, j)
}

// job returns a job of the graph, which the caller may change.
func (g graph) job(id string) *plan.Job {
	return &g.jobs[slices.IndexFunc(g.jobs, func(j plan.Job) bool { return j.ID == id })]
}

// ownJobs is the graph without what the author added.
func ownJobs(s input) graph {
	g, r := graph{}, releaseOf(s)
	g.addChanges(s, r)
	for _, t := range s.Tests {
		built := testedFor(s, t.Value.Image)
		needs := changesOf(built)
		for _, other := range t.Value.Needs {
			needs = append(needs, testJob(other))
		}
		j := reads(plan.Job{ID: testJob(t.ID), Name: titled("Test", t.ID) + legTitle(axesOf("", t.Value.Matrix)), Needs: needs, Runs: r.All(), Built: built, Rights: []plan.Right{sourceRight}, Required: true,
			Steps: testSteps(s, t)}, readersFor(s, pulledBy(t.Value.At, t.Value.Services, t.Value.Container)))
		feeds, _ := feedsFor(s, ofTest(t.Value))
		g.add(reading(granted(j, t.Value.At, withToken(t.Value.Permissions, feeds)), allOfTest(s, t.Value), plan.TestEnvironment))
	}
	for _, i := range s.Images {
		g.addImage(s, i, r)
	}
	g.addDeploys(s, "", naming(s), r.Runs)
	for i, j := range g.jobs {
		g.jobs[i].Added = additionsOf(s, j.ID)
	}
	return g
}

var sourceRight = right("contents", "read", "check out the source")

// legTitle is what differs in the names of the jobs of a matrix.
func legTitle(matrix []plan.Axis) string {
	var form, values []string
	for i, axis := range matrix {
		form, values = append(form, fmt.Sprintf("{%d}", i)), append(values, "matrix."+axis.Name)
	}
	if len(values) == 0 {
		return ""
	}
	return " (${{ format('" + strings.Join(form, ", ") + "', " + strings.Join(values, ", ") + ") }})"
}

// titled is the title of a job for one of several images.
func titled(title, image string) string {
	if image == "" {
		return title
	}
	return title + " " + image
}

// addImage adds the jobs that make an image. Where it may be as it was, it is named in each release all the same: then
// nothing is published before, and the tests of the whole source have to be waited for here.
func (g *graph) addImage(s input, i schema.Named[schema.Image], r plan.Release) {
	ids, name, built, login := imageJobsOf(s, i), "", builtOf(s, i.ID), loginOf(s, i.Value.Registry)
	if len(s.Images) > 1 {
		name = i.ID
	}
	changes := changesOf(built)
	tested, named, attested := append(changes, testsBefore(s, i.ID)...), []string{ids.Publish}, []string{ids.Name}
	if len(built) > 0 {
		named, attested = append(slices.DeleteFunc(slices.Clone(tested), func(id string) bool { return len(g.job(id).Built) > 0 }), ids.Publish), append(changes, ids.Name)
	}
	readers := readersOf(s)
	builds := func(j plan.Job) plan.Job {
		feeds, _ := feedsFor(s, ofBuild(i.Value))
		return reading(granted(j, i.Value.At, withToken(i.Value.Permissions, feeds)), allOfBuild(s, i.Value), plan.BuildEnvironment)
	}
	g.add(builds(reads(plan.Job{ID: ids.Build, Name: titled("Build", name) + " (${{ matrix.platform }})", Needs: tested, Runs: r.Otherwise, Built: built,
		Rights: []plan.Right{sourceRight}, Required: true, Steps: candidateSteps(s, i, false)}, readers)))
	g.add(builds(reads(pushes(plan.Job{ID: ids.Publish, Name: titled("Publish", name) + " (${{ matrix.platform }})", Needs: tested, Runs: r.Runs, Built: built,
		Rights: append([]plan.Right{sourceRight}, pushRights(login, "push the image")...), Required: true,
		Steps: slices.Concat(candidateSteps(s, i, true), loginSteps(login), []plan.Step{{ID: plan.StepPush, Name: "Push by digest"}})}, login), readers)))
	g.add(pushes(plan.Job{ID: ids.Name, Name: titled("Image", name), Needs: named, Runs: r.Runs, Rights: imageRights(s, i), Required: true, Steps: nameSteps(s, i)}, login))
	if ids.Attest != "" {
		g.add(pushes(plan.Job{ID: ids.Attest, Name: titled("Attest", name), Needs: attested, Runs: r.Runs, Built: built, Limit: plan.Limit{Minutes: attestTimeout},
			Rights: sigstoreRights(login, "store the attestation beside the image", true), Required: true, Steps: append(loginSteps(login), attestStep(s, i))}, login))
	}
	if ids.Move != "" {
		g.add(movingJob(i, ids, login, titled("Tags", name), changes, r.Runs))
	}
}

// naming are the jobs that name the images.
func naming(s input) []string {
	out := make([]string, len(s.Images))
	for n, i := range s.Images {
		out[n] = imageJobsOf(s, i).Name
	}
	return out
}

// addDeploys adds the jobs that bring the images to the environments of one promotion, or with "" to those of the run that
// builds: after the jobs that name the images, after an approval, where the spec asks for one, and after the deploy to the
// environment before it.
func (g *graph) addDeploys(s input, promoted string, named []string, runs plan.Runs) {
	rights := deployRights(s, "see which of two commits is newer", "push the bump to this repository")
	for _, e := range s.Environments {
		if s.promoted[e.ID] != promoted {
			continue
		}
		at, needs := schema.Join("environments", e.ID), slices.Clone(named)
		if e.Value.After != "" && e.ID != promoted {
			needs = append(needs, confirms(s, e.Value.After))
		}
		if e.Value.Approval {
			g.add(plan.Job{ID: approvePrefix + e.ID, Name: "Approve " + e.ID, Path: at + ".approval", Needs: needs, Runs: runs, Limit: plan.Limit{Minutes: approveTimeout}, Required: true})
			needs = append(slices.Clone(needs), approvePrefix+e.ID)
		}
		if len(e.Value.Copies) > 0 {
			copying := copyJob(s, e, needs, runs)
			if promoted == "" {
				copying.Needs = append(slices.Clone(needs), attesting(s, e)...)
			}
			g.add(copying)
			needs = append(slices.Clone(needs), copying.ID)
		}
		deploy := plan.Job{ID: deployPrefix + e.ID, Name: deployTitle(s, e), Path: at, Needs: needs, Runs: runs,
			Limit: plan.Limit{Minutes: deployTimeout}, Rights: rights, Required: true, Steps: pushSteps(s)}
		g.add(deploy)
		if id := confirms(s, e.ID); id != deploy.ID {
			merged := deploy
			merged.ID, merged.Name, merged.Needs, merged.Limit.Minutes = id, mergedTitle(e.ID), append(slices.Clone(named), deploy.ID), mergedTimeout
			g.add(merged)
		}
	}
}

// graphOf adds the jobs of the author's own. With mistakes in them, it is the graph
// without them.
func graphOf(s input) (graph, diag.List) {
	g := ownJobs(s)
	extra := s.Workflow.ExtraJobs
	if len(extra) == 0 {
		return g, nil
	}
	bad := namesOfJobs(s)
	if len(bad) == 0 {
		for _, j := range extra {
			g.add(extraJobOf(s, j))
		}
		bad = g.connect(extra)
	}
	if len(bad) == 0 {
		bad = g.loops(extra)
	}
	if len(bad) == 0 {
		bad = append(g.takePart(extra, releaseOf(s)), g.sometimes(extra)...)
		g.leaveOut(extra)
	}
	if len(bad) > 0 {
		return ownJobs(s), bad
	}
	return g, nil
}

// words mean all jobs of a kind: of every image, or of every environment.
var words = []string{plan.TestJob, buildJob, publishJob, imageJob, attestJob, tagsJob, deployWord}

// named are the jobs that a name in needs or neededBy means.
func (g graph) named(name string) []string {
	var out []string
	for _, j := range g.jobs {
		if j.ID == name || j.Own == nil && slices.Contains(words, name) && strings.HasPrefix(j.ID, name+"-") {
			out = append(out, j.ID)
		}
	}
	return out
}

// jobsOf are the jobs of the pipeline, in the order in which they are written.
func jobsOf(s input, g graph, environments []plan.Environment) plan.Jobs {
	var out plan.Jobs
	take := func(ids ...string) {
		for _, id := range ids {
			if j := g.jobs.Find(id); j.ID != "" {
				out = append(out, j)
			}
		}
	}
	take(plan.ChangesJob)
	for _, t := range s.Tests {
		take(testJob(t.ID))
	}
	for _, i := range s.Images {
		ids := imageJobsOf(s, i)
		take(ids.Build, ids.Publish, ids.Name, ids.Attest, ids.Move)
	}
	for _, e := range environments {
		take(e.Jobs.Approve, e.Jobs.Copy, e.Jobs.Deploy, e.Jobs.Merged)
	}
	for _, extra := range s.Workflow.ExtraJobs {
		if j := g.jobs.Find(extra.ID); j.Own != nil {
			for _, name := range extra.Value.NeededBy {
				j.Own.NeededBy = append(j.Own.NeededBy, g.named(name)...)
			}
			if j.Own.OnFailure && len(j.Needs) == 0 {
				j.Needs = []string{plan.GateJob}
			}
			out = append(out, j)
		}
	}
	runs := releaseOf(s).All()
	if steps := measureSteps(s); len(steps) > 0 {
		// Only the event of a push says when the push was made.
		out = append(out, plan.Job{ID: plan.MeasureJob, Name: "Measure", Needs: naming(s), Runs: runs & (plan.Push | plan.Tag),
			Limit: plan.Limit{Minutes: measureMinutes}, Rights: []plan.Right{right("actions", "read", "read the times of this run")}, Steps: steps})
	}
	if s.Pipegen.SelfCheck {
		out = append(out, plan.Job{ID: plan.SelfCheckJob, Name: selfCheckTitle, Path: "pipegen.selfCheck", Runs: runs,
			Limit: plan.Limit{Minutes: selfCheckMinutes}, Rights: []plan.Right{right("contents", "read", "check out the source")}, Required: true})
	}
	out = append(out, codecovJobs(s)...)
	gate := plan.Job{ID: plan.GateJob, Name: s.gateTitle(), Needs: required(out), Runs: runs, Limit: plan.Limit{Minutes: gateMinutes}}
	asked := slices.DeleteFunc(slices.Clone(out), func(j plan.Job) bool { return !j.Required })
	return append(append(out, noticeJobs(s, plan.NoticeJob, append(asked, gate), releaseOf(s).Runs)...), gate)
}

// required are the jobs that the gate asks for.
func required(all plan.Jobs) []string {
	return slices.DeleteFunc(slices.Clone(all), func(j plan.Job) bool { return !j.Required }).IDs()
}
