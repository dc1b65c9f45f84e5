package rules

var argocd = []Rule{
	{
		ID:    "A01",
		Title: "the output has only fields that the target release of Argo CD knows",
		Why:   "An older server refuses a newer field, or drops it and does something else. So the spec names the release.",
		By:    Output,
	},
	{
		ID:    "A02",
		Title: "an application has a project of its own",
		Why:   "The project default allows every source, cluster and kind. One of its own allows this repository, this namespace and the kinds that are rendered.",
		By:    Import | Output,
	},
	{
		ID:    "A03",
		Title: "the project allows the namespace that is created",
		Why:   "Argo CD may only create a namespace if the project allows that kind. Without it the very first sync fails.",
		Evidence: []Source{
			{Says: "a first sync that failed", URL: "https://github.com/argoproj/argo-cd/issues/22869"},
		},
		By: Import | Output,
	},
	{
		ID:    "A04",
		Title: "the namespace has a security level",
		Why:   "The label makes the cluster refuse pods with too many rights. In a namespace that other teams use it would refuse their pods too, so there it is not set.",
		By:    Refusal | Import | Output,
	},
	{
		ID:    "A05",
		Title: "the branch is named in full",
		Why:   "A short name may be a branch or a tag, and Argo CD asks for both. The full name is one thing and is found faster.",
		By:    Import | Output,
	},
	{
		ID:    "A06",
		Title: "Argo CD looks at every folder that the overlay reads",
		Why:   "The annotation lists the folders whose changes count. What it leaves out is ignored, by webhook and poll alike.",
		By:    Proof | Import | Output,
		Found: "Argo CD looks at every folder that it renders",
	},
	{
		ID:    "A07",
		Title: "auto-sync says what it does",
		Why:   "Whether Argo CD removes what git no longer has, and undoes what somebody changed by hand, must not be left to defaults that nobody reads.",
		By:    Import | Output,
	},
	{
		ID:    "A08",
		Title: "a failed sync is tried again",
		Why:   "Argo CD tries a commit once. A server that was away for a minute then leaves it undeployed until the next commit.",
		By:    Import | Output,
	},
	{
		ID:    "A09",
		Title: "no sync replaces what is running",
		Why:   "Replace and Force delete an object and make it again. Its pods are gone in between.",
		By:    Import | Output,
	},
	{
		ID:    "A10",
		Title: "what is to be ignored is there",
		Why:   "An exception for a field that is not there, or whose path is not escaped, ignores nothing, and nobody notices.",
		By:    Import | Output,
	},
	{
		ID:    "A11",
		Title: "a finalizer says how it deletes",
		Why:   "The bare name of the finalizer draws a warning. With the way of deleting in its name the reader knows what a deletion does.",
		By:    Import | Output,
	},
	{
		ID:    "A12",
		Title: "the project's roles speak of this project and may see logs",
		Why:   "Since Argo CD 3.0 to see an application does not include its logs: they have a right of their own.",
		Evidence: []Source{
			{Says: "notes to 3.0", URL: "https://argo-cd.readthedocs.io/en/stable/operator-manual/upgrading/2.14-3.0/"},
		},
		By:    Proof | Import | Output,
		Found: "whoever sees an application sees its logs",
	},
	{
		ID:    "A13",
		Title: "the cluster is named once",
		Why:   "A destination with both a name and an address is refused.",
		By:    Import | Output,
	},
	{
		ID:    "A15",
		Title: "texts say that Argo CD watches git, and how often",
		Why:   "Argo CD sees no push to a registry, and by default looks at git every few minutes only. Who is promised more waits in vain or looks in the wrong place.",
		Evidence: []Source{
			{Says: "how often Argo CD looks", URL: "https://argo-cd.readthedocs.io/en/stable/faq/"},
		},
		By: Output,
	},
	{
		ID:    "A18",
		Title: "after each sync a Job asks the application",
		Why:   "Healthy says that pods are ready. A request by way of the Service also finds a wrong port, selector or network policy; a failure marks the sync and takes nothing back by itself.",
		By:    Output,
	},
	{
		ID:    "A20",
		Title: "notifications are subscribed to",
		Why:   "Whom Argo CD notifies is said by annotations. A field that only describes the application notifies nobody.",
		By:    Import | Output,
	},
	{
		ID:    "A21",
		Title: "sync windows that deny come before those that allow",
		Why:   "Where one window denies, nothing is synced, not even a rollback, unless syncs by hand are allowed. Where a window only allows, all other times are denied.",
		By:    Output,
	},
	{
		ID:    "A22",
		Title: "an ApplicationSet fills its template and deletes nothing that runs",
		Why:   "An element without a field would give an Application with an empty name or path, and a changed list could delete what runs. missingkey=error and preserveResourcesOnDeletion prevent both.",
		By:    Proof | Import | Output,
	},
	{
		ID:    "A23",
		Title: "no order of syncs switches automatic ones off",
		Why:   "A rolling sync of an ApplicationSet is in beta and takes automatic syncs away from its Applications. One deploy after the other does the same and keeps them.",
		Evidence: []Source{
			{Says: "progressive syncs", URL: "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Progressive-Syncs/"},
		},
		By: Import,
	},
	{
		ID:    "X14",
		Title: "one address of the GitOps repository, and a credential for it alone",
		Why:   "Two spellings of one address are two repositories for Argo CD, and the credential of one does not open the other.",
		By:    Proof | Import | Output,
		Found: "one GitOps repository",
	},
	{
		ID:    "X17",
		Title: "the project allows the kinds that are rendered, those that the cluster makes of them down to pods, and no others",
		Why:   "A kind that the project does not list stops the sync. One that is listed and not used is a right that nobody asked for.",
		By:    Proof | Import | Output,
	},
}
