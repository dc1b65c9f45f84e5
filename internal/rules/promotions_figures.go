package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// selectors are those of a query, each with the labels and the time.
var selectors = lazy.Regexp(`\{[^{}]*\}(\[\w+\])?`)

// Figure is what a promotion must ask Prometheus about a workload in the environment before.
type Figure struct {
	Criterion, Workload, Image string
	Namespace, Address         string
	// Labels are those of the figures of its cluster, each as a selector has it.
	Labels []string
	// Over is the time that it is about, as Prometheus has it, and Floor the least number of requests.
	Over  string
	Floor int
	// Limit is what it may be at the most, or less where Below is set.
	Limit float64
	Below bool
}

// asksAboutBefore requires that the job which finds the images of a promotion asks for each figure, of the environment from which
// they come, and while they ran there (P09).
func asksAboutBefore(c *Case) {
	for _, p := range c.Facts.Promotions {
		w := c.workflowAt(p.Workflow)
		if w == nil || w.FindingStep() == nil {
			continue // O10 says so
		}
		find := w.FindingStep()
		for _, f := range p.Figures {
			at := slices.IndexFunc(find.Job.Steps, func(s *pipeline.Step) bool {
				return s.Env("CRITERION").Text() == f.Criterion && selects(s.Env("PODS").Text(), f, `container="`+f.Workload+`"`) > 0
			})
			if at < 0 {
				c.broken(find.Job.At(), find.At(), "ask for it there", "%s does not ask Prometheus for %s of %s in %s", find.Job.Label(), f.Criterion, f.Workload, p.From)
				continue
			}
			c.inquires(p, find, find.Job.Steps[at], f)
		}
	}
}

// selects counts the selectors of a query that are about a namespace, with the labels of its cluster and one more; -1 where
// one is not.
func selects(query string, f Figure, more string) int {
	found, has := 0, 0
	for _, s := range selectors().FindAllString(query, -1) {
		found++
		for _, label := range append([]string{`namespace="` + f.Namespace + `"`}, f.Labels...) {
			if !strings.Contains(s, label) {
				return -1
			}
		}
		if strings.Contains(s, more) {
			has++
		}
		if !strings.HasSuffix(s, "["+f.Over+"]") {
			return -1
		}
	}
	if found == 0 {
		return -1
	}
	return has
}

// inquires holds a step that asks against what it must ask.
func (c *Case) inquires(p Promotion, find, s *pipeline.Step, f Figure) {
	wrong := func(n pipeline.Node, help, format string, args ...any) {
		c.broken(n.At(), find.At(), help, format, args...)
	}
	for _, name := range []string{"QUERY", "REQUESTS", "PODS"} {
		if n := s.Env(name); selects(n.Text(), f, "") < 0 {
			wrong(n, "keep the query", "%s asks for figures that are not those of %s within %s", s.Job.Label(), f.Namespace, f.Over)
		}
	}
	if n := s.Env("PROMETHEUS"); n.Text() != f.Address {
		wrong(n, "PROMETHEUS: "+f.Address, "%s asks %s, and the figures of %s are at %s", s.Job.Label(), quoted(n.Text()), p.From, f.Address)
	}
	if n := s.Env("OVER"); n.Text() != f.Over {
		wrong(n, "OVER: "+f.Over, "%s says that figures over %s are over %s", s.Job.Label(), f.Over, quoted(n.Text()))
	}
	if n, want := s.Env("PROMOTED_DIGEST"), "steps."+find.ID+".outputs.digest-"+f.Image; pipeline.Expression(n.Text()) != want {
		wrong(n, "PROMOTED_DIGEST: ${{ "+want+" }}", "%s judges another version of %s than the one that is promoted", s.Job.Label(), f.Workload)
	}
	if n := s.Env("AT_LEAST"); !atLeast(n.Text(), f.Floor) {
		wrong(n, "AT_LEAST: "+strconv.Itoa(f.Floor), "%s judges %s by %s requests, and %d are promised", s.Job.Label(), f.Workload, quoted(n.Text()), f.Floor)
	}
	if n := s.Env("BOUND"); !bounds(n.Text(), f) {
		wrong(n, "keep the bound", "%s lets %s of %s be %s, which is more than is promised", s.Job.Label(), f.Criterion, f.Workload, quoted(n.Text()))
	}
	if run := s.Run(); !strings.Contains(run, "/api/v1/query") || !strings.Contains(run, `ask "${PODS}"`) || !strings.Contains(run, `ask "${REQUESTS}"`) || !strings.Contains(run, `ask "${QUERY}"`) {
		c.broken(s.At(), find.At(), "keep the script", "%s does not ask Prometheus for all that says whether %s is kept", s.Job.Label(), f.Criterion)
	}
	for _, key := range []string{"if", "shell"} {
		if n := s.Get(key); n.OK() {
			wrong(n, "remove it", "%s asks Prometheus in some runs only, or goes on when the answer is bad", s.Job.Label())
		}
	}
}

func atLeast(text string, n int) bool {
	got, err := strconv.Atoi(text)
	return err == nil && got >= n
}

// bounds reports whether a bound is the one that is promised, or a stricter one.
func bounds(bound string, f Figure) bool {
	op, limit, _ := strings.Cut(bound, " ")
	n, err := strconv.ParseFloat(limit, 64)
	return err == nil && n <= f.Limit*(1+1e-9) && (op == "<" || op == "<=" && (!f.Below || n < f.Limit*(1-1e-9)))
}
