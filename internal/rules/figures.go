package rules

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// sentences are those of the READMEs that promise something, each with what holds it
// against the places that enforce it.
var sentences = []struct {
	like  func() *regexp.Regexp
	holds func(c *Case, at pipeline.Place, said []string)
}{
	{lazy.Regexp(`stopped after (\d+(?: \+ \d+)+) minutes`), sumOfTimeouts},
	{lazy.Regexp(`Degraded after (\d+) s`), noticed},
	{lazy.Regexp(`without a good answer after (\d+) s`), startBudget},
	{lazy.Regexp(`fails below ([0-9.]+) %`), func(c *Case, at pipeline.Place, said []string) {
		c.everyEnv("COVERAGE_MIN", func(_ *pipeline.Step, n pipeline.Node) { c.figure(at, said[0], n, n.Text()) })
	}},
	{lazy.Regexp(`smoke Job asks (\S+) through the Service and marks the sync failed without a (\d+) within (\S+?)[.*]*$`), smoked},
	{lazy.Regexp(`[Ww]orkflow ([\w-]+\.yaml) reverts`), func(c *Case, at pipeline.Place, said []string) {
		if c.File(artifact.Code, ".github/workflows/"+said[0]) == nil {
			c.broken(at, c.firstWorkflow(), "run 'pipegen generate'", "the text speaks of the workflow %s, which is not generated", said[0])
		}
	}},
	{lazy.Regexp(`warns above (\S+);`), measured},
}

// figures holds what a line of a README promises.
func (c *Case) figures(at pipeline.Place, line string) {
	for _, s := range sentences {
		all := s.like().FindAllStringSubmatch(line, -1)
		if all == nil {
			continue
		}
		said := all[0][1:]
		for _, more := range all[1:] {
			said = append(said, more[1:]...) // of another workload
		}
		s.holds(c, at, said)
	}
}

func (c *Case) figure(text pipeline.Place, said string, n pipeline.Node, is string) {
	if said != is {
		c.broken(n.At(), text, "write "+said+", or run 'pipegen generate'", "the figure here is %s, and the text promises %s", quoted(is), said)
	}
}

func (c *Case) everyEnv(name string, visit func(*pipeline.Step, pipeline.Node)) {
	c.steps(func(s *pipeline.Step) {
		if n := s.Get("env", name); n.OK() {
			visit(s, n)
		}
	})
}

// theOne is the figure that is meant where a text has one for each workload: the same one, or else the first.
func theOne(said []string, is string) string {
	if slices.Contains(said, is) {
		return is
	}
	return said[0]
}

func noticed(c *Case, at pipeline.Place, said []string) {
	c.eachProgram(func(_ *pipeline.Target, a Program) {
		if n := a.Get("spec", "progressDeadlineSeconds"); a.LongRunning() {
			c.figure(at, theOne(said, n.Text()), n, n.Text())
		}
	})
}

func startBudget(c *Case, at pipeline.Place, said []string) {
	c.eachProgram(func(_ *pipeline.Target, a Program) {
		p := a.Container.Get("startupProbe")
		period, _ := p.Get("periodSeconds").Number()
		times, _ := p.Get("failureThreshold").Number()
		if seconds := strconv.Itoa(period * times); a.Called() || p.OK() {
			c.figure(at, theOne(said, seconds), p, seconds)
		}
	})
}

// smoked holds the text against the hook that asks the application.
func smoked(c *Case, at pipeline.Place, said []string) {
	for _, t := range c.targets {
		hooks := 0
		for _, w := range t.Workloads() {
			if !isHook(w) || c.Facts.Workload(w.Name) != nil {
				continue
			}
			hooks++
			for _, container := range w.Containers() {
				for _, e := range container.Get("env").Items() {
					c.asks(at, said, e.Get("name").Text(), e.Get("value"))
				}
			}
		}
		if hooks == 0 {
			c.broken(at, t.At(), "run 'pipegen generate'", "the text speaks of a smoke Job, and %s renders none", t.Dir)
		}
	}
}

// asks holds a variable of the hook against the path, the status and the time in the text.
func (c *Case) asks(at pipeline.Place, said []string, name string, value pipeline.Node) {
	switch name {
	case "URL":
		if u, err := url.Parse(value.Text()); err == nil {
			c.figure(at, said[0], value, u.Path)
		}
	case "STATUS":
		c.figure(at, said[1], value, value.Text())
	case "WITHIN":
		c.seconds(at, said[2], value)
	}
}

// seconds holds a duration in the text against a number of seconds.
func (c *Case) seconds(at pipeline.Place, said string, n pipeline.Node) {
	if limit, err := time.ParseDuration(said); err == nil {
		c.figure(at, strconv.Itoa(int(limit/time.Second)), n, n.Text())
	}
}

// measured holds the text against the step that measures from the push on.
func measured(c *Case, at pipeline.Place, said []string) {
	c.everyEnv("PUSHED_AT", func(s *pipeline.Step, _ pipeline.Node) { c.seconds(at, said[0], s.Get("env", "PROMISED")) })
}

// sumOfTimeouts reads the way to the image, job by job from the tests on. Jobs that the
// spec puts on the way count too.
func sumOfTimeouts(c *Case, at pipeline.Place, all []string) {
	image, said := c.jobNamed("Image"), strings.Split(all[0], " + ")
	if image == nil {
		return
	}
	way := image.Longest()
	if len(way) != len(said) {
		c.broken(image.Get("needs").At(), at, "run 'pipegen generate'", "%d jobs lie on the way to the image, and the text names the limits of %d", len(way), len(said))
		return
	}
	for i, j := range way {
		t := j.Get("timeout-minutes")
		c.figure(at, said[i], t, t.Text())
	}
}
