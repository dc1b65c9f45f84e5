package generate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// writtenJob is what a workflow says of a job.
type writtenJob struct {
	Name        string
	Needs       any
	If          string
	Minutes     int `yaml:"timeout-minutes"`
	Permissions map[string]string
	Steps       []struct{ ID, Name string }
}

// TestJobsAreFacts: the workflows have exactly the jobs of the plan, and each job and each step with an id is as the
// plan says.
func TestJobsAreFacts(t *testing.T) {
	for _, name := range specNames(t) {
		t.Run(name, func(t *testing.T) {
			_, file := inRepository(name)
			loaded, _ := schema.Load(file, readSpec(t, name))
			p, _ := generate.Compile(loaded.Spec, generate.Options{SpecFile: file, Kinds: criteria.ForCompile()})
			set, err := generate.Render(p)
			if err != nil {
				t.Fatal(err)
			}
			files := []string{p.Workflow, p.RollbackWorkflow}
			for _, one := range p.Promotions {
				files = append(files, one.Workflow)
			}
			for _, file := range files {
				var w struct{ Jobs map[string]writtenJob }
				if f, ok := set.Lookup(artifact.Code, file); ok {
					if err := yaml.Unmarshal(f.Content, &w); err != nil {
						t.Fatal(err)
					}
				}
				jobs := p.JobsIn(file)
				if len(jobs) != len(w.Jobs) {
					t.Errorf("%s has %d jobs, the plan %d", file, len(w.Jobs), len(jobs))
				}
				for _, j := range jobs {
					holdJob(t, p, file, j, w.Jobs[j.ID])
				}
			}
		})
	}
}

func holdJob(t *testing.T, p plan.Plan, file string, j plan.Job, w writtenJob) {
	t.Helper()
	rights := map[string]string{}
	for _, r := range j.Rights {
		rights[r.Name] = r.Access
	}
	var needs []string
	switch n := w.Needs.(type) {
	case string:
		needs = []string{n}
	case []any:
		for _, id := range n {
			needs = append(needs, id.(string))
		}
	}
	if w.Permissions == nil {
		w.Permissions = map[string]string{}
	}
	if diff := cmp.Diff([]any{j.Name, j.Needs, j.Limit.Minutes, rights}, []any{w.Name, needs, w.Minutes, w.Permissions}); diff != "" {
		t.Errorf("job %s:\n%s", j.ID, diff)
	}
	among := p.Release.All()
	if file == p.RollbackWorkflow {
		among = plan.Dispatch | plan.DispatchElsewhere
	}
	for _, one := range p.Promotions {
		if file == one.Workflow {
			among = one.Started()
		}
	}
	sometimes := false
	if j.Own != nil {
		sometimes = j.Own.Sometimes()
		for _, v := range j.Own.Where {
			if want := fmt.Sprintf("needs.%s == '%s'", v.Name, v.Value); !strings.Contains(w.If, want) {
				t.Errorf("job %s runs if %q, and the plan asks for %s", j.ID, w.If, want)
			}
		}
		if rest, asks := strings.CutPrefix(w.If, "failure()"); asks != j.Own.OnFailure {
			t.Errorf("job %s runs if %q", j.ID, w.If)
		} else if asks {
			w.If = strings.TrimPrefix(rest, " && ")
		}
	}
	if condition := j.Runs.Condition(among, p.Source.Branch); !strings.HasPrefix(strings.TrimPrefix(w.If, "("), condition) || condition == "" && w.If != "" && j.ID != plan.GateJob && len(j.Built) == 0 && !sometimes {
		t.Errorf("job %s runs if %q, and the plan says if %q", j.ID, w.If, condition)
	}
	for _, image := range j.Built {
		if !strings.Contains(w.If, "needs.changes.outputs.build-"+image+" == 'true'") {
			t.Errorf("job %s runs if %q, and the plan says if %s has to be built", j.ID, w.If, image)
		}
	}
	for _, s := range j.Steps {
		if !slices.ContainsFunc(w.Steps, func(o struct{ ID, Name string }) bool { return o.Name == s.Name && (o.ID == "" || o.ID == s.ID) }) {
			t.Errorf("job %s has no step %s that is called %q", j.ID, s.ID, s.Name)
		}
	}
	for _, o := range w.Steps {
		if s := j.Step(o.ID); o.ID != "" && s.ID != "" && s.Name != o.Name {
			t.Errorf("job %s calls the step %s %q, and the plan %q", j.ID, o.ID, o.Name, s.Name)
		}
	}
}
