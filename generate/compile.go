package generate

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/schema"
)

// Options are what a compilation depends on beside the spec.
type Options struct {
	// SpecFile is the path that the headers of the output name.
	SpecFile string
	// Pins stand before older ones of the table, by the repository of the action: what a
	// bot proposed and a person took.
	Pins map[string]Pin
	// Deployed is what runs already, by environment: the live image begins with it.
	Deployed map[string]Deployed
}

// Deployed is an image that runs. Either part may be empty.
type Deployed struct{ Tag, Digest string }

// Pin is a release of an action and the commit that it names.
type Pin = pins.Pin

// Compile decides everything about the pipeline of a spec. When the list has
// errors the plan is not usable.
func Compile(s schema.Spec, o Options) (Plan, diag.List) {
	var found diag.List
	for _, rule := range slices.Concat(rules, feasible) {
		found = append(found, rule(s)...)
	}
	p := Plan{
		Spec:     withDerived(s),
		SpecFile: o.SpecFile,
		Pins:     o.Pins,
		Image:    imageOf(s),
		Test:     testOf(s),
		Release:  releaseOf(s),
		GitOps:   gitopsOf(s),
		ArgoCD:   ArgoCDPlan{RetryRefresh: minor(s.ArgoCD.Version) >= 2},
		Measures: measuresOf(s),
		Smoke:    smokeOf(s),
		Tools:    toolsOf(s),
		Criteria: criteriaOf(s),
	}
	_, _, p.Rollback = promiseOf(s, "rollback")
	var bad diag.List
	p.Timeouts, bad = timeoutsOf(s)
	found = append(found, bad...)
	bad = p.layOutJobs()
	found = append(found, bad...)
	p.Rollout, bad = rolloutOf(s)
	found = append(found, bad...)
	p.Environments, bad = environmentsOf(p)
	found = append(found, bad...)
	for i, e := range p.Environments {
		p.Environments[i].Deployed = o.Deployed[e.Name]
	}
	return p, found
}

// withDerived fills in what other parts of the spec decide.
func withDerived(s schema.Spec) schema.Spec {
	if s.GitOps.Credential == nil {
		s.GitOps.Credential = &schema.Credential{App: &schema.App{ClientID: "GITOPS_APP_CLIENT_ID", PrivateKey: "GITOPS_APP_PRIVATE_KEY"}}
	}
	return s
}

// nativePlatform is the kind of the runner that emulates the others.
const nativePlatform = "linux/amd64"

// Emulated says whether any of the platforms is built on a runner of another kind.
func (p ImagePlan) Emulated() bool {
	return slices.ContainsFunc(p.Legs, func(l Leg) bool { return l.Emulated })
}

// runners gives each platform the hosted runner of its own kind (W11, W14).
var runners = map[string]string{
	"linux/amd64": "ubuntu-24.04",
	"linux/arm64": "ubuntu-24.04-arm",
}

func imageOf(s schema.Spec) ImagePlan {
	p := ImagePlan{Reference: s.Image.Registry + "/" + s.Image.Name}
	for _, platform := range s.Image.Platforms {
		_, arch, _ := strings.Cut(platform, "/")
		leg := Leg{Platform: platform, Arch: arch, Runner: runners[platform]}
		if s.Image.Builder == "emulated" {
			leg.Runner, leg.Emulated = runners[nativePlatform], platform != nativePlatform
		}
		p.Legs = append(p.Legs, leg)
	}
	if s.Image.SmokeTest {
		p.HealthPath = startupPath(s)
	}
	return p
}

// startupPath is the path that depends on nothing but the process, where the
// program has one.
func startupPath(s schema.Spec) string {
	if s.Deploy.Probes.Liveness != "" {
		return s.Deploy.Probes.Liveness
	}
	return s.Deploy.Probes.Readiness
}

func testOf(s schema.Spec) TestPlan {
	p := TestPlan{Cached: s.Source.ReleaseTags == "" && !strings.Contains(s.Source.Branch, "release")}
	if c, _, ok := promiseOf(s, "coverage"); ok {
		p.Coverage = strconv.FormatFloat(c.Value.Coverage.AtLeast, 'f', -1, 64)
		p.CoverageID = c.ID
	}
	switch {
	case s.Test.Report != nil:
		p.Report = s.Test.Report.Path
	case s.Test.Python != nil && p.Coverage != "":
		p.Report = path.Join(s.Test.Python.Directory, "coverage.xml")
	}
	return p
}

// releaseOf writes the guard of every job that publishes (X07). A pull request
// has a ref of its own, so the first half says it all; the second keeps it true
// should GitHub ever change that.
func releaseOf(s schema.Spec) Release {
	ref := "refs/heads/" + s.Source.Branch
	r := Release{
		Condition: "github.ref == '" + ref + "' && github.event_name != 'pull_request'",
		Otherwise: "github.ref != '" + ref + "' || github.event_name == 'pull_request'",
	}
	if s.Source.ReleaseTags != "" {
		r = Release{
			ByTag:     true,
			Condition: "startsWith(github.ref, 'refs/tags/') && github.event_name == 'push'",
			Otherwise: "!startsWith(github.ref, 'refs/tags/') || github.event_name != 'push'",
		}
	}
	return r
}

func gitopsOf(s schema.Spec) GitOpsPlan {
	p := GitOpsPlan{
		URL:            "https://github.com/" + s.GitOps.Repository,
		SameRepository: strings.EqualFold(s.GitOps.Repository, s.Source.Repository),
		Folder:         path.Join(s.GitOps.Path, s.Name),
		Argo:           path.Join(s.GitOps.Path, "argocd"),
		Proposes:       proposes(s),
	}
	switch c := s.GitOps.Credential; {
	case c != nil && c.Token != "":
		p.Credential = TokenCredential
	case c == nil && p.SameRepository:
		p.Credential = WorkflowCredential
	}
	return p
}

func measuresOf(s schema.Spec) []Measure {
	var out []Measure
	for _, c := range s.Criteria {
		m := Measure{Criterion: c.ID, Path: schema.Join("criteria", c.ID)}
		switch {
		case c.Value.Triggered != nil:
			m.Kind, m.Seconds = "triggered", seconds(c.Value.Triggered.Within)
		case c.Value.Published != nil:
			m.Kind, m.Seconds = "published", seconds(c.Value.Published.Within)
		default:
			continue
		}
		out = append(out, m)
	}
	return out
}

func minor(version string) int {
	_, m, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(m)
	return n
}

func smokeOf(s schema.Spec) *Smoke {
	c, at, ok := promiseOf(s, "endpoint")
	if !ok {
		return nil
	}
	smoke := &Smoke{Path: c.Value.Endpoint.Path, SpecPath: at, Status: c.Value.Endpoint.Status, Seconds: seconds(c.Value.Endpoint.Within)}
	if smoke.Path == "" {
		smoke.Path = s.Deploy.Probes.Readiness
	}
	return smoke
}
