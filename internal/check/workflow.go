package check

import (
	"bytes"
	"io"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/rhysd/actionlint"
)

func isWorkflow(f artifact.File) bool {
	return strings.HasPrefix(f.Path, ".github/workflows/") && strings.HasSuffix(f.Path, ".yaml")
}

// otherRelease matches what actionlint says about the inputs of an action that is named by the tag of a major version:
// it knows those of the release that was newest when actionlint was built. The compiler has compared the inputs with
// the pinned release already (W03).
var otherRelease = lazy.Regexp(`(?:is not defined in|is required by) action "[^"]+@v\d+"`)

var unknownLabel = lazy.Regexp(`^label "([^"]+)" is unknown`)

// ownRunner reports a message about the label of a runner that is none of GitHub's. Which labels other runners have, only
// the author knows.
func ownRunner(message string) bool {
	label := unknownLabel().FindStringSubmatch(message)
	return label != nil && !pipeline.OfGitHub(label[1])
}

// lintWorkflows runs actionlint, and returns the scripts that the spec's author wrote, which it has read on the way.
// Its own way of running shellcheck, one process for each step, is left out: see shellScripts.
func (c checker) lintWorkflows() (out diag.List, scripts []script, err error) {
	var last artifact.File
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{
		Oneline: true, // or it looks through the file for the line of each error, to print it
		OnRulesCreated: func(rules []actionlint.Rule) []actionlint.Rule {
			return append(rules, &reader{read: func(w *actionlint.Workflow) { scripts = append(scripts, scriptsOf(last, w)...) }})
		},
	})
	if err != nil {
		return nil, nil, err
	}
	for _, last = range c.files {
		if !isWorkflow(last) {
			continue
		}
		found, err := linter.Lint(last.Path, last.Content, nil)
		if err != nil {
			return nil, nil, err
		}
		var lines [][]byte
		for _, e := range found {
			if otherRelease().MatchString(e.Message) || ownRunner(e.Message) {
				continue
			}
			message := e.Message + " (actionlint: " + e.Kind + ")"
			if strings.HasPrefix(e.Message, queueUnknown) {
				if lines == nil {
					lines = bytes.SplitAfter(last.Content, []byte("\n"))
				}
				message = queue(lines, at{e.Line, e.Column})
			}
			if message != "" {
				out = append(out, c.finding(diag.Workflow, last, e.Line, e.Column, message))
			}
		}
	}
	return out, scripts, nil
}

// reader is a rule of actionlint that finds nothing, and is handed each workflow that the other rules read.
type reader struct {
	actionlint.RuleBase
	read func(*actionlint.Workflow)
}

func (r *reader) VisitWorkflowPre(w *actionlint.Workflow) error {
	r.read(w)
	return nil
}
