package frompipeline

import "github.com/pipegen/pipegen/internal/pipeline"

const leastUser = 10001

// userFields are those of a security context that say who a container runs as.
var userFields = []struct{ kubernetes, ours string }{{"runAsUser", "user"}, {"runAsGroup", "group"}}

func (d *drafter) user(p *program) {
	d.security(p, p.last().workload, p.last().container)
	w, c, whose := p.last().workload, p.last().container, "let the image's USER be this"
	if p.image == nil {
		whose = "write the user of the image"
	}
	for _, f := range userFields {
		n := c.Get("securityContext", f.kubernetes)
		if !n.OK() {
			n = w.Pod().Get("securityContext", f.kubernetes)
		}
		id, ok := n.Number()
		switch {
		case d.tree.Root.Has(p.field("security", "root")...):
		case !ok:
			d.guess(leastUser, "the manifests name no "+f.kubernetes+": "+whose, p.field("runAs", f.ours)...)
		default:
			d.add(id, n.At(), p.field("runAs", f.ours)...).Spare = leastUser
		}
	}
}

// security reads what a container may do beyond what every container may.
func (d *drafter) security(p *program, w pipeline.Workload, c pipeline.Node) {
	own, at := c.Get("securityContext"), below(p.field("security")...)
	user, calls := w.Security(c, "runAsUser"), w.Security(c, "seccompProfile").Get("type")
	if user.Text() == "0" {
		d.add(true, user.At(), at("root")...)
		if add := own.Get("capabilities", "add"); len(add.List()) > 0 {
			d.add(add.List(), add.At(), at("capabilities")...)
		}
	}
	if n := own.Get("readOnlyRootFilesystem"); n.False() {
		d.add(true, n.At(), at("writableRoot")...)
	}
	if calls.Text() == "Unconfined" {
		d.add(true, calls.At(), at("anySystemCall")...)
	}
}
