package check

import (
	"io"
	"regexp"
	"strings"

	"github.com/rhysd/actionlint"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

func isWorkflow(f artifact.File) bool {
	return f.Root == artifact.Code && strings.HasPrefix(f.Path, ".github/workflows/") && strings.HasSuffix(f.Path, ".yaml")
}

// otherRelease is what actionlint says of the inputs of an action that it knows by the
// tag of a major version, from the release that was newest when actionlint was built.
// The inputs were held against those of the pinned release already (W03).
var otherRelease = regexp.MustCompile(`(?:is not defined in|is required by) action "[^"]+@v\d+"`)

// lintWorkflows runs actionlint. Its own way of running shellcheck, one process
// for each step, is left out: see shellScripts.
func (c checker) lintWorkflows() (diag.List, error) {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		return nil, err
	}
	var out diag.List
	for _, f := range c.files {
		if !isWorkflow(f) {
			continue
		}
		found, err := linter.Lint(f.Path, f.Content, nil)
		if err != nil {
			return nil, err
		}
		var holders map[at]*yaml.Node
		for _, e := range found {
			if otherRelease.MatchString(e.Message) {
				continue
			}
			message := e.Message + " (actionlint: " + e.Kind + ")"
			if strings.HasPrefix(e.Message, queueUnknown) {
				if holders == nil {
					holders = holdersOf(f.Content)
				}
				message = queue(holders, e)
			}
			if message != "" {
				out = append(out, c.finding(diag.Workflow, f, e.Line, e.Column, message))
			}
		}
	}
	return out, nil
}
