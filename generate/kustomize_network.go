package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// networkPolicy lets in who may call a workload, and lets out where it may go: to the workloads that it may call, and to
// the ports that the spec names.
func (r *renderer) networkPolicy(w plan.Workload) yamldoc.Doc {
	rules := []yamldoc.Doc{r.fill("kustomize/egress-dns", nil)}
	for _, other := range r.plan.CalledBy(w) {
		rules = append(rules, r.fill("kustomize/egress-to", yamldoc.Values{"peers": r.peers(other.Path+".from", other.Name), "protocol": protocol(other)}))
	}
	rules = append(rules, r.amongPeers(w, "kustomize/egress-peers")...)
	var ports []yamldoc.Doc
	for i, p := range w.Egress {
		ports = append(ports, r.fill("kustomize/egress-port", yamldoc.Values{"port": r.own(schema.Item(w.Path+".egress", i), p)}))
	}
	if len(ports) > 0 {
		rules = append(rules, r.fill("kustomize/egress-ports", yamldoc.Values{"ports": list(ports...)}))
	}
	rules = append(rules, r.toAPI(w)...)
	return r.fill("kustomize/networkpolicy", yamldoc.Values{"name": r.name(w), "annotations": r.wave(w), "ingress": r.ingress(w), "egress": list(rules...)})
}

// ingress is who may call a workload: everybody where pods outside of the pipeline may, for the ways into a cluster have
// addresses that nothing here knows; else the workloads that the spec names, and the smoke Job.
func (r *renderer) ingress(w plan.Workload) yamldoc.Value {
	peers := r.amongPeers(w, "kustomize/ingress-peers")
	switch {
	case w.Outside:
		return list(append(peers, r.fill("kustomize/ingress-open", yamldoc.Values{"protocol": protocol(w)}))...)
	case w.Kind != plan.ServiceKind && len(peers) == 0:
		return yamldoc.Of([]string{})
	case w.Kind != plan.ServiceKind:
		return list(peers...)
	}
	from := slices.Clone(w.From)
	if len(w.Smokes) > 0 {
		from = append(from, w.Smokes[0].Name)
	}
	if p := r.plan.Prometheus; len(w.Analyses)+len(w.Alerts) > 0 && p.Namespace != "" {
		peers = append(peers, r.fill("kustomize/ingress-namespace", yamldoc.Values{"namespace": r.own(p.Path+".namespace", p.Namespace), "protocol": protocol(w)}))
	}
	return list(append(peers, r.fill("kustomize/ingress-from", yamldoc.Values{"peers": r.peers(w.Path+".from", from...), "protocol": protocol(w)}))...)
}

// peers are the pods of workloads of this pipeline, by name.
func (r *renderer) peers(at string, names ...string) yamldoc.Value {
	var out []yamldoc.Doc
	for _, name := range names {
		out = append(out, r.fill("kustomize/peer", yamldoc.Values{"name": r.own(at, name)}))
	}
	return list(out...)
}
