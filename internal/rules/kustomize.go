package rules

import "github.com/pipegen/pipegen/internal/pipeline"

var kustomize = []Rule{
	{
		ID:    "K01",
		Title: "a base holds nothing of any environment",
		Why:   "What a base says holds for every environment. A namespace, an address or a tag there is production's in staging too.",
		By:    Import | Output,
		Check: emptyBases,
	},
	{
		ID:    "K02",
		Title: "labels leave selectors alone",
		Why:   "commonLabels writes into selectors as well, and the selector of a Deployment can never be changed.",
		Evidence: []Source{
			{Says: "tried with a Kubernetes API server"},
		},
		By:    Import | Output,
		Check: noCommonLabels,
	},
	{
		ID:    "K03",
		Title: "no field that kustomize has retired",
		Why:   "kustomize warns of such fields, and a later release drops them. Each has a successor that says the same.",
		By:    Import | Output,
		Check: noRetiredFields,
	},
	{
		ID:    "K09",
		Title: "one place makes the namespace",
		Why:   "kustomize puts objects into a namespace and makes none. If both a manifest and Argo CD make it, the labels of one are undone by the other.",
		By:    Proof | Import | Output,
		Check: oneNamespaceMaker,
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
		ID:     "X16",
		Title:  "one namespace and one cluster in overlay, Application, project and subjects",
		Why:    "An object that names another namespace is refused by the project, or lands where nobody looks for it; so is an Application that names another cluster.",
		Strict: "objects land in a namespace that is another application's",
		By:     Proof | Import,
		Found:  "one namespace and one cluster in overlay, Application and project",
		Check:  oneNamespace,
	},
	{
		ID:    "X20",
		Title: "selectors match this application's pods and no others",
		Why:   "A selector that finds no pod sends traffic nowhere or protects nothing; one that finds another application's does it to the wrong one.",
		By:    Proof | Import,
		Found: "selectors find their pods",
		Check: selectorsFindPods,
	},
	{
		ID:    "X32",
		Title: "who may call a workload gets to it, and nobody else",
		Why:   "A call passes two network policies. Where the caller's does not let out what the other's lets in, requests hang, and no error names a policy.",
		By:    Proof | Output,
		Check: callsPass,
	},
	{
		ID:    "X33",
		Title: "an overlay renders what runs in its environment, each workload as what it is",
		Why:   "A workload that an overlay forgets is missing in one environment alone, and one that it has too much runs where nobody looks for it.",
		By:    Proof,
		Check: rendersWhatRuns,
	},
}

// emptyBases looks for namespaces in a folder that several overlays share.
func emptyBases(c *Case) {
	c.folders(func(t *pipeline.Target, folder *pipeline.Folder, own bool) {
		if own {
			return
		}
		names := []pipeline.Node{folder.Kust.Get("namespace")}
		for _, file := range folder.Files {
			for _, d := range file.Docs {
				if ofArgoCD(pipeline.GroupOf(d.Get("apiVersion").Text()), d.Get("kind").Text()) {
					continue
				}
				names = append(names, d.Get("metadata", "namespace"))
			}
		}
		for _, n := range names {
			if n.OK() {
				c.broken(n.At(), t.At(), "set it in each overlay", "the base %s names the namespace %s", folder.Dir, quoted(n.Text()))
			}
		}
	})
}

func noCommonLabels(c *Case) {
	c.folders(func(_ *pipeline.Target, folder *pipeline.Folder, _ bool) {
		if n := folder.Kust.Get("commonLabels"); n.OK() {
			c.broken(n.At(), nowhere, "use labels: with includeTemplates: true", "commonLabels writes into selectors, which can never be changed, and is deprecated")
		}
	})
}

// retiredFields are fields of a kustomization that newer ones took the place of.
var retiredFields = []struct{ field, by string }{
	{"bases", "resources"}, {"patchesStrategicMerge", "patches"}, {"patchesJson6902", "patches"}, {"vars", "replacements"},
}

func noRetiredFields(c *Case) {
	c.folders(func(_ *pipeline.Target, folder *pipeline.Folder, _ bool) {
		for _, r := range retiredFields {
			if n := folder.Kust.Get(r.field); n.OK() {
				c.broken(n.At(), nowhere, "use "+r.by, "the field %s is deprecated", r.field)
			}
		}
	})
}

// oneNamespaceMaker looks for a namespace that a manifest and Argo CD both make.
func oneNamespaceMaker(c *Case) {
	for _, o := range c.overlays {
		manifests := o.Kinds("Namespace")
		for _, app := range o.Apps {
			policy := app.Get("spec", "syncPolicy")
			if len(manifests) > 0 && (policy.Get("managedNamespaceMetadata").OK() || pipeline.HasOption(app, "CreateNamespace=true")) {
				c.broken(manifests[0].At(), policy.Get("syncOptions").At(), "remove one of the two", "the namespace %s is made by this manifest and by Argo CD", manifests[0].Name)
			}
		}
	}
}
