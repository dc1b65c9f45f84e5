package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// namespaceSecured looks for namespaces that Argo CD creates without a security level.
func namespaceSecured(c *Case) {
	for _, a := range c.apps() {
		metadata := a.Get("spec", "syncPolicy", "managedNamespaceMetadata")
		creates := pipeline.HasOption(a, createNamespace)
		switch {
		case creates && !metadata.Get("labels", "pod-security.kubernetes.io/enforce").OK():
			c.broken(a.Get("spec", "syncPolicy", "syncOptions").At(), nowhere, "add managedNamespaceMetadata with the label pod-security.kubernetes.io/enforce", "the namespace that Application %s creates lets any pod in", pipeline.NameOf(a))
		case !creates && metadata.OK():
			c.broken(metadata.At(), nowhere, "add CreateNamespace=true to syncOptions", "managedNamespaceMetadata does nothing without CreateNamespace")
		}
	}
}

// branchInFull looks for revisions that may be a branch or a tag.
func branchInFull(c *Case) {
	for _, a := range c.apps() {
		for _, s := range pipeline.Sources(a) {
			n := s.Get("targetRevision")
			if s.Get("chart").OK() || strings.HasPrefix(n.Text(), "refs/") || fullCommit().MatchString(n.Text()) {
				continue
			}
			c.broken(n.At(), nowhere, "targetRevision: refs/heads/BRANCH", "Application %s follows %s, which Argo CD must look up among branches and tags", pipeline.NameOf(a), quoted(n.Text()))
		}
	}
}

// saysWhatItDoes looks for automatic syncs that leave something to defaults, and for those
// that may empty a namespace.
func saysWhatItDoes(c *Case) {
	for _, a := range c.apps() {
		auto := a.Get("spec", "syncPolicy", "automated")
		if n := auto.Get("allowEmpty"); n.True() {
			c.broken(n.At(), nowhere, "remove it", "a mistake that renders nothing deletes everything of Application %s", pipeline.NameOf(a))
		}
		if auto.OK() {
			for _, field := range []string{"prune", "selfHeal"} {
				if !auto.Get(field).OK() {
					c.broken(auto.At(), nowhere, "write "+field+": true, or false if that is meant", "auto-sync of Application %s does not say %s, which is then off", pipeline.NameOf(a), field)
				}
			}
		}
	}
}

// triesAgain looks for Applications that try each commit once.
func triesAgain(c *Case) {
	for _, a := range c.apps() {
		policy := a.Get("spec", "syncPolicy")
		if policy.Get("automated").OK() && !policy.Get("retry").OK() {
			c.broken(policy.At(), nowhere, "add retry with a limit and a backoff", "Application %s tries each commit once", pipeline.NameOf(a))
		}
	}
}

var syncOptions = []string{"CreateNamespace", "ServerSideApply", "PruneLast", "ApplyOutOfSyncOnly", "FailOnSharedResource", "RespectIgnoreDifferences",
	"Validate", "PrunePropagationPolicy", "SkipDryRunOnMissingResource", "Prune", "Delete", "ClientSideApplyMigration"}

// replacesNothing looks for options, commands and advice by which a sync deletes what is
// running, and for options that Argo CD does not have.
func replacesNothing(c *Case) {
	for _, a := range c.apps() {
		for _, n := range a.Get("spec", "syncPolicy", "syncOptions").Items() {
			name, value, _ := strings.Cut(n.Text(), "=")
			switch {
			case (name == "Replace" || name == "Force") && value == "true":
				c.broken(n.At(), nowhere, "remove it, or use ServerSideApply=true", "%s deletes and makes anew what Application %s deploys", n.Text(), pipeline.NameOf(a))
			case name != "Replace" && name != "Force" && !slices.Contains(syncOptions, name):
				c.broken(n.At(), nowhere, "remove it", "%s is no sync option", quoted(n.Text()))
			}
		}
	}
	c.commands(func(cmd pipeline.Command) {
		if cmd.Is("argocd", "app", "sync") && cmd.Has("--force") {
			c.broken(cmd.At(), nowhere, "argocd app get --refresh", "--force deletes and makes anew what is running")
		}
	})
	c.advised("argocd app sync --force", "run argocd app get --refresh", "this text advises --force, which deletes and makes anew what is running")
}

// ignoresWhatIsThere looks for exceptions that except nothing.
func ignoresWhatIsThere(c *Case) {
	for _, t := range c.targets {
		for _, a := range t.Apps {
			ignored := a.Get("spec", "ignoreDifferences")
			if pipeline.HasOption(a, "RespectIgnoreDifferences=true") && len(ignored.Items()) == 0 {
				c.broken(a.Get("spec", "syncPolicy", "syncOptions").At(), nowhere, "remove it, or add ignoreDifferences", "RespectIgnoreDifferences does nothing without ignoreDifferences")
			}
			for _, d := range ignored.Items() {
				for _, p := range d.Get("jsonPointers").Items() {
					if t.Fault == "" && len(t.Objects) > 0 && !hits(t, d, p.Text()) {
						c.broken(p.At(), t.At(), "name an object that is there, and write / in a key as ~1", "the pointer %s hits nothing that is rendered", quoted(p.Text()))
					}
				}
			}
		}
	}
}

// hits reports whether a difference may be in what is rendered. A field that is not there may be set by a controller:
// that is what exceptions are for. But below labels and annotations each key is one step.
func hits(t *pipeline.Target, difference pipeline.Node, pointer string) bool {
	steps := pipeline.Pointer(pointer)
	if at := slices.IndexFunc(steps, func(step string) bool { return step == "annotations" || step == "labels" || step == "matchLabels" }); at >= 0 && len(steps) > at+2 {
		return false
	}
	return slices.ContainsFunc(t.Objects, func(o *pipeline.Object) bool {
		name := difference.Get("name")
		return o.Kind == difference.Get("kind").Text() && (!name.OK() || name.Text() == o.Name)
	})
}

// saysHowItDeletes looks for finalizers without the way in which they delete.
func saysHowItDeletes(c *Case) {
	for _, a := range c.apps() {
		for _, n := range a.Get("metadata", "finalizers").Items() {
			if n.Text() == resourcesFinalizer {
				c.broken(n.At(), nowhere, "write "+n.Text()+"/foreground or /background", "this finalizer does not say how it deletes, which draws a warning")
			}
		}
	}
}

// clusterOnce looks for destinations that name the cluster twice.
func clusterOnce(c *Case) {
	for _, a := range c.apps() {
		d := a.Get("spec", "destination")
		if d.Get("server").OK() && d.Get("name").OK() {
			c.broken(d.Get("name").At(), d.Get("server").At(), "keep one of the two", "Application %s names its cluster by server and by name, which Argo CD refuses", pipeline.NameOf(a))
		}
	}
}

// subscribes looks for subscriptions in a field that only describes.
func subscribes(c *Case) {
	for _, a := range c.apps() {
		for _, i := range a.Get("spec", "info").Items() {
			name := strings.ToLower(i.Get("name").Text())
			if strings.Contains(name, "slack") || strings.Contains(name, "notif") || strings.Contains(name, "alert") {
				c.broken(i.At(), nowhere, "use the annotations notifications.argoproj.io/subscribe.TRIGGER.SERVICE", "spec.info notifies nobody")
			}
		}
		for name, n := range a.Get("metadata", "annotations").Pairs() {
			if strings.HasPrefix(name, pipeline.Subscribes) && strings.Contains(n.Text(), "://") {
				c.broken(n.At(), a.Get("kind").At(), "give the address a name in the ConfigMap argocd-notifications-cm, from the Secret argocd-notifications-secret", "the address of %s is in git: whoever reads it may write there", name)
			}
		}
	}
	for _, o := range c.overlays {
		if o.env == nil || o.Target == nil {
			continue
		}
		for _, a := range o.Apps {
			c.subscribed(o, a)
		}
	}
}

// subscribed holds the subscriptions of an Application against those of the spec.
func (c *Case) subscribed(o *overlay, app pipeline.Node) {
	annotations := app.Get("metadata", "annotations")
	for _, name := range slices.Sorted(maps.Keys(o.env.Subscriptions)) {
		if n, want := annotations.Get(name), o.env.Subscriptions[name]; !n.OK() || n.Text() != want {
			c.broken(annotations.At(), o.At(), name+": "+strconv.Quote(want), "Application %s lacks a subscription of the spec, %s", pipeline.NameOf(app), name)
		}
	}
}

// everyFolderWatched looks for folders that an overlay reads and Argo CD does not look at:
// a change there is ignored, by webhook and poll alike. Without the annotation it looks at
// the whole repository, which is slow.
func everyFolderWatched(c *Case) {
	const annotation = "argocd.argoproj.io/manifest-generate-paths"
	for _, t := range c.targets {
		for _, a := range t.Apps {
			n := a.Get("metadata", "annotations", annotation)
			switch {
			case n.OK():
				c.watched(t, a, n)
			case c.Facts == nil:
				c.broken(a.Get("metadata").At(), nowhere, "add "+annotation+" with the overlay and all that it includes", "Application %s renders anew at every commit of the repository", pipeline.NameOf(a))
			}
		}
	}
}

func (c *Case) watched(t *pipeline.Target, app, paths pipeline.Node) {
	for _, f := range t.Folders {
		// Nothing but the folder itself is in a branch with what is rendered.
		if (f.Dir == t.Dir || !c.readsRendered(app)) && !pipeline.Watches(paths.Text(), t.Dir, f.Dir) {
			c.broken(paths.At(), f.Kust.At(), "add its path", "a change in %s is not noticed by Application %s, which renders %s", f.Dir, pipeline.NameOf(app), t.Dir)
		}
	}
	for _, entry := range strings.Split(paths.Text(), ";") {
		if c.Facts != nil && !c.HasFolder(pipeline.Watched(t.Dir, entry)) {
			c.broken(paths.At(), t.At(), "remove it", "Application %s looks at %s, where nothing is generated", pipeline.NameOf(app), quoted(entry))
		}
	}
}
