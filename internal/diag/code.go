package diag

// Code names one kind of mistake. The output, the tests and docs/diagnostics.md use the same word.
type Code string

// Mistakes in the text of a spec.
const (
	TooLarge Code = "too-large"
	Encoding Code = "encoding"
	// Hidden means a character that a reader does not see.
	Hidden    Code = "hidden-character"
	Syntax    Code = "syntax"
	EmptySpec Code = "empty-spec"
	Import    Code = "import"
	Attribute Code = "attribute"
)

// Mistakes in what a spec says.
const (
	// Version means that the spec is not meant for this release of pipegen.
	Version Code = "version"

	Conflict     Code = "conflict"
	Cycle        Code = "cycle"
	Reference    Code = "reference"
	NoValue      Code = "no-value"
	UnknownField Code = "unknown-field"
	MissingField Code = "missing-field"
	WrongType    Code = "wrong-type"
	BadValue     Code = "bad-value"
	BadName      Code = "bad-name"
	ChooseOne    Code = "choose-one"
)

// Contradictions between parts of a spec, and promises that cannot be kept.
const (
	NotApplicable Code = "not-applicable"
	UnknownAction Code = "unknown-action"
	// Unpinned means an action that somebody could move under the workflow.
	Unpinned           Code = "unpinned-action"
	UnknownInput       Code = "unknown-input"
	UnknownEnvironment Code = "unknown-environment"
	UnknownName        Code = "unknown-name"
	EnvironmentLoop    Code = "environment-loop"
	UnknownJob         Code = "unknown-job"
	JobLoop            Code = "job-loop"
	// Reserved means a name or a piece of work that is pipegen's own.
	Reserved        Code = "reserved"
	Duplicate       Code = "duplicate"
	Contradiction   Code = "contradiction"
	Unmeasured      Code = "unmeasured"
	PromiseTooShort Code = "promise-too-short"
	// Patch means a JSON patch that does not fit the file that it is for.
	Patch Code = "patch"
)

// Faults in the output, found by the tools that will read it.
const (
	Workflow Code = "workflow"
	Script   Code = "script"
	Overlay  Code = "overlay"
	// Internal is a fault that no value of the spec caused: a bug of pipegen.
	Internal Code = "internal"
)

// Faults in the repositories on disk.
const (
	Drift    Code = "drift"
	Missing  Code = "missing-file"
	Orphan   Code = "orphan-file"
	Foreign  Code = "foreign-file"
	Blocked  Code = "blocked-path"
	Manifest Code = "manifest"
	// Pins means a pin of an action or a tool that must not be used, in a file, in the lock or in the spec.
	Pins Code = "pins"
	// FirstRun means that a job asks for a file that the repository does not have.
	FirstRun Code = "first-run"
)

// What import reports about a pipeline that was written by hand.
const (
	// Flaw means a rule that the original files break.
	Flaw Code = "flaw"
	// Inexpressible means something that a spec cannot express and the draft leaves out.
	Inexpressible Code = "inexpressible"
	// Migration means an object in the cluster that a draft would lose, or could not change.
	Migration Code = "migration"
)

// All is every code with what a finding of it is about, in the order of the table.
var All = []struct {
	Code  Code
	About string
}{
	{TooLarge, "The spec has more bytes than are read."},
	{Encoding, "The spec holds bytes that are not UTF-8."},
	{Hidden, "The text holds a character that a reader does not see."},
	{Syntax, "The spec is not CUE."},
	{EmptySpec, "The spec says nothing."},
	{Import, "The spec imports a package."},
	{Attribute, "The spec has an attribute that would read a file or act."},
	{Version, "The spec is not meant for this release of pipegen."},
	{Conflict, "The spec gives one field two values."},
	{Cycle, "A value of the spec depends on itself."},
	{Reference, "A value refers to a name that is defined nowhere."},
	{NoValue, "A field has a type or a constraint where a value belongs."},
	{UnknownField, "The spec has a field that pipegen does not know."},
	{MissingField, "A field that every spec needs is not there."},
	{WrongType, "A value is of another type than its field."},
	{BadValue, "A value is not among those that its field allows."},
	{BadName, "A name is not one that its place can hold."},
	{ChooseOne, "Of several fields just one must be set."},
	{NotApplicable, "A field does nothing beside the others."},
	{UnknownAction, "An action is not in the table of pinned actions."},
	{Unpinned, "An action could be moved under the workflow."},
	{UnknownInput, "An action has no such input."},
	{UnknownEnvironment, "The spec names an environment that it does not have."},
	{UnknownName, "The spec names an image, a workload, a cluster or an environment that it does not have."},
	{EnvironmentLoop, "Environments wait for one another."},
	{UnknownJob, "The spec names a job that the workflow does not have."},
	{JobLoop, "Jobs wait for one another."},
	{Reserved, "A name or a piece of work is pipegen's own."},
	{Duplicate, "Two things have one name."},
	{Contradiction, "Two parts of the spec cannot both hold."},
	{Unmeasured, "A criterion promises a number that nothing would measure."},
	{PromiseTooShort, "A promise is shorter than what it must contain."},
	{Patch, "A patch of the spec does not fit the generated file that it names."},
	{Workflow, "actionlint refuses the workflow."},
	{Script, "shellcheck objects to a script of the spec."},
	{Overlay, "kustomize cannot build an overlay."},
	{Internal, "The output is faulty and no value of the spec caused it: a bug of pipegen."},
	{Drift, "A generated file is not what the spec gives."},
	{Missing, "A file that the spec gives is not there."},
	{Orphan, "pipegen wrote a file that the spec gives no longer."},
	{Foreign, "A file that pipegen did not write is where it would write one."},
	{Blocked, "A generated file cannot be written where it belongs."},
	{Manifest, "The list of pipegen's files is not that of this spec."},
	{Pins, "An action is pinned to what must not be used."},
	{FirstRun, "A job asks for a file that the repository does not have."},
	{Flaw, "A file that was written by hand breaks a rule."},
	{Inexpressible, "A file that was written by hand does what a spec cannot say."},
	{Migration, "An object in the cluster would be lost with its data, or cannot be changed as a draft would."},
}

// About is what a finding with the code is about, "" for a code that a rule brings.
func (c Code) About() string {
	for _, a := range All {
		if a.Code == c {
			return a.About
		}
	}
	return ""
}
