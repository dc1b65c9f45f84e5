package frompipeline

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// program is a workload of the draft.
type program struct {
	key string
	// at is its place in the draft.
	at []string
	// kind and name are those of its object, without what a kustomization puts before and behind the name.
	kind, name string
	// image is nil for one that is not built here.
	image *image
	// runs are what runs it, in the order of the deployments.
	runs []run
	// repeated is the container whose variables it has too, for one that runs before a program.
	repeated pipeline.Node
}

// run is a program in an environment.
type run struct {
	in        *deployment
	workload  pipeline.Workload
	container pipeline.Node
	image     *image
}

// rendered is a run with its program.
type rendered struct {
	of *program
	run
}

func (p *program) field(path ...string) []string { return append(slices.Clone(p.at), path...) }

// last is the run whose values are those of the draft.
func (p *program) last() run { return p.runs[len(p.runs)-1] }

// in is the program in an environment, if it runs there.
func (p *program) in(e *deployment) (run, bool) {
	i := slices.IndexFunc(p.runs, func(r run) bool { return r.in == e })
	if i < 0 {
		return run{}, false
	}
	return p.runs[i], true
}

// object is the one of a kind and a name that is rendered with the run, nil for none.
func (r run) object(kind, name string) *pipeline.Object {
	all := r.workload.Target.Kinds(kind)
	if i := slices.IndexFunc(all, func(o *pipeline.Object) bool { return o.Name == name }); i >= 0 {
		return all[i]
	}
	return nil
}

// expressed are the kinds of objects that a workload of a spec can be.
var expressed = map[string]bool{"Deployment": true, "StatefulSet": true, "Rollout": true, "CronJob": true, "Job": true}

// findPrograms decides what runs: in each environment the workloads of images that are built here, and those of other
// images that a digest pins.
func (d *drafter) findPrograms() {
	for _, e := range slices.Backward(d.deployments) {
		ours := d.ours(e)
		for _, w := range e.workloads() {
			i := slices.IndexFunc(ours, func(r run) bool { return r.workload.Object == w.Object })
			switch c := mainContainer(w); {
			case i >= 0:
				d.take(ours[i])
			case d.sayable(w) && pipeline.ParseImage(c.Get("image").Text()).Digest != "":
				d.take(run{e, w, c, nil})
			}
		}
	}
	// What cannot be said as it is would be another program, unless it is the only one.
	if said := slices.DeleteFunc(slices.Clone(d.programs), func(p *program) bool { return unsayable(mainContainer(p.last().workload)).OK() }); len(said) > 0 {
		d.programs = said
	}
	used := map[string]bool{}
	for _, p := range d.programs {
		slices.SortStableFunc(p.runs, func(a, b run) int { return slices.Index(d.deployments, a.in) - slices.Index(d.deployments, b.in) })
		p.key, p.at = draft.Free(cmp.Or(draft.Name(p.name, draft.LongestName), "app"), used), []string{"deploy"}
		if len(d.programs) > 1 {
			p.at = []string{"workloads", p.key}
		}
		for _, r := range p.runs {
			d.rendered[r.workload.Target] = append(d.rendered[r.workload.Target], rendered{p, r})
		}
	}
}

// sayable reports whether a spec can have a workload of its kind, and run it when Argo CD does.
func (d *drafter) sayable(w pipeline.Workload) bool {
	_, ok := momentOf(w)
	return ok && expressed[w.Kind] && !d.asking(w)
}

// unsayable is the command or the arguments of a container, if a spec cannot hold them.
func unsayable(container pipeline.Node) pipeline.Node {
	for _, field := range []string{"command", "args"} {
		n := container.Get(field)
		if slices.ContainsFunc(n.List(), func(word string) bool {
			return strings.Contains(word, "${{") || len(word) > longestWord || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsPrint(r) })
		}) {
			return n
		}
	}
	return pipeline.Node{}
}

// longestWord is how many characters a spec takes in a word of a command.
const longestWord = 1000

// take adds a run to its program.
func (d *drafter) take(r run) {
	name := baseName(r.workload)
	i := slices.IndexFunc(d.programs, func(p *program) bool { return p.kind == r.workload.Kind && p.name == name })
	if i < 0 {
		i = len(d.programs)
		d.programs = append(d.programs, &program{kind: r.workload.Kind, name: name, image: r.image})
	}
	if _, twice := d.programs[i].in(r.in); !twice {
		d.programs[i].runs = append(d.programs[i].runs, r)
	}
}

// ours are the workloads of an environment that run images that are built here. If none seems to, they are those that do
// in other environments, or else the first one, with all that run its image.
func (d *drafter) ours(e *deployment) []run {
	var out, other []run
	for _, w := range e.workloads() {
		for _, c := range w.Pod().Get("containers").Items() {
			i := d.imageFor(c)
			if i == nil {
				continue
			}
			if r := (run{e, w, c, i}); d.sayable(w) {
				out = append(out, r)
			} else if w.LongRunning() {
				other = append(other, r)
			}
			break
		}
	}
	if len(out)+len(other) == 0 {
		return d.otherwise(e)
	}
	if !slices.ContainsFunc(out, func(r run) bool { return r.workload.LongRunning() }) {
		out = append(out, other[:min(len(other), 1)]...)
	}
	return out
}

func (d *drafter) otherwise(e *deployment) []run {
	var out []run
	all := slices.DeleteFunc(e.workloads(), func(w pipeline.Workload) bool { return !mainContainer(w).OK() })
	for _, w := range all {
		for _, p := range d.programs {
			if p.image != nil && p.kind == w.Kind && p.name == baseName(w) {
				out = append(out, run{e, w, mainContainer(w), p.image})
			}
		}
	}
	first := slices.IndexFunc(all, func(w pipeline.Workload) bool { return w.LongRunning() && !ofOthers(runImage(mainContainer(w))) })
	if first < 0 {
		first = slices.IndexFunc(all, pipeline.Workload.LongRunning)
	}
	if len(out) > 0 || first < 0 {
		return out
	}
	unbuilt := len(d.images) == 0
	for i, w := range all {
		c := mainContainer(w)
		name, theirs := runImage(c), runImage(mainContainer(all[first]))
		kin := name == theirs || unbuilt && path.Dir(name) == path.Dir(theirs) && !ofOthers(name)
		if i == first || kin && d.sayable(w) {
			out = append(out, run{e, w, c, d.unbuilt(alias{name: name, at: c.Get("image").At()})})
		}
	}
	return out
}

// ofOthers reports an image that everybody takes from where its makers publish it, such as a database.
func ofOthers(image string) bool {
	image = strings.TrimPrefix(strings.TrimPrefix(image, "docker.io/"), "library/")
	return slices.Contains(official, image) || strings.HasPrefix(image, "bitnami/") || strings.HasPrefix(image, "bitnamilegacy/")
}

// official are images of Docker's library that applications have beside them.
var official = []string{
	"postgres", "redis", "mysql", "mariadb", "mongo", "memcached", "rabbitmq", "elasticsearch", "kibana", "nats", "valkey", "cassandra", "influxdb", "zookeeper",
	"consul", "vault", "haproxy", "traefik", "busybox", "alpine", "adminer", "solr", "neo4j", "couchdb", "registry",
}

// unbuilt is an image of which the manifests alone speak, or the one that is built.
func (d *drafter) unbuilt(n alias) *image {
	if len(d.images) == 1 && d.images[0].alone {
		return d.images[0]
	}
	if i := d.imageNamed(n); i != nil {
		return i
	}
	d.images = append(d.images, &image{names: []alias{n}})
	return d.images[len(d.images)-1]
}

// mainContainer is the first container of a pod, missing where there is none.
func mainContainer(w pipeline.Workload) pipeline.Node {
	for _, c := range w.Pod().Get("containers").Items() {
		return c
	}
	return pipeline.Node{}
}

func runImage(c pipeline.Node) string {
	return strings.ToLower(pipeline.ParseImage(c.Get("image").Text()).Name)
}

// baseName is the name of a workload without what the kustomizations put before and behind all names. One that the
// cluster completes is meant as it begins.
func baseName(w pipeline.Workload) string {
	name := cmp.Or(w.Name, strings.TrimRight(w.Get("metadata", "generateName").Text(), "-"))
	for _, f := range w.Target.Folders {
		name = strings.TrimPrefix(strings.TrimSuffix(name, f.Kust.Get("nameSuffix").Text()), f.Kust.Get("namePrefix").Text())
	}
	return name
}
