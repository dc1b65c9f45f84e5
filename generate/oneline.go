package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// longestVariable is what Linux passes to a program as one variable, with its name and
// the byte behind it (MAX_ARG_STRLEN of execve).
const longestVariable = 128 * 1024

// assignments are variables as the steps of a workflow pass them on: a line each.
func assignments(vars map[string]string) string {
	var out strings.Builder
	for _, name := range sorted(vars) {
		fmt.Fprintf(&out, "%s=%s\n", name, vars[name])
	}
	return out.String()
}

// variablesFit bounds what reaches one step in one variable: a longer one keeps the step
// from starting, with no more than "Argument list too long".
func variablesFit(s input) diag.List {
	var out diag.List
	bound := func(at, variable, help string, vars map[string]string) {
		if size := len(variable) + len("=") + len(assignments(vars)) + 1; size > longestVariable {
			out = append(out, diag.Diagnostic{Code: diag.TooLarge, Path: at,
				Message: fmt.Sprintf("%s has %d bytes in all, and a step of the workflow takes %d at the most: Linux starts no program with a longer variable", at, size, longestVariable),
				Help:    help})
		}
	}
	for _, i := range s.Images {
		for _, w := range s.Workloads {
			if w.ID == triedAs(s, i) {
				bound(w.Value.At+".env", containerEnv, "put what is long into a file of the image, or write smokeTest: false in "+i.Value.At, w.Value.Env)
			}
		}
		bound(i.Value.At+".buildArgs", "INPUT_BUILD-ARGS", "put what is long into a file that the Dockerfile copies", i.Value.BuildArgs)
	}
	return out
}

// containerEnv is the variable that passes the container's variables to the smoke test.
const containerEnv = "CONTAINER_ENV"
