package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var runners = []Rule{
	{
		ID:    "W49",
		Title: "the pull request of a fork runs on no machine of one's own",
		Why:   "Whoever can fork a public repository can have a workflow run what a pull request says. A machine of GitHub's is thrown away afterwards; one of your own keeps what was left on it, and is in your network.",
		Evidence: []Source{
			{Says: "what forks can do on self-hosted runners", URL: "https://docs.github.com/en/actions/reference/security/secure-use#hardening-for-self-hosted-runners"},
		},
		By:    Proof | Import,
		Found: "no pull request runs on a machine of one's own",
		Check: forksStayOutside,
	},
	{
		ID:    "W58",
		Title: "a job installs programs that its machine can run",
		Why:   "Releases of programs are built for one kind of processor. On a machine of another kind the download and its checksum are right, and the first call fails with \"Exec format error\": often in the job that deploys, after all others have passed.",
		Evidence: []Source{
			{Says: "which of GitHub's runners have ARM processors", URL: "https://docs.github.com/en/actions/reference/runners/github-hosted-runners"},
		},
		By:    Proof | Import,
		Found: "no job installs a program for another kind of processor",
		Check: programsRun,
	},
}

// forksStayOutside: with a spec, every label counts that is not one of GitHub's; without one, only "self-hosted" is certain.
// Nobody but its owner knows whether a repository is public, so it is a warning, which the author may accept.
func forksStayOutside(c *Case) {
	for _, w := range c.Workflows {
		if _, pulls := w.Trigger("pull_request"); !pulls {
			continue
		}
		for _, j := range w.Jobs {
			condition := j.Runs()
			if strings.Contains(condition, "head.repo.fork") || pipeline.May(condition, pipeline.Event{Name: "pull_request", Ref: "refs/pull/1/merge"}) == pipeline.No {
				continue
			}
			if at := c.ownMachine(j); at.OK() {
				c.doubtful(at.At(), w.On.At(), "keep it to GitHub's runners in pull requests; if the repository is private, accept the rule for this file and say so",
					"%s runs on a machine that is not GitHub's, also for pull requests: in a public repository anybody may run a program there", j.Label())
			}
		}
	}
}

// ownMachine is where a job names a machine that is not GitHub's.
func (c *Case) ownMachine(j *pipeline.Job) pipeline.Node {
	if group := j.Get("runs-on", "group"); c.Facts != nil && group.OK() {
		return group
	}
	on := machineLabels(j)
	named := []pipeline.Node{on}
	if strings.Contains(on.Text(), "matrix.runner") {
		for _, leg := range j.Get("strategy", "matrix", "include").Items() {
			named = append(named, leg.Get("runner"))
		}
	}
	if at := slices.IndexFunc(named, c.isOwn); at >= 0 {
		return named[at]
	}
	return pipeline.Node{}
}

// machineLabels are the labels that the machine of a job must have, with or without a group.
func machineLabels(j *pipeline.Job) pipeline.Node {
	if labels := j.Get("runs-on", "labels"); labels.OK() {
		return labels
	}
	return j.Get("runs-on")
}

// isOwn reports labels that a machine of GitHub's does not have.
func (c *Case) isOwn(n pipeline.Node) bool {
	if c.Facts == nil {
		return slices.Contains(n.List(), "self-hosted")
	}
	return slices.ContainsFunc(n.List(), func(label string) bool { return !pipeline.OfGitHub(label) && !strings.Contains(label, "${{") })
}

var (
	// forAMD64 are the usual names of what only runs on AMD and Intel processors.
	forAMD64 = lazy.Regexp(`(?i)(?:linux|ubuntu)[-_/.]?(?:amd64|x86[-_]64|x64)|(?:amd64|x86_64)\.(?:deb|rpm|AppImage)`)
	// asksProcessor are words of a script that takes what fits.
	asksProcessor = lazy.Regexp(`(?i)arm64|aarch64|uname -\w*m|--print-architecture|runner\.arch|RUNNER_ARCH`)
)

// programsRun looks at what a step downloads and unpacks. A script that asks what the machine is may have both.
func programsRun(c *Case) {
	for _, w := range c.Workflows {
		for _, j := range w.Jobs {
			on := onARM(j)
			if !on.OK() {
				continue
			}
			for _, s := range j.Steps {
				commands := s.Commands()
				if asksProcessor().MatchString(s.Run()) || !slices.ContainsFunc(commands, installs) {
					continue
				}
				if n := slices.IndexFunc(commands, loadsForAMD64); n >= 0 {
					c.broken(on.At(), commands[n].At(), "take a machine with an AMD or Intel processor, such as ubuntu-24.04", "%s runs on a machine with an ARM processor, and installs a program that cannot run there", j.Label())
				}
			}
		}
	}
}

func loadsForAMD64(c pipeline.Command) bool {
	return (c.Is("curl") || c.Is("wget")) && forAMD64().MatchString(strings.Join(c.Words, " "))
}

// installs reports what makes a program of a download.
func installs(c pipeline.Command) bool {
	return slices.ContainsFunc([]string{"tar", "unzip", "chmod", "install", "dpkg", "mv"}, func(name string) bool { return c.Is(name) || c.Is("sudo", name) })
}

// onARM is where a job says that its machine has an ARM processor.
func onARM(j *pipeline.Job) pipeline.Node {
	on := machineLabels(j)
	if slices.ContainsFunc(on.List(), func(label string) bool {
		label = strings.ToLower(label)
		return label == "arm64" || strings.HasPrefix(label, "ubuntu-") && strings.HasSuffix(label, "-arm")
	}) {
		return on
	}
	return pipeline.Node{}
}
