package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

var (
	// catalogue are the triggers of Argo CD's catalogue.
	catalogue = []string{"on-created", "on-deleted", "on-deployed", "on-health-degraded", "on-sync-failed", "on-sync-running", "on-sync-status-unknown", "on-sync-succeeded"}
	channel   = lazy.Regexp(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,79}$`)
	address   = lazy.Regexp(`^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+$`)
	webhook   = lazy.Regexp(`^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$`)
)

// subscription reads an annotation that subscribes to a trigger of the catalogue: the field of notify that says so, and who
// is notified; nobody where no field can say it.
func subscription(key, value string) (trigger, field string, to []string) {
	rest, subscribes := strings.CutPrefix(key, pipeline.Subscribes)
	trigger, service, _ := strings.Cut(rest, ".")
	fits := channel()
	switch {
	case !subscribes || !slices.Contains(catalogue, trigger):
		return "", "", nil
	case service == "slack":
		field = service
	case service == "teams", service == "teams-workflows":
		field = "teams"
	case service == "email":
		field, fits = service, address()
	case value == "" && webhook().MatchString(service):
		return trigger, "webhook", []string{service}
	default:
		return "", "", nil
	}
	for part := range strings.SplitSeq(value, ";") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "#")
		if part != "" && !fits.MatchString(part) {
			return "", "", nil
		}
		if part != "" && !slices.Contains(to, part) {
			to = append(to, part)
		}
	}
	return trigger, field, to
}

// notifies reports whether the draft says what an annotation says.
func notifies(key, value string) bool {
	_, _, to := subscription(key, value)
	return len(to) > 0
}

// notify reads whom Argo CD notifies, and of what. The draft has all of them notified of all triggers.
func (d *drafter) notify(p *deployment, at func(...string) []string) {
	var triggers []string
	said, all, first := 0, 0, pipeline.Node{}
	told := map[string][]string{}
	lines := map[string]pipeline.Node{}
	for key, n := range p.app.Get("metadata", "annotations").Pairs() {
		trigger, field, to := subscription(key, n.Text())
		if len(to) == 0 {
			continue
		}
		if strings.HasSuffix(key, ".teams") {
			d.leave(n.At(), "give the workflow of Teams as service.teams-workflows: Microsoft has retired the connectors of service.teams", "the service teams of %s", key)
		}
		if !first.OK() {
			first = n
		}
		if !slices.Contains(triggers, trigger) {
			triggers = append(triggers, trigger)
		}
		for _, one := range to {
			if said++; !slices.Contains(told[field], one) {
				told[field] = append(told[field], one)
			}
		}
		if !lines[field].OK() {
			lines[field] = n
		}
	}
	for _, field := range []string{"slack", "teams", "email", "webhook"} {
		if all += len(told[field]) * len(triggers); len(told[field]) > 0 {
			d.add(told[field], lines[field].At(), at("notify", field)...)
		}
	}
	if all > said {
		d.leave(first.At(), "look at notify of that environment: everybody there is notified of all its triggers", "that some are notified of other triggers than others")
	}
	if len(triggers) > 0 && !slices.Equal(triggers, schema.UsualTriggers()) {
		d.add(triggers, first.At(), at("notify", "triggers")...)
	}
}

// theSecret matches a value that is a secret and nothing else.
var theSecret = lazy.Regexp(`^\$\{\{ *secrets\.([A-Z_][A-Z0-9_]*) *\}\}$`)

// notices finds the jobs that send a message to an address in a secret when something failed. The draft has one for all.
func (d *drafter) notices() {
	for _, w := range d.m.Workflows {
		for _, s := range w.Steps() {
			if !strings.Contains(s.Job.Condition(), "failure()") {
				continue
			}
			for _, values := range []pipeline.Node{s.Get("env"), s.Get("with")} {
				for key, n := range values.Pairs() {
					m := theSecret().FindStringSubmatch(n.Text())
					if m == nil || !strings.Contains(strings.ToLower(key), "webhook") {
						continue
					}
					if len(d.noticed) == 0 {
						d.add(m[1], n.At(), "workflow", "notify", "secret")
						if strings.Contains(s.Run(), "AdaptiveCard") {
							d.add("teams", s.Get("run").At(), "workflow", "notify", "as")
						}
					}
					d.noticed = append(d.noticed, s.Job)
				}
			}
		}
	}
}
