package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Start is what starts the deploys of an environment.
type Start int

const (
	// WithBuild is the run that builds the images.
	WithBuild Start = iota
	// AtTag is the push of a git tag, AtRelease a release on GitHub, and ByPerson a person.
	AtTag
	AtRelease
	ByPerson
)

// Promotion brings the images of a commit that ran in one environment to the one after it, and to those that follow that
// one. It has a workflow of its own, which builds nothing.
type Promotion struct {
	// Path is the place in the spec that asks for it.
	Path string
	// To is the environment whose rule starts it, From the one whose images it takes, and FromLive the live folder there.
	To, From, FromLive string
	Start              Start
	// Tags is the pattern of the git tags that start it, and Release the type of the event of a release, where they do.
	Tags, Release string
	// Soak is how long the images must have run there, 0 where it does not matter.
	Soak time.Duration
	// Gates are what the run of a commit must have kept, and GatesPath the place in the spec that says so.
	Gates     []Kept
	GatesPath string
	// Figures are what it asks Prometheus about the environment before.
	Figures []Figure
	// Waits is how long it waits until they have.
	Waits time.Duration
	// Find is the id of the job that looks for them.
	Find     string
	Workflow string
	Jobs     Jobs
}

// Kept is a result of the run that built a commit, by which a criterion was kept there: that of a job, or of a step in
// it. GitHub knows both by their names alone.
type Kept struct {
	Criterion string
	// Job begins the name of the job, which ends there or goes on with the values of a matrix. Step is "" for the job as a
	// whole.
	Job, Step string
	// Warns says that the step is green either way, and warns where the criterion was broken.
	Warns bool
}

// Line is how the workflow has it.
func (k Kept) Line() string {
	warns := ""
	if k.Warns {
		warns = "warns"
	}
	return strings.Join([]string{k.Criterion, k.Job, k.Step, warns}, "|")
}

// GatedBy are the ids of the criteria that a promotion waits for.
func (p Promotion) GatedBy() []string {
	var out []string
	for _, k := range p.Gates {
		if !slices.Contains(out, k.Criterion) {
			out = append(out, k.Criterion)
		}
	}
	return out
}

// Gated are the promotions that wait for a criterion, one that the run of a commit kept or one that it keeps in the
// environment before.
func (p Plan) Gated(c Criterion) []Promotion {
	return slices.DeleteFunc(slices.Clone(p.Promotions), func(one Promotion) bool {
		return !slices.Contains(one.GatedBy(), c.ID) && !slices.Contains(one.Asked(), c.ID)
	})
}

// Starts says what starts it, in a few words.
func (p Promotion) Starts() string {
	out := map[Start]string{AtTag: "by the git tag " + p.Tags, AtRelease: "by a release on GitHub", ByPerson: "by hand"}[p.Start]
	if p.Soak > 0 {
		out += ", after " + minutes(p.Soak) + " there"
	}
	if len(p.Gates) > 0 {
		out += ", once its run kept " + And(p.GatedBy())
	}
	if asked := p.Asked(); len(asked) > 0 {
		out += ", while " + p.From + " keeps " + And(asked)
	}
	return out
}

// ReleaseRefs is a pattern of the refs at which runs release.
func (p Plan) ReleaseRefs() string {
	if !p.Release.ByTag() {
		return regexp.QuoteMeta("refs/heads/" + p.Source.Branch)
	}
	return "refs/tags/" + strings.NewReplacer(".", `\.`, "**", ".*", "*", "[^/]*").Replace(p.Release.Tags)
}

// minutes is a time in minutes, or in seconds where it is no whole number of them.
func minutes(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%d min", int(d/time.Minute))
	}
	return count(int(d/time.Second), "s")
}

// Runs are those that promote, and Started those that the condition of its jobs distinguishes them from.
func (p Promotion) Runs() Runs {
	return map[Start]Runs{AtTag: Tag, AtRelease: Published, ByPerson: Dispatch}[p.Start]
}

// Started are the runs among which those that promote are picked. Only a person starts what goes by hand; a workflow that
// events start says itself for which of all events it is.
func (p Promotion) Started() Runs {
	if p.Start == ByPerson {
		return Dispatch | DispatchElsewhere
	}
	return AnyRun
}

// Promotion is the one that deploys to an environment. The result has no name where the run that builds does.
func (p Plan) Promotion(e Environment) Promotion {
	for _, one := range p.Promotions {
		if e.Promoted != "" && one.To == e.Promoted {
			return one
		}
	}
	return Promotion{}
}

// Promotes reports whether an environment has a rule of its own, and does not follow in the run of another one.
func (e Environment) Promotes() bool { return e.Promoted == e.Name }

// Follows reports whether an environment takes what the one before it was given in the same run.
func (e Environment) Follows() bool { return e.After != "" && !e.Promotes() }

// Job is a job of the workflow that builds, or of a promotion. Their deploys have different ids.
func (p Plan) Job(id string) Job {
	if j := p.Jobs.Find(id); j.ID != "" {
		return j
	}
	for _, one := range p.Promotions {
		if j := one.Jobs.Find(id); j.ID != "" {
			return j
		}
	}
	return Job{}
}

// Verified are the images of an environment whose attestation a promotion can read, and so asks for: those in a registry
// to which the run's token, or a login to read, gives it the way.
func (p Plan) Verified(e Environment) []Image {
	return slices.DeleteFunc(p.ImagesIn(e), func(i Image) bool {
		reads := slices.ContainsFunc(p.Readers, func(r Puller) bool { return r.Host == i.Registry })
		return !i.Attested || i.Login.Kind != ByRunToken && !reads
	})
}
