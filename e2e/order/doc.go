// Package order tries the deliveries of one pipeline in every order that GitHub may give
// them, with the real generated scripts and real git (O08 of the rules).
//
// A story begins after the last push. From then on, one thing after the other happens: the
// image of a run is built, a job ends, somebody approves, runs something again, rolls back,
// starts the pipeline by hand, or edits a live folder. The explorer tries all that can
// happen in each state, the shorter stories first, and holds the state against the rules
// O01 to O07, and those of several images (images.go), whenever nothing more happens by
// itself. What it finds first is thus a shortest story, which it prints as a table.
//
// Which jobs there are, what they need, on which condition, in which group, and what their
// steps do is read from the generated workflows. GitHub is imitated: the groups as they are
// documented (queue.go), needs, if and outputs (model.go), and the actions that check out
// repositories and ask for a token (job.go). gh and docker are stood in for; bash, git and kustomize
// are the real ones, except that what kustomize says of the very same files is asked once.
//
// All commits are made at one moment, so that a state of the GitOps repository is a commit
// that comes out again whenever the same happened. A job is run once for each state that it
// can find, and remembered.
//
// A job takes effect at the moment at which it ends. That two of them push at once is not
// tried here: the scripts begin anew then, which TestPushesAtOnce of e2e/act tries.
package order
