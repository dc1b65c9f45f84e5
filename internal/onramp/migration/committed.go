package migration

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// Committed is the GitOps repository at the commit that Argo CD has.
type Committed struct {
	plan  plan.Plan
	name  string
	model *pipeline.Model
	apps  map[string]pipeline.Node // by overlay
	// Notices say what is not compared.
	Notices []string
}

// ReadCommitted reads from a git repository the commit at which the work on disk began: the last one that it has in common
// with the deployed branch.
func ReadCommitted(dir string, p plan.Plan) (*Committed, error) {
	branch := p.GitOps.Branch
	commit := gitrepo.Resolve(dir, "HEAD")
	if commit == "" {
		return nil, fmt.Errorf("--plan compares with what is committed, and %s has no commit yet", dir)
	}
	for _, ref := range []string{"refs/remotes/origin/" + branch, "refs/heads/" + branch} {
		if tip := gitrepo.Resolve(dir, ref); tip != "" {
			commit = cmp.Or(gitrepo.MergeBase(dir, tip, commit), tip)
			break
		}
	}
	d := &Committed{plan: p, name: commit[:7], apps: map[string]pipeline.Node{}}
	rendered := slices.Concat(plan.Folders(p.Overlays()), p.OwnFolders())
	files, err := rollback.FilesAt(dir, commit, slices.Concat([]string{p.GitOps.Folder, p.GitOps.Argo}, p.OwnFolders()), rendered)
	if err != nil {
		return nil, err
	}
	var read []*pipeline.File
	for _, f := range files {
		read = append(read, pipeline.Parse(f, d.name+":"+f.Path))
	}
	charts, err := d.charts(pipeline.New(read, nil), dir, commit)
	if err != nil {
		return nil, err
	}
	d.model = pipeline.New(read, &pipeline.Known{GitOps: p.GitOps.Repository, Overlays: rendered, Charts: charts.Objects})
	d.model.RenderWith(files, check.NewRenderer().Overlays)
	return d, nil
}

// charts are those that the Applications of the commit render beside the overlays.
func (d *Committed) charts(m *pipeline.Model, dir, commit string) (*check.Charts, error) {
	var charts []check.Chart
	for _, e := range d.plan.Overlays() {
		for _, app := range m.Applications {
			sources := pipeline.Sources(app)
			if !slices.ContainsFunc(sources, func(s pipeline.Node) bool { return s.Get("path").Text() == e.Overlay }) {
				continue
			}
			d.apps[e.Overlay] = app
			for _, s := range sources {
				switch helm := s.Get("helm"); {
				case s.Get("chart").OK():
					d.Notices = append(d.Notices, "the chart "+s.Get("chart").Text()+" of "+e.Where()+" is published elsewhere: what it renders to is not compared")
				case helm.OK():
					one := check.Chart{Overlay: e.Overlay, Folder: s.Get("path").Text(), Release: cmp.Or(helm.Get("releaseName").Text(), pipeline.NameOf(app)), Namespace: app.Get("spec", "destination", "namespace").Text()}
					for _, file := range helm.Get("valueFiles").List() {
						if rest, rooted := strings.CutPrefix(file, "/"); rooted {
							one.Values = append(one.Values, rest)
						} else {
							one.Values = append(one.Values, path.Join(one.Folder, file))
						}
					}
					var err error
					if one.Files, err = rollback.FilesAt(dir, commit, append([]string{one.Folder}, one.Values...), nil); err != nil {
						return nil, err
					}
					charts = append(charts, one)
				}
			}
		}
	}
	out := check.NewCharts(charts, func(f artifact.File) string { return d.name + ":" + f.Path })
	for _, one := range charts {
		if notice := "Helm is not installed: what the chart " + one.Folder + " renders to is not compared"; out.Version == "" && !slices.Contains(d.Notices, notice) {
			d.Notices = append(d.Notices, notice)
		}
	}
	return out, nil
}

// Side is what runs in an environment: what its overlay renders, or the author's manifests before there was one. A cluster
// that begins to differ has run what the others run.
func (d *Committed) Side(e plan.Environment) (Side, error) {
	overlay := e.Overlay
	if !d.has(overlay) && e.Over != "" {
		overlay = e.Over
	}
	out := Side{Namespace: cmp.Or(d.apps[overlay].Get("spec", "destination", "namespace").Text(), e.Namespace)}
	folders := []string{overlay}
	if !d.has(overlay) {
		folders = nil
		for _, w := range d.plan.In(e) {
			if w.Overlaid() {
				folders = append(folders, w.Own.In(e.Name))
			}
		}
	}
	for _, folder := range folders {
		t := d.model.Target(folder)
		if t != nil && t.Fault != "" {
			return out, fmt.Errorf("%s cannot be compared with %s: %s", folder, d.name, t.Fault)
		}
		if t != nil {
			out.Objects = append(out.Objects, t.Objects...)
		}
	}
	return out, nil
}

// has reports whether the commit has an overlay.
func (d *Committed) has(overlay string) bool {
	t := d.model.Target(overlay)
	return t != nil && len(t.Folders) > 0
}
