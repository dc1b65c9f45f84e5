package rules

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// leftOvers are the folders that nobody deploys, in a repository in which Applications render others. What their files
// break happens nowhere, so that one sentence about each is enough.
type leftOvers struct {
	of map[*pipeline.File]*pipeline.Target
	// broken are those with something held back that would be broken if it were deployed.
	broken map[*pipeline.Target]bool
}

// alsoLeftOver are the rules about what is in git, whether it is deployed or not.
var alsoLeftOver = map[string]bool{"X13": true, "K27": true, "K44": true}

// readLeftOvers finds them in a pipeline that people wrote. What also belongs to a folder that is deployed is no left-over.
func (c *Case) readLeftOvers() {
	c.left = leftOvers{of: map[*pipeline.File]*pipeline.Target{}, broken: map[*pipeline.Target]bool{}}
	if c.Facts != nil || !c.deploysFromHere() || c.Unfollowed() {
		return
	}
	for _, f := range c.Charts() {
		if t := c.Target(path.Dir(f.Path)); t != nil && len(t.Apps) > 0 {
			return // its templates, which are not read, may be Applications
		}
	}
	var deployed []*pipeline.Target
	for _, t := range c.Targets {
		if !c.leftOver(t) {
			deployed = append(deployed, t)
			continue
		}
		for _, part := range c.Parts(t) {
			c.left.of[c.File(artifact.GitOps, part.Path)] = t
		}
	}
	for _, t := range deployed {
		for _, part := range c.Parts(t) {
			delete(c.left.of, c.File(artifact.GitOps, part.Path))
		}
		for _, o := range t.Objects {
			delete(c.left.of, o.At().File)
		}
	}
}

// leftOver reports a kustomization that no Application renders, no job edits, and no command or other file names. One with
// Applications in it is what a person applies first.
func (c *Case) leftOver(t *pipeline.Target) bool {
	if len(t.Apps) > 0 || len(t.Folders) == 0 || t.Dir == "." || bringsApplications(t) || slices.ContainsFunc(c.Writers, func(w *pipeline.Writer) bool {
		return slices.ContainsFunc(w.Edits, func(e pipeline.Edit) bool { return uncertain(e.Folder) || t.Holds(e.Folder) })
	}) {
		return false
	}
	named := regexp.MustCompile(`(^|[^\w.-])` + regexp.QuoteMeta(t.Dir) + `($|[^\w.-])`)
	for _, f := range c.Files {
		switch {
		case path.Ext(f.Path) == ".md" || t.Own(path.Dir(f.Path)):
		case bytes.Contains(f.Content, []byte(t.Dir)) && named.Match(f.Content), f.Root == artifact.GitOps && path.Dir(f.Path) == ".github/workflows" && appliesSome(f.Content):
			return false
		}
	}
	out := true
	c.commands(func(cmd pipeline.Command) { out = out && !mayApply(cmd, t) })
	return out
}

func bringsApplications(t *pipeline.Target) bool {
	return slices.ContainsFunc(t.Folders, func(f *pipeline.Folder) bool {
		return slices.ContainsFunc(f.Files, func(file *pipeline.File) bool { return slices.ContainsFunc(file.Docs, pipeline.OfArgoCD) })
	})
}

func appliesSome(text []byte) bool {
	return bytes.Contains(text, []byte("kubectl apply")) || bytes.Contains(text, []byte("kustomize build"))
}

// mayApply reports a command that renders or applies the folder or, as far as only a run knows, may do so; or a script of
// the repository's, which may.
func mayApply(cmd pipeline.Command, t *pipeline.Target) bool {
	script := cmd.Is("make") || len(cmd.Words) > 0 && slices.ContainsFunc(cmd.Words[:min(2, len(cmd.Words))], func(word string) bool { return path.Ext(word) == ".sh" })
	if script && strings.Contains(strings.Join(cmd.Words, " "), "deploy") {
		return true
	}
	if !cmd.Is("kustomize", "build") && !cmd.Is("kubectl", "kustomize") && !cmd.Is("oc") && !(cmd.Is("kubectl") && cmd.Deploys()) {
		return false
	}
	return slices.ContainsFunc(cmd.Words[1:], func(word string) bool {
		named := strings.TrimSuffix(path.Join("/", cmd.Dir, word), "/") + "/"
		return uncertain(word) || uncertain(cmd.Dir) || strings.HasPrefix("/"+t.Dir+"/", named)
	})
}

// notDeployed says once of each folder why what is broken there was held back: it makes no more of a folder than it was.
func (c *Case) notDeployed() {
	c.rule = *first(All(), func(r Rule) bool { return r.ID == "X13" })
	for _, t := range c.Targets {
		if c.left.broken[t] && !slices.ContainsFunc(c.found, func(d diag.Diagnostic) bool { return d.Rule == "X13" && d.Pos.File == t.At().File.Place }) {
			c.broken(t.At(), c.AnyApplication(), "remove it, or give it an Application", "no Application renders %s, and no workflow deploys it", t.Dir)
		}
	}
}
