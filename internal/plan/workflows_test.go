package plan_test

import (
	"testing"

	"github.com/pipegen/pipegen/internal/plan"
)

// TestNamesOfWorkflows: what is said of every pipeline is said of this one in its own words, also where one workflow is
// called as another pipeline's other one.
func TestNamesOfWorkflows(t *testing.T) {
	p := plan.Plan{
		Workflow: plan.WorkflowsFolder + "rollback.yaml", RollbackWorkflow: plan.WorkflowsFolder + "rollback-rollback.yaml", Readme: "back/WORKFLOW.md",
		Jobs: plan.Jobs{{ID: "test"}}, RollbackJobs: plan.Jobs{{ID: "rollback-production"}},
	}
	if got, want := p.Named("gh workflow run ci.yaml, or the workflow rollback.yaml"), "gh workflow run rollback.yaml, or the workflow rollback-rollback.yaml"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	for file, want := range map[string]string{p.Workflow: plan.UsualWorkflow, p.RollbackWorkflow: plan.UsualRollback, p.Readme: plan.UsualReadme, "PIPELINE.md": "PIPELINE.md"} {
		if got := p.Usual(file); got != want {
			t.Errorf("%s is the %s of a spec at the root, want %s", file, got, want)
		}
	}
	for file, want := range map[string]string{p.Workflow: "test", p.RollbackWorkflow: "rollback-production"} {
		if got := p.JobsIn(file).IDs(); len(got) != 1 || got[0] != want {
			t.Errorf("%s has the jobs %v", file, got)
		}
	}
}
