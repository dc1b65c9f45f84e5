package rules

var order = []Rule{
	{
		ID:    "O01",
		Title: "the newest commit that passed its gates is live in the end, or its run is red",
		Why:   "A run that disappears in silence leaves an older image live, and everybody takes the newer one for deployed.",
		By:    Trial,
	},
	{
		ID:    "O02",
		Title: "an environment after another takes only what the same run has deployed there",
		Why:   "A deploy that gives way to a newer one has not tried its image anywhere. If the next environment of that run went on, it would take what nobody has seen work.",
		By:    Proof | Trial,
		Check: provesO02,
	},
	{
		ID:    "O03",
		Title: "what was taken back does not come back by itself",
		Why:   "Runs of the commit that was taken back may still wait, or be started again. They give way; a newer commit, or a person who says so, deploys.",
		By:    Proof | Trial,
		Check: provesO03,
	},
	{
		ID:    "O04",
		Title: "a wait for an approval holds up nobody else",
		Why:   "A job that waits for a person inside of a group keeps everybody else out of it, a rollback too. So the approval is in a job outside the group.",
		By:    Proof | Trial,
		Check: provesO04,
	},
	{
		ID:    "O05",
		Title: "a guard that cannot read what it needs stops the deploy",
		Why:   "A record that names no commit, a registry that does not answer, a branch that cannot be read: whoever goes on then decides without knowing.",
		By:    Trial,
	},
	{
		ID:    "O06",
		Title: "what names a deploy names one",
		Why:   "A short or ambiguous hash may mean two commits, and a commit that changes no image is no deploy. To go back to the wrong one is worse than not to go back.",
		By:    Trial,
	},
	{
		ID:    "O07",
		Title: "a release replaces a higher one only where the spec says so",
		Why:   "A mended older release is tagged after the newer one. By the time of the tag alone it would replace it.",
		By:    Proof | Trial,
		Check: provesO07,
	},
	{
		ID:    "O08",
		Title: "the orders of a few runs are all tried",
		Why:   "People think of three orders and GitHub knows more. So the real scripts run over real git in each order of a few runs, a repeated one, an approval and a rollback, and each guard is taken out once to see that it is missed.",
		By:    Trial,
	},
	{
		ID:    "W29",
		Title: "no job that writes to the GitOps repository is dropped while it waits",
		Why:   "By default one job may wait in a group, and a newcomer cancels it, whichever of the two is newer. With queue: max they wait and none is dropped, but in no promised order.",
		Evidence: []Source{
			{Says: "queues of a concurrency group", URL: "https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency"},
		},
		By:    Proof | Import,
		Found: "one deploy at a time, and none is stopped",
		Check: either(provesW29, findsW29),
	},
	{
		ID:    "W39",
		Title: "an older run never replaces what a newer one deployed",
		Why:   "A group lets one job in at a time and promises no order, so a slow older run may come last. The commit behind the live image is written beside it, and a run that finds a descendant of its own commit there gives way.",
		By:    Proof | Import,
		Found: "an older run never replaces a newer deploy",
		Check: either(provesW39, findsW39),
	},
	{
		ID:    "X12",
		Title: "one application's deploy changes no other",
		Why:   "Applications that share an overlay, a cache or a group drop, delay or overwrite one another.",
		By:    Proof | Import,
		Found: "one overlay's deploy waits for no other's",
		Check: either(provesX12, findsX12),
	},
}
