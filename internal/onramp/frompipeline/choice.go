package frompipeline

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Choice is what a person says where the originals leave it open; "" takes what is most likely.
type Choice struct {
	// App is the name of an application, TestJob of a job whose tests are taken, and Image of an image.
	App, TestJob, Image string
	// Own says whether the manifests stay as they are, Always or Never; "" is where nothing else would do.
	Own string
}

// Always and Never are for Choice.Own.
const (
	Always = "true"
	Never  = "false"
)

// ChoiceError is a choice that is not there.
type ChoiceError struct {
	// Flag is the one that names it.
	Flag, Value string
	// Candidates are those that are there.
	Candidates []string
}

func (e ChoiceError) Error() string {
	if len(e.Candidates) == 0 {
		return fmt.Sprintf("--%s %s: there is none to choose", e.Flag, e.Value)
	}
	return fmt.Sprintf("--%s %s: there is no such one; write one of %s", e.Flag, e.Value, strings.Join(e.Candidates, ", "))
}

// application is one of those of a GitOps repository.
type application struct {
	name    string
	targets []*pipeline.Target
	// unnamed is set where no folder names it, and it is called like the repository.
	unnamed bool
}

// ourTargets are those that the draft is about: those of the application that is chosen, or of those that run what is
// built here. Where nothing tells, it is one application, and the draft says that it is guessed.
func (d *drafter) ourTargets() ([]*pipeline.Target, error) {
	apps := d.applications(len(d.m.Applications) > 0 && !d.m.Unfollowed())
	if d.choice.App != "" {
		if all := d.applications(false); !slices.ContainsFunc(apps, func(a *application) bool { return a.is(d.choice.App) }) {
			apps = all // what no Application renders may be meant as well
		}
		i := slices.IndexFunc(apps, func(a *application) bool { return a.is(d.choice.App) })
		if i < 0 {
			return nil, ChoiceError{"app", d.choice.App, names(apps)}
		}
		return apps[i].targets, nil
	}
	if len(apps) < 2 {
		return targetsOf(apps), nil
	}
	running := slices.DeleteFunc(slices.Clone(apps), func(a *application) bool { return !slices.ContainsFunc(a.targets, d.runsBuilt) })
	taken := running
	if len(running) == 0 {
		taken = []*application{d.likeliest(apps)}
		d.guessedApp = "one of several applications, " + strings.Join(names(apps), ", ") + ": --app takes another"
	}
	for _, a := range apps {
		if !slices.Contains(taken, a) {
			d.leave(startOf(a.targets[0]), "draft it for itself with --app "+a.name, "the application %s in %s, which runs nothing that the draft builds", a.name, a.targets[0].Dir)
		}
	}
	return targetsOf(taken), nil
}

// startOf is where a target begins: what Helm renders has an Application alone.
func startOf(t *pipeline.Target) pipeline.Place {
	if at := t.At(); at.Known() || len(t.Apps) == 0 {
		return at
	}
	return t.Apps[0].At()
}

func targetsOf(apps []*application) []*pipeline.Target {
	var out []*pipeline.Target
	for _, a := range apps {
		out = append(out, a.targets...)
	}
	return out
}

func names(apps []*application) []string {
	var out []string
	for _, a := range apps {
		out = append(out, a.name)
	}
	return out
}

func (a *application) is(name string) bool {
	return strings.EqualFold(a.name, name) || slices.ContainsFunc(a.targets, func(t *pipeline.Target) bool {
		return t.Dir == path.Clean(name) || slices.ContainsFunc(t.Apps, func(app pipeline.Node) bool { return pipeline.NameOf(app) == name })
	})
}

// applications are what the repository deploys, each with its targets: neither what only brings Applications, nor what
// lies in another repository, nor, where all Applications are followed, what an Application could render and none does.
func (d *drafter) applications(followed bool) []*application {
	var out []*application
	published := slices.DeleteFunc(d.published(), func(t *pipeline.Target) bool { return d.choice.App == "" && !d.runsBuilt(t) })
	for _, t := range append(slices.Clone(d.m.Ours()), published...) {
		if len(t.Apps) == 0 && followed || len(t.Objects) == 0 && len(t.Apps) == 0 || bootstraps(t) || d.foreign(t) || d.previewed(t) {
			continue
		}
		name := applicationName(t)
		unnamed := name == ""
		if unnamed {
			name = d.project.Folder
		}
		if i := slices.IndexFunc(out, func(a *application) bool { return a.name == name && a.unnamed == unnamed }); i >= 0 {
			out[i].targets = append(out[i].targets, t)
		} else {
			out = append(out, &application{name, []*pipeline.Target{t}, unnamed})
		}
	}
	return out
}

// bootstraps reports a target that only tells Argo CD what to deploy.
func bootstraps(t *pipeline.Target) bool {
	return len(t.Objects) > 0 && !slices.ContainsFunc(t.Objects, func(o *pipeline.Object) bool {
		return o.Group != "argoproj.io" || o.Kind != "Application" && o.Kind != "ApplicationSet" && o.Kind != "AppProject"
	})
}

// foreign reports a target whose Applications all render another repository, if it is known which one is read here.
func (d *drafter) foreign(t *pipeline.Target) bool {
	var here []string
	for _, w := range d.m.Writers {
		if w.Repository != "" {
			here = append(here, strings.ToLower(w.Repository))
		}
	}
	if len(here) == 0 && d.m.Together && d.m.Source != "" {
		here = append(here, strings.ToLower(d.m.Source))
	}
	return len(here) > 0 && len(t.Apps) > 0 && !slices.ContainsFunc(t.Apps, func(a pipeline.Node) bool {
		return slices.ContainsFunc(pipeline.Sources(a), func(s pipeline.Node) bool {
			name := pipeline.Repository(s.Get("repoURL").Text())
			return name == "" || slices.Contains(here, strings.ToLower(name))
		})
	})
}

// stages are names of environments, in the order in which a change usually passes them.
var stages = []string{"local", "dev", "develop", "development", "test", "testing", "ci", "qa", "int", "integration", "uat", "stage", "stg", "staging", "preview", "preprod", "pre-prod", "pre-production", "prod", "production", "live"}

// stage is the place of an environment's name among the usual ones; a name that is none of them is in the middle.
func stage(name string) int {
	if at := slices.Index(stages, name); at >= 0 {
		return at
	}
	for at, s := range slices.Backward(stages) {
		if strings.HasPrefix(name, s+"-") || strings.HasSuffix(name, "-"+s) {
			return at
		}
	}
	return slices.Index(stages, "staging")
}

// applicationName is the folder that a target's path names beside the words for folders and environments, "" for none.
func applicationName(t *pipeline.Target) string {
	parts := strings.Split(t.Dir, "/")
	for at, part := range slices.Backward(parts) {
		last := at == len(parts)-1
		if generic[part] || part == "overlays" || part == "environments" || part == "envs" || part == "clusters" || part == "base" ||
			last && slices.Contains(stages, part) || at > 0 && (parts[at-1] == "overlays" || parts[at-1] == "environments" || parts[at-1] == "envs") {
			continue
		}
		return part
	}
	return ""
}

// runsBuilt reports whether a target runs an image that is built here.
func (d *drafter) runsBuilt(t *pipeline.Target) bool {
	if d.charted(t) {
		return len(d.chartImages(t)) > 0
	}
	return slices.ContainsFunc(t.Workloads(), func(w pipeline.Workload) bool {
		return slices.ContainsFunc(w.Pod().Get("containers").Items(), func(c pipeline.Node) bool { return d.imageFor(c) != nil })
	})
}

// likeliest is the application that is called like the repository of the source, or else the one with the most
// environments.
func (d *drafter) likeliest(apps []*application) *application {
	best := apps[0]
	for _, a := range apps {
		if !a.unnamed && (a.name == path.Base(d.m.Source) || a.name == d.project.Folder) {
			return a
		}
		if len(a.targets) > len(best.targets) {
			best = a
		}
	}
	return best
}

// markGuessed marks the first value below a field as guessed, and keeps where it was read.
func (d *drafter) markGuessed(why string, path ...string) {
	if s := d.tree.Root.First(path...); s != nil {
		note := s.Note
		if s.Note = Guessed + why; note != "" {
			s.Note += "; " + note
		}
	}
}

// Guessed begins the note of a value that is guessed.
const Guessed = "guessed: "
