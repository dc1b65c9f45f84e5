package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/drafttest"
	"github.com/pipegen/pipegen/internal/onramp/frompipeline"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/schema"
)

// essential is the part of a spec that can be read from its output: not the
// promises, and not what follows from them.
type essential struct {
	Name, Repository, Branch, Tags string
	Owner                          *schema.Owner
	Tests                          []schema.Named[schema.Test]
	Images                         []schema.Named[schema.Image]
	Workloads                      []schema.Named[schema.Workload]
	Environments                   []schema.Named[schema.Environment]
	// Here is what each workload is in each environment, and Waves the order that jobs make.
	Here  map[string]schema.Difference
	Waves map[string]int
	// Made are the Secrets that a deploy brings along, by their names.
	Made                       map[string]plan.MadeSecret
	GitOps                     schema.GitOps
	Namespace, Project, Server string
	Viewers                    []string
	SyncWindows                []schema.SyncWindow
	Sync                       schema.Sync
	Notice                     *schema.Notice
	ApplicationSet             schema.SetFrom
	SelfCheck                  bool
	Coverage                   float64
	Registries                 map[string]schema.Registry
}

func essentialOf(t *testing.T, s schema.Spec) essential {
	t.Helper()
	e := essential{
		// GitHub ignores the case of a repository, and an image name is in lower
		// case.
		Name: s.Name, Repository: strings.ToLower(s.Source.Repository), Branch: s.Source.Branch, Tags: s.Source.ReleaseTags,
		Owner: s.Owner, Tests: s.Tests, Images: s.Images, Workloads: s.Workloads, Environments: s.Environments, GitOps: s.GitOps,
		Here: map[string]schema.Difference{}, Waves: map[string]int{}, Made: map[string]plan.MadeSecret{},
		Namespace: s.ArgoCD.Namespace, Project: s.ArgoCD.Project.Name, Server: s.ArgoCD.Server, Viewers: s.ArgoCD.Viewers, SyncWindows: s.ArgoCD.SyncWindows, Sync: s.ArgoCD.Sync, Notice: s.Workflow.Notify,
		ApplicationSet: s.ArgoCD.ApplicationSet, SelfCheck: s.Pipegen.SelfCheck, Registries: map[string]schema.Registry{},
	}
	for _, r := range s.Registries {
		e.Registries[r.ID] = r.Value
	}
	built, found, err := build.Spec(s, generate.Options{})
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	for _, w := range built.Plan.Workloads {
		e.Waves[w.Name] = w.Wave
	}
	// A draft has no versions, and says of each environment where values are there.
	for _, made := range built.Plan.MadeSecrets {
		made.ID, made.Path = "", ""
		for name, x := range made.External {
			x.StorePath, x.AllPath, x.RefreshPath, x.LoginPath = "", "", "", ""
			for i := range x.Parameters {
				x.Parameters[i].Path = ""
			}
			for i := range x.Keys {
				x.Keys[i].Path = ""
			}
			made.External[name] = x
		}
		e.Made[made.Name] = made
	}
	e.Environments = slices.Clone(s.Environments)
	for i := range e.Environments {
		e.Environments[i].Value.Secrets = nil
		e.Environments[i].Value.Notify = cmp.Or(e.Environments[i].Value.Notify, s.ArgoCD.Notify)
	}
	var measured []string
	for _, c := range s.Criteria {
		if c.Value.Kind() == "coverage" {
			e.Coverage = c.Value.Promise().AtLeast
			measured = c.Value.Of
		}
	}
	for i := range e.Tests {
		test, id := &e.Tests[i].Value, e.Tests[i].ID
		without := e.Coverage == 0 || len(measured) > 0 && !slices.Contains(measured, id)
		if test.Timeout = 0; without && test.Python != nil {
			python := *test.Python
			python.Package = "" // without a gate it is not measured
			test.Python = &python
		}
		for _, step := range test.Steps {
			for name, v := range step.With {
				step.With[name] = fmt.Sprint(v) // an action is given text, and the draft writes text
			}
		}
	}
	for i := range e.Images {
		e.Images[i].Value.Builder = ""
		e.Images[i].Value.Private = false // no file says whether everybody may pull it
	}
	for i := range e.Workloads {
		e.place(s, e.Workloads[i].ID, &e.Workloads[i].Value)
	}
	for i := range e.Environments {
		v := &e.Environments[i].Value
		v.Differences = nil
		if c := built.Plan.Environment(e.Environments[i].ID).Cluster; c.OfArgoCD() && !c.Own {
			v.Cluster = ""
		} else {
			v.Cluster = built.Plan.Environment(e.Environments[i].ID).Cluster.String()
		}
		if f := built.Plan.Environment(e.Environments[i].ID).Cluster.Fleet; f != nil {
			v.Cluster += " of " + f.Names // how many there must be, no file says
		}
		// A draft calls clusters as Argo CD does.
		v.Clusters = slices.Clone(v.Clusters)
		for n, in := range built.Plan.Environment(e.Environments[i].ID).Sites {
			v.Clusters[n].ID, v.Clusters[n].Value.Application, v.Clusters[n].Value.Differences = in.Cluster.String(), in.Application, nil // which are in Here
		}
		slices.SortFunc(v.Clusters, func(a, b schema.Named[schema.Site]) int { return cmp.Compare(a.ID, b.ID) })
		v.URL = built.Plan.Environment(e.Environments[i].ID).URL // a route may say it as well
		if on := v.On; on != nil && on.Branch+on.After != "" {
			v.On, v.After = nil, cmp.Or(v.After, on.After)
		}
		if v.On != nil && v.After == "" {
			v.After = built.Plan.Environment(e.Environments[i].ID).After
		}
	}
	e.GitOps.Shared = false
	return e
}

// place takes out of a workload what it says in another way than another spec may: for all environments, in any order,
// or by default.
func (e *essential) place(s schema.Spec, id string, w *schema.Workload) {
	for _, in := range s.Environments {
		if len(w.Only) > 0 && !slices.Contains(w.Only, in.ID) {
			continue
		}
		here := hereOf(*w, in.Value.Difference(id))
		e.Here[in.ID+" "+id] = here
		for _, c := range in.Value.Clusters {
			// A draft calls clusters as Argo CD does.
			cluster := slices.IndexFunc(s.Clusters, func(of schema.Named[schema.Cluster]) bool { return of.ID == c.ID })
			name := s.Clusters[cluster].Value.Name + s.Clusters[cluster].Value.Server
			if s.Clusters[cluster].Value.ArgoCD != nil {
				name = c.ID
			}
			e.Here[in.ID+" on "+name+" "+id] = hereOf(withHere(*w, here), c.Value.Difference(id))
		}
	}
	var may []schema.Right
	for _, right := range w.ServiceAccount.May {
		may = append(may, right.ByGroup()...)
	}
	for i := range may {
		may[i].APIGroups = nil
	}
	w.ServiceAccount.May, w.Placement = may, schema.Placement{}
	w.Replicas, w.Resources, w.Env, w.ProgressDeadline, w.Probes.Startup = 0, schema.Resources{}, nil, 0, 0
	if w.Cron != nil {
		w.Cron.Schedule = ""
	}
	if w.Scale != nil {
		w.Scale.Min, w.Scale.Max, w.Scale.CPU, w.Scale.Memory = 0, 0, 0, 0
	}
	if w.Route != nil {
		w.Route.Hosts, w.Route.Gateway = nil, nil
	}
	if w.Job != nil {
		w.Job.Before, w.Job.After = nil, nil
	}
	if slices.Sort(w.From); slices.Equal(w.From, []string{schema.Outside}) {
		w.From = nil
	}
	if slices.Sort(w.Only); len(e.Images) == 1 {
		w.Image = ""
	}
}

// hereOf is what a workload has where something of it differs.
func hereOf(w schema.Workload, own schema.Difference) schema.Difference {
	here := schema.Difference{Replicas: cmp.Or(own.Replicas, w.Replicas), Env: map[string]string{}, Schedule: own.Schedule}
	for _, l := range []struct{ to, of, own *schema.ResourceList }{
		{&here.Resources.Requests, &w.Resources.Requests, &own.Resources.Requests}, {&here.Resources.Limits, &w.Resources.Limits, &own.Resources.Limits},
	} {
		*l.to = schema.ResourceList{CPU: cmp.Or(l.own.CPU, l.of.CPU), Memory: cmp.Or(l.own.Memory, l.of.Memory), EphemeralStorage: cmp.Or(l.own.EphemeralStorage, l.of.EphemeralStorage)}
	}
	here.Placement = placedHere(w.Placement, own.Placement)
	maps.Copy(here.Env, w.Env)
	maps.Copy(here.Env, own.Env)
	if w.Scale != nil {
		least := w.Scale.Min
		scale := schema.ScaleDifference{Min: &least, Max: w.Scale.Max, CPU: w.Scale.CPU, Memory: w.Scale.Memory}
		if own := own.Scale; own != nil {
			scale = schema.ScaleDifference{Min: cmp.Or(own.Min, scale.Min), Max: cmp.Or(own.Max, scale.Max), CPU: cmp.Or(own.CPU, scale.CPU), Memory: cmp.Or(own.Memory, scale.Memory)}
		}
		here.Scale = &scale
	}
	if w.Route != nil {
		here.Route = &schema.RouteDifference{Hosts: w.Route.Hosts, Gateway: w.Route.Gateway}
		if own := own.Route; own != nil {
			if *here.Route = (schema.RouteDifference{None: own.None}); !own.None {
				here.Route.Hosts, here.Route.Gateway = w.Route.Hosts, cmp.Or(own.Gateway, w.Route.Gateway)
				if own.Hosts != nil {
					here.Route.Hosts = own.Hosts
				}
			}
		}
	}
	if w.Cron != nil {
		here.Replicas, here.Schedule = 0, cmp.Or(own.Schedule, w.Cron.Schedule)
	}
	if w.Job != nil {
		here.Replicas = 0
	}
	return here
}

// withHere is a workload with what an environment has of it.
func withHere(w schema.Workload, here schema.Difference) schema.Workload {
	w.Replicas, w.Resources, w.Env, w.Placement = here.Replicas, here.Resources, here.Env, *here.Placement
	if w.Scale != nil {
		scale := *w.Scale
		scale.Min, scale.Max, scale.CPU, scale.Memory = *here.Scale.Min, here.Scale.Max, here.Scale.CPU, here.Scale.Memory
		w.Scale = &scale
	}
	if w.Route != nil {
		route := *w.Route
		route.Hosts, route.Gateway = here.Route.Hosts, here.Route.Gateway
		w.Route = &route
	}
	return w
}

// placedHere is where the pods of a workload run in an environment.
func placedHere(w schema.Placement, own *schema.Placement) *schema.Placement {
	out := w
	out.Nodes = map[string]string{}
	maps.Copy(out.Nodes, w.Nodes)
	if own != nil {
		maps.Copy(out.Nodes, own.Nodes)
		out.Spread, out.Apart = cmp.Or(own.Spread, w.Spread), cmp.Or(own.Apart, w.Apart)
		out.PriorityClass, out.RuntimeClass = cmp.Or(own.PriorityClass, w.PriorityClass), cmp.Or(own.RuntimeClass, w.RuntimeClass)
		if own.Tolerations != nil {
			out.Tolerations = own.Tolerations
		}
	}
	out.Spread, out.Apart = cmp.Or(out.Spread, "prefer"), cmp.Or(out.Apart, "prefer")
	return &out
}

func loadSpec(t *testing.T, name string, text []byte) schema.Spec {
	t.Helper()
	loaded, found := schema.Load(name, text)
	if found.Failed() {
		t.Fatalf("%v\n%s", found, text)
	}
	return loaded.Spec
}

// goldenRepositories returns the folders of a spec's output.
func goldenRepositories(s schema.Spec) (code, gitops string) {
	dir := func(repository string) string { return repositoryName(repository) }
	return dir(s.Source.Repository), dir(s.GitOps.Repository)
}

// TestImportRoundTrip imports what pipegen generates: nothing is a flaw, and the
// draft says what the spec said.
func TestImportRoundTrip(t *testing.T) {
	specs, err := filepath.Glob("../../specs/*/pipeline.cue")
	if err != nil || len(specs) == 0 {
		t.Fatal("no specs", err)
	}
	inFolders, _ := filepath.Glob("../../specs/*/*/pipeline.cue")
	for _, file := range append(specs, inFolders...) {
		name, folder, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "../../specs/"), "/")
		if strings.HasPrefix(name, "own-") || name == "previews" {
			continue // import drafts workloads of the manifests that it reads, and says what it leaves out of previews
		}
		t.Run(path.Join(name, folder), func(t *testing.T) {
			requireRoundTrip(t, file, filepath.Join("../../golden", name), folder)
		})
	}
}

// TestImportRoundTripAll does the same with a spec that says of images and
// workloads all that it can, and with one of clusters that are alike.
func TestImportRoundTripAll(t *testing.T) {
	for _, spec := range []string{"testdata/import/several.cue", "testdata/import/clusters.cue", "testdata/import/clusters-argocd.cue"} {
		dir := t.TempDir()
		runHere(t, 0, "generate", "-f", spec, "--out", dir)
		requireRoundTrip(t, spec, dir, "")
	}
}

// installed is a spec that says of each dependency at what uses it what comes of it. The order of ports means nothing.
func installed(s schema.Spec) schema.Spec {
	s, _ = generate.Installed(s)
	s.Dependencies = nil
	for i := range s.Tests {
		s.Tests[i].Value.Uses = nil
	}
	for i := range s.Workloads {
		w := &s.Workloads[i].Value
		w.Uses, w.Egress = nil, slices.Sorted(slices.Values(w.Egress))
	}
	return s
}

func requireRoundTrip(t *testing.T, file, output, folder string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := loadSpec(t, file, text)
	code, gitops := goldenRepositories(want)
	m, err := pipeline.Read(filepath.Join(output, code), filepath.Join(output, gitops), check.NewRenderer().Overlays)
	if err != nil {
		t.Fatal(err)
	}
	if folder != "" && !frompipeline.Within(m, folder) {
		t.Fatal("no workflow is for the folder")
	}
	linted, err := lintExisting(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range rules.Flaws(m, linted) {
		if d.Rule == "W01" && strings.Contains(string(text), "pins:") {
			continue // this spec asks for tags
		}
		if slices.ContainsFunc(want.Accept, func(a schema.Accept) bool {
			return a.Rule == d.Rule && a.Object != "" && strings.Contains(d.Message, strings.Replace(a.Object, "/", " ", 1))
		}) {
			continue // this spec accepts what its patch does
		}
		t.Errorf("%s:%d: %s %s", d.Pos.File, d.Pos.Line, d.Rule, d.Message)
	}
	drafted, err := frompipeline.Draft(m, detect.Project{Folder: code, Subfolder: cmp.Or(folder, ".")}, frompipeline.Choice{}, wholeCheck)
	if err != nil {
		t.Fatal(err)
	}
	draft, left := drafted.Text, drafted.Left
	// What a patch changes is what no field says.
	patched := func(d diag.Diagnostic) bool {
		return slices.ContainsFunc(want.Patches, func(p schema.Patch) bool {
			return strings.HasSuffix(filepath.ToSlash(d.Pos.File), p.File) && slices.ContainsFunc(p.Ops, func(o schema.Operation) bool {
				return o.Op != "test" && strings.Contains(d.Message, path.Base(o.Path))
			})
		})
	}
	for _, d := range left {
		// What a cache or a matrix of tests needs cannot be said in steps of the author's own.
		if !patched(d) && !strings.Contains(d.Help, "rollback") && !strings.Contains(d.Message, "${{ matrix.") &&
			!strings.Contains(d.Message, "\"composer-${{") && !strings.Contains(d.Message, "the criteria for which the promotion waits") {
			t.Errorf("left out: %s:%d: %s", d.Pos.File, d.Pos.Line, d.Message)
		}
	}
	requireClean(t, draft, drafted.Own)
	want = generate.Versioned(installed(want))
	for i := range want.Environments {
		want.Environments[i].Value.Gates = nil // The ids of criteria are the author's, and a draft has its own.
	}
	said, read := essentialOf(t, want), essentialOf(t, installed(loadSpec(t, "draft.cue", draft)))
	// Where a patch does what a field says, the draft has the field.
	for _, p := range want.Patches {
		for _, o := range p.Ops {
			switch {
			case strings.HasSuffix(o.Path, "/readOnlyRootFilesystem"):
				said.Workloads[0].Value.Security.WritableRoot = true
			case o.Path == "/jobs/test/container":
				said.Tests[0].Value.Container = &schema.JobContainer{Image: strings.Trim(string(o.Value), `"`)}
			}
		}
	}
	if strings.Contains(string(text), "\nworkflow:") {
		// Steps that the spec adds to a job of pipegen's look like any other steps.
		for _, tests := range [][]schema.Named[schema.Test]{said.Tests, read.Tests} {
			for i := range tests {
				tests[i].Value.Steps = nil
			}
		}
	}
	if strings.Contains(string(text), "\ntests:") {
		// Of several jobs that test, the first is read, and the others are jobs of the author's own.
		said.Tests, read.Tests = nil, nil
	}
	for i, t := range said.Tests {
		// The steps of a language other than Python are read as the author's own.
		if language, of := t.Value.Toolchain(); of != nil && language != "python" {
			said.Tests[i].Value, read.Tests[i].Value = schema.Test{}, schema.Test{}
		}
	}
	// No file says that a folder is for the author's own manifests, what deploy.existing has, that lowerReleases is set, or
	// how long a container takes.
	own := gocmp.FilterPath(func(p gocmp.Path) bool {
		return slices.Contains([]string{".Custom", ".Existing", ".LowerReleases", ".Takes"}, p.Last().String())
	}, gocmp.Ignore())
	if diff := gocmp.Diff(said, read, own); diff != "" {
		t.Errorf("(- spec, + draft):\n%s", diff)
	}
}

// requireClean requires that a draft passes check and is formatted.
func requireClean(t *testing.T, draft []byte, own []frompipeline.Own) {
	t.Helper()
	drafttest.RequireFormatted(t, draft)
	refused, err := wholeCheck(draft, own)
	if err != nil || len(refused) > 0 {
		t.Fatalf("%v %v\n%s", err, refused, draft)
	}
}
