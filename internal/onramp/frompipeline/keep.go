package frompipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// piece is what a spec cannot say and the draft keeps as it is, in files of the author's own: an object, or a field of
// one that the draft gives.
type piece struct {
	in     *deployment
	object *pipeline.Object
	// of is the program whose object has the field, nil for a whole object. In the draft the object has the kind and the
	// name, and the field is at the path.
	of         *program
	kind, name string
	path       []string
	field      pipeline.Node
	// replaces is set where the value takes the place of what the draft has, and is not merged with it.
	replaces bool
	// at, help and message report it where it cannot be kept.
	at            pipeline.Place
	help, message string
	// dropped is set once it is refused, and answered are the rules that it breaks and somebody has to answer for.
	dropped  bool
	answered []string
}

// keep records an object that no spec gives. Where it cannot be kept, it is reported.
func (d *drafter) keep(o *pipeline.Object, help, format string, args ...any) {
	p := &piece{in: d.environmentOf(o.Target), object: o, at: o.At(), help: help, message: fmt.Sprintf(format, args...)}
	p.dropped = p.in == nil || !d.keepable(o, p.in)
	d.pieces = append(d.pieces, p)
}

// keepField records a field that no spec gives, of an object of a program.
func (d *drafter) keepField(p *program, o *pipeline.Object, n pipeline.Node, help, format string, args ...any) {
	one := &piece{in: d.environmentOf(o.Target), object: o, of: p, kind: o.Kind, name: d.nameOf(p), field: n, at: n.At(), help: help, message: fmt.Sprintf(format, args...)}
	one.path, one.field = d.pathOf(p, o, n)
	one.dropped = one.in == nil || one.path == nil || !n.OK() || o.Kind != "Service" && o.Kind != "ServiceAccount" && !expressed[o.Kind]
	d.pieces = append(d.pieces, one)
}

// environmentOf is the deployment that renders a target, nil for none.
func (d *drafter) environmentOf(t *pipeline.Target) *deployment {
	i := slices.IndexFunc(d.deployments, func(e *deployment) bool { return slices.Contains(e.targets, t) })
	if i < 0 {
		return nil
	}
	return d.deployments[i]
}

// given are kinds: the draft gives an object of each with the name of each program.
var given = []string{"Deployment", "StatefulSet", "CronJob", "Job", "Service", "ServiceAccount", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "Role", "RoleBinding"}

// keepable reports whether an object may be among the author's own files: it belongs to the application and its namespace,
// and has no values in clear that should be secret.
func (d *drafter) keepable(o *pipeline.Object, e *deployment) bool {
	at, ours := o.Get("metadata", "namespace").Text(), d.namespace(e).Text()
	switch {
	case o.Name == "", o.Group == "argoproj.io" && slices.Contains([]string{"Application", "ApplicationSet", "AppProject"}, o.Kind):
		return false
	case slices.Contains(given, o.Kind) && d.isProgram(o.Name):
		return false // what the draft gives takes its place
	case pipeline.ClusterScoped(o.Kind), o.Kind == "GatewayClass", strings.HasPrefix(o.Kind, "Cluster"):
		return false // the project of an application does not hand it out
	}
	return o.Kind != "Secret" && (at == "" || ours == "" || at == ours)
}

// elements are the fields by which Kubernetes tells the elements of a list apart.
var elements = map[string]string{
	"containers": "name", "initContainers": "name", "volumes": "name", "env": "name", "volumeMounts": "mountPath", "imagePullSecrets": "name",
}

// pathOf is where a field is in what the draft gives, with the value to put there: of a list whose elements nothing tells
// apart, all of it.
func (d *drafter) pathOf(p *program, o *pipeline.Object, n pipeline.Node) ([]string, pipeline.Node) {
	steps := n.Steps()
	var out []string
	for i, step := range steps {
		if !strings.HasPrefix(step, "[") {
			out = append(out, step)
			continue
		}
		list := steps[i-1]
		element := o.Follow(steps[:i+1])
		key, ok := elements[list]
		if list == "ports" && i+1 == len(steps) {
			key, ok = "containerPort", true
			if o.Kind == "Service" {
				key = "port"
			}
		}
		if !ok {
			return out, o.Follow(steps[:i])
		}
		name := element.Get(key).Text()
		switch main := p.runOf(o); {
		case list == "containers" && main.container.Same(element):
			name = d.nameOf(p)
		case (list == "containers" || list == "initContainers") && d.tree.Root.Has(p.field("init", p.initName(element))...):
			return nil, n // the draft starts it in another place
		}
		out = append(out, "["+key+"="+name+"]")
	}
	return out, n
}

// runOf is the run whose workload an object is, empty for another object.
func (p *program) runOf(o *pipeline.Object) run {
	i := slices.IndexFunc(p.runs, func(r run) bool { return r.workload.Object == o })
	if i < 0 {
		return run{}
	}
	return p.runs[i]
}

// instance is the label by which the draft knows the pods of a program.
const instance = "app.kubernetes.io/instance"

// keepSelectors keeps what selects the pods of each program, which Kubernetes never changes, and the labels by which others
// find them: in the draft, or in a patch where environments differ or a spec cannot say it.
func (d *drafter) keepSelectors() {
	for _, p := range d.programs {
		if !d.kind(p).stays() {
			continue
		}
		said := d.selects(p)
		for _, r := range p.runs {
			w := r.workload
			if !expressed[w.Kind] {
				continue
			}
			selector := w.Get("spec", "selector")
			for name, value := range w.Template.Get("metadata", "labels").Pairs() {
				selects := selector.Get("matchLabels", name).OK()
				if ours := strings.HasPrefix(name, "app.kubernetes.io/") && (!selects || name == instance); !ours && !(said && selects) && !d.tree.Root.Has(p.field("labels", name)...) && name != "owner" {
					d.keepAt(p, w.Object, value, "", "spec", "template", "metadata", "labels", name)
				}
			}
			if !said {
				d.keepAt(p, w.Object, selector, "delete it without its pods before the first sync: kubectl delete --cascade=orphan", "spec", "selector")
				d.pieces[len(d.pieces)-1].replaces = true
			}
		}
	}
}

// selects writes into the draft what selects the pods of a program, and reports whether a spec can say it.
func (d *drafter) selects(p *program) bool {
	match := p.last().workload.Get("spec", "selector", "matchLabels")
	for _, r := range p.runs {
		selector := r.workload.Get("spec", "selector")
		if selector.Get("matchExpressions").OK() || scalars(selector.Get("matchLabels")) != scalars(match) {
			return false
		}
	}
	alone := true
	for name, value := range match.Pairs() {
		kept := slices.Contains([]string{"component", "name", "part-of"}, strings.TrimPrefix(name, "app.kubernetes.io/"))
		if name == instance && value.Text() != d.nameOf(p) || name == "owner" || name != instance && !kept && !ofPods(name) {
			return false
		}
		alone = alone && name == instance
	}
	for name, value := range match.Pairs() {
		if !alone {
			d.addText(value, p.field("selector", name)...)
		}
	}
	return match.IsMap()
}

// keepAt keeps a value at a path of an object of a program.
func (d *drafter) keepAt(p *program, o *pipeline.Object, n pipeline.Node, help string, path ...string) {
	d.keepField(p, o, n, help, "%s of %s", strings.Join(path, "."), o.Label())
}

var fileName = lazy.Regexp(`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`)

var hashed = lazy.Regexp(`^(.+)-[a-z0-9]{10}$`)

// generatedName is the name of a ConfigMap in the kustomization that makes it, "" for what is written as an object.
func generatedName(o *pipeline.Object) string {
	m := hashed().FindStringSubmatch(o.Name)
	if m == nil || o.Kind != "ConfigMap" || o.Get("binaryData").OK() || o.Get("immutable").OK() {
		return ""
	}
	for key := range o.Get("data").Pairs() {
		if !fileName().MatchString(key) {
			return ""
		}
	}
	for _, f := range o.Target.Folders {
		for _, g := range f.Kust.Get("configMapGenerator").Items() {
			if strings.HasSuffix(m[1], g.Get("name").Text()) && g.Get("name").OK() {
				return m[1]
			}
		}
	}
	return ""
}

// needed adds what the kept objects refer to, where the draft has it in another form, and names what is nowhere.
func (d *drafter) needed() (existing []string) {
	for i := 0; i < len(d.pieces); i++ {
		p := d.pieces[i]
		if p.dropped {
			continue
		}
		from := p.object.Node
		if p.of != nil {
			from = p.field
		}
		for _, r := range referred(from) {
			kind, name, _ := strings.Cut(r, "/")
			o := findObject(p.in, kind, name)
			switch {
			case o == nil || kind == "Secret" && !d.keeps(o) && !d.keepable(o, p.in):
				if !slices.Contains(existing, r) {
					existing = append(existing, r)
				}
			case d.keeps(o), kind == "ServiceAccount" && d.isProgram(name), kind == "PersistentVolumeClaim" && d.writesClaim(o):
			case d.keepable(o, p.in):
				d.keep(o, "", "the object %s", o.Label())
			}
		}
	}
	slices.Sort(existing)
	return existing
}

// isProgram reports whether the draft has a program of a name.
func (d *drafter) isProgram(name string) bool {
	return slices.ContainsFunc(d.programs, func(p *program) bool { return d.nameOf(p) == name })
}

func (d *drafter) keeps(o *pipeline.Object) bool {
	return slices.ContainsFunc(d.pieces, func(p *piece) bool { return p.of == nil && p.object == o })
}

func findObject(e *deployment, kind, name string) *pipeline.Object {
	for _, o := range e.kinds(kind) {
		if o.Name == name {
			return o
		}
	}
	return nil
}

// referred are the objects that a value names, as KIND/NAME.
func referred(n pipeline.Node) []string {
	var out []string
	add := func(kind string, name pipeline.Node) {
		if r := kind + "/" + name.Text(); name.Text() != "" && name.Text() != "default" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	notes := n.Get("metadata", "annotations")
	issued := notes.Get("cert-manager.io/issuer").OK() || notes.Get("cert-manager.io/cluster-issuer").OK()
	var visit func(key string, n pipeline.Node)
	visit = func(key string, n pipeline.Node) {
		switch key {
		case "secretKeyRef", "secretRef":
			add("Secret", n.Get("name"))
		case "configMapKeyRef", "configMapRef", "configMap":
			add("ConfigMap", n.Get("name"))
		case "secret":
			add("Secret", n.Get("secretName"))
			add("Secret", n.Get("name"))
		case "tls":
			for _, s := range n.Items() {
				if !issued {
					add("Secret", s.Get("secretName"))
				}
			}
		case "persistentVolumeClaim":
			add("PersistentVolumeClaim", n.Get("claimName"))
		case "imagePullSecrets":
			for _, s := range n.Items() {
				add("Secret", s.Get("name"))
			}
		case "serviceAccountName":
			add("ServiceAccount", n)
		case "priorityClassName":
			add("PriorityClass", n)
		}
		for name, v := range n.Pairs() {
			visit(name, v)
		}
		for _, v := range n.Items() {
			visit("", v)
		}
	}
	visit("", n)
	return out
}

// keepVolume keeps a volume that the draft does not have, under its name.
func (d *drafter) keepVolume(p *program, r run, name string) {
	if v := r.volumes()[name]; v.OK() && !d.tree.Root.Has(p.field("volumes", volumeName(v))...) {
		d.keepField(p, r.workload.Object, v, "", "the volume %s of %s", name, r.workload.Label())
	}
}

// keepEverywhere keeps an object that the draft has under another name, in each environment.
func (d *drafter) keepEverywhere(o *pipeline.Object, help, format string, args ...any) {
	for _, e := range d.deployments {
		if same := findObject(e, o.Kind, o.Name); same != nil && !d.keeps(same) {
			d.keep(same, help, format, args...)
		}
	}
}
