package forge_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/internal/live/remote"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestAWorkflowIsAFileOfTheDefaultBranch(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{".github/workflows/ci.yaml": "name: Payments\n"})
	proposed(t, c, "other", ".github/workflows/other.yaml", "name: Other\n")
	api := hub(f, forge.ReaderToken)
	w, err := api.Workflow(t.Context(), "org/app", "ci.yaml")
	if err != nil || w.State != "active" || w.URL != "https://github.com/org/app/blob/main/.github/workflows/ci.yaml" {
		t.Errorf("%+v, %v", w, err)
	}
	f.SetWorkflowState("org/app", "ci.yaml", "disabled_manually")
	if w, err := api.Workflow(t.Context(), "org/app", "ci.yaml"); err != nil || w.State != "disabled_manually" {
		t.Errorf("%+v, %v", w, err)
	}
	if _, err := api.Workflow(t.Context(), "org/app", "other.yaml"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
	if runs, err := api.Runs(t.Context(), "org/app", "ci.yaml", "abc"); err != nil || len(runs) != 0 {
		t.Errorf("%+v, %v", runs, err)
	}
	if _, err := api.Runs(t.Context(), "org/app", "other.yaml", "abc"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
	f.Report(forge.Run{ID: 1, Repository: "org/app", Workflow: "other.yaml", SHA: "abc"})
	if runs, err := api.Runs(t.Context(), "org/app", "other.yaml", "abc"); err != nil || len(runs) != 1 {
		t.Errorf("a workflow that ran on another branch: %+v, %v", runs, err)
	}
}

func TestRunsAreWhatTestsReport(t *testing.T) {
	f := start(t)
	check(t, f.Init(t.Context(), "org/app", "main"))
	run := forge.Run{
		ID: 7, Repository: "org/app", Workflow: "ci.yaml", Event: "push", Branch: "main", SHA: "abc",
		Status: "queued", Created: noon,
	}
	f.Report(run)
	f.Report(forge.Run{ID: 8, Repository: "org/app", Workflow: "ci.yaml", Event: "push", Branch: "next", SHA: "abc", Created: noon.Add(time.Minute)})
	f.Report(forge.Run{ID: 9, Repository: "org/app", Workflow: "ci.yaml", Event: "push", Branch: "main", SHA: "def", Created: noon.Add(-time.Minute)})
	f.Report(forge.Run{ID: 10, Repository: "org/other", Workflow: "ci.yaml", Branch: "main", SHA: "abc", Created: noon})
	api := hub(f, forge.ReaderToken)
	runs, err := api.Runs(t.Context(), "org/app", "ci.yaml", "abc")
	if err != nil || len(runs) != 2 || runs[0].ID != 8 || runs[1].ID != 7 || runs[1].Conclusion != "" || runs[1].URL != "https://github.com/org/app/actions/runs/7" || !runs[1].StartedAt.Equal(noon) {
		t.Errorf("%+v, %v", runs, err)
	}
	_, _, text := ask(t, f, forge.APIToken, "GET", "org/app/actions/runs/7", "")
	for _, want := range []string{`"conclusion":null`, `"run_started_at":"2026-11-20T12:00:00Z"`, `"created_at":"2026-11-20T12:00:00Z"`, `"run_number":2`, `"path":".github/workflows/ci.yaml"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
	run.Status, run.Conclusion, run.Started, run.Updated = "completed", "success", noon.Add(time.Second), noon.Add(time.Minute)
	f.Report(run)
	runs, err = api.RecentRuns(t.Context(), "org/app", "ci.yaml", "main")
	if err != nil || len(runs) != 2 || !runs[0].Succeeded() || runs[0].UpdatedAt != run.Updated || runs[1].ID != 9 {
		t.Errorf("%+v, %v", runs, err)
	}
	page := answer[struct {
		Total int                  `json:"total_count"`
		Runs  []struct{ ID int64 } `json:"workflow_runs"`
	}](t, f, "org/app/actions/workflows/ci.yaml/runs?per_page=2&page=2")
	if page.Total != 3 || len(page.Runs) != 1 || page.Runs[0].ID != 9 {
		t.Errorf("%+v", page)
	}
	if _, err := api.Jobs(t.Context(), "org/app", 10); !remote.Is(err, remote.NotFound) {
		t.Errorf("a run of another repository: %v", err)
	}
}

func TestJobsOfManyPages(t *testing.T) {
	f := start(t)
	check(t, f.Init(t.Context(), "org/app", "main"))
	run := forge.Run{ID: 7, Repository: "org/app", Workflow: "ci.yaml", SHA: "abc", Status: "in_progress"}
	for i := range 205 {
		run.Jobs = append(run.Jobs, forge.Job{
			Name: fmt.Sprint("Test ", i), Status: "completed", Conclusion: "success", Created: noon, Started: noon.Add(time.Second),
			Labels: []string{"ubuntu-24.04"}, Steps: []forge.Step{{Name: "Set up job", Status: "completed", Conclusion: "success", Started: noon}},
			Annotations: []forge.Annotation{{Level: "warning", Title: "T", Message: fmt.Sprint("of ", i)}},
		})
	}
	f.Report(run)
	api := hub(f, forge.APIToken)
	jobs, err := api.Jobs(t.Context(), "org/app", 7)
	check(t, err)
	last := jobs[len(jobs)-1]
	if len(jobs) != 205 || last.Name != "Test 204" || last.ID != forge.JobID(7, 204) || last.URL != fmt.Sprintf("https://github.com/org/app/actions/runs/7/job/%d", last.ID) ||
		!last.CompletedAt.IsZero() || !last.StartedAt.Equal(noon.Add(time.Second)) || last.Labels[0] != "ubuntu-24.04" || !last.Steps[0].StartedAt.Equal(noon) {
		t.Errorf("%d jobs, the last is %+v", len(jobs), last)
	}
	said, err := api.Annotations(t.Context(), "org/app", last.ID)
	if err != nil || len(said) != 1 || said[0].Message != "of 204" || said[0].Level != "warning" || said[0].Title != "T" {
		t.Errorf("%+v, %v", said, err)
	}
	if _, err := api.Annotations(t.Context(), "org/app", forge.JobID(7, 205)); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
}

func TestARunWaitsForReviewers(t *testing.T) {
	f := start(t)
	check(t, f.Init(t.Context(), "org/app", "main"))
	run := forge.Run{ID: 7, Repository: "org/app", Workflow: "ci.yaml", Status: "waiting"}
	f.Report(run)
	f.SetPending(7, "staging")
	f.SetPending(7, "production", "ada", "grace")
	api := hub(f, forge.ReaderToken)
	waits, err := api.PendingDeployments(t.Context(), "org/app", 7)
	if err != nil || len(waits) != 2 || waits[1].Environment.Name != "production" || fmt.Sprint(waits[1].Asked()) != "[ada grace]" {
		t.Errorf("%+v, %v", waits, err)
	}
	run.Status = "completed"
	f.Report(run)
	if waits, err := api.PendingDeployments(t.Context(), "org/app", 7); err != nil || len(waits) != 0 {
		t.Errorf("%+v, %v", waits, err)
	}
}

func TestARunMayBeReportedWhileSomebodyAsks(t *testing.T) {
	f := start(t)
	check(t, f.Init(t.Context(), "org/app", "main"))
	run := forge.Run{ID: 7, Repository: "org/app", Workflow: "ci.yaml", Jobs: make([]forge.Job, 3)}
	f.Report(run)
	var both sync.WaitGroup
	both.Go(func() {
		for i := range 50 {
			run.Jobs[i%3].Name = fmt.Sprint(i)
			f.Report(run)
		}
	})
	for range 5 {
		if jobs, err := hub(f, forge.ReaderToken).Jobs(t.Context(), "org/app", 7); err != nil || len(jobs) != 3 {
			t.Errorf("%+v, %v", jobs, err)
		}
	}
	both.Wait()
}
