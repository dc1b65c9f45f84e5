package pinning

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Tool is a tool that generated files download, with its pin.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
	// Checked says how a download without a digest is verified.
	Checked string `json:"checked"`
	// From is where the release comes from: table or spec.
	From   string          `json:"from"`
	Places []diag.Position `json:"places"`
}

// addTools lists the tools by name, without those in steps of the author's own.
func (l *List) addTools(s Subject) {
	l.Movers = movers(s.Plan.Bot)
	at := map[string][]diag.Position{}
	for _, f := range s.Set.Files() {
		if f.Owner != artifact.Generated && f.Owner != artifact.Unmanaged {
			continue
		}
		for _, u := range pins.ToolUses(f.Content, generate.ToolForms()) {
			if !authored(f.Origin(u.Line)) {
				at[u.Name] = append(at[u.Name], diag.Position{File: s.Roots.Place(f), Line: u.Line})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(at)) {
		t := s.Plan.Tools[name]
		from := "table"
		if t.Path != "" {
			from = "spec"
		}
		l.Tools = append(l.Tools, Tool{Name: name, Version: t.Version, Digest: t.Digest, Checked: t.Checked, From: from, Places: at[name]})
	}
}

// authored reports whether a line is one of the author's own steps or patches.
func authored(origin string) bool {
	return slices.ContainsFunc([]string{"deploy.smoke", "test.steps", "workflow.", "patches"}, func(at string) bool { return strings.HasPrefix(origin, at) })
}

// movers says who brings newer releases of tools where a bot is at work.
func movers(bot string) string {
	if bot == "renovate" {
		return "newer ones come with a newer pipegen; Renovate proposes newer ones of those that pipegen.tools in the spec names"
	}
	return "newer ones come with a newer pipegen, or from pipegen.tools in the spec; no bot sees them"
}

// idleTools returns notices about tools in the spec that the table has overtaken, and about the kustomize of an older
// Argo CD.
func (s Subject) idleTools() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(s.Plan.Tools)) {
		if !strings.HasPrefix(s.Plan.Tools[name].Path, "pipegen.tools") {
			continue
		}
		chosen, table := s.Plan.Tools[name].Pin(), generate.Tools()[name].Pin()
		switch {
		case chosen == table:
			out = append(out, fmt.Sprintf("pipegen.tools.%s names the release that the table has: it can go", name))
		case pins.Older(chosen.Version, table.Version) && name != "kustomize":
			out = append(out, fmt.Sprintf("pipegen.tools.%s names %s, and the table has %s", name, chosen.Version, table.Version))
		}
	}
	argoCD := s.Plan.ArgoCD.Version
	if known, has := generate.Bundled(argoCD), s.Plan.Tools["kustomize"]; known != "" && known != has.Version && has.Path == "" {
		out = append(out, fmt.Sprintf("CI renders with kustomize %s, and Argo CD %s with %s: pipegen.tools.kustomize can name it", has.Version, argoCD, known))
	}
	return out
}

// tools checks the tools in the files on disk against what is known about them.
func (v *Verified) tools(s Subject, workflows []artifact.File) error {
	smoke, err := workspace.Tree(s.Roots, artifact.GitOps, path.Join(s.Plan.GitOps.Folder, "smoke"))
	if err != nil {
		return err
	}
	for _, f := range append(slices.Clone(workflows), smoke...) {
		if !artifact.Ours(f.Content) {
			continue
		}
		for _, u := range pins.ToolUses(f.Content, generate.ToolForms()) {
			known := []pins.Pin{generate.Tools()[u.Name].Pin(), s.Plan.Tools[u.Name].Pin()}
			if fault := u.Judge(known); fault != nil {
				v.Found = append(v.Found, diagnostic(s.Roots.Place(f), u.Line, *fault))
				continue
			}
			v.Pins++
			if u.SHA != "" && u.Pin != known[0] {
				v.notice("%s %s is not in the table: its digest is unproven, and --remote asks only for actions", u.Name, u.Pin)
			}
		}
	}
	return nil
}
