package diag

// Code names one kind of mistake. The same word stands in the output, the tests
// and docs/diagnostics.md.
type Code string

// Mistakes in the text of a spec.
const (
	TooLarge  Code = "too-large"
	Encoding  Code = "encoding"
	Syntax    Code = "syntax"
	EmptySpec Code = "empty-spec"
	Import    Code = "import"
	Attribute Code = "attribute"
)

// Mistakes in what a spec says.
const (
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

// Contradictions between parts of a spec, and promises that cannot be held.
const (
	NotApplicable      Code = "not-applicable"
	UnknownAction      Code = "unknown-action"
	UnknownInput       Code = "unknown-input"
	UnknownEnvironment Code = "unknown-environment"
	EnvironmentLoop    Code = "environment-loop"
	Duplicate          Code = "duplicate"
	Contradiction      Code = "contradiction"
	Unmeasured         Code = "unmeasured"
	PromiseTooShort    Code = "promise-too-short"
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
	Drift   Code = "drift"
	Missing Code = "missing-file"
	Foreign Code = "foreign-file"
	Blocked Code = "blocked-path"
)

// All is every code, in the order of the table.
var All = []Code{
	TooLarge, Encoding, Syntax, EmptySpec, Import, Attribute,
	Conflict, Cycle, Reference, NoValue, UnknownField, MissingField, WrongType, BadValue, BadName, ChooseOne,
	NotApplicable, UnknownAction, UnknownInput, UnknownEnvironment, EnvironmentLoop, Duplicate, Contradiction, Unmeasured, PromiseTooShort,
	Workflow, Script, Overlay, Internal,
	Drift, Missing, Foreign, Blocked,
}
