// Package frompipeline drafts a spec from a pipeline that was written by hand: each value says where it was read, and
// what a spec cannot express is listed.
package frompipeline

import (
	"errors"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

// Drafted is a draft, with what it was read from.
type Drafted struct {
	// Text is the spec.
	Text []byte
	// Left are warnings about everything that it leaves out.
	Left diag.List
	// Own are the files that keep what a spec cannot say.
	Own []Own
	// Environments are those that were read, with what is rendered for them today.
	Environments []Environment
}

// Environment is one to which the originals deploy. Site is the name of one of its clusters in the draft, where that differs.
type Environment struct {
	Name    string
	Site    string
	Targets []*pipeline.Target
}

// Draft returns a spec that does what the originals do and that the judge accepts. Values that the originals do not give
// are guessed from the project. Where a spec and what it keeps cannot give what is rendered today, the manifests stay.
func Draft(m *pipeline.Model, project detect.Project, choice Choice, judge Judge) (Drafted, error) {
	out, d, err := attempt(m, project, choice, judge, choice.Own == Always)
	if d.own && choice.Own == "" && errors.As(err, new(draft.Unmended)) {
		choice.Own = Never // a chart that no spec can give an image
		out, _, err = attempt(m, project, choice, judge, false)
		return out, err
	}
	if choice.Own != "" || d.own || err != nil && !errors.As(err, new(draft.Unmended)) {
		return out, err
	}
	why := d.better()
	if why == "" {
		return out, err
	}
	if own, with, failed := attempt(m, project, choice, judge, true); failed == nil {
		with.leave(with.deployments[0].targets[0].At(), with.givenUp(), "that pipegen writes the manifests: they stay as they are, since %s", why)
		own.Left = with.tree.Left
		return own, nil
	}
	return out, err
}

func attempt(m *pipeline.Model, project detect.Project, choice Choice, judge Judge, own bool) (Drafted, *drafter, error) {
	d := &drafter{m: m, project: project, choice: choice, own: own, rendered: map[*pipeline.Target][]rendered{}, clusters: map[string]string{}}
	d.tree.Head = head
	d.findEdits()
	d.findImages()
	d.findCopies()
	if err := d.findDeployments(); err != nil {
		return Drafted{}, d, err
	}
	d.findPrograms()
	if err := d.chooseImages(); err != nil {
		return Drafted{}, d, err
	}
	if d.own && len(d.deployments) == 0 {
		return Drafted{}, d, ChoiceError{"own", "true", nil}
	}
	d.head()
	if err := d.tests(); err != nil {
		return Drafted{}, d, err
	}
	if d.own {
		d.ownManifests()
	} else {
		d.deploy()
		d.readers()
	}
	d.environments()
	d.fold()
	if !d.own {
		d.secrets()
		d.dependencies()
	}
	d.gitopsRepository()
	d.argocd()
	d.notices()
	d.criteria()
	d.ownJobs()
	d.inexpressible()
	with := func(text []byte) (diag.List, error) { return judge(text, d.authored()) }
	if err := draft.Settle(d, with); err != nil {
		d.unkept()
		return Drafted{Left: d.tree.Left}, d, err
	}
	if !d.own {
		d.keepSelectors()
		if err := draft.Settle(keeping{d}, with); err != nil {
			return Drafted{Left: d.tree.Left}, d, err
		}
	}
	d.unkept()
	out := Drafted{Left: d.tree.Left, Own: d.authored()}
	for _, p := range d.deployments {
		out.Environments = append(out.Environments, Environment{p.env, "", p.targets})
		for _, s := range p.clusters {
			out.Environments = append(out.Environments, Environment{p.env, s.site, s.targets})
		}
	}
	text, err := draft.Finish(d, with)
	out.Text = text
	return out, d, err
}

// Mark begins the comment on a line whose value the originals do not give.
const Mark = draft.Mark

const head = `// Drafted by 'pipegen import' from the pipeline that is there. Each line says where it
// was read; what is marked as guessed was in no file. 'pipegen generate --out DIR' shows what it gives.
`

// drafter is a draft while it is read from the originals.
type drafter struct {
	m       *pipeline.Model
	project detect.Project
	choice  Choice
	tree    draft.Tree
	// own says that the manifests stay as they are, and ownAt where the draft says so first.
	own   bool
	ownAt []string
	// guessedApp says why the application is guessed, guessedImage likewise, "" where they are not.
	guessedApp, guessedImage string

	name, repository, branch string
	// nameless are builds whose image gets its name only when they run.
	nameless []build
	// besideTests are the ports of what runs beside the tests, such as a database.
	besideTests []int
	// sourceBranch is where the branch is named, and guessedBranch why it is guessed, "" where it is not.
	sourceBranch  pipeline.Node
	guessedBranch string
	// releases says that pushes of git tags release, and not pushes to the branch.
	releases bool
	// edits are the changes of images in the manifests, one for each leg of the jobs that make them.
	edits []pipeline.Edit
	// images are all that the originals build or speak of, and chosen those of the draft.
	images, chosen []*image
	// copied are the copies that jobs make of them.
	copied      []*copied
	deployments []*deployment
	programs    []*program
	// rendered are the runs of programs by what renders them.
	rendered map[*pipeline.Target][]rendered
	// testRuns are how things are tested, the whole source first.
	testRuns []*testRun
	// several are the jobs of tests that are entries of tests, none where there is one.
	several []*pipeline.Job
	// clusters are what the draft calls the clusters besides argocd.server, by their names or addresses.
	clusters map[string]string
	// gitops are the repository and the branch of the manifests in the draft.
	gitops struct {
		repository, branch string
		// rendered says that Applications read branches to which a workflow renders.
		rendered bool
	}
	// owned are the jobs of the author's own.
	owned []*ownJob
	// scans are the steps by which Trivy refuses images.
	scans []*pipeline.Step
	// noticed are the jobs that the draft has as workflow.notify.
	noticed []*pipeline.Job
	// accepted are the rules that the originals break, for which somebody has to answer.
	accepted []acceptance
	// pieces are what a spec cannot say, and folders where they are kept; allowed are kinds that need no word.
	pieces   []*piece
	answered []answerer
	folders  []*ownFolder
	allowed  []string
}

// add puts a value that was read from a line into the draft.
func (d *drafter) add(value any, at pipeline.Place, path ...string) *draft.Setting {
	return d.tree.Root.Put(draft.Read(value, sourceLine(at)), path...)
}

// addText puts the text of a field into the draft, if the field is there.
func (d *drafter) addText(n pipeline.Node, path ...string) {
	if n.OK() {
		d.add(n.Text(), n.At(), path...)
	}
}

// below returns the paths of the fields below one.
func below(at ...string) func(path ...string) []string {
	return func(path ...string) []string { return slices.Concat(at, path) }
}

// guess puts a value into the draft that the originals do not give.
func (d *drafter) guess(value any, why string, path ...string) *draft.Setting {
	return d.tree.Root.Put(draft.Guess(value, why), path...)
}

// leave records what the draft cannot express, with what to do instead or "".
func (d *drafter) leave(at pipeline.Place, help, format string, args ...any) {
	d.tree.Leave(sourceLine(at), help, format, args...)
}

// leaveField records a field that the draft cannot express, if it is there.
func (d *drafter) leaveField(n pipeline.Node, help, format string, args ...any) {
	if n.OK() {
		d.leave(n.At(), help, format, args...)
	}
}

func sourceLine(at pipeline.Place) draft.SourceLine {
	if !at.Known() {
		return draft.SourceLine{}
	}
	return draft.SourceLine{Path: at.File.Path, File: at.File.Place, Line: at.Line}
}

// Write returns the text of the draft. If no step of some tests is left, it adds one that fails.
func (d *drafter) Write() ([]byte, error) {
	for _, t := range d.testRuns {
		if !slices.ContainsFunc(append(schema.Languages(), "steps"), func(how string) bool { return d.tree.Root.Has(t.field(how)...) }) {
			d.guessedStep(t, guess.NoTests)
		}
	}
	return d.tree.Write()
}

// Mend replaces or removes what was refused. Once a step of the tests is removed, the rest may no longer test the code,
// so the criterion is removed too.
func (d *drafter) Mend(refused diag.List) (changed bool, err error) {
	if d.giveUpJobs(refused) || d.own && d.answerOwn(refused) || !d.own && d.answer(refused) {
		return true, nil
	}
	before := d.steps()
	changed, err = d.tree.Mend(refused)
	if !changed && err == nil {
		changed = d.giveUpTests(refused)
	}
	after := d.steps()
	for _, s := range before {
		run := s.Leaf("run")
		if run == nil || slices.Contains(after, s) || !d.tree.Root.Remove("criteria", "tested") {
			continue
		}
		d.tree.Leave(run.From, "once the tests are complete, state it again under criteria", "the criterion tested: of the tests, the step %q is left out", s.Leaf("name").Value)
	}
	return changed, err
}

// giveUpTests takes out all steps that were read, where nothing else can be changed: as a step of the tests, a command may
// do what no test may. It reports whether there were any.
func (d *drafter) giveUpTests(refused diag.List) bool {
	changed := false
	for _, t := range d.testRuns {
		if t.job == nil || t.given {
			continue
		}
		t.given, changed = true, true
		for _, how := range append(schema.Languages(), "steps", "env", "secrets", "services") {
			d.tree.Root.Remove(t.field(how)...)
		}
		d.leave(t.job.At(), "write the tests under "+strings.Join(t.at, "."), "the steps of the job %s, of which the draft would be refused: %s", t.job.ID, refused.Sorted()[0].Message)
	}
	return changed
}

// steps are those of all tests.
func (d *drafter) steps() []*draft.Field {
	var out []*draft.Field
	for _, t := range d.testRuns {
		out = append(out, d.tree.Root.Items(t.field("steps")...)...)
	}
	return out
}
