package criteria

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/schema"
)

// judged adds to a kind what all have in common by which Argo Rollouts judges a new version on figures of Prometheus. Bad
// says what makes a measure a bad one, and label what the flow picture has.
func judged(k Kind, bad, label func(plan.Criterion) string) Kind {
	k.Mode, k.Rules, k.Reach, k.Asks, k.Check = plan.Enforced, []string{"T32", "T33", "P08"}, judgedReach, asksJudged, judgedFits
	k.Gate = "the analysis of each step of a canary, or of a blue-green after its switch"
	k.Fails = "the new version is taken out again, and the one before has all requests"
	k.Measure = "the AnalysisRuns of the Rollout have each measure"
	k.Keeps = func(p plan.Plan, c plan.Criterion) string { return judgedKeeps(p, c, bad(c)) }
	k.Labels = func(_ plan.Plan, c plan.Criterion) []plan.Label {
		return []plan.Label{{On: plan.ToRollout, Text: label(c)}}
	}
	k.Support, k.Proof, k.JudgeEach, k.Loosened = judgedSupport, isJudged, judgedBefore, append(k.Loosened, judgedLess)
	return k
}

var (
	judgedReach = plan.Reach{Of: plan.OfWorkloads, Who: "a service that is built here, with rollout: canary or rollout: blueGreen",
		Fits: func(w plan.Workload) bool {
			return w.Kind == plan.ServiceKind && w.Changes() && w.Rollout.Progressive()
		}}
	judgedSupport = []Part{
		needs(InAnalysis, `^spec\.metrics\.(?:successCondition|failureCondition)$`, "when a measure is good, and when it is bad").calculated(),
		Stops(InDeployment, `^spec\.strategy\.(?:canary\.steps|blueGreen\.postPromotionAnalysis)\.(?:analysis\.)?templates\.templateName$`, "where the new version is measured"),
		needs(InAnalysis, `^(kind|metadata\.name|spec)\b`, "what is measured, and how often"),
		needs(InDeployment, `^(kind|metadata\.name|spec\.(strategy|selector|paused))\b`, "how the new version gets its requests"),
		needs(InFields, `.`, "where kustomize finds the fields of a Rollout"),
		needs(InService, `^spec\b`, "the Services that tell two versions apart"),
		needs(InPolicies, `^spec\b`, "who may ask for the figures"),
		Shows(InAlerts, `^spec\.groups\.rules\.alert$`, "the alert"),
		source, rendering,
	}
	judgedLess = Loosening{
		Code: "analysis-loosened", Why: "A new version that was taken out again before may stay now.",
		Says: func(before, after plan.Criterion) string {
			switch {
			case after.Below > before.Below:
				return fmt.Sprintf("lets %g %% of the requests fail instead of %g %%", after.Below, before.Below)
			case after.Quantile < before.Quantile:
				return fmt.Sprintf("asks for %g %% of the requests in time instead of %g %%", after.Quantile, before.Quantile)
			case after.Floor() < before.Floor():
				return fmt.Sprintf("judges by %d requests instead of %d", after.Floor(), before.Floor())
			case after.Watch() < before.Watch():
				return "watches a blue-green for a shorter time"
			case before.Alert != "" && after.Alert != before.Alert && after.Alert != plan.Critical:
				return "warns less urgently, or not at all"
			}
			return ""
		},
	}
)

func asksJudged(c plan.Criterion, d *plan.Demands) {
	if d.Add(plan.Judged, c); c.Alert != "" {
		d.Add(plan.Warned, c)
	}
}

// judgedKeeps says when a new version is taken out again.
func judgedKeeps(p plan.Plan, c plan.Criterion, bad string) string {
	warns := ""
	if c.Alert != "" {
		warns = fmt.Sprintf(" Prometheus warns (%s) where that is so of the requests to all versions within %s.", c.Alert, schema.Short(c.Watch()))
	}
	return ofEach(p, c, func(w plan.Workload) string {
		while := "while a step of the canary lasts"
		if w.Rollout.BlueGreen != nil {
			while = fmt.Sprintf("within %s after the switch", schema.Short(plan.Watched(w.Analyses)))
		}
		return fmt.Sprintf("Argo Rollouts asks Prometheus %d times %s. With %d requests or more it takes the new version out again as soon as %s; where no measure has so many, it waits for a person.", plan.Measures, while, c.Floor(), bad)
	}) + warns
}

// judgedBefore reads in the AnalysisRuns of the version that is live what Prometheus said of it.
func judgedBefore(c plan.Criterion, d Delivery, e Environment) Outcome {
	return d.eachWorkload(c, e, func(w Workload) Outcome {
		at := Evidence{What: "Application", URL: e.Pods.URL, Revision: w.Digest, At: d.At}
		for _, a := range w.Analyses {
			switch {
			case a.Health == "Degraded" && strings.Contains(a.Message, strconv.Quote(c.ID)):
				return Broken.By(fmt.Sprintf("AnalysisRun %s has failed: %s", a.Name, a.Message), at)
			case a.Health == "Degraded":
				return Unmeasured.By(fmt.Sprintf("AnalysisRun %s has ended before, by another measure: %s", a.Name, a.Message), at)
			}
		}
		if len(w.Analyses) == 0 {
			return Unmeasured.By("there is no AnalysisRun of this version: a first one is not measured, nor one that came back, nor a canary before its first step", at)
		}
		switch last := w.Analyses[len(w.Analyses)-1]; {
		case last.Health == "Healthy" && w.Ready() < w.Wanted:
			return d.Moving(e, fmt.Sprintf("AnalysisRun %s is good, and %d of %d pods run the version", last.Name, w.Ready(), w.Wanted), at)
		case last.Health == "Healthy":
			return Kept.By(fmt.Sprintf("%d AnalysisRuns found no bad measure, the last one %s", len(w.Analyses), last.Name), at)
		case last.Health == "Unknown":
			return Unmeasured.By(fmt.Sprintf("AnalysisRun %s saw too few requests, and a person decides", last.Name), at)
		default:
			return d.Moving(e, fmt.Sprintf("AnalysisRun %s goes on", last.Name), at)
		}
	})
}

// refuse notes what speaks against a criterion, each thing once.
type refuse func(d diag.Diagnostic, format string, args ...any)

// judgedFits refuses figures that would judge by chance, or none at all (T32, T33, P08).
func judgedFits(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	no := func(d diag.Diagnostic, format string, args ...any) {
		d.Code, d.Message = diag.Contradiction, fmt.Sprintf(format, args...)
		if !slices.ContainsFunc(out, func(x diag.Diagnostic) bool { return x.Path == d.Path && x.Rule == d.Rule }) {
			out = append(out, d)
		}
	}
	if !hasPrometheus(p, c, no) {
		return out
	}
	if float64(c.Floor())*c.Spared()/100 <= 1 {
		no(diag.Diagnostic{Rule: "T33", Path: c.At() + ".requests", Help: fmt.Sprintf("write at least %d", int(100/c.Spared())+1)}, "of %d requests one alone is %.3g %%, and criterion %s spares %.3g %%: a new version would be judged by chance", c.Requests, 100/float64(c.Requests), c.ID, c.Spared())
	}
	for _, w := range staying(p, c) {
		figuresOfNew(p, w, no)
		for _, e := range p.Environments {
			if w.RunsIn(e.Name) && c.Covers(w.Name, e.Name) {
				enough(p, c, w, e, no)
			}
		}
	}
	return out
}

// hasPrometheus: something has the figures.
func hasPrometheus(p plan.Plan, c plan.Criterion, no refuse) bool {
	if p.Prometheus == nil {
		no(diag.Diagnostic{Path: c.At(), Help: `for example prometheus: address: "http://prometheus.monitoring.svc:9090"`}, "criterion %s is about requests, and nothing says which Prometheus has their figures", c.ID)
	}
	return p.Prometheus != nil
}

// letsIn: Prometheus gets at the figures that pods count.
func letsIn(p plan.Plan, w plan.Workload, no refuse) {
	if !p.Prometheus.Mesh && !w.Outside && p.Prometheus.Namespace == "" {
		no(diag.Diagnostic{Rule: "T32", Path: p.Prometheus.Path, Help: `for example prometheus: namespace: "monitoring"`}, "only some may call %s, and its NetworkPolicy does not know where Prometheus is", w.Name)
	}
}

// figuresOfNew: the figures must be those of the new version alone, and Prometheus must get at them.
func figuresOfNew(p plan.Plan, w plan.Workload, no refuse) {
	if canary := w.Rollout.Canary; p.Prometheus.Mesh && canary != nil && !canary.ByRoute {
		no(diag.Diagnostic{Rule: "T32", Path: canary.Path, Help: `write traffic: "route", or leave prometheus.from out where the pods count their requests themselves`}, "Istio counts requests by Service, and the old and the new pods of %s have the same one", w.Name)
	}
	letsIn(p, w, no)
	if b := w.Rollout.BlueGreen; b != nil && time.Duration(b.Keep)*time.Second <= plan.Watched(w.Analyses) {
		no(diag.Diagnostic{Rule: "P08", Path: b.Path + ".keep", Help: "leave it out, or write at least " + schema.Short(plan.Watched(w.Analyses)+time.Minute)}, "%s.keep is %ds, and the new version is watched for %s: the old pods would be gone when it turns out to be bad", b.Path, b.Keep, schema.Short(plan.Watched(w.Analyses)))
	}
}

// enough: half of a step, which a measure is about, lasts until Prometheus has asked often enough, and until enough requests
// have come.
func enough(p plan.Plan, c plan.Criterion, w plan.Workload, e plan.Environment, no refuse) {
	const half = "criterion %s is measured over half of it, and "
	for _, s := range sharesOf(c, w, e) {
		if least := 2 * plan.Looks * p.Prometheus.Scrape; s.seconds < least {
			no(diag.Diagnostic{Rule: "T33", Path: s.path, Help: fmt.Sprintf("write at least %ds, or a shorter prometheus.scrape", least)}, "%s is %ds: "+half+"Prometheus asks for figures every %d s, less than %d times in that", s.path, s.seconds, c.ID, p.Prometheus.Scrape, plan.Looks)
			continue
		}
		if gets := c.PerMinute * s.percent * s.seconds / 12000; c.PerMinute > 0 && gets < c.Floor() {
			no(diag.Diagnostic{Rule: "T33", Path: s.path, Help: fmt.Sprintf("write at least %ds, a larger share, or fewer requests in criterion %s", (c.Floor()*12000+c.PerMinute*s.percent-1)/(c.PerMinute*s.percent), c.ID)},
				"%s is %ds: "+half+"of %d requests a minute the new version gets %d in that, where %d are needed", s.path, s.seconds, c.ID, c.PerMinute, gets, c.Floor())
		}
	}
}

// share is a share of the requests in percent that a new version gets for some seconds, and the place in the spec that says
// for how many.
type share struct {
	percent, seconds int
	path             string
}

func sharesOf(c plan.Criterion, w plan.Workload, e plan.Environment) []share {
	canary := e.Rollout(w).Canary
	if canary == nil {
		return []share{{100, seconds(plan.Watched(e.Judges(w))), c.At() + ".over"}}
	}
	var out []share
	for i, s := range canary.Steps {
		out = append(out, share{s.Weight, s.Hold, schema.Item(canary.StepsPath, i) + ".hold"})
	}
	return out
}

// isJudged: each share of a canary, and a blue-green after its switch, is measured as promised.
func isJudged(c plan.Criterion, on *rules.Case) {
	for t, a := range programs(c, on) {
		shares := a.Shares()
		if len(shares) == 0 {
			on.Unkept("T32", a.Get("spec").At(), t.At(), "keep the strategy", "nothing measures the new version of %s", a.Label())
		}
		for _, s := range shares {
			measured := false
			for _, name := range s.Analysis.Get("templates").Items() {
				template := t.AnalysisTemplate(name.Get("templateName").Text())
				if template == nil {
					continue
				}
				for _, m := range template.Get("spec", "metrics").Items() {
					if m.Get("name").Text() == c.ID {
						measured = true
						asPromised(c, on, t, a, m)
					}
				}
			}
			if !measured {
				on.Unkept("T32", s.At.At(), t.At(), "let the analysis come right after it", "no measure decides whether the new version of %s keeps its requests", a.Label())
			}
		}
	}
}

// The end of a condition and of a query as pipegen writes them: what is good or bad, and the least number of requests.
var (
	bounded = lazy.Regexp(`^len\(result\) > 0 && result\[0\] (<=?|>=?) ([0-9.e-]+)$`)
	floored = lazy.Regexp(`>= ([0-9]+)\)\s*$`)
)

// asPromised: a measure is bad from the promise on, says nothing with too few requests, and is of the new version alone.
func asPromised(c plan.Criterion, on *rules.Case, t *pipeline.Target, a rules.Program, m pipeline.Node) {
	limit := c.Within.Seconds()
	if c.Below > 0 {
		limit = c.Below / 100
	}
	for _, field := range []string{"successCondition", "failureCondition"} {
		n := m.Get(field)
		found := bounded().FindStringSubmatch(n.Text())
		if found == nil {
			on.Unkept("T32", n.At(), t.At(), "keep the condition", "%s has another %s than the one that says nothing without requests", a.Label(), field)
			continue
		}
		if v, err := strconv.ParseFloat(found[2], 64); err != nil || v > limit*(1+1e-9) || (found[1][0] == '<') != (field == "successCondition") {
			on.Unkept("T32", n.At(), t.At(), fmt.Sprintf("write %g", limit), "a measure of %s counts as good up to %s, and %g is promised", a.Label(), found[2], limit)
		}
	}
	if n, ok := m.Get("failureLimit").Number(); ok && n > 0 {
		on.Unkept("T32", m.Get("failureLimit").At(), t.At(), "failureLimit: 0", "%s keeps a new version after %d bad measures", a.Label(), n)
	}
	query := m.Get("provider", "prometheus", "query")
	found := floored().FindStringSubmatch(query.Text())
	if found != nil {
		if n, _ := strconv.Atoi(found[1]); n >= c.Floor() {
			found = nil
		}
	} else {
		found = []string{"", "0"}
	}
	if found != nil {
		on.Unkept("T32", query.At(), t.At(), fmt.Sprintf("end it by: >= %d)", c.Floor()), "a new version of %s may be judged by %s requests, and %d are promised", a.Label(), found[1], c.Floor())
	}
	_, of := a.Strategy()
	service := cmp.Or(of.Get("canaryService").Text(), of.Get("activeService").Text())
	figures := strings.Count(query.Text(), "{{args.window}}")
	own := max(strings.Count(query.Text(), `pod=~"`+a.Name+`-{{args.version}}-`), strings.Count(query.Text(), `destination_service_name="`+service+`"`))
	if own != figures || figures == 0 {
		on.Unkept("T32", query.At(), a.At(), "select the pods of the version, or its Service", "the figures of %s are not those of its new version alone", a.Label())
	}
}
