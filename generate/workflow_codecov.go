package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// codecovMinutes is for the upload of a few files.
const codecovMinutes = 5

// codecovJobs is the job that sends coverage reports to Codecov, where tests ask for it. It is one of its own, since the
// right to prove who the run is must not reach the code that is tested. Nothing waits for it.
func codecovJobs(s input) plan.Jobs {
	var needs []string
	path := ""
	for _, t := range s.Tests {
		if t.Value.Codecov {
			needs, path = append(needs, testJob(t.ID)), t.Value.At+".codecov"
		}
	}
	if len(needs) == 0 {
		return nil
	}
	return plan.Jobs{{ID: plan.CodecovJob, Name: "Send to Codecov", Path: path, Needs: needs, Runs: releaseOf(s).All() &^ plan.Fork,
		Limit: plan.Limit{Minutes: codecovMinutes}, Rights: []plan.Right{sourceRight, right("id-token", "write", "prove to Codecov which run this is")}}}
}

func (r *renderer) codecovJob(j plan.Job) yamldoc.Doc {
	if j.ID == "" {
		return yamldoc.Doc{}
	}
	steps := []yamldoc.Doc{r.checkout()}
	for _, t := range r.plan.Tests {
		if slices.Contains(j.Needs, t.Job) {
			pattern := t.Artifact()
			if len(t.Matrix) > 0 {
				pattern += "-*"
			}
			steps = append(steps, r.fill("github/codecov-fetch", yamldoc.Values{"download": r.uses("actions/download-artifact"), "pattern": yamldoc.Of(pattern)}))
		}
	}
	steps = append(steps, r.fill("github/codecov-send", yamldoc.Values{"codecov": r.uses("codecov/codecov-action")}))
	return r.job(j, "github/codecov", yamldoc.Values{
		"needs": r.needs(j, nil),
		// A fork gets no right to prove who it is. A report below the promise is sent as well.
		"condition": yamldoc.Of(r.when(j) + " && !cancelled()"),
		"steps":     yamldoc.Block(yamldoc.Spaced(steps...)),
	}, "# For people to look at: no other job waits for it, and the run is as green without it.")
}

// codecovFits asks for a report to send.
func codecovFits(s input) diag.List {
	var out diag.List
	for _, t := range s.Tests {
		if t.Value.Codecov && testOf(s, t).Report.Value == nil {
			out = append(out, diag.Diagnostic{Code: diag.Unmeasured, Path: t.Value.At + ".codecov",
				Message: t.Value.At + ".codecov: these tests leave no coverage report to send",
				Help:    "promise their coverage, or name in " + t.Value.At + ".report where they leave a report"})
		}
	}
	return out
}
