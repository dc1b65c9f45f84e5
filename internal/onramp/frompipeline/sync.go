package frompipeline

import "github.com/pipegen/pipegen/internal/pipeline"

// careful are the settings with which Argo CD acts by itself, each with its field in an Application. A spec has each of
// them once: where the Applications differ, the draft has false, since an unwanted action is worse than one that
// somebody must do by hand.
var careful = []struct {
	field, doing string
	on           func(app pipeline.Node) (bool, pipeline.Node)
}{
	{"automated", "syncs by itself", automated},
	{"prune", "deletes what has left git", automatically("prune")},
	{"selfHeal", "undoes what was changed in the cluster", automatically("selfHeal")},
}

func automatically(field string) func(app pipeline.Node) (bool, pipeline.Node) {
	return func(app pipeline.Node) (bool, pipeline.Node) {
		n := app.Get("spec", "syncPolicy", "automated", field)
		return n.True(), n
	}
}

// automated reports whether an Application syncs by itself.
func automated(app pipeline.Node) (bool, pipeline.Node) {
	policy := app.Get("spec", "syncPolicy")
	auto := policy.Get("automated")
	if auto.OK() {
		return !auto.Get("enabled").False(), auto
	}
	return false, policy
}

// sync reads when Argo CD acts by itself. The other settings count only where it syncs by itself.
func (d *drafter) sync() {
	first := d.firstApp()
	for _, c := range careful {
		off, differs := d.without(c.on)
		if !differs {
			if _, n := c.on(first); first.OK() && c.field != "automated" {
				d.add(true, n.At(), "argocd", "sync", c.field)
			}
			continue
		}
		_, n := c.on(off)
		d.add(false, n.At(), "argocd", "sync", c.field)
		for _, p := range d.deployments {
			if on, n := c.on(p.app); on {
				d.leave(n.At(), "", "that Application %s %s: a spec has one policy for all environments, and the draft has %s: false as Application %s, which is the more careful", pipeline.NameOf(p.app), c.doing, c.field, pipeline.NameOf(off))
			}
		}
		if c.field == "automated" {
			return
		}
	}
}

// without returns the first Application that does not do something.
func (d *drafter) without(does func(pipeline.Node) (bool, pipeline.Node)) (pipeline.Node, bool) {
	for _, p := range d.deployments {
		if on, _ := does(p.app); p.app.OK() && !on {
			return p.app, true
		}
	}
	return pipeline.Node{}, false
}
