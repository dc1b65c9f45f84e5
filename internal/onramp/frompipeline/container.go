package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// environment reads the variables of the container.
func (d *drafter) environment(p *program) {
	c, under := p.last().container, strings.Join(p.at, ".")
	for _, e := range c.Get("env").Items() {
		name, value, secret := e.Get("name").Text(), e.Get("value"), e.Get("valueFrom", "secretKeyRef")
		switch {
		case secret.OK():
			d.add(secret.Get("name").Text(), secret.Get("name").At(), p.field("secrets", name, "name")...)
			d.add(secret.Get("key").Text(), secret.Get("key").At(), p.field("secrets", name, "key")...)
		case e.Get("valueFrom").OK():
			d.leave(e.Get("valueFrom").At(), "write its value under "+under+".env", "the variable %s, which is neither a text nor from a Secret", name)
		default:
			if kubevar.Refers(value.Text()) {
				d.leave(value.At(), "", "the variable %s, whose value refers to another one", name)
				continue
			}
			d.add(kubevar.Expand(value.Text(), kubevar.None), value.At(), p.field("env", name)...)
		}
	}
	d.leaveField(c.Get("envFrom"), "name each variable under "+under+".env or "+under+".secrets", "variables that come from a whole ConfigMap or Secret")
}

const leastUser = 10001

func (d *drafter) user(p *program) {
	w, c, whose := p.last().workload, p.last().container, "let the image's USER be this"
	if p.image == nil {
		whose = "write the user of the image"
	}
	for _, f := range []struct{ kubernetes, ours string }{{"runAsUser", "user"}, {"runAsGroup", "group"}} {
		n := c.Get("securityContext", f.kubernetes)
		if !n.OK() {
			n = w.Pod().Get("securityContext", f.kubernetes)
		}
		id, ok := n.Number()
		switch {
		case !ok:
			d.guess(leastUser, "the manifests name no "+f.kubernetes+": "+whose, p.field("runAs", f.ours)...)
		default:
			d.add(id, n.At(), p.field("runAs", f.ours)...).Spare = leastUser
		}
	}
}

// writable reads the empty folders that the program writes to: those with a size of their own have a name.
func (d *drafter) writable(p *program) {
	empty := map[string]pipeline.Node{}
	for _, v := range p.last().workload.Pod().Get("volumes").Items() {
		if n := v.Get("emptyDir"); n.OK() {
			empty[v.Get("name").Text()] = n
			continue
		}
		d.leave(v.At(), "", "the volume %s, which is no empty folder", v.Get("name").Text())
	}
	var folders []string
	at := pipeline.Place{}
	for _, m := range p.last().container.Get("volumeMounts").Items() {
		name, folder := m.Get("name").Text(), m.Get("mountPath").Text()
		volume, ok := empty[name]
		switch {
		case !ok || folder == "/tmp":
		case sized(volume) && !d.tree.Root.Has(p.field("volumes", name)...):
			d.add(folder, m.At(), p.field("volumes", name, "path")...)
			d.addText(volume.Get("sizeLimit"), p.field("volumes", name, "size")...)
		case sized(volume):
			d.leave(m.At(), "", "that the volume %s is mounted a second time", name)
		default:
			folders = append(folders, folder)
			at = m.At()
		}
	}
	if len(folders) > 0 {
		d.add(folders, at, p.field("writable")...)
	}
}

// usualSize is that of a folder for which a spec names none.
const usualSize = "64Mi"

// sized reports whether an empty folder has another size.
func sized(emptyDir pipeline.Node) bool {
	n := emptyDir.Get("sizeLimit")
	return n.OK() && n.Text() != usualSize
}
