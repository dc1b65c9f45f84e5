package report

import (
	"errors"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

// checkout is a working directory below the root of a checkout, with one file.
var checkout = Frame{
	Version: "1.2.3", Dir: "/home/dev/shop/sub", Base: "/home/dev/shop",
	Read: func(name string) ([]byte, error) {
		if name == "/home/dev/shop/sub/pipeline.cue" {
			return []byte("one\ntwo\nname: \"é\", port: 80\n"), nil
		}
		return nil, errors.New("there is no such file")
	},
	Title: func(c diag.Code) string {
		return map[diag.Code]string{"x19": "It does not hold that ports agree."}[c]
	},
}

// nasty has values that are markup in one format or another.
var nasty = Report{
	Spec: "pipeline.cue",
	Diagnostics: diag.List{
		{Code: diag.BadValue, Rule: "T22", Path: "deploy.port", Pos: diag.Position{File: "pipeline.cue", Line: 3, Column: 15},
			Message: "deploy.port is 80%\r\n::error::x", Help: "type 8000, or 100%"},
		{Code: "x19", Rule: "X19", Pos: diag.Position{File: "/home/dev/shop/a,b:c%/ü d.yaml", Line: 9},
			Message: "see /home/dev/gitops/base.yaml:7 and [this](1) | `that`",
			Notes: []diag.Note{{Pos: diag.Position{File: "/home/dev/gitops/base.yaml", Line: 7}, Message: "the other side"},
				{Pos: diag.Position{File: "ci.yaml", Line: 2, Column: 1}, Message: "<b>here</b>"}}},
		{Code: diag.Drift, Pos: diag.Position{File: "/home/dev/gitops/base.yaml", Line: 4}, Message: "@all #1 *x* ##[error]"},
		{Code: diag.Missing, Severity: diag.Warning, Pos: diag.Position{File: "x.yaml"}, Message: "it is not there"},
		{Code: diag.Internal, Message: "no place"},
	},
	Changes: []workspace.Change{
		{File: artifact.File{Root: artifact.Code, Path: "a|b.yaml"}, Status: workspace.Foreign, Reason: "not <ours>"},
		{File: artifact.File{Root: artifact.GitOps, Path: "c.yaml"}, Status: workspace.Unchanged},
		{File: artifact.File{Root: artifact.GitOps, Path: "d.yaml"}, Status: workspace.Unchanged},
	},
	Notices: []string{"shellcheck is\nnot installed"},
}
