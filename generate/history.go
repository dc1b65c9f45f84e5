package generate

import (
	"path"
	"strings"

	"golang.org/x/mod/semver"
)

// Reason is what a release changed in its output, and why.
type Reason struct {
	Version string
	// Files is a pattern of base names, as path.Match has it, or a folder with a slash at
	// its end, wherever it lies.
	Files string
	// Text says what is different and why, in a sentence.
	Text string
}

// history is every change of the output that a spec does not ask for, the newest
// first. A release that changes a golden file adds its reason here.
var history = []Reason{
	{"0.4.0", "*", "The header names the version of pipegen that wrote the file, so that an upgrade can say what it changes."},
	{"0.4.0", ".pipegen/", "A manifest lists what pipegen wrote, so that an edit by hand can be distinguished from a change of the spec, and files that the spec gives no longer can be removed."},
	{"0.4.0", "ci.yaml", "Runs of one commit no longer share a concurrency group: the push of its tag stopped the run of its branch, or the other way round."},
	{"0.4.0", "ci.yaml", "Each deploy that waits gets its turn. One of an older commit, or of one that was taken back, deploys nothing and says so; an environment after another takes only what that one has deployed in the same run."},
	{"0.4.0", "ci.yaml", "An approval is a job of its own, with the environment NAME-approval, so that it holds up nobody else: move the required reviewers there."},
	{"0.4.0", "ci.yaml", "The image is tried with the folders and the memory of the pod: programs run from a folder of an emptyDir, and it belongs to the program's group."},
	{"0.4.0", "ci.yaml", "A deploy writes all images of the run in one commit, and leaves one alone that runs with the same digest already. The script is the same for one image and for several."},
	{"0.4.0", "ci.yaml", "An attestation that no criterion asks for is a job of its own, for which no deploy waits."},
	{"0.4.0", "ci.yaml", "An image that an earlier run has built is taken again only if it names its files itself and this workflow has attested it: whoever may push packages could have given another image its tag."},
	{"0.4.0", ".github/workflows/", "A spec in a folder has a build cache of its own, also where another one has an image of the same name."},
	{"0.4.0", "ci.yaml", "A script that several steps run is written once, and the others refer to it."},
	{"0.4.0", "job.yaml", "The smoke Job counts its promise from its first request: pulling its image is no part of it."},
	{"0.4.0", "rollback.yaml", "Deploys are a stack: two rollbacks of one step go two deploys back, and not forth and back; comments are no deploys, and names are unambiguous."},
	{"0.4.0", "rollback.yaml", "The live folder of then is restored, whatever was edited since; before, a revert of each deploy stopped at the first edit."},
	{"0.4.0", "rollback.yaml", "No rollback is dropped: each waits for its turn, for an approval in a job of its own, and is proposed on a branch of its own."},
	{"0.4.0", "rollback.yaml", "Several images are taken back together, and messages name what becomes of each; a commit that changes source-commit alone is no deploy, since nothing else runs after it."},
	{"0.4.0", "rollback.yaml", "A number of deploys with a zero before it, such as 08, is read as people mean it: bash took it for octal."},
	{"0.4.0", "projects/", "The project allows the replica sets and pods that a Deployment makes: Argo CD hid them, and with them the logs of the pods."},
	{"0.4.0", "projects/", "A description longer than the 255 characters that the cluster takes is cut at a word."},
	{"0.4.0", "deployment.yaml", "The line of the startup probe names the criterion that its figure comes from, where ready and endpoint are both promised."},
	{"0.4.0", "kustomization.yaml", "Where the base has a folder of your own, its labels are a component that comes before it: they were put on your objects too, whose pods then got the requests and rules for those of the workload."},
	{"0.4.0", "networkpolicy.yaml", "Pods that get the token of their account may reach the API server: they could look it up, and not call it."},
	{"0.4.0", "README.md", "It says who makes the namespaces, and what the label that Argo CD sets there does to other pods."},
	{"0.4.0", "README.md", "It names all that the spec declares to exist in existing, so that somebody makes it before the first deploy."},
	{"0.4.0", "README.md", "Explicit polling is said to notice a commit an interval later than before: a real Argo CD did, when a poll came just as its cached refs expired."},
	{"0.4.0", "README.md", "Where tags release, the environments also take the branch from which rollback.yaml runs: GitHub refused it."},
	{"0.4.0", "README.md", "Where tags release, the first step is to push a tag, and not to push."},
	{"0.4.0", "dependabot.yml", "A bot proposes newer actions; its configuration is written once and is yours from then on."},
}

// Since returns the reasons why a file that was written by an earlier release may look
// different now, the newest first. "" is a release before 0.4.0, the first to leave
// its name.
func Since(written, file string) []Reason {
	var out []Reason
	for _, r := range history {
		if written != "" && semver.Compare("v"+r.Version, "v"+written) <= 0 {
			continue
		}
		if matches(r.Files, file) {
			out = append(out, r)
		}
	}
	return out
}

// matches reports whether a file lies in the folder of a pattern that ends in a slash,
// or has a base name that the pattern fits.
func matches(pattern, file string) bool {
	if strings.HasSuffix(pattern, "/") {
		return strings.HasPrefix(file, pattern) || strings.Contains(file, "/"+pattern)
	}
	ok, err := path.Match(pattern, path.Base(file))
	return ok && err == nil
}
