package rules

var kustomize = []Rule{
	{
		ID:    "K01",
		Title: "a base holds nothing of any environment",
		Why:   "What a base says holds for every environment. A namespace, an address or a tag there is production's in staging too.",
		By:    Import | Output,
		Check: findsK01,
	},
	{
		ID:    "K02",
		Title: "labels leave selectors alone",
		Why:   "commonLabels writes into selectors as well, and the selector of a Deployment can never be changed.",
		Evidence: []Source{
			{Says: "tried with a Kubernetes API server"},
		},
		By:    Import | Output,
		Check: findsK02,
	},
	{
		ID:    "K03",
		Title: "no field that kustomize has retired",
		Why:   "kustomize warns of such fields, and a later release drops them. Each has a successor that says the same.",
		By:    Import | Output,
		Check: findsK03,
	},
	{
		ID:    "K09",
		Title: "one place makes the namespace",
		Why:   "kustomize puts objects into a namespace and makes none. If both a manifest and Argo CD make it, the labels of one are undone by the other.",
		By:    Import | Output,
		Check: findsK09,
	},
	{
		ID:    "K21",
		Title: "objects carry the labels that Kubernetes recommends",
		Why:   "Name, instance, component, what they are part of and the owner let people and tools find what belongs together, across teams.",
		Evidence: []Source{
			{Says: "recommended labels", URL: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/"},
		},
		By: Output,
	},
	{
		ID:    "X16",
		Title: "one namespace in overlay, Application, project and subjects",
		Why:   "An object that names another namespace is refused by the project, or lands where nobody looks for it.",
		By:    Proof | Import,
		Found: "one namespace in overlay, Application and project",
		Check: either(provesX16, findsX16),
	},
	{
		ID:    "X20",
		Title: "selectors match this application's pods and no others",
		Why:   "A selector that finds no pod sends traffic nowhere or protects nothing; one that finds another application's does it to the wrong one.",
		By:    Proof | Import,
		Found: "selectors find their pods",
		Check: either(provesX20, findsX20),
	},
}
