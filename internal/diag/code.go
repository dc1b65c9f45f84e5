package diag

// Code names one kind of mistake. The output, the tests and docs/diagnostics.md use
// the same word.
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
	// Pins means a pin of an action or a tool that must not be used, in a file, in
	// the lock or in the spec.
	Pins Code = "pins"
)

// What import reports about a pipeline that was written by hand.
const (
	// Flaw means a rule that the original files break.
	Flaw Code = "flaw"
	// Inexpressible means something that a spec cannot express and the draft leaves
	// out.
	Inexpressible Code = "inexpressible"
)

// All is every code, in the order of the table.
var All = []Code{
	TooLarge, Encoding, Hidden, Syntax, EmptySpec, Import, Attribute,
	Version, Conflict, Cycle, Reference, NoValue, UnknownField, MissingField, WrongType, BadValue, BadName, ChooseOne,
	NotApplicable, UnknownAction, Unpinned, UnknownInput, UnknownEnvironment, EnvironmentLoop, UnknownJob, JobLoop, Reserved, Duplicate, Contradiction, Unmeasured, PromiseTooShort, Patch,
	Workflow, Script, Overlay, Internal,
	Drift, Missing, Orphan, Foreign, Blocked, Manifest, Pins,
	Flaw, Inexpressible,
}
