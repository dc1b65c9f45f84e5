package main

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/onramp/migration"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
)

// printPlan says what becomes of each object that is deployed when the files of the spec, and the author's own as they are
// on disk, are committed.
func (o *generateOptions) printPlan(s streams) error {
	c, found, release, err := o.lockAndCompile(true)
	defer release()
	if err != nil {
		return err
	}
	today, err := c.deployed()
	if err != nil {
		return failed(err)
	}
	then := c.renderings(slices.Concat(effective(c.changes), c.custom), c.overlays(), c.charts.Objects)
	out := report.Migration{Accepted: o.accept, By: "the spec", Notices: slices.Concat(c.skipped, today.notices)}
	var sides []migration.Side
	for _, e := range c.plan.Environments {
		side, err := today.side(e)
		if err != nil {
			return failed(err)
		}
		sides = append(sides, side)
	}
	for i, e := range c.plan.Environments {
		t := then.Target(e.Overlay)
		if t == nil || t.Fault != "" {
			return bug(fmt.Errorf("the overlay %s cannot be rendered", e.Overlay))
		}
		objects := migration.Compare(sides[i], migration.Side{Objects: t.Objects, Namespace: e.Namespace})
		keepable(objects, i, sides, t, c.plan.In(e))
		out.Environments = append(out.Environments, report.MigratedEnvironment{Name: e.Name, Prunes: e.Sync.Automated && e.Sync.Prune, Objects: objects})
	}
	if unknown := out.Unknown(); len(unknown) > 0 {
		return exitError{exitUsage, fmt.Errorf("--accept %s: the plan loses and replaces no such object", unknown[0])}
	}
	shown := out.Document()
	shown.Findings = append(found, shown.Findings...)
	if !shown.Findings.Failed() {
		shown.Next = fmt.Sprintf("'%s' writes the files", o.command("generate"))
	}
	if err := show(s, o.format, shown); err != nil {
		return failed(err)
	}
	if shown.Findings.Failed() {
		return exitError{code: exitFindings}
	}
	return nil
}

// overlays are the folders of all environments.
func (c *compiled) overlays() []string {
	var out []string
	for _, e := range c.plan.Environments {
		out = append(out, e.Overlay)
	}
	return out
}

// deployed is the GitOps repository at the commit that Argo CD has.
type deployed struct {
	plan    plan.Plan
	name    string
	model   *pipeline.Model
	apps    map[string]pipeline.Node // by overlay
	notices []string
}

// deployed reads the commit at which the work on disk began: the last one that it has in common with the deployed branch.
func (c *compiled) deployed() (*deployed, error) {
	dir, branch := c.roots[artifact.GitOps], c.plan.GitOps.Branch
	if top := gitrepo.Root(dir); top == "" || !oneFolder(top, dir) {
		return nil, fmt.Errorf("--plan compares with what is committed, and %s is no git repository", dir)
	}
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
	d := &deployed{plan: c.plan, name: commit[:7], apps: map[string]pipeline.Node{}}
	rendered := slices.Concat(c.overlays(), c.plan.OwnFolders())
	files, err := rollback.FilesAt(dir, commit, slices.Concat([]string{c.plan.GitOps.Folder, c.plan.GitOps.Argo}, c.plan.OwnFolders()), rendered)
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
	d.model = pipeline.New(read, &pipeline.Known{GitOps: c.plan.GitOps.Repository, Overlays: rendered, Charts: charts.Objects})
	d.model.RenderWith(files, check.NewRenderer().Overlays)
	return d, nil
}

// charts are those that the Applications of the commit render beside the overlays.
func (d *deployed) charts(m *pipeline.Model, dir, commit string) (*check.Charts, error) {
	var charts []check.Chart
	for _, e := range d.plan.Environments {
		for _, app := range m.Applications {
			sources := pipeline.Sources(app)
			if !slices.ContainsFunc(sources, func(s pipeline.Node) bool { return s.Get("path").Text() == e.Overlay }) {
				continue
			}
			d.apps[e.Overlay] = app
			for _, s := range sources {
				switch helm := s.Get("helm"); {
				case s.Get("chart").OK():
					d.notices = append(d.notices, "the chart "+s.Get("chart").Text()+" of "+e.Name+" is published elsewhere: what it renders to is not compared")
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
		if notice := "Helm is not installed: what the chart " + one.Folder + " renders to is not compared"; out.Version == "" && !slices.Contains(d.notices, notice) {
			d.notices = append(d.notices, notice)
		}
	}
	return out, nil
}

// side is what runs in an environment: what its overlay renders, or the author's manifests before there was one.
func (d *deployed) side(e plan.Environment) (migration.Side, error) {
	out := migration.Side{Namespace: cmp.Or(d.apps[e.Overlay].Get("spec", "destination", "namespace").Text(), e.Namespace)}
	folders := []string{e.Overlay}
	if t := d.model.Target(e.Overlay); t == nil || len(t.Folders) == 0 {
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

// keepable says which field of the spec keeps an object that would be replaced.
func keepable(objects []migration.Object, in int, sides []migration.Side, then *pipeline.Target, workloads []plan.Workload) {
	was := sides[in]
	for i := range objects {
		o := &objects[i]
		at := slices.IndexFunc(workloads, func(w plan.Workload) bool { return w.Name == o.Name && w.Own == nil })
		switch {
		case o.Fate == migration.Pruned:
			o.Keep = renamed(*o, was, then, workloads)
			if o.Keep != "" && slices.ContainsFunc(sides, func(s migration.Side) bool { return !runs(s, o.ID()) }) {
				o.Keep = "a workload has one name in all environments: let your kustomizations give it one first, where it is to be changed in place"
			}
		case at < 0:
		case o.Fate == migration.Immutable && strings.HasPrefix(o.Fields[0].Path, "spec.selector."):
			o.Keep = selects(workloads[at], o.Kind+"/"+o.Name, was)
		case o.Selected != "":
			o.Keep = selects(workloads[at], o.Selected, was)
		}
	}
}

// runs reports whether an object is in an environment, or nothing is.
func runs(s migration.Side, id string) bool {
	return len(s.Objects) == 0 || slices.ContainsFunc(s.Objects, func(o *pipeline.Object) bool { return o.Kind+"/"+o.Name == id })
}

// selects says how to keep what selects the pods of a workload of today, "" where a spec cannot say it.
func selects(w plan.Workload, id string, was migration.Side) string {
	for _, today := range was.Objects {
		selector := today.Get("spec", "selector")
		if today.Kind+"/"+today.Name != id || selector.Get("matchExpressions").OK() {
			continue
		}
		var labels []string
		for key, value := range selector.Get("matchLabels").Pairs() {
			if strings.ContainsAny(key, "./-") {
				key = strconv.Quote(key)
			}
			labels = append(labels, fmt.Sprintf("%s: %q", key, value.Text()))
		}
		return fmt.Sprintf("write %s.selector: {%s}", w.Path, strings.Join(labels, ", "))
	}
	return ""
}

// renamed says how to keep the name of a workload that is pruned, where one of another name runs the same image instead; ""
// where none does.
func renamed(o migration.Object, was migration.Side, then *pipeline.Target, workloads []plan.Workload) string {
	images := func(objects []*pipeline.Object, fits func(pipeline.Workload) bool) map[string]string {
		out := map[string]string{}
		for _, w := range pipeline.WorkloadsOf(objects) {
			if w.Kind == o.Kind && fits(w) {
				for _, container := range w.Pod().Get("containers").Items() {
					out[pipeline.ParseImage(container.Get("image").Text()).Name] = w.Name
				}
			}
		}
		return out
	}
	old := images(was.Objects, func(w pipeline.Workload) bool { return w.Name == o.Name })
	names := map[string]bool{}
	for _, w := range pipeline.WorkloadsOf(was.Objects) {
		names[w.Name] = true
	}
	added := images(then.Objects, func(w pipeline.Workload) bool { return !names[w.Name] })
	for _, image := range slices.Sorted(maps.Keys(added)) {
		name := added[image]
		i := slices.IndexFunc(workloads, func(w plan.Workload) bool { return w.Name == name && w.Own == nil })
		if old[image] != "" && i >= 0 {
			return fmt.Sprintf("if %s is to take its place, call it %q in the spec: then it is changed in place", workloads[i].Path, o.Name)
		}
	}
	return ""
}
