package rules_test

const (
	guests     = "previews"
	previewing = ".github/workflows/previews.yaml"
	previewSet = "applicationsets/guestbook-previews.yaml"
)

// previewMutations: what gives a pull request more than its own, leaves it there, or lets in too many.
var previewMutations = []mutation{
	{rule: "a27", name: "Applications stay", spec: guests, file: previewSet, old: `applicationsSync: sync`, new: "applicationsSync: create-update"},
	{rule: "a27", name: "what runs stays", spec: guests, file: previewSet, old: `preserveResourcesOnDeletion: false`, new: "preserveResourcesOnDeletion: true"},
	{rule: "a27", name: "no finalizer", spec: guests, file: previewSet, old: `      finalizers:\n.*\n`, new: ""},
	{rule: "a27", name: "one namespace for all", spec: guests, file: previewSet, old: `(server: .*\n        namespace: guestbook-pr-).*`, new: "${1}1"},
	{rule: "a27", name: "rendered for another namespace", spec: guests, file: previewSet, old: `(          namespace: )guestbook-pr-.*`, new: "${1}guestbook"},
	{rule: "a27", name: "the overlay of production", spec: guests, file: previewSet, old: `overlays/preview`, new: "overlays/production"},
	{rule: "a27", name: "the project of production", spec: guests, file: previewSet, old: `project: guestbook-previews`, new: "project: guestbook"},
	{rule: "a27", name: "a project for every namespace", spec: guests, file: "projects/guestbook-previews.yaml", old: `namespace: guestbook-pr-\*`, new: "namespace: guestbook*"},
	{rule: "a27", name: "a generator of pull requests without previews", spec: set, file: setFile, old: `  - list:\n`, new: "  - pullRequest: {github: {owner: a, repo: b}}\n  - list:\n"},

	{rule: "w57", name: "another image", spec: guests, file: previewSet, old: `ghcr.io/example/guestbook/guestbook:`, new: "ghcr.io/example/guestbook/other:"},
	{rule: "w57", name: "another tag", spec: guests, file: previewSet, old: `\.head_sha`, new: ".head_short_sha"},
	{rule: "w57", name: "no image", spec: guests, file: previewSet, old: `          images:\n.*\n`, new: ""},
	{rule: "w57", name: "the tag of a release", spec: guests, file: previewing, old: `tags: .*`, new: "tags: ghcr.io/example/guestbook/guestbook:latest"},
	{rule: "w57", name: "a tag of the number alone", spec: guests, file: previewing, old: `(tags: .*number }})-.*`, new: "${1}"},
	{rule: "w57", name: "the environment of production", spec: guests, file: previewing, job: "preview", old: `    permissions:`, new: "    environment: production\n    permissions:"},
	{rule: "w57", name: "a secret", spec: guests, file: previewing, job: "admit", old: `GH_TOKEN: .*`, new: "GH_TOKEN: $${{ secrets.GITOPS_TOKEN }}"},
	{rule: "w57", name: "it may write the source", spec: guests, file: previewing, job: "preview", old: `contents: read`, new: "contents: write"},
	{rule: "x07", name: "forks push as well", spec: guests, file: previewing, job: "preview", old: ` && github.event.pull_request.head.repo.full_name == github.repository`, new: ""},
	{rule: "x07", name: "no label is asked for", spec: guests, file: previewing, job: "preview", old: ` && contains\(.*`, new: ""},
	{rule: "w16", name: "the labels need a right", spec: guests, file: previewing, job: "admit", old: `pull-requests: write`, new: "pull-requests: read"},

	{rule: "w56", name: "one label is enough", spec: guests, file: previewSet, old: `        - preview-ready\n`, new: ""},
	{rule: "w56", name: "more than there may be", spec: guests, file: previewing, job: "admit", old: `MOST_PREVIEWS: 5`, new: "MOST_PREVIEWS: 50"},
	{rule: "w56", name: "another label", spec: guests, file: previewing, job: "admit", old: `PREVIEW_READY: .*`, new: "PREVIEW_READY: ready"},
	{rule: "w56", name: "two count at once", spec: guests, file: previewing, job: "admit", old: `group: previews-guestbook`, new: "group: previews-$${{ github.run_id }}"},
	{rule: "w56", name: "one is dropped", spec: guests, file: previewing, job: "admit", old: `      queue: max\n`, new: ""},
	{rule: "w56", name: "nobody counts", spec: guests, file: previewing, job: "admit", old: `          MOST_PREVIEWS: 5\n`, new: ""},
}
