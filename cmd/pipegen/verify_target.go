package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/credentials"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/prometheus"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// systems compiles the spec, and returns its target in the live systems and their clients. Mistakes in the spec are an
// error that has been reported already.
func (o *verifyOptions) systems(s streams) (p plan.Plan, t live.Target, c live.Clients, err error) {
	r, _, err := o.loadAndRender()
	if err != nil {
		return p, t, c, err
	}
	if t, err = targetOf(r.plan, o.environment, o.since); err != nil {
		return p, t, c, exitError{exitUsage, err}
	}
	if c, err = o.clients(r.plan, s); err != nil {
		return p, t, c, exitError{exitUsage, err}
	}
	return r.plan, t, c, nil
}

// targetOf returns where a plan is in the live systems. An empty environment means all.
func targetOf(p plan.Plan, environment, since string) (live.Target, error) {
	t := live.Target{
		Application: p.Name,
		Repository:  p.Source.Repository,
		Branch:      p.Source.Branch,
		Workflow:    path.Base(p.Workflow),
		ByTag:       p.Release.ByTag(),
		Revision:    since,
	}
	if p.StartedBy != nil {
		t.Starts = func(file string) bool { return pipeline.FilterMatches(p.StartedBy, file) }
	}
	var names []string
	for _, e := range p.Sites() {
		if !slices.Contains(names, e.Name) {
			names = append(names, e.Name)
		}
		if environment != "" && e.Name != environment {
			continue
		}
		to := live.Destination{Name: e.Name, Site: e.Site, Application: e.Application, ArgoCD: e.Instance.Cluster, Project: e.Project.Name, Deploy: p.Job(e.Jobs.Deploy).Name, Folder: e.Live}
		if f := e.Cluster.Fleet; f != nil {
			to.Fleet = &live.Fleet{Set: e.Application, Mark: plan.FleetLabel + "=" + e.Application, Labels: f.Selector(), AtLeast: f.AtLeast}
		}
		if e.Rendered != "" {
			to.Rendered, to.RenderedBranch = e.Overlay, e.Rendered
		}
		if e.URL != "" {
			health, _ := verdict.Health(p, e)
			to.Address = strings.TrimRight(e.URL, "/") + health
		}
		for _, q := range p.Questions(e) {
			to.Questions = append(to.Questions, live.Question(q))
		}
		for _, f := range p.Figures {
			if f.Environment == e.Name && f.Site == e.Site {
				to.Figures = append(to.Figures, live.Inquiry{Criterion: f.Criterion.ID, Workload: f.Workload, Server: f.Address, Query: f.Query, Requests: f.Requests})
			}
		}
		for _, i := range p.ImagesIn(e) {
			i = e.Pulls(i)
			to.Images = append(to.Images, live.Repository{Registry: i.Registry, Path: strings.TrimPrefix(i.Reference, i.Registry+"/"), Tag: i.Tag, Reused: len(i.Paths) > 0})
		}
		for _, w := range p.In(e) {
			if w.Kind == plan.CronKind {
				to.CronJobs = append(to.CronJobs, w.Name)
			}
		}
		t.Environments = append(t.Environments, to)
	}
	if len(t.Environments) == 0 {
		return t, fmt.Errorf("there is no environment %q: --env takes %s", environment, strings.Join(names, " or "))
	}
	return t, nil
}

// clients returns the clients of the systems, with the credentials that were found. An error means that a variable of
// the environment names an address that must not be used.
func (o *verifyOptions) clients(p plan.Plan, s streams) (live.Clients, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	from := credentials.Sources{Env: s.env, Home: home}
	asks := remote.New(o.now, o.sleep)
	hub := from.GitHub()
	argos, err := argosOf(p, from, asks)
	err = errors.Join(secure("GITHUB_API_URL", hub.API), secure("PIPEGEN_REGISTRY", from.Env("PIPEGEN_REGISTRY")), err)
	if err != nil {
		return live.Clients{}, err
	}
	c := live.Clients{
		GitHub:     &github.Client{API: hub.API, Token: hub.Token, Remote: asks},
		Registries: map[string]*registry.Client{},
		ArgoCDs:    argos,
		Dry:        map[string]string{},
		Remote:     asks,
	}
	if prom := p.Prometheus; prom != nil && prom.Outside != nil {
		c.Prometheus = &prometheus.Client{User: from.Env(prom.Outside.User), Secret: strings.Join(strings.Fields(from.Env(prom.Outside.Secret)), ""), Remote: asks}
		var unset []string
		if prom.Outside.User != "" && c.Prometheus.User == "" {
			unset = append(unset, prom.Outside.User)
		}
		if prom.Outside.Secret != "" && c.Prometheus.Secret == "" {
			unset = append(unset, prom.Outside.Secret)
		}
		if len(unset) > 0 {
			c.Unasked = "Prometheus: no credential was found: set " + plan.And(unset)
		}
	}
	for _, i := range append(p.Pulled(), p.Images...) {
		reg := from.Registry(i.Registry)
		c.Registries[i.Registry] = &registry.Client{Base: reg.Base, User: reg.User, Password: reg.Password, Hint: reg.Hint, Remote: asks}
	}
	c.GitOps = live.Hosted{Client: c.GitHub, Repository: p.GitOps.Repository, Branch: p.GitOps.Branch}
	if o.gitops != "" {
		c.GitOps = live.Checkout{Dir: o.roots(p.Source.Repository, p.GitOps.Repository)[artifact.GitOps], Branch: p.GitOps.Branch}
	}
	return c, nil
}

// argosOf are the clients of the Argo CDs that deploy a plan, each with the credential for its own address.
func argosOf(p plan.Plan, from credentials.Sources, asks *remote.Client) (map[string]live.ArgoCD, error) {
	out := map[string]live.ArgoCD{}
	for _, in := range p.Instances() {
		found := from.ArgoCD(in.Address)
		if err := secure("ARGOCD_SERVER", found.Server); err != nil {
			return nil, err
		}
		one := live.ArgoCD{Missing: "Argo CD" + in.Of() + ": " + found.Missing}
		if found.Missing == "" {
			one.Client = &argocd.Client{Server: found.Server, Token: found.Token, Remote: asks}
		}
		out[in.Cluster] = one
	}
	return out, nil
}

// secure refuses an address in a variable of the environment that must not be used.
func secure(variable, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%s is no address, such as https://api.example.org", variable)
	}
	if err := remote.Secure(u); err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	return nil
}
