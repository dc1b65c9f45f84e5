package rules

var pods = []Rule{
	{
		ID:    "K10",
		Title: "pods run as Pod Security's level restricted asks",
		Why:   "A program that is broken into has the rights of its container. As its own user, without privileges and with a root that it cannot write to, it has few; Pod Security's level restricted asks for most of this.",
		Evidence: []Source{
			{Says: "Pod Security Standards", URL: "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
		},
		By:    Proof | Import | Output,
		Found: "pods give up the rights that they do not need",
		Check: either(provesK10, findsK10),
	},
	{
		ID:    "K11",
		Title: "each writable folder is an empty directory with a bound",
		Why:   "The root file system is read-only, so /tmp and the like are volumes. Without a bound one pod can fill the disk of its node.",
		By:    Output,
	},
	{
		ID:    "K12",
		Title: "pods have an account of their own",
		Why:   "Pods that name a missing account are refused, and the default one is shared. A token that the program does not use is not mounted.",
		By:    Import | Output,
		Check: findsK12,
	},
	{
		ID:    "K13",
		Title: "the application has its three probes",
		Why:   "Startup, readiness and liveness ask for different things. If liveness asks what readiness asks, a slow database restarts every pod.",
		Evidence: []Source{
			{Says: "probes", URL: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"},
		},
		By:    Proof | Import | Output,
		Found: "three probes that ask different things",
		Check: either(provesK13, findsK13),
	},
	{
		ID:    "K14",
		Title: "every container says what it needs",
		Why:   "The scheduler places a pod by its requests, and without limits one pod takes memory or disk from all others of its node.",
		By:    Import | Output,
		Check: findsK14,
	},
	{
		ID:    "K15",
		Title: "a rollout takes no pod away before a new one is ready",
		Why:   "With maxUnavailable 0 the old pods serve until the new ones do. With too few pods, the loss of one node is felt.",
		By:    Promise | Output,
	},
	{
		ID:    "K16",
		Title: "a rollout that hangs is noticed",
		Why:   "By default a rollout may hang for ten minutes before it counts as failed, and Argo CD says Progressing for as long.",
		By:    Import | Output,
		Check: findsK16,
	},
	{
		ID:    "K17",
		Title: "nodes can be drained, and not all pods at once",
		Why:   "A budget that needs all pods blocks every drain of a node; without one a drain may take all pods at once.",
		Evidence: []Source{
			{Says: "disruption budgets", URL: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/"},
		},
		By:    Import | Output,
		Check: findsK17,
	},
	{
		ID:    "K19",
		Title: "network policies select the pods of one application by its instance label",
		Why:   "A label that more than one application has lets the wrong pods in, and a policy that forgets DNS stops everything.",
		By:    Output,
	},
	{
		ID:    "K22",
		Title: "a pod goes on serving for a moment before it stops",
		Why:   "A pod that stops at once still gets requests, since load balancers learn of it later. A short pause before the stop lets them.",
		By:    Promise | Output,
	},
	{
		ID:    "K23",
		Title: "an autoscaler alone sets the number of pods",
		Why:   "If a Deployment also names a number, each sync undoes what the autoscaler has decided.",
		Evidence: []Source{
			{Says: "Argo CD: leaving room for imperativeness", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/best_practices/"},
		},
		By:    Import | Output,
		Check: findsK23,
	},
	{
		ID:    "K27",
		Title: "no secret stands in git",
		Why:   "What was once committed stays in the history and in every clone. Manifests name Secrets, and other tools bring their values.",
		By:    Import | Output,
		Check: findsK27,
	},
	{
		ID:    "X09",
		Title: "pods may pull a private image",
		Why:   "A new package of GitHub's registry is private. Without a pull secret the first pod waits in ImagePullBackOff.",
		Evidence: []Source{
			{Says: "no API makes a package public", URL: "https://github.com/armbian/ci/pull/64"},
		},
		By:    Proof | Refusal,
		Check: provesX09,
	},
	{
		ID:    "X10",
		Title: "whatever is referenced is generated or declared to exist",
		Why:   "A pod that names a Secret, a ConfigMap or an account that is not there does not start. What somebody else makes is declared in the spec, and the README asks for it.",
		By:    Proof | Import,
		Found: "whatever a pod refers to is there",
		Check: either(provesX10, findsX10),
	},
}
