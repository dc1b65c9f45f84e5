package plan

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"time"
)

// The metrics of Istio, and which requests count as failed.
const (
	IstioRequests, IstioDurations = "istio_requests_total", "istio_request_duration_milliseconds"
	IstioFailed, PodsFailed       = `response_code=~"5.."`, `code=~"5.."`
)

// Prometheus has the figures of requests.
type Prometheus struct {
	Path, Address string
	// Mesh says that Istio counts the requests, and not the pods. Requests and Durations are the metrics, and Failed are the
	// labels of requests that have failed.
	Mesh                        bool
	Requests, Durations, Failed string
	// Scrape is how often it asks, in seconds.
	Scrape int
	// Namespace is where it runs, "" where the spec does not say.
	Namespace string
	// Retention is how long it keeps figures, 0 where the spec does not say, and Labels those of the PrometheusRules that it
	// reads.
	Retention time.Duration
	Labels    map[string]string
	// Outside is nil where the spec does not say how workflows and people reach it.
	Outside *Access
}

// Gauge is a figure of the new version of a workload: how Prometheus is asked for it, and when it is good or bad. It is
// neither where there were too few requests.
type Gauge struct{ Query, Good, Bad string }

// Share is the share of the failed ones among the requests that the new version of a workload got.
func (p Prometheus) Share(w Workload, c Criterion) Gauge {
	return Gauge{
		Query: p.share(p.newVersion(w), window, fmt.Sprintf(">= %d", c.Floor())),
		Good:  "len(result) > 0 && result[0] < " + decimal(c.Below/100),
		Bad:   "len(result) > 0 && result[0] >= " + decimal(c.Below/100),
	}
}

// Quantile is the time in seconds in which most of the requests were answered that the new version of a workload got.
func (p Prometheus) Quantile(w Workload, c Criterion) Gauge {
	return Gauge{
		Query: p.quantile(p.newVersion(w), window, c, ""),
		Good:  "len(result) > 0 && result[0] <= " + decimal(c.Within.Seconds()),
		Bad:   "len(result) > 0 && result[0] > " + decimal(c.Within.Seconds()),
	}
}

// window is an argument that a Rollout gives.
const window = "{{args.window}}"

// share is the query for the share of failed requests within a time, where enough of them came.
func (p Prometheus) share(labels, within, enough string) string {
	return fmt.Sprintf("(%s or vector(0))\n/ (%s %s)", increase(p.Requests, labels+","+p.Failed, within), increase(p.Requests, labels, within), enough)
}

// quantile is the query for the time in seconds in which most requests were answered, where enough of them came.
func (p Prometheus) quantile(labels, within string, c Criterion, limit string) string {
	unit := ""
	if p.Mesh {
		unit = " / 1000"
	}
	return fmt.Sprintf("histogram_quantile(%s, sum by (le) (increase(%s_bucket{%s}[%s])))%s%s\nand (%s >= %d)",
		decimal(c.Quantile/100), p.Durations, labels, within, unit, limit, increase(p.Durations+"_count", labels, within), c.Floor())
}

func increase(metric, labels, within string) string {
	return fmt.Sprintf("sum(increase(%s{%s}[%s]))", metric, labels, within)
}

// newVersion are the labels of the requests that the new version of a workload got: those of its pods, or those to the Service
// that leads to it. A blue-green is watched when its Service has been switched.
func (p Prometheus) newVersion(w Workload) string {
	if !p.Mesh {
		return `namespace="{{args.namespace}}",pod=~"` + w.Name + `-{{args.version}}-.+"`
	}
	service := w.Name
	if w.Moved() {
		service = w.SecondService()
	}
	return `reporter="source",destination_service_namespace="{{args.namespace}}",destination_service_name="` + service + `"`
}

// Floor is the least number of requests that say something: where the spec names none, two bad ones among them are none too
// many.
func (c Criterion) Floor() int { return cmp.Or(c.Requests, max(100, int(math.Ceil(200/c.Spared())))) }

// Watch is for how long a blue-green is watched.
func (c Criterion) Watch() time.Duration { return cmp.Or(c.Over, 5*time.Minute) }

// Spared is the share of requests that may be bad, in percent.
func (c Criterion) Spared() float64 {
	switch {
	case c.Quantile > 0:
		return 100 - c.Quantile
	case c.AtLeast > 0:
		return 100 - c.AtLeast
	}
	return c.Below
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'g', 10, 64) }

// Analysis is a criterion by which Argo Rollouts judges the new versions of a workload.
type Analysis struct {
	// Name is that of its AnalysisTemplate.
	Name      string
	Criterion Criterion
	Gauge
}

// Measures is how often a new version is measured in the second half of a step, each time over half of it. One good measure is
// enough, and one bad is too many.
const Measures = 5

// Looks is how often Prometheus must have asked for figures before a measure means something.
const Looks = 4

// Halved is what is measured of a step of some seconds: its second half, at intervals.
func Halved(lasts int) (window, interval int) {
	window = lasts / 2
	return window, window / (Measures - 1)
}

// Whole is for how many seconds a step lasts of which a half is measured.
func Whole(window int) int { return 2 * window }

// Judges are the criteria by which new versions of a workload are judged in an environment.
func (e Environment) Judges(w Workload) []Analysis {
	var out []Analysis
	for _, a := range w.Analyses {
		if a.Criterion.Covers(w.Name, e.Name) {
			out = append(out, a)
		}
	}
	return out
}

// Always are the criteria by which new versions of a workload are judged in every environment in which it runs.
func (p Plan) Always(w Workload) []Analysis {
	var out []Analysis
	for _, a := range w.Analyses {
		everywhere := true
		for _, e := range p.Environments {
			everywhere = everywhere && (!w.RunsIn(e.Name) || a.Criterion.Covers(w.Name, e.Name))
		}
		if everywhere {
			out = append(out, a)
		}
	}
	return out
}

// Watched is for how long the new version of a blue-green is watched, by the slowest of some criteria.
func Watched(by []Analysis) time.Duration {
	longest := time.Duration(0)
	for _, a := range by {
		longest = max(longest, a.Criterion.Watch())
	}
	return longest
}
