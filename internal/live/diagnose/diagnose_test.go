package diagnose_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/diagnose"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/livetest/delivery"
	"github.com/pipegen/pipegen/internal/live/prometheus"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// The answers that scenarios change most.
const (
	runs    = "/repos/example/payments/actions/workflows/ci.yaml/runs?head_sha=@SOURCE@"
	jobs    = "/repos/example/payments/actions/runs/7001/jobs?page=1"
	source  = "/repos/example/payments/commits/main"
	folder  = "/repos/example/deployments/contents/payments/overlays/production/live/"
	deploys = "/repos/example/deployments/commits?path=payments/overlays/production/live/kustomization.yaml"
	app     = "/api/v1/applications/payments-production"
	firstOf = app + "/resource?resourceName=payments-6d4-a"
)

// examined diagnoses a world; without troubles, those that its facts suggest.
func examined(t *testing.T, w *livetest.World, p plan.Plan, c live.Clients, troubles ...diagnose.Trouble) diagnose.Diagnosis {
	t.Helper()
	target := delivery.Target()
	if len(p.Images) > 1 {
		target = delivery.SeveralTarget()
	}
	if url := p.Environments[0].URL; url != "" {
		target.Environments[0].Address = url + "/live"
	}
	if e := p.Environments[0]; e.Rendered != "" {
		target.Environments[0].Rendered, target.Environments[0].RenderedBranch = e.Overlay, e.Rendered
	}
	if e := p.Environments[0]; e.Cluster.Fleet != nil {
		target.Environments[0].Fleet = &live.Fleet{Set: e.Application, Mark: plan.FleetLabel + "=" + e.Application, Labels: e.Cluster.Fleet.Selector(), AtLeast: e.Cluster.Fleet.AtLeast}
	}
	c.Prometheus = &prometheus.Client{Remote: c.Remote}
	for _, f := range p.Figures {
		target.Environments[0].Figures = append(target.Environments[0].Figures, live.Inquiry{Criterion: f.Criterion.ID, Workload: f.Workload, Server: f.Address, Query: f.Query, Requests: f.Requests})
	}
	f := live.Gather(t.Context(), target, c, livetest.Now)
	if len(troubles) == 0 {
		troubles = diagnose.Suspected(p, f)
	}
	return diagnose.Diagnose(p, f, live.Examine(t.Context(), target, c, f, diagnose.ExamineOptions(p, troubles)), troubles)
}

// causes are the found ones, as TROUBLE/ID.
func causes(d diagnose.Diagnosis) []string {
	var out []string
	for _, f := range d.With(diagnose.Found) {
		out = append(out, string(f.Trouble)+"/"+f.Cause)
	}
	return out
}

// TestHealthy: in a healthy world no trouble is suspected, and every cause is
// excluded.
func TestHealthy(t *testing.T) {
	w := livetest.New(t)
	p := delivery.Plan(t, nil)
	if d := examined(t, w, p, delivery.Clients(w)); len(d.Troubles) > 0 || len(d.Findings) > 0 {
		t.Errorf("the facts suggest %v", d.Troubles)
	}
	excluded(t, examined(t, w, p, delivery.Clients(w), diagnose.Troubles()...))

	w = livetest.NewSeveral(t)
	p = delivery.Several(t, nil)
	if d := examined(t, w, p, delivery.Clients(w)); len(d.Troubles) > 0 {
		t.Errorf("of several images, the facts suggest %v", d.Troubles)
	}
	excluded(t, examined(t, w, p, delivery.Clients(w), diagnose.Troubles()...))
}

// excluded checks that every cause is.
func excluded(t *testing.T, d diagnose.Diagnosis) {
	t.Helper()
	for _, f := range d.Findings {
		if f.Status != diagnose.Excluded {
			t.Errorf("%s/%s is %s: %s", f.Trouble, f.Cause, f.Status, f.Says)
		}
	}
	if len(d.Findings) != len(diagnose.Causes()) {
		t.Errorf("%d findings of %d causes", len(d.Findings), len(diagnose.Causes()))
	}
}

// scenario is a world with one fault.
type scenario struct {
	change func(*testing.T, *livetest.World)
	spec   func(*schema.Spec)
	// symptom is "" where the facts alone must show the trouble.
	symptom diagnose.Trouble
	// says are words that the finding or its remedy must contain.
	says string
	// several is set for a delivery of several images and workloads.
	several bool
}

// TestCauses: each cause has a world in which it is the only one found.
func TestCauses(t *testing.T) {
	tested := map[string]bool{}
	for _, table := range []map[string]scenario{buildScenarios, imageScenarios, syncScenarios, podScenarios, secretScenarios, scalerScenarios, rollbackScenarios, severalScenarios} {
		for name, s := range table {
			want, _, _ := strings.Cut(name, ": ")
			tested[want] = true
			t.Run(name, func(t *testing.T) {
				start, compile := livetest.New, delivery.Plan
				if s.several {
					start, compile = livetest.NewSeveral, delivery.Several
				}
				w := start(t)
				s.change(t, w)
				var troubles []diagnose.Trouble
				if s.symptom != "" {
					troubles = []diagnose.Trouble{s.symptom}
				}
				d := examined(t, w, compile(t, s.spec), delivery.Clients(w), troubles...)
				if got := causes(d); !slices.Equal(got, []string{want}) {
					t.Fatalf("found %v in %v, want %s", got, d.Troubles, want)
				}
				f := d.With(diagnose.Found)[0]
				if f.Remedy == "" || !strings.Contains(f.Says+" "+f.Remedy, s.says) {
					t.Errorf("says %q, remedy %q; want %q in them", f.Says, f.Remedy, s.says)
				}
				for _, e := range f.Evidence {
					if e.At.IsZero() && e.URL == "" {
						t.Errorf("evidence without a place: %+v", e)
					}
				}
			})
		}
	}
	for _, c := range diagnose.Causes() {
		if id := string(c.Trouble) + "/" + c.ID; !tested[id] {
			t.Errorf("no scenario has %s", id)
		}
		if c.Statement == "" || c.Tested == "" || c.Remedy == "" {
			t.Errorf("%s lacks words", c.ID)
		}
	}
}

// TestSuspected: the facts alone say where to look, and a trouble hides those that
// follow from it.
func TestSuspected(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*testing.T, *livetest.World)
		want   []diagnose.Trouble
	}{
		"in progress":     {func(t *testing.T, w *livetest.World) { running(t, w, "in_progress") }, []diagnose.Trouble{diagnose.Build}},
		"tests are red":   {jobFails("0", "Test", ""), []diagnose.Trouble{diagnose.Build}},
		"deploy is red":   {deploySays(commitStep, ""), []diagnose.Trouble{diagnose.Image}},
		"no commit":       {older, []diagnose.Trouble{diagnose.Image}},
		"pods do not run": {waits("CrashLoopBackOff", ""), []diagnose.Trouble{diagnose.Sync}},
		"taken back":      {func(t *testing.T, w *livetest.World) { rolledBack(t, w, byWorkflow) }, []diagnose.Trouble{diagnose.Image, diagnose.Rollback}},
		"source reverted": {func(t *testing.T, w *livetest.World) {
			running(t, w, "in_progress")
			w.Set(t, "github", source, "commit.message", `Revert "x"`)
		}, []diagnose.Trouble{diagnose.Build, diagnose.Rollback}},
	} {
		w := livetest.New(t)
		c.change(t, w)
		if d := examined(t, w, delivery.Plan(t, nil), delivery.Clients(w)); !slices.Equal(d.Troubles, c.want) {
			t.Errorf("%s: examined %v, want %v", name, d.Troubles, c.want)
		}
	}
}

// TestUnknown: a cause that cannot be tested is unknown, says what to set, and is
// never found.
func TestUnknown(t *testing.T) {
	w := livetest.New(t)
	c := delivery.Clients(w)
	c.ArgoCDs = map[string]live.ArgoCD{"": {Missing: "Argo CD: no server is known: set ARGOCD_SERVER"}}
	d := examined(t, w, delivery.Plan(t, nil), c)
	if !slices.Equal(d.Troubles, []diagnose.Trouble{diagnose.Sync}) || len(causes(d)) > 0 {
		t.Errorf("%v: found %v", d.Troubles, causes(d))
	}
	for _, f := range d.Findings {
		if f.Cause == "paused" && (f.Status != diagnose.Unknown || !strings.Contains(f.Says, "set ARGOCD_SERVER")) {
			t.Errorf("%+v", f)
		}
	}
	w.GitHub.Close()
	w.Registry.Close()
	d = examined(t, w, delivery.Plan(t, nil), c)
	if len(causes(d)) > 0 {
		t.Errorf("found %v where nobody answers", causes(d))
	}
}

// TestRootOfEach: where each cluster has an Argo CD, each is asked about its own root.
func TestRootOfEach(t *testing.T) {
	eu, us := livetest.New(t), livetest.New(t)
	p := delivery.Plan(t, func(s *schema.Spec) {
		rooted(s)
		s.Environments[0].Value.Cluster = ""
		for _, id := range []string{"eu", "us"} {
			s.Clusters = append(s.Clusters, schema.Named[schema.Cluster]{ID: id, Value: schema.Cluster{ArgoCD: &schema.ClusterArgoCD{Address: "https://argocd." + id + ".example.org"}}})
			s.Environments[0].Value.Clusters = append(s.Environments[0].Value.Clusters, schema.Named[schema.Site]{ID: id})
		}
	})
	c := delivery.Clients(eu)
	c.ArgoCDs["eu"], c.ArgoCDs["us"] = c.ArgoCDs[""], delivery.Clients(us).ArgoCDs[""]
	synced := map[string]any{"sync": map[string]any{"status": "Synced"}}
	behind := func() string {
		for _, f := range examined(t, eu, p, c, diagnose.Sync).Findings {
			if f.Cause == "root-behind" {
				return string(f.Status) + ": " + f.Says + ": " + f.Remedy
			}
		}
		return ""
	}
	brought(synced, true)(t, eu)
	if got, want := behind(), "found: Argo CD in us has no Application payments-root, which brings the others: kubectl apply --context CONTEXT-OF-US -f argocd/us/projects/payments-root.yaml -f argocd/us/roots/payments.yaml"; !strings.HasPrefix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	brought(synced, false)(t, us)
	if got, want := behind(), "found: payments-root of us does not sync by itself"; !strings.HasPrefix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	brought(synced, true)(t, us)
	if got := behind(); !strings.HasPrefix(got, "excluded") {
		t.Error(got)
	}
}

// TestNobodyAnswers: if this machine reaches nothing, the address is not to blame.
func TestNobodyAnswers(t *testing.T) {
	w := livetest.New(t)
	w.GitHub.Close()
	w.Registry.Close()
	w.ArgoCD.Close()
	p := delivery.Plan(t, func(s *schema.Spec) { s.Environments[0].Value.URL = w.ArgoCD.URL })
	if d := examined(t, w, p, delivery.Clients(w)); len(causes(d)) > 0 {
		t.Errorf("found %v", causes(d))
	}
}

// TestRightsMissing: if the credential may not use an endpoint, the answer says
// which right is missing, and the rest is still tested.
func TestRightsMissing(t *testing.T) {
	w := livetest.New(t)
	deployFails(t, w, "Commit the image to the GitOps repository", "")
	for _, route := range []string{"/repos/example/payments/environments/production/secrets", "/repos/example/payments/check-runs/5/annotations", "/repos/example/deployments/rules/branches/main"} {
		w.Remove("github", route)
	}
	d := examined(t, w, delivery.Plan(t, nil), delivery.Clients(w))
	if got := causes(d); !slices.Equal(got, []string{"image/deploy-failed"}) {
		t.Errorf("found %v", got)
	}
	for _, f := range d.Findings {
		if f.Cause == "branch-guarded" && (f.Status != diagnose.Unknown || !strings.Contains(f.Says, "needs the right to read checks of example/payments")) {
			t.Errorf("%+v", f)
		}
	}
}

// TestHostileText: megabytes of a server's text are cut, and stay text.
func TestHostileText(t *testing.T) {
	w := livetest.New(t)
	deployFails(t, w, "Commit the image to the GitOps repository", strings.Repeat("\x1b[2J| <b> ü ", 1<<16))
	d := examined(t, w, delivery.Plan(t, nil), delivery.Clients(w))
	for _, f := range d.With(diagnose.Found) {
		if len(f.Says) > 4<<10 {
			t.Errorf("%s says %d bytes", f.Cause, len(f.Says))
		}
	}
	if got := causes(d); !slices.Equal(got, []string{"image/deploy-failed"}) {
		t.Errorf("found %v", got)
	}
}
