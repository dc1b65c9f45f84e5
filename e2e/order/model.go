package order

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	pipelineFile = ".github/workflows/ci.yaml"
	rollbackFile = ".github/workflows/rollback.yaml"
)

// Rollback is the input of a person who takes a deploy back.
type Rollback struct{ Environment, Steps, To string }

// Plan is what may happen in the stories that are tried.
type Plan struct {
	// Releases are the commits that are pushed, or the tags, in this order; each starts a run.
	Releases []string
	// Rollbacks are those that somebody may ask for, Dispatches the reasons that somebody
	// may give who starts the pipeline by hand, "" for none, and Edits what somebody may do
	// to a live folder.
	Rollbacks         []Rollback
	Dispatches, Edits []string
	// Promotions are the commits that somebody may promote by a tag or by hand, with a reason after a blank, if any.
	Promotions []string
	Most       Budget
	// Begun is what has happened before the stories begin.
	Begun []Event
	// Events is the length of the longest story, 0 for no limit.
	Events int
}

// Model is GitHub, as far as it decides what happens to the workflows of a world.
type Model struct {
	*World
	Workflows map[string]*Workflow
	Plan      Plan
	// Together has all environments on one branch, and remembers nothing that was found on it.
	Together bool
	tried    map[string][]*Job
}

// NewModel reads the workflows that the world's spec gives, changed by a function that may
// be nil.
func NewModel(w *World, plan Plan, change func(file, text string) string) (*Model, error) {
	m := &Model{World: w, Workflows: map[string]*Workflow{}, Plan: plan, tried: map[string][]*Job{}}
	for _, file := range slices.Sorted(maps.Keys(w.generated)) {
		text := w.generated[file]
		if !strings.HasPrefix(file, ".github/workflows/") || !strings.HasSuffix(file, ".yaml") {
			continue
		}
		if change != nil {
			text = change(file, text)
		}
		workflow, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		m.Workflows[file], m.tried[file] = workflow, workflow.tried()
	}
	return m, nil
}

// begin is the moment after the last push.
func (m *Model) begin() (*State, error) {
	s := &State{Lines: map[string]Line{}, Tips: map[string]string{}, Past: map[string][]Change{}, Pulls: map[string][]Pull{}, Copied: map[string][]string{}, Left: m.Plan.Most}
	if len(m.images) > 0 {
		s.Registry = map[string]string{}
	}
	for environment := range m.live {
		s.Tips[environment] = m.start
	}
	for _, name := range m.Plan.Releases {
		if err := m.enterRun(s, m.pushed(name)); err != nil {
			return nil, err
		}
	}
	err := m.settle(s)
	for _, e := range m.Plan.Begun {
		if err == nil {
			s, err = m.after(s, e)
		}
	}
	return s, err
}

// pushed is the run that a push starts.
func (m *Model) pushed(name string) Run {
	r := Run{File: pipelineFile, Event: "push", Commit: name, Ref: "refs/heads/main"}
	for _, c := range m.commits {
		if c.Name == name && c.Tag {
			r.Ref = "refs/tags/" + name
		}
	}
	return r
}

// events are all that may happen next.
func (m *Model) events(s *State) (out []Event, err error) {
	for i, r := range s.Runs {
		if !r.Gated && !r.Waits && m.compared(r) {
			out = append(out, Event{Kind: gated, Run: i})
		}
		for j, job := range m.tried[r.File] {
			switch r.Jobs[j].Status {
			case running:
				ends, err := m.ends(s, r, job)
				if err != nil {
					return nil, err
				}
				if ends {
					out = append(out, Event{Kind: finished, Run: i, Job: job.ID})
				}
			case reviewing:
				if s.Left.Approvals > 0 {
					out = append(out, Event{Kind: approved, Run: i, Job: job.ID})
				}
			}
		}
	}
	merges, err := m.merges(s)
	return slices.Concat(out, merges, m.acts(s)), err
}

// quiet says that nothing more happens in an environment unless a person acts. Other jobs may
// take as long as they like.
func (m *Model) quiet(s *State) (bool, error) {
	for _, r := range s.Runs {
		for j, job := range m.tried[r.File] {
			if r.Jobs[j].Status != running || job.live() == "" {
				continue
			}
			if ends, err := m.ends(s, r, job); ends || err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// acts are what somebody may do.
func (m *Model) acts(s *State) (out []Event) {
	if s.Left.Reruns > 0 {
		for i, r := range s.Runs {
			if r.File != rollbackFile && r.over() {
				out = append(out, m.reruns(i, r)...)
			}
		}
	}
	if s.Left.Rollbacks > 0 {
		for _, r := range m.Plan.Rollbacks {
			if len(s.Past[r.Environment]) > 0 {
				out = append(out, Event{Kind: rolledBack, Environment: r.Environment, Text: r.inWords()})
			}
		}
	}
	if s.Left.Dispatches > 0 {
		for _, because := range m.Plan.Dispatches {
			for _, name := range m.Plan.Releases {
				out = append(out, Event{Kind: dispatched, Commit: name, Text: because})
			}
		}
	}
	if s.Left.Promotions > 0 {
		for _, environment := range m.environments {
			for _, text := range m.Plan.Promotions {
				if name, because, _ := strings.Cut(text, " "); m.promotes[environment] != "" {
					out = append(out, Event{Kind: promoted, Environment: environment, Commit: name, Text: because})
				}
			}
		}
	}
	if s.Left.Edits > 0 {
		for _, text := range m.Plan.Edits {
			for _, environment := range m.environments {
				if text != editRevert || len(m.stack(s, s.Past[environment])) > 1 {
					out = append(out, Event{Kind: edited, Environment: environment, Text: text})
				}
			}
		}
	}
	return out
}

// reruns are the ways to run a run again: all its jobs, or one that writes and all behind
// it. GitHub offers this only once the run is over, and keeps the outputs of the jobs that
// it does not run again: https://docs.github.com/en/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs.
func (m *Model) reruns(i int, r Run) []Event {
	out := []Event{{Kind: rerun, Run: i}}
	for j, job := range m.tried[r.File] {
		if job.live() != "" && r.Jobs[j].Status != skipped {
			out = append(out, Event{Kind: rerun, Run: i, Job: job.ID})
		}
	}
	return out
}

// over says whether all jobs of a run have ended.
func (r Run) over() bool {
	return !slices.ContainsFunc(r.Jobs, func(j JobState) bool { return !j.Status.ended() })
}

// inWords says a rollback, as the event has it.
func (r Rollback) inWords() string {
	if r.To != "" {
		return "to " + r.To
	}
	return "by " + r.Steps
}

// after is the state after an event.
func (m *Model) after(before *State, e Event) (*State, error) {
	s := before.copy()
	var err error
	switch e.Kind {
	case gated:
		s.Runs[e.Run].Gated = true
	case finished:
		err = m.finish(s, e.Run, m.index(s, e))
	case approved:
		s.Left.Approvals--
		j := m.index(s, e)
		s.Runs[e.Run].Jobs[j].Approved = true
		err = m.turn(s, e.Run, j)
	case rerun:
		s.Left.Reruns--
		err = m.again(s, e)
	case rolledBack:
		s.Left.Rollbacks--
		how, what, _ := strings.Cut(e.Text, " ")
		inputs := map[string]any{"environment": e.Environment}
		inputs[map[string]string{"to": "to", "by": "steps"}[how]] = what
		err = m.dispatch(s, rollbackFile, m.Plan.Releases[len(m.Plan.Releases)-1], inputs)
	case dispatched:
		s.Left.Dispatches--
		inputs := map[string]any{"because": e.Text}
		if e.Text == rebuild {
			inputs = map[string]any{"rebuild": true}
		}
		err = m.dispatch(s, pipelineFile, e.Commit, inputs)
	case promoted:
		s.Left.Promotions--
		err = m.promote(s, e)
	case merged:
		err = m.merge(s, e)
	case edited:
		s.Left.Edits--
		err = m.edit(s, e)
	}
	if err != nil {
		return nil, err
	}
	return s, m.settle(s)
}

func (m *Model) index(s *State, e Event) int {
	return slices.IndexFunc(m.tried[s.Runs[e.Run].File], func(j *Job) bool { return j.ID == e.Job })
}

// rebuild is what somebody says who has all images built anew.
const rebuild = "with rebuild"

// dispatch starts a workflow by hand on the main branch. Its gates have passed at once: a
// moment at which they pass later is one at which it is started later. Where it looks for
// images of other runs, it does so before.
func (m *Model) dispatch(s *State, file, commit string, inputs map[string]any) error {
	all := map[string]any{}
	for name, input := range m.Workflows[file].On.Dispatch.Inputs {
		all[name] = input.Default
	}
	maps.Copy(all, inputs)
	return m.enterRun(s, Run{File: file, Event: "workflow_dispatch", Commit: commit, Ref: "refs/heads/main", Inputs: all, Gated: file != pipelineFile || len(m.images) == 0})
}

// enterRun begins a run, which may have to wait in its workflow's group, or cancels others
// there.
func (m *Model) enterRun(s *State, r Run) error {
	r.Jobs = make([]JobState, len(m.tried[r.File]))
	var err error
	if r.Gates, err = m.gates(r); err != nil {
		return err
	}
	s.Runs = append(s.Runs, r)
	return m.enter(s, Member{Run: len(s.Runs) - 1}, m.Workflows[r.File].Concurrency)
}

// again begins a run once more, from a job on or as a whole.
func (m *Model) again(s *State, e Event) error {
	r := &s.Runs[e.Run]
	behind := m.Workflows[r.File].after(e.Job)
	for j, job := range m.tried[r.File] {
		if e.Job == "" || job.ID == e.Job || behind[job.ID] {
			r.Jobs[j] = JobState{}
		}
	}
	if e.Job == "" && len(m.images) > 0 {
		r.Gated = false
		r.Attempt++
	}
	return m.enter(s, Member{Run: e.Run}, m.Workflows[r.File].Concurrency)
}

// enter gives a job or a run its place in its group. Without one it is its turn at once.
func (m *Model) enter(s *State, who Member, rule Concurrency) error {
	group, err := m.contexts(s, who.Run).fill(rule.Group)
	if err != nil {
		return err
	}
	if group == "" {
		return m.served(s, who)
	}
	group = strings.ToLower(group)
	line, cancelled := s.Lines[group].enter(who, rule)
	s.Lines[group] = line
	for _, member := range cancelled {
		if err := m.cancel(s, member); err != nil {
			return err
		}
	}
	if slices.Contains(cancelled, who) {
		return nil
	}
	if line.runs(who) {
		return m.served(s, who)
	}
	return m.wait(s, who)
}

func (m *Model) wait(s *State, who Member) error {
	if who.Job == "" {
		s.Runs[who.Run].Waits = true
		return nil
	}
	s.Runs[who.Run].Jobs[m.index(s, Event{Run: who.Run, Job: who.Job})].Status = waiting
	return nil
}

// served is what happens when it is somebody's turn.
func (m *Model) served(s *State, who Member) error {
	if who.Job == "" {
		s.Runs[who.Run].Waits = false
		return nil
	}
	return m.turn(s, who.Run, m.index(s, Event{Run: who.Run, Job: who.Job}))
}

// cancel ends a job, or all of a run that have not ended.
func (m *Model) cancel(s *State, who Member) error {
	for j, job := range m.tried[s.Runs[who.Run].File] {
		state := &s.Runs[who.Run].Jobs[j]
		if !state.Status.ended() && (who.Job == "" || who.Job == job.ID) {
			state.Stopped = who.Job == "" || state.Status == running || state.Status == reviewing
			state.Status = cancelled
			if err := m.leave(s, Member{who.Run, job.ID}); err != nil {
				return err
			}
		}
	}
	return m.leave(s, who)
}

// leave gives up a place, and has the next one take its turn.
func (m *Model) leave(s *State, who Member) error {
	for _, group := range slices.Sorted(maps.Keys(s.Lines)) {
		line := s.Lines[group]
		if !slices.Contains(line, who) {
			continue
		}
		after := line.leave(who)
		s.Lines[group] = after
		if len(after) == 0 {
			delete(s.Lines, group)
		} else if line.runs(who) {
			return m.served(s, after[0])
		}
	}
	return nil
}

// turn begins a job whose turn it is: it waits for its reviewers, or runs. One that changes
// nothing ends at once.
func (m *Model) turn(s *State, i, j int) error {
	job, state := m.tried[s.Runs[i].File][j], &s.Runs[i].Jobs[j]
	if job.reviewed() && !state.Approved {
		state.Status = reviewing
		return nil
	}
	state.Status = running
	if !job.lasts() {
		return m.finish(s, i, j)
	}
	return nil
}

// finish runs a job's steps.
func (m *Model) finish(s *State, i, j int) error {
	r, job := &s.Runs[i], m.tried[s.Runs[i].File][j]
	c := m.contexts(s, i)
	need := map[string]any{}
	for _, id := range job.Needs {
		need[id] = property(c["needs"], id)
	}
	call := Call{Job: job, Workflow: m.Workflows[r.File], GitHub: m.github(*r, 0), Inputs: r.Inputs, Need: need, Together: m.Together}
	if job.shares() {
		call.Registry, call.Run, call.Build = s.Registry, i, Build{Commit: r.Commit, Run: i + 1, Attempt: r.Attempt}
	}
	environment := m.writes(job)
	if m.proposals[environment] != "" {
		call.Pulls, call.Run = s.Pulls[environment], i
	}
	out, err := m.run(call, s.Tips)
	if err != nil {
		return err
	}
	if m.proposals[environment] != "" {
		s.Pulls[environment] = out.Pulls
	}
	if job.shares() {
		s.Registry = out.Registry
	}
	for _, digest := range out.Copied {
		to := string(job.Environment)
		if !slices.Contains(s.Copied[to], digest) {
			s.Copied[to] = append(slices.Clone(s.Copied[to]), digest)
		}
	}
	state := &r.Jobs[j]
	state.Status, state.Outputs, state.Said = success, out.Outputs, out.Said
	if out.Failed {
		state.Status = failure
	}
	m.foundRightly(s, i, j)
	if err := m.changed(s, i, j, out.Tip); err != nil {
		return err
	}
	return m.leave(s, Member{i, job.ID})
}

// writes is the environment that a job writes to, "" for none.
func (m *Model) writes(job *Job) string {
	for environment, folder := range m.live {
		if job.live() == folder {
			return environment
		}
	}
	return ""
}

// changed notes what a job has done to its environment.
func (m *Model) changed(s *State, i, j int, tip string) error {
	environment := m.writes(m.tried[s.Runs[i].File][j])
	if environment == "" {
		return nil
	}
	state := &s.Runs[i].Jobs[j]
	past := s.Past[environment]
	state.Found, state.Depth = m.runs(past), len(m.stack(s, past))
	if err := m.note(s, i, environment, tip); err != nil {
		return err
	}
	r := &s.Runs[i]
	state.Held = m.runs(s.Past[environment]).Source == r.Commit
	if state.Held && !slices.Contains(r.Took, environment) {
		r.Took = append(slices.Clone(r.Took), environment)
	}
	return nil
}

// runs is what an environment with such a past runs.
func (m *Model) runs(past []Change) Live {
	if len(past) == 0 {
		return Live{"none", "none"}
	}
	return past[len(past)-1].Live
}

// note adds a change to the past of an environment, if there is one.
func (m *Model) note(s *State, run int, environment, tip string) error {
	before, err := m.folder(s.Tips[environment], environment)
	if err != nil {
		return err
	}
	after, err := m.folder(tip, environment)
	if err != nil || before == after {
		return err
	}
	live, err := m.look(tip, environment)
	if err != nil {
		return err
	}
	s.Tips[environment] = tip
	if m.Together {
		for other := range s.Tips {
			s.Tips[other] = tip
		}
	}
	change := Change{Run: run, Live: live}
	change.Missing = m.copies[environment] && run >= 0 && !slices.Contains(s.Copied[environment], digestOf(live.Image))
	if ahead := m.follows[environment]; ahead != "" {
		change.Ahead = m.runs(s.Past[ahead]).Source
		change.Led = run >= 0 && slices.Contains(s.Runs[run].Took, ahead)
	}
	s.Past[environment] = append(slices.Clone(s.Past[environment]), change)
	return nil
}

// settle performs what follows automatically: jobs whose needs have ended begin or
// are skipped, and runs that are over leave their group.
func (m *Model) settle(s *State) error {
	for again := true; again; {
		again = false
		for i := range s.Runs {
			if s.Runs[i].Waits {
				continue
			}
			begun, err := m.advance(s, i)
			if err != nil {
				return err
			}
			again = again || begun
			if s.Runs[i].over() {
				if err := m.leave(s, Member{Run: i}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// advance begins a job of a run, if there is one whose needs have ended.
func (m *Model) advance(s *State, i int) (bool, error) {
	for j, job := range m.tried[s.Runs[i].File] {
		if s.Runs[i].Jobs[j].Status != idle || !s.Runs[i].Gated && len(job.Needs) > 0 {
			continue
		}
		results := map[Status]bool{}
		for _, id := range job.Needs {
			results[m.result(s.Runs[i], id)] = true
		}
		if results[idle] {
			continue
		}
		run, err := m.contexts(s, i).holds(job.If, func(name string) bool {
			switch name {
			case "success":
				return !results[failure] && !results[cancelled] && !results[skipped]
			case "failure":
				return results[failure]
			}
			return name == "always"
		})
		if err != nil {
			return false, err
		}
		if !run {
			s.Runs[i].Jobs[j].Status = skipped
			return true, nil
		}
		return true, m.enter(s, Member{i, job.ID}, job.Concurrency)
	}
	return false, nil
}

// result is how a job of a run has ended, idle if it has not.
func (m *Model) result(r Run, id string) Status {
	j := slices.IndexFunc(m.tried[r.File], func(j *Job) bool { return j.ID == id })
	if j < 0 {
		return Status(asText(property(r.Gates[id], "result")))
	}
	if !r.Jobs[j].Status.ended() {
		return idle
	}
	return r.Jobs[j].Status
}

// contexts are what the expressions of a run's jobs and groups may name. Every job that has
// ended is in needs.
func (m *Model) contexts(s *State, i int) contexts {
	r := s.Runs[i]
	need := maps.Clone(r.Gates)
	for j, job := range m.tried[r.File] {
		if state := r.Jobs[j]; state.Status.ended() {
			need[job.ID] = map[string]any{"result": string(state.Status), "outputs": state.Outputs}
		}
	}
	return contexts{"github": m.github(r, i+1), "inputs": r.Inputs, "needs": need}
}

// gates are the jobs before those that are tried, as they end when all is well.
func (m *Model) gates(r Run) (map[string]any, error) {
	c, out := contexts{"github": m.github(r, 0), "inputs": r.Inputs}, map[string]any{}
	for _, job := range m.Workflows[r.File].Jobs {
		if slices.Contains(m.tried[r.File], job) {
			continue
		}
		runs, err := c.holds(job.If, func(name string) bool { return name == "success" || name == "always" })
		if err != nil {
			return nil, err
		}
		out[job.ID] = map[string]any{"result": string(map[bool]Status{true: success, false: skipped}[runs]), "outputs": imageOf(r.Commit, job)}
	}
	return out, nil
}

// imageOf are the outputs of a gate: the image that it has made of a commit.
func imageOf(commit string, job *Job) map[string]any {
	out := map[string]any{}
	for name := range job.Outputs {
		out[name] = map[string]string{"tag": commit, "digest": digestOf(commit)}[name]
	}
	return out
}

// github is the context of that name. All runs have one number where it has no part in what
// is done: it is in the address of the run alone, which is in the text of a commit.
func (m *Model) github(r Run, number int) map[string]any {
	kind, name, _ := strings.Cut(strings.TrimPrefix(r.Ref, "refs/"), "/")
	return map[string]any{
		"sha": m.shas[cmp.Or(r.At, r.Commit)], "ref": r.Ref, "ref_name": name, "ref_type": map[string]string{"heads": "branch", "tags": "tag"}[kind],
		"event_name": r.Event, "repository": m.code, "server_url": "https://github.com", "run_id": fmt.Sprint(number),
		"workflow": m.Workflows[r.File].Name, "token": "a token",
	}
}

// edit is what somebody does to a live folder by hand.
func (m *Model) edit(s *State, e Event) error {
	live, err := m.look(s.Tips[e.Environment], e.Environment)
	if err != nil {
		return err
	}
	source := live.Source
	if sha, ok := m.shas[source]; ok {
		source = sha
	}
	path, text := "source-commit", map[string]string{
		editCRLF: source + "\r\n", editGarbage: "the one from Monday\n", editForeign: strings.Repeat("c0ffee00", 5) + "\n",
	}[e.Text]
	change := written(m.live[e.Environment]+"/"+path, text)
	switch e.Text {
	case editTouch:
		change = written(m.live[e.Environment]+"/NOTES", "Ann was here.\n")
	case editRevert:
		before, err := m.folder(s.Tips[e.Environment]+"^", e.Environment)
		if err != nil {
			return err
		}
		change = "M 040000 " + before + " " + m.live[e.Environment] + "\n"
	}
	tip, err := m.commit(m.store, m.state(), s.Tips[e.Environment], e.Text, change)
	if err != nil {
		return err
	}
	return m.note(s, -1, e.Environment, tip)
}

// What somebody may do to a live folder.
const (
	editCRLF    = "saves source-commit with Windows line endings"
	editGarbage = "writes into source-commit what is no commit"
	editForeign = "writes a commit into source-commit that the source does not have"
	editTouch   = "adds a file that is no deploy"
	editRevert  = "reverts the newest commit"
)
