package order

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Pull is a pull request in the GitOps repository.
type Pull struct {
	Branch, Head string
	// Run is the run that has pushed its head.
	Run    int
	Merged bool
}

// waits says whether a job waits for somebody to merge what an earlier one has proposed.
func (j *Job) waits() bool {
	return slices.ContainsFunc(j.Steps, func(s Step) bool { return s.Env["SECONDS_TO_MERGE"] != "" })
}

// ends says whether a job that runs can end now. One that waits for a merge does not as long
// as the pull request that is open proposes its commit.
func (m *Model) ends(s *State, r Run, job *Job) (bool, error) {
	if !job.waits() {
		return true, nil
	}
	environment := m.writes(job)
	for _, p := range s.Pulls[environment] {
		if p.Merged || p.Branch != m.proposals[environment] {
			continue
		}
		live, err := m.look(p.Head, environment)
		return live.Source != r.Commit, err
	}
	return true, nil
}

// merges are the pull requests that somebody can have merged: those that are not in
// conflict, since what they change is still as it was when they were proposed.
func (m *Model) merges(s *State) (out []Event, err error) {
	for _, environment := range m.environments {
		now, err := m.folder(s.Tips[environment], environment)
		if err != nil {
			return nil, err
		}
		for _, p := range s.Pulls[environment] {
			before, err := m.folder(p.Head+"^", environment)
			if err != nil {
				return nil, err
			}
			if !p.Merged && before == now {
				out = append(out, Event{Kind: merged, Run: p.Run, Environment: environment, Text: p.Branch})
			}
		}
	}
	return out, nil
}

// merge squashes a pull request onto the branch, as GitHub does once its rules are met.
func (m *Model) merge(s *State, e Event) error {
	pulls := slices.Clone(s.Pulls[e.Environment])
	s.Pulls[e.Environment] = pulls
	i := slices.IndexFunc(pulls, func(p Pull) bool { return !p.Merged && p.Branch == e.Text })
	pulls[i].Merged = true
	tree, err := m.folder(pulls[i].Head, e.Environment)
	if err != nil {
		return err
	}
	tip, err := m.commit(m.store, m.state(), s.Tips[e.Environment], "merge "+e.Text, "M 040000 "+tree+" "+m.live[e.Environment]+"\n")
	if err != nil {
		return err
	}
	return m.note(s, pulls[i].Run, e.Environment, tip)
}

// open says whether a pull request for an environment waits to be merged.
func (s *State) open(environment string) bool {
	return slices.ContainsFunc(s.Pulls[environment], func(p Pull) bool { return !p.Merged })
}

// show has a job find the pull requests of its environment, with their branches.
func (p *place) show(pulls []Pull) error {
	for i, pull := range pulls {
		state := map[bool]string{true: "MERGED", false: "OPEN"}[pull.Merged]
		if err := write(filepath.Join(p.folder, "pulls", fmt.Sprint(i+1)), pull.Branch+" "+state+"\n"); err != nil {
			return err
		}
		if err := write(filepath.Join(p.bare(), "refs/heads", pull.Branch), pull.Head+"\n"); err != nil {
			return err
		}
	}
	return os.MkdirAll(filepath.Join(p.folder, "pulls"), 0o755)
}

// proposed are the pull requests after a job: those from before, and one that is new. Of
// one whose branch it has pushed, move gives the new head.
func (p *place) proposed(before []Pull, run int, move func(head string) (string, error)) ([]Pull, error) {
	pulls := slices.Clone(before)
	files, err := os.ReadDir(filepath.Join(p.folder, "pulls"))
	if err != nil {
		return nil, err
	}
	if len(files) > len(pulls) {
		text, err := os.ReadFile(filepath.Join(p.folder, "pulls", fmt.Sprint(len(files))))
		if err != nil {
			return nil, err
		}
		pulls = append(pulls, Pull{Branch: strings.Fields(string(text))[0]})
	}
	for i, pull := range pulls {
		head, err := os.ReadFile(filepath.Join(p.bare(), "refs/heads", pull.Branch))
		if err != nil {
			return nil, err
		}
		if pushed := strings.TrimSpace(string(head)); !pull.Merged && pushed != pull.Head {
			if pulls[i].Head, err = move(pushed); err != nil {
				return nil, err
			}
			pulls[i].Run = run
		}
	}
	return pulls, nil
}
