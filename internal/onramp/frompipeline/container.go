package frompipeline

const leastUser = 10001

// userFields are those of a security context that say who a container runs as.
var userFields = []struct{ kubernetes, ours string }{{"runAsUser", "user"}, {"runAsGroup", "group"}}

func (d *drafter) user(p *program) {
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
		case !ok:
			d.guess(leastUser, "the manifests name no "+f.kubernetes+": "+whose, p.field("runAs", f.ours)...)
		default:
			d.add(id, n.At(), p.field("runAs", f.ours)...).Spare = leastUser
		}
	}
}
