package rules

var triggers = []Rule{
	{
		ID:    "W25",
		Title: "every event that needs the checks starts them",
		Why:   "Without merge_group a merge queue waits for a check that never starts; without workflow_dispatch nobody can start a run by hand when an event was lost.",
		By:    Import | Output,
		Check: findsW25,
	},
	{
		ID:    "W26",
		Title: "a required check always reports",
		Why:   "A workflow that path filters skip does not report its checks, and a required one of them is then pending for ever.",
		Evidence: []Source{
			{Says: "skipped but required checks", URL: "https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks"},
		},
		By:    Import | Output,
		Check: findsW26,
	},
	{
		ID:    "W27",
		Title: "one job reports for all",
		Why:   "A failed job skips those that need it, and a skipped job blocks no merge. One job that always runs and asks for all results turns that into a red check.",
		By:    Import | Output,
		Check: findsW27,
	},
	{
		ID:    "W28",
		Title: "no run of the release branch is stopped",
		Why:   "A stopped run of the release branch may have pushed an image and not deployed it, and its commit is never tested. Runs of a pull request are another matter: a newer push makes the older run useless.",
		By:    Proof | Import | Output,
		Check: either(provesW28, findsW28),
	},
	{
		ID:    "X07",
		Title: "pull requests test and build; every job that publishes is guarded",
		Why:   "What a pull request brings was read by nobody yet. A job without the guard publishes or deploys it before the merge.",
		By:    Proof | Refusal | Import | Output,
		Found: "pull requests and other branches publish nothing",
		Check: either(provesX07, findsX07),
	},
	{
		ID:    "X08",
		Title: "every trigger and tag that a job counts on can happen",
		Why:   "A rule for version tags never fires in a workflow that no tag starts, and a job that waits for an event which cannot happen is skipped in silence.",
		Evidence: []Source{
			{Says: "a prefix that gives no valid tag on some events", URL: "https://github.com/docker/metadata-action/issues/191"},
		},
		By:    Proof | Refusal | Import,
		Found: "what a job or a tag waits for can happen",
		Check: either(provesX08, findsX08),
	},
	{
		ID:    "X11",
		Title: "path filters let through all that ships",
		Why:   "If a filter leaves out the Dockerfile, a lock file or the workflow, a change of it is merged and nothing is built.",
		By:    Proof | Import,
		Found: "whatever changes the image starts its workflow",
		Check: either(provesX11, findsX11),
	},
	{
		ID:    "X24",
		Title: "a deploy's commit does not start the pipeline again",
		Why:   "Where code and desired state share a repository, the commit of a deploy is a push like any other. If it starts the pipeline, that deploys again, and so on.",
		By:    Proof | Import | Output,
		Check: either(provesX24, findsX24),
	},
	{
		ID:    "X29",
		Title: "the required check is a job's name and covers every job",
		Why:   "A name that people require and no job has is pending for ever; a job that the required check does not ask for may fail unseen.",
		By:    Proof | Output,
		Check: provesX29,
	},
}
