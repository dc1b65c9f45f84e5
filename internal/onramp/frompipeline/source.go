package frompipeline

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// head reads the name of the pipeline, and where its source is.
func (d *drafter) head() {
	d.repository, d.branch = d.m.Source, "main"
	repositoryAt, repositorySaid := pipeline.Place{}, false
	image, imageAt := d.imageName(d.chosen[0])
	if d.repository == "" && d.m.Together {
		// The manifests are in the same repository, and an Application says which one that is.
		for _, p := range d.deployments {
			if at := pipeline.Sources(p.app)[0].Get("repoURL"); d.repository == "" && p.app.OK() {
				d.repository, repositoryAt = pipeline.Repository(at.Text()), at.At()
				repositorySaid = d.repository != ""
			}
		}
	}
	if d.repository == "" {
		full, _ := d.reference(d.chosen[0])
		if parts := strings.Split(image, "/"); len(parts) >= 2 && !detect.InCloud(detect.RegistryOf(full)) {
			if len(d.chosen) > 1 && len(parts) == 2 {
				parts[1] = cmp.Or(draft.Name(d.project.Folder, draft.LongestName), parts[1]) // each image has its own name
			}
			d.repository, repositoryAt = parts[0]+"/"+parts[1], imageAt
		}
	}
	name, nameAt := d.project.Folder, pipeline.Place{}
	switch {
	case d.own || len(d.programs) > 1:
		name, nameAt = d.commonName()
	case len(d.programs) == 1:
		n := d.programs[0].last().workload.Get("metadata", "name")
		if name, nameAt = n.Text(), n.At(); d.programs[0].name != "" {
			name = d.programs[0].name
		}
	case image != "":
		name, nameAt = path.Base(image), imageAt
	}
	d.name = cmp.Or(draft.Name(name, draft.LongestName), "app")
	d.add(d.name, nameAt, "name").Spare = "app"
	if d.guessedApp != "" {
		d.markGuessed(d.guessedApp, "name")
	}

	branchNode, tags := d.released()
	d.releases = tags.OK()
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
	case repositoryAt.Known() && !repositorySaid:
		d.guess(d.repository, "by the image's name at "+sourceLine(repositoryAt).String(), "source", "repository").Spare = "OWNER/" + d.name
	case d.repository == "":
		owner, why := "OWNER", "write the OWNER/NAME of the GitHub repository"
		if at := slices.IndexFunc(d.m.Writers, func(w *pipeline.Writer) bool { return w.Repository != "" }); at >= 0 {
			owner, why = draft.Owner(d.m.Writers[at].Repository), "by the owner of the GitOps repository; "+why
		}
		d.repository = owner + "/" + d.name
		d.guess(d.repository, why, "source", "repository").Spare = "OWNER/" + d.name
	default:
		d.add(d.repository, repositoryAt, "source", "repository").Spare = "OWNER/" + d.name
	}
	switch {
	case !branchNode.OK() && d.branch != "main":
		d.guess(d.branch, "no workflow names the branch, and this is the one of the repository", "source", "branch").Spare = "main"
	case branchNode.OK():
		d.add(d.branch, branchNode.At(), "source", "branch").Spare = "main"
		if d.guessedBranch != "" {
			d.markGuessed(d.guessedBranch, "source", "branch")
		}
	}
	d.addText(tags, "source", "releaseTags")
}

// commonName is what all programs have in common: the application that their labels name, the folder of their overlays,
// or else the repository.
func (d *drafter) commonName() (string, pipeline.Place) {
	partOf := pipeline.Node{}
	for i, p := range d.programs {
		switch n := p.last().workload.Get("metadata", "labels", "app.kubernetes.io/part-of"); {
		case i == 0:
			partOf = n
		case n.Text() != partOf.Text():
			partOf = pipeline.Node{}
		}
	}
	if partOf.OK() {
		return partOf.Text(), partOf.At()
	}
	target := d.deployments[0].targets[0]
	if above, _, ok := strings.Cut("/"+target.Dir, "/overlays/"); ok && len(d.deployments[0].targets) == 1 && !generic[path.Base(above)] {
		return path.Base(above), target.At()
	}
	if name := applicationName(target); d.own && name != "" && len(d.deployments[0].targets) == 1 {
		return name, target.At()
	}
	return path.Base(cmp.Or(d.repository, d.project.Folder)), pipeline.Place{}
}

// generic are folders that are not called after an application.
var generic = set(". / k8s kube kubernetes deploy deployment deployments manifests kustomize gitops infra infrastructure apps services")

func (d *drafter) owner() {
	for _, p := range d.programs {
		w := p.last().workload
		team, email := w.Get("metadata", "labels", "owner"), w.Get("metadata", "annotations", "email")
		if team.OK() && email.OK() {
			d.add(team.Text(), team.At(), "owner", "name")
			d.add(email.Text(), email.At(), "owner", "email")
			return
		}
	}
}
