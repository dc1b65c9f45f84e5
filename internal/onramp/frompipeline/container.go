package frompipeline

import (
	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// environment reads the variables of the container.
func (d *drafter) environment(c pipeline.Node) {
	for _, e := range c.Get("env").Items() {
		name, value, secret := e.Get("name").Text(), e.Get("value"), e.Get("valueFrom", "secretKeyRef")
		switch {
		case secret.OK():
			d.add(secret.Get("name").Text(), secret.Get("name").At(), "deploy", "secrets", name, "name")
			d.add(secret.Get("key").Text(), secret.Get("key").At(), "deploy", "secrets", name, "key")
		case e.Get("valueFrom").OK():
			d.leave(e.Get("valueFrom").At(), "write its value under deploy.env", "the variable %s, which is neither a text nor from a Secret", name)
		default:
			if kubevar.Refers(value.Text()) {
				d.leave(value.At(), "", "the variable %s, whose value refers to another one", name)
				continue
			}
			d.add(kubevar.Expand(value.Text(), kubevar.None), value.At(), "deploy", "env", name)
		}
	}
	d.leaveField(c.Get("envFrom"), "name each variable under deploy.env or deploy.secrets", "variables that come from a whole ConfigMap or Secret")
	for _, field := range []string{"command", "args"} {
		d.leaveField(c.Get(field), "let the image start the program", "the %s of the container", field)
	}
}

const leastUser = 10001

func (d *drafter) user(w pipeline.Workload, c pipeline.Node) {
	for _, f := range []struct{ kubernetes, ours string }{{"runAsUser", "user"}, {"runAsGroup", "group"}} {
		n := c.Get("securityContext", f.kubernetes)
		if !n.OK() {
			n = w.Pod().Get("securityContext", f.kubernetes)
		}
		id, ok := n.Number()
		switch {
		case !ok:
			d.guess(leastUser, "the manifests name no "+f.kubernetes+": let the image's USER be this", "deploy", "runAs", f.ours)
		default:
			d.add(id, n.At(), "deploy", "runAs", f.ours).Spare = leastUser
		}
	}
}

func (d *drafter) writable(w pipeline.Workload, c pipeline.Node) {
	empty := map[string]bool{}
	for _, v := range w.Pod().Get("volumes").Items() {
		if v.Get("emptyDir").OK() {
			empty[v.Get("name").Text()] = true
			continue
		}
		d.leave(v.At(), "", "the volume %s, which is no empty folder", v.Get("name").Text())
	}
	var folders []string
	at := pipeline.Place{}
	for _, m := range c.Get("volumeMounts").Items() {
		if path := m.Get("mountPath").Text(); empty[m.Get("name").Text()] && path != "/tmp" {
			folders = append(folders, path)
			at = m.At()
		}
	}
	if len(folders) > 0 {
		d.add(folders, at, "deploy", "writable")
	}
}
