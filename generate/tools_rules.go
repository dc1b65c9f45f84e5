package generate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// unused says why a pipeline does not download a tool, or "".
var unused = map[string]func(input) string{
	"binfmt": func(s input) string {
		if emulates(s) {
			return ""
		}
		return "no platform is emulated"
	},
	"curl": func(s input) string {
		why := ""
		for _, w := range s.workloads {
			switch {
			case len(w.Smokes) == 0:
			case w.Smokes[0].Image == "":
				return ""
			default:
				why = w.Path + ".smoke.image names the image of the smoke Job"
			}
		}
		return why
	},
}

// unasked says that no criterion asks for a tool which is there for one kind alone, or "".
func unasked(s input, tool string) string {
	for _, k := range s.kinds {
		if k.Tool == tool && !slices.ContainsFunc(s.criteria, func(c plan.Criterion) bool { return c.Kind == k.Name }) {
			return "no criterion is of the kind " + k.Name
		}
	}
	return ""
}

// elsewhere are the tools of the table whose release pipegen.tools cannot name, each with the reason and what to do.
var elsewhere = map[string][2]string{
	"go":     {"the release of Go is the one that this pipegen needs", "leave it out"},
	"poetry": {"test.python.packageManagerVersion names the release of poetry", "write it there"},
	"pipenv": {"test.python.packageManagerVersion names the release of pipenv", "write it there"},
	"uv":     {"test.python.packageManagerVersion names the release of uv", "write it there"},
}

// inSpec reports whether pipegen.tools may name the release of a tool.
func inSpec(tool string) bool {
	_, no := elsewhere[tool]
	return !no
}

// bundled is the kustomize that each release of Argo CD brings along (K08), as its own
// repository says.
var bundled = map[string]string{"3.0": "5.6.0", "3.1": "5.7.0", "3.2": "5.7.0", "3.3": "5.8.1", "3.4": "5.8.1", "3.5": "5.8.1"}

// Bundled is the kustomize that a release of Argo CD brings along, or "" if that is not
// known.
func Bundled(argoCD string) string { return bundled[argoCD] }

// BundledHelm is the Helm that a release of Argo CD brings along, as its own repository says, or "" if that is not known.
func BundledHelm(argoCD string) string {
	return map[string]string{"3.2": "3.18.4", "3.5": "4.2.1"}[argoCD]
}

// toolsFit compares the tools that a spec names with the table.
func toolsFit(s input) diag.List {
	var out diag.List
	for _, name := range sorted(s.Pipegen.Tools) {
		c := chosenTool{spec: s, name: name, ToolRelease: s.Pipegen.Tools[name]}
		if misplaced := c.misplaced(); len(misplaced) > 0 {
			out = append(out, misplaced...)
			continue
		}
		out = append(out, c.wrong()...)
	}
	return out
}

// chosenTool is a tool's release that a spec names.
type chosenTool struct {
	spec input
	name string
	schema.ToolRelease
}

func (c chosenTool) path() string { return schema.Join("pipegen.tools", c.name) }

// misplaced says that the tool cannot be named in this place.
func (c chosenTool) misplaced() diag.List {
	names := slices.DeleteFunc(sorted(toolTable()), func(n string) bool { return !inSpec(n) })
	if _, known := toolTable()[c.name]; !known {
		return diag.List{{Code: diag.UnknownField, Path: c.path(),
			Message: fmt.Sprintf("pipegen downloads no tool %q%s", c.name, diag.Meant(c.name, names)),
			Help:    "the tools are " + strings.Join(names, ", ")}}
	}
	why, help := elsewhere[c.name][0], elsewhere[c.name][1]
	if reason := unused[c.name]; why == "" && reason != nil {
		why, help = reason(c.spec), "leave it out"
	}
	if why == "" {
		why, help = unasked(c.spec, c.name), "leave it out"
	}
	if why == "" {
		return nil
	}
	return diag.List{{Code: diag.NotApplicable, Path: c.path(), Message: fmt.Sprintf("%s does nothing: %s", c.path(), why), Help: help}}
}

// wrong says what is wrong with the release itself.
func (c chosenTool) wrong() diag.List {
	out := append(c.version(), c.digest()...)
	if out.Failed() {
		return out
	}
	known := toolTable()[c.name].Pin()
	if f := (pins.ToolUse{Name: c.name, Pin: pins.Pin{Version: c.Version, SHA: c.Digest}}).Judge([]pins.Pin{known}); f != nil {
		return diag.List{{Code: diag.Pins, Rule: f.Rule, Path: c.path() + ".version", Message: f.Message, Help: f.Help}}
	}
	return c.kustomize()
}

// version requires the form of the tool's tags: no release has another one.
func (c chosenTool) version() diag.List {
	known := toolTable()[c.name].Version
	form := like(known)
	if form.MatchString(c.Version) {
		return nil
	}
	help := "write the tag as the tool's own releases have it"
	for _, meant := range []string{"v" + c.Version, strings.TrimPrefix(c.Version, "v")} {
		if form.MatchString(meant) {
			help = fmt.Sprintf("write %q", meant)
		}
	}
	return diag.List{{Code: diag.BadValue, Path: c.path() + ".version",
		Message: fmt.Sprintf("%s.version is %q; releases of %s are called like %s", c.path(), c.Version, c.name, known), Help: help}}
}

var digits = lazy.Regexp(`[0-9]+`)

// like matches versions that differ from one in their numbers.
func like(version string) *regexp.Regexp {
	return regexp.MustCompile("^" + digits().ReplaceAllString(regexp.QuoteMeta(version), "[0-9]{1,6}") + "$")
}

// digest requires a digest if the download is compared with one, and refuses it otherwise.
func (c chosenTool) digest() diag.List {
	switch t := toolTable()[c.name]; {
	case t.Digest != "" && c.Digest == "":
		what := "the image of " + t.Image
		if t.Kind == pins.ArchiveTool {
			what = "the archive of " + c.name + " for linux/amd64"
		}
		return diag.List{{Code: diag.MissingField, Rule: "W06", Path: c.path(), Message: fmt.Sprintf("%s.digest is missing: without it, another program could be put in the place of %s", c.path(), what),
			Help: `for example digest: "` + t.Digest + `", which is that of ` + t.Version}}
	case t.Digest == "" && c.Digest != "":
		return diag.List{{Code: diag.NotApplicable, Path: c.path() + ".digest", Message: fmt.Sprintf("%s.digest does nothing: no step takes a digest of %s (%s)", c.path(), c.name, t.Checked), Help: "leave it out"}}
	}
	return nil
}

// kustomize warns of a release with which CI renders other bytes than Argo CD (X30).
func (c chosenTool) kustomize() diag.List {
	argoCD := c.spec.ArgoCD.Version
	if c.name != "kustomize" || Bundled(argoCD) == c.Version {
		return nil
	}
	warning := diag.Diagnostic{Code: diag.Contradiction, Severity: diag.Warning, Rule: "X30", Path: c.path() + ".version",
		Message: fmt.Sprintf("CI renders with kustomize %s, and pipegen does not know which one Argo CD %s brings along", c.Version, argoCD), Help: "compare it with the output of 'argocd version'"}
	if known := Bundled(argoCD); known != "" {
		warning.Message = fmt.Sprintf("CI renders with kustomize %s, and Argo CD %s brings %s along: the same files may become other manifests", c.Version, argoCD, known)
		warning.Help = "take " + known + ", unless that Argo CD has another kustomize installed"
	}
	return diag.List{warning}
}
