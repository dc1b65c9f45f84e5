package pipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
)

func (m *Model) readArgoCD() {
	for _, f := range m.Files {
		if f.Root != artifact.GitOps {
			continue
		}
		for _, d := range f.Docs {
			if !strings.HasPrefix(d.Get("apiVersion").Text(), "argoproj.io/") {
				continue
			}
			switch d.Get("kind").Text() {
			case "Application":
				m.Applications = append(m.Applications, d)
			case "ApplicationSet":
				m.readApplicationSet(d)
			case "AppProject":
				m.Projects = append(m.Projects, d)
			}
		}
	}
	m.readRoots()
}

// Sources are the sources of an Application.
func Sources(app Node) []Node {
	if several := app.Get("spec", "sources").Items(); len(several) > 0 {
		return several
	}
	return []Node{app.Get("spec", "source")}
}

// NameOf is an object's name.
func NameOf(n Node) string { return n.Get("metadata", "name").Text() }

// Project is the AppProject that an Application names, if it is in the tree. Of several with one name, which are for
// different Argo CDs, it is the one in the nearest folder.
func (m *Model) Project(app Node) (Node, bool) {
	var out Node
	near := -1
	for _, p := range m.Projects {
		if NameOf(p) != app.Get("spec", "project").Text() {
			continue
		}
		if n := shared(p.file.Path, app.file.Path); n > near {
			out, near = p, n
		}
	}
	return out, near >= 0
}

// Instance is the Argo CD that an object is for, by the name of the folder that is its own: "" where nothing shows that
// there are several.
func (m *Model) Instance(n Node) string {
	if m.apart == nil {
		depth := m.apartAt()
		m.apart = &depth
	}
	dirs := strings.Split(path.Dir(n.file.Path), "/")
	if *m.apart < 0 || *m.apart >= len(dirs) {
		return ""
	}
	return dirs[*m.apart]
}

// apartAt is the depth at which the folders of several Argo CDs begin to differ, -1 where there is one: several have
// projects of one name, each with Applications beside it, and all deploy to their own clusters.
func (m *Model) apartAt() int {
	depth := -1
	for i, p := range m.Projects {
		for _, other := range m.Projects[:i] {
			if NameOf(p) == NameOf(other) && m.beside(p) && m.beside(other) {
				depth = max(depth, shared(p.file.Path, other.file.Path))
			}
		}
	}
	if slices.ContainsFunc(m.Applications, func(a Node) bool { return !OwnCluster(Cluster(a.Get("spec", "destination"))) }) {
		return -1
	}
	return depth
}

// beside reports whether a project is the one of some Application.
func (m *Model) beside(project Node) bool {
	return slices.ContainsFunc(m.Applications, func(a Node) bool {
		p, ok := m.Project(a)
		return ok && p.file == project.file && p.line == project.line
	})
}

// OwnCluster reports the name or the address that every Argo CD has for the cluster in which it runs.
func OwnCluster(cluster string) bool {
	return cluster == "in-cluster" || cluster == "https://kubernetes.default.svc"
}

// shared counts the folders in which two files both are.
func shared(a, b string) int {
	x, y := strings.Split(path.Dir(a), "/"), strings.Split(path.Dir(b), "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// HasOption reports a sync option of an Application, such as CreateNamespace=true.
func HasOption(app Node, option string) bool {
	for _, o := range app.Get("spec", "syncPolicy", "syncOptions").List() {
		if o == option {
			return true
		}
	}
	return false
}

var onGitHub = lazy.Regexp(`^(?:https?://(?:[^@/]*@)?|ssh://git@|git@)github\.com[:/]([^/]+/[^/]+?)(?:\.git)?/?$`)

// Repository is the OWNER/NAME of a repository on GitHub, given by its address or by its name; "" for anything else.
func Repository(address string) string {
	if m := onGitHub().FindStringSubmatch(address); m != nil {
		return m[1]
	}
	if strings.Count(address, "/") == 1 && !strings.ContainsAny(address, ":‹\x00 ") {
		return address
	}
	return ""
}

// Cluster is what an Application's or a project's destination names: the address of a cluster, or else its name.
func Cluster(destination Node) string {
	if s := destination.Get("server").Text(); s != "" {
		return s
	}
	return destination.Get("name").Text()
}

// Watches reports whether a list of paths, as Argo CD's annotation manifest-generate-paths has it, covers a folder that
// a target reads.
func Watches(list, target, dir string) bool {
	for _, entry := range strings.Split(list, ";") {
		at := Watched(target, entry)
		if at == "." || dir == at || strings.HasPrefix(dir, at+"/") {
			return true
		}
	}
	return false
}

// Watched is the folder that an entry of such a list means.
func Watched(target, entry string) string {
	entry = strings.TrimSpace(entry)
	if rest, ok := strings.CutPrefix(entry, "/"); ok {
		return path.Clean(rest)
	}
	return path.Join(target, entry)
}

// ClusterScoped reports a kind of object that has no namespace.
func ClusterScoped(kind string) bool { return clusterScoped[kind] }

var clusterScoped = map[string]bool{
	"Namespace": true, "ClusterRole": true, "ClusterRoleBinding": true, "CustomResourceDefinition": true, "PersistentVolume": true,
	"PriorityClass": true, "StorageClass": true, "IngressClass": true, "RuntimeClass": true, "ValidatingWebhookConfiguration": true,
	"MutatingWebhookConfiguration": true, "APIService": true, "ValidatingAdmissionPolicy": true, "ValidatingAdmissionPolicyBinding": true,
}

// Subscribes begins the annotations of an Application by which somebody is notified: TRIGGER.SERVICE comes behind it.
const Subscribes = "notifications.argoproj.io/subscribe."

// Fits reports whether a pattern of an AppProject, such as that of a cluster's name, has a value, which may be a pattern
// itself. A * by itself has all.
func Fits(pattern, value string) bool {
	ok, err := path.Match(pattern, value)
	return pattern == "*" || ok && err == nil
}
