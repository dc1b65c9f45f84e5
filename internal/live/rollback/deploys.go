package rollback

import (
	"context"
	"fmt"
	"time"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/plan"
)

// mostCommits bounds how far back a live folder's history is read.
const mostCommits = 500

// mostLive is the largest file of a live folder that is read, in bytes.
const mostLive = 64 << 10

// Deploys is what was deployed to the environments of an application.
type Deploys struct {
	Application string
	// At is the time from which ages are counted.
	At           time.Time
	Environments []EnvironmentDeploys
	Notices      []string
}

// EnvironmentDeploys is the history of one environment, the live deploy first.
type EnvironmentDeploys struct {
	Name    string
	History []Deploy
}

// Deploys lists what was deployed to environments. If origin does not answer, it uses what was last fetched.
func (c Checkout) Deploys(ctx context.Context, environments []plan.Environment) (Deploys, error) {
	d := Deploys{Application: c.Plan.Name, At: c.Now()}
	head, err := gitrepo.Head(ctx, c.Dir, c.branch())
	if err != nil {
		if head = gitrepo.Fetched(c.Dir, c.branch()); head == "" {
			return d, err
		}
		d.Notices = append(d.Notices, "this is as of the last fetch: "+err.Error())
	}
	d.Notices = append(d.Notices, c.shallow()...)
	for _, e := range environments {
		history, err := c.history(head, e)
		if err != nil {
			return d, err
		}
		d.Environments = append(d.Environments, EnvironmentDeploys{Name: e.Name, History: history})
	}
	return d, nil
}

// history returns the deploys up to a commit.
func (c Checkout) history(head string, e plan.Environment) ([]Deploy, error) {
	versions, err := c.Versions(head, e)
	return History(versions), err
}

// Versions returns the states of a live folder up to a commit, the newest first.
func (c Checkout) Versions(head string, e plan.Environment) ([]FolderVersion, error) {
	commits := gitrepo.Log(c.Dir, fmt.Sprintf("--max-count=%d", mostCommits), head, "--", e.Live)
	var names []string
	for _, commit := range commits {
		names = append(names, commit.SHA+":"+e.Live+"/kustomization.yaml", commit.SHA+":"+e.Live+"/source-commit")
	}
	if len(names) == 0 {
		return nil, nil
	}
	files, err := gitrepo.Objects(c.Dir, names, mostLive)
	if err != nil {
		return nil, err
	}
	var versions []FolderVersion
	for i, commit := range commits {
		versions = append(versions, FolderVersion{Commit: commit, Kustomization: files[2*i], Source: files[2*i+1]})
	}
	return versions, nil
}

// shallow returns a notice if the clone lacks some of the history.
func (c Checkout) shallow() []string {
	if !gitrepo.Shallow(c.Dir) {
		return nil
	}
	return []string{fmt.Sprintf("%s was cloned without all of its history, so that older deploys may be missing: type 'git -C %s fetch --unshallow'", c.Dir, c.Dir)}
}
