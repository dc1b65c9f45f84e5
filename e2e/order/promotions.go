package order

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A promotion brings to an environment what the one before it has run of a commit. A tag starts it, which has the name of
// the commit here, or a person, at a time when the branch is further on.

// finds says whether a job looks for the images of a promotion.
func (j *Job) finds() bool {
	return slices.ContainsFunc(j.Steps, func(s Step) bool { return s.Env["FOUND_IN"] != "" })
}

// copies says whether a job copies images to the registry of an environment.
func (j *Job) copies() bool {
	return slices.ContainsFunc(j.Steps, func(s Step) bool { return s.Env["COPIES"] != "" })
}

// promote starts a promotion.
func (m *Model) promote(s *State, e Event) error {
	if m.byTag[e.Environment] {
		return m.enterRun(s, Run{File: m.promotes[e.Environment], Event: "push", Commit: e.Commit, Ref: "refs/tags/promote-" + e.Commit, Gated: true})
	}
	return m.enterRun(s, Run{
		File: m.promotes[e.Environment], Event: "workflow_dispatch", Commit: e.Commit, At: m.commits[len(m.commits)-1].Name, Ref: "refs/heads/main",
		Inputs: map[string]any{"version": m.shas[e.Commit], "because": e.Text}, Gated: true,
	})
}

// foundRightly notes what a job that finds images has got wrong at this moment.
func (m *Model) foundRightly(s *State, i, j int) {
	r := &s.Runs[i]
	job, state := m.tried[r.File][j], &r.Jobs[j]
	if !job.finds() {
		return
	}
	ahead, soaks := "", false
	for environment, file := range m.promotes {
		if file == r.File {
			ahead, soaks = m.follows[environment], m.soaks[environment]
		}
	}
	ran, stays := -1, true
	past := s.Past[ahead]
	for n, c := range past {
		if c.Source == r.Commit {
			ran = n
		}
	}
	for _, c := range past[ran+1:] {
		// All happens at one moment: what others have replaced has not soaked, and what runs has.
		stays = stays && ran >= 0 && !c.bad() && m.contains(c.Source, r.Commit) && !(soaks && c.Image != past[ran].Image)
	}
	switch {
	case byHand(s, ahead):
	case state.Status == success && ran < 0:
		state.Wrong = fmt.Sprintf("%s of run %d promotes %s, which %s never ran", job.ID, i+1, r.Commit, ahead)
	case state.Status == success && !stays:
		state.Wrong = fmt.Sprintf("%s of run %d promotes %s, which was taken back in %s", job.ID, i+1, r.Commit, ahead)
	case state.Status == failure && ran >= 0 && stays:
		state.Wrong = fmt.Sprintf("%s of run %d refuses %s, which %s ran and has not taken back", job.ID, i+1, r.Commit, ahead)
	}
}

// promotionsFindWhatRan (O10): a promotion goes on with what the environment before ran of the commit, unless it was taken
// back there, and with nothing else.
func promotionsFindWhatRan(_ *Model, s *State) string {
	for _, r := range s.Runs {
		for _, state := range r.Jobs {
			if state.Wrong != "" {
				return state.Wrong
			}
		}
	}
	return ""
}

// now is the time of all stories, a day after the moment at which everything was committed.
const now = "1790086400"

// copied is where a job notes what it copies to another registry.
func (p *place) copied() string { return filepath.Join(p.folder, "copied") }

// wasCopied are the digests that a job has copied.
func (p *place) wasCopied() (out []string, err error) {
	entries, err := os.ReadDir(p.copied())
	for _, e := range entries {
		out = append(out, e.Name())
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return out, err
}

// copiesComeFirst (W55): where an environment has a registry of its own, no deploy goes there before its image.
func copiesComeFirst(m *Model, s *State) string {
	for _, environment := range m.environments {
		for _, c := range s.Past[environment] {
			if c.Missing {
				return fmt.Sprintf("run %d deploys the image of %s to %s, and nobody has copied it to its registry", c.Run+1, c.Image, environment)
			}
		}
	}
	return ""
}
