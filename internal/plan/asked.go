package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Access is how workflows and people reach Prometheus.
type Access struct {
	Path, Address string
	// Secret has a token, or the password of the user that the configuration variable User has; "" where nobody logs in.
	Secret, User string
	// Labels are those of the figures of this cluster, where Prometheus has those of several.
	Labels map[string]string
	// Clusters are what differs, by the names of clusters in the spec; "" is the one of Argo CD.
	Clusters map[string]AccessOfCluster
}

// AccessOfCluster is how Prometheus is reached that has the figures of a cluster.
type AccessOfCluster struct {
	Path, Address string
	Labels        map[string]string
}

// Figure is what Prometheus is asked about all requests that a workload got in an environment within some time.
type Figure struct {
	Criterion             Criterion
	Workload, Image       string
	Environment, Site     string
	Address, AddressPath  string
	Secret, User, Outside string
	Over                  time.Duration
	// Query is the figure, Requests how many requests it is of, and Pods which images ran meanwhile.
	Query, Requests, Pods string
	// Floor is the least number of requests. The figure is good up to Limit, or below it where that is too many.
	Floor int
	Limit float64
	Below bool
	// Labels are those of the figures of its cluster, as a query has them.
	Labels []string
}

// Inquiry is what a kind of criterion asks of all requests: over some time, at least so many of them.
type Inquiry struct {
	Over  time.Duration
	Floor int
	// Query is the figure of the requests with some labels.
	Query func(labels string) string
	Limit float64
	Below bool
}

// Subject is what it is asked about, and Name what is asked, for people.
func (f Figure) Subject() string { return f.Workload + " in " + Where(f.Environment, f.Site) }
func (f Figure) Name() string    { return f.Criterion.ID + " of " + f.Subject() }

// Bound is what the figure must be.
func (f Figure) Bound() string {
	if f.Below {
		return "< " + decimal(f.Limit)
	}
	return "<= " + decimal(f.Limit)
}

// Keeps reports whether a figure is so, with the limit as people read it.
func (f Figure) Keeps(figure float64) bool {
	limit, _ := strconv.ParseFloat(decimal(f.Limit), 64)
	return figure < limit || figure == limit && !f.Below
}

// Span is the time that it is about, as Prometheus writes it.
func (f Figure) Span() string { return span(f.Over) }

// AskedShare is what of all requests may have failed within the time of an alert, and AskedQuantile in which time most of
// them were answered.
func (p Prometheus) AskedShare(_ Workload, c Criterion) Inquiry {
	return Inquiry{Over: c.Watch(), Floor: c.Floor(), Limit: c.Below / 100, Below: true, Query: func(labels string) string {
		return p.share(labels, span(c.Watch()), fmt.Sprintf(">= %d", c.Floor()))
	}}
}

func (p Prometheus) AskedQuantile(_ Workload, c Criterion) Inquiry {
	return Inquiry{Over: c.Watch(), Floor: c.Floor(), Limit: c.Within.Seconds(), Query: func(labels string) string {
		return p.quantile(labels, span(c.Watch()), c, "")
	}}
}

// AskedBurn is how fast what may fail over weeks may be used up: as fast as the first alert allows.
func (p Prometheus) AskedBurn(_ Workload, c Criterion) Inquiry {
	fast := Burns[0]
	return Inquiry{Over: fast.Long(c), Floor: fast.Floor(c), Limit: fast.Limit(c), Query: func(labels string) string {
		return p.share(labels, span(fast.Long(c)), fmt.Sprintf(">= %d", fast.Floor(c)))
	}}
}

// AskedWhole is what of all requests may have failed over weeks.
func (p Prometheus) AskedWhole(_ Workload, c Criterion) Inquiry {
	return Inquiry{Over: c.Over, Floor: c.Floor(), Limit: c.Spared() / 100, Query: func(labels string) string {
		return p.share(labels, span(c.Over), fmt.Sprintf(">= %d", c.Floor()))
	}}
}

// Figure is what is asked for a criterion about a workload in an environment, in the cluster of a name.
func (p Prometheus) Figure(a Inquiry, w Workload, e Environment, cluster string, c Criterion) Figure {
	o := *p.Outside
	out := Figure{
		Criterion: c, Workload: w.Name, Image: w.Image, Environment: e.Name, Site: e.Site, Address: o.Address, AddressPath: o.Path + ".address",
		Secret: o.Secret, User: o.User, Outside: o.Path, Over: a.Over, Floor: a.Floor, Limit: a.Limit, Below: a.Below,
	}
	labels := o.Labels
	if at, ok := o.Clusters[cluster]; ok {
		if at.Address != "" {
			out.Address, out.AddressPath = at.Address, at.Path+".address"
		}
		labels = maps.Clone(labels)
		if labels == nil {
			labels = map[string]string{}
		}
		maps.Copy(labels, at.Labels)
	}
	also := ""
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		out.Labels = append(out.Labels, fmt.Sprintf("%s=%q", name, labels[name]))
		also += "," + out.Labels[len(out.Labels)-1]
	}
	requests := p.Requests
	if c.Quantile > 0 {
		requests = p.Durations + "_count"
	}
	out.Query = a.Query(p.allOf(w, e.Namespace) + also)
	out.Requests = increase(requests, p.allOf(w, e.Namespace)+also, span(a.Over))
	out.Pods = runsIn(w, e.Namespace, also, span(a.Over))
	return out
}

// runsIn is the query for the images with which the pods of a workload ran within a time, as kube-state-metrics has them.
// Pods that have ended stay in the list of Kubernetes for long.
func runsIn(w Workload, namespace, also, within string) string {
	pods := fmt.Sprintf(`namespace=%q,pod=~"%s"`, namespace, podsOf(w))
	return fmt.Sprintf("count by (pod, image_spec) (count_over_time(kube_pod_container_info{%s,container=%q%s}[%s]))\nand on (pod) (max by (pod) (max_over_time(kube_pod_status_phase{%s,phase=\"Running\"%s}[%s])) == 1)",
		pods, w.Name, also, within, pods, also, within)
}

// Asked are the ids of the criteria for which a promotion asks Prometheus.
func (p Promotion) Asked() []string {
	var out []string
	for _, f := range p.Figures {
		if !slices.Contains(out, f.Criterion.ID) {
			out = append(out, f.Criterion.ID)
		}
	}
	return out
}

// Askers are the environments whose promotions ask Prometheus with a login.
func (p Plan) Askers() []string {
	var out []string
	for _, one := range p.Promotions {
		if len(one.Figures) > 0 && one.Figures[0].Secret != "" {
			out = append(out, one.To)
		}
	}
	return out
}

// Step is the id of the step that asks for it.
func (f Figure) Step() string {
	return StepFigure + strings.Join(slices.DeleteFunc([]string{f.Criterion.ID, f.Workload, f.Site}, func(s string) bool { return s == "" }), "-")
}
