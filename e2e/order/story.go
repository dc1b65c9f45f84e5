package order

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Status is how far a job has come.
type Status string

const (
	idle      Status = ""          // jobs that it needs have not ended
	waiting   Status = "waiting"   // it has a place in its group, and it is not its turn
	reviewing Status = "reviewing" // somebody has to approve it
	running   Status = "running"
	success   Status = "success"
	failure   Status = "failure"
	skipped   Status = "skipped"
	cancelled Status = "cancelled"
)

func (s Status) ended() bool {
	return slices.Contains([]Status{success, failure, skipped, cancelled}, s)
}

// JobState is what has become of a job of a run.
type JobState struct {
	Status   Status
	Approved bool
	// Held says that its environment ran the commit of the run when the job ended.
	Held bool
	// Found is what its environment ran when it began, and Depth how many deploys those are
	// that a rollback could go back from there.
	Found Live
	Depth int
	// Stopped says that it was cancelled after it had begun.
	Stopped bool
	// Outputs and Said are those of its Outcome.
	Outputs map[string]any
	Said    []string
	// Wrong is what a job that finds images has got wrong at its moment.
	Wrong string
}

// Run is a run of a workflow.
type Run struct {
	// File is the workflow, Commit the name of the commit and Ref the full name of the branch or tag.
	File, Event, Commit, Ref string
	Inputs                   map[string]any
	// At is the commit that the run is for, where it promotes another one.
	At string
	// Gates are the results and outputs of the jobs before those that are tried.
	Gates map[string]any
	// Gated says that the jobs before those that are tried have ended well.
	Gated bool
	// Attempt is how often the whole run was started again, where images differ in that.
	Attempt int
	// Took are the environments that have run its commit when its job there had ended.
	Took []string
	// Waits is set while the whole run waits in the group of its workflow.
	Waits bool
	Jobs  []JobState
}

// person says whether somebody has asked for what the run does to the live state, and has
// not just pushed something.
func (r Run) person() bool { return r.File == rollbackFile || asText(r.Inputs["because"]) != "" }

// Change is a change of what an environment runs.
type Change struct {
	// Run is the number of the run that made it, -1 for somebody who edited the repository.
	Run int
	Live
	// Ahead is what the environment before this one ran at that moment, "" if there is none,
	// and Led says that it had taken the commit in the same run.
	Ahead string
	Led   bool
	// Missing says that the registry from which it pulls did not have the image.
	Missing bool
}

// Budget is how often each of these may still happen in a story.
type Budget struct{ Approvals, Reruns, Rollbacks, Dispatches, Edits, Promotions int }

// State is a moment of a story.
type State struct {
	Runs []Run
	// Lines are the concurrency groups in which somebody is.
	Lines map[string]Line
	// Tips are the states of the environments, and Past is how each came to run what it runs.
	Tips map[string]string
	Past map[string][]Change
	// Pulls are the pull requests of each environment.
	Pulls map[string][]Pull
	// Registry has the files of the registry, nil where no run looks for images of another one.
	Registry map[string]string
	// Copied are the images in the registry of each environment that has one of its own.
	Copied map[string][]string
	Left   Budget
}

// copy is a state that can be changed; what does not change is shared.
func (s State) copy() *State {
	s.Runs = slices.Clone(s.Runs)
	for i := range s.Runs {
		s.Runs[i].Jobs = slices.Clone(s.Runs[i].Jobs)
	}
	s.Lines, s.Tips, s.Past, s.Pulls = maps.Clone(s.Lines), maps.Clone(s.Tips), maps.Clone(s.Past), maps.Clone(s.Pulls)
	s.Copied = maps.Clone(s.Copied)
	return &s
}

// key identifies a state: two states with the same key have the same future.
func (s *State) key() [sha256.Size]byte {
	var b strings.Builder
	for _, r := range s.Runs {
		fmt.Fprint(&b, r.File, r.Event, r.Commit, r.At, r.Inputs, r.Gated, r.Attempt, r.Took, r.Waits)
		for _, j := range r.Jobs {
			fmt.Fprint(&b, " ", j.Status, j.Approved, j.Held, j.Found, j.Depth, j.Stopped, j.Outputs, j.Wrong)
		}
		b.WriteByte('\n')
	}
	for _, name := range slices.Sorted(maps.Keys(s.Lines)) {
		fmt.Fprintln(&b, name, s.Lines[name])
	}
	for _, name := range slices.Sorted(maps.Keys(s.Tips)) {
		fmt.Fprintln(&b, s.Tips[name], s.Past[name], s.Pulls[name])
	}
	fmt.Fprint(&b, s.Registry, s.Copied, s.Left)
	return sha256.Sum256([]byte(b.String()))
}

// Event is something that happens, after which the next thing can happen.
type Event struct {
	Kind Kind
	// Run and Job are those that it happens to.
	Run int
	Job string
	// Environment, Commit and Text are what somebody chooses.
	Environment, Commit, Text string
}

// Kind is what happens.
type Kind string

const (
	gated      Kind = "gated"      // the jobs before the deploys have passed
	finished   Kind = "finished"   // a job that ran has ended
	approved   Kind = "approved"   // somebody approves a job
	rerun      Kind = "rerun"      // somebody runs a job again, and all behind it; or all jobs
	rolledBack Kind = "rolledBack" // somebody starts the rollback workflow
	dispatched Kind = "dispatched" // somebody starts the pipeline by hand
	promoted   Kind = "promoted"   // somebody pushes a tag of a commit, or starts a promotion by hand
	edited     Kind = "edited"     // somebody edits a live folder
	merged     Kind = "merged"     // somebody approves a pull request, and GitHub merges it
)

// inWords says an event.
func (e Event) inWords(s *State) string {
	run := func(i int) string { return fmt.Sprintf("run %d", i+1) }
	switch e.Kind {
	case gated:
		return run(e.Run) + ", " + s.Runs[e.Run].Commit + ": its tests pass, its image is pushed"
	case finished:
		return run(e.Run) + ": " + e.Job + " ends"
	case approved:
		return run(e.Run) + ": somebody approves " + e.Job
	case rerun:
		if e.Job == "" {
			return run(e.Run) + ": somebody runs all its jobs again"
		}
		return run(e.Run) + ": somebody runs " + e.Job + " again"
	case merged:
		return fmt.Sprintf("somebody approves the pull request of run %d for %s, and it is merged", e.Run+1, e.Environment)
	case rolledBack:
		return fmt.Sprintf("run %d: somebody rolls back %s, %s", len(s.Runs)+1, e.Environment, e.Text)
	case promoted:
		return strings.TrimSuffix(fmt.Sprintf("run %d: somebody promotes %s to %s: %s", len(s.Runs)+1, e.Commit, e.Environment, e.Text), ": ")
	case dispatched:
		return strings.TrimSuffix(fmt.Sprintf("run %d: somebody starts %s by hand: %s", len(s.Runs)+1, e.Commit, e.Text), ": ")
	}
	return fmt.Sprintf("somebody edits %s: %s", e.Environment, e.Text)
}
