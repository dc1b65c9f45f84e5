package criteria

import "regexp"

// Part is a part of the output: the lines of some files below some keys. A kind rests on its parts: a difference in one
// of them may take out what keeps the promise.
type Part struct {
	file, key, step, text string
	what                  string
	Role                  Role
	// Figure is a number or a word whose every value the kind's Proof holds against the promise.
	Figure bool
}

// Role says what a part does for what rests on it.
type Role int

const (
	// Gate is where something is stopped or refused.
	Gate Role = iota
	// Landmark stops nothing, but is a place to look at.
	Landmark
	// Ground is what the gates need in order to bite, such as the shell in which a script runs. It is wide: whole jobs and
	// objects, less what is known to harm nothing.
	Ground
)

// Stops is a part that stops something. The patterns are of the file's path and of the keys that lead to a line, joined
// by dots and without places in lists, such as jobs.test.steps.run. What says in a few words what it is, and may name
// groups of the key's pattern.
func Stops(file, key, what string) Part { return Part{file: file, key: key, what: what, Role: Gate} }

// Shows is a part that stops nothing and is listed for its criterion alone.
func Shows(file, key, what string) Part {
	return Part{file: file, key: key, what: what, Role: Landmark}
}

// needs is a part without which others do not bite.
func needs(file, key, what string) Part { return Part{file: file, key: key, what: what, Role: Ground} }

// In narrows a part to the step of an id.
func (p Part) In(step string) Part {
	p.step = step
	return p
}

// Where narrows a part to lines whose text matches as well.
func (p Part) Where(text string) Part {
	p.text = text
	return p
}

// calculated marks a figure.
func (p Part) calculated() Part {
	p.Figure = true
	return p
}

// Pattern is a part that is ready to be held against lines.
type Pattern struct {
	Part
	files, keys, texts *regexp.Regexp
}

// Compile readies a part.
func (p Part) Compile() Pattern {
	return Pattern{p, regexp.MustCompile(p.file), regexp.MustCompile(p.key), regexp.MustCompile(p.text)}
}

// Touches reports whether the part may be in a file.
func (p Pattern) Touches(file string) bool { return p.files.MatchString(file) }

// Match says what a line of a step is, where it belongs to the part.
func (p Pattern) Match(file, key, step, text string) (what string, ok bool) {
	if p.step != "" && p.step != step || !p.files.MatchString(file) || !p.keys.MatchString(key) || !p.texts.MatchString(text) {
		return "", false
	}
	return string(p.keys.ExpandString(nil, p.what, key, p.keys.FindStringSubmatchIndex(key))), true
}

// The files of the output, as patterns of their paths where the spec is at the root of the repository.
const (
	InPipeline     = `^\.github/workflows/ci\.yaml$`
	InRollback     = `^\.github/workflows/rollback\.yaml$`
	InPromotion    = `^\.github/workflows/promote\.yaml$`
	InRendering    = `^\.github/workflows/render\.yaml$`
	InWorkflows    = `^\.github/workflows/(ci|rollback)\.yaml$`
	InWriters      = `^\.github/workflows/(ci|promote|rollback)\.yaml$`
	InDeployment   = `base/(deployment|statefulset|rollout)\.yaml$`
	InFields       = `base/rollout-fields\.yaml$`
	InOverlays     = `overlays/[^/]+/kustomization\.yaml$`
	InAnalysis     = `base/analysis-[\w-]+\.yaml$`
	InAlerts       = `overlays/[^/]+/alerts/[\w.-]+\.yaml$`
	InService      = `base/service(-new)?\.yaml$`
	InPolicies     = `(base|smoke)/networkpolicy\.yaml$`
	InScaler       = `base/(horizontalpodautoscaler|scaledobject)\.yaml$`
	InBudget       = `base/poddisruptionbudget\.yaml$`
	InSmoke        = `smoke/job\.yaml$`
	InJob          = `base/job\.yaml$`
	InCronJob      = `base/cronjob\.yaml$`
	InApplications = `(applications|applicationsets)/[^/]+\.yaml$`
	// What brings the Applications from git may change them on the way.
	inArgoCD  = `(applications|applicationsets|roots)/[^/]+\.yaml$`
	InProject = `projects/[^/]+\.yaml$`

	// Container leads to a container of a pod.
	Container = `^spec\.template\.spec\.containers\.`
)
