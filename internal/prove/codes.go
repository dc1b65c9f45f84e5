package prove

import "github.com/pipegen/pipegen/internal/diag"

// Rules that lie between files. Each code is the rule's own number.
const (
	X01 diag.Code = "x01"
	X02 diag.Code = "x02"
	X03 diag.Code = "x03"
	X04 diag.Code = "x04"
	X05 diag.Code = "x05"
	X06 diag.Code = "x06"
	X07 diag.Code = "x07"
	X08 diag.Code = "x08"
	X09 diag.Code = "x09"
	X10 diag.Code = "x10"
	X11 diag.Code = "x11"
	X12 diag.Code = "x12"
	X13 diag.Code = "x13"
	X14 diag.Code = "x14"
	X15 diag.Code = "x15"
	X16 diag.Code = "x16"
	X17 diag.Code = "x17"
	X18 diag.Code = "x18"
	X19 diag.Code = "x19"
	X20 diag.Code = "x20"
	X21 diag.Code = "x21"
	X22 diag.Code = "x22"
	X23 diag.Code = "x23"
	X24 diag.Code = "x24"
	X25 diag.Code = "x25"
	X26 diag.Code = "x26"
	X27 diag.Code = "x27"
	X28 diag.Code = "x28"
	X29 diag.Code = "x29"
	X30 diag.Code = "x30"
	X31 diag.Code = "x31"
)

// Rules of one tool's own that only hold together with another file or job.
const (
	// A06: a change of any folder that an overlay reads makes Argo CD render again.
	A06 diag.Code = "a06"
	// A12: a role of the project speaks of this project, and may see logs.
	A12 diag.Code = "a12"
	// A22: an ApplicationSet makes what the spec says, and deletes nothing that runs.
	A22 diag.Code = "a22"
	// K10: every pod is one that Pod Security's level restricted lets in.
	K10 diag.Code = "k10"
	// K13: the application has its three probes.
	K13 diag.Code = "k13"
	// W19: no expression stands inside of a script.
	W19 diag.Code = "w19"
	// T02: nothing is published or deployed without the tests before it.
	T02 diag.Code = "t02"
	// W16: a job has the rights that its steps need, and no others.
	W16 diag.Code = "w16"
	// W21: secrets appear only in jobs with an environment.
	W21 diag.Code = "w21"
	// W28: no run of the release branch is stopped by a later one.
	W28 diag.Code = "w28"
	// W29: no job that writes to the GitOps repository is dropped while it waits.
	W29 diag.Code = "w29"
	// O02: an environment after another takes only what the same run has deployed there.
	O02 diag.Code = "o02"
	// O03: a deploy asks whether its commit was taken back.
	O03 diag.Code = "o03"
	// O04: a wait for an approval holds up nobody else.
	O04 diag.Code = "o04"
	// O07: a tag on a maintenance branch replaces no higher release, unless the spec says so.
	O07 diag.Code = "o07"
	// W39: an older run never replaces what a newer one deployed.
	W39 diag.Code = "w39"
	// W40: a deploy's commit says whom it is by and which run made it.
	W40 diag.Code = "w40"
)

// Rule is one row of the table of proofs.
type Rule struct {
	Code diag.Code
	// Title says what holds when the proof finds nothing.
	Title string
	check func(*model)
}

// Rules returns every rule that Run proves, in the order in which it does.
func Rules() []Rule { return append([]Rule(nil), rules...) }

var rules = []Rule{
	{X01, "CI edits the folder that Argo CD renders", x01},
	{X02, "images are replaced in overlays only", x02},
	{X03, "CI's edit names the image of the base, and its one entry", x03},
	{X04, "the build's digest travels as a job output to every user", x04},
	{X05, "after CI's edit the overlay renders the exact reference, and CI looks", x05},
	{X06, "the image has one name, in lower case, in every file", x06},
	{X07, "pull requests test and build; every job that publishes is guarded", x07},
	{X08, "every trigger and tag that a job counts on can happen", x08},
	{X09, "pods may pull a private image", x09},
	{X10, "whatever is referenced is generated or declared to exist", x10},
	{X11, "path filters let through all that ships", x11},
	{X12, "one application's deploy changes no other", x12},
	{X13, "one overlay, one Application, one deploy job, and their names agree", x13},
	{X14, "one address of the GitOps repository, and a credential for it alone", x14},
	{X15, "CI pushes to the branch that Argo CD follows", x15},
	{X16, "one namespace in overlay, Application, project and subjects", x16},
	{X17, "the project allows the kinds that are rendered, those that the cluster makes of them down to pods, and no others", x17},
	{X18, "every field has one writer", x18},
	{X19, "ports agree", x19},
	{X20, "selectors match this application's pods and no others", x20},
	{X21, "the image is tried as the pod runs it", x21},
	{X22, "tests run on what ships", x22},
	{X23, "every platform is built, joined and schedulable", x23},
	{X24, "a deploy's commit does not start the pipeline again", x24},
	{X25, "image and overlay name the commit that was built", x25},
	{X26, "other images are pinned, and hooks reach the application", x26},
	{X27, "a rollback edits the same overlay in the same group and builds nothing", x27},
	{X28, "texts state what the output does", x28},
	{X29, "the required check is a job's name and covers every job", x29},
	{X30, "CI renders with one kustomize release", x30},
	{X31, "the first sync waits for the first deploy", x31},
	{Promised, "the output keeps what the criteria promise", promises},
	{K10, "pods run as Pod Security's level restricted asks", k10},
	{K13, "the application has its three probes", k13},
	{W19, "no expression stands inside of a script", w19},
	{A06, "Argo CD looks at every folder that the overlay reads", a06},
	{A12, "the project's roles speak of this project and may see logs", a12},
	{A22, "an ApplicationSet fills its template and deletes nothing that runs", a22},
	{T02, "nothing is published or deployed before the tests, or out of order", t02},
	{W16, "each job has the rights that its steps need", w16},
	{W21, "secrets are read only in jobs with an environment", w21},
	{W28, "no run of the release branch is stopped", w28},
	{W29, "no job that writes to the GitOps repository is dropped while it waits", w29},
	{O02, "an environment after another takes only what the same run has deployed there", o02},
	{O03, "what was taken back does not come back by itself", o03},
	{O04, "a wait for an approval holds up nobody else", o04},
	{O07, "a release replaces a higher one only where the spec says so", o07},
	{W39, "an older run never replaces what a newer one deployed", w39},
	{W40, "a deploy's commit says who and which run", w40},
}
