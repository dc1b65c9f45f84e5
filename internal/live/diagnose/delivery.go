package diagnose

import (
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// delivery is a delivery with everything that is known about it.
type delivery struct {
	plan    plan.Plan
	facts   live.Facts
	details live.Details
}

// environment is an environment of the delivery.
type environment struct {
	live.Environment
	details live.EnvironmentDetails
	plan    plan.Environment
}

// answer is the result of a test. If the remedy is empty, that of the cause is used.
type answer struct {
	status   Status
	says     string
	remedy   string
	evidence []criteria.Evidence
}

func found(says, remedy string, e ...criteria.Evidence) *answer {
	return &answer{status: Found, says: says, remedy: remedy, evidence: e}
}

func excluded(says string) *answer { return &answer{status: Excluded, says: says} }

func unknown(why string) *answer { return &answer{status: Unknown, says: why} }

// test looks for a cause in an environment, or in the whole delivery.
type test func(delivery, environment) *answer

// of returns a test of a fact. If the fact is missing or rules the cause out, that is the answer.
func of[T any](fact func(delivery, environment) (T, *answer), judge func(delivery, environment, T) *answer) test {
	return func(p delivery, e environment) *answer {
		f, a := fact(p, e)
		if a != nil {
			return a
		}
		return judge(p, e, f)
	}
}

// lacking returns the answer for a missing fact.
func lacking[T any](f live.Fact[T]) *answer {
	if f.Why == "" {
		return unknown("it was not asked: nothing pointed to it")
	}
	return unknown(f.Why)
}

// jobs returns the jobs of the run, or the answer if they are not known.
func (p delivery) jobs(environment) ([]github.Job, *answer) {
	switch {
	case !p.facts.Run.Known && p.facts.Run.Later && p.facts.Run.Kind == "" && p.facts.Commit.Known:
		return nil, excluded("there is no run")
	case !p.facts.Run.Known:
		return nil, lacking(p.facts.Run)
	case !p.facts.Jobs.Known:
		return nil, lacking(p.facts.Jobs)
	}
	return p.facts.Jobs.Value, nil
}

// deploysTo returns the environment that a job of the run deploys to, "" for any other job.
func (p delivery) deploysTo(j github.Job) string {
	for _, e := range p.plan.Environments {
		if p.is(j, e.Jobs.Deploy) {
			return e.Name
		}
	}
	return ""
}

// is reports whether a job of the run is the one with an id.
func (p delivery) is(j github.Job, id string) bool { return p.plan.Jobs.Find(id).Called(j.Name) }

// deploying reports whether a job belongs to the trouble image, and not to build. The gate counts, since it only fails
// with another job.
func (p delivery) deploying(j github.Job) bool { return p.deploysTo(j) != "" || p.is(j, plan.GateJob) }

// failedJob reports whether a job ended without success.
func failedJob(j github.Job) bool {
	return j.Done() && j.Conclusion != "success" && j.Conclusion != "skipped" && j.Conclusion != "neutral"
}

// failedStep returns the first failed step of a job; it has no name if there is none.
func (p delivery) failedStep(j github.Job) plan.Step {
	for _, s := range j.Steps {
		if s.Conclusion == "failure" || s.Conclusion == "timed_out" {
			return p.plan.Jobs.Called(j.Name).StepCalled(s.Name)
		}
	}
	return plan.Step{}
}

// said returns the first message of a job that contains one of the words, which are in lower case. Without words it is
// the first failure.
func (p delivery) said(j github.Job, words ...string) (string, bool) {
	for _, a := range p.details.Said[j.ID].Value {
		text := strings.ToLower(a.Title + ": " + a.Message)
		if len(words) == 0 && a.Level == "failure" ||
			anyOf(text, words) {
			return brief(a.Message), true
		}
	}
	return "", false
}

func anyOf(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// heard returns nil if the annotations of a job are known, else the answer.
func (p delivery) heard(j github.Job) *answer {
	if f := p.details.Said[j.ID]; !f.Known {
		return lacking(f)
	}
	return nil
}

// quoted returns the answer if a job says one of the words, or if nobody knows what it says.
func (p delivery) quoted(j github.Job, before string, words ...string) *answer {
	if said, ok := p.said(j, words...); ok {
		return found(before+said, "", jobAt(j))
	}
	return p.heard(j)
}

// jobAt returns a job as evidence.
func jobAt(j github.Job) criteria.Evidence {
	at := j.CompletedAt
	if at.IsZero() {
		at = j.StartedAt
	}
	return criteria.Evidence{What: "job " + j.Name, URL: j.URL, At: at}
}

func (p delivery) runAt() criteria.Evidence {
	r := p.facts.Run.Value
	return criteria.Evidence{What: "run", URL: r.URL, Revision: r.SHA, At: r.CreatedAt}
}

// mostWords is how many characters of a server's text are repeated.
const mostWords = 400

// brief returns a server's text on one line, cut where it is long.
func brief(s string) string {
	// Avoid work on a text of megabytes.
	s = strings.ToValidUTF8(s[:min(len(s), 8*mostWords)], "")
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > mostWords {
		return string(runes[:mostWords]) + "…"
	}
	return s
}

func with(says, words string) string {
	if words == "" {
		return says
	}
	return says + ": " + words
}

func duration(d time.Duration) string { return schema.Short(d.Round(time.Second)) }

func short(sha string) string { return sha[:min(len(sha), 12)] }
