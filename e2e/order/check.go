package order

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
)

// Check checks the end of a story with a rule. It returns what is wrong, or "".
//
// None of them knows how the scripts decide: they look at what ran where, in which order,
// and at who asked for it.
type Check struct {
	Rule string
	Find func(m *Model, s *State) string
}

// Checks are all of them.
var Checks = []Check{
	{"O07", noLowerRelease},
	{"X34", filesAreThoseOfTheCommit}, {"X34", othersStayAsTheyRun}, {"O09", allComeBack},
	{"O01", newestIsLive}, {"O01", nothingGoesBackwards}, {"O01", nothingIsStopped},
	{"O02", inTurn}, {"O02", greenIfNothingIsWrong},
	{"O03", takenBackStaysAway}, {"O03", peopleAreHeard}, {"O03", rollbacksGoBack},
	{"O04", rollbacksAreNotDropped}, {"O04", nobodyWaitsForAnApproval},
	{"O10", promotionsFindWhatRan}, {"W55", copiesComeFirst},
	{"O05", garbageStopsDeploys}, {"O06", oneDeployIsNamed},
}

// wrong returns the first fault at the end of a story.
func (m *Model) wrong(s *State) (rule, what string) {
	for _, c := range Checks {
		if what := c.Find(m, s); what != "" {
			return c.Rule, what
		}
	}
	return "", ""
}

// newer says whether a commit may take the place of another one by itself: it contains it,
// or is a higher release.
func (m *Model) newer(commit, older string) bool {
	if semver.IsValid(commit) && semver.IsValid(older) {
		return semver.Compare(commit, older) >= 0
	}
	return older == "none" || m.contains(commit, older)
}

// stack are the deploys that brought an environment to what it runs, and that nobody has
// taken back, the newest last.
func (m *Model) stack(s *State, past []Change) []Live {
	stack, _ := m.replay(s, past)
	return stack
}

// replay follows the past of an environment: what is deployed there and not taken back,
// and the commits that were taken back. What leaves all images as they run is no deploy of
// its own.
func (m *Model) replay(s *State, past []Change) (stack []Live, taken []string) {
	for _, c := range past {
		at := slices.IndexFunc(stack, func(l Live) bool { return l.Image == c.Image })
		switch {
		case c.bad():
		case at < 0 && c.Run >= 0:
			stack = append(stack, c.Live)
		case at >= 0:
			for _, l := range stack[at+1:] {
				if c.Run < 0 || s.Runs[c.Run].File == rollbackFile {
					taken = append(taken, l.Source)
				}
			}
			stack = append(slices.Clone(stack[:at]), c.Live)
		}
	}
	return stack, taken
}

// newestIsLive (O01): of the commits whose turn it was, the newest is live in the end, or
// its own run is red.
func newestIsLive(m *Model, s *State) string {
	for _, environment := range m.environments {
		live := m.runs(s.Past[environment]).Source
		if m.lower[environment] || byHand(s, environment) || s.open(environment) {
			continue
		}
		for i, r := range s.Runs {
			if m.due(r, environment) && !m.newer(live, r.Commit) && !m.refused(s, environment, r.Commit) {
				return fmt.Sprintf("%s runs %s in the end, and not %s, whose turn it was in run %d", environment, live, r.Commit, i+1)
			}
		}
	}
	return ""
}

// due says whether it was a run's turn to deploy to an environment. One that has failed
// there is red, and does not count; one that was cancelled before it began does.
func (m *Model) due(r Run, environment string) bool {
	j := m.job(r, environment)
	return r.File != rollbackFile && j >= 0 && slices.Contains([]Status{success, cancelled}, r.Jobs[j].Status) && !r.Jobs[j].Stopped
}

// job is the job of a run that writes to an environment, -1 for none.
func (m *Model) job(r Run, environment string) int {
	return slices.IndexFunc(m.tried[r.File], func(j *Job) bool { return m.writes(j) == environment })
}

// refused says that a commit or a newer one was taken back, in an environment or the one
// ahead of it, or that one does not run it, or holds what somebody wrote there.
func (m *Model) refused(s *State, environment, commit string) bool {
	for e := environment; e != ""; e = m.follows[e] {
		_, taken := m.replay(s, s.Past[e])
		ahead := e != environment && (byHand(s, e) || !m.newer(m.runs(s.Past[e]).Source, commit))
		if ahead || slices.ContainsFunc(taken, func(t string) bool { return m.newer(t, commit) }) {
			return true
		}
	}
	return false
}

// byHand says whether somebody wrote what is no commit into source-commit.
func byHand(s *State, environment string) bool {
	return slices.ContainsFunc(s.Past[environment], func(c Change) bool { return c.Run < 0 && c.bad() })
}

// bad says that source-commit names no commit of the source: the names of those are short.
func (l Live) bad() bool { return len(l.Source) > 10 }

// nothingGoesBackwards (O01): a deploy brings something newer; only a rollback goes back.
// Somebody's reason brings back what was taken back, and nothing older than what runs.
func nothingGoesBackwards(m *Model, s *State) string {
	for _, environment := range m.environments {
		before := Live{"none", "none"}
		for _, c := range s.Past[environment] {
			if m.deploys(s, c) && !m.lower[environment] && !before.bad() && !m.newer(c.Source, before.Source) {
				return fmt.Sprintf("run %d puts %s in the place of %s in %s", c.Run+1, c.Source, before.Source, environment)
			}
			before = c.Live
		}
	}
	return ""
}

// deploys says whether a change was made by the pipeline.
func (m *Model) deploys(s *State, c Change) bool {
	return c.Run >= 0 && s.Runs[c.Run].File != rollbackFile
}

// nothingIsStopped (O01): no run is cancelled, and no job of one once it has begun.
func nothingIsStopped(m *Model, s *State) string {
	for i, r := range s.Runs {
		for j, state := range r.Jobs {
			if state.Stopped {
				return fmt.Sprintf("run %d is stopped half-way, in %s", i+1, m.tried[r.File][j].ID)
			}
		}
	}
	return ""
}

// inTurn (O02): what an environment after another one takes, that one has taken in the same
// run, and has not taken back; of a pull request, whoever merges it decides that.
func inTurn(m *Model, s *State) string {
	for _, environment := range m.environments {
		ahead := m.follows[environment]
		for _, c := range s.Past[environment] {
			switch {
			case ahead == "" || !m.deploys(s, c):
			case !c.Led && m.promotes[environment] == "":
				return fmt.Sprintf("run %d deploys %s to %s, and %s has not taken it in that run", c.Run+1, c.Source, environment, ahead)
			case m.proposals[environment] == "" && !m.newer(c.Ahead, c.Source):
				return fmt.Sprintf("run %d deploys %s to %s while %s runs %s again", c.Run+1, c.Source, environment, ahead, c.Ahead)
			}
		}
	}
	return ""
}

// greenIfNothingIsWrong (O02): a run that gives way to a newer one is not red.
func greenIfNothingIsWrong(m *Model, s *State) string {
	for i, r := range s.Runs {
		for j, state := range r.Jobs {
			if r.File == rollbackFile || state.Status != failure || m.tried[r.File][j].finds() || slices.ContainsFunc(m.environments, func(e string) bool { return byHand(s, e) }) {
				continue
			}
			// What follows from a job that was cancelled is another rule's.
			if !slices.ContainsFunc(r.Jobs, func(o JobState) bool { return o.Status == cancelled }) {
				return fmt.Sprintf("run %d is red in %s, and nothing is wrong", i+1, m.tried[r.File][j].ID)
			}
		}
	}
	return ""
}

// takenBackStaysAway (O03): what was taken back, and what is in it, comes back only if a
// person says so.
func takenBackStaysAway(m *Model, s *State) string {
	for _, environment := range m.environments {
		past := s.Past[environment]
		for i, c := range past {
			_, taken := m.replay(s, past[:i])
			if c.Run < 0 || s.Runs[c.Run].person() || c.Source == m.runs(past[:i]).Source {
				continue
			}
			for _, t := range taken {
				if m.contains(t, c.Source) {
					return fmt.Sprintf("run %d brings %s back to %s, where %s was taken back", c.Run+1, c.Source, environment, t)
				}
			}
		}
	}
	return ""
}

// peopleAreHeard (O03): what was taken back comes back where somebody says why, unless
// something newer runs, or the environment ahead does not run it.
func peopleAreHeard(m *Model, s *State) string {
	for i, r := range s.Runs {
		for _, environment := range m.environments {
			j := m.job(r, environment)
			if j < 0 || r.File != pipelineFile || !r.person() || r.Jobs[j].Status != success || r.Jobs[j].Held {
				continue
			}
			if !m.newer(r.Jobs[j].Found.Source, r.Commit) && m.follows[environment] == "" {
				return fmt.Sprintf("run %d does not deploy %s to %s, and somebody has said why", i+1, r.Commit, environment)
			}
		}
	}
	return ""
}

// rollbacksGoBack (O03): a rollback by a number of deploys ends at what ran so many before,
// of those that were not taken back.
func rollbacksGoBack(m *Model, s *State) string {
	for _, environment := range m.environments {
		past := s.Past[environment]
		for i, c := range past {
			if c.Run < 0 || s.Runs[c.Run].File != rollbackFile {
				continue
			}
			stack, back := m.stack(s, past[:i]), steps(s.Runs[c.Run])
			if back == 0 || byHand(s, environment) {
				continue
			}
			if len(stack) <= back || c.Live != stack[len(stack)-1-back] {
				return fmt.Sprintf("run %d rolls %s back by %d to %s; what ran there and was not taken back is %s", c.Run+1, environment, back, c.Live, stack)
			}
		}
	}
	return ""
}

// steps is by how many deploys a run goes back, 0 if it names one instead.
func steps(r Run) int {
	if asText(r.Inputs["to"]) != "" {
		return 0
	}
	n, _ := strconv.Atoi(asText(r.Inputs["steps"]))
	return n
}

// rollbacksAreNotDropped (O04): a rollback is done, or fails because there is nothing to go
// back to.
func rollbacksAreNotDropped(m *Model, s *State) string {
	for i, r := range s.Runs {
		for j, state := range r.Jobs {
			job := m.tried[r.File][j]
			switch {
			case r.File != rollbackFile || m.writes(job) == "":
			case state.Status == cancelled:
				return fmt.Sprintf("the rollback of run %d is dropped", i+1)
			case state.Status == failure && steps(r) > 0 && state.Depth > steps(r):
				return fmt.Sprintf("the rollback of run %d fails, and there are %d deploys: %s", i+1, state.Depth, strings.Join(state.Said, " "))
			}
		}
	}
	return ""
}

// nobodyWaitsForAnApproval (O04): whoever waits in a group waits for one that runs.
func nobodyWaitsForAnApproval(m *Model, s *State) string {
	for _, group := range slices.Sorted(maps.Keys(s.Lines)) {
		if line := s.Lines[group]; len(line) > 1 {
			return fmt.Sprintf("run %d waits for as long as nobody approves run %d", line[1].Run+1, line[0].Run+1)
		}
	}
	return ""
}

// garbageStopsDeploys (O05): where source-commit names no commit of the source, a deploy
// fails with a sentence.
func garbageStopsDeploys(m *Model, s *State) string {
	for i, r := range s.Runs {
		for j, state := range r.Jobs {
			said := slices.ContainsFunc(state.Said, func(line string) bool { return strings.HasPrefix(line, "error: ") })
			if r.File == pipelineFile && state.Status.ended() && state.Found.bad() && (state.Status != failure || !said) {
				return fmt.Sprintf("%s of run %d goes on where source-commit says %q", m.tried[r.File][j].ID, i+1, state.Found.Source)
			}
		}
	}
	return ""
}

// oneDeployIsNamed (O06): what runs is what source-commit says, and a rollback that names a
// deploy ends there.
func oneDeployIsNamed(m *Model, s *State) string {
	for _, environment := range m.environments {
		for _, c := range s.Past[environment] {
			if !c.bad() && len(m.images) == 0 && c.Source != c.Image {
				return fmt.Sprintf("%s runs the image of %s, and source-commit says %s", environment, c.Image, c.Source)
			}
			if c.Run < 0 || s.Runs[c.Run].File != rollbackFile {
				continue
			}
			if to := asText(s.Runs[c.Run].Inputs["to"]); to != "" && c.Source != to {
				return fmt.Sprintf("run %d was to go back to %s, and %s runs %s", c.Run+1, to, environment, c.Source)
			}
		}
	}
	return ""
}

// noLowerRelease (O07): a release never takes the place of a higher one.
func noLowerRelease(m *Model, s *State) string {
	for _, environment := range m.environments {
		before := "none"
		for _, c := range s.Past[environment] {
			if m.deploys(s, c) && !m.lower[environment] && semver.IsValid(before) && semver.Compare(c.Source, before) < 0 {
				return fmt.Sprintf("release %s takes the place of %s in %s", c.Source, before, environment)
			}
			before = c.Source
		}
	}
	return ""
}
