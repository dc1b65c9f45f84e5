package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var texts = []Rule{
	{
		ID:    "X28",
		Title: "texts state what the output does",
		Why:   "A README or a message that promises what the output does not do is worse than none: people act on it when something is broken.",
		By:    Proof | Output,
		Check: textsAreTrue,
	},
	{
		ID:    "S05",
		Title: "a statement says the figure that is kept",
		Why:   "People read the statement of a criterion, and the pipeline keeps its figure. Where the two differ, everybody believes the sentence.",
		By:    Refusal,
	},
}

// textsAreTrue looks for texts that say something else than the output does: figures, the
// names of files, images and Secrets, and what looks like a digest or a commit and is none.
func textsAreTrue(c *Case) {
	for _, f := range c.Files {
		for i, line := range f.Lines() {
			at := f.At(i + 1)
			if path.Ext(f.Path) == ".md" {
				c.tableLimit(at, line)
				c.figures(at, line)
				c.namedPaths(at, line)
				c.namedImages(at, line)
			}
			if f.Owner == artifact.Live || f.Owner == artifact.Generated && (f.Root != artifact.Code || strings.HasPrefix(f.Path, ".github/")) {
				c.wellFormed(at, line)
			}
		}
	}
	c.secretsListed()
	c.steps(c.secretNamed)
}

var limitCell = lazy.Regexp(`^(\d+) min$`)

// tableLimit reads a row such as "| Test | … | 4 min |".
func (c *Case) tableLimit(at pipeline.Place, line string) {
	cells := strings.Split(strings.Trim(line, "| "), "|")
	if !strings.HasPrefix(line, "|") || len(cells) < 2 {
		return
	}
	limit := limitCell().FindStringSubmatch(strings.TrimSpace(cells[len(cells)-1]))
	if limit == nil {
		return
	}
	name := strings.TrimSpace(cells[0])
	j := c.jobNamed(name)
	if j == nil {
		c.broken(at, c.firstWorkflow(), regenerate, "no job is called %s", name)
		return
	}
	if t := j.Get("timeout-minutes"); t.Text() != limit[1] {
		c.broken(t.At(), at, "write "+limit[1]+", or "+regenerate, "%s is stopped after %s minutes, and the text says %s", j.Label(), quoted(t.Text()), limit[1])
	}
}

func (c *Case) firstWorkflow() pipeline.Place {
	if len(c.Workflows) > 0 {
		return c.Workflows[0].At()
	}
	return nowhere
}

// jobNamed finds a job by the name that a person sees, without a matrix's part.
func (c *Case) jobNamed(name string) *pipeline.Job {
	for _, w := range c.Workflows {
		for _, j := range w.Jobs {
			if have, _, _ := strings.Cut(j.Name(), " (${{"); have == name {
				return j
			}
		}
	}
	return nil
}

var (
	applied   = lazy.Regexp("kubectl apply -f ([^\\s`]+)")
	codePath  = lazy.Regexp("`([A-Za-z0-9._/-]+/(?:base|overlays/[A-Za-z0-9._/-]+))`")
	loggedDir = lazy.Regexp(`git log .*-- (\S+)`)
)

// namedPaths requires that what a text says to apply or to look at is generated. What
// begins as an image does is namedImages' to judge, however it ends.
func (c *Case) namedPaths(at pipeline.Place, line string) {
	for _, f := range applied().FindAllStringSubmatch(line, -1) {
		if c.File(artifact.GitOps, f[1]) == nil {
			c.broken(at, c.AnyApplication(), regenerate, "the text applies %s, which is not generated", f[1])
		}
	}
	for _, f := range append(codePath().FindAllStringSubmatch(line, -1), loggedDir().FindAllStringSubmatch(line, -1)...) {
		if !c.inRegistry(f[1]) && c.File(artifact.GitOps, path.Join(f[1], "kustomization.yaml")) == nil {
			c.broken(at, c.AnyOverlay(), regenerate, "the text speaks of the folder %s, which is not generated", f[1])
		}
	}
}

var codeText = lazy.Regexp("`([^`]+)`")

// namedImages requires that a reference in a text is that of an image of the spec, with the
// tag scheme of the workflow.
func (c *Case) namedImages(at pipeline.Place, line string) {
	for _, f := range codeText().FindAllStringSubmatch(line, -1) {
		same := func(i ImageFact) bool { return slices.Contains(i.references(), strings.TrimSuffix(f[1], ":"+i.Tag)) }
		if c.inRegistry(f[1]) && !slices.ContainsFunc(c.Facts.Images, same) {
			var all []string
			for _, i := range c.Facts.Images {
				all = append(all, i.Reference+":"+i.Tag)
			}
			c.broken(at, c.pushedImage(), regenerate, "the text names the image %s, and it is %s", f[1], strings.Join(all, " or "))
		}
	}
}

// inRegistry reports whether a text begins as the images of the spec do.
func (c *Case) inRegistry(text string) bool {
	return slices.ContainsFunc(c.Facts.Images, func(i ImageFact) bool { return strings.HasPrefix(text, host(i.Reference)+"/") })
}

var (
	digestLike = lazy.Regexp(`\bsha256:([0-9A-Za-z]{8,})`)
	hex64      = lazy.Regexp(`^[0-9a-f]{64}$`)
	commitPin  = lazy.Regexp(`^\s*(?:- )?uses: (\S+)@(\S+)`)
	hex40      = lazy.Regexp(`^[0-9a-f]{40}$`)
	releaseTag = lazy.Regexp(`^v\d+(\.\d+\.\d+)?$`)
)

// wellFormed finds samples that are none: a digest or commit of the wrong length or
// alphabet.
func (c *Case) wellFormed(at pipeline.Place, line string) {
	// Most lines hold neither, and to look with an expression costs more than all other
	// rules together.
	if strings.Contains(line, "sha256:") {
		for _, f := range digestLike().FindAllStringSubmatch(line, -1) {
			if !hex64().MatchString(f[1]) {
				c.broken(at, nowhere, "write the 64 hexadecimal digits", "sha256:%s is no digest", f[1])
			}
		}
	}
	if strings.Contains(line, "uses: ") {
		if f := commitPin().FindStringSubmatch(line); f != nil && !hex40().MatchString(f[2]) && !strings.HasPrefix(f[1], "./") && !(c.Facts.Tags && releaseTag().MatchString(f[2])) {
			c.broken(at, nowhere, "pin the 40 hexadecimal digits of a commit", "%s is pinned to %s, which is no commit", f[1], f[2])
		}
	}
	if path.Base(at.File.Path) == "source-commit" && at.Line == 1 && line+"\n" != artifact.NeverDeployed && line+"\n" != artifact.DeployedBefore && !hex40().MatchString(line) {
		c.doubtful(at, nowhere, "restore the file from git", "%q is no commit", line)
	}
}

// secretsListed requires that the READMEs name each Secret that the spec declares, and each
// credential of CI.
func (c *Case) secretsListed() {
	for _, t := range c.targets {
		readme := c.readmeOf(t)
		if !readme.Known() {
			continue
		}
		present := inTree(t)
		for _, r := range c.referred(t) {
			if name := r.name.Text(); r.kind == "Secret" && !present["Secret/"+name] && c.Facts.outside(name) && !inCode(readme.File, name) {
				c.broken(r.name.At(), readme, regenerate, "the Secret %s must exist, and the text does not say so", name)
			}
		}
	}
	ci := c.readme()
	for _, name := range append(append([]string(nil), c.Facts.CISecrets...), c.Facts.CIVariables...) {
		if ci.Known() && !inCode(ci.File, name) {
			c.broken(ci, c.firstWorkflow(), regenerate, "the text does not say how to set %s", name)
		}
	}
}

func inCode(text *pipeline.File, name string) bool {
	return strings.Contains(string(text.Content), "`"+name+"`")
}

// secretNamed requires that the message of a step which misses a secret names the one
// that it looked for.
func (c *Case) secretNamed(s *pipeline.Step) {
	if c.isAuthors(s.Job) {
		return
	}
	for name, context := range map[string]string{"SECRET": "secrets.", "VARIABLE": "vars."} {
		if said := s.Get("env", name); said.OK() && !reads(s, context, said.Text()) {
			c.broken(said.At(), s.At(), "name the one that the step reads", "the message of %s tells the reader to set %s, which the step does not read", s.Job.Label(), quoted(said.Text()))
		}
	}
}

// reads reports whether a step's own variables hold a secret, or a variable.
func reads(s *pipeline.Step, context, name string) bool {
	for _, v := range s.Get("env").Pairs() {
		if pipeline.Expression(v.Text()) == context+name {
			return true
		}
	}
	return false
}

// readme is the page about the workflows in the code repository, if there is one.
func (c *Case) readme() pipeline.Place { return c.text(artifact.Code, c.Facts.Readme) }

// readmeOf is the README of the GitOps repository that a target belongs to, if there is one.
func (c *Case) readmeOf(t *pipeline.Target) pipeline.Place {
	return c.text(artifact.GitOps, path.Join(path.Dir(path.Dir(t.Dir)), "README.md"))
}

func (c *Case) text(root artifact.Root, name string) pipeline.Place {
	if f := c.File(root, name); f != nil {
		return f.At(1)
	}
	return nowhere
}
