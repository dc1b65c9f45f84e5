package rules

var deploys = []Rule{
	{
		ID:    "W38",
		Title: "the GitOps commit can be run again",
		Why:   "A commit without a change fails, and so does a push after somebody else's. So the job takes the newest state, edits that, takes no change for success, and tries a push a few times.",
		By:    Import | Output,
		Check: findsW38,
	},
	{
		ID:    "W40",
		Title: "a deploy's commit says who and which run",
		Why:   "Somebody who reads the history of the GitOps repository must see which App wrote a commit and which run of which commit made it.",
		By:    Proof | Import | Output,
		Found: "the GitOps commit says whom it is by",
		Check: either(provesW40, findsW40),
	},
	{
		ID:    "W41",
		Title: "where people must approve, CI opens a pull request for a deploy",
		Why:   "A protected branch refuses the push of CI. A pull request that merges by itself after the approval goes the same way as every other change.",
		By:    Refusal | Output,
	},
	{
		ID:    "X01",
		Title: "CI edits the folder that Argo CD renders",
		Why:   "If CI edits a folder and Argo CD renders another, each deploy is green and nothing is ever deployed.",
		By:    Proof | Import,
		Check: either(provesX01, findsX01),
	},
	{
		ID:    "X13",
		Title: "one overlay, one Application, one deploy job, and their names agree",
		Why:   "An overlay without an Application is never deployed, and one with two is applied twice, perhaps with different policies.",
		By:    Proof | Import,
		Found: "one overlay, one Application, one deploy job",
		Check: either(provesX13, findsX13),
	},
	{
		ID:    "X15",
		Title: "CI pushes to the branch that Argo CD follows",
		Why:   "Commits on a branch that nobody follows deploy nothing.",
		By:    Proof | Import,
		Check: either(provesX15, findsX15),
	},
	{
		ID:    "X18",
		Title: "every field has one writer",
		Why:   "Two writers of one field undo one another for ever: CI and an updater the image, an autoscaler and replicas the number of pods.",
		By:    Proof | Refusal | Import,
		Found: "one writer for the image",
		Check: either(provesX18, findsX18),
	},
	{
		ID:    "X27",
		Title: "a rollback edits the same overlay in the same group and builds nothing",
		Why:   "Going back must not depend on a build that works, and must wait its turn like a deploy, or both push at once.",
		By:    Proof | Output,
		Check: provesX27,
	},
	{
		ID:    "X31",
		Title: "the first sync waits for the first deploy",
		Why:   "Before the first deploy there is no image, and pods would wait in ImagePullBackOff. So the text says what comes first.",
		By:    Proof | Output,
		Check: provesX31,
	},
	{
		ID:    "A14",
		Title: "what is deployed is taken back in git",
		Why:   "While Argo CD syncs by itself it refuses a rollback of its own, since git still says otherwise. What is taken back in git stays so, and the history shows who did it.",
		Evidence: []Source{
			{Says: "argocd app rollback under automatic sync", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/"},
		},
		By:    Import | Output,
		Check: findsA14,
	},
}
