package generate

import (
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

func statefulOf(w schema.Workload) *plan.Stateful {
	s := w.Stateful
	return &plan.Stateful{
		Path: w.At + ".stateful", Peers: s.Peers, Ordered: s.Ordered,
		ScaledGone: s.WhenScaled == schema.Deletes, DeletedGone: s.WhenDeleted == schema.Deletes,
	}
}

// statefulSet writes the object of a workload whose pods keep their names. They start together unless the spec says
// otherwise: a pod that is started only after the one before it is ready is not replaced while that one is not, and a
// deploy that is taken back would wait for the very pod that it takes back.
func (r *renderer) statefulSet(w plan.Workload) yamldoc.Doc {
	at := w.Path + ".stateful"
	together, ordered := yamldoc.Of("Parallel"), yamldoc.Omit
	if w.Stateful.Ordered {
		together, ordered = yamldoc.Omit, r.own(at+".ordered", "OrderedReady")
	}
	history := yamldoc.Omit
	if n := w.Rollout.History; n != nil {
		history = r.own(w.Path+".rollout.history", *n)
	}
	values := yamldoc.Values{
		"name":        r.name(w),
		"selector":    r.selector(w),
		"annotations": r.wave(w),
		"replicas":    r.fixed(w),
		"service":     r.own(at, w.HeadlessName()),
		"together":    together,
		"ordered":     ordered,
		"history":     history,
		"minReady":    r.unlessUsual(w.Path+".rollout.minReady", w.Rollout.MinReady, plan.MinReady),
		"deleted":     r.retention(at+".whenDeleted", w.Stateful.DeletedGone),
		"scaled":      r.retention(at+".whenScaled", w.Stateful.ScaledGone),
		"pod":         yamldoc.Block(r.pod(w)),
		"claims":      r.templates(w, plan.Delta{}),
	}
	maps.Copy(values, r.marks(w))
	return r.fill("kustomize/statefulset", values)
}

// retention is what becomes of claims.
func (r *renderer) retention(at string, gone bool) yamldoc.Value {
	if gone {
		return r.own(at, "Delete")
	}
	return yamldoc.Of("Retain")
}

// templates are the claims of each pod, with what the API server would add: Argo CD shows a difference for ever
// otherwise, since the list is replaced as a whole.
func (r *renderer) templates(w plan.Workload, d plan.Delta) yamldoc.Value {
	var out []yamldoc.Doc
	for _, v := range w.Volumes {
		if v.Claim == nil || !v.Claim.Each {
			continue
		}
		c, size := v.Claim, r.own(v.Claim.Path+".size", v.Claim.Size)
		for _, here := range d.Sizes {
			if here.Volume == v.Name {
				size = r.own(here.Path, here.Size)
			}
		}
		out = append(out, r.fill("kustomize/claim-template", yamldoc.Values{
			"name": r.own(v.Path, v.Name), "access": r.own(c.Path+".access", c.Access), "class": r.optional(c.Path+".storageClass", c.StorageClass), "size": size,
		}))
	}
	return list(out...)
}

// headless is the Service by which each pod has a name of its own. Pods that look for one another find them before they
// are ready.
func (r *renderer) headless(w plan.Workload) yamldoc.Doc {
	var ports []yamldoc.Doc
	if w.Port > 0 {
		port := r.own(w.Path+".port", w.Port)
		ports = append(ports, r.fill("kustomize/headless-port", yamldoc.Values{"name": protocol(w), "port": port, "target": protocol(w)}))
	}
	for _, p := range r.peerPorts(w) {
		ports = append(ports, r.fill("kustomize/headless-port", yamldoc.Values{"name": p.name, "port": p.port, "target": p.name}))
	}
	early := yamldoc.Omit
	if len(w.Stateful.Peers) > 0 {
		early = r.own(w.Path+".stateful.peers", true)
	}
	return r.fill("kustomize/service-headless", yamldoc.Values{
		"name": r.own(w.NamePath, w.HeadlessName()), "selector": r.selector(w), "annotations": r.wave(w), "early": early, "ports": list(ports...),
	})
}

// peerPort is a port at which pods reach one another, with its name.
type peerPort struct{ name, port yamldoc.Value }

// peerPorts are those that are not the one that others call.
func (r *renderer) peerPorts(w plan.Workload) []peerPort {
	var out []peerPort
	for _, port := range w.OwnPeers() {
		at := schema.Item(w.Path+".stateful.peers", slices.Index(w.Stateful.Peers, port))
		out = append(out, peerPort{yamldoc.Of(plan.PeerName(port)), r.own(at, port)})
	}
	return out
}

// amongPeers lets the pods of a workload reach one another, as a rule of what comes in or goes out.
func (r *renderer) amongPeers(w plan.Workload, fragment string) []yamldoc.Doc {
	if w.Stateful == nil || len(w.Stateful.Peers) == 0 {
		return nil
	}
	var ports []yamldoc.Doc
	for i, port := range w.Stateful.Peers {
		ports = append(ports, r.fill("kustomize/egress-port", yamldoc.Values{"port": r.own(schema.Item(w.Path+".stateful.peers", i), port)}))
	}
	return []yamldoc.Doc{r.fill(fragment, yamldoc.Values{"peers": r.peers(w.Path+".stateful.peers", w.Name), "ports": list(ports...)})}
}

// claimsGrow reports whether an environment changes the size of claims that each pod has.
func claimsGrow(w plan.Workload, d plan.Delta) bool {
	return slices.ContainsFunc(d.Sizes, func(s plan.SizeIn) bool {
		return slices.ContainsFunc(w.Templates(), func(c plan.Claim) bool { return c.Name == s.Volume })
	})
}

// patchStateful is what an environment changes in a StatefulSet. The claims of its pods are one list, which is replaced.
func (r *renderer) patchStateful(w plan.Workload, d plan.Delta, template yamldoc.Value) yamldoc.Doc {
	claims := yamldoc.Omit
	if claimsGrow(w, d) {
		claims = r.templates(w, d)
	}
	return r.fill("kustomize/overlay-patch-statefulset", yamldoc.Values{"name": r.name(w), "template": template, "claims": claims})
}
