package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// ownProject looks for Applications in the project that allows everything, and for projects
// that allow as much.
func ownProject(c *Case) {
	for _, a := range c.apps() {
		p := a.Get("spec", "project")
		if p.Text() == "default" || !p.OK() {
			c.broken(p.At(), nowhere, "give it an AppProject of its own", "Application %s is in the project default, which allows everything", pipeline.NameOf(a))
		}
		project, ok := c.Project(a)
		if !ok {
			continue
		}
		for _, n := range project.Get("spec", "sourceRepos").Items() {
			if n.Text() == "*" {
				c.broken(n.At(), nowhere, "name the repository", "project %s takes any repository", pipeline.NameOf(project))
			}
		}
		for _, d := range project.Get("spec", "destinations").Items() {
			for _, field := range []string{"namespace", "server", "name"} {
				// Where clusters are found by their labels, nobody knows their names, and namespaces are what limits them.
				found := field != "namespace" && pipeline.Cluster(a.Get("spec", "destination")) == pipeline.SampleCluster
				if n := d.Get(field); n.Text() == "*" && !found {
					c.broken(n.At(), nowhere, "name the "+field, "project %s may deploy to any %s", pipeline.NameOf(project), field)
				}
			}
		}
		for _, list := range []string{"clusterResourceWhitelist", "namespaceResourceWhitelist"} {
			for _, k := range project.Get("spec", list).Items() {
				if k.Get("kind").Text() == "*" {
					c.broken(k.At(), nowhere, "name the kinds that are deployed", "project %s allows every kind in %s", pipeline.NameOf(project), list)
				}
			}
		}
	}
}

// namespaceAllowed looks for namespaces that Argo CD is to create and may not.
func namespaceAllowed(c *Case) {
	for _, a := range c.apps() {
		project, ok := c.Project(a)
		if !ok || !pipeline.HasOption(a, createNamespace) {
			continue
		}
		list := project.Get("spec", "clusterResourceWhitelist")
		if !lists(list, kind{"", "Namespace"}) {
			c.broken(list.At(), a.Get("spec", "syncPolicy", "syncOptions").At(), `add {group: "", kind: Namespace} to clusterResourceWhitelist`, "project %s forbids the namespace that Application %s creates: its first sync fails", pipeline.NameOf(project), pipeline.NameOf(a))
		}
	}
}

// createNamespace is the sync option by which Argo CD makes the namespace.
const createNamespace = "CreateNamespace=true"

// kind is one of Kubernetes' kinds: its group and its name.
type kind [2]string

func kindIn(entry pipeline.Node) kind {
	return kind{entry.Get("group").Text(), entry.Get("kind").Text()}
}

// String is the kind as people write it, without the group of the core.
func (k kind) String() string { return strings.TrimPrefix(k[0]+"/"+k[1], "/") }

// lists reports whether a list of a project allows a kind.
func lists(list pipeline.Node, k kind) bool {
	return slices.ContainsFunc(list.Items(), func(e pipeline.Node) bool {
		have := kindIn(e)
		return (have[0] == k[0] || have[0] == "*") && (have[1] == k[1] || have[1] == "*")
	})
}

// rolesSeeLogs looks for roles of a project that see its Applications and not their logs
// and, with a spec, for policies of them that allow anything else.
func rolesSeeLogs(c *Case) {
	for _, p := range c.Projects {
		for _, role := range p.Get("spec", "roles").Items() {
			c.seesLogs(p.Get("metadata", "name"), role)
		}
	}
}

func (c *Case) seesLogs(project, role pipeline.Node) {
	name, policies := quoted(role.Get("name").Text()), role.Get("policies")
	subject := "proj:" + project.Text() + ":" + role.Get("name").Text()
	right := func(resource string) string {
		return "p, " + subject + ", " + resource + ", get, " + project.Text() + "/*, allow"
	}
	sees := map[string]bool{"applications": c.Facts != nil}
	for _, policy := range policies.Items() {
		f := strings.Split(strings.ReplaceAll(policy.Text(), " ", ""), ",")
		if len(f) > 3 && (f[3] == "get" || f[3] == "*") {
			sees[f[2]] = true
		}
		byHand := policy.Text() == strings.Replace(right("applications"), ", get, ", ", sync, ", 1) && !c.syncsItself(project) || c.syncsByHand(project, subject, policy.Text())
		if c.Facts != nil && policy.Text() != right("applications") && policy.Text() != right("logs") && policy.Text() != right("applicationsets") && !byHand {
			c.broken(policy.At(), project.At(), right("applications"), "the policy %s does not let %s look at this project, or lets it do more", quoted(policy.Text()), name)
		}
	}
	if sees["applications"] && !sees["logs"] && !sees["*"] {
		c.broken(policies.At(), project.At(), "add "+right("logs"), "the role %s sees applications and not their logs", name)
	}
}

// syncsItself reports whether an Application of a project syncs without being asked: then nobody needs a right to sync.
func (c *Case) syncsItself(project pipeline.Node) bool {
	return slices.ContainsFunc(c.Applications, func(a pipeline.Node) bool {
		return a.Get("spec", "project").Text() == project.Text() && c.beside(a, project) && a.Get("spec", "syncPolicy", "automated").OK()
	})
}

// syncsByHand reports whether a policy lets a role start syncs of one Application that does not sync by itself.
func (c *Case) syncsByHand(project pipeline.Node, subject, policy string) bool {
	return slices.ContainsFunc(c.Applications, func(a pipeline.Node) bool {
		name := strings.Replace(pipeline.NameOf(a), pipeline.SampleCluster, "*", 1)
		return policy == "p, "+subject+", applications, sync, "+project.Text()+"/"+name+", allow" && a.Get("spec", "project").Text() == project.Text() && c.beside(a, project) && !a.Get("spec", "syncPolicy", "automated").OK()
	})
}

// kindsAllowed looks for kinds that a project does not allow and its Applications bring, or
// the cluster makes of them, and for kinds that it allows without need. Too few, and the
// sync fails or nobody sees its pods; too many, and the project protects nothing.
func kindsAllowed(c *Case) {
	if c.Facts != nil && len(c.Facts.Projects) > 0 {
		c.kindsNamed()
	}
	for _, p := range c.Projects {
		b, name := c.brought(p), pipeline.NameOf(p)
		list := p.Get("spec", "namespaceResourceWhitelist")
		switch {
		case list.OK():
			c.whitelist(name, list, b.namespaced, b.made, b.whole)
			c.shows(name, list, b)
		case c.Facts != nil: // without a list everything in a namespace is allowed
			c.broken(list.At(), c.AnyOverlay(), "add namespaceResourceWhitelist with the kinds that are deployed", "project %s allows every kind in a namespace", name)
		}
		c.whitelist(name, p.Get("spec", "clusterResourceWhitelist"), b.cluster, b.created, b.whole)
	}
}

// kindsNamed looks for kinds that the author adds and the spec does not name: the README asks for those that it names when
// somebody else keeps the project.
func (c *Case) kindsNamed() {
	c.eachObject(func(o *pipeline.Object) {
		if k := (kind{o.Group, o.Kind}); !c.Facts.declares(k) && o.Added() && c.onlyAdded(k) {
			c.broken(o.Get("kind").At(), nowhere, c.toAllow(k), "the project %s is somebody else's, and nobody is asked to let it allow %s", strings.Join(c.Facts.Projects, " or "), k)
		}
	})
}

// onlyAdded reports a kind of which the author adds all objects.
func (c *Case) onlyAdded(k kind) bool {
	only := true
	c.eachObject(func(o *pipeline.Object) { only = only && (k != kind{o.Group, o.Kind} || o.Added()) })
	return only
}

// brought is what the Applications of a project bring, each kind with a place where.
type brought struct {
	namespaced, cluster map[kind]pipeline.Place
	// made is what the cluster makes of it, down to pods; created is what Argo CD does.
	made, created map[kind]pipeline.Place
	// whole says that it is all, so that what is not among it is not needed.
	whole bool
}

func (c *Case) brought(project pipeline.Node) brought {
	b := brought{map[kind]pipeline.Place{}, map[kind]pipeline.Place{}, map[kind]pipeline.Place{}, map[kind]pipeline.Place{}, false}
	partly := false
	for _, a := range c.Applications {
		if a.Get("spec", "project").Text() != pipeline.NameOf(project) || !c.beside(a, project) {
			continue
		}
		b.whole = true
		if pipeline.HasOption(a, createNamespace) {
			b.created[kind{"", "Namespace"}] = a.Get("spec", "syncPolicy", "syncOptions").At()
		}
		for _, s := range pipeline.Sources(a) {
			if c.rendersChart(s) && !c.Facts.Unseen {
				continue
			}
			t := c.Target(s.Get("path").Text())
			if t == nil || s.Get("chart").OK() {
				partly = true
				continue
			}
			partly = partly || t.Fault != "" || c.Facts == nil && roomForMore(t)
			for _, o := range t.Objects {
				b.take(o)
			}
		}
	}
	b.whole = b.whole && !partly
	return b
}

func (b brought) take(o *pipeline.Object) {
	to := b.namespaced
	if pipeline.ClusterScoped(o.Kind) {
		to = b.cluster
	}
	to[kind{o.Group, o.Kind}] = o.Get("kind").At()
	for _, m := range pipeline.MadeOf(o.Group, o.Kind) {
		b.made[m] = o.Get("kind").At()
	}
	if len((pipeline.Workload{Object: o}).Templates()) > 0 {
		b.made[kind{"", "PersistentVolumeClaim"}] = o.Get("kind").At()
	}
}

// roomForMore reports a folder that is included and still empty: the project may allow
// what is to come there.
func roomForMore(t *pipeline.Target) bool {
	return slices.ContainsFunc(t.Folders, func(f *pipeline.Folder) bool {
		for field, n := range f.Kust.Pairs() {
			if field != "apiVersion" && field != "kind" && (!n.IsList() || len(n.Items()) > 0) {
				return false
			}
		}
		return true
	})
}

// whitelist holds a list against the kinds that are needed; spare are some that it may have
// as well.
func (c *Case) whitelist(project string, list pipeline.Node, needed, spare map[kind]pipeline.Place, whole bool) {
	for k, at := range needed {
		if !lists(list, k) {
			c.broken(list.At(), at, c.toAllow(k), "project %s does not allow %s: the sync fails", project, k)
		}
	}
	for _, e := range list.Items() {
		k := kindIn(e)
		_, need := needed[k]
		_, may := spare[k]
		switch declared := c.Facts != nil && c.Facts.declares(k); {
		case need || may || !whole || c.Facts == nil || c.mayBring(k) || c.deleted(k):
		case !declared:
			c.broken(e.At(), c.AnyOverlay(), "remove it", "project %s allows %s, which nothing of it renders", project, k)
		case c.customized():
			c.doubtful(e.At(), c.AnyOverlay(), "take it out of deploy.custom.kinds", "project %s allows %s, and none of your files brings one", project, k)
		}
	}
}

// deleted reports a kind that generated files have, and that a patch of the author's takes out of what is rendered. The
// project goes on allowing it: Argo CD deletes nothing of a kind that its project does not allow, and shows none of it.
func (c *Case) deleted(k kind) bool {
	return slices.ContainsFunc(c.Files, func(f *pipeline.File) bool {
		return f.Root == artifact.GitOps && f.Owner != artifact.Seeded && slices.ContainsFunc(f.Docs, func(d pipeline.Node) bool {
			return kind{pipeline.GroupOf(d.Get("apiVersion").Text()), d.Get("kind").Text()} == k
		})
	})
}

// mayBring reports a kind that manifests of the author's have as a rule, so that a project allows it at once.
func (c *Case) mayBring(k kind) bool {
	usual := []kind{{"", "ConfigMap"}, {"", "Service"}, {"", "ServiceAccount"}, {"", "Pod"}, {"apps", "Deployment"}, {"apps", "ReplicaSet"}, {"autoscaling", "HorizontalPodAutoscaler"},
		{"networking.k8s.io", "Ingress"}, {"networking.k8s.io", "NetworkPolicy"}, {"policy", "PodDisruptionBudget"}}
	return c.Facts != nil && slices.Contains(usual, k) && slices.ContainsFunc(c.Facts.Workloads, func(w WorkloadFact) bool { return w.Kind == ownKind })
}

// toAllow is what to write so that a project allows a kind.
func (c *Case) toAllow(k kind) string {
	switch {
	case c.Facts == nil || !c.onlyAdded(k):
		return "add the kind to the list"
	case pipeline.ClusterScoped(k[1]):
		return "take it out, since it belongs to the whole cluster: let whoever runs that make it"
	}
	return fmt.Sprintf("name %q in %s.custom.kinds", k, c.Facts.Workloads[0].Path)
}

// declares reports a kind that the author's own files may add, or that the cluster makes of one.
func (f *Facts) declares(k kind) bool {
	return slices.ContainsFunc(f.Kinds, func(declared string) bool {
		group, name, grouped := strings.Cut(declared, "/")
		if !grouped {
			group, name = "", declared
		}
		return k.String() == declared || slices.Contains(pipeline.MadeOf(group, name), [2]string(k))
	})
}

// customized reports whether the author has written files of their own yet.
func (c *Case) customized() bool {
	return slices.ContainsFunc(c.Files, func(f *pipeline.File) bool {
		return f.Owner == artifact.Seeded && f.Root == artifact.GitOps && len(f.Doc().Get("resources").Items()) > 0
	})
}

// shows looks for what Argo CD hides: it shows nothing of a kind that the project does not
// allow, nor of what is below it.
func (c *Case) shows(project string, list pipeline.Node, b brought) {
	var hidden []string
	other := nowhere
	for k, at := range b.namespaced {
		for _, m := range pipeline.MadeOf(k[0], k[1]) {
			_, brought := b.namespaced[m]
			if made := kind(m); lists(list, k) && !brought && !lists(list, made) && !slices.Contains(hidden, made.String()) {
				hidden = append(hidden, made.String())
				other = at
			}
		}
	}
	if len(hidden) > 0 {
		slices.Sort(hidden)
		c.broken(list.At(), other, "add the kinds to the list", "project %s does not allow %s: Argo CD shows neither the pods nor their logs", project, strings.Join(hidden, " and "))
	}
}
