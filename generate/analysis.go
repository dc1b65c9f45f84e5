package generate

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

func prometheusOf(s input) *plan.Prometheus {
	p := s.Prometheus
	if p == nil {
		return nil
	}
	out := plan.Prometheus{Path: "prometheus", Address: p.Address, Requests: p.Requests, Durations: p.Durations, Failed: cmp.Or(p.Failed, plan.PodsFailed), Scrape: seconds(p.Scrape), Namespace: p.Namespace, Retention: time.Duration(p.Retention), Labels: p.RuleLabels}
	if p.From == schema.ByIstio {
		out.Mesh, out.Requests, out.Durations, out.Failed = true, plan.IstioRequests, plan.IstioDurations, cmp.Or(p.Failed, plan.IstioFailed)
	}
	if o := p.Outside; o != nil {
		out.Outside = &plan.Access{Path: "prometheus.outside", Address: o.Address, Secret: cmp.Or(o.Token, o.Password), User: o.User, Labels: o.Labels, Clusters: map[string]plan.AccessOfCluster{}}
		for name, c := range o.Clusters {
			out.Outside.Clusters[name] = plan.AccessOfCluster{Path: schema.Join("prometheus.outside.clusters", name), Address: c.Address, Labels: c.Labels}
		}
	}
	return &out
}

// prometheusFits refuses what nobody reads.
func prometheusFits(s input) diag.List {
	p := s.Prometheus
	if p == nil {
		return nil
	}
	var out diag.List
	nothing := func(path, why string) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: path, Message: path + " does nothing: " + why, Help: "leave it out"})
	}
	if s.demands.By(plan.Judged, "", "") == nil && s.demands.By(plan.Warned, "", "") == nil {
		nothing("prometheus", "no criterion asks it, as errors, latency and available would")
		return out
	}
	if len(p.RuleLabels) > 0 && s.demands.By(plan.Warned, "", "") == nil {
		nothing("prometheus.ruleLabels", "no criterion asks for an alert, as available would")
	}
	if p.From == schema.ByIstio {
		for _, f := range []struct {
			name string
			set  bool
		}{{"requests", p.Requests != "http_requests_total"}, {"durations", p.Durations != "http_request_duration_seconds"}, {"namespace", p.Namespace != ""}} {
			if f.set {
				nothing("prometheus."+f.name, "Istio counts the requests, and not the pods")
			}
		}
	}
	return append(out, reachedFits(s)...)
}

// reachedFits refuses logins that are none, or that others could read on their way.
func reachedFits(s input) diag.List {
	o := s.Prometheus.Outside
	if o == nil {
		return nil
	}
	var out diag.List
	no := func(code diag.Code, path, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Path: path, Message: fmt.Sprintf(format, args...), Help: help})
	}
	const at = "prometheus.outside"
	switch {
	case o.Token != "" && o.User+o.Password != "":
		no(diag.ChooseOne, at+".token", "keep one", "%s has both a token and a user with a password", at)
	case (o.User == "") != (o.Password == ""):
		no(diag.MissingField, at, "write both, or a token", "%s has one of user and password, which go together", at)
	}
	encrypted := func(path, address string) {
		if o.Token+o.Password != "" && strings.HasPrefix(address, "http://") {
			no(diag.Contradiction, path, "write an address that begins with https://, or leave the login out where the runners are in the cluster", "%s is not encrypted, and whoever is on the way could read the secret %s", path, cmp.Or(o.Token, o.Password))
		}
	}
	encrypted(at+".address", o.Address)
	for _, name := range sorted(o.Clusters) {
		c, here := o.Clusters[name], schema.Join(at+".clusters", name)
		out = append(out, unknownName(here, name, "cluster", ids(s.Clusters))...)
		if encrypted(here+".address", c.Address); c.Address == "" && len(c.Labels) == 0 {
			no(diag.MissingField, here, "for example labels: cluster: "+fmt.Sprintf("%q", name), "%s says nothing about the cluster %s", here, name)
		}
	}
	return out
}

// judge notes by which criteria new versions of a workload are judged, and of which Prometheus warns. A blue-green keeps its old pods for as long, and a
// minute more.
func (s input) judge(w *plan.Workload) {
	p := prometheusOf(s)
	if p == nil {
		return
	}
	for _, d := range s.demands.All {
		c, name := d.Criterion, w.Name+"-"+strings.ToLower(d.Criterion.ID)
		switch {
		case !c.Covers(w.Name, ""):
		case d.Ask == plan.Judged:
			w.Analyses = append(w.Analyses, plan.Analysis{Name: name, Criterion: c, Gauge: s.kindOf(c).Gauge(*p, *w, c)})
		case d.Ask == plan.Warned:
			for _, e := range s.Environments {
				if w.RunsIn(e.ID) && c.Covers(w.Name, e.ID) {
					w.Alerts = append(w.Alerts, plan.Alert{Name: name, Environment: e.ID, Criterion: c, Groups: s.kindOf(c).Alarm(*p, *w, e.Value.Namespace, c)})
				}
			}
		}
	}
	if b := w.Rollout.BlueGreen; b != nil && b.Keep == 0 && len(w.Analyses) > 0 {
		b.Keep = seconds(schema.Duration(plan.Watched(w.Analyses) + time.Minute))
	}
}

// analysisTemplates say how new versions of a workload are measured.
func (r *renderer) analysisTemplates(w plan.Workload) []baseFile {
	var out []baseFile
	for _, a := range w.Analyses {
		at := a.Criterion.At()
		out = append(out, baseFile{"analysis-" + strings.ToLower(a.Criterion.ID) + ".yaml", r.fill("kustomize/analysistemplate", yamldoc.Values{
			"name": r.own(a.Criterion.Path, a.Name), "annotations": r.wave(w), "metric": r.own(a.Criterion.Path, a.Criterion.ID),
			"count": yamldoc.Of(plan.Measures), "inconclusive": yamldoc.Of(plan.Measures - 1), "good": r.own(at, a.Good), "bad": r.own(at, a.Bad),
			"address": r.own("prometheus.address", r.plan.Prometheus.Address), "query": r.own(at, a.Query+"\n"),
		})})
	}
	return out
}

// analysis asks for the measures of a step, or of a blue-green after its switch, that lasts for some seconds.
func (r *renderer) analysis(at string, by []plan.Analysis, lasts int) yamldoc.Value {
	var templates []yamldoc.Doc
	for _, a := range by {
		templates = append(templates, yamldoc.Text("- templateName: "+a.Name))
	}
	window, interval := plan.Halved(lasts)
	return yamldoc.Block(r.fill("kustomize/analysis", yamldoc.Values{"templates": list(templates...),
		"window": r.own(at, number(window)+"s"), "interval": r.own(at, number(interval)+"s")}))
}

// afterSwitch is what a blue-green waits for after its switch, or nothing.
func (r *renderer) afterSwitch(by []plan.Analysis) yamldoc.Value {
	if len(by) == 0 {
		return yamldoc.Omit
	}
	return r.analysis(by[0].Criterion.At()+".over", by, int(plan.Watched(by)/time.Second))
}
