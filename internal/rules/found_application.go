package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// a02: an application has a project of its own, which allows what it needs.
func findsA02(f *Case) {
	for _, a := range f.apps() {
		p := a.Get("spec", "project")
		if p.Text() == "default" || !p.OK() {
			f.broken(p.At(), nowhere, "give it an AppProject of its own", "Application %s is in the project default, which allows everything", pipeline.NameOf(a))
		}
		project, ok := f.Project(a)
		if !ok {
			continue
		}
		for _, n := range project.Get("spec", "sourceRepos").Items() {
			if n.Text() == "*" {
				f.broken(n.At(), nowhere, "name the repository", "project %s takes any repository", pipeline.NameOf(project))
			}
		}
		for _, d := range project.Get("spec", "destinations").Items() {
			for _, field := range []string{"namespace", "server", "name"} {
				if n := d.Get(field); n.Text() == "*" {
					f.broken(n.At(), nowhere, "name the "+field, "project %s may deploy to any %s", pipeline.NameOf(project), field)
				}
			}
		}
		for _, list := range []string{"clusterResourceWhitelist", "namespaceResourceWhitelist"} {
			for _, k := range project.Get("spec", list).Items() {
				if k.Get("kind").Text() == "*" {
					f.broken(k.At(), nowhere, "name the kinds that are deployed", "project %s allows every kind in %s", pipeline.NameOf(project), list)
				}
			}
		}
	}
}

// a03: a namespace that Argo CD is to create is allowed by the project.
func findsA03(f *Case) {
	for _, a := range f.apps() {
		project, ok := f.Project(a)
		if !ok || !pipeline.HasOption(a, "CreateNamespace=true") {
			continue
		}
		list := project.Get("spec", "clusterResourceWhitelist")
		if !allowed(list, "", "Namespace") {
			f.broken(list.At(), a.Get("spec", "syncPolicy", "syncOptions").At(), `add {group: "", kind: Namespace} to clusterResourceWhitelist`, "project %s forbids the namespace that Application %s creates: its first sync fails", pipeline.NameOf(project), pipeline.NameOf(a))
		}
	}
}

func allowed(list pipeline.Node, group, kind string) bool {
	for _, k := range list.Items() {
		if g := k.Get("group").Text(); (g == group || g == "*") && (k.Get("kind").Text() == kind || k.Get("kind").Text() == "*") {
			return true
		}
	}
	return false
}

// a04: the namespace that Argo CD creates has a security level.
func findsA04(f *Case) {
	for _, a := range f.apps() {
		metadata := a.Get("spec", "syncPolicy", "managedNamespaceMetadata")
		creates := pipeline.HasOption(a, "CreateNamespace=true")
		switch {
		case creates && !metadata.Get("labels", "pod-security.kubernetes.io/enforce").OK():
			f.broken(a.Get("spec", "syncPolicy", "syncOptions").At(), nowhere, "add managedNamespaceMetadata with the label pod-security.kubernetes.io/enforce", "the namespace that Application %s creates lets any pod in", pipeline.NameOf(a))
		case !creates && metadata.OK():
			f.broken(metadata.At(), nowhere, "add CreateNamespace=true to syncOptions", "managedNamespaceMetadata does nothing without CreateNamespace")
		}
	}
}

// a05: the branch is named in full.
func findsA05(f *Case) {
	for _, a := range f.apps() {
		for _, s := range pipeline.Sources(a) {
			n := s.Get("targetRevision")
			if s.Get("chart").OK() || strings.HasPrefix(n.Text(), "refs/") || fullCommit().MatchString(n.Text()) {
				continue
			}
			f.broken(n.At(), nowhere, "targetRevision: refs/heads/BRANCH", "Application %s follows %s, which Argo CD must look up among branches and tags", pipeline.NameOf(a), quoted(n.Text()))
		}
	}
}

const generatePaths = "argocd.argoproj.io/manifest-generate-paths"

// a06: Argo CD looks at every folder that it renders, and at no others.
func findsA06(f *Case) {
	for _, t := range f.targets {
		for _, a := range t.Apps {
			n := a.Get("metadata", "annotations", generatePaths)
			if !n.OK() {
				f.broken(a.Get("metadata").At(), nowhere, "add "+generatePaths+" with the overlay and all that it includes", "Application %s renders anew at every commit of the repository", pipeline.NameOf(a))
				continue
			}
			for _, folder := range t.Folders {
				if !pipeline.Watches(n.Text(), t.Dir, folder.Dir) {
					f.broken(n.At(), folder.Kust.At(), "add its path", "a change in %s is not noticed by Application %s", quoted(folder.Dir), pipeline.NameOf(a))
				}
			}
		}
	}
}

// a07: auto-sync says what it does with what left git, and never empties a cluster.
func findsA07(f *Case) {
	for _, a := range f.apps() {
		auto := a.Get("spec", "syncPolicy", "automated")
		if n := auto.Get("allowEmpty"); n.True() {
			f.broken(n.At(), nowhere, "remove it", "a mistake that renders nothing deletes everything of Application %s", pipeline.NameOf(a))
		}
		if auto.OK() {
			for _, field := range []string{"prune", "selfHeal"} {
				if !auto.Get(field).OK() {
					f.broken(auto.At(), nowhere, "write "+field+": true, or false if that is meant", "auto-sync of Application %s does not say %s, which is then off", pipeline.NameOf(a), field)
				}
			}
		}
	}
}

// a08: a sync that failed is tried again.
func findsA08(f *Case) {
	for _, a := range f.apps() {
		policy := a.Get("spec", "syncPolicy")
		if policy.Get("automated").OK() && !policy.Get("retry").OK() {
			f.broken(policy.At(), nowhere, "add retry with a limit and a backoff", "Application %s tries each commit once", pipeline.NameOf(a))
		}
	}
}

var syncOptions = []string{"CreateNamespace", "ServerSideApply", "PruneLast", "ApplyOutOfSyncOnly", "FailOnSharedResource", "RespectIgnoreDifferences",
	"Validate", "PrunePropagationPolicy", "SkipDryRunOnMissingResource", "Prune", "Delete", "ClientSideApplyMigration"}

// a09: no sync replaces or deletes what is running.
func findsA09(f *Case) {
	for _, a := range f.apps() {
		for _, n := range a.Get("spec", "syncPolicy", "syncOptions").Items() {
			name, value, _ := strings.Cut(n.Text(), "=")
			switch {
			case (name == "Replace" || name == "Force") && value == "true":
				f.broken(n.At(), nowhere, "remove it, or use ServerSideApply=true", "%s deletes and makes anew what Application %s deploys", n.Text(), pipeline.NameOf(a))
			case name != "Replace" && name != "Force" && !slices.Contains(syncOptions, name):
				f.broken(n.At(), nowhere, "remove it", "%s is no sync option", quoted(n.Text()))
			}
		}
	}
	f.commands(func(c pipeline.Command) {
		if c.Is("argocd", "app", "sync") && c.Has("--force") {
			f.broken(c.At(), nowhere, "argocd app get --refresh", "--force deletes and makes anew what is running")
		}
	})
	f.advised("argocd app sync --force", "run argocd app get --refresh", "this text advises --force, which deletes and makes anew what is running")
}

// a10: what is to be ignored is there.
func findsA10(f *Case) {
	for _, t := range f.targets {
		for _, a := range t.Apps {
			ignored := a.Get("spec", "ignoreDifferences")
			if pipeline.HasOption(a, "RespectIgnoreDifferences=true") && len(ignored.Items()) == 0 {
				f.broken(a.Get("spec", "syncPolicy", "syncOptions").At(), nowhere, "remove it, or add ignoreDifferences", "RespectIgnoreDifferences does nothing without ignoreDifferences")
			}
			for _, d := range ignored.Items() {
				for _, p := range d.Get("jsonPointers").Items() {
					if t.Fault == "" && len(t.Objects) > 0 && !hits(t, d, p.Text()) {
						f.broken(p.At(), t.At(), "write a pointer to a field that is there, with / in a key as ~1", "the pointer %s hits nothing that is rendered", quoted(p.Text()))
					}
				}
			}
		}
	}
}

func hits(t *pipeline.Target, difference pipeline.Node, pointer string) bool {
	for _, o := range t.Objects {
		if o.Kind != difference.Get("kind").Text() || difference.Get("name").OK() && difference.Get("name").Text() != o.Name {
			continue
		}
		n := o.Node
		for _, step := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
			step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
			if n.IsList() {
				n = n.Items()[0]
				continue
			}
			n = n.Get(step)
		}
		if n.OK() {
			return true
		}
	}
	return false
}

// a11: a finalizer says how it deletes.
func findsA11(f *Case) {
	for _, a := range f.apps() {
		for _, n := range a.Get("metadata", "finalizers").Items() {
			if n.Text() == "resources-finalizer.argocd.argoproj.io" {
				f.broken(n.At(), nowhere, "write "+n.Text()+"/foreground or /background", "this finalizer does not say how it deletes, which draws a warning")
			}
		}
	}
}

// a12: whoever may see an application may see its logs.
func findsA12(f *Case) {
	for _, p := range f.Projects {
		for _, r := range p.Get("spec", "roles").Items() {
			policies := r.Get("policies")
			all := strings.Join(policies.List(), "\n")
			if strings.Contains(all, "applications, get") && !strings.Contains(all, "logs, get") {
				f.broken(policies.At(), nowhere, "add a policy for logs, get", "the role %s sees applications and not their logs", quoted(r.Get("name").Text()))
			}
		}
	}
}

// a13: the cluster is named once.
func findsA13(f *Case) {
	for _, a := range f.apps() {
		d := a.Get("spec", "destination")
		if d.Get("server").OK() && d.Get("name").OK() {
			f.broken(d.Get("name").At(), d.Get("server").At(), "keep one of the two", "Application %s names its cluster by server and by name, which Argo CD refuses", pipeline.NameOf(a))
		}
	}
}

// a20: notifications are subscribed to where Argo CD looks.
func findsA20(f *Case) {
	for _, a := range f.apps() {
		for _, i := range a.Get("spec", "info").Items() {
			name := strings.ToLower(i.Get("name").Text())
			if strings.Contains(name, "slack") || strings.Contains(name, "notif") || strings.Contains(name, "alert") {
				f.broken(i.At(), nowhere, "use the annotations notifications.argoproj.io/subscribe.TRIGGER.SERVICE", "spec.info notifies nobody")
			}
		}
	}
}
