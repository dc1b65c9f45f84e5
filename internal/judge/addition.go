package judge

import (
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

const hook = "argocd.argoproj.io/hook"

// The files of a workload and of a job where there is one.
const (
	usualDeployment = "base/deployment.yaml"
	usualJob        = "base/job.yaml"
)

// onlyAdd are kinds of objects that give something to pods and take nothing from them, also where they name them.
var onlyAdd = []string{
	"Service", "Ingress", "IngressRoute", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "Route", "NetworkPolicy",
	"ServiceMonitor", "PodMonitor", "Probe", "PrometheusRule", "GrafanaDashboard",
	"ConfigMap", "Secret", "ExternalSecret", "SealedSecret", "SecretProviderClass", "Certificate",
	"PersistentVolumeClaim", "ServiceAccount", "Role", "RoleBinding", "VerticalPodAutoscaler",
	// The proof of replicas counts what these leave.
	"HorizontalPodAutoscaler", "ScaledObject",
}

// additions weighs the objects that only the author has.
func (s *session) additions(t, of *pipeline.Target) {
	var waits time.Duration
	workloads := of.Workloads()
	for _, o := range of.Objects {
		if find(t, o).OK() {
			continue
		}
		if h := o.Get("metadata", "annotations", hook); h.OK() && h.Text() != "Skip" || o.Kind == "Job" {
			limit, ok := o.Get("spec", "activeDeadlineSeconds").Number()
			waits += time.Duration(limit) * time.Second
			s.delays(of, o, ok && o.Kind == "Job", waits)
		}
		runs := slices.ContainsFunc(workloads, func(w pipeline.Workload) bool { return w.Object == o })
		if !runs && !slices.Contains(onlyAdd, o.Kind) {
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

// steers weighs an object of a kind that may change what becomes of pods, and names some of the pipeline's.
func (s *session) steers(of *pipeline.Target, o *pipeline.Object) {
	var lost []string
	for _, c := range s.here(of) {
		if !touches(c.Kind, usualDeployment) {
			continue
		}
		for _, w := range s.Plan.Workloads {
			if c.Covers(w.Name, "") && anyText(o.Get("spec"), func(text string) bool { return text == w.Name || text == s.Plan.Name }) {
				lost = append(lost, s.lose(c)...)
				break
			}
		}
	}
	s.claim(of, o, lost)
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
