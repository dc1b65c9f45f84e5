package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/frompipeline"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// read reads both repositories: as they are, for the rules, and as the runs are, for the draft.
func (o *importOptions) read() (m, followed *pipeline.Model, project detect.Project, err error) {
	fail := func(err error) (*pipeline.Model, *pipeline.Model, detect.Project, error) {
		return nil, nil, project, err
	}
	if project, err = detect.Look(o.code); err != nil {
		return fail(noFolder(o.code, err))
	}
	code, gitops := o.repository(project), o.gitops
	if gitops == "" {
		if gitops, err = besideCode(code); err != nil {
			return fail(plain(err))
		}
	}
	if info, err := os.Stat(gitops); err != nil || !info.IsDir() {
		return fail(fmt.Errorf("there is no folder %s", gitops))
	}
	if m, err = pipeline.Read(code, gitops, check.NewRenderer().Overlays); err != nil {
		return fail(plain(err))
	}
	o.gitops = gitops
	if project.Remote != nil && project.Remote.OnGitHub() {
		m.BelongsTo(project.Remote.Repository)
	}
	if r, ok := gitrepo.ParseRemote(gitrepo.Origin(gitops)); ok && r.OnGitHub() {
		m.Manifests = r.Repository
	}
	followed = m.Followed(check.NewRenderer().Overlays)
	if code != o.code && !frompipeline.Within(followed, project.Subfolder) {
		return fail(fmt.Errorf("no workflow of the repository builds what is in %s: import the whole repository, or write a spec with 'pipegen init %s'", spoken(o.code), o.code))
	}
	if code != o.code {
		frompipeline.Within(m, project.Subfolder)
	}
	if nothing(followed) && len(m.Broken()) == 0 {
		return fail(fmt.Errorf("%s has no workflow, and %s nothing that Argo CD could deploy: 'pipegen init' writes a spec for a repository without a pipeline", spoken(o.code), spoken(gitops)))
	}
	return m, followed, project, nil
}

// repository is the folder of the code repository. GitHub reads the workflows of a folder in it at its top.
func (o importOptions) repository(project detect.Project) string {
	if _, err := os.Stat(filepath.Join(o.code, ".github", "workflows")); err == nil || project.Subfolder == "." {
		return o.code
	}
	top := gitrepo.Root(o.code)
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, top); err == nil {
			return rel
		}
	}
	return top
}

// nothing reports whether no part of a pipeline could be read.
func nothing(m *pipeline.Model) bool {
	return len(m.Workflows) == 0 && len(m.Targets) == 0 && len(m.Applications) == 0
}

// unreadable says what is wrong with each file that is not valid YAML.
func unreadable(m *pipeline.Model) diag.List {
	var out diag.List
	for _, f := range m.Broken() {
		help := "fix it, then import again"
		if lines := strings.Split(string(f.Content), "\n"); f.FaultLine <= len(lines) && strings.Contains(lines[f.FaultLine-1], "\t") {
			help = "indent with blanks, since YAML takes no tabs, then import again"
		}
		out = append(out, diag.Diagnostic{Code: diag.Syntax, Pos: diag.Position{File: f.Place, Line: f.FaultLine}, Message: "not YAML: " + draft.Plain(f.Fault), Help: help})
	}
	return out
}

// elsewhere says once of each other repository that what Applications render from it was not read, where it is known
// which repository was. One whose folder is here, too, may be a slip.
func elsewhere(m *pipeline.Model) []string {
	here := m.Manifests
	if here == "" && m.Together {
		here = m.Source
	}
	var out, seen []string
	for _, a := range m.Applications {
		for _, s := range pipeline.Sources(a) {
			address := s.Get("repoURL").Text()
			if here == "" || address == "" || !s.Get("path").OK() || strings.EqualFold(pipeline.Repository(address), here) || slices.Contains(seen, address) {
				continue
			}
			seen = append(seen, address)
			names, folder := rendering(m, address)
			who := "Application "
			if len(names) > 1 {
				who = "Applications "
			}
			if more := len(names) - 3; more > 0 {
				names = append(names[:3], fmt.Sprintf("%d more", more))
			}
			notice := fmt.Sprintf("%s%s: what is rendered from %s was not read, since the repository at hand is %s", who, strings.Join(names, ", "), address, here)
			if folder != "" {
				notice += ", which has the folder " + folder + ", too: look whether the address is right"
			}
			out = append(out, notice)
		}
	}
	return out
}

// rendering are the Applications that render a folder of a repository, and the last such folder that is here.
func rendering(m *pipeline.Model, address string) (names []string, folder string) {
	for _, a := range m.Applications {
		for _, s := range pipeline.Sources(a) {
			if s.Get("repoURL").Text() != address || !s.Get("path").OK() {
				continue
			}
			if name := pipeline.NameOf(a); !slices.Contains(names, name) {
				names = append(names, name)
			}
			if t := m.Target(s.Get("path").Text()); t != nil && len(t.Folders) > 0 {
				folder = t.Dir
			}
		}
	}
	return names, folder
}

// besideCode returns the folder of the GitOps repository that CI checks out, if it is beside the code, and else the
// code itself.
func besideCode(code string) (string, error) {
	m, err := pipeline.Read(code, code, nil)
	if err != nil {
		return "", err
	}
	for _, w := range m.Writers {
		if w.Repository == "" {
			continue
		}
		dir := filepath.Join(code, "..", repositoryName(w.Repository))
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir, nil
		}
	}
	return code, nil
}

// lintExisting runs actionlint over the workflows and returns what it says, each at its own line.
func lintExisting(m *pipeline.Model) (diag.List, error) {
	places := map[string]string{}
	var files []artifact.File
	for _, w := range m.Workflows {
		// The linter of generated files knows only one extension.
		name := strings.TrimSuffix(strings.TrimSuffix(w.File.Path, ".yml"), ".yaml") + ".yaml"
		if _, taken := places[name]; taken {
			continue
		}
		places[name] = w.File.Place
		files = append(files, artifact.File{Root: artifact.Code, Path: name, Content: w.File.Content})
	}
	result, err := check.Run(files, func(f artifact.File) string { return places[f.Path] })
	if err != nil {
		return nil, err
	}
	var out diag.List
	for _, d := range result.Findings {
		if len(d.Notes) == 0 {
			continue
		}
		out = append(out, diag.Diagnostic{Code: diag.Flaw, Severity: diag.Warning, Pos: d.Notes[0].Pos, Message: draft.Plain(d.Message)})
	}
	return out, nil
}
