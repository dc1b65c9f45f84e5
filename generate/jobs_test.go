package generate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

const hello = `
name:   "hello"
intent: "A push to main is running a few minutes later."
source: repository: "example/hello"
test: steps: [{name: "Test", run: "make test"}]
deploy: {port: 8080, probes: readiness: "/"}
environments: {staging: namespace: "staging", production: {namespace: "hello", after: "staging"}}
gitops: repository: "example/deployments"
criteria: fast: {statement: "It is published soon.", published: within: "12m"}
`

func planOf(t *testing.T, spec string) plan.Plan {
	t.Helper()
	loaded, found := schema.Load("pipeline.cue", []byte(spec))
	if len(found) > 0 {
		t.Fatal(found)
	}
	p, found := generate.Compile(loaded.Spec, generate.Options{SpecFile: "pipeline.cue", Kinds: criteria.ForCompile()})
	if len(found) > 0 {
		t.Fatal(found)
	}
	return p
}

// TestWayToTheImage: with any jobs of the author's on the way, the limits sum to less than the promised twelve minutes,
// and no minute is left unused.
func TestWayToTheImage(t *testing.T) {
	const job = `workflow: extraJobs: own: {%s, timeout: "%s", steps: [{name: "Own", run: "true"}]}`
	for _, test := range []struct{ name, jobs, way string }{
		{"none", ``, "test 5 publish 5 image 1"},
		{"between", fmt.Sprintf(job, `needs: ["test"], neededBy: ["publish"]`, "2m"), "test 4 own 2 publish 4 image 1"},
		{"before the name", fmt.Sprintf(job, `needs: ["publish"], neededBy: ["image"]`, "3m"), "test 3 publish 4 own 3 image 1"},
		{"beside the tests", fmt.Sprintf(job, `neededBy: ["publish"]`, "4m"), "test 4 publish 6 image 1"},
		{"longer than the tests", fmt.Sprintf(job, `neededBy: ["publish"]`, "8m"), "test 8 publish 2 image 1"},
		{"after the image", fmt.Sprintf(job, `needs: ["image"], neededBy: ["deploy"]`, "30m"), "test 5 publish 5 image 1"},
		{"beside all", fmt.Sprintf(job, `needs: ["test"]`, "30m"), "test 5 publish 5 image 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var way []string
			jobs, sum := planOf(t, hello+test.jobs).Jobs.Longest("image")
			for _, j := range jobs {
				way = append(way, fmt.Sprintf("%s %d", j.ID, j.Limit.Minutes))
			}
			if got := strings.Join(way, " "); got != test.way || sum > 11 {
				t.Errorf("the way is %s, %d minutes; want %s", got, sum, test.way)
			}
		})
	}
}

// TestRunsOfJobs: a job takes part where its needs do, and the gate asks for it in
// just those runs.
func TestRunsOfJobs(t *testing.T) {
	for _, test := range []struct {
		fields                string
		inReleases, elsewhere bool
	}{
		{``, true, true},
		{`needs: ["test"]`, true, true},
		{`when: "release"`, true, false},
		{`when: "no-release"`, false, true},
		{`needs: ["build"]`, false, true},
		{`needs: ["deploy"]`, true, false},
		{`needs: ["deploy-staging"], neededBy: ["deploy-production"]`, true, false},
		{`required: false`, false, false},
	} {
		t.Run(test.fields, func(t *testing.T) {
			p := planOf(t, hello+"workflow: extraJobs: own: {"+test.fields+"\n"+`steps: [{name: "Own", run: "true"}]}`)
			set, err := generate.Render(p)
			if err != nil {
				t.Fatal(err)
			}
			f, _ := set.Lookup(artifact.Code, p.Workflow)
			_, required, _ := strings.Cut(string(f.Content), "REQUIRED: ")
			required, _, _ = strings.Cut(required, "\n")
			releases, elsewhere, _ := strings.Cut(required, " || ")
			if strings.Contains(releases, " own") != test.inReleases || strings.Contains(elsewhere, " own") != test.elsewhere {
				t.Errorf("the gate asks for %s", required)
			}
		})
	}
}

// TestManyJobs: the time for jobs that each wait for all jobs before them does not double with each job.
func TestManyJobs(t *testing.T) {
	var b strings.Builder
	b.WriteString(hello + "workflow: extraJobs: {\n")
	var before []string
	for i := range 60 {
		fmt.Fprintf(&b, "j%d: {", i)
		if len(before) > 0 {
			fmt.Fprintf(&b, "needs: [%s], ", strings.Join(before, ", "))
		}
		b.WriteString("timeout: \"1m\", steps: [{name: \"Own\", run: \"true\"}]}\n")
		before = append(before, fmt.Sprintf("%q", fmt.Sprintf("j%d", i)))
	}
	b.WriteString("}\n")
	if way, _ := planOf(t, b.String()).Jobs.Longest("j59"); len(way) != 60 {
		t.Errorf("%d jobs", len(way))
	}
}

// TestOwnBeforeImages: an image that is as it was is named without its publish job, but not when a job has failed for which
// that one waits.
func TestOwnBeforeImages(t *testing.T) {
	const two = `
images: {api: context: "api", web: context: "web"}
workloads: {
	api: {image: "api", port: 8080, probes: readiness: "/"}
	web: {image: "web", port: 8080, probes: readiness: "/"}
}
workflow: extraJobs: lint: {neededBy: ["publish"], steps: [{name: "Lint", run: "make lint"}]}
`
	one, _, _ := strings.Cut(hello, "criteria:")
	jobs := planOf(t, strings.Replace(one, `deploy: {port: 8080, probes: readiness: "/"}`, two, 1)).Jobs
	for _, id := range []string{"publish-api", "image-api", "image-web"} {
		if needs := jobs.Find(id).Needs; !slices.Contains(needs, "lint") {
			t.Errorf("%s waits for %v, and not for lint", id, needs)
		}
	}
}
