package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// changing are the images that a run may leave as they are: those that say which files change them.
func changing(s input) []schema.Named[schema.Image] {
	return slices.DeleteFunc(slices.Clone(s.Images), func(i schema.Named[schema.Image]) bool { return len(pathsOf(s, i.Value)) == 0 })
}

// builtOf is the image of a name, if a run may leave it as it is.
func builtOf(s input, image string) []string {
	for _, i := range changing(s) {
		if i.ID == image {
			return []string{image}
		}
	}
	return nil
}

// testedFor are the images without which tests are left out. The tests of the whole source are not, unless all that the
// pipeline is made of changes its one image.
func testedFor(s input, test string) []string {
	if test == "" && len(s.Images) == 1 && len(s.Images[0].Value.Paths) == 0 {
		test = s.Images[0].ID
	}
	return builtOf(s, test)
}

// changesOf is the job that says whether these images have to be built, if there are any.
func changesOf(built []string) []string {
	if len(built) == 0 {
		return nil
	}
	return []string{plan.ChangesJob}
}

// addChanges adds the job that finds the images that have to be built.
func (g *graph) addChanges(s input, r plan.Release) {
	if len(changing(s)) == 0 {
		return
	}
	j := plan.Job{ID: plan.ChangesJob, Name: "Changes", Runs: r.All(), Limit: plan.Limit{Minutes: changesMinutes}, Required: true,
		Rights: []plan.Right{right("contents", "read", "list the files of the source")}}
	again := slices.DeleteFunc(changing(s), func(i schema.Named[schema.Image]) bool { return !i.Value.Attest })
	at := func(host string) bool {
		return slices.ContainsFunc(again, func(i schema.Named[schema.Image]) bool { return i.Value.Registry == host })
	}
	for _, r := range readersOf(s) {
		if at(r.Host) {
			j = reads(j, []plan.Puller{r})
		}
	}
	if at(ghcr) {
		j.Rights, j.Steps = append(slices.DeleteFunc(j.Rights, func(r plan.Right) bool { return r.Name == "packages" }), right("packages", "read", "look for images of the same files")), loginSteps(plan.Login{})
	}
	if len(again) > 0 {
		j.Rights = append(j.Rights, right("attestations", "read", "see who built them"))
	}
	g.add(j)
}

// leaveOut decides for which images the jobs of the author's own take part: one behind jobs of images does where one of
// these is built. Then each job that has to know about images waits for the job that knows.
func (g *graph) leaveOut(extra extraJobs) {
	settled := map[string]bool{}
	var settle func(id string) []string
	settle = func(id string) []string {
		j := g.job(id)
		if j.Own == nil || j.Own.OnFailure || settled[id] {
			return j.Built
		}
		settled[id] = true
		for _, n := range j.Needs {
			for _, image := range settle(n) {
				if !slices.Contains(j.Built, image) {
					j.Built = append(j.Built, image)
				}
			}
		}
		return j.Built
	}
	for _, j := range extra {
		settle(j.ID)
	}
	for i, j := range g.jobs {
		if j.Own != nil && j.Own.OnFailure {
			continue // it asks how they ended, and not for what
		}
		asks := len(j.Built) > 0 || slices.ContainsFunc(j.Needs, func(n string) bool { return j.RunsWithout(g.jobs.Find(n)) })
		if asks && !slices.Contains(j.Needs, plan.ChangesJob) {
			g.jobs[i].Needs = append([]string{plan.ChangesJob}, j.Needs...)
		}
	}
}
