package pipeline

import (
	"path"
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

// Project is the AppProject that an Application names, if it is in the tree.
func (m *Model) Project(app Node) (Node, bool) {
	for _, p := range m.Projects {
		if NameOf(p) == app.Get("spec", "project").Text() {
			return p, true
		}
	}
	return Node{}, false
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
