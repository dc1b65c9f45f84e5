package judge

import (
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// The files of a workload and of a job where there is one.
const (
	usualDeployment = "base/deployment.yaml"
	usualJob        = "base/job.yaml"
)

// onlyAdd are kinds of objects that give something to pods and take nothing from them, also where they name them.
var onlyAdd = []string{
	"Service", "ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount",
	"networking.k8s.io/Ingress", "networking.k8s.io/NetworkPolicy", "traefik.io/IngressRoute", "traefik.containo.us/IngressRoute", "route.openshift.io/Route",
	"gateway.networking.k8s.io/HTTPRoute", "gateway.networking.k8s.io/GRPCRoute", "gateway.networking.k8s.io/TCPRoute", "gateway.networking.k8s.io/TLSRoute",
	"monitoring.coreos.com/ServiceMonitor", "monitoring.coreos.com/PodMonitor", "monitoring.coreos.com/Probe", "monitoring.coreos.com/PrometheusRule",
	"grafana.integreatly.org/GrafanaDashboard", "external-secrets.io/ExternalSecret", "bitnami.com/SealedSecret",
	"secrets-store.csi.x-k8s.io/SecretProviderClass", "cert-manager.io/Certificate",
	"rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding", "autoscaling.k8s.io/VerticalPodAutoscaler",
	// The proof of replicas counts what these leave.
	"autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject",
}

// toAll are kinds of objects, or all kinds of a group, that refuse, stop or cut off any pod of their namespace, and name
// none of them: quotas, policies of meshes and of networks that may deny, and what puts programs to sleep.
var toAll = []string{
	"ResourceQuota", "LimitRange", "networking.istio.io/Sidecar", "networking.istio.io/EnvoyFilter", "security.istio.io/",
	"policy.linkerd.io/", "cilium.io/", "projectcalico.org/", "crd.projectcalico.org/", "kyverno.io/", "kube-green.com/",
}

// additions weighs the objects that only the author has.
func (s *session) additions(t, of *pipeline.Target) {
	var waits time.Duration
	workloads := of.Workloads()
	for _, o := range of.Objects {
		if find(t, o).OK() {
			continue
		}
		if hooked(o) || o.Kind == "Job" {
			limit, ok := o.Get("spec", "activeDeadlineSeconds").Number()
			waits += time.Duration(limit) * time.Second
			s.delays(of, o, ok && o.Kind == "Job", waits)
		}
		runs := slices.ContainsFunc(workloads, func(w pipeline.Workload) bool { return w.Object == o })
		if !runs && !slices.Contains(onlyAdd, kindOf(o)) {
			s.steers(of, o)
		}
	}
}

// delays weighs an object for which each sync waits: what rests on the jobs that pipegen writes rests on it too, and a
// promise of time must leave it its own.
func (s *session) delays(of *pipeline.Target, o *pipeline.Object, bounded bool, waits time.Duration) {
	var lost []string
	for _, c := range s.here(of) {
		if !touches(c.Kind, usualJob) || bounded && s.Plan.ArgoCD.Noticed.Within+waits < c.Within {
			continue
		}
		lost = append(lost, s.lose(c)...)
	}
	s.claim(of, o, lost)
}

// kindOf is the kind of an object as the spec names it.
func kindOf(o *pipeline.Object) string { return strings.TrimPrefix(o.Group+"/"+o.Kind, "/") }

// hooked reports a hook of a sync, for which Argo CD takes those of Helm as well.
func hooked(o *pipeline.Object) bool {
	annotations := o.Get("metadata", "annotations")
	if h := annotations.Get("argocd.argoproj.io/hook"); h.OK() {
		return h.Text() != "Skip"
	}
	return annotations.Get("helm.sh/hook").OK()
}

// steers weighs an object of a kind that may change what becomes of pods, and is for some of the pipeline's.
func (s *session) steers(of *pipeline.Target, o *pipeline.Object) {
	var lost []string
	for _, c := range s.here(of) {
		if !touches(c.Kind, usualDeployment) {
			continue
		}
		for _, w := range s.Plan.Workloads {
			if c.Covers(w.Name, "") && (s.names(o, w.Name) || selects(o, labelsOf(of, w.Name))) {
				lost = append(lost, s.lose(c)...)
				break
			}
		}
	}
	s.claim(of, o, lost)
}

// names reports whether an object has the name of a workload, or the address of its Service in the cluster.
func (s *session) names(o *pipeline.Object, workload string) bool {
	namespace := o.Get("metadata", "namespace").Text()
	return anyText(o.Get("spec"), func(text string) bool {
		host, domain, _ := strings.Cut(text, ".")
		inside := domain == "" || domain == namespace || strings.HasPrefix(domain, namespace+".svc")
		return text == s.Plan.Name || host == workload && inside
	})
}

// labelsOf are the labels of a workload's pods.
func labelsOf(t *pipeline.Target, workload string) pipeline.Labels {
	for _, w := range t.Workloads() {
		if w.Name == workload {
			return w.Labels()
		}
	}
	return nil
}

// selects reports whether an object is for pods with some labels: it selects them, or it is for all and selects no others.
func selects(o *pipeline.Object, labels pipeline.Labels) bool {
	some := slices.ContainsFunc(toAll, func(kind string) bool {
		return kind == kindOf(o) || strings.HasSuffix(kind, "/") && strings.HasPrefix(kindOf(o), kind)
	})
	for _, field := range []string{"selector", "podSelector", "endpointSelector", "workloadSelector"} {
		for _, asked := range []string{"matchLabels", "labels"} {
			for key, value := range o.Get("spec", field, asked).Pairs() {
				if labels[key] != value.Text() {
					return false
				}
				some = true
			}
		}
	}
	return some
}

// lose notes that a criterion is out of pipegen's hands, and returns it where nobody keeps it yet.
func (s *session) lose(c plan.Criterion) []string {
	if s.byHand[c.ID] = true; c.Mode == plan.ByHand {
		return nil
	}
	return []string{c.ID}
}

func (s *session) claim(of *pipeline.Target, o *pipeline.Object, lost []string) {
	if len(lost) == 0 {
		return
	}
	d := difference{how: added, label: o.Label(), after: o.Get("kind")}
	s.claims = append(s.claims, claim{culprit: s.blame(side{target: of, object: o.Name, source: of.At().File}, d), difference: d, file: of.Dir, criteria: lost})
}

// here are the criteria that are for the environment of a target.
func (s *session) here(t *pipeline.Target) []plan.Criterion {
	environment := s.environment(t)
	return slices.DeleteFunc(slices.Clone(s.Plan.Criteria), func(c plan.Criterion) bool {
		return c.Mode == plan.Confirmed || !c.Covers("", environment)
	})
}

// find is an object of a target, missing where there is none.
func find(t *pipeline.Target, o *pipeline.Object) pipeline.Node {
	for _, x := range t.Objects {
		if x.Group == o.Group && x.Kind == o.Kind && strings.EqualFold(x.Name, o.Name) {
			return x.Node
		}
	}
	return pipeline.Node{}
}
