package forge

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Root is the folder that holds the repositories.
func (f *Forge) Root() string { return f.root }

// Path is the bare folder of a repository, such as org/name.
func (f *Forge) Path(repository string) string {
	return filepath.Join(f.root, filepath.FromSlash(strings.ToLower(repository)))
}

// Init makes a repository, empty, with the default branch; one that exists keeps
// its commits and its default branch. The forge is notified of every push to it.
func (f *Forge) Init(ctx context.Context, repository, branch string) error {
	if !repositories.MatchString(repository) {
		return fmt.Errorf("%q is no name of a repository, such as org/name", repository)
	}
	b := f.bare(repository)
	if err := os.MkdirAll(filepath.Join(b.folder, "hooks"), 0o755); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--bare", "--template=", "--initial-branch=" + branch},
		{"config", "uploadpack.allowFilter", "true"},
		{"config", "uploadpack.allowAnySHA1InWant", "true"},
		{"config", "http.receivepack", "true"},
	} {
		if _, err := b.run(ctx, args...); err != nil {
			return err
		}
	}
	return f.listen(b)
}

// listen writes the git hooks that notify the forge of pushes, and ask it before.
func (f *Forge) listen(b bare) error {
	const curl = "curl --disable --silent --noproxy '*' "
	repository := "?repository=" + url.QueryEscape(b.repository) + "'\n"
	for name, script := range map[string]string{
		"post-receive": "exec " + curl + "--show-error --fail --data-binary @- '" + f.API() + "/_received" + repository,
		// The pushing client sees what curl prints; 22 is curl's exit code for a
		// refusal.
		"update": curl + "--fail-with-body --get --data-urlencode \"ref=$1\" '" + f.API() + "/_arriving" + repository + "test $? -ne 22\n",
	} {
		hook := filepath.Join(b.folder, "hooks", name)
		// A push of this moment runs the old hook or the new one, and never half of one.
		if err := os.WriteFile(hook+".new", []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			return err
		}
		if err := os.Rename(hook+".new", hook); err != nil {
			return err
		}
	}
	return nil
}

// repositories have names that are safe in a path and in a script.
var repositories = regexp.MustCompile(`^\w[\w-]*/[\w.-]*\w[\w.-]*$`)

func (f *Forge) bare(repository string) bare {
	return bare{repository: repository, folder: f.Path(repository), home: f.root}
}

// find is a repository that exists.
func (f *Forge) find(repository string) (bare, bool) {
	b := f.bare(repository)
	if !repositories.MatchString(repository) {
		return b, false
	}
	_, err := os.Stat(filepath.Join(b.folder, "HEAD"))
	return b, err == nil
}
