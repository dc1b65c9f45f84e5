package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/plan"
)

// Words in the messages of runners and programs that show what went wrong.
var (
	wordsTimeout = []string{"exceeded the maximum execution time"}
	wordsDisk    = []string{"no space left on device", "running out of disk space"}
	wordsMemory  = []string{"exit code 137", "out of memory", "cannot allocate memory", "oomkilled"}
	wordsLost    = []string{"lost communication with the server", "received a shutdown signal"}
	wordsNetwork = []string{"i/o timeout", "tls handshake timeout", "temporary failure in name resolution", "no such host", "connection reset by peer", "connection refused", "could not resolve host", "etimedout"}
	wordsOutage  = []string{"500 internal server error", "502 bad gateway", "503 service unavailable", "504 gateway time"}
	wordsDenied  = []string{"permission_denied", "write_package", "denied:", "403 forbidden", "unauthorized: ", "insufficient_scope", "is not authorized to perform", "name unknown", "does not exist in the registry"}
)

// jobCauses are the causes of a failed job before the deploy.
func jobCauses() []Cause {
	return []Cause{
		{ID: "timed-out", Statement: "A job was stopped at its time limit", Tested: "the job ended as timed_out, or an annotation says so",
			Remedy: "raise the limit in the spec or make the step faster: its log says what took long, such as downloads without a cache", test: failing(delivery.outOfTime, "no job was stopped at its limit")},
		{ID: "disk-full", Statement: "The runner has no disk space left", Tested: "the job says so", Remedy: "exclude more from the build with .dockerignore, or use a larger runner", test: spoke(wordsDisk)},
		{ID: "memory", Statement: "The runner has no memory left", Tested: "the job says so, or a program ended with exit code 137", Remedy: "let the build do less at once, or use a larger runner", test: spoke(wordsMemory)},
		{ID: "registry-denied", Statement: "The registry refuses the push", Tested: "the login or the push failed, and the registry's words are those of a refusal",
			Remedy: "give the repository the role Write on the settings page of the package, under Manage Actions access; on other registries, look at what the login needs", test: failing(registryDenied, "no login or push was refused")},
		{ID: "outage", Statement: "The registry, or another server that the job needs, had an outage", Tested: "the job says so: a server answered with a status from 500 to 504",
			Remedy: "look at githubstatus.com, and run the job again: gh run rerun --failed", test: spoke(wordsOutage)},
		{ID: "network", Statement: "A server could not be reached from the runner", Tested: "the job says so in the words of a network failure", Remedy: "run the job again: gh run rerun --failed", test: spoke(wordsNetwork)},
		{ID: "runner-lost", Statement: "The runner was lost", Tested: "an annotation of the job says so", Remedy: "run the job again: gh run rerun --failed", test: spoke(wordsLost)},
		{ID: "coverage", Statement: "The tests cover too little, or fail in the step that measures it", Tested: "the step of the coverage gate failed",
			Remedy: "add tests, or lower the criterion in the spec", test: gate("coverage")},
		{ID: "vulnerable", Statement: "The image has a known vulnerability", Tested: "the step of the scan failed",
			Remedy: "update what the log names, or change the criterion in the spec", test: gate("scanned")},
		{ID: "smoke-test", Statement: "The image does not run as the cluster would run it", Tested: "the step that tries it failed", Remedy: "read the container's log below the step, and compare USER and port with the spec", test: inStep(plan.StepTry)},
		{ID: "files", Statement: "The files are not what the spec gives", Tested: "the job that checks them failed", Remedy: "pipegen generate, and commit the result", test: inJob(func(plan.Plan) []string { return []string{plan.SelfCheckJob} })},
		{ID: "tests", Statement: "The tests fail", Tested: "a job with tests failed", rest: true, Remedy: "read the log of the step and run it on your machine", test: inJob(testJobs)},
		{ID: "image-build", Statement: "The image cannot be built", Tested: "the step that builds it failed", rest: true, Remedy: "read the log of the step and run docker build on your machine", test: inStep(plan.StepBuild)},
		{ID: "cancelled", Statement: "Somebody stopped the run", Tested: "the run ended as cancelled", rest: true, Remedy: "gh run rerun", test: of(delivery.jobs, cancelled)},
		{ID: "job", Statement: "A job failed", Tested: "a job before the deploy ended without success", rest: true, Remedy: "read the log of the step", test: failing(delivery.failureOf, "no job before the deploy failed")},
	}
}

// failing tests the failed jobs before the deploy. A job that the test cannot judge makes the answer unknown.
func failing(judge func(delivery, github.Job) *answer, otherwise string) test {
	return of(delivery.jobs, func(p delivery, _ environment, jobs []github.Job) *answer {
		out := excluded(otherwise)
		for _, j := range jobs {
			if p.deploying(j) || !failedJob(j) {
				continue
			}
			if a := judge(p, j); a != nil {
				out = a
			}
			if out.status == Found {
				break
			}
		}
		return out
	})
}

func spoke(words []string) test {
	return failing(func(p delivery, j github.Job) *answer {
		return p.quoted(j, "the job "+j.Name+" says: ", words...)
	}, "no job says so")
}

// limit returns how long a job may take, 0 if the plan does not know it.
func (p delivery) limit(j github.Job) time.Duration {
	return time.Duration(p.plan.Jobs.Called(j.Name).Limit.Minutes) * time.Minute
}

// outOfTime returns the answer if a job was stopped at its limit or its annotations are unknown, else nil.
func (p delivery) outOfTime(j github.Job) *answer {
	said, ok := p.said(j, wordsTimeout...)
	if !ok && j.Conclusion != "timed_out" {
		if j.Conclusion == "cancelled" {
			return p.heard(j)
		}
		return nil
	}
	says := "the job " + j.Name + " was stopped at its limit"
	if limit := p.limit(j); limit > 0 {
		says += " of " + duration(limit)
	}
	return found(with(says, said), "", jobAt(j))
}

// madeBy returns the image that a job of the run makes.
func (p delivery) madeBy(j github.Job) plan.Image {
	i := slices.IndexFunc(p.plan.Images, func(i plan.Image) bool {
		return slices.ContainsFunc([]string{i.Jobs.Build, i.Jobs.Publish, i.Jobs.Name, i.Jobs.Attest, i.Jobs.Move}, func(id string) bool { return p.is(j, id) })
	})
	if i < 0 {
		return plan.Image{}
	}
	return p.plan.Images[i]
}

// copiedBy returns the image that a job of the run copies to a registry, and the environment for which it does; with no
// name for any other job.
func (p delivery) copiedBy(j github.Job) (image plan.Image, environment string) {
	for _, e := range p.plan.Environments {
		for _, i := range p.plan.Copied(e) {
			pulls := e.Pulls(i)
			if p.is(j, e.Jobs.Copy) && (image.Name == "" || strings.HasSuffix(p.failedStep(j).Name, " "+pulls.Registry)) {
				image, environment = pulls, e.Name
			}
		}
	}
	return image, environment
}

func registryDenied(p delivery, j github.Job) *answer {
	image, step := p.madeBy(j), p.failedStep(j)
	said, ok := p.said(j, wordsDenied...)
	environment := plan.RegistryEnvironment
	if copied, of := p.copiedBy(j); copied.Name != "" {
		image, environment = copied, of
	}
	if step.ID != plan.StepIdentity && step.ID != plan.StepLogin && (step.ID != plan.StepPush && step.ID != plan.StepCopy && !p.is(j, image.Jobs.Name) || !ok) {
		return nil
	}
	return found(with(fmt.Sprintf("the job %s was refused in the step %s", j.Name, step.Name), said), p.letIn(image, environment), jobAt(j))
}

// letIn says how a registry comes to take what CI pushes.
func (p delivery) letIn(image plan.Image, environment string) string {
	l, subject := image.Login, "repo:"+p.repository()+":environment:"+environment
	switch {
	case l.Kind == plan.ByRunToken:
		page := "https://github.com/" + p.repository() + "/pkgs/container/" + image.Reference[strings.LastIndex(image.Reference, "/")+1:]
		return "give " + p.repository() + " the role Write on the package, under Manage Actions access in its settings: " + page
	case l.Proves():
		return "see that " + l.By() + " trusts the subject " + subject + " and may push to " + image.Reference + ", and that this exists"
	}
	return "see that " + strings.Join(l.Secrets(), " and ") + " of the environment " + environment + " may push to " + image.Reference + ", and that this exists"
}

// gate tests the steps at which the criterion of a kind bites.
func gate(kind string) test {
	red := failing(func(p delivery, j github.Job) *answer {
		bites := p.failedStep(j).Bites
		if !slices.ContainsFunc(p.plan.Criteria, func(c plan.Criterion) bool { return c.Kind == kind && c.ID == bites }) {
			return nil
		}
		said, _ := p.said(j)
		return found(with("the gate of the criterion "+bites+" is red", said), "", jobAt(j))
	}, "the gate is not red")
	return func(p delivery, e environment) *answer {
		if _, ok := p.plan.Criterion(kind); !ok {
			return excluded("the spec has no such criterion")
		}
		return red(p, e)
	}
}

func inStep(step string) test {
	return failing(func(p delivery, j github.Job) *answer {
		if p.failedStep(j).ID != step {
			return nil
		}
		return p.failureOf(j)
	}, "the step did not fail")
}

func testJobs(p plan.Plan) (ids []string) {
	for _, t := range p.Tests {
		ids = append(ids, t.Job)
	}
	return ids
}

func inJob(ids func(plan.Plan) []string) test {
	return failing(func(p delivery, j github.Job) *answer {
		if !slices.ContainsFunc(ids(p.plan), func(id string) bool { return p.is(j, id) }) || j.Conclusion == "cancelled" {
			return nil
		}
		return p.failureOf(j)
	}, "the job did not fail")
}

// failureOf says how a job failed, with its own message about that.
func (p delivery) failureOf(j github.Job) *answer {
	says := fmt.Sprintf("the job %s ended as %s", j.Name, j.Conclusion)
	if step := p.failedStep(j).Name; step != "" {
		says += " in the step " + step
	}
	said, _ := p.said(j)
	return found(with(says, said), "", jobAt(j))
}

func cancelled(p delivery, _ environment, jobs []github.Job) *answer {
	if p.facts.Run.Value.Conclusion != "cancelled" {
		return excluded("nobody stopped the run")
	}
	for _, j := range jobs {
		if p.deploying(j) && j.Conclusion == "cancelled" {
			return excluded("what was stopped is the deploy")
		}
	}
	return found("the run was stopped", fmt.Sprintf("gh run rerun %d --repo %s", p.facts.Run.Value.ID, p.repository()), p.runAt())
}
