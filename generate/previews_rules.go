package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// previewsFit refuses previews that could not run, or that would give pull requests what they must not have.
func previewsFit(s input) diag.List {
	v := s.Previews
	if v == nil {
		return nil
	}
	f := previewFit{input: s}
	for _, d := range v.Differences {
		f.out = append(f.out, unknownName(d.Value.At, d.ID, "workload", ids(s.Workloads))...)
	}
	f.out = append(f.out, asEnvironment(s)...)
	for _, e := range s.Environments {
		at, prefix := schema.Join("environments", e.ID), s.Name+"-pr-"
		switch {
		case e.ID == previewOverlay:
			f.no(diag.Duplicate, at, "call it otherwise", "the previews of pull requests have the overlay %s", previewOverlay)
		case strings.HasPrefix(e.Value.Namespace, prefix):
			f.no(diag.Contradiction, at+".namespace", "choose another", "the namespace %s is one of those in which previews come and go", e.Value.Namespace)
		}
	}
	f.workloads()
	return f.out
}

// asEnvironment holds what previews change in workloads against the rules for what an environment changes.
func asEnvironment(s input) diag.List {
	s.Environments = []schema.Named[schema.Environment]{{ID: previewOverlay, Value: schema.Environment{Cluster: s.Previews.Cluster, Differences: s.Previews.Differences}}}
	var out diag.List
	for _, rule := range []func(input) diag.List{differencesFit, requestsBelowLimits, filesFit, volumesFit, variablesOpen} {
		out = append(out, slices.DeleteFunc(rule(s), func(d diag.Diagnostic) bool { return !strings.HasPrefix(d.Path, "previews") })...)
	}
	return out
}

type previewFit struct {
	input
	out diag.List
}

func (f *previewFit) no(code diag.Code, at, help, format string, args ...any) {
	f.out = append(f.out, diag.Diagnostic{Code: code, Path: at, Message: fmt.Sprintf(format, args...), Help: help})
}

func (f *previewFit) workloads() {
	routed, built := 0, false
	for _, w := range f.input.workloads {
		if !w.RunsIn(previewOverlay) {
			continue
		}
		if w.Own != nil {
			f.no(diag.NotApplicable, "previews", "name the environments in which it runs: only", "%s has manifests of your own, and nobody knows which image and namespace a preview would have to put into them", w.Name)
			continue
		}
		f.reads(w)
		if w.Moved() && f.Previews.Host == "" {
			f.no(diag.MissingField, "previews", `for example previews: host: "{number}.preview.example.org"`, "%s moves requests by its route, and without previews.host it has none in a preview", w.Name)
		}
		if w.Route != nil && w.Route.Kind != plan.ByLoadBalancer {
			routed++
			if w.Route.Kind == plan.ByIngress && w.Route.Secret != "" && w.Route.IssuerKind != "cluster-issuer" && f.Previews.Host != "" {
				f.no(diag.Contradiction, "previews.host", "let an issuer of the cluster make the certificates: tls: clusterIssuer, or leave previews.host out", "the certificate of %s is not there in the namespace of a preview", w.Name)
			}
		}
	}
	for _, i := range f.Images {
		if slices.ContainsFunc(f.input.workloads, func(w plan.Workload) bool { return w.RunsIn(previewOverlay) && w.Runs(i.ID) }) {
			built = true
			f.image(i)
		}
	}
	if !built {
		f.no(diag.Contradiction, "previews", `add "preview" to only of a workload whose image is built here`, "no workload of a preview has an image that is built here: there would be nothing of the pull request to look at")
	}
	host := f.Previews.Host
	switch {
	case host != "" && routed == 0:
		f.no(diag.NotApplicable, "previews.host", "write a route in the workload, or leave it out", "previews.host does nothing: no workload of a preview has a route with names")
	case routed > 1 && host != "" && !strings.Contains(host, "{workload}"):
		f.no(diag.BadValue, "previews.host", fmt.Sprintf("for example %q", strings.Replace(host, "{number}", "{workload}-{number}", 1)), "previews.host is %q, and %d workloads have a route", host, routed)
	}
}

// reads refuses what a workload needs and no namespace of a preview has. A variable of its program is left out.
func (f *previewFit) reads(w plan.Workload) {
	missing := func(at, object string) {
		f.no(diag.Contradiction, at, fmt.Sprintf("let the program start without it, or leave the workload out of previews: %s.only", w.Path), "%s needs %s, which nobody makes in the namespaces of previews: they have no Secrets, since whoever opens a pull request reads what its program reads", w.Name, object)
	}
	for _, v := range w.Reads.All {
		if !v.Optional {
			missing(v.Path, string(v.Object.Kind)+" "+v.Object.Name)
		}
	}
	for _, c := range w.Init {
		for _, v := range c.Reads.Keys {
			if !v.Optional {
				missing(v.Path, string(v.Object.Kind)+" "+v.Object.Name)
			}
		}
		for _, v := range c.Reads.All {
			if !v.Optional {
				missing(v.Path, string(v.Object.Kind)+" "+v.Object.Name)
			}
		}
	}
	for _, v := range w.Volumes {
		if v.Object != "" && !v.Optional && (v.Claim == nil || !v.Claim.Made) {
			missing(v.Path, "what its volume "+v.Name+" mounts")
		}
	}
	if w.Scale.ByKEDA() && slices.ContainsFunc(w.Scale.Triggers, func(t plan.Trigger) bool { return len(t.Secrets) > 0 }) {
		missing(w.Scale.Path, "the Secrets of its triggers")
	}
	if w.Rollout.Progressive() && slices.ContainsFunc(w.Reads.Keys, func(v plan.KeyVariable) bool { return !v.Optional }) {
		missing(w.Path+".rollout", "variables from Secrets, and Argo Rollouts takes them as a whole")
	}
}

// image refuses images whose build needs more than a pull request may have.
func (f *previewFit) image(i schema.Named[schema.Image]) {
	v := i.Value
	if l := loginOf(f.input, v.Registry); l.Kind != plan.ByRunToken {
		f.no(diag.Contradiction, v.At+".registry", "let ghcr.io have the image, to which each run's own token gives the way for as long as it runs", "a pull request would push the preview of %s with the login of %s, with which it could also push what is deployed", i.ID, v.Registry)
	}
	if feeds, _ := feedsFor(f.input, ofBuild(v)); len(buildSecrets(v))+len(feeds) > 0 || sshOf(v) != nil {
		f.no(diag.Contradiction, v.At, "leave the workload out of previews: only", "the build of %s reads secrets, which the build for a preview does not get", i.ID)
	}
	for _, r := range readersOf(f.input) {
		if r.Login.Kind != plan.ByRunToken {
			f.no(diag.Contradiction, r.Path, "leave the workload out of previews: only", "the build of %s may pull from %s with a login, which the build for a preview does not get", i.ID, r.Host)
		}
	}
	made := slices.ContainsFunc(f.Secrets, func(c schema.Named[schema.ClusterSecret]) bool {
		return c.Value.NamedSecret(c.ID) == v.PullSecret && pullsAnywhere(c.Value)
	})
	if v.PullSecret != "" && !made {
		f.no(diag.Contradiction, v.At+".pullSecret", fmt.Sprintf("let a store of the cluster give it to each, for example secrets: %q: external: {clusterStore: \"vault\", keys: \".dockerconfigjson\": from: \"packages\"}, or make the package public", v.PullSecret), "the Secret %s is not there in the namespaces of previews, and their pods could not pull %s", v.PullSecret, i.ID)
	}
	for _, c := range f.Clusters {
		if c.ID == f.Previews.Cluster && len(c.Value.Platforms) > 0 && !slices.ContainsFunc(v.Platforms, func(p string) bool { return slices.Contains(c.Value.Platforms, p) }) {
			f.no(diag.Contradiction, "previews.cluster", fmt.Sprintf("add one of %s to %s.platforms", strings.Join(c.Value.Platforms, ", "), v.At), "the nodes of %s run no platform for which %s is built", c.ID, i.ID)
		}
	}
}
