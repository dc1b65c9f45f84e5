package forge

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// actionsRoutes are the questions that the runs answer which tests report.
func (f *Forge) actionsRoutes() []route {
	return []route{
		{"GET", "/actions/workflows/{file}", true, f.workflow},
		{"GET", "/actions/workflows/{file}/runs", true, f.workflowRuns},
		{"GET", "/actions/runs/{run}", true, f.oneRun},
		{"GET", "/actions/runs/{run}/jobs", true, f.jobs},
		{"GET", "/actions/runs/{run}/pending_deployments", true, f.pendingDeployments},
		{"GET", "/check-runs/{job}/annotations", false, f.annotations},
	}
}

// workflowFile is what the default branch has of a workflow.
type workflowFile struct {
	name             string
	changed, created time.Time
}

// readWorkflow reads the file of a workflow; ok is unset where the default branch has none.
func readWorkflow(q question, file string) (w workflowFile, ok bool) {
	path := ".github/workflows/" + file
	text, err := q.run(q.Context(), "cat-file", "blob", "HEAD:"+path)
	if err != nil {
		return workflowFile{name: path}, false
	}
	var named struct {
		Name string `yaml:"name"`
	}
	// A file that is no YAML has no name, and GitHub calls it by its path.
	_ = yaml.Unmarshal([]byte(text), &named)
	w.name = cmp.Or(named.Name, path)
	if all, err := q.log(q.Context(), "HEAD", "--", path); err == nil && len(all) > 0 {
		w.changed, w.created = all[0].committer.at, all[len(all)-1].committer.at
	}
	return w, true
}

func (f *Forge) workflow(q question) (any, error) {
	file := q.PathValue("file")
	w, ok := readWorkflow(q, file)
	if !ok {
		return nil, notFound()
	}
	f.mutex.Lock()
	state := cmp.Or(f.of(q.repository).states[file], "active")
	f.mutex.Unlock()
	number := id(q.repository + "/" + file)
	return map[string]any{
		"id": number, "node_id": "W_" + strconv.FormatInt(number, 10), "name": w.name,
		"path": ".github/workflows/" + file, "state": state, "created_at": moment(w.created), "updated_at": moment(w.changed),
		"url":       apiURL(q.repository, "actions/workflows", strconv.FormatInt(number, 10)),
		"html_url":  htmlURL(q.repository, "blob", q.defaultBranch(q.Context()), ".github/workflows", file),
		"badge_url": htmlURL(q.repository, "actions/workflows", file, "badge.svg"),
	}, nil
}

func (f *Forge) workflowRuns(q question) (any, error) {
	file := q.PathValue("file")
	w, exists := readWorkflow(q, file)
	all := f.runsOf(q.repository, file)
	// GitHub knows a workflow that another branch has once it ran there.
	if !exists && len(all) == 0 {
		return nil, notFound()
	}
	parameters := q.URL.Query()
	var found []numbered
	for i, r := range all {
		fits := func(parameter string, values ...string) bool {
			wanted := parameters.Get(parameter)
			return wanted == "" || slices.Contains(values, wanted)
		}
		if fits("head_sha", r.SHA) && fits("branch", r.Branch) && fits("event", r.Event) && fits("status", r.Status, r.Conclusion) {
			found = append(found, numbered{r, i + 1})
		}
	}
	return map[string]any{
		"total_count":   len(found),
		"workflow_runs": each(paged(q, 30, 100, newestFirst(found)), func(r numbered) any { return runOf(q, r, w.name) }),
	}, nil
}

// asked is the run that the question names.
func (f *Forge) asked(q question) (Run, error) {
	number, err := strconv.ParseInt(q.PathValue("run"), 10, 64)
	if r, ok := f.run(q.repository, number); ok && err == nil {
		return r, nil
	}
	return Run{}, notFound()
}

func (f *Forge) oneRun(q question) (any, error) {
	r, err := f.asked(q)
	if err != nil {
		return nil, err
	}
	w, _ := readWorkflow(q, r.Workflow)
	number := slices.IndexFunc(f.runsOf(q.repository, r.Workflow), func(o Run) bool { return o.ID == r.ID }) + 1
	return runOf(q, numbered{r, number}, w.name), nil
}

func (f *Forge) jobs(q question) (any, error) {
	r, err := f.asked(q)
	if err != nil {
		return nil, err
	}
	w, _ := readWorkflow(q, r.Workflow)
	all := make([]map[string]any, len(r.Jobs))
	for i, j := range r.Jobs {
		all[i] = jobOf(r, j, i, w.name)
	}
	return map[string]any{
		"total_count": len(all),
		"jobs":        each(paged(q, 30, 100, all), func(j map[string]any) any { return j }),
	}, nil
}

func (f *Forge) pendingDeployments(q question) (any, error) {
	r, err := f.asked(q)
	if err != nil {
		return nil, err
	}
	return each(f.pending(r), func(w wait) any {
		number := id(q.repository + "/" + w.environment)
		return map[string]any{
			"environment": map[string]any{
				"id": number, "node_id": "EN_" + strconv.FormatInt(number, 10), "name": w.environment,
				"url":      apiURL(q.repository, "environments", w.environment),
				"html_url": htmlURL(q.repository, "deployments/activity_log") + "?environments_filter=" + w.environment,
			},
			"wait_timer": 0, "wait_timer_started_at": nil, "current_user_can_approve": false,
			"reviewers": each(w.reviewers, func(login string) any {
				return map[string]any{"type": "User", "reviewer": account(login)}
			}),
		}
	}), nil
}

func (f *Forge) annotations(q question) (any, error) {
	job, err := strconv.ParseInt(q.PathValue("job"), 10, 64)
	r, ok := f.run(q.repository, job/1000)
	if err != nil || job < 0 || !ok || job%1000 >= int64(len(r.Jobs)) {
		return nil, notFound()
	}
	return each(paged(q, 30, 100, r.Jobs[job%1000].Annotations), func(a Annotation) any {
		return map[string]any{
			"path": ".github", "blob_href": htmlURL(q.repository, "blob", r.SHA, ".github"), "start_line": 1, "end_line": 1,
			"start_column": nil, "end_column": nil, "annotation_level": a.Level, "title": a.Title, "message": a.Message, "raw_details": nil,
		}
	}), nil
}
