package frompipeline

import "github.com/pipegen/pipegen/internal/pipeline"

// automated reports whether an Application syncs by itself.
func automated(app pipeline.Node) (bool, pipeline.Node) {
	policy := app.Get("spec", "syncPolicy")
	auto := policy.Get("automated")
	if auto.OK() {
		return !auto.Get("enabled").False(), auto
	}
	return false, policy
}

// sync reads how Argo CD keeps the environments equal to git. argocd.sync has what the first Application says, and an
// environment what its own says otherwise. Pruning and healing count only where Argo CD syncs by itself.
func (d *drafter) sync() {
	all := map[string]bool{"automated": true, "prune": true, "selfHeal": true}
	first := true
	for _, p := range d.deployments {
		if !p.app.OK() {
			continue
		}
		put := func(field string, on bool, n pipeline.Node) {
			switch {
			case first && (field != "automated" || !on):
				all[field] = on
				d.add(on, n.At(), "argocd", "sync", field)
			case on != all[field]:
				d.add(on, n.At(), "environments", p.env, "sync", field)
			}
		}
		on, n := automated(p.app)
		put("automated", on, n)
		for _, field := range []string{"prune", "selfHeal"} {
			if on {
				put(field, n.Get(field).True(), orElse(n.Get(field), n))
			}
		}
		first = false
	}
}

func orElse(n, other pipeline.Node) pipeline.Node {
	if n.OK() {
		return n
	}
	return other
}
