package diagnose

import (
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/schema"
)

// delivery is a delivery with everything that is known about it.
type delivery struct {
	plan    generate.Plan
	facts   live.Facts
	details live.Details
}

// environment is an environment of the delivery.
type environment struct {
	live.Environment
	details live.EnvironmentDetails
	plan    generate.EnvironmentPlan
}

// answer is the result of a test. If the remedy is empty, that of the cause is
// used.
type answer struct {
	status   Status
	says     string
	remedy   string
	evidence []criteria.Evidence
}

func found(says, remedy string, e ...criteria.Evidence) answer {
	return answer{status: Found, says: says, remedy: remedy, evidence: e}
}

func excluded(says string) answer { return answer{status: Excluded, says: says} }

func unknown(why string) answer { return answer{status: Unknown, says: why} }

// lacking returns the answer for a missing fact.
func lacking[T any](f live.Fact[T]) answer {
	if f.Why == "" {
		return unknown("it was not asked: nothing pointed to it")
	}
	return unknown(f.Why)
}

// The generated steps and jobs that distinguish causes.
const (
	stepCredential = "Look for the credential"
	stepToken      = "Ask for a token that may write to the GitOps repository alone"
	stepAuthor     = "Look up whom the commit is by"
	stepCheckout   = "Check out the GitOps repository"
	stepLogin      = "Log in to the registry"
	stepPush       = "Push by digest"
	stepBuild      = "Build the image"
	stepTry        = "Try the image as the cluster would run it"
	jobTest        = "Test"
	jobImage       = "Image"
	jobFiles       = "Check the pipeline's files"
	jobGate        = "Gate"
)

// jobs returns the jobs of the run, or the answer if they are not known.
func (p delivery) jobs() ([]github.Job, *answer) {
	switch {
	case !p.facts.Run.Known && p.facts.Run.Later && p.facts.Run.Kind == "" && p.facts.Commit.Known:
		a := excluded("there is no run")
		return nil, &a
	case !p.facts.Run.Known:
		a := lacking(p.facts.Run)
		return nil, &a
	case !p.facts.Jobs.Known:
		a := lacking(p.facts.Jobs)
		return nil, &a
	}
	return p.facts.Jobs.Value, nil
}

// deploying reports whether a job belongs to the trouble image, and not to build.
// The gate counts, since it only fails with another job.
func deploying(j github.Job) bool {
	return strings.HasPrefix(j.Name, live.DeployJob("")) || j.Name == jobGate
}

// failedJob reports whether a job ended without success.
func failedJob(j github.Job) bool {
	return j.Done() && j.Conclusion != "success" && j.Conclusion != "skipped" && j.Conclusion != "neutral"
}

// failedStep returns the first failed step of a job, or "".
func failedStep(j github.Job) string {
	for _, s := range j.Steps {
		if s.Conclusion == "failure" || s.Conclusion == "timed_out" {
			return s.Name
		}
	}
	return ""
}

// said returns the first message of a job that contains one of the words, which are
// in lower case. Without words it is the first failure.
func (p delivery) said(j github.Job, words ...string) (string, bool) {
	for _, a := range p.details.Said[j.ID].Value {
		text := strings.ToLower(a.Title + ": " + a.Message)
		if len(words) == 0 && a.Level == "failure" ||
			slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) }) {
			return brief(a.Message), true
		}
	}
	return "", false
}

// heard returns nil if the annotations of a job are known, else the answer.
func (p delivery) heard(j github.Job) *answer {
	if f := p.details.Said[j.ID]; !f.Known {
		a := lacking(f)
		return &a
	}
	return nil
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

var plainWord = lazy.Regexp(`^[a-z0-9][a-z0-9.-]*$`)

// word returns the name of an object, as a server gives it, if it is safe to type
// into a shell.
func word(name string) string {
	if !plainWord().MatchString(name) {
		return "NAME"
	}
	return name
}

func with(says, words string) string {
	if words == "" {
		return says
	}
	return says + ": " + words
}

func duration(d time.Duration) string { return schema.Short(d.Round(time.Second)) }

func short(sha string) string { return sha[:min(len(sha), 12)] }
