package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// lockedInstalls: what is installed is in a lock file, and so is what installs it.
func lockedInstalls(c *Case) {
	c.jobs(func(j *pipeline.Job) {
		locked := false
		for _, cmd := range j.Commands() {
			if cmd.Is("poetry", "check") && cmd.Has("--lock") || cmd.Is("poetry", "lock") && cmd.Has("--check") {
				locked = true
			}
			if what, help := unlocked(cmd, locked); what != "" {
				c.broken(cmd.At(), nowhere, help, "job %s %s", j.ID, what)
			}
		}
	})
}

// updates are the commands that write a lock file anew, with those that keep to it.
var updates = []struct{ manager, command, instead string }{
	{"bundle", "update", "install, with BUNDLE_FROZEN=true"},
	{"cargo", "update", "test --locked"},
	{"composer", "update", "install"},
	{"npm", "update", "ci"},
	{"pipenv", "update", "sync"},
	{"pnpm", "update", "install --frozen-lockfile"},
	{"poetry", "update", "sync"},
	{"yarn", "upgrade", "install --frozen-lockfile"},
}

func unlocked(c pipeline.Command, lockChecked bool) (what, help string) {
	install := c
	if len(c.Words) > 3 && (c.Is("python", "-m", "pip") || c.Is("python3", "-m", "pip")) {
		install.Words = c.Words[2:]
	}
	if len(c.Words) > 1 && c.Is("uv", "pip") {
		install.Words = c.Words[1:]
	}
	for _, u := range updates {
		if c.Is(u.manager, u.command) {
			return "takes newer releases than the lock file has", u.manager + " " + u.instead
		}
	}
	switch {
	case (install.Is("pip", "install") || install.Is("pip3", "install")) && !install.Has("--require-hashes", "--no-deps"):
		return pip(install)
	case c.Is("pipx", "install") && len(c.Args(2)) > 0 && !strings.Contains(c.Args(2)[0], "=="):
		return "installs " + quoted(c.Args(2)[0]) + " in the newest release", "write the release: NAME==VERSION"
	case c.Is("poetry", "install") && !lockChecked:
		return "installs without asking whether the lock file fits", "run 'poetry check --lock' before, and 'poetry sync'"
	case c.Is("uv", "sync") && !c.Has("--locked", "--frozen"):
		return "installs what may differ from the lock file", "uv sync --locked"
	case c.Is("pipenv", "install") && !c.Has("--deploy") && len(c.Args(2)) == 0:
		return "installs what may differ from the lock file", "pipenv sync"
	case c.Is("npm", "install") || c.Is("npm", "i"):
		if len(c.Args(2)) == 0 {
			return "installs what may differ from the lock file", "npm ci"
		}
	case c.Is("yarn", "install") && !c.Has("--frozen-lockfile", "--immutable"), c.Is("pnpm", "install") && !c.Has("--frozen-lockfile"):
		return "installs what may differ from the lock file", "add --frozen-lockfile, or --immutable"
	}
	return "", ""
}

func pip(c pipeline.Command) (what, help string) {
	if c.Has("-r", "--requirement") {
		return "installs requirements without hashes", "add --require-hashes, and write the hashes with 'pip-compile --generate-hashes'"
	}
	for _, name := range c.Args(2) {
		if !strings.Contains(name, "==") {
			return "installs " + quoted(name) + " in the newest release", "install from a lock file, or write NAME==VERSION"
		}
	}
	return "", ""
}
