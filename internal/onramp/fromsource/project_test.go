package fromsource

import (
	"fmt"
	"math/rand/v2"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// randomProject returns the project of a repository that contains only the given
// texts.
func randomProject(r *rand.Rand, texts []string) detect.Project {
	text := func() string { return texts[r.IntN(len(texts))] }
	yes := func() bool { return r.IntN(2) == 0 }
	maybe := func() []string {
		var out []string
		for range r.IntN(3) {
			out = append(out, text())
		}
		return out
	}
	f := detect.Project{Folder: text(), Subfolder: ".", Branch: text(), BranchSure: yes(), MakeTest: yes()}
	if yes() {
		f.Subfolder = text()
	}
	if yes() {
		f.Remote = &gitrepo.Remote{Host: text(), Repository: text() + "/" + text()}
		if yes() {
			f.Remote.Host = "github.com"
		}
	}
	switch r.IntN(9) {
	case 0:
		f.Python = &detect.Python{Manager: []string{"uv", "poetry", "pip"}[r.IntN(3)], Locked: yes(), Requirements: maybe(), Version: text(),
			Exact: yes(), Name: text(), Packages: maybe(), Tests: text(), Pytest: detect.Presence(r.IntN(3)), PytestCov: detect.Presence(r.IntN(3))}
	case 1:
		f.Go = &detect.Go{Module: text(), Version: text()}
	case 2:
		f.Node = &detect.Node{Manager: []string{"npm", "pnpm", "yarn", "berry"}[r.IntN(4)], ManagerPinned: yes(), HasTest: yes()}
		if yes() {
			f.Node.Lock, f.Node.Measured = "package-lock.json", true
		}
		if yes() {
			f.Node.VersionFile = ".nvmrc"
		}
	case 3:
		f.Java = &detect.Java{Tool: []string{"maven", "gradle"}[r.IntN(2)], Wrapper: yes(), Runnable: yes(), Version: text()}
		if yes() {
			f.Java.Report = "target/site/jacoco/jacoco.xml"
		}
	case 4:
		f.Rust = &detect.Rust{Toolchain: text(), Locked: yes()}
	case 5:
		f.DotNet = &detect.DotNet{Pinned: yes(), Version: text(), Locked: yes()}
	case 6:
		f.PHP = &detect.PHP{Platform: yes(), Version: text(), Locked: yes()}
	case 7:
		f.Ruby = &detect.Ruby{Pinned: yes(), Version: text(), Locked: yes()}
	}
	if yes() {
		f.Docker = &pipeline.Dockerfile{Path: "Dockerfile", User: text(), HealthPath: text(), HealthPort: r.IntN(70000)}
		for _, image := range maybe() {
			f.Docker.Bases = append(f.Docker.Bases, pipeline.DockerBase{Image: image})
		}
		for range r.IntN(3) {
			f.Docker.Ports = append(f.Docker.Ports, r.IntN(65535)+1)
		}
		if yes() {
			f.Docker.Bases = append(f.Docker.Bases, pipeline.DockerBase{Image: fmt.Sprintf("%s:%d", []string{"node", "rust", "python", "openjdk"}[r.IntN(4)], r.IntN(30))})
		}
	}
	if yes() {
		f.Registry = &detect.Registry{Host: []string{"docker.io", "ghcr.io", "", "europe-docker.pkg.dev", text()}[r.IntN(5)], Image: text()}
		if yes() {
			f.Registry.Login = &detect.Login{Cloud: []string{"", "aws", "google", "azure"}[r.IntN(4)], Fields: map[string]string{"user": text(), "key": text(), "password": text()}}
		}
	}
	for range r.IntN(3) {
		f.Workflows = append(f.Workflows, detect.Workflow{Path: text(), Ours: yes()})
	}
	return f
}

// randomProjects returns one with several programs and processes, which contain
// only the given texts too.
func randomProjects(r *rand.Rand, texts []string) detect.Project {
	f := randomProject(r, texts)
	text := func() string { return texts[r.IntN(len(texts))] }
	for range r.IntN(4) {
		f.Parts = append(f.Parts, detect.Part{Name: text(), Project: randomProject(r, texts), Dockerfile: text(), Target: text()})
	}
	for range r.IntN(5) {
		p := detect.Process{Name: text(), Part: r.IntN(max(1, len(f.Parts))), Worker: r.IntN(2) == 0, From: text(), Port: r.IntN(70000)}
		p.First = p.Worker && r.IntN(3) == 0
		for range r.IntN(3) {
			p.Command, p.Args = append(p.Command, text()), append(p.Args, text())
		}
		f.Processes = append(f.Processes, p)
	}
	f.Dockerfiles = []string{text()}
	f.Beside = []detect.Beside{{Name: text(), Image: text()}}
	return f
}
