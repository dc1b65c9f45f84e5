package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/workspace"
	"github.com/pipegen/pipegen/schema"
)

// specOptions say which spec is compiled and where its repositories are.
type specOptions struct {
	spec, code, gitops, out string
	// found is set if the spec was not named, and progress is where to say which one was found.
	found    bool
	progress io.Writer
	// format is how the result is printed.
	format string
	// anyVersion compiles a spec that is meant for another release of pipegen too.
	anyVersion bool
	// schemas is a folder with the schemas of kinds that pipegen does not know.
	schemas string
	// deployed is what already runs in each environment, by the name of the image, when a tree is taken over.
	deployed map[string]map[string]plan.Deployed
}

func (o *specOptions) register(f *pflag.FlagSet, s streams) {
	o.registerSpec(f, s)
	o.registerCode(f)
	f.StringVar(&o.gitops, "gitops", "", "the GitOps repository (default: beside the code repository, by its name)")
	f.StringVar(&o.out, "out", "", "a folder that holds both repositories by their names")
}

// registerSpec adds the flag that every verb has, and registerCode that of all that need no GitOps repository on disk.
func (o *specOptions) registerSpec(f *pflag.FlagSet, s streams) {
	o.progress = s.err
	f.StringVarP(&o.spec, "file", "f", "", "the spec (default: pipeline.cue in this folder, else in the nearest one above it)")
}

func (o *specOptions) registerCode(f *pflag.FlagSet) {
	f.StringVar(&o.code, "code", "", "the code repository (default: the git repository around the spec, else the spec's folder)")
}

// compiled is a spec with its output, compared with the disk.
type compiled struct {
	*rendered
	changes []workspace.Change
	// custom are the author's own Kustomize files in addition to those that pipegen seeded.
	custom []artifact.File
	// brought are those of them that --out has to have too.
	brought []workspace.Change
	skipped []string
	// unseen says that the author's manifests are not here, and twice that they have what is generated as well: all else
	// that is found follows from that.
	unseen, twice bool
	// schemas are files with the schemas of further kinds.
	schemas []artifact.File
	// dockerfiles are the author's, by their paths, once somebody has asked for them.
	dockerfiles map[string]artifact.File
	// charts renders the author's charts.
	charts *check.Charts
	// renderer and texts cache what check and proofs have rendered and read.
	renderer *check.Renderer
	texts    pipeline.Texts
}

// located is a valid spec, and where its repositories are. Nothing in them has been read yet: a verb that writes to
// them locks them first.
type located struct {
	// source is the text of the spec.
	source []byte
	loaded *schema.Loaded
	roots  workspace.Roots
	// home are the repositories of the spec, where --out says that roots are others.
	home workspace.Roots
}

// rendered is a spec with its output, before it is compared with the disk.
type rendered struct {
	*located
	plan plan.Plan
	set  *artifact.Set
	lock pinning.LockFile
}

// load reads a spec. The list has its diagnostics.
func (o *specOptions) load() (*located, diag.List, error) {
	if err := o.placesFit(); err != nil {
		return nil, nil, err
	}
	o.find()
	src, err := readSpec(o.spec)
	if errors.Is(err, fs.ErrNotExist) {
		err = o.absent()
	}
	if err != nil {
		return nil, nil, failed(err)
	}
	loaded, found := schema.Load(filepath.ToSlash(o.spec), src)
	if bad := loaded.NotFor(generate.Version); len(bad) > 0 && !o.anyVersion {
		return nil, nil, o.mistaken(bad)
	}
	if found.Failed() {
		return nil, nil, o.mistaken(found)
	}
	source, deployed := loaded.Spec.Source.Repository, loaded.Spec.GitOps.Repository
	l := &located{source: src, loaded: loaded, roots: o.roots(source, deployed)}
	if o.out != "" {
		l.home = (&specOptions{spec: o.spec}).roots(source, deployed)
	}
	return l, found, nil
}

// placesFit refuses places that contradict each other, and a folder inside a repository as the code repository: GitHub
// would never read a workflow there, and the specs of two such folders would have one name.
func (o *specOptions) placesFit() error {
	if o.out != "" && (o.code != "" || o.gitops != "") {
		return exitError{exitUsage, errors.New("--out says where both repositories are: leave out --code and --gitops")}
	}
	if o.code == "" {
		return nil
	}
	if top := gitrepo.Root(o.code); top != "" && !oneFolder(top, o.code) {
		return exitError{exitUsage, fmt.Errorf("--code %s is a folder inside a repository, and GitHub reads workflows only at the top of one: leave --code out", o.code)}
	}
	return nil
}

// loadAndLock also keeps other runs from writing to the repositories until release is called, unless this run only
// reads.
func (o *specOptions) loadAndLock(looks bool) (l *located, found diag.List, release func(), err error) {
	release = func() {}
	if l, found, err = o.load(); err != nil || looks {
		return l, found, release, err
	}
	unlock, err := workspace.Lock(l.roots)
	if err != nil {
		return nil, nil, release, failed(err)
	}
	return l, found, unlock, nil
}

// lockAndCompile is loadAndLock and compile; a spec with mistakes is an error. The caller releases in any case.
func (o *specOptions) lockAndCompile(looks bool) (c *compiled, found diag.List, release func(), err error) {
	l, found, release, err := o.loadAndLock(looks)
	if err == nil {
		c, found, err = o.compile(l, found)
	}
	if err == nil && found.Failed() {
		err = o.mistaken(found)
	}
	return c, found, release, err
}

// render compiles a spec that has been read. The list has its diagnostics.
func (o *specOptions) render(l *located, found diag.List) (*rendered, diag.List, error) {
	r := &rendered{located: l}
	var bad diag.List
	var err error
	if r.lock, bad, err = pinning.ReadLock(r.roots); err != nil {
		return nil, nil, failed(plain(err))
	}
	judged := append(bad, r.lock.Judged(l.loaded.Spec.Pipegen.Pins)...)
	built, found, err := build.Loaded(l.loaded, found, generate.Options{SpecFile: o.specFile(l), Pins: r.lock.Pins(), Deployed: o.deployed})
	if err != nil {
		return nil, nil, bug(err)
	}
	if found = append(judged, found...); found.Failed() {
		return nil, nil, o.mistaken(found)
	}
	r.plan, r.set = built.Plan, built.Set
	return r, found, nil
}

// loadAndRender is for verbs that write nothing.
func (o *specOptions) loadAndRender() (*rendered, diag.List, error) {
	l, found, err := o.load()
	if err != nil {
		return nil, nil, err
	}
	return o.render(l, found)
}

// compile renders and checks a spec that has been read, and compares the result with the disk. It writes nothing.
func (o *specOptions) compile(l *located, found diag.List) (*compiled, diag.List, error) {
	r, found, err := o.render(l, found)
	if err != nil {
		return nil, nil, err
	}
	return o.hold(r, found)
}

// compare says what is on disk where the output goes, and what of it a bot has bumped.
func (r *rendered) compare() ([]workspace.Change, error) {
	changes, err := workspace.Compare(r.set, r.roots)
	if err != nil {
		return nil, err
	}
	changes = pinning.OneBot(changes, r.roots)
	pinning.MarkBumps(changes)
	return changes, nil
}

// hold checks a spec that has been rendered, and compares its output with the disk.
func (o *specOptions) hold(r *rendered, found diag.List) (*compiled, diag.List, error) {
	var err error
	c := &compiled{rendered: r, renderer: check.NewRenderer()}
	if c.schemas, err = o.schemaFiles(); err != nil {
		return nil, nil, err
	}
	if c.changes, err = r.compare(); err != nil {
		return nil, nil, failed(err)
	}
	if err := c.seededAtHome(); err != nil {
		return nil, nil, failed(err)
	}
	files := effective(c.changes)
	if c.custom, err = c.customFiles(files); err != nil {
		return nil, nil, failed(err)
	}
	if err := c.readCharts(); err != nil {
		return nil, nil, failed(err)
	}
	if bad := c.charts.Faults(files); len(bad) > 0 {
		return c, append(found, c.loaded.Place(bad)...), nil
	}
	if bad := c.givenTwice(files); len(bad) > 0 {
		c.twice = true
		return c, append(found, c.loaded.Place(bad)...), nil
	}
	proof, err := c.proof(files)
	if err != nil {
		return nil, nil, failed(err)
	}
	result, err := c.renderer.Check(slices.Concat(files, c.custom), proof.Rendered(), c.roots.Place)
	if err != nil {
		return nil, nil, failed(err)
	}
	c.skipped = append(result.Skipped, c.skipped...)
	if c.unseen && len(c.plan.OwnFolders()) > 0 && !isFolder(c.roots[artifact.GitOps]) {
		c.skipped = append(c.skipped, "your manifests are in the GitOps repository, which is not here: what they render to is not proven")
	}
	if bad := judge.Acceptable(c.plan); len(bad) > 0 {
		return c, append(found, c.loaded.Place(bad)...), nil
	}
	others, err := c.namesakes()
	if err != nil {
		return nil, nil, failed(err)
	}
	found = append(found, c.loaded.Place(append(others, result.Findings...))...)
	if found.Failed() {
		return c, found, nil
	}
	found = append(found, c.loaded.Place(proof.Prove())...)
	c.skipped = append(c.skipped, unchecked(proof, o.schemas)...)
	found, err = c.supported(proof, found)
	return c, found, failed(err)
}

// loadAndCompile is for verbs that write nothing.
func (o *specOptions) loadAndCompile() (*compiled, diag.List, error) {
	l, found, err := o.load()
	if err != nil {
		return nil, nil, err
	}
	return o.compile(l, found)
}

func bug(err error) error {
	return exitError{exitFailed, fmt.Errorf("this is a bug of pipegen, please report it with your spec: %w", err)}
}

// effective returns the output as it will be on disk: files that pipegen does not write keep their content. A missing
// file that the spec leaves to be written by hand counts as the spec gives it: see missingUnmanaged.
func effective(changes []workspace.Change) []artifact.File {
	return withDisk(changes, func(c workspace.Change) bool {
		return c.Status == workspace.Live || c.Status == workspace.Seeded || c.Status == workspace.Unmanaged
	})
}

// withDisk returns the output with the content of the disk for some of the files. The manifests are left out: only
// pipegen reads them.
func withDisk(changes []workspace.Change, onDisk func(workspace.Change) bool) []artifact.File {
	var files []artifact.File
	for _, c := range changes {
		f := c.File
		if c.Status == workspace.Orphan || f.Owner == artifact.Record {
			continue
		}
		if onDisk(c) && c.Old != nil {
			f.Content, f.Origins = c.Old, nil
		}
		files = append(files, f)
	}
	return files
}

// plain returns a file error without the name of a system call.
func plain(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return fmt.Errorf("%s: %w", e.Path, e.Err)
	}
	return err
}

func (o *specOptions) roots(source, deployed string) workspace.Roots {
	code, gitops := o.code, o.gitops
	if code == "" {
		switch dir := filepath.Dir(o.spec); {
		case o.out != "":
			code = filepath.Join(o.out, repositoryName(source))
		default:
			if code = dir; gitrepo.Root(dir) != "" {
				code = fromHere(gitrepo.Root(dir))
			}
		}
	}
	switch {
	case gitops != "":
	case strings.EqualFold(source, deployed):
		gitops = code
	case o.out != "":
		gitops = filepath.Join(o.out, repositoryName(deployed))
	default:
		gitops = filepath.Join(code, "..", repositoryName(deployed))
	}
	return workspace.Roots{artifact.Code: code, artifact.GitOps: gitops}
}

func repositoryName(repository string) string {
	return repository[strings.LastIndex(repository, "/")+1:]
}
