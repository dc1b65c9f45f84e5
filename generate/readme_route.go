package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
)

// certificatesNeeded are the Secrets with certificates that somebody must make.
func certificatesNeeded(p plan.Plan) []string {
	var out []string
	for _, w := range p.Workloads {
		if r := w.Route; r != nil && r.Secret != "" && r.Issuer == "" {
			in, must := p.MustExist(r.Secret)
			if line := "`" + r.Secret + "`, of the type `kubernetes.io/tls`, with the certificate of `" + w.Name + "`." + only(in); must && !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// routesNeed are the objects, beside Secrets, without which routes lead nowhere, nothing asks for KEDA, and Argo CD knows no
// signature.
func routesNeed(p plan.Plan) []string {
	var out []string
	add := func(format string, args ...any) {
		if line := fmt.Sprintf(format, args...); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	for _, in := range p.Instances() {
		if len(p.ArgoCD.Signers) > 0 {
			add("ConfigMap `argocd-gpg-keys-cm` in the namespace `%s`%s, with the public keys %s (`argocd gpg add`); GitHub's is <https://github.com/web-flow.gpg>", in.Namespace, in.Of(), plan.And(p.ArgoCD.Signers))
		}
	}
	for _, e := range p.Running() {
		for _, w := range p.Workloads {
			if w.Scale.ByKEDA() && w.RunsIn(e.Name) {
				for _, t := range w.Scale.Triggers {
					if t.Existing != "" {
						add("TriggerAuthentication `%s` in the namespace `%s`", t.Existing, e.Namespace)
					}
				}
				add("KEDA, which asks what `%s` follows", w.Name)
			}
			r := e.Route(w)
			if r == nil {
				continue
			}
			if g := r.Gateway; r.Kind == plan.ByGateway {
				at := g.Namespace
				if at == "" {
					at = e.Namespace
				}
				add("Gateway `%s` in the namespace `%s`, which lets in routes of `%s`", g.Name, at, e.Namespace)
			}
			switch r.IssuerKind {
			case "issuer":
				add("Issuer `%s` of cert-manager in the namespace `%s`", r.Issuer, e.Namespace)
			case "cluster-issuer":
				add("ClusterIssuer `%s` of cert-manager", r.Issuer)
			}
		}
	}
	return out
}
