package frompipeline

import (
	"cmp"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// head reads the name of the pipeline, and where its source is.
func (d *drafter) head() {
	d.repository, d.branch = d.m.Source, "main"
	repositoryAt := pipeline.Place{}
	image, imageAt := d.imageName()
	if d.repository == "" {
		if parts := strings.Split(image, "/"); len(parts) >= 2 {
			d.repository, repositoryAt = parts[0]+"/"+parts[1], imageAt
		}
	}
	name, nameAt := d.project.Folder, pipeline.Place{}
	if w, _, ok := d.program(); ok {
		name, nameAt = w.Name, w.Get("metadata", "name").At()
	} else if image != "" {
		name, nameAt = path.Base(image), imageAt
	}
	d.name = cmp.Or(draft.Name(name, draft.LongestName), "app")
	d.add(d.name, nameAt, "name").Spare = "app"

	branchNode, tags := d.released()
	if branchNode.OK() {
		d.branch = branchNode.Text()
	} else if d.project.Branch != "" {
		d.branch = d.project.Branch
	}
	intent := "Every push to " + d.branch + " becomes a running, healthy " + d.name + "."
	if tags.OK() {
		intent = "Every release tag becomes a running, healthy " + d.name + "."
	}
	d.guess(intent, "say what the pipeline is for", "intent").Spare = "Every push becomes a running, healthy program."
	d.owner()

	switch {
	case repositoryAt.Known():
		d.guess(d.repository, "by the image's name at "+sourceLine(repositoryAt).String(), "source", "repository").Spare = "OWNER/" + d.name
	case d.repository == "":
		d.repository = "OWNER/" + d.name
		d.guess(d.repository, "write the OWNER/NAME of the GitHub repository", "source", "repository")
	default:
		d.add(d.repository, repositoryAt, "source", "repository").Spare = "OWNER/" + d.name
	}
	if branchNode.OK() {
		d.add(d.branch, branchNode.At(), "source", "branch").Spare = "main"
	}
	d.addText(tags, "source", "releaseTags")
}

// program returns the workload of the last environment, and its container.
func (d *drafter) program() (pipeline.Workload, pipeline.Node, bool) {
	for i := len(d.deployments) - 1; i >= 0; i-- {
		if p := d.deployments[i]; p.ok {
			return p.workload, p.container, true
		}
	}
	return pipeline.Workload{}, pipeline.Node{}, false
}

func (d *drafter) owner() {
	w, _, ok := d.program()
	if !ok {
		return
	}
	team, email := w.Get("metadata", "labels", "owner"), w.Get("metadata", "annotations", "email")
	if team.OK() && email.OK() {
		d.add(team.Text(), team.At(), "owner", "name")
		d.add(email.Text(), email.At(), "owner", "email")
	}
}
