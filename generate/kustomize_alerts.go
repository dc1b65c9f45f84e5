package generate

import (
	"path"
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// alertsFolder has the alerts of an environment, in its overlay: each names the namespace.
const alertsFolder = "alerts"

// alerts writes those of an environment, and returns what the overlay includes for them.
func (r *renderer) alerts(e plan.Environment) []string {
	folder := path.Join(e.Overlay, alertsFolder)
	var resources []string
	for _, w := range r.plan.In(e) {
		for _, a := range w.AlertsIn(e.Name) {
			resources = append(resources, a.Name+".yaml")
			r.add(artifact.GitOps, path.Join(folder, a.Name+".yaml"), r.prometheusRule(w, e, a))
		}
	}
	if len(resources) == 0 {
		return nil
	}
	labels, annotations := r.alertMarks()
	r.add(artifact.GitOps, path.Join(folder, "kustomization.yaml"), r.fill("kustomize/alerts", yamldoc.Values{
		"resources": yamldoc.Of(resources), "labels": labels, "annotations": annotations,
	}))
	return []string{alertsFolder}
}

// alertMarks are the labels and annotations of alerts, with those by which Prometheus selects them.
func (r *renderer) alertMarks() (labels, annotations yamldoc.Value) {
	marks, notes := r.marksOfPipeline("alert")
	return yamldoc.Of(slices.Concat(marks, r.entries(r.plan.Prometheus.Path+".ruleLabels", r.plan.Prometheus.Labels))), mapping(notes)
}

// prometheusRule is what the Prometheus Operator gives to Prometheus.
func (r *renderer) prometheusRule(w plan.Workload, e plan.Environment, a plan.Alert) yamldoc.Doc {
	at := a.Criterion.At()
	var groups []yamldoc.Doc
	for _, g := range a.Groups {
		var rules []yamldoc.Doc
		for _, x := range g.Rules {
			values := yamldoc.Values{"query": r.own(at, x.Query+"\n"), "namespace": r.own(e.Path+".namespace", e.Namespace), "workload": r.name(w)}
			if x.Record != "" {
				values["record"] = r.own(at, x.Record)
				rules = append(rules, r.fill("kustomize/rule-record", values))
				continue
			}
			values["alert"], values["severity"], values["says"] = r.own(at, x.Alert), r.own(at, x.Severity), r.own(at, x.Says)
			values["criterion"], values["window"], values["for"] = r.own(a.Criterion.Path, a.Criterion.ID), r.optional(at, x.Window), yamldoc.Omit
			if x.For > 0 {
				values["for"] = r.own(at, number(int(x.For/time.Second))+"s")
			}
			rules = append(rules, r.fill("kustomize/rule-alert", values))
		}
		every := yamldoc.Omit
		if g.Every > 0 {
			every = yamldoc.Of(number(g.Every) + "s")
		}
		groups = append(groups, r.fill("kustomize/rule-group", yamldoc.Values{"name": yamldoc.Of(a.Name + "-" + g.Name), "every": every, "rules": list(rules...)}))
	}
	return r.fill("kustomize/prometheusrule", yamldoc.Values{"name": r.own(a.Criterion.Path, a.Name), "groups": list(groups...)})
}
