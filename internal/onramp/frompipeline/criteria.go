package frompipeline

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// criteria writes criteria only for what the originals enforce.
func (d *drafter) criteria() {
	var first, gated []*testRun
	for _, t := range d.testRuns {
		if t.job != nil && d.testsFirst(t) {
			first = append(first, t)
		}
		if d.gated(t) {
			gated = append(gated, t)
		}
	}
	if of, ok := d.testedBy(first); ok {
		d.add("Nothing is built from code whose tests fail.", first[0].job.At(), "criteria", "tested", "statement")
		d.addOf(of, first[0].job.At(), "tested")
		d.add("pass", first[0].job.At(), "criteria", "tested", "tests")
	}
	ids := map[string]bool{}
	for len(gated) > 0 {
		id, t := "covered", gated[0]
		var same []*testRun
		for _, other := range gated {
			if other.coverage == t.coverage {
				same = append(same, other)
			}
		}
		gated = slices.DeleteFunc(gated, func(other *testRun) bool { return slices.Contains(same, other) })
		of, ok := d.testedBy(same)
		if !ok {
			d.leave(t.line, "", "the coverage gate of %s %% of tests that no image waits for alone", t.coverage)
			continue
		}
		if d.tree.Root.Has("criteria", id) {
			id = draft.Free(draft.Name(id+"-"+of[0], draft.LongestName), ids)
		}
		d.add("Tests cover at least "+t.coverage+" % of the code.", t.line, "criteria", id, "statement")
		d.addOf(of, t.line, id)
		least, _ := strconv.ParseFloat(t.coverage, 64)
		d.add(least, t.line, "criteria", id, "coverage", "atLeast")
	}
	d.scanned()
	if !d.own {
		d.answers()
		d.judged()
	}
}

// gated reports whether tests have a gate of their coverage that a spec can say.
func (d *drafter) gated(t *testRun) bool {
	if _, err := strconv.ParseFloat(t.coverage, 64); err != nil {
		return false
	}
	if d.tree.Root.Has(t.field("python")...) || d.tree.Root.Has(t.field("report")...) {
		return true
	}
	d.leave(t.line, "let the tests leave a report, and name it under "+strings.Join(t.at, ".")+".report", "the coverage gate of %s %%", t.coverage)
	return false
}

// testedBy are the images that a criterion of some tests is for, none where it is for all; ok is false where no list of
// images means these tests.
func (d *drafter) testedBy(runs []*testRun) (of []string, ok bool) {
	untested := func(i *image) bool { return d.tree.Root.Has(i.field("test", "none")...) }
	if len(runs) == 0 || len(runs) == len(d.testRuns) && !slices.ContainsFunc(d.chosen, untested) {
		return nil, len(runs) > 0
	}
	if len(d.several) > 0 {
		for _, t := range runs {
			of = append(of, t.at[1])
		}
		return of, true
	}
	for _, i := range d.chosen {
		tests := d.testRuns[0]
		for _, t := range d.testRuns {
			if t.image == i {
				tests = t
			}
		}
		if slices.Contains(runs, tests) && !untested(i) {
			of = append(of, i.key)
		}
	}
	return of, len(of) > 0
}

// addOf names what a criterion is for, if it is not for all.
func (d *drafter) addOf(of []string, at pipeline.Place, id string) {
	if len(of) > 0 {
		d.add(of, at, "criteria", id, "of")
	}
}

// testsFirst reports whether every job that builds what is tested waits for the tests.
func (d *drafter) testsFirst(t *testRun) bool {
	found := false
	for _, j := range t.job.Workflow.Jobs {
		if j == t.job || !builds(j) || t.image != nil && !slices.Contains(d.imagesOf(j), t.image) {
			continue
		}
		found = true
		if !j.After(t.job.ID) {
			return false
		}
	}
	return found || builds(t.job)
}

var insideURL = lazy.Regexp(`http://[a-z0-9.-]+(:\d+)?(/[A-Za-z0-9_./~-]*)?`)

// smoke is a Job that sends a request to a Service after each sync.
type smoke struct {
	pipeline.Workload
	address, hook pipeline.Node
	at            pipeline.Place
	seconds       int
	path, status  string
	// host is the Service that it asks.
	host string
}

// asks is what it asks and expects, the same in each environment.
func (s smoke) asks() string { return s.Name + " " + s.host + " " + s.path + " " + s.expects() }

// expects is what the criterion says of it.
func (s smoke) expects() string { return fmt.Sprint(s.path, " ", s.status, " ", s.seconds) }

// smokeOf reads such a Job.
func smokeOf(w pipeline.Workload) (smoke, bool) {
	s := smoke{Workload: w, hook: w.Get("metadata", "annotations", "argocd.argoproj.io/hook")}
	if w.Kind != "Job" || !strings.Contains(s.hook.Text(), "PostSync") {
		return s, false
	}
	s.at = w.Get("spec", "activeDeadlineSeconds").At()
	seconds, ok := w.Get("spec", "activeDeadlineSeconds").Number()
	w.Pod().Scalars(func(n pipeline.Node) {
		if insideURL().MatchString(n.Text()) && !strings.Contains(n.Text(), "${") {
			s.address = n
		}
	})
	for _, c := range w.Pod().Get("containers").Items() {
		for _, e := range c.Get("env").Items() {
			switch value := e.Get("value"); e.Get("name").Text() {
			case "STATUS":
				s.status = value.Text()
			case "WITHIN":
				// The Job has its own limit, which is shorter than its deadline.
				if n, err := strconv.Atoi(value.Text()); err == nil {
					seconds, ok, s.at = n, true, value.At()
				}
			}
		}
	}
	s.seconds = seconds
	u, err := url.Parse(insideURL().FindString(s.address.Text()))
	if err == nil {
		s.path, s.host = u.Path, u.Hostname()
	}
	return s, ok && s.address.OK() && err == nil
}

// answers reads the Jobs that send a request to a Service after each sync. In a spec of several workloads each is for
// the service that it asks, by its readiness path unless it says another.
func (d *drafter) answers() {
	var all []smoke
	for _, p := range d.deployments {
		for _, w := range p.workloads() {
			s, ok := smokeOf(w)
			switch {
			case !ok && w.Kind == "Job" && strings.Contains(s.hook.Text(), "PostSync") && d.programOf(w) == nil:
				d.keep(w.Object, "", "the hook %s", w.Label())
			case ok && !slices.ContainsFunc(all, func(other smoke) bool { return other.asks() == s.asks() }):
				all = append(all, s)
			}
		}
	}
	said := map[string][]string{} // by what they have in common
	var order []smoke
	for _, s := range all {
		p := d.asked(s)
		if len(d.programs) > 1 && p == nil {
			d.keep(s.Object, "", "the hook %s, which asks no service of the draft", s.Label())
			continue
		}
		d.smokeImage(s)
		if len(d.programs) > 1 {
			if ready := d.tree.Root.Leaf(p.field("probes", "readiness")...); ready != nil && ready.Value == s.path {
				s.path = ""
			}
			if said[s.expects()] = append(said[s.expects()], p.key); len(said[s.expects()]) > 1 {
				continue
			}
		} else if len(order) > 0 {
			continue
		}
		order = append(order, s)
	}
	ids := map[string]bool{}
	for i, s := range order {
		id := "answers"
		if i > 0 {
			id = draft.Free(draft.Name(id+"-"+said[s.expects()][0], draft.LongestName), ids)
		}
		d.add("After each deploy a request through the Service is answered.", s.hook.At(), "criteria", id, "statement")
		if of := said[s.expects()]; len(of) > 0 && len(of) < d.answering() {
			d.addOf(of, s.hook.At(), id)
		}
		if s.path != "" {
			d.add(s.path, s.address.At(), "criteria", id, "endpoint", "path")
		}
		if n, err := strconv.Atoi(s.status); err == nil && n != 200 {
			d.add(n, s.address.At(), "criteria", id, "endpoint", "status")
		}
		d.add(strconv.Itoa(s.seconds)+"s", s.at, "criteria", id, "endpoint", "within")
	}
}

// answering is how many services can be asked over HTTP.
func (d *drafter) answering() int {
	n := 0
	for _, p := range d.programs {
		if d.tree.Root.Has(p.field("probes", "readiness")...) {
			n++
		}
	}
	return n
}

// asked is the program whose Service a Job asks, or nil.
func (d *drafter) asked(s smoke) *program {
	host, _, _ := strings.Cut(s.host, ".")
	i := slices.IndexFunc(d.programs, func(p *program) bool {
		return d.kind(p) == service && (len(d.programs) == 1 || slices.ContainsFunc(d.services(p.last()), func(s *pipeline.Object) bool { return s.Name == host }))
	})
	if i < 0 {
		return nil
	}
	return d.programs[i]
}

// smokeImage reads the image of the hook, unless it is pipegen's default. The field accepts only an image with a
// digest.
func (d *drafter) smokeImage(s smoke) {
	for _, c := range s.Pod().Get("containers").Items() {
		image := c.Get("image")
		if !strings.Contains(image.Text(), "@sha256:") || strings.HasPrefix(image.Text(), "curlimages/curl:") {
			continue
		}
		if p := d.asked(s); p != nil {
			d.add(image.Text(), image.At(), p.field("smoke", "image")...)
		}
	}
}
