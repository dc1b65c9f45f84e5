package plan

// Runs is a set of kinds of run: each is an event with the ref that it is for.
type Runs uint16

const (
	// Push is a push to the branch of the source, and Tag the push of a tag.
	Push Runs = 1 << iota
	Tag
	// PullRequest is a pull request within the repository, and Fork one from another repository; MergeGroup is a run of
	// the merge queue.
	PullRequest
	Fork
	MergeGroup
	// Dispatch is a run that a person starts on the branch, and DispatchElsewhere one on any other ref.
	Dispatch
	DispatchElsewhere
	// Schedule is one that GitHub starts at its time, on the branch.
	Schedule
	// Event is one that another program starts through GitHub's API: on the default branch, which is the branch of the
	// source, or is not.
	Event
	EventElsewhere
	// Published is one that a release on GitHub starts, for its tag.
	Published
)

// AnyRun has all of them.
const AnyRun = Published<<1 - 1

// OnBranch are those that see the branch of the source as it is.
const OnBranch = Push | Dispatch | Schedule | Event

// In reports whether all of the runs are among others.
func (r Runs) In(others Runs) bool { return r&^others == 0 }

// Condition picks the runs among those that a workflow is started for, as an expression of GitHub's; "" where all of
// them take part. A set that no expression of the table picks is a bug in pipegen, and its condition is never true.
func (r Runs) Condition(among Runs, branch string) string {
	if among.In(r) {
		return ""
	}
	for _, p := range picks(among, branch) {
		switch r & among {
		case p.runs & among:
			return p.is
		case among &^ p.runs:
			return p.not
		}
	}
	return "false"
}

// pick is a condition that is true in some runs, with its negation.
type pick struct {
	runs    Runs
	is, not string
}

// picks are the conditions to choose from. A pull request has a ref of its own, so the branch alone says it all; the
// event beside it keeps that true should GitHub ever change it.
func picks(among Runs, branch string) []pick {
	const fork = "github.event.pull_request.head.repo.fork"
	ref := "'refs/heads/" + branch + "'"
	onBranch := pick{OnBranch, "github.ref == " + ref, "github.ref != " + ref}
	if among&(PullRequest|Fork) != 0 {
		onBranch.is += " && github.event_name != 'pull_request'"
		onBranch.not += " || github.event_name == 'pull_request'"
	}
	return []pick{
		{Push | Tag, "github.event_name == 'push'", "github.event_name != 'push'"},
		onBranch,
		{Tag, "startsWith(github.ref, 'refs/tags/') && github.event_name == 'push'", "!startsWith(github.ref, 'refs/tags/') || github.event_name != 'push'"},
		{Push, "github.ref == " + ref + " && github.event_name == 'push'", "github.ref != " + ref + " || github.event_name != 'push'"},
		{Fork, fork + " == true", fork + " != true"},
		{Published, "github.event_name == 'release'", "github.event_name != 'release'"},
	}
}
