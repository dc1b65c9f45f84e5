package generate

import (
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// PipelineFile is the spec for readers, at the root of the code repository.
const PipelineFile = "PIPELINE.md"

// pipelineData is what its template may name.
type pipelineData struct {
	Header, Name, Intent, SpecFile, Picture string
	Criteria                                []pipelineCriterion
	Components                              []pipelineComponent
	NonGoals                                []pipelineNonGoal
}

type (
	pipelineCriterion struct{ ID, Statement, Mode, How string }
	pipelineComponent struct{ ID, Purpose, Owner string }
	pipelineNonGoal   struct{ ID, Statement, Reason, Guard string }
)

func (r *renderer) pipelineMD() {
	p := r.plan
	d := pipelineData{
		Header:   r.htmlHeader(),
		Name:     p.Name,
		Intent:   markdown(p.Intent),
		SpecFile: markdown(r.plan.SpecFile),
		Picture:  FlowOf(p).Mermaid(),
	}
	for _, c := range Promises(p) {
		d.Criteria = append(d.Criteria, pipelineCriterion{markdown(c.ID), markdown(c.Statement), string(c.Kind.Mode), markdown(c.How)})
	}
	for _, c := range p.Components {
		d.Components = append(d.Components, pipelineComponent{markdown(c.ID), markdown(c.Purpose), markdown(c.Owner)})
	}
	for _, n := range p.NonGoals {
		guard := "not guarded"
		if n.Guard != "" {
			guard = "`" + n.Guard + "`"
		}
		d.NonGoals = append(d.NonGoals, pipelineNonGoal{markdown(n.ID), markdown(n.Statement), markdown(n.Reason), guard})
	}
	r.readme(artifact.Code, PipelineFile, "readme/pipeline.md", d)
}

// htmlHeader is the header of a Markdown file.
func (r *renderer) htmlHeader() string {
	return artifact.HeaderMarker + " " + Version + " from " + r.plan.SpecFile + "; do not edit. Change that file and run: pipegen generate" + r.specFlag()
}

// Markdown makes text mean itself in a line of Markdown.
func Markdown(s string) string { return markdown(strings.ReplaceAll(s, "\n", " ")) }
