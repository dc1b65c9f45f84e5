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
// against the places that enforce it. Most lines have none of them, which their words show sooner than the expression.
var sentences = []struct {
	words string
	like  func() *regexp.Regexp
	holds func(c *Case, said sentence)
}{
	{"stopped after ", lazy.Regexp(`stopped after (\d+(?: \+ \d+)+) minutes`), sumOfTimeouts},
	{"Degraded after ", lazy.Regexp(`Degraded after (\d+) s`), noticed},
	{"without a good answer after ", lazy.Regexp(`without a good answer after (\d+) s`), startBudget},
	{" fails below ", lazy.Regexp(`job ([\w -]+) fails below ([0-9.]+) %`), covered},
	{"smoke Job asks ", lazy.Regexp(`smoke Job asks (\S+) through the Service and marks the sync failed without a (\d+) within (\w+)`), smoked},
	{" reverts", lazy.Regexp(`[Ww]orkflow ([\w-]+\.yaml) reverts`), func(c *Case, said sentence) {
		if c.File(artifact.Code, ".github/workflows/"+said.figures[0]) == nil {
			c.broken(said.Place, c.firstWorkflow(), regenerate, "the text speaks of the workflow %s, which is not generated", said.figures[0])
		}
	}},
	{"warns above ", lazy.Regexp(`warns above (\S+);`), measured},
}

// sentence is one of them, as a text has it: its figures, the workload that it is about, "" for all, and the environments,
// nil for all.
type sentence struct {
	pipeline.Place
	figures []string
	of      string
	in      []string
}

// inSome is how a text about some environments alone begins.
var inSome = lazy.Regexp(`In ([a-z][a-z0-9-]*(?:, [a-z0-9-]+)*(?: and [a-z0-9-]+)?): `)

// where are the environments that the rest of a line is about, nil for all.
func (c *Case) where(before string) []string {
	for _, m := range inSome().FindAllStringSubmatch(before, -1) {
		names := strings.Split(strings.ReplaceAll(m[1], " and ", ", "), ", ")
		if !slices.ContainsFunc(names, func(name string) bool { return c.byName[name] == nil }) {
			return names
		}
	}
	return nil
}

// about is the workload or image that the rest of a line is about: a page of several names each before what it says of
// it.
func (c *Case) about(before string) string {
	out, last := "", -1
	take := func(name string) {
		if at := strings.LastIndex(before, " "+name+": "); at > last {
			out, last = name, at
		}
	}
	for _, w := range c.Facts.Workloads {
		take(w.Name)
	}
	for _, i := range c.Facts.Images {
		take(i.Name)
	}
	return out
}

// is reports whether the sentence is about something of this name, or about all.
func (s sentence) is(name string) bool { return s.of == "" || s.of == name }

// figures holds what a line of a README promises.
func (c *Case) figures(at pipeline.Place, line string) {
	for _, s := range sentences {
		if !strings.Contains(line, s.words) {
			continue
		}
		for _, m := range s.like().FindAllStringSubmatchIndex(line, -1) {
			said := sentence{Place: at, of: c.about(line[:m[0]]), in: c.where(line[:m[0]])}
			for i := 2; i < len(m); i += 2 {
				said.figures = append(said.figures, line[m[i]:m[i+1]])
			}
			s.holds(c, said)
		}
	}
}

func (c *Case) figure(text pipeline.Place, said string, n pipeline.Node, is string) {
	if said != is {
		c.broken(n.At(), text, "write "+said+", or "+regenerate, "the figure here is %s, and the text promises %s", quoted(is), said)
	}
}

func (c *Case) everyEnv(name string, visit func(*pipeline.Step, pipeline.Node)) {
	c.steps(func(s *pipeline.Step) {
		if n := s.Get("env", name); n.OK() {
			visit(s, n)
		}
	})
}

func covered(c *Case, said sentence) {
	test := c.jobNamed(said.figures[0])
	c.everyEnv("COVERAGE_MIN", func(s *pipeline.Step, n pipeline.Node) {
		if test == nil || s.Job == test {
			c.figure(said.Place, said.figures[1], n, n.Text())
		}
	})
}

func noticed(c *Case, said sentence) {
	c.eachProgram(func(_ *pipeline.Target, p Program) {
		if n := p.Get("spec", "progressDeadlineSeconds"); p.LongRunning() && said.is(p.Name) {
			c.figure(said.Place, said.figures[0], n, n.Text())
		}
	})
}

func startBudget(c *Case, said sentence) {
	c.eachProgram(func(_ *pipeline.Target, p Program) {
		probe := p.Container.Get("startupProbe")
		period, _ := probe.Get("periodSeconds").Number()
		times, _ := probe.Get("failureThreshold").Number()
		if p.Called() && said.is(p.Name) {
			c.figure(said.Place, said.figures[0], probe, strconv.Itoa(period*times))
		}
	})
}

// smoked holds the text against the hooks that ask a workload.
func smoked(c *Case, said sentence) {
	hooks, at := 0, nowhere
	for _, t := range c.targets {
		at = t.At()
		if said.in != nil && !slices.Contains(said.in, c.EnvironmentOf(t)) {
			continue
		}
		for _, w := range t.Workloads() {
			if !isHook(w) || w.Added() || c.Facts.Workload(w.Name) != nil {
				continue
			}
			for _, container := range w.Containers() {
				if env := container.Get("env"); said.is(askedIn(env)) {
					hooks++
					for _, e := range env.Items() {
						c.asks(said, e.Get("name").Text(), e.Get("value"))
					}
				}
			}
		}
	}
	if hooks == 0 {
		c.broken(said.Place, at, regenerate, "the text speaks of a smoke Job, and none is rendered")
	}
}

// askedIn is the name of the Service that a hook asks by its variables, "" for none.
func askedIn(env pipeline.Node) string {
	for _, e := range env.Items() {
		if u, err := url.Parse(e.Get("value").Text()); err == nil && e.Get("name").Text() == "URL" {
			return u.Hostname()
		}
	}
	return ""
}

// asks holds a variable of the hook against the path, the status and the time in the text.
func (c *Case) asks(said sentence, name string, value pipeline.Node) {
	switch name {
	case "URL":
		if u, err := url.Parse(value.Text()); err == nil {
			c.figure(said.Place, said.figures[0], value, u.Path)
		}
	case "STATUS":
		c.figure(said.Place, said.figures[1], value, value.Text())
	case "WITHIN":
		c.seconds(said.Place, said.figures[2], value)
	}
}

// seconds holds a duration in the text against a number of seconds.
func (c *Case) seconds(at pipeline.Place, said string, n pipeline.Node) {
	if limit, err := time.ParseDuration(said); err == nil {
		c.figure(at, strconv.Itoa(int(limit/time.Second)), n, n.Text())
	}
}

// measured holds the text against the step that measures from the push on.
func measured(c *Case, said sentence) {
	c.everyEnv("PUSHED_AT", func(s *pipeline.Step, _ pipeline.Node) {
		c.seconds(said.Place, said.figures[0], s.Get("env", "PROMISED"))
	})
}

// sumOfTimeouts reads the way to an image, job by job from the tests on. Jobs that the spec puts on the way count too.
func sumOfTimeouts(c *Case, said sentence) {
	name := "Image"
	if said.of != "" {
		name += " " + said.of
	}
	image, figures := c.jobNamed(name), strings.Split(said.figures[0], " + ")
	if image == nil {
		return
	}
	way := image.Longest()
	if len(way) != len(figures) {
		c.broken(image.Get("needs").At(), said.Place, regenerate, "%d jobs lie on the way to the image, and the text names the limits of %d", len(way), len(figures))
		return
	}
	for i, j := range way {
		t := j.Get("timeout-minutes")
		c.figure(said.Place, figures[i], t, t.Text())
	}
}
