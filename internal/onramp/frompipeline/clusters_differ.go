package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// findClusters recognises environments that are clusters of another one: in its namespace, with its images, and with
// nothing else than a cluster may have for itself.
func (d *drafter) findClusters() {
	if d.own {
		return
	}
	for _, e := range d.deployments {
		for _, s := range d.deployments {
			if s == e || s.of != nil || e.of != nil || len(s.clusters) > 0 || !d.inOtherClusters(e, s) || !sameImages(e, s) || !alike(e.targets[0], s.targets[0]) {
				continue
			}
			switch over := s.targets[0].Folder(e.targets[0].Dir) != nil; {
			case over && s.writer == nil:
				d.join(e, s, path.Base(s.targets[0].Dir), "")
			case !over:
				d.joinBeside(e, s)
			}
		}
	}
	// What an environment has is what its clusters are held against, so that it comes behind them.
	var ordered []*deployment
	for _, e := range d.deployments {
		if e.of == nil {
			ordered = append(append(ordered, e.clusters...), e)
		}
	}
	d.deployments = ordered
}

// join makes an environment one of the clusters of another. Guessed says why that is no more than likely.
func (d *drafter) join(e, s *deployment, name, guessed string) {
	s.of, s.guessed = e, guessed
	if s.site = strings.Trim(strings.TrimPrefix(name, e.env), "-"); s.site == "" {
		s.site = name
	}
	e.clusters = append(e.clusters, s)
}

// joinBeside does so for two overlays beside one another that are called like one environment in two places: certainly
// where one job writes both, or where the images of both are in one folder, and likely where nobody is known to write them.
func (d *drafter) joinBeside(e, s *deployment) {
	stage, first := stageAndSite(e.targets[0])
	other, second := stageAndSite(s.targets[0])
	if stage == "" || stage != other || second == "" {
		return
	}
	guessed := ""
	shared := sharesImages(e.targets[0], s.targets[0])
	switch {
	case shared, e.writer != nil && e.writer == s.writer:
	case e.writer == nil && s.writer == nil:
		guessed = s.targets[0].Dir + " has the images of " + e.targets[0].Dir + " today, and nothing was found that writes them: one deploy for both, or environments of their own"
	default:
		return
	}
	if slices.ContainsFunc(d.deployments, func(o *deployment) bool { return o != e && o.env == stage }) {
		return
	}
	e.env, e.site = stage, first
	d.join(e, s, second, guessed)
}

// stageAndSite are the environment and the place in it that the path of a target names, "" for none: production and eu for
// production-eu, eu-production and production/eu.
func stageAndSite(t *pipeline.Target) (stage, place string) {
	base, above := path.Base(t.Dir), path.Base(path.Dir(t.Dir))
	if slices.Contains(stages, base) {
		return base, ""
	}
	for _, s := range stages {
		if at, ok := strings.CutPrefix(base, s+"-"); ok {
			stage, place = s, at
		} else if at, ok := strings.CutSuffix(base, "-"+s); ok {
			stage, place = s, at
		}
	}
	if stage == "" && slices.Contains(stages, above) {
		stage, place = above, base
	}
	if stage == "" || !nameOfCluster().MatchString(place) {
		return "", ""
	}
	return stage, place
}

// inOtherClusters reports whether two environments are in one namespace of different clusters, and all of these are known.
func (d *drafter) inOtherClusters(e, s *deployment) bool {
	if len(e.targets) != 1 || len(s.targets) != 1 || len(e.charts)+len(s.charts) > 0 || len(s.targets[0].Apps) != 1 || s.start != nil && e.start != s.start {
		return false
	}
	var clusters, namespaces []string
	for _, app := range append(slices.Clone(e.targets[0].Apps), s.targets[0].Apps...) {
		to := app.Get("spec", "destination")
		cluster := d.clusterIn(app)
		if cluster == "" || slices.Contains(clusters, cluster) {
			return false
		}
		clusters, namespaces = append(clusters, cluster), append(namespaces, to.Get("namespace").Text())
	}
	return len(clusters) > 1 && namespaces[0] != "" && len(slices.Compact(namespaces)) == 1
}

// sharesImages reports whether a folder beneath both targets sets their images, and none that one of them has alone.
func sharesImages(a, b *pipeline.Target) (shared bool) {
	for _, f := range slices.Concat(a.Folders, b.Folders) {
		switch sets := len(f.Kust.Get("images").Items()) > 0; {
		case sets && (a.Folder(f.Dir) == nil || b.Folder(f.Dir) == nil):
			return false
		case sets:
			shared = true
		}
	}
	return shared
}

func sameImages(e, s *deployment) bool {
	images := func(p *deployment) (out []string) {
		for _, w := range p.workloads() {
			for _, c := range w.Pod().Get("containers").Items() {
				out = append(out, w.Name+" "+c.Get("image").Text())
			}
		}
		return slices.Sorted(slices.Values(out))
	}
	return len(e.workloads()) > 0 && slices.Equal(images(e), images(s))
}

// mayDiffer are the fields of objects, by their kind, in which one cluster may be unlike another. A budget follows from the
// number of pods.
var mayDiffer = map[string][]string{
	"Deployment":              podsMayDiffer,
	"StatefulSet":             podsMayDiffer,
	"Rollout":                 {"spec.replicas"},
	"ConfigMap":               {"data.*"},
	"HorizontalPodAutoscaler": {"spec.minReplicas", "spec.maxReplicas", "spec.metrics[].resource.target.averageUtilization"},
	"ScaledObject":            {"spec.minReplicaCount", "spec.maxReplicaCount"},
	"HTTPRoute":               {"spec.hostnames[]", "spec.parentRefs[].name", "spec.parentRefs[].namespace", "spec.parentRefs[].sectionName"},
	"GRPCRoute":               {"spec.hostnames[]", "spec.parentRefs[].name", "spec.parentRefs[].namespace", "spec.parentRefs[].sectionName"},
	"PodDisruptionBudget":     {"spec.minAvailable", "spec.maxUnavailable"},
}

var podsMayDiffer = []string{
	"spec.replicas", "spec.template.spec.containers[].env[].value", "spec.template.spec.containers[].resources.limits.*", "spec.template.spec.containers[].resources.requests.*",
	"spec.template.spec.nodeSelector.*", "spec.template.spec.priorityClassName", "spec.template.spec.runtimeClassName",
}

// alike reports whether nothing else differs between what two overlays render.
func alike(a, b *pipeline.Target) bool {
	return len(a.Objects) == len(b.Objects) && !slices.ContainsFunc(a.Objects, func(o *pipeline.Object) bool {
		i := slices.IndexFunc(b.Objects, func(other *pipeline.Object) bool {
			return other.Kind == o.Kind && withoutHash(other.Name) == withoutHash(o.Name)
		})
		return i < 0 || !alikeIn(o.Node, b.Objects[i].Node, "", mayDiffer[o.Kind])
	})
}

// withoutHash is a name without the end by which kustomize makes a ConfigMap another one when its texts change.
func withoutHash(text string) string { return hashed().ReplaceAllString(text, "$1") }

// alikeIn compares two values at a path. A cluster may add variables and labels of nodes, and takes none away.
func alikeIn(a, b pipeline.Node, at string, may []string) bool {
	free := slices.ContainsFunc(may, func(m string) bool {
		return m == at || strings.TrimSuffix(m, "*") == at[:strings.LastIndex(at, ".")+1] && strings.HasSuffix(m, "*")
	})
	switch {
	case a.IsMap() && b.IsMap():
		for key, x := range a.Pairs() {
			if !alikeIn(x, b.Get(key), strings.TrimPrefix(at+"."+key, "."), may) {
				return false
			}
		}
		for key := range b.Pairs() {
			if in := strings.TrimPrefix(at+"."+key, "."); !a.Get(key).OK() && !slices.Contains(may, in) && !slices.Contains(may, at+".*") {
				return false
			}
		}
		return true
	case a.IsList() && b.IsList():
		x, y := a.Items(), b.Items()
		adds := strings.HasSuffix(at, "containers[].env") || slices.Contains(may, at+"[]")
		if len(x) != len(y) && (!adds || len(x) > len(y) && strings.HasSuffix(at, ".env")) {
			return false
		}
		for i, one := range x {
			other := pipeline.Node{}
			if name := one.Get("name").Text(); name != "" {
				if n := slices.IndexFunc(y, func(n pipeline.Node) bool { return n.Get("name").Text() == name }); n >= 0 {
					other = y[n]
				}
			}
			if !other.OK() && i < len(y) && !strings.HasSuffix(at, ".env") {
				other = y[i]
			}
			if !slices.Contains(may, at+"[]") && !alikeIn(one, other, at+"[]", may) {
				return false
			}
		}
		return true
	}
	return a.OK() && b.OK() && (free || withoutHash(a.Text()) == withoutHash(b.Text()))
}

// fold writes what clusters have for themselves below their environment. What cannot be said there stays an environment of
// its own.
func (d *drafter) fold() {
	for _, e := range slices.Clone(d.deployments) {
		var joined []*deployment
		for _, s := range e.clusters {
			if differs, ok := d.differsFrom(e, s); ok {
				s.differs, joined = differs, append(joined, s)
			} else {
				s.of = nil
				d.clusterOf(s, below("environments", s.env))
				d.ofAnother(s)
			}
		}
		at := below("environments", e.env)
		if e.clusters = joined; len(joined) == 0 {
			if e.of == nil {
				d.clusterOf(e, at)
			}
			continue
		}
		for _, app := range e.targets[0].Apps {
			d.siteOf(e, app, at)
		}
		for _, s := range joined {
			app := s.targets[0].Apps[0]
			key := d.siteOf(s, app, at)
			s.site = key
			to := at("clusters", key)
			if len(s.differs) > 0 && d.tree.Root.Value(to...) != nil {
				d.tree.Root.Remove(to...)
			}
			for _, f := range s.differs {
				d.tree.Root.Copy(f.from, append(slices.Clone(to), f.path...))
			}
			if first := d.tree.Root.First(to...); s.guessed != "" && first != nil {
				first.Note = draft.Guess(nil, s.guessed).Note
			}
			d.tree.Root.Remove("environments", s.env)
			d.deployments = slices.DeleteFunc(d.deployments, func(o *deployment) bool { return o == s })
			for _, p := range d.programs {
				p.runs = slices.DeleteFunc(p.runs, func(r run) bool { return r.in == s })
			}
		}
	}
}

// siteOf says of an environment that it is in the cluster of an Application, and returns the name of that.
func (d *drafter) siteOf(e *deployment, app pipeline.Node, at func(...string) []string) (key string) {
	key = d.keyIn(e, app)
	of := e
	if e.of != nil {
		of = e.of
	}
	if name := app.Get("metadata", "name"); name.Text() != d.name+"-"+of.env+"-"+key {
		d.add(name.Text(), name.At(), at("clusters", key, "application")...)
	} else {
		d.add(struct{}{}, app.Get("spec", "destination").At(), at("clusters", key)...)
	}
	return key
}

// difference is a field of a cluster, and where the draft has its value.
type difference struct{ path, from []string }

// differsFrom are the fields in which a cluster differs from its environment. It reports whether the draft can say all.
func (d *drafter) differsFrom(e, s *deployment) (out []difference, ok bool) {
	mine, theirs := below("environments", s.env), below("environments", e.env)
	ok = true
	var visit func(path ...string)
	visit = func(at ...string) {
		root := &d.tree.Root
		keys := slices.Concat(root.Keys(mine(at...)...), root.Keys(theirs(at...)...))
		if len(keys) == 0 {
			from := mine(at...)
			if !root.Has(from...) {
				from = d.inWorkload(at)
			}
			switch {
			case root.Has(mine(at...)...) && root.Same(mine(at...), theirs(at...)):
			case !root.Has(from...):
				ok = false
			default:
				out = append(out, difference{at, from})
			}
			return
		}
		for _, key := range slices.Compact(slices.Sorted(slices.Values(keys))) {
			visit(append(slices.Clone(at), key)...)
		}
	}
	for _, key := range []string{"replicas", "scale", "route", "resources", "placement", "env", "files", "workloads"} {
		if d.tree.Root.Has(mine(key)...) || d.tree.Root.Has(theirs(key)...) {
			visit(key)
		}
	}
	return out, ok
}

// inWorkload is where a workload has what an environment has at a path.
func (d *drafter) inWorkload(at []string) []string {
	if at[0] == "workloads" {
		return at
	}
	return append([]string{"deploy"}, at...)
}
