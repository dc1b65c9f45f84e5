package frompipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// askFor is what a spec has for analyses.
const askFor = "write what it asks for as criteria of the kinds errors and latency"

// watched is how long an analysis lasts that pipegen has written, and where it says so; 0 for one of somebody else.
func watched(analysis pipeline.Node) (pipeline.Node, time.Duration) {
	args := map[string]pipeline.Node{}
	for _, a := range analysis.Get("args").Items() {
		args[a.Get("name").Text()] = a.Get("value")
	}
	window, _ := time.ParseDuration(args["window"].Text())
	interval, err := time.ParseDuration(args["interval"].Text())
	lasts := plan.Whole(int(window / time.Second))
	if _, ours := plan.Halved(lasts); err != nil || int(interval/time.Second) != ours {
		return pipeline.Node{}, 0
	}
	return args["window"], time.Duration(lasts) * time.Second
}

// ofTemplate and ofAnalysis are what a criterion gives; the conditions and the query are compared.
var (
	ofTemplate = known{
		"args": nil, "metrics[].name": nil, "metrics[].successCondition": nil, "metrics[].failureCondition": nil,
		"metrics[].provider.prometheus.address": nil, "metrics[].provider.prometheus.query": nil,
		"metrics[].initialDelay": {"{{args.window}}"}, "metrics[].interval": {"{{args.interval}}"}, "metrics[].failureLimit": {"0"},
		"metrics[].count": {strconv.Itoa(plan.Measures)}, "metrics[].inconclusiveLimit": {strconv.Itoa(plan.Measures - 1)},
	}
	ofAnalysis = known{"templates[].templateName": nil, "args": nil}
)

// all reports whether the draft covers each field below n.
func (k known) all(n pipeline.Node) bool {
	all := true
	k.walk(n, "", func(string, pipeline.Node) { all = false })
	return all
}

// measure is a criterion by which new versions of a program are judged, read from an AnalysisTemplate.
type measure struct {
	template   *pipeline.Object
	metric     pipeline.Node
	prometheus plan.Prometheus
	criterion  plan.Criterion
}

// says is what a criterion says, the same for each program that it is for.
func (m measure) says() string {
	c := m.criterion
	return fmt.Sprint(c.ID, c.Below, c.Quantile, c.Within, c.Requests, c.Over)
}

// The queries as pipegen writes them: the metric, whether Istio counts, and the least number of requests; of the one, which
// requests have failed, and of the other, how many must be in time.
var (
	shareQuery    = lazy.Regexp(`^\(sum\(increase\((\w+)\{(reporter="source",)?[^,]*,[^,]*,(.*?)\}\[(?s:.*) >= ([1-9][0-9]{0,8})\)$`)
	quantileQuery = lazy.Regexp(`^histogram_quantile\((0\.[0-9]+), sum by \(le\) \(increase\((\w+)_bucket\{(reporter="source",)?(?s:.*) >= ([1-9][0-9]{0,8})\)$`)
	badFrom       = lazy.Regexp(`^len\(result\) > 0 && result\[0\] >=? ([0-9.e-]+)$`)
)

// measureOf reads an AnalysisTemplate, if a criterion gives the same for a program.
func measureOf(template *pipeline.Object, w pipeline.Workload) (measure, bool) {
	metrics := template.Get("spec", "metrics").Items()
	if len(metrics) != 1 || !metrics[0].Get("count").OK() || !ofTemplate.all(template.Get("spec")) {
		return measure{}, false
	}
	m := measure{template: template, metric: metrics[0]}
	get := func(path ...string) string { return strings.TrimSpace(m.metric.Get(path...).Text()) }
	query, bad := get("provider", "prometheus", "query"), badFrom().FindStringSubmatch(get("failureCondition"))
	if bad == nil {
		return m, false
	}
	limit, _ := strconv.ParseFloat(bad[1], 64)
	as := plan.Workload{Name: w.Name}
	if name, _ := w.Strategy(); name == "canary" && secondOf(w) != "" {
		as.Rollout.Canary = &plan.Canary{ByRoute: true}
	}
	m.prometheus.Address = get("provider", "prometheus", "address")
	m.criterion.ID = get("name")
	var gauge plan.Gauge
	if found := shareQuery().FindStringSubmatch(query); found != nil {
		m.prometheus.Requests, m.prometheus.Mesh, m.prometheus.Failed = found[1], found[2] != "", found[3]
		if m.prometheus.Mesh {
			m.prometheus.Requests = plan.IstioRequests
		}
		m.criterion.Below = percent(limit)
		m.criterion.Requests, _ = strconv.Atoi(found[4])
		gauge = m.prometheus.Share(as, m.criterion)
	} else if found := quantileQuery().FindStringSubmatch(query); found != nil {
		quantile, _ := strconv.ParseFloat(found[1], 64)
		m.prometheus.Durations, m.prometheus.Mesh = found[2], found[3] != ""
		if m.prometheus.Mesh {
			m.prometheus.Durations = plan.IstioDurations
		}
		m.criterion.Quantile, m.criterion.Within = percent(quantile), time.Duration(math.Round(limit*1000))*time.Millisecond
		m.criterion.Requests, _ = strconv.Atoi(found[4])
		gauge = m.prometheus.Quantile(as, m.criterion)
	}
	if usual := m.criterion; gauge.Query != "" {
		if usual.Requests = 0; usual.Floor() == m.criterion.Requests {
			m.criterion.Requests = 0
		}
	}
	return m, gauge.Query != "" && gauge == plan.Gauge{Query: query, Good: get("successCondition"), Bad: get("failureCondition")}
}

// percent is a share in percent, without what a float has lost.
func percent(share float64) float64 { return math.Round(share*1e10) / 1e8 }

// measures are what a criterion each says of how new versions of a program are judged; ok is false where there is something
// else as well, or where a share of the requests goes unmeasured.
func measures(w pipeline.Workload) (out []measure, ok bool) {
	var first []string
	shares := w.Shares()
	if len(shares) == 0 || len(w.Analyses()) != len(shares) {
		return nil, false
	}
	for i, s := range shares {
		var names []string
		for _, t := range s.Analysis.Get("templates").Items() {
			names = append(names, t.Get("templateName").Text())
		}
		if i == 0 {
			first = names
		}
		if _, lasts := watched(s.Analysis); lasts == 0 || !slices.Equal(names, first) || !ofAnalysis.all(s.Analysis) {
			return nil, false
		}
	}
	for _, name := range first {
		template := w.Target.AnalysisTemplate(name)
		if template == nil {
			return nil, false
		}
		m, ok := measureOf(template, w)
		if !ok {
			return nil, false
		}
		if name, of := w.Strategy(); name == "blueGreen" {
			_, m.criterion.Over = watched(of.Get("postPromotionAnalysis"))
		}
		out = append(out, m)
	}
	return out, len(out) > 0
}

// judgedAlone reports whether criteria have all of the analyses of a Rollout.
func judgedAlone(w pipeline.Workload) bool {
	_, ok := measures(w)
	return ok || len(w.Analyses()) == 0
}

// judges reports an AnalysisTemplate that a criterion gives: an environment whose new versions it does not judge has it too.
func (d *drafter) judges(o *pipeline.Object) bool {
	return o.Kind == "AnalysisTemplate" && slices.ContainsFunc(d.programs, func(p *program) bool {
		return slices.ContainsFunc(p.runs, func(r run) bool {
			all, _ := measures(r.workload)
			return slices.ContainsFunc(all, func(m measure) bool {
				return m.template.Name == o.Name && scalars(m.template.Get("spec")) == scalars(o.Get("spec"))
			})
		})
	})
}

// judgement is a criterion for some programs in some environments.
type judgement struct {
	measure
	of, in []string
}

// judgements are the criteria by which new versions are judged, each once, and the shortest share that is measured.
func (d *drafter) judgements() (out []*judgement, shortest time.Duration) {
	var all []*judgement
	for _, p := range d.programs {
		for _, r := range p.runs {
			found, _ := measures(r.workload)
			for _, m := range found {
				i := slices.IndexFunc(all, func(x *judgement) bool { return x.of[0] == p.key && x.says() == m.says() })
				if i < 0 {
					i, all = len(all), append(all, &judgement{measure: m, of: []string{p.key}})
				}
				all[i].in = append(all[i].in, r.in.env)
				for _, s := range r.workload.Shares() {
					if _, lasts := watched(s.Analysis); shortest == 0 || lasts < shortest {
						shortest = lasts
					}
				}
			}
		}
	}
	for _, one := range all {
		i := slices.IndexFunc(out, func(x *judgement) bool { return x.says() == one.says() && slices.Equal(x.in, one.in) })
		if i < 0 {
			out = append(out, one)
			continue
		}
		out[i].of = append(out[i].of, one.of...)
	}
	return out, shortest
}

// judged reads by which criteria Argo Rollouts judges new versions, and which Prometheus has the figures.
func (d *drafter) judged() {
	all, shortest := d.judgements()
	if len(all) == 0 {
		return
	}
	ids, asked := map[string]bool{}, all[0].prometheus
	for _, j := range all {
		at := j.metric.At()
		if !joins(&asked, j.prometheus) {
			d.leave(at, "a spec has one Prometheus", "the measure %s of %s, which asks for other figures than those before", j.criterion.ID, j.template.Label())
			continue
		}
		id := draft.Free(draft.Name(j.criterion.ID, draft.LongestName), ids)
		kind, statement := "errors", fmt.Sprintf("A new version of which %g %% of the requests fail is taken out again.", j.criterion.Below)
		if j.criterion.Quantile > 0 {
			kind, statement = "latency", fmt.Sprintf("A new version is taken out again when less than %g %% of its requests are answered within %s.", j.criterion.Quantile, latency(j.criterion.Within))
		}
		d.add(statement, at, "criteria", id, "statement")
		if len(d.programs) > 1 {
			d.addOf(j.of, at, id)
		}
		if len(j.in) < len(d.deployments) {
			d.add(j.in, at, "criteria", id, "in")
		}
		if kind == "errors" {
			d.add(j.criterion.Below, at, "criteria", id, kind, "below")
		} else {
			d.add(latency(j.criterion.Within), at, "criteria", id, kind, "within")
			d.add(int(j.criterion.Quantile), at, "criteria", id, kind, "quantile")
		}
		if n := j.criterion.Requests; n > 0 {
			d.add(n, at, "criteria", id, kind, "requests")
		}
		if over := j.criterion.Over; over > 0 && over != (plan.Criterion{}).Watch() {
			d.add(schema.Short(over), at, "criteria", id, kind, "over")
		}
	}
	put := func(field, value, usual string) {
		if value != "" && value != usual {
			d.add(value, all[0].metric.Get("provider", "prometheus").At(), "prometheus", field)
		}
	}
	put("address", asked.Address, "")
	if asked.Mesh {
		put("from", schema.ByIstio, "")
		put("failed", asked.Failed, plan.IstioFailed)
	} else {
		put("requests", asked.Requests, "")
		put("durations", asked.Durations, "")
		put("failed", asked.Failed, plan.PodsFailed)
	}
	if most := int(shortest/time.Second) / (2 * plan.Looks); most < 30 {
		d.guess(strconv.Itoa(max(most, 1))+"s", "the measures need figures that often", "prometheus", "scrape")
	}
}

// joins adds the figures of a measure to those of others, and reports false where one Prometheus of a spec cannot have both.
func joins(have *plan.Prometheus, p plan.Prometheus) bool {
	if have.Address != p.Address || have.Mesh != p.Mesh {
		return false
	}
	same := true
	for _, f := range []struct {
		to   *string
		from string
	}{{&have.Requests, p.Requests}, {&have.Durations, p.Durations}, {&have.Failed, p.Failed}} {
		same = same && (f.from == "" || *f.to == "" || *f.to == f.from)
		*f.to = cmp.Or(*f.to, f.from)
	}
	return same
}

// latency is a time as a spec has it.
func latency(d time.Duration) string {
	if d%time.Second == 0 {
		return schema.Short(d)
	}
	return strconv.Itoa(int(d/time.Millisecond)) + "ms"
}
