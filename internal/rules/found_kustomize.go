package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// k01: a base holds nothing of any environment.
func findsK01(f *Case) {
	f.folders(func(t *pipeline.Target, folder *pipeline.Folder, own bool) {
		if n := folder.Kust.Get("namespace"); !own && n.OK() {
			f.broken(n.At(), t.At(), "set it in each overlay", "the base %s names the namespace %s", folder.Dir, Quoted(n.Text()))
		}
		if own {
			return
		}
		for _, file := range folder.Files {
			for _, d := range file.Docs {
				if n := d.Get("metadata", "namespace"); n.OK() {
					f.broken(n.At(), t.At(), "leave it to the overlays", "the base %s names the namespace %s", folder.Dir, Quoted(n.Text()))
				}
			}
		}
	})
}

// k02: labels leave selectors alone.
func findsK02(f *Case) {
	f.folders(func(_ *pipeline.Target, folder *pipeline.Folder, _ bool) {
		if n := folder.Kust.Get("commonLabels"); n.OK() {
			f.broken(n.At(), nowhere, "use labels: with includeTemplates: true", "commonLabels writes into selectors, which can never be changed, and is deprecated")
		}
	})
}

// replaced are fields of a kustomization that newer ones took the place of.
var replaced = []struct{ field, by string }{
	{"bases", "resources"}, {"patchesStrategicMerge", "patches"}, {"patchesJson6902", "patches"}, {"vars", "replacements"},
}

// k03: no field that kustomize has retired.
func findsK03(f *Case) {
	f.folders(func(_ *pipeline.Target, folder *pipeline.Folder, _ bool) {
		for _, r := range replaced {
			if n := folder.Kust.Get(r.field); n.OK() {
				f.broken(n.At(), nowhere, "use "+r.by, "the field %s is deprecated", r.field)
			}
		}
	})
}

// k09: one place makes the namespace.
func findsK09(f *Case) {
	for _, t := range f.targets {
		manifests := t.Kinds("Namespace")
		for _, app := range t.Apps {
			creates := pipeline.HasOption(app, "CreateNamespace=true")
			if creates && len(manifests) > 0 {
				f.broken(manifests[0].At(), app.Get("spec", "syncPolicy", "syncOptions").At(), "remove one of the two", "the namespace %s is made by this manifest and by Argo CD", manifests[0].Name)
			}
		}
	}
}

// x01: CI edits what Argo CD renders.
func findsX01(f *Case) {
	for _, w := range f.Writers {
		for _, e := range w.Edits {
			f.edited(w, e)
		}
	}
	for _, a := range f.Applications {
		for _, s := range pipeline.Sources(a) {
			p := s.Get("path")
			if p.OK() && !s.Get("chart").OK() && f.Target(p.Text()) == nil && f.here(s) {
				f.broken(p.At(), f.anywhere(), "name the folder of an overlay", "Application %s renders %s, where there is nothing to render", pipeline.NameOf(a), Quoted(p.Text()))
			}
		}
	}
}

// here reports whether an Application's source is the repository that CI writes to.
func (f *Case) here(source pipeline.Node) bool {
	for _, w := range f.Writers {
		if w.Repository != "" {
			return strings.EqualFold(pipeline.Repository(source.Get("repoURL").Text()), w.Repository)
		}
	}
	return true
}

func (f *Case) anywhere() pipeline.Place {
	for _, t := range f.Targets {
		return t.At()
	}
	return nowhere
}

func (f *Case) edited(w *pipeline.Writer, e pipeline.Edit) {
	if strings.ContainsAny(e.Folder, "‹\x00") || len(f.Targets) == 0 {
		return
	}
	rendered, held := f.anywhere(), false
	for _, t := range f.Targets {
		held = held || t.Holds(e.Folder) || t.Dir == e.Folder
		if len(t.Apps) == 0 {
			continue
		}
		rendered = pipeline.Sources(t.Apps[0])[0].Get("path").At()
		if t.Holds(e.Folder) || t.Dir == e.Folder {
			return
		}
	}
	switch {
	case !held:
		f.broken(e.At(), rendered, "edit the folder of an overlay", "job %s edits %s, which belongs to nothing that is rendered: nothing is deployed", w.ID, Quoted(e.Folder))
	case len(f.Applications) > 0 && !f.Unfollowed():
		f.broken(e.At(), rendered, "let the job and the Application's source.path name one overlay", "job %s edits %s, which no Application renders", w.ID, Quoted(e.Folder))
	}
}

// imageNames are the images of a target's manifests: as they are written, and as
// they are called once the shared folders have renamed them.
func imageNames(t *pipeline.Target) (written, renamed map[string]bool) {
	written, renamed = map[string]bool{}, map[string]bool{}
	for _, folder := range t.Folders {
		for _, file := range folder.Files {
			for _, d := range file.Docs {
				for _, pod := range []pipeline.Node{d.Get("spec", "template", "spec"), d.Get("spec", "jobTemplate", "spec", "template", "spec"), d.Get("spec")} {
					for _, kind := range []string{"containers", "initContainers"} {
						for _, c := range pod.Get(kind).Items() {
							if name := pipeline.ParseImage(c.Get("image").Text()).Name; name != "" {
								written[name], renamed[name] = true, true
							}
						}
					}
				}
			}
		}
	}
	for _, folder := range t.Folders {
		for _, i := range folder.Kust.Get("images").Items() {
			name, to := i.Get("name").Text(), i.Get("newName").Text()
			if !t.Own(folder.Dir) && to != "" && to != name && written[name] {
				delete(renamed, name)
				renamed[to] = true
			}
		}
	}
	return written, renamed
}

// x02: images are replaced in overlays only.
func findsX02(f *Case) {
	f.folders(func(t *pipeline.Target, folder *pipeline.Folder, own bool) {
		images := folder.Kust.Get("images")
		if own || len(images.Items()) == 0 {
			return
		}
		other := t.At()
		for _, o := range t.Folders {
			if i := o.Kust.Get("images"); t.Own(o.Dir) && i.OK() {
				other = i.At()
			}
		}
		f.broken(images.At(), other, "keep images: in the overlays", "%s replaces images, and so hides them from the entries of the overlays above it", Quoted(folder.Dir))
	})
}

// x03: every edit and every entry replaces an image that is there.
func findsX03(f *Case) {
	for _, w := range f.Writers {
		for _, e := range w.Edits {
			t := f.holding(e.Folder)
			if !e.Kustomize || t == nil || t.Fault != "" || strings.ContainsAny(e.Name, "‹\x00") {
				continue
			}
			written, renamed := imageNames(t)
			names := renamed
			if !t.Own(e.Folder) {
				names = written
			}
			if len(written) > 0 && !names[e.Name] {
				f.broken(e.At(), f.anImage(t), "give both the same name", "job %s edits the image %s, which nothing in %s has: the edit succeeds and replaces nothing", w.ID, Quoted(e.Name), Quoted(t.Dir))
			}
		}
	}
	f.folders(func(t *pipeline.Target, folder *pipeline.Folder, own bool) {
		written, renamed := imageNames(t)
		seen := map[string]bool{}
		for _, i := range folder.Kust.Get("images").Items() {
			name := i.Get("name").Text()
			switch {
			case seen[name]:
				f.broken(i.Get("name").At(), folder.Kust.Get("images").At(), "keep one", "%s has two entries for the image %s", Quoted(folder.Dir), Quoted(name))
			case t.Fault == "" && len(written) > 0 && (own && !renamed[name] || !own && !written[name]):
				f.broken(i.Get("name").At(), f.anImage(t), "name an image of the manifests", "the entry %s replaces no image", Quoted(name))
			}
			seen[name] = true
		}
	})
}

func (f *Case) holding(dir string) *pipeline.Target {
	for _, t := range f.targets {
		if t.Holds(dir) {
			return t
		}
	}
	return nil
}

// anImage is where a target's container names its image.
func (f *Case) anImage(t *pipeline.Target) pipeline.Place {
	if _, c, ok := f.App(t); ok {
		return c.Get("image").At()
	}
	return t.At()
}
