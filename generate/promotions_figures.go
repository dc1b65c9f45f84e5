package generate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// asked is a criterion for which a promotion asks Prometheus, by its id.
func (s input) asked(id string) (plan.Criterion, bool) {
	i := slices.IndexFunc(s.criteria, func(c plan.Criterion) bool { return c.ID == id })
	if i < 0 || s.kindOf(s.criteria[i]).Asked == nil {
		return plan.Criterion{}, false
	}
	return s.criteria[i], true
}

// figuresOf is what the promotion to an environment asks Prometheus about the one before it.
func figuresOf(s input, p plan.Plan, to plan.Environment, gates []string) []plan.Figure {
	if p.Prometheus == nil || p.Prometheus.Outside == nil {
		return nil
	}
	var out []plan.Figure
	before := p.Environment(to.After)
	for _, id := range gates {
		c, ok := s.asked(id)
		if !ok {
			continue
		}
		for _, w := range judgedBefore(p, to, c) {
			asked := s.kindOf(c).Asked(*p.Prometheus, w, c)
			for i, at := range before.At() {
				out = append(out, p.Prometheus.Figure(asked, w, at, s.clustersNamed(before.Name)[i], c))
			}
		}
	}
	return out
}

// knownFigures is what people ask Prometheus about each environment, where it tells those of its cluster from others.
func knownFigures(s input, p plan.Plan) []plan.Figure {
	if p.Prometheus == nil || p.Prometheus.Outside == nil {
		return nil
	}
	var out []plan.Figure
	for _, c := range s.criteria {
		k := s.kindOf(c)
		for _, e := range p.Environments {
			if k.Whole == nil {
				break
			}
			for i, at := range e.At() {
				cluster := s.clustersNamed(e.Name)[i]
				if _, named := p.Prometheus.Outside.Clusters[cluster]; len(p.Clusters()) > 1 && !named {
					continue
				}
				for _, w := range judgedIn(p, e, c) {
					out = append(out, p.Prometheus.Figure(k.Whole(*p.Prometheus, w, c), w, at, cluster, c))
				}
			}
		}
	}
	return out
}

// judgedIn are the workloads that a criterion is for in an environment.
func judgedIn(p plan.Plan, e plan.Environment, c plan.Criterion) []plan.Workload {
	return slices.DeleteFunc(p.In(e), func(w plan.Workload) bool { return !c.Covers(w.Name, e.Name) })
}

// judgedBefore are those in the environment before another whose images go there.
func judgedBefore(p plan.Plan, to plan.Environment, c plan.Criterion) []plan.Workload {
	return slices.DeleteFunc(judgedIn(p, p.Environment(to.After), c), func(w plan.Workload) bool {
		return !slices.ContainsFunc(p.ImagesIn(to), func(i plan.Image) bool { return i.Name == w.Image })
	})
}

// clustersNamed are the names in the spec of the clusters of an environment, "" for the one of Argo CD.
func (s input) clustersNamed(environment string) []string {
	for _, e := range s.Environments {
		if e.ID == environment && len(e.Value.Clusters) > 0 {
			return ids(e.Value.Clusters)
		} else if e.ID == environment {
			return []string{e.Value.Cluster}
		}
	}
	return nil
}

// figuresFit refuses a criterion for which Prometheus cannot be asked before a promotion, or only about the requests to another
// version than the one that is promoted (P09).
func figuresFit(s input, p plan.Plan, to plan.Environment, at string, c plan.Criterion) diag.List {
	var out diag.List
	no := func(code diag.Code, rule, path, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Rule: rule, Path: path, Message: fmt.Sprintf(format, args...), Help: help})
	}
	before := p.Environment(to.After)
	if p.Prometheus == nil || before.Name == "" {
		return nil // that one is missing is said already
	}
	if p.Prometheus.Outside == nil {
		no(diag.NotApplicable, "", at, `for example prometheus: outside: {address: "https://prometheus.example.org", token: "PROMETHEUS_TOKEN"}`,
			"criterion %s cannot be a gate of %s: nothing says how a workflow reaches the Prometheus that has its figures", c.ID, to.Name)
		return out
	}
	of := judgedBefore(p, to, c)
	if len(of) == 0 {
		no(diag.NotApplicable, "P09", at, fmt.Sprintf("let it be for %s as well (in), or name a criterion that is", before.Name),
			"criterion %s cannot be a gate of %s: it is for nothing that %s runs and %[2]s gets", c.ID, to.Name, before.Name)
		return out
	}
	for _, name := range s.clustersNamed(before.Name) {
		if _, named := p.Prometheus.Outside.Clusters[name]; len(p.Clusters()) > 1 && !named {
			help := fmt.Sprintf("for example prometheus: outside: clusters: %s: labels: cluster: %q", name, name)
			if name == "" {
				help = "give " + before.Name + " a cluster of its own name, and say it in prometheus.outside.clusters"
			}
			no(diag.Contradiction, "P09", at, help, "environments are in several clusters, and nothing says which figures are those of %s: the same namespace of another cluster would count as well", before.Name)
		}
	}
	for _, w := range of {
		figureFits(p, to, c, s.kindOf(c).Asked(*p.Prometheus, w, c), at, no)
	}
	return out
}

// figureFits: Prometheus has asked often enough, and enough requests have come.
func figureFits(p plan.Plan, to plan.Environment, c plan.Criterion, a plan.Inquiry, at string, no refuse) {
	if least := plan.Looks * p.Prometheus.Scrape; seconds(schema.Duration(a.Over)) < least {
		no(diag.Contradiction, "T33", at, "let the criterion be about a longer time, or write a shorter prometheus.scrape",
			"criterion %s looks at %s, and Prometheus asks for figures every %d s: less than %d times in that", c.ID, schema.Short(a.Over), p.Prometheus.Scrape, plan.Looks)
	}
	if gets := float64(c.PerMinute) * a.Over.Minutes(); c.PerMinute > 0 && gets < float64(a.Floor) {
		no(diag.Contradiction, "T33", at, "let the criterion be about a longer time, or about fewer requests",
			"of %d requests a minute %.0f come within %s, and criterion %s is judged by %d at least: no commit would come to %s", c.PerMinute, gets, schema.Short(a.Over), c.ID, a.Floor, to.Name)
	}
}

// soaksLongEnough: all that a promotion asks about is over before the soak is (P09).
func soaksLongEnough(p plan.Plan, one plan.Promotion) diag.List {
	longest, takes := plan.Figure{}, 0
	for _, f := range one.Figures {
		of := p.Workloads[slices.IndexFunc(p.Workloads, func(w plan.Workload) bool { return w.Name == f.Workload })]
		if settles := p.ArgoCD.Noticed.Seconds() + p.Environment(one.From).Settles(of); settles+seconds(schema.Duration(f.Over)) > takes+seconds(schema.Duration(longest.Over)) {
			longest, takes = f, settles
		}
	}
	needs := takes + seconds(schema.Duration(longest.Over))
	if needs == 0 || one.Soak >= time.Duration(needs)*time.Second {
		return nil
	}
	d := diag.Diagnostic{Code: diag.Contradiction, Rule: "P09", Path: one.GatesPath, Help: fmt.Sprintf("write soak: %q", number((needs+59)/60)+"m")}
	is := "there is no soak"
	if one.Soak > 0 {
		d.Path, is = strings.TrimSuffix(one.GatesPath, ".gates")+".soak", "the soak of "+schema.Short(one.Soak)+" is shorter"
	}
	if longest.Over >= time.Hour {
		d.Help += `, or let the promotion wait for a criterion about a shorter time, such as errors with over: "5m"`
	}
	d.Message = fmt.Sprintf("%s may need %d s until a new version of %s has all requests (Argo CD notices it after %d s at the most), and criterion %s is about the %s after that; %s, so that a commit would be judged by the requests to the version before it",
		one.From, takes, longest.Workload, p.ArgoCD.Noticed.Seconds(), longest.Criterion.ID, schema.Short(longest.Over), is)
	return diag.List{d}
}

// keepsFor says which promotions wait for a criterion.
func keepsFor(c plan.Criterion, gated []plan.Promotion) string {
	var run, asked []string
	from := ""
	for _, one := range gated {
		if slices.Contains(one.Asked(), c.ID) {
			asked, from = append(asked, one.To), one.From
			continue
		}
		run = append(run, one.To)
	}
	out := ""
	if len(run) > 0 {
		out += " A commit goes to " + plan.And(run) + " only if its run kept this."
	}
	if len(asked) > 0 {
		out += " A commit goes to " + plan.And(asked) + " only while Prometheus says so of " + from + "."
	}
	return out
}

// figures ask Prometheus about the environment before, a step for each figure.
func (r *renderer) figures(p plan.Promotion, j plan.Job) []yamldoc.Doc {
	var out []yamldoc.Doc
	for _, f := range p.Figures {
		at := f.Criterion.At()
		token, user, secret := yamldoc.Omit, yamldoc.Omit, yamldoc.Omit
		if f.Secret != "" {
			token, secret = yamldoc.From(f.Outside, "${{ secrets."+f.Secret+" }}"), r.own(f.Outside, f.Secret)
		}
		if f.User != "" {
			user = yamldoc.From(f.Outside, "${{ vars."+f.User+" }}")
		}
		out = append(out, r.fill("github/figure-step", yamldoc.Values{
			"name":        r.step(j, f.Step()),
			"environment": r.own(p.Path, p.To),
			"asked":       r.own(f.Criterion.Path, f.Name()),
			"address":     r.own(f.AddressPath, f.Address),
			"token":       token, "user": user, "secret": secret,
			"criterion": r.own(f.Criterion.Path, f.Criterion.ID),
			"query":     r.own(at, f.Query+"\n"),
			"requests":  r.own(at, f.Requests),
			"least":     r.own(at, f.Floor),
			"bound":     r.own(at, f.Bound()),
			"over":      r.own(at, f.Span()),
			"pods":      r.own(at, f.Pods+"\n"),
			"digest":    yamldoc.Of("${{ steps.find.outputs.digest-" + f.Image + " }}"),
			"run":       r.script("figure"),
		}))
	}
	return out
}
