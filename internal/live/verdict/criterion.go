package verdict

import (
	"fmt"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/schema"
)

// criterion judges one: once for the run, or once for each environment.
func (j judge) criterion(c schema.Named[schema.Criterion]) []Result {
	v := c.Value
	var one func() Result
	var each func(live.Environment) Result
	promised := ""
	switch v.Kind() {
	case "triggered":
		promised, one = within(v.Triggered.Within), func() Result { return j.triggered(*v.Triggered) }
	case "tests":
		promised, one = "nothing is built when the tests fail", j.tests
	case "coverage":
		promised, one = fmt.Sprintf("at least %s %%", j.plan.Test.Coverage), func() Result { return j.coverage(c.ID) }
	case "published":
		promised, one = within(v.Published.Within), func() Result { return j.published(*v.Published) }
	case "scanned":
		promised, one = "no known vulnerability of severity "+v.Scanned.Refuse+" or above", func() Result { return j.scanned(c.ID) }
	case "signed":
		promised, each = "a signature beside the image", j.signed
	case "attested":
		promised, each = "an attestation for the image", j.attested
	case "synced":
		promised, each = within(v.Synced.Within), func(e live.Environment) Result { return j.synced(*v.Synced, e) }
	case "ready":
		promised, each = within(v.Ready.Within), func(e live.Environment) Result { return j.ready(*v.Ready, e) }
	case "endpoint":
		promised = fmt.Sprintf("%d within %s", v.Endpoint.Status, v.Endpoint.Within)
		each = func(e live.Environment) Result { return j.endpoint(*v.Endpoint, e) }
	case "rollback":
		promised, each = within(v.Rollback.Within), func(e live.Environment) Result { return j.rollback(*v.Rollback, e) }
	case "logs":
		promised, one = "in "+strings.Join(v.Logs.In, " and "), func() Result { return j.logs(*v.Logs) }
	case "zeroDowntime":
		promised, each = "no request is lost", j.zeroDowntime
	case "replicas":
		promised = fmt.Sprintf("at least %d pods", v.Replicas.AtLeast)
		each = func(e live.Environment) Result { return j.replicas(*v.Replicas, e) }
	case "manual":
		promised = v.Manual.How
		one = func() Result { return Result{Status: Manual, Measured: "to be confirmed by " + v.Manual.By} }
	}
	var out []Result
	if one != nil {
		out = append(out, one())
	}
	if each != nil {
		for _, e := range j.facts.Environments {
			r := each(e)
			r.Environment = e.Name
			out = append(out, r)
		}
	}
	for i := range out {
		out[i].ID, out[i].Kind, out[i].Statement, out[i].Promised = c.ID, v.Kind(), v.Statement, promised
	}
	return out
}

func within(d schema.Duration) string { return "within " + d.String() }

// held compares the time between two moments with its limit.
func held(limit schema.Duration, from string, start, end Evidence) Result {
	for _, e := range []Evidence{start, end} {
		if e.At.IsZero() {
			return unmeasured("there is no time for: "+e.What, start, end)
		}
	}
	took := max(end.At.Sub(start.At), 0)
	measured := duration(took) + " " + from
	if took > time.Duration(limit) {
		return broken(measured, start, end)
	}
	return kept(measured, start, end)
}

// awaited is the result while what is timed has not happened: broken as soon as the
// limit has passed.
func awaited(limit schema.Duration, since time.Duration, what string, e ...Evidence) Result {
	if since > time.Duration(limit) {
		return broken(fmt.Sprintf("%s after %s", what, duration(since)), e...)
	}
	return pending(fmt.Sprintf("%s yet, %s of %s have passed", what, duration(max(since, 0)), limit), e...)
}

func duration(d time.Duration) string { return schema.Short(d.Round(time.Second)) }

func short(sha string) string { return sha[:min(len(sha), 12)] }
