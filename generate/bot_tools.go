package generate

import (
	"path"
	"regexp"
	"strings"

	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
)

// renovateManager lets Renovate find a tool in the spec by a regular expression.
type renovateManager struct {
	Type string `json:"customType"`
	// Files are regular expressions between slashes.
	Files      []string `json:"managerFilePatterns"`
	Strings    []string `json:"matchStrings"`
	Name       string   `json:"depNameTemplate,omitempty"`
	Datasource string   `json:"datasourceTemplate"`
	Versioning string   `json:"versioningTemplate,omitempty"`
}

// renovateManagers find the releases of tools that a spec names, or those of the specs in all folders. kustomize is not
// among them: it follows Argo CD (X30).
func renovateManagers(p plan.Plan) []renovateManager {
	files := []string{"/^" + regexp.QuoteMeta(p.SpecFile) + "$/"}
	if p.InFolder() {
		files = []string{`/(^|\/)` + regexp.QuoteMeta(path.Base(p.SpecFile)) + "$/"}
	}
	var out []renovateManager
	for _, name := range sorted(toolTable()) {
		m := renovateManager{Type: "regex", Files: files}
		switch t := toolTable()[name]; {
		case !inSpec(name) || t.Kind == pins.ArchiveTool:
			continue
		case t.Kind == pins.ImageTool:
			m.Name, m.Datasource = t.Image, "docker"
			m.Strings = []string{`\b` + name + `:\s*\{\s*version:\s*"(?<currentValue>[^"]+)"\s*,?\s*digest:\s*"(?<currentDigest>sha256:[0-9a-f]{64})"`}
			m.Versioning = renovateVersioning(t.Version)
		default:
			m.Name, m.Datasource = t.Repository, "github-releases"
			m.Strings = []string{`\b` + name + `:\s*(?:\{\s*)?version:\s*"(?<currentValue>[^"]+)"`}
		}
		out = append(out, m)
	}
	return append(out, renovateManager{Type: "regex", Files: files, Datasource: "pypi",
		Strings: []string{`\bpackageManager:\s*"(?<depName>poetry|uv|pipenv)"\s*,?\s*packageManagerVersion:\s*"(?<currentValue>[^"]+)"`}})
}

// renovateVersioning describes tags that begin with a word to Renovate. The tags of most images need no description.
func renovateVersioning(version string) string {
	word, _, _ := strings.Cut(version, "-")
	if !strings.Contains(version, "-") {
		return ""
	}
	return "regex:^" + regexp.QuoteMeta(word) + `-v(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)$`
}
