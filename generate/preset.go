package generate

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// preset is how the projects of a language are tested as a rule. A further language is a field of the spec's tests, a
// value of this type in a file of its own, and its scripts.
type preset struct {
	// title is how messages call the language.
	title string
	// managers are its package managers by name, the usual one first; none where it has a single one.
	managers []string
	// versioned are the managers whose release the spec may name.
	versioned []string
	// files are those from which the release of the language can be read, the usual one first; none where the spec has to
	// name the release.
	files []string
	// locks are the lock files by package manager.
	locks map[string]lock
	// format is that of the coverage report, "" where the command of the tests has a gate of its own. report is where it is,
	// seen from the folder of the project, by the package manager; "" is any.
	format string
	report map[string]string
	// steps set the tools up, install what is locked, and run the tests.
	steps func(project) []plan.ToolStep
}

// presets are by the field of the spec that asks for them.
var presets = map[string]preset{
	"python": python, "go": golang, "node": node, "java": java, "rust": rust, "dotnet": dotnet, "php": php, "ruby": ruby,
}

// project is what a preset sees of a test.
type project struct {
	schema.Toolchain
	// at is the place of the toolchain in the spec.
	at string
	// cached says whether what is installed may come from a cache, and measured whether a coverage report is wanted.
	cached, measured bool
	// least is the coverage that is promised, nil for none.
	least *plan.Criterion
	// server is the id of the server that Maven reads packages from with a password, "" for none.
	server string
	// everyVersion says that the release is that of the matrix.
	everyVersion bool
	// tools are those that are downloaded, by name.
	tools map[string]pins.Tool
}

// presetOf is the preset of a test, with the project that it sees; nil where the steps are the author's own.
func presetOf(s input, t schema.Named[schema.Test]) (*preset, project) {
	language, of := t.Value.Toolchain()
	if of == nil {
		return nil, project{}
	}
	p, least := presets[language], s.demands.By(plan.Covered, testJob(t.ID), "")
	out := project{Toolchain: *of, at: schema.Join(t.Value.At, language), cached: takesCache(s), least: least, measured: least != nil || t.Value.Codecov && p.format != "", tools: toolsOf(s)}
	for _, f := range s.Feeds {
		out.server = cmp.Or(out.server, f.Value.Maven)
	}
	if _, out.everyVersion = t.Value.Matrix["version"]; out.everyVersion {
		out.Version = "${{ matrix.version }}"
	}
	if out.PackageManager == "" && len(p.managers) > 0 {
		out.PackageManager = p.managers[0]
	}
	return &p, out
}

// takesCache reports whether dependencies may come from a cache: a workflow that publishes on tags takes none (W32).
func takesCache(s input) bool {
	return s.Source.ReleaseTags == "" && !strings.Contains(s.Source.Branch, "release")
}

// field is an input or a variable that the spec says.
func (p project) field(name, field string, v any) plan.Value {
	return plan.Value{Name: name, Path: p.at + "." + field, Value: v}
}

// tool is a variable that names the release of a tool.
func (p project) tool(name, tool string) plan.Value {
	return plan.Value{Name: name, Path: p.tools[tool].Path, Value: p.tools[tool].Version}
}

// in is a file of the project, from the root of the repository.
func (p project) in(file string) string { return path.Join(p.Directory, file) }

// below are inputs that only a project in a folder needs.
func (p project) below(name, value string) []plan.Value {
	if p.Directory == "." {
		return nil
	}
	return []plan.Value{{Name: name, Value: p.in(value)}}
}

// version is the release of the language, of the spec or of the matrix.
func (p project) version(name string) plan.Value {
	if p.everyVersion {
		return plan.Value{Name: name, Value: p.Version}
	}
	return p.field(name, "version", p.Version)
}

// release is the input that names the release of the language, or the file that does. Without a usual file it is none.
func (p project) release(version, file, usual string) []plan.Value {
	switch {
	case p.Version != "":
		return []plan.Value{p.version(version)}
	case p.VersionFile != "":
		return []plan.Value{p.field(file, "versionFile", p.in(p.VersionFile))}
	case usual == "":
		return nil
	}
	return []plan.Value{{Name: file, Value: p.in(usual)}}
}

// fromCache are the inputs of an action that takes what is installed from a cache, by a file below the project.
func (p project) fromCache(kind any, lock string) []plan.Value {
	if !p.cached {
		return nil
	}
	return append([]plan.Value{{Name: "cache", Value: kind}}, p.below("cache-dependency-path", lock)...)
}

func using(name, uses string, with ...[]plan.Value) plan.ToolStep {
	return plan.ToolStep{Name: name, Uses: uses, With: slices.Concat(with...)}
}

func running(name, script string, env ...plan.Value) plan.ToolStep {
	return plan.ToolStep{Name: name, Scripts: []string{script}, Env: env, Fetches: name == installLocked}
}

const installLocked = "Install the locked dependencies"

// test runs the author's command, or else one of two scripts: test-NAME or, where coverage is wanted, test-coverage-NAME.
// What both begin with may be in a script of its own.
func (p project) test(name string, begin ...string) plan.ToolStep {
	step := plan.ToolStep{Name: "Run the tests", Tests: true}
	switch {
	case p.Run != "":
		step.Run = p.field("", "run", p.Run)
	case p.measured:
		step.Scripts = append(begin, "test-coverage-"+name)
	default:
		step.Scripts = append(begin, "test-"+name)
	}
	return step
}

// promised is the least coverage, for the gate.
func promised(c *plan.Criterion) plan.Value {
	return plan.Value{Name: "COVERAGE_MIN", Path: c.At() + ".atLeast", Value: c.Percent()}
}
