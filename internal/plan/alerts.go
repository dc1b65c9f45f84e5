package plan

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Alert is a criterion of which Prometheus warns in an environment, by a PrometheusRule of a name.
type Alert struct {
	Name, Environment string
	Criterion         Criterion
	Groups            []RuleGroup
}

// RuleGroup are rules that Prometheus evaluates one after the other, every so many seconds; 0: as often as it does.
type RuleGroup struct {
	Name  string
	Every int
	Rules []AlertRule
}

// AlertRule records a figure under a name, or warns.
type AlertRule struct {
	Record, Query string
	// Alert is the name of the alert, which must last for some time, and Says what it is about. Window tells those of a name
	// apart.
	Alert, Severity, Window, Says string
	For                           time.Duration
}

// AlertsIn are those of a workload in an environment.
func (w Workload) AlertsIn(environment string) []Alert {
	var out []Alert
	for _, a := range w.Alerts {
		if a.Environment == environment {
			out = append(out, a)
		}
	}
	return out
}

// The words for how urgent an alert is, as kube-prometheus has them.
const (
	Critical = "critical"
	Warning  = "warning"
)

// Burn is how fast what may fail is used up when an alert comes: Rate is how many times as much fails as may, over Part of
// the whole time.
type Burn struct {
	Rate     float64
	Part     int
	Severity string
}

// Burns are those of the workbook of Google's SRE, where 30 days give an hour, six hours, a day and three days: 2, 5, 10 and
// 10 percent of what may fail.
var Burns = []Burn{{14.4, 720, Critical}, {6, 120, Critical}, {3, 30, Warning}, {1, 10, Warning}}

// Long is the time over which an alert looks, and Short the end of it, so that it ends soon after what it is about.
func (b Burn) Long(c Criterion) time.Duration  { return c.Over / time.Duration(b.Part) }
func (b Burn) Short(c Criterion) time.Duration { return b.Long(c) / 12 }

// Limit is the share of failed requests above which it comes.
func (b Burn) Limit(c Criterion) float64 { return b.Rate * c.Spared() / 100 }

// Floor is the least number of requests by which it comes: two that fail are too few for it.
func (b Burn) Floor(c Criterion) int { return max(100, int(math.Ceil(2/b.Limit(c)-1e-6))) }

// Notices is how long it takes until it comes when every request fails.
func (b Burn) Notices(c Criterion) time.Duration {
	return time.Duration(b.Limit(c) * float64(b.Long(c))).Round(time.Second)
}

// Budget is for how long all requests may fail.
func (c Criterion) Budget() time.Duration {
	return time.Duration(c.Spared() / 100 * float64(c.Over)).Round(time.Second)
}

// Days writes whole days.
func Days(d time.Duration) string { return fmt.Sprintf("%dd", int(d/(24*time.Hour))) }

// The name of a recorded share of failed requests begins with this, and ends with the time that it is about.
const failedRatio = "workload:requests_failed:ratio_rate"

// Available are the alerts of how fast the requests that may fail are used up. Where the pods count their requests, one that
// answers nobody counts none: that there is no pod is an alert, too.
func (p Prometheus) Available(w Workload, namespace string, c Criterion) []RuleGroup {
	groups := []RuleGroup{{Name: Critical}, {Name: Warning, Every: 120}}
	all := p.allOf(w, namespace)
	recorded := map[time.Duration]bool{}
	ratio := func(g *RuleGroup, d time.Duration) string {
		if !recorded[d] {
			recorded[d] = true
			g.Rules = append(g.Rules, AlertRule{Record: failedRatio + span(d), Query: p.share(all, span(d), "> 0")})
		}
		return fmt.Sprintf("%s%s{namespace=%q,workload=%q}", failedRatio, span(d), namespace, w.Name)
	}
	for _, b := range Burns {
		g := &groups[0]
		if b.Severity == Warning {
			g = &groups[1]
		}
		long, short := ratio(g, b.Long(c)), ratio(g, b.Short(c))
		g.Rules = append(g.Rules, AlertRule{
			Alert: "ErrorBudgetBurn", Severity: b.Severity, Window: span(b.Long(c)),
			Query: fmt.Sprintf("%s > %s\nand %s > %s\nand on () %s >= %d", long, decimal(b.Limit(c)), short, decimal(b.Limit(c)), increase(p.Requests, all, span(b.Long(c))), b.Floor(c)),
			Says:  fmt.Sprintf("{{ $value | humanizePercentage }} of the requests to %s in %s have failed in the last %s. So fast, what may fail in %s is gone in %s.", w.Name, namespace, roughly(b.Long(c)), Days(c.Over), roughly(time.Duration(float64(c.Over)/b.Rate))),
		})
	}
	if !p.Mesh {
		groups[0].Rules = append(groups[0].Rules, AlertRule{
			Alert: "NoPodSeen", Severity: Critical, For: Burns[0].Short(c), Query: fmt.Sprintf("absent(up{%s} == 1)", all),
			Says: fmt.Sprintf("Prometheus gets figures from no pod of %s in %s: none is there, or nobody would see that its requests fail.", w.Name, namespace),
		})
	}
	return groups
}

// roughly writes a time in the unit in which people think of it.
func roughly(d time.Duration) string {
	switch hours := d.Hours(); {
	case hours < 2:
		return fmt.Sprintf("%.0f minutes", d.Minutes())
	case hours < 72:
		return fmt.Sprintf("%.0f hours", hours)
	default:
		return fmt.Sprintf("%.0f days", hours/24)
	}
}

// Failing warns of a share of failed requests, to whatever version, and Slow of a time.
func (p Prometheus) Failing(w Workload, namespace string, c Criterion) []RuleGroup {
	over := span(c.Watch())
	return []RuleGroup{{Name: c.Alert, Rules: []AlertRule{{
		Alert: "RequestsFail", Severity: c.Alert,
		Query: fmt.Sprintf("%s\n>= %s", p.share(p.allOf(w, namespace), over, fmt.Sprintf(">= %d", c.Floor())), decimal(c.Below/100)),
		Says:  fmt.Sprintf("{{ $value | humanizePercentage }} of the requests to %s in %s have failed in the last %s, and %g %% are too many.", w.Name, namespace, over, c.Below),
	}}}}
}

func (p Prometheus) Slow(w Workload, namespace string, c Criterion) []RuleGroup {
	over := span(c.Watch())
	return []RuleGroup{{Name: c.Alert, Rules: []AlertRule{{
		Alert: "RequestsSlow", Severity: c.Alert,
		Query: p.quantile(p.allOf(w, namespace), over, c, " > "+decimal(c.Within.Seconds())),
		Says:  fmt.Sprintf("%g %% of the requests to %s in %s were answered within {{ $value | humanizeDuration }} in the last %s, and %s is promised.", c.Quantile, w.Name, namespace, over, c.Within),
	}}}}
}

// allOf are the labels of all requests that a workload got. The pods have the names that Kubernetes gives them, so that those
// of a workload whose name begins alike are none of them.
func (p Prometheus) allOf(w Workload, namespace string) string {
	switch {
	case p.Mesh && w.Moved():
		return fmt.Sprintf(`reporter="source",destination_service_namespace=%q,destination_service_name=~"%s|%s"`, namespace, w.Name, w.SecondService())
	case p.Mesh:
		return fmt.Sprintf(`reporter="source",destination_service_namespace=%q,destination_service_name=%q`, namespace, w.Name)
	}
	return fmt.Sprintf(`namespace=%q,pod=~"%s"`, namespace, podsOf(w))
}

// podsOf is a pattern of the names of a workload's pods.
func podsOf(w Workload) string {
	if w.Stateful != nil {
		return w.Name + "-[0-9]+"
	}
	return fmt.Sprintf("%s-%s-%s", w.Name, ofNames, ofNames)
}

// ofNames are the characters of which Kubernetes makes the ends of names: no vowels, so that they become no words.
const ofNames = "[b-df-hj-np-tv-xz2456789]+"

// span writes a time as Prometheus has it, in its largest unit.
func span(d time.Duration) string {
	for _, u := range []struct {
		unit string
		of   time.Duration
	}{{"h", time.Hour}, {"m", time.Minute}} {
		if d%u.of == 0 {
			return strconv.Itoa(int(d/u.of)) + u.unit
		}
	}
	return strconv.Itoa(int(d/time.Second)) + "s"
}
