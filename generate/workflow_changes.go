package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// The names of the outputs that the job changes has for each image, before the name of the image.
const (
	buildOutput   = "build-"
	digestOutput  = "digest-"
	contentOutput = "content-"
)

func changesOutput(kind, image string) string {
	return "needs." + plan.ChangesJob + ".outputs." + kind + image
}

// built is the condition that one of these images has to be built, unchanged that none has to be, and notUnchanged is true
// where nobody knows as well.
func built(images []string) string        { return eachImage(images, " == 'true'", " || ") }
func unchanged(images []string) string    { return eachImage(images, " == 'false'", " && ") }
func notUnchanged(images []string) string { return eachImage(images, " != 'false'", " || ") }

func eachImage(images []string, is, join string) string {
	parts := make([]string, len(images))
	for i, image := range images {
		parts[i] = changesOutput(buildOutput, image) + is
	}
	return strings.Join(parts, join)
}

// releaseRefs is a pattern of the refs at which runs release.
func (r *renderer) releaseRefs() yamldoc.Value {
	if !r.plan.Release.ByTag() {
		return r.own("source.branch", r.plan.ReleaseRefs())
	}
	return r.own("source.releaseTags", r.plan.ReleaseRefs())
}

// changesJob finds the images that have to be built.
func (r *renderer) changesJob(j plan.Job) yamldoc.Doc {
	if j.ID == "" {
		return yamldoc.Doc{}
	}
	var outputs yamldoc.Map
	var lines []string
	var steps []yamldoc.Doc
	var registries []string
	at, rebuild, token := "", yamldoc.Omit, yamldoc.Omit
	releases := r.plan.Release.Runs.Condition(r.plan.Release.All(), r.plan.Source.Branch)
	for _, i := range r.plan.Images {
		if len(i.Paths) == 0 {
			continue
		}
		at = i.Path + ".paths"
		reference := "-"
		if i.TakenAgain() {
			reference, token = i.Reference, yamldoc.Of("${{ github.token }}")
		}
		lines = append(lines, i.Name+" "+reference+" "+strings.Join(i.Paths, " "))
		for _, kind := range []string{buildOutput, digestOutput, contentOutput} {
			outputs = append(outputs, yamldoc.Entry{Key: kind + i.Name, Value: yamldoc.Of("${{ steps.changes.outputs." + kind + i.Name + " }}")})
		}
		// Without a reader, an image elsewhere is found where everybody may read it: this job runs for pull requests too.
		reader := r.readerOf(i.Registry)
		switch {
		case !i.TakenAgain() || slices.Contains(registries, i.Registry):
			continue
		case i.Login.Kind == plan.ByRunToken:
			steps = append(steps, r.login(i, j, releases))
		case reader.Host != "":
			steps = append(steps, r.readLogin(reader, releases))
		}
		registries = append(registries, i.Registry)
	}
	if !r.plan.Release.ByTag() {
		rebuild = yamldoc.Of("${{ inputs.rebuild }}")
		if len(r.plan.Release.Events) > 0 {
			// What has changed is not among the files of the source.
			rebuild = yamldoc.Of("${{ inputs.rebuild || github.event_name == 'repository_dispatch' }}")
		}
	}
	steps = append(steps, r.fill("github/changes-step", yamldoc.Values{
		"token":    token,
		"workflow": r.own("", r.plan.Workflow),
		"releases": yamldoc.Of("${{ " + releases + " }}"),
		"refs":     r.releaseRefs(),
		"rebuild":  rebuild,
		"images":   yamldoc.From(at, strings.Join(lines, "\n")),
		"run":      r.script("changes-start", "attested", "changes"),
	}))
	checkout := r.fill("github/changes-steps", yamldoc.Values{"checkout": r.uses("actions/checkout")})
	return r.job(j, "github/changes", yamldoc.Values{
		"environment": r.environmentOf(j),
		"outputs":     yamldoc.Of(outputs),
		"steps":       yamldoc.Block(yamldoc.Spaced(append([]yamldoc.Doc{checkout}, steps...)...)),
	}, "# Which images have to be built: those whose files no image was built of before. GitHub leaves out what comes after a",
		"# job that was left out, so the jobs further down say themselves how the ones before them must have ended.")
}
