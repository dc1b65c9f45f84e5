package generate

import "github.com/pipegen/pipegen/internal/yamldoc"

const (
	selfCheckTitle   = "Check the pipeline's files"
	selfCheckMinutes = 5
)

// selfCheckJob holds the committed files against the spec in every run, with the
// release of pipegen that wrote them.
func (r *renderer) selfCheckJob() yamldoc.Doc {
	if !r.plan.Spec.Pipegen.SelfCheck {
		return yamldoc.Doc{}
	}
	return r.fill("github/self-check", yamldoc.Values{
		"title":    r.own("pipegen.selfCheck", selfCheckTitle),
		"timeout":  yamldoc.Of(selfCheckMinutes),
		"checkout": r.uses("actions/checkout"),
		"setupGo":  r.uses("actions/setup-go"),
		"go":       r.ofTool("go", r.tool("go").Version),
		"version":  yamldoc.Of(Version),
		"install":  r.script("install-pipegen"),
		"spec":     yamldoc.Of(r.plan.SpecFile),
		"check":    r.script("self-check"),
	})
}
