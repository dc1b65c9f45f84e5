package frompipeline

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// criteria writes criteria only for what the originals enforce.
func (d *drafter) criteria(t *testRun) {
	if t.job != nil && d.testsFirst(t.job) {
		d.add("Nothing is built from code whose tests fail.", t.job.At(), "criteria", "tested", "statement")
		d.add("pass", t.job.At(), "criteria", "tested", "tests")
	}
	if least, err := strconv.ParseFloat(t.coverage, 64); err == nil {
		if !d.tree.Root.Has("test", "python") && !d.tree.Root.Has("test", "report") {
			d.leave(t.at, "let the tests leave a report, and name it under test.report", "the coverage gate of %s %%", t.coverage)
		} else {
			d.add("Tests cover at least "+t.coverage+" % of the code.", t.at, "criteria", "covered", "statement")
			d.add(least, t.at, "criteria", "covered", "coverage", "atLeast")
		}
	}
	d.answers()
}

// testsFirst reports whether every job that builds waits for the tests.
func (d *drafter) testsFirst(tests *pipeline.Job) bool {
	found := false
	for _, j := range tests.Workflow.Jobs {
		if j == tests || !builds(j) {
			continue
		}
		found = true
		if !j.After(tests.ID) {
			return false
		}
	}
	return found || builds(tests)
}

var insideURL = lazy.Regexp(`http://[a-z0-9.-]+(:\d+)?(/[A-Za-z0-9_./~-]*)?`)

// answers reads a Job that sends a request to the Service after each sync.
func (d *drafter) answers() {
	for _, p := range d.deployments {
		for _, w := range p.target.Workloads() {
			hook := w.Get("metadata", "annotations", "argocd.argoproj.io/hook")
			if w.Kind != "Job" || !strings.Contains(hook.Text(), "PostSync") {
				continue
			}
			at := w.Get("spec", "activeDeadlineSeconds").At()
			deadline, ok := w.Get("spec", "activeDeadlineSeconds").Number()
			address, status := pipeline.Node{}, ""
			w.Pod().Scalars(func(n pipeline.Node) {
				if insideURL().MatchString(n.Text()) && !strings.Contains(n.Text(), "${") {
					address = n
				}
			})
			for _, c := range w.Pod().Get("containers").Items() {
				for _, e := range c.Get("env").Items() {
					switch value := e.Get("value"); e.Get("name").Text() {
					case "STATUS":
						status = value.Text()
					case "WITHIN":
						// The Job has its own limit, which is shorter than its deadline.
						if n, err := strconv.Atoi(value.Text()); err == nil {
							deadline, ok, at = n, true, value.At()
						}
					}
				}
			}
			if !ok || !address.OK() {
				d.leave(w.At(), "", "the hook %s", w.Label())
				continue
			}
			u, err := url.Parse(insideURL().FindString(address.Text()))
			if err != nil {
				continue
			}
			criterion := []string{"criteria", "answers"}
			d.add("After each deploy a request through the Service is answered.", hook.At(), append(criterion, "statement")...)
			if u.Path != "" {
				d.add(u.Path, address.At(), append(criterion, "endpoint", "path")...)
			}
			if n, err := strconv.Atoi(status); err == nil && n != 200 {
				d.add(n, address.At(), append(criterion, "endpoint", "status")...)
			}
			d.add(strconv.Itoa(deadline)+"s", at, append(criterion, "endpoint", "within")...)
			d.smokeImage(w)
			return
		}
	}
}

// smokeImage reads the image of the hook, unless it is pipegen's default. The field accepts only an image with a
// digest.
func (d *drafter) smokeImage(hook pipeline.Workload) {
	for _, c := range hook.Pod().Get("containers").Items() {
		image := c.Get("image")
		if strings.Contains(image.Text(), "@sha256:") && !strings.HasPrefix(image.Text(), "curlimages/curl:") {
			d.add(image.Text(), image.At(), "deploy", "smoke", "image")
		}
	}
}
