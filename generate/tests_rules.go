package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// testsFit refuses what does nothing beside the choice of how something is tested, and names of tests that an image has.
func testsFit(s input) diag.List {
	var out diag.List
	for _, t := range s.all {
		no := func(field, why, help string) {
			at := t.Value.At + "." + field
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at, Message: at + " does nothing: " + why, Help: help})
		}
		v := t.Value
		if language, of := v.Toolchain(); of != nil && v.Directory != "" {
			no("directory", "the steps are those of "+presets[language].title, "write it in "+schema.Join(v.At, language)+".directory")
		}
		if v.None == "" {
			continue
		}
		if v.Image == "" && t.ID != "" {
			no("none", "other tests are there", "leave the entry out")
		}
		for _, field := range []struct {
			name string
			set  bool
		}{
			{"report", v.Report != nil}, {"codecov", v.Codecov}, {"services", len(v.Services) > 0}, {"container", v.Container != nil}, {"env", len(v.Env) > 0}, {"timeout", v.Timeout > 0},
			{"permissions", len(v.Permissions) > 0}, {"uses", len(v.Uses) > 0}, {"secrets", len(v.Secrets) > 0},
			{"directory", v.Directory != ""}, {"needs", len(v.Needs) > 0}, {"matrix", len(v.Matrix) > 0},
			{"schedule", v.Schedule != ""},
		} {
			if field.set {
				no(field.name, "nothing is tested", "leave it out")
			}
		}
	}
	for _, t := range s.Tests {
		own := slices.IndexFunc(s.Tests, func(other schema.Named[schema.Test]) bool { return other.Value.Image == t.ID })
		if t.ID != "" && t.Value.Image == "" && own >= 0 {
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: t.Value.At,
				Message: fmt.Sprintf("%s and %s would be the same job, %s", t.Value.At, s.Tests[own].Value.At, testJob(t.ID)), Help: "take another name"})
		}
	}
	return out
}

// testsOrdered refuses needs that are not there, and tests that wait for one another.
func testsOrdered(s input) diag.List {
	var out diag.List
	var known []string
	needs := map[string][]string{}
	for _, t := range s.Tests {
		if t.ID != "" && t.Value.Image == "" {
			known = append(known, t.ID)
		}
		needs[t.ID] = t.Value.Needs
	}
	for _, t := range s.Tests {
		out = append(out, namedOnce(t.Value.At+".needs", t.Value.Needs, "test", known, "tests has no entries", "write the tests in tests, by name")...)
	}
	if len(out) > 0 {
		return out
	}
	for _, t := range s.Tests {
		if way := loop(needs, t.ID); way != nil {
			return diag.List{{Code: diag.JobLoop, Path: t.Value.At + ".needs",
				Message: fmt.Sprintf("the tests %s can never start: %s", t.ID, strings.Join(way, " waits for ")), Help: "take one of them out of needs"}}
		}
	}
	return nil
}

// mostLegs bounds the jobs of a matrix: each has a runner of its own, and GitHub runs so many at a time on its smallest
// plan.
const mostLegs = 20

// matrixFits bounds a matrix, and holds its releases of a language against the one that ships.
func matrixFits(s input) diag.List {
	var out diag.List
	for _, t := range s.Tests {
		at := t.Value.At + ".matrix"
		language, of := t.Value.Toolchain()
		out = append(out, legsFit(at, t.Value.Matrix, reachesInTests)...)
		for _, name := range sorted(t.Value.Matrix) {
			values, axis := t.Value.Matrix[name], schema.Join(at, name)
			if _, both := t.Value.Env[name]; both {
				out = append(out, variableTwice(axis, t.Value.At))
			}
			if of == nil || name != "version" {
				continue
			}
			field := schema.Join(t.Value.At, language)
			switch {
			case of.VersionFile != "":
				out = append(out, diag.Diagnostic{Code: diag.ChooseOne, Path: field + ".versionFile",
					Message: field + ".versionFile names a release, and " + axis + " names several", Help: "keep one"})
			case of.Version != "" && !slices.Contains(values, of.Version):
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "X22", Path: axis,
					Message: fmt.Sprintf("%s has not %q, which %s.version says is what ships", axis, of.Version, field), Help: "add it: tests run on what ships"})
			}
		}
	}
	return out
}

// legsFit bounds a matrix, whose values are variables of its job.
func legsFit(at string, matrix map[string][]string, reserved func(string) string) diag.List {
	var out diag.List
	legs := 1
	for _, name := range sorted(matrix) {
		legs *= len(matrix[name])
		out = append(out, eachOnce(schema.Join(at, name), matrix[name], "")...)
		out = append(out, reaching(at, map[string]string{name: ""}, reserved)...)
	}
	if legs > mostLegs {
		out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at,
			Message: fmt.Sprintf("%s makes %d jobs, and %d is the most", at, legs, mostLegs), Help: "leave values out: what ships is what has to be tested"})
	}
	return out
}

func variableTwice(axis, job string) diag.Diagnostic {
	return diag.Diagnostic{Code: diag.Duplicate, Path: axis, Message: axis + " is a variable of " + job + ".env as well", Help: "keep one"}
}
