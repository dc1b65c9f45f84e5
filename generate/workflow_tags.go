package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// movingJob is the job that moves the tags of an image, once all that is published of it is there. No deploy waits for it.
func movingJob(i schema.Named[schema.Image], ids plan.ImageJobs, login plan.Login, title string, changes []string, runs plan.Runs) plan.Job {
	needs := []string{ids.Name}
	if ids.Attest != "" {
		needs = append(slices.Clone(changes), ids.Name, ids.Attest)
	}
	return pushes(plan.Job{ID: ids.Move, Name: title, Path: i.Value.At + ".movingTags", Needs: needs, Runs: runs, Limit: plan.Limit{Minutes: tagsTimeout},
		Rights: append([]plan.Right{right("contents", "read", "see which of two images is newer")}, pushRights(login, "move tags of the pushed image")...), Required: true,
		Steps: loginSteps(login)}, login)
}

func (r *renderer) tagsJob(i plan.Image, j plan.Job) yamldoc.Doc {
	if j.ID == "" {
		return yamldoc.Doc{}
	}
	files, cone, scripts := yamldoc.Of(workflowsFolder), yamldoc.Omit, []string{"tags-start", "tags-release", "tags"}
	if !r.plan.Release.ByTag() {
		scripts = []string{"tags-start", "tags-branch", "tags"}
		if i.VersionFile != "" {
			files, cone = r.own(i.Path+".versionFile", "/"+i.VersionFile), yamldoc.Of(false)
			scripts = []string{"tags-start", "tags-file", "tags-branch", "tags"}
		}
	}
	values := r.onWay(j, nil, yamldoc.Block(yamldoc.Spaced(
		r.fill("github/tags-history", yamldoc.Values{"checkout": r.uses("actions/checkout"), "files": files, "cone": cone}),
		r.login(i, j, ""),
		r.fill("github/tags-step", yamldoc.Values{
			"image":  r.image(i),
			"scheme": r.own(i.Path+".tag", i.Tag),
			"tag":    yamldoc.Of("${{ needs." + i.Jobs.Name + ".outputs.tag }}"),
			"digest": yamldoc.Of("${{ needs." + i.Jobs.Name + ".outputs.digest }}"),
			"moving": r.own(i.Path+".movingTags", strings.Join(i.MovingTags, " ")),
			"branch": r.ofBranch(),
			"file":   r.optional(i.Path+".versionFile", i.VersionFile),
			"run":    r.script(scripts...),
		}))))
	delete(values, "env")
	values["group"] = yamldoc.Of(j.ID + "-" + r.plan.Name)
	return r.job(j, "github/tags", values, "# Names for people, which move. What is deployed is the digest: no deploy waits for this, or looks at such a name.")
}

// workflowsFolder is checked out where none of the files is needed: without a folder, git would check out all of them.
const workflowsFolder = ".github/workflows"

// ofBranch is the branch whose newest commit has the moving tags, or nothing where releases do.
func (r *renderer) ofBranch() yamldoc.Value {
	if r.plan.Release.ByTag() {
		return yamldoc.Omit
	}
	return r.own("source.branch", r.plan.Source.Branch)
}
