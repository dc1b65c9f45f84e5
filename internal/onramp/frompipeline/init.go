package frompipeline

import (
	"slices"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// earlier is a container of a pod beside that of the program: one that runs before it or, where it stays, beside it.
type earlier struct {
	pipeline.Node
	stays bool
}

// earlier are those of a run in the order in which they start. What Kubernetes starts together with the program is a sidecar
// in a draft, and starts before it.
func (r run) earlier() []earlier {
	var out []earlier
	for _, c := range r.workload.Pod().Get("initContainers").Items() {
		out = append(out, earlier{c, c.Get("restartPolicy").Text() == "Always"})
	}
	if r.workload.LongRunning() {
		for _, c := range r.workload.Pod().Get("containers").Items() {
			if c.At() != r.container.At() {
				out = append(out, earlier{c, true})
			}
		}
	}
	return out
}

// initName is what a container is called in the draft.
func (p *program) initName(c pipeline.Node) string {
	name := draft.Name(c.Get("name").Text(), draft.LongestName)
	if name == p.key {
		name += "-before"
	}
	return name
}

// init reads the containers that run before a program, or beside it.
func (d *drafter) init(p *program) {
	for _, c := range p.last().earlier() {
		if d.sayableBefore(p, c) {
			d.container(p, c)
		}
	}
}

// sayableBefore reports whether a draft can have a container: its image is one of the draft, or has a digest.
func (d *drafter) sayableBefore(p *program, c earlier) bool {
	return p.initName(c.Node) != "" && !unsayable(c.Node).OK() && (d.builds(c.Node) != nil || pipeline.ParseImage(c.Get("image").Text()).Digest != "")
}

// builds is the image of the draft that a container runs, nil for none.
func (d *drafter) builds(c pipeline.Node) *image {
	if i := d.imageFor(c); slices.Contains(d.chosen, i) {
		return i
	}
	return nil
}

func (d *drafter) container(p *program, c earlier) {
	at := p.field("init", p.initName(c.Node))
	own := &program{key: p.key, at: at, kind: p.kind, image: d.builds(c.Node), runs: []run{{in: p.last().in, workload: p.last().workload, container: c.Node}}}
	switch name := c.Get("image"); {
	case own.image != nil && own.image != p.image:
		d.add(own.image.key, name.At(), own.field("image")...)
	case own.image == nil && (p.image != nil || name.Text() != p.last().container.Get("image").Text()):
		d.add(name.Text(), name.At(), own.field("external")...)
	}
	d.words(own)
	if c.stays {
		d.sidecar(own, c.Node)
	}
	if main := p.last().container; own.image == p.image && repeats(main, c.Node) {
		d.add(true, c.Get("env").At(), own.field("sameVariables")...)
		own.repeated = main
	}
	d.environment(own)
	d.mountsBefore(p, own)
	d.requests(own)
	d.security(own, p.last().workload, c.Node)
	for _, f := range userFields {
		if d.tree.Root.Has(own.field("security", "root")...) {
			break
		}
		user, ok := p.last().workload.Security(c.Node, f.kubernetes).Number()
		if program, _ := p.last().workload.Security(p.last().container, f.kubernetes).Number(); ok && user != program {
			d.add(user, c.Get("securityContext", f.kubernetes).At(), own.field("runAs", f.ours)...)
		}
	}
	if !d.tree.Root.Has(at...) {
		d.add(map[string]any{}, c.At(), at...)
	}
}

// sidecar reads how a container that stays is asked.
func (d *drafter) sidecar(own *program, c pipeline.Node) {
	beside := &program{key: own.key, at: own.field("sidecar"), kind: own.kind, runs: own.runs}
	ready, alive := c.Get("readinessProbe"), c.Get("livenessProbe")
	for _, probe := range []pipeline.Node{ready, alive} {
		for _, how := range []string{"httpGet", "grpc", "tcpSocket"} {
			if port := probe.Get(how, "port"); port.OK() {
				d.add(numberOf(c, port), port.At(), beside.field("probes", "port")...)
			}
		}
	}
	if ready.OK() || alive.Get("httpGet").OK() {
		d.probes(beside)
	} else {
		d.tree.Root.Remove(beside.field("probes")...)
		d.add(map[string]any{}, c.At(), beside.at...)
		d.leaveField(alive, "", "the livenessProbe of the container %s, which has no readiness", c.Get("name").Text())
	}
}

// numberOf is the number of a port that a probe names.
func numberOf(c, port pipeline.Node) int {
	for _, n := range c.Get("ports").Items() {
		if number, ok := n.Get("containerPort").Number(); ok && n.Get("name").Text() == port.Text() {
			return number
		}
	}
	number, _ := port.Number()
	return number
}

// repeats reports whether a container has every variable of another, maybe with another value.
func repeats(of, c pipeline.Node) bool {
	for _, field := range []string{"env", "envFrom"} {
		for _, e := range of.Get(field).Items() {
			if !slices.ContainsFunc(c.Get(field).Items(), func(own pipeline.Node) bool {
				return field == "env" && own.Get("name").Text() == e.Get("name").Text() || scalars(own) == scalars(e)
			}) {
				return false
			}
		}
	}
	return len(of.Get("env").Items())+len(of.Get("envFrom").Items()) > 0
}

// isRepeated reports whether a variable, or a source of variables, is one that the program has just so.
func (p *program) isRepeated(field string, e pipeline.Node) bool {
	return slices.ContainsFunc(p.repeated.Get(field).Items(), func(n pipeline.Node) bool { return scalars(n) == scalars(e) })
}

// mountsBefore reads which volumes and files of the program a container finds too.
func (d *drafter) mountsBefore(p, own *program) {
	r := own.last()
	volumes := r.volumes()
	var files []string
	place := pipeline.Place{}
	for _, m := range r.container.Get("volumeMounts").Items() {
		v, at := volumes[m.Get("name").Text()], m.Get("mountPath").Text()
		name := volumeName(v)
		known := below(p.field("volumes", name)...)
		sub := d.tree.Root.Leaf(known("subPath")...)
		switch found := r.mounted(v, m); {
		case d.tree.Root.Has(known()...) && (sub == nil && m.Get("subPath").Text() == "" || sub != nil && sub.Value == m.Get("subPath").Text()):
			if path := d.tree.Root.Leaf(known("path")...); path != nil && path.Value != at {
				d.add(at, m.At(), own.field("mounts", name, "path")...)
			}
			reads := d.tree.Root.Has(known("readOnly")...) || d.tree.Root.Has(known("secret")...) || d.tree.Root.Has(known("configMap")...)
			if n := m.Get("readOnly"); n.True() && !reads {
				d.add(true, n.At(), own.field("mounts", name, "readOnly")...)
			}
			if !d.tree.Root.Has(own.field("mounts", name)...) {
				d.add(map[string]any{}, m.At(), own.field("mounts", name)...)
			}
		case v.Get("emptyDir").OK() && at == "/tmp":
		case len(found) > 0 && !slices.ContainsFunc(found, func(f mountedFile) bool { return !d.tree.Root.Has(p.field("files", f.at)...) }):
			for _, f := range found {
				files, place = append(files, f.at), m.At()
			}
		default:
			d.leave(m.At(), "let the program have the volume too, and name it in mounts", "that the container %s finds the volume %s at %s, which the program does not", r.container.Get("name").Text(), m.Get("name").Text(), at)
		}
	}
	if len(files) > 0 {
		d.add(files, place, own.field("files")...)
	}
}

// sharedFolder reports whether a container before the program finds a volume, so that it needs a name.
func (r run) sharedFolder(volume string) bool {
	return slices.ContainsFunc(r.earlier(), func(c earlier) bool {
		return slices.ContainsFunc(c.Get("volumeMounts").Items(), func(m pipeline.Node) bool {
			return m.Get("name").Text() == volume && m.Get("mountPath").Text() != "/tmp"
		})
	})
}

// besides records what of the containers beside a program the draft does not have.
func (d *drafter) besides(p *program, r run, lost func(path string, n pipeline.Node)) {
	drafted := p.last().earlier()
	have := r.earlier()
	if !r.workload.LongRunning() {
		for _, c := range r.workload.Pod().Get("containers").Items() {
			if c.At() != r.container.At() {
				have = append(have, earlier{c, true})
			}
		}
	}
	for _, c := range have {
		name := c.Get("name").Text()
		i := slices.IndexFunc(drafted, func(o earlier) bool { return o.Get("name").Text() == name })
		if i < 0 || !d.tree.Root.Has(p.field("init", p.initName(c.Node))...) {
			help := "name it in init once a digest pins its image, and with a command of single lines"
			if !r.workload.LongRunning() {
				help = "name it in init as a sidecar, which ends with the program"
			}
			d.keepField(p, r.workload.Object, c.Node, help, "the container %s beside the program", name)
			for _, m := range c.Get("volumeMounts").Items() {
				d.keepVolume(p, r, m.Get("name").Text())
			}
			continue
		}
		ofContainerBefore(c.stays).walk(c.Node, "", lost)
	}
}

// ofContainerBefore are the fields that the draft covers in a container before a program.
func ofContainerBefore(stays bool) known {
	k := job
	if stays {
		k = service
	}
	out := ofContainerIn(k)
	delete(out, "lifecycle.preStop.sleep.seconds")
	delete(out, "lifecycle.preStop.exec.command")
	out["restartPolicy"], out["imagePullPolicy"] = []string{"Always"}, nil
	return out
}
