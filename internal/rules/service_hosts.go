package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var serviceHosts = []Rule{
	{
		ID:    "W53",
		Title: "a job reaches its services where they are: on localhost, or by their names in a container",
		Why:   "Beside a job that runs on the runner itself, a service has a port of the runner. A job in a container has another localhost, and shares a network in which a service has its name. Under the other address nobody answers, and the tests fail for no reason that they could name.",
		Evidence: []Source{
			{Says: "how jobs on the runner and jobs in containers reach services", URL: "https://docs.github.com/en/actions/tutorials/use-containerized-services/use-docker-service-containers"},
		},
		By:    Proof | Import,
		Found: "a job asks for a service where none is",
		Check: servicesAreReached,
	},
}

// servicesAreReached looks at the variables of a job and of its steps. What its steps start with Docker may be in any
// network.
func servicesAreReached(c *Case) {
	for _, w := range c.Workflows {
		for _, j := range w.Jobs {
			if slices.ContainsFunc(j.Commands(), func(c pipeline.Command) bool { return c.Is("docker") || c.Is("docker-compose") }) {
				continue
			}
			variables := func(of pipeline.Node) {
				for name, v := range of.Get("env").Pairs() {
					c.findsService(j, name, v)
				}
			}
			variables(w.Node)
			variables(j.Node)
			for _, s := range j.Steps {
				variables(s.Node)
			}
		}
	}
}

var (
	namesHost = lazy.Regexp(`HOST(NAME)?$`)
	localPort = lazy.Regexp(`(?:^|[/@"'=\s])(?:localhost|127\.0\.0\.1):([0-9]+)\b`)
)

// findsService holds a variable of a job against the services of the job.
func (c *Case) findsService(j *pipeline.Job, name string, v pipeline.Node) {
	inside, text, services := j.Get("container").OK(), v.Text(), maps.Collect(j.Get("services").Pairs())
	for _, service := range slices.Sorted(maps.Keys(services)) {
		s := services[service]
		said := func(help, format string, args ...any) {
			// A variable of a job, and what it is compared with, are the author's to say.
			if d := c.broken(v.At(), s.At(), help, format, args...); d.Path != "" && d.Pos.Known() {
				inSpec(d)
			}
		}
		for _, p := range portsOf(s) {
			byName, _ := regexp.MatchString(`(^|[/@"'=\s])`+regexp.QuoteMeta(service)+`:`+p.inside+`\b`, text)
			local := slices.ContainsFunc(localPort().FindAllStringSubmatch(text, -1), func(m []string) bool { return m[1] == p.inside || m[1] == p.outside })
			switch {
			case inside && local:
				said(fmt.Sprintf("write %s:%s", service, p.inside), "%s runs in a container, where localhost is not the runner, and %s looks for %s there", j.Label(), name, service)
			case !inside && byName:
				said(fmt.Sprintf("write localhost:%s, or let the job run in a container", p.outside), "%s runs on the runner itself, which knows no host %s, and %s looks for one", j.Label(), service, name)
			default:
				continue
			}
			return
		}
		if !namesHost().MatchString(strings.ToUpper(name)) {
			continue
		}
		switch {
		case inside && (text == "localhost" || text == "127.0.0.1") && len(services) == 1:
			said("write "+service, "%s runs in a container, where localhost is not the runner, and %s looks for %s there", j.Label(), name, service)
		case !inside && text == service:
			said("write localhost, or let the job run in a container", "%s runs on the runner itself, which knows no host %s, and %s looks for one", j.Label(), service, name)
		}
	}
}

// servicePort is a port of a service, as it is in its network and on the runner.
type servicePort struct{ inside, outside string }

func portsOf(service pipeline.Node) []servicePort {
	var out []servicePort
	for _, n := range service.Get("ports").Items() {
		text, _, _ := strings.Cut(n.Text(), "/")
		outside, inside, mapped := strings.Cut(text, ":")
		if !mapped {
			inside = outside
		}
		out = append(out, servicePort{inside, outside})
	}
	return out
}
