// Package rules is the rulebook of the project: what must hold in a pipeline, why, and
// what holds it. Whatever cites the id of a rule, in code, in a message or in a document,
// means one of these. Each rule is a value with a check over a pipeline and, where there
// is a spec, the facts that only it can give.
//
// Most rules lie between files: the folder that CI edits and the one that Argo CD renders, the digest that
// is built and the one that is deployed. No linter looks there, since each file is
// right by itself.
//
// A proof looks at what a tool will see, never at the text of a template. Workflows
// are parsed and their expressions resolved through needs and outputs. Scripts are
// read as bash would, far enough to say which folder a command runs in, with which
// arguments and with which variables. Overlays are rendered by kustomize after the
// edit that CI's own command would make, with a sentinel for the digest: wherever
// that sentinel turns up, the deploy reaches, and where it does not, it does not.
//
// The other half of a proof is a second file, or a fact that only the spec can
// state; see Facts. The package knows nothing of the compiler, so that it cannot
// repeat the compiler's mistakes. The tests damage the output in some
// three hundred places and require that the rule in question notices, and change
// every single value of two specs' output: whatever nobody notices needs a reason.
//
// # What cannot be proven from files
//
//	X07  that GitHub gives a fork no secrets: the conditions are proven, GitHub's word is taken
//	X09  whether the package is private: only the registry knows; a declared Secret is proven to be used
//	X10  that a declared Secret exists in the cluster
//	X14  that the App is installed on the repository, and that Argo CD can read it
//	X15  that the branch exists and lets the credential push
//	X17  that the kinds exist in the cluster's release
//	X21  the USER that the Dockerfile takes from its base image; a USER of its own is
//	     proven if the Dockerfile is among the files, and CI compares the built image
//	X22  the release of the language in the image: proven for Python where the Dockerfile
//	     is among the files; that the same lock file is installed, only a build can tell
//	X23  on which nodes the cluster will schedule: node selectors and affinities are proven
//	X24  that a push with the run's own token starts nothing: GitHub's word is taken
//	X25  that the running program says its commit: labels and records are proven
//	X28  sentences; figures, names, paths and samples in them are proven
//	X30  which kustomize the installed Argo CD has: the spec's release is believed
//	X31  that a person waits, as the text asks
package rules
