// Package frompipeline drafts a spec from a pipeline that was written by hand: each value
// says where it was read, and what a spec cannot say is listed.
package frompipeline

import (
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Draft returns the text of a spec that says what the originals do and that the judge
// accepts, and warnings about all that it leaves out. The facts stand in where the
// originals say nothing.
func Draft(m *pipeline.Model, facts detect.Facts, judge draft.Judge) ([]byte, diag.List, error) {
	d := &drafter{m: m, facts: facts, places: deployments(m)}
	d.tree.Head = head
	d.head()
	test := d.testJob()
	d.image()
	d.deploy()
	d.environments()
	d.gitopsRepository()
	d.argocd()
	d.criteria(test)
	d.inexpressible(test)
	if err := draft.Settle(d, judge); err != nil {
		return nil, nil, err
	}
	text, err := draft.Finish(d, judge)
	return text, d.tree.Left, err
}

// Mark begins the comment on a line whose value the originals do not give.
const Mark = draft.Mark

const head = `// Drafted by 'pipegen import' from the pipeline that is there. Each line says where it
// was read; what is marked as guessed stands nowhere. 'pipegen generate --out DIR' shows what it gives.
`

// drafter is a draft while it is read out of the originals.
type drafter struct {
	m     *pipeline.Model
	facts detect.Facts
	tree  draft.Tree

	name, repository, branch string
	places                   []*deployment
	// gitops are the repository and the branch of the manifests that the draft has.
	gitops struct{ repository, branch string }
}

// add puts a value that was read at a place into the draft.
func (d *drafter) add(value any, at pipeline.Place, path ...string) *draft.Setting {
	return d.tree.Root.Put(draft.Read(value, placeOf(at)), path...)
}

// guess puts a value into the draft that the originals do not give.
func (d *drafter) guess(value any, why string, path ...string) *draft.Setting {
	return d.tree.Root.Put(draft.Guess(value, why), path...)
}

// leave notes what the draft cannot say, with what to do instead or "".
func (d *drafter) leave(at pipeline.Place, help, format string, args ...any) {
	d.tree.Leave(placeOf(at), help, format, args...)
}

func placeOf(at pipeline.Place) draft.Place {
	if !at.Known() {
		return draft.Place{}
	}
	return draft.Place{Path: at.File.Path, File: at.File.Place, Line: at.Line}
}

// Write gives the text of the draft, with a step in place of tests of which nothing
// was left.
func (d *drafter) Write() ([]byte, error) {
	if !d.tree.Root.Has("test", "python") && !d.tree.Root.Has("test", "steps") {
		d.guessedStep(guess.NoTests)
	}
	return d.tree.Write()
}

// Mend replaces or takes out what was refused. Once a step that runs something is out,
// nothing says that what is left tests the code: the promise goes with it.
func (d *drafter) Mend(refused diag.List) (changed bool, err error) {
	before := d.tree.Root.Items("test", "steps")
	changed, err = d.tree.Mend(refused)
	after := d.tree.Root.Items("test", "steps")
	for _, s := range before {
		run := s.Leaf("run")
		if run == nil || slices.Contains(after, s) || !d.tree.Root.Remove("criteria", "tested") {
			continue
		}
		d.tree.Leave(run.From, "once the tests are complete, state it again under criteria", "the criterion tested: of the tests, the step %q is left out", s.Leaf("name").Value)
	}
	return changed, err
}
