package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// referencesExist looks for names of what is not there: what a pod refers to and, with a
// spec, whatever an object, an Application or a workflow names that is neither generated
// nor declared to exist.
func referencesExist(c *Case) {
	said := map[string]bool{} // without a spec, what is missing is said once
	for _, t := range c.targets {
		present := inTree(t)
		for _, r := range c.referred(t) {
			if id := r.kind + "/" + r.name.Text(); !present[id] && (c.Facts != nil || !said[id]) {
				said[id] = true
				c.absent(t, r)
			}
		}
	}
	if c.Facts == nil {
		return
	}
	for _, t := range c.targets {
		for _, o := range t.Objects {
			// A project says so of what the author adds.
			if o.Group != "" && !builtin(o.Group) && !o.Added() && !slices.Contains(c.Facts.Existing, o.Kind+"."+o.Group) {
				c.broken(o.Get("kind").At(), t.At(), "declare the kind as existing in the spec", "%s is of the group %s, which Kubernetes does not have by itself", o.Label(), o.Group)
			}
		}
	}
	for _, a := range c.Applications {
		if _, ok := c.Project(a); !ok && !slices.Contains(c.Facts.Projects, a.Get("spec", "project").Text()) {
			c.broken(a.Get("spec", "project").At(), c.anyProject(), "name the generated project", "Application %s is in the project %s, which is not generated", pipeline.NameOf(a), quoted(a.Get("spec", "project").Text()))
		}
	}
	for _, w := range c.Workflows {
		c.declared(w)
	}
}

func (c *Case) anyProject() pipeline.Place {
	if len(c.Projects) > 0 {
		return c.Projects[0].Get("metadata", "name").At()
	}
	return nowhere
}

// builtin reports whether a group comes with Kubernetes.
func builtin(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
}

// inTree are the objects of a target, as KIND/NAME, and the Secrets that others become.
func inTree(t *pipeline.Target) map[string]bool {
	out := map[string]bool{}
	for _, o := range t.Objects {
		out[o.Kind+"/"+o.Name] = true
		for _, name := range madeSecrets(o) {
			out["Secret/"+name] = true
		}
	}
	return out
}

// reference is one object that another names, and the key of it that is read.
type reference struct {
	kind      string
	name, key pipeline.Node
}

// referred is all that must be there for a target.
func (c *Case) referred(t *pipeline.Target) []reference {
	if c.Facts == nil {
		return references(t)
	}
	return append(references(t), entrances(t)...)
}

// references are those of a target's pods and their accounts.
func references(t *pipeline.Target) []reference {
	var out []reference
	for _, w := range t.Workloads() {
		out = append(out, referencesOf(w)...)
	}
	for _, sa := range t.Kinds("ServiceAccount") {
		for _, s := range sa.Get("imagePullSecrets").Items() {
			if name := s.Get("name"); name.Text() != "" {
				out = append(out, reference{kind: "Secret", name: name})
			}
		}
	}
	return out
}

// referencesOf are those of a workload's pods.
func referencesOf(w pipeline.Workload) []reference {
	var out []reference
	ref := func(kind string, name pipeline.Node) {
		if name.Text() != "" {
			out = append(out, reference{kind: kind, name: name})
		}
	}
	// object is named by a field of a mapping that may say that it is optional.
	object := func(kind, field string, n pipeline.Node) {
		if name := n.Get(field); name.Text() != "" && name.Text() != rootCA && !n.Get("optional").True() {
			out = append(out, reference{kind, name, n.Get("key")})
		}
	}
	pod := w.Pod()
	if account := pod.Get("serviceAccountName"); !(w.Added() && account.Text() == "default") { // each namespace has it
		ref("ServiceAccount", account)
	}
	ref("PriorityClass", pod.Get("priorityClassName"))
	ref("RuntimeClass", pod.Get("runtimeClassName"))
	for _, s := range pod.Get("imagePullSecrets").Items() {
		ref("Secret", s.Get("name"))
	}
	for _, v := range pod.Get("volumes").Items() {
		object("Secret", "secretName", v.Get("secret"))
		object("ConfigMap", "name", v.Get("configMap"))
		ref("PersistentVolumeClaim", v.Get("persistentVolumeClaim", "claimName"))
		for _, p := range v.Get("projected", "sources").Items() {
			object("Secret", "name", p.Get("secret"))
			object("ConfigMap", "name", p.Get("configMap"))
		}
	}
	for _, container := range w.Containers() {
		for _, e := range container.Get("env").Items() {
			object("Secret", "name", e.Get("valueFrom", "secretKeyRef"))
			object("ConfigMap", "name", e.Get("valueFrom", "configMapKeyRef"))
		}
		for _, e := range container.Get("envFrom").Items() {
			object("Secret", "name", e.Get("secretRef"))
			object("ConfigMap", "name", e.Get("configMapRef"))
		}
	}
	return out
}

// entrances are the references of ways in. A controller may make the Secret of one by
// itself, which only a spec can say.
func entrances(t *pipeline.Target) []reference {
	var out []reference
	for _, i := range t.Kinds("Ingress") {
		for _, tls := range i.Get("spec", "tls").Items() {
			if name := tls.Get("secretName"); name.Text() != "" {
				out = append(out, reference{kind: "Secret", name: name})
			}
		}
	}
	for _, e := range leadsTo(t) {
		if e.name.Text() != "" {
			out = append(out, reference{kind: "Service", name: e.name})
		}
	}
	return out
}

// rootCA is the ConfigMap that Kubernetes makes in each namespace.
const rootCA = "kube-root-ca.crt"

// absent reports what is not in the tree, unless somebody says that it exists: the spec or,
// without one, a text of the repositories.
func (c *Case) absent(t *pipeline.Target, r reference) {
	name := r.name.Text()
	if c.Facts == nil {
		// The cluster may have the others already, and each namespace has an account.
		if slices.Contains([]string{"Secret", "ConfigMap", "ServiceAccount"}, r.kind) && !(r.kind == "ServiceAccount" && name == "default") && !c.Documented(name) {
			c.broken(r.name.At(), t.At(), "add it, a Secret as a SealedSecret or an ExternalSecret, or say in the README that `"+name+"` must exist", "there is no %s %s in %s", r.kind, quoted(name), t.Dir)
		}
		return
	}
	if o := hashed(t, r); o != nil {
		c.broken(r.name.At(), o.At(), "let the generator say options: {disableNameSuffixHash: true}, or the spec what is in it", "there is no %s %s in what %s renders: a generator of yours calls it %s", r.kind, name, t.Dir, o.Name)
		return
	}
	keys, read := c.Facts.Read[r.kind+"/"+name]
	there := r.kind == "Secret" && slices.Contains(c.Facts.There[name], c.EnvironmentOf(t))
	if r.kind == "Secret" && slices.Contains(c.Facts.Made, name) {
		read = read && there
	}
	switch {
	case c.Facts.exists(r.kind, name), r.kind == "PriorityClass" && strings.HasPrefix(name, "system-"):
	case read:
		if r.key.OK() && !slices.Contains(keys, "") && !slices.Contains(keys, r.key.Text()) {
			c.broken(r.key.At(), nowhere, "declare the key in deploy."+strings.ToLower(r.kind[:1])+r.kind[1:]+"s, or all of the "+r.kind+" in deploy.existing", "the %s %s is declared, but its key %s is not", r.kind, name, quoted(r.key.Text()))
		}
	case there, r.kind == "Secret" && c.Facts.outside(name):
	case r.kind == "Secret" && encryptedFor(t, name).OK():
		if called := encryptedFor(t, name).Get("metadata", "name"); !pipeline.Unreadable(encryptedFor(t, name)).OK() { // else K44 says so
			c.broken(called.At(), r.name.At(), "call it "+name+": sops edit changes a name too, so that the file stays whole", "the Secret in this file is called %s, and pods read %s", quoted(called.Text()), name)
		}
	default:
		c.broken(r.name.At(), t.At(), fmt.Sprintf("add it, or declare that it exists: %s.existing: [%q]", c.Facts.Workloads[0].Path, r.kind+"/"+name), "there is no %s %s in what %s renders, and it is not declared to exist", r.kind, name, t.Dir)
	}
}

var hash = lazy.Regexp(`^-[a-z0-9]{10}$`)

// hashed is the object of a generator of the author's that has the name of a reference, and the hash of what is in it behind
// that; nil for none.
func hashed(t *pipeline.Target, r reference) *pipeline.Object {
	for _, o := range t.Kinds(r.kind) {
		if rest, ok := strings.CutPrefix(o.Name, r.name.Text()); ok && hash().MatchString(rest) && o.Added() {
			return o
		}
	}
	return nil
}

// exists reports an object that the spec declares to exist.
func (f *Facts) exists(kind, name string) bool { return slices.Contains(f.Existing, kind+"/"+name) }

// outside reports a Secret that the spec declares, and that somebody else makes.
func (f *Facts) outside(name string) bool {
	_, read := f.Read["Secret/"+name]
	return !slices.Contains(f.Made, name) && (read || f.exists("Secret", name) || slices.ContainsFunc(f.Images, func(i ImageFact) bool { return i.PullSecret == name }))
}

var used = lazy.Regexp(`\b(secrets|vars)\.([A-Za-z_][A-Za-z0-9_]*)`)

// declared holds the secrets and variables of a workflow against those of the spec.
func (c *Case) declared(w *pipeline.Workflow) {
	w.Scalars(func(n pipeline.Node) {
		for _, e := range pipeline.Expressions(n.Text()) {
			for _, u := range used().FindAllStringSubmatch(e, -1) {
				known := c.Facts.CISecrets
				if u[1] == "vars" {
					known = c.Facts.CIVariables
				}
				if u[2] != "GITHUB_TOKEN" && !slices.Contains(known, u[2]) {
					c.broken(n.At(), c.readme(), "name it in the spec", "%s.%s is read here, and the spec says nothing of it", u[1], u[2])
				}
			}
		}
	})
}

// mayPull looks for pods that may not pull their image: the declared Secret must be named by
// the pod, or by the ServiceAccount that it runs as.
func mayPull(c *Case) {
	c.eachProgram(func(t *pipeline.Target, a Program) {
		image := c.Facts.Image(a.Fact.Image)
		if image == nil || image.PullSecret == "" {
			return
		}
		at, given := a.Pod().Get("serviceAccountName").At(), false
		for _, s := range pullSecrets(t, a.Workload) {
			at = s.At()
			given = given || s.Text() == image.PullSecret
		}
		if !given {
			c.broken(at, a.Pod().Get("containers").At(), "add imagePullSecrets with "+image.PullSecret, "the pods of %s in %s may not pull the image: neither they nor their ServiceAccount name the Secret %s", a.Name, t.Dir, image.PullSecret)
		}
	})
}

// pullSecrets are the names that a workload's pods and their account give.
func pullSecrets(t *pipeline.Target, w pipeline.Workload) []pipeline.Node {
	given := w.Pod().Get("imagePullSecrets").Items()
	for _, sa := range t.Kinds("ServiceAccount") {
		if sa.Name == w.Pod().Get("serviceAccountName").Text() {
			given = append(given, sa.Get("imagePullSecrets").Items()...)
		}
	}
	var out []pipeline.Node
	for _, s := range given {
		out = append(out, s.Get("name"))
	}
	return out
}
