package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// plain are commands that have no effect outside of their script.
var plain = set(`: [ [[ test true false echo printf exit return set export local declare readonly shift read trap wait sleep date pwd ls cat
	head tail cut tr sort uniq wc awk grep jq tee basename dirname mktemp mkdir cd pushd popd env which command type break continue pipefail`)

// asking are git's subcommands that only read or fetch.
var asking = strings.Fields("describe rev-parse log show diff status fetch config ls-remote merge-base rev-list")

// building are docker's subcommands that build and publish an image, and trying those with which a build job tests it.
var (
	building = set("build buildx push tag login logout pull image images manifest rmi inspect info version")
	trying   = set("run rm logs stop wait")
)

// managers are the programs that install what a program or its tests need.
var managers = set("pip pip3 pipx npm yarn pnpm poetry uv apt apt-get apk brew gem bundle cargo go corepack composer")

// installs reports whether a command installs what others need.
func installs(c pipeline.Command) bool {
	words := c.Words
	if len(words) > 2 && strings.HasPrefix(words[0], "python") && words[1] == "-m" {
		words = words[2:]
	}
	if len(words) < 2 || !managers[words[0]] {
		return false
	}
	if words[0] == "uv" && words[1] == "pip" {
		words = words[1:]
	}
	return slices.ContainsFunc(words[1:], func(w string) bool { return w == "install" || w == "sync" || w == "update" }) && words[1] != "run" ||
		words[0] == "poetry" && slices.Contains([]string{"check", "config", "lock"}, words[1])
}

// harmless reports whether a command does nothing that the draft has to express.
func harmless(c pipeline.Command) bool {
	switch name := c.Words[0]; {
	case plain[name]:
		return true
	case c.Is("sed"), c.Is("yq"):
		return !inPlace(c)
	case c.Is("git"):
		return slices.ContainsFunc(asking, c.Git)
	}
	return false
}

// prepares reports whether a command writes a file of the checkout in a job that builds or deploys: what is built or
// deployed there may have it.
func (d *drafter) prepares(c pipeline.Command, j *pipeline.Job) bool {
	file := c.Output()
	return whole(file) && !strings.HasPrefix(file, "/") && !strings.HasPrefix(file, "&") && (builds(j) || d.writes(j))
}

func inPlace(c pipeline.Command) bool {
	return slices.ContainsFunc(c.Words[1:], func(w string) bool {
		return strings.HasPrefix(w, "-i") || strings.HasPrefix(w, "--in") || w == "-ri" || w == "-Ei" || w == "-yi" || w == "w"
	})
}

// deploying reports whether a command writes to the manifests.
func (d *drafter) deploying(c pipeline.Command) bool {
	switch {
	case c.Is("git"), c.Is("gh", "pr"), c.Is("gh", "auth"), c.Is("gh", "repo", "clone"), c.Is("kustomize", "version"):
		return true
	case c.Is("kustomize"), c.Is("sed"), c.Is("yq"):
		return slices.ContainsFunc(d.m.Writers, func(w *pipeline.Writer) bool {
			return slices.ContainsFunc(w.Edits, func(e pipeline.Edit) bool { return e.Step == c.Step && e.Line == c.Line })
		})
	}
	// Any other command with these two fetches them: a generated job does that itself.
	return slices.ContainsFunc(c.Words, func(w string) bool {
		return strings.Contains(w, "kustomize") || path.Base(w) == "yq" || strings.Contains(w, "mikefarah/yq")
	}) || c.Is("bash") && len(c.Words) == 1 && strings.Contains(c.Step.Run(), "kustomize")
}

// judging reports whether a job only checks the results of the jobs before it, like the job Gate of generated
// workflows.
func judging(j *pipeline.Job) bool {
	if len(j.Needs) == 0 || !strings.Contains(j.Get("if").Text(), "always()") {
		return false
	}
	return slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool {
		return s.Uses == judgeAction || slices.ContainsFunc(s.Commands(), judges)
	})
}

// judgeAction is an action with the same purpose.
const judgeAction = "re-actors/alls-green"

func judges(c pipeline.Command) bool {
	return slices.Contains([]string{"exit", "[", "[[", "test"}, c.Words[0]) || isVerdict(c)
}

// isVerdict reports whether an expression is in place of a command: GitHub replaces it by true or false.
func isVerdict(c pipeline.Command) bool {
	return len(c.Words) == 1 && strings.HasPrefix(c.Words[0], "‹")
}
