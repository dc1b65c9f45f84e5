package standins

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// checkout is actions/checkout: the same fetches by git, of a remote that
// git's own insteadOf leads to a bare repository on this machine.
func checkout(_ World, in inputs) error {
	repository, ref := in["repository"], in["ref"]
	own := repository == "" || repository == os.Getenv("GITHUB_REPOSITORY")
	if own {
		repository = os.Getenv("GITHUB_REPOSITORY")
	} else if in["token"] == "" && in["ssh-key"] == "" {
		return errors.New("remote: repository not found")
	}
	folder := filepath.Join(os.Getenv("GITHUB_WORKSPACE"), in["path"])
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	remote, environ := "https://github.com/"+repository, os.Environ()
	if key := in["ssh-key"]; key != "" {
		command, done, err := sshCommand(key)
		if err != nil {
			return err
		}
		defer done()
		remote, environ = "git@github.com:"+repository, append(environ, "GIT_SSH_COMMAND="+command)
	}
	git := func(args ...string) error {
		command := exec.Command("git", args...)
		command.Dir, command.Env, command.Stdout, command.Stderr = folder, environ, os.Stdout, os.Stderr
		return command.Run()
	}

	fetch := []string{"fetch", "--quiet", "--no-tags"}
	if in["fetch-depth"] != "0" {
		fetch = append(fetch, "--depth="+cmp.Or(in["fetch-depth"], "1"))
	}
	if in["filter"] != "" {
		fetch = append(fetch, "--filter="+in["filter"])
	}
	fetch = append(fetch, "origin")
	if in["fetch-depth"] == "0" {
		fetch = append(fetch, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
	}
	target := "refs/remotes/origin/" + ref
	if own && ref == "" {
		target = os.Getenv("GITHUB_SHA")
		fetch = append(fetch, target)
	} else {
		fetch = append(fetch, "+refs/heads/"+ref+":"+target)
	}

	steps := [][]string{
		{"init", "--quiet", "."},
		{"remote", "add", "origin", remote},
		fetch,
	}
	if in["sparse-checkout"] != "" {
		set := []string{"sparse-checkout", "set"}
		if in["sparse-checkout-cone-mode"] == "false" {
			set = append(set, "--no-cone")
		}
		steps = append(steps, append(set, strings.Fields(in["sparse-checkout"])...))
	}
	if branch, ok := strings.CutPrefix(os.Getenv("GITHUB_REF"), "refs/heads/"); ok && own && ref == "" {
		steps = append(steps, []string{"checkout", "--quiet", "--force", "-B", branch, target})
	} else if own && ref == "" {
		steps = append(steps, []string{"checkout", "--quiet", "--force", "--detach", target})
	} else {
		steps = append(steps, []string{"checkout", "--quiet", "--force", "-B", ref, target})
	}
	for _, step := range steps {
		if err := git(step...); err != nil {
			return err
		}
	}
	return nil
}
