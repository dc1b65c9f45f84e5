package forge

import "strconv"

// numbered is a run with its number among those of its workflow.
type numbered struct {
	Run
	number int
}

func runOf(q question, r numbered, name string) map[string]any {
	id, workflow := strconv.FormatInt(r.ID, 10), id(r.Repository+"/"+r.Workflow)
	self, suite := apiURL(r.Repository, "actions/runs", id), apiURL(r.Repository, "check-suites", id)
	repository := namedRepository(r.Repository)
	return map[string]any{
		"id": r.ID, "node_id": "WFR_" + id, "name": name, "path": ".github/workflows/" + r.Workflow, "workflow_id": workflow,
		"run_number": r.number, "run_attempt": 1, "event": r.Event, "display_title": name,
		"head_branch": word(r.Branch), "head_sha": r.SHA, "head_commit": headOf(q, r.SHA), "status": word(r.Status), "conclusion": word(r.Conclusion),
		// A run that waits began and changed when it was made.
		"created_at": moment(r.Created), "run_started_at": moment(first(r.Started, r.Created)), "updated_at": moment(first(r.Updated, r.Started, r.Created)),
		"url": self, "html_url": htmlURL(r.Repository, "actions/runs", id), "check_suite_url": suite,
		"jobs_url": self + "/jobs", "logs_url": self + "/logs", "artifacts_url": self + "/artifacts", "cancel_url": self + "/cancel", "rerun_url": self + "/rerun",
		"workflow_url": apiURL(r.Repository, "actions/workflows", strconv.FormatInt(workflow, 10)),
		"repository":   repository, "head_repository": repository,
		"actor": account("developer"), "triggering_actor": account("developer"), "pull_requests": []any{},
	}
}

// headOf is the commit of a run, null where the repository has it no longer.
func headOf(q question, sha string) any {
	c, err := q.commit(q.Context(), sha)
	if err != nil {
		return nil
	}
	who := func(p person) any { return map[string]any{"name": p.name, "email": p.email} }
	return map[string]any{
		"id": c.sha, "tree_id": c.tree, "message": c.message, "timestamp": moment(c.committer.at),
		"author": who(c.author), "committer": who(c.committer),
	}
}

func jobOf(r Run, j Job, place int, workflow string) map[string]any {
	run, id := strconv.FormatInt(r.ID, 10), strconv.FormatInt(JobID(r.ID, place), 10)
	steps := make([]any, len(j.Steps))
	for i, s := range j.Steps {
		steps[i] = map[string]any{
			"name": s.Name, "number": i + 1, "status": s.Status, "conclusion": word(s.Conclusion),
			"started_at": moment(s.Started), "completed_at": moment(s.Completed),
		}
	}
	made := first(j.Created, r.Created)
	return map[string]any{
		"id": JobID(r.ID, place), "node_id": "CR_" + id, "name": j.Name, "workflow_name": workflow,
		"run_id": r.ID, "run_attempt": 1, "run_url": apiURL(r.Repository, "actions/runs", run),
		"head_branch": word(r.Branch), "head_sha": r.SHA, "status": j.Status, "conclusion": word(j.Conclusion),
		"created_at": moment(made), "started_at": moment(first(j.Started, made)), "completed_at": moment(j.Completed),
		"url": apiURL(r.Repository, "actions/jobs", id), "check_run_url": apiURL(r.Repository, "check-runs", id),
		"html_url": htmlURL(r.Repository, "actions/runs", run, "job", id),
		"labels":   each(j.Labels, func(l string) any { return l }), "steps": steps,
		"runner_id": nil, "runner_name": nil, "runner_group_id": nil, "runner_group_name": nil,
	}
}
