package generate_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pins"
)

type renovateManager struct {
	Files      []string `json:"managerFilePatterns"`
	Strings    []string `json:"matchStrings"`
	Name       string   `json:"depNameTemplate"`
	Datasource string   `json:"datasourceTemplate"`
	Versioning string   `json:"versioningTemplate"`
}

// renovateManagers are the managers in the configuration that a spec gives. Renovate matches with RE2, as package
// regexp does.
func renovateManagers(t *testing.T) []renovateManager {
	t.Helper()
	_, set := compile(t, readSpec(t, "two-environments"))
	f, ok := set.Lookup(artifact.Code, generate.RenovateFile)
	if !ok {
		t.Fatal("no configuration of Renovate")
	}
	var config struct {
		Managers []renovateManager `json:"customManagers"`
	}
	if err := json.Unmarshal(f.Content, &config); err != nil {
		t.Fatal(err)
	}
	return config.Managers
}

// matches are the named groups of everything that the managers find in a spec, a line each.
func matches(managers []renovateManager, spec string) []string {
	var out []string
	for _, m := range managers {
		for _, s := range m.Strings {
			re := regexp.MustCompile(s)
			for _, found := range re.FindAllStringSubmatch(spec, -1) {
				line := m.Datasource + " " + m.Name
				for i, name := range re.SubexpNames() {
					if name != "" {
						line += " " + name + "=" + found[i]
					}
				}
				out = append(out, line)
			}
		}
	}
	slices.Sort(out)
	return out
}

// TestRenovateFindsTools: however the spec writes its tools, each one is found once, with its own source of releases,
// and nothing else is found.
func TestRenovateFindsTools(t *testing.T) {
	managers := renovateManagers(t)
	digest := "sha256:" + strings.Repeat("ab", 32)
	forms := map[string]string{
		"one line":      `pipegen: tools: %s: {version: %q, digest: %q}` + "\n",
		"aligned":       "pipegen: tools: {\n\t%s: {\n\t\tversion: %q\n\t\tdigest:  %q\n\t}\n}\n",
		"CRLF":          "pipegen: tools: %s: {\r\n\tversion: %q\r\n\tdigest: %q\r\n}\r\n",
		"commas":        "pipegen: {tools: {%s: {version: %q, digest: %q,},},}\n",
		"beside others": "pipegen: {pins: \"commit\", tools: %s: {version: %q, digest: %q}}\nnonGoals: x: statement: \"buildkit: version\"\n",
	}
	for how, form := range forms {
		var spec string
		var want []string
		for name, tool := range generate.Tools() {
			switch {
			case tool.Kind == pins.ImageTool:
				spec += fmt.Sprintf(form, name, tool.Version, digest)
				want = append(want, fmt.Sprintf("docker %s currentValue=%s currentDigest=%s", tool.Image, tool.Version, digest))
			case name == "kustomize":
				spec += fmt.Sprintf(form, name, tool.Version, digest)
			case name == "trivy" || name == "cosign":
				spec += fmt.Sprintf("pipegen: tools: %s: version: %q\n", name, tool.Version)
				want = append(want, fmt.Sprintf("github-releases %s currentValue=%s", tool.Repository, tool.Version))
			}
		}
		slices.Sort(want)
		if got := matches(managers, spec); !slices.Equal(got, want) {
			t.Errorf("%s: Renovate finds\n%s\nin\n%s", how, strings.Join(got, "\n"), spec)
		}
	}
	python := "test: python: {\n\tpackageManager:        \"uv\"\n\tpackageManagerVersion: \"0.12.17\"\n}\n"
	if got, want := matches(managers, python), []string{"pypi  depName=uv currentValue=0.12.17"}; !slices.Equal(got, want) {
		t.Errorf("Renovate finds %v in %s", got, python)
	}
	for _, name := range specNames(t) {
		if got := matches(managers, string(readSpec(t, name))); len(got) > 0 {
			t.Errorf("Renovate finds %v in the spec %s, which names no tool", got, name)
		}
	}
}

// TestRenovateLooksIntoTheSpecAlone: the files generated from it are not bumped as well.
func TestRenovateLooksIntoTheSpecAlone(t *testing.T) {
	_, set := compile(t, readSpec(t, "two-environments"))
	for _, m := range renovateManagers(t) {
		for _, pattern := range m.Files {
			re := regexp.MustCompile(strings.Trim(pattern, "/"))
			if !strings.HasPrefix(pattern, "/") || !strings.HasSuffix(pattern, "/") || !re.MatchString("pipeline.cue") || re.MatchString("other/pipeline.cue") || re.MatchString("pipelinexcue") {
				t.Errorf("%s does not find pipeline.cue alone", pattern)
			}
			for _, f := range set.Files() {
				if re.MatchString(f.Path) {
					t.Errorf("%s finds %s", pattern, f.Path)
				}
			}
		}
		if word, ok := strings.CutPrefix(m.Versioning, "regex:"); ok {
			re, version := regexp.MustCompile(word), generate.Tools()["binfmt"].Version
			if !re.MatchString(version) || re.MatchString(version+"-68") || m.Name != generate.Tools()["binfmt"].Image {
				t.Errorf("%s does not read %s, or is not binfmt's", m.Versioning, version)
			}
		}
	}
}
