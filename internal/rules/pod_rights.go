package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// fewRights looks for pods that Pod Security's level restricted would not let in and, but for
// those that the author of a spec adds, for a root file system that can be written to.
func fewRights(c *Case) {
	c.pods(func(_ *pipeline.Target, w pipeline.Workload) {
		for _, field := range []string{"hostNetwork", "hostPID", "hostIPC"} {
			if n := w.Pod().Get(field); n.True() {
				c.broken(n.At(), nowhere, "remove it", "%s shares %s with its node", w.Label(), field)
			}
		}
		for _, v := range w.Pod().Get("volumes").Items() {
			if n := v.Get("hostPath"); n.OK() {
				c.broken(n.At(), nowhere, "use an emptyDir or a claim", "%s mounts a folder of its node", w.Label())
			}
		}
		if c.added(w) {
			c.addedLacks(w)
			return
		}
		for _, container := range w.Containers() {
			c.lacking(w, container, c.tooMuch(w, container))
		}
	})
}

// added reports a workload that the author of a spec adds.
func (c *Case) added(w pipeline.Workload) bool { return c.Facts != nil && w.Added() }

// addedLacks reports what the containers of an added workload lack: what is written where it is, and what is not
// written once for all of them.
func (c *Case) addedLacks(w pipeline.Workload) {
	var names, write, means []string
	for _, container := range w.Containers() {
		missing := slices.DeleteFunc(c.tooMuch(w, container), func(l lack) bool {
			if l.at.OK() {
				c.lacking(w, container, []lack{l})
			}
			return l.at.OK()
		})
		for _, l := range missing {
			if !slices.Contains(write, l.write) {
				write, means = append(write, l.write), append(means, l.means)
			}
		}
		if len(missing) > 0 {
			names = append(names, quoted(container.Get("name").Text()))
		}
	}
	if len(names) > 0 {
		c.broken(w.Pod().Get("containers").At(), nowhere, "write in each securityContext "+strings.Join(write, ", "), "%s of %s %s", containers(names), w.Label(), strings.Join(means, ", "))
	}
}

// containers are some containers in a sentence, each of which does what follows.
func containers(names []string) string {
	if len(names) == 1 {
		return "container " + names[0]
	}
	return "each of the containers " + strings.Join(names, ", ")
}

// tooMuch are the rights of a container that it should give up.
func (c *Case) tooMuch(w pipeline.Workload, container pipeline.Node) []lack {
	var lacks []lack
	need := func(ok bool, n pipeline.Node, write, means string) {
		if !ok {
			lacks = append(lacks, lack{write, means, n})
		}
	}
	own, added := container.Get("securityContext"), c.added(w)
	root, calls := w.Security(container, "runAsNonRoot"), w.Security(container, "seccompProfile")
	need(root.True(), root, "runAsNonRoot: true", "may run as root")
	if c.Facts != nil {
		// Which user an image of another kind runs as, only its author knows. The default is above 10000, which no user of
		// the node has; a spec may name another, such as the 999 of a database.
		for _, field := range []string{"runAsUser", "runAsGroup"} {
			n := w.Security(container, field)
			id, ok := n.Number()
			need(ok && id > 0 || added && !n.OK() || root.False() && n.Text() == "0", n, field+": 10001", "does not say as which "+field+" it runs, or runs as root's")
		}
	}
	filter := calls.Get("type")
	if !filter.OK() {
		filter = calls
	}
	need(slices.Contains([]string{"RuntimeDefault", "Localhost"}, filter.Text()), filter, "seccompProfile: {type: RuntimeDefault}", "may make every system call")
	n := own.Get("privileged")
	need(!n.True(), n, "privileged: false", "is privileged")
	n = own.Get("allowPrivilegeEscalation")
	need(n.False(), n, "allowPrivilegeEscalation: false", "may gain rights")
	n = own.Get("readOnlyRootFilesystem")
	need(n.True() || added, n, "readOnlyRootFilesystem: true", "may write to its root file system")
	n = own.Get("capabilities", "drop")
	need(slices.Contains(n.List(), "ALL"), n, "capabilities: {drop: [ALL]}", "keeps capabilities")
	for _, n := range own.Get("capabilities", "add").Items() {
		need(n.Text() == "NET_BIND_SERVICE", n, "capabilities without "+n.Text(), "gets the capability "+quoted(n.Text()))
	}
	return lacks
}

// The labels of a namespace that say which pods it takes, and their levels, the strictest first.
const enforced = "pod-security.kubernetes.io/enforce"

var podLevels = []string{"restricted", "baseline", "privileged"}

// ofBaseline are the capabilities that containers of the level baseline may have.
var ofBaseline = []string{
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}

// namespaceTakesPods holds the level of the namespace that Argo CD makes against the pods that are deployed there.
func namespaceTakesPods(c *Case) {
	for _, t := range c.Targets {
		for _, a := range t.Apps {
			label := a.Get("spec", "syncPolicy", "managedNamespaceMetadata", "labels", enforced)
			level := slices.Index(podLevels, label.Text())
			if level < 0 {
				continue
			}
			most := 0
			for _, w := range t.Workloads() {
				needs, at := podLevel(w)
				if most = max(most, needs); needs > level && (c.Facts == nil || c.answers(w)) {
					c.broken(label.At(), at.At(), "write "+podLevels[needs]+" by a patch, or sharedNamespace: true in the environment, which leaves the namespace as it is, or take the rights away", "the namespace of Application %s takes pods of the level %s, and the cluster refuses those of %s, which need %s", pipeline.NameOf(a), label.Text(), w.Label(), podLevels[needs])
				}
			}
			if c.Facts != nil && len(t.Apps) == 1 && most < level {
				c.broken(label.At(), t.At(), "write "+podLevels[most], "the namespace of Application %s takes pods of the level %s, and those of %s need no more than %s", pipeline.NameOf(a), label.Text(), t.Dir, podLevels[most])
			}
		}
	}
}

// answers reports whether the author answers for the rights of pods. Where nobody does, K10 reports them, and the level of
// the namespace is the same mistake.
func (c *Case) answers(w pipeline.Workload) bool {
	return slices.ContainsFunc(c.Facts.Accepted, func(a Accepted) bool {
		return slices.ContainsFunc(w.Containers(), func(n pipeline.Node) bool { return a.covers("K10", n.At()) })
	})
}

// podLevel is the strictest level of Pod Security that lets pods in, as an index of podLevels, and what asks for it.
func podLevel(w pipeline.Workload) (level int, at pipeline.Node) {
	needs := func(n int, because pipeline.Node) {
		if n > level {
			level, at = n, because
		}
	}
	for _, field := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		if n := w.Pod().Get(field); n.True() {
			needs(2, n)
		}
	}
	for _, v := range w.Pod().Get("volumes").Items() {
		if n := v.Get("hostPath"); n.OK() {
			needs(2, n)
		}
	}
	for _, container := range w.Containers() {
		own := container.Get("securityContext")
		user, root, calls := w.Security(container, "runAsUser"), w.Security(container, "runAsNonRoot"), w.Security(container, "seccompProfile")
		if n := own.Get("privileged"); n.True() {
			needs(2, n)
		}
		if n := calls.Get("type"); n.Text() == "Unconfined" {
			needs(2, n)
		}
		for _, n := range own.Get("capabilities", "add").Items() {
			switch {
			case !slices.Contains(ofBaseline, n.Text()):
				needs(2, n)
			case n.Text() != "NET_BIND_SERVICE":
				needs(1, n)
			}
		}
		for _, of := range []struct {
			at   pipeline.Node
			fits bool
		}{
			{user, user.Text() != "0"}, {root, root.True()}, {calls, calls.OK()}, {own.Get("allowPrivilegeEscalation"), own.Get("allowPrivilegeEscalation").False()},
			{own.Get("capabilities", "drop"), slices.Contains(own.Get("capabilities", "drop").List(), "ALL")},
		} {
			if !of.fits {
				needs(1, of.at)
			}
		}
	}
	return level, at
}
