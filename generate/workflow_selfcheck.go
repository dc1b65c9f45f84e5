package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

const selfCheckTitle = "Check the pipeline's files"

// selfCheckJob compares the committed files with the spec in every run, with the release of pipegen that wrote them.
func (r *renderer) selfCheckJob(j plan.Job) yamldoc.Doc {
	return r.job(j, "github/self-check", yamldoc.Values{
		"checkout": r.uses("actions/checkout"),
		"setupGo":  r.uses("actions/setup-go"),
		"go":       r.ofTool("go", r.tool("go").Version),
		"version":  yamldoc.Of(Version),
		"install":  r.script("install-pipegen"),
		"spec":     yamldoc.Of(r.plan.SpecFile),
		"check":    r.script("self-check"),
	}, "# The files of this pipeline are what the spec gives. It reads, and pushes nothing.")
}
