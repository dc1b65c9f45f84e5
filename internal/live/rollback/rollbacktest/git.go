package rollbacktest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Live is the live folder of an environment.
func (w *World) Live(environment string) string {
	return w.Folder + "shop/overlays/" + environment + "/live"
}

// Write writes a file, and the folders on the way to it.
func (w *World) Write(name, text string) {
	w.T.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		w.T.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		w.T.Fatal(err)
	}
}

// Read reads a file.
func (w *World) Read(name string) string {
	w.T.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		w.T.Fatal(err)
	}
	return string(text)
}

// Git runs git as CI does, at the time of the world's clock, and returns its output.
func (w *World) Git(dir string, args ...string) string {
	w.T.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	at := w.Clock.Format(time.RFC3339)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=shop[bot]", "GIT_AUTHOR_EMAIL=bot@example.org", "GIT_COMMITTER_NAME=shop[bot]", "GIT_COMMITTER_EMAIL=bot@example.org",
		"GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.T.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// CommitAll commits all changes, or an empty commit, and returns the commit.
func (w *World) CommitAll(dir, message string) string {
	w.T.Helper()
	w.Git(dir, "add", "--all")
	w.Git(dir, "commit", "--quiet", "--allow-empty", "-m", message)
	return w.Git(dir, "rev-parse", "HEAD")
}

var (
	// TagLine matches the line of a live folder that has the tag.
	TagLine    = regexp.MustCompile(`newTag: .*`)
	digestLine = regexp.MustCompile(`digest: .*`)
)

// Deploy is a bump as CI makes it: the image "a" has the tag main-a, and its digest and source commit begin with the
// same hexadecimal digit.
func (w *World) Deploy(environment, image string) {
	w.T.Helper()
	w.DeploySource(environment, image, strings.Repeat(image, 8)+strings.Repeat("5", 32))
}

// DeploySource deploys an image that was built from a commit of the source.
func (w *World) DeploySource(environment, image, source string) {
	w.T.Helper()
	w.Clock = w.Clock.Add(time.Hour)
	w.Sources[image], w.Digests[image] = source, "sha256:"+strings.Repeat(image, 8)+strings.Repeat("0", 56)
	w.Git(w.CI, "pull", "--quiet", "--ff-only", "origin", "main")
	file := filepath.Join(w.CI, w.Live(environment), "kustomization.yaml")
	text := TagLine.ReplaceAllString(w.Read(file), "newTag: main-"+image)
	w.Write(file, digestLine.ReplaceAllString(text, "digest: "+w.Digests[image]))
	w.Write(filepath.Join(w.CI, w.Live(environment), "source-commit"), w.Sources[image]+"\n")
	w.Bumps[environment+image] = w.CommitAll(w.CI, fmt.Sprintf("deploy shop to %s: main-%s", environment, image))
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
}

// DeployImages is a bump of api and web from a commit of the source, which begins with the hexadecimal digit that it is
// given, as the tags and the digests of the images do.
func (w *World) DeployImages(environment, source, api, web string) {
	w.T.Helper()
	w.Clock = w.Clock.Add(time.Hour)
	w.Sources[source] = strings.Repeat(source, 8) + strings.Repeat("5", 32)
	w.Git(w.CI, "pull", "--quiet", "--ff-only", "origin", "main")
	text := "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n"
	for _, i := range [][]string{{"api", api}, {"web", web}} {
		text += "- digest: " + Digest(i[0], i[1]) + "\n  name: " + i[0] + "\n  newName: ghcr.io/example/shop/" + i[0] + "\n  newTag: main-" + i[1] + "\n"
	}
	w.Write(filepath.Join(w.CI, w.Live(environment), "kustomization.yaml"), text)
	w.Write(filepath.Join(w.CI, w.Live(environment), "source-commit"), w.Sources[source]+"\n")
	w.Bumps[environment+source] = w.CommitAll(w.CI, fmt.Sprintf("deploy shop to %s: main-%s", environment, source))
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
}

// Digest is the one that DeployImages gives to an image.
func Digest(image, version string) string {
	return "sha256:" + strings.Repeat(version, 8) + strings.Repeat(map[string]string{"api": "1", "web": "2"}[image], 56)
}

// Pull updates the person's checkout.
func (w *World) Pull() { w.Git(w.Mine, "pull", "--quiet", "--ff-only") }

// Tag returns the tag that is live in origin.
func (w *World) Tag(environment string) string {
	w.T.Helper()
	return strings.TrimPrefix(TagLine.FindString(w.Git(w.Origin, "show", "main:"+w.Live(environment)+"/kustomization.yaml")), "newTag: ")
}

// Hook installs a script as a hook of a repository.
func (w *World) Hook(dir, name, script string) {
	w.T.Helper()
	w.Write(filepath.Join(dir, name), "#!/bin/sh\nunset GIT_DIR GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"+script)
	if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
		w.T.Fatal(err)
	}
}

// State returns the state of a repository without objects: refs, index, and working tree.
func (w *World) State(dir string) string {
	w.T.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "objects" {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			text, err := os.ReadFile(name)
			fmt.Fprintf(&all, "%s %x\n", name, text)
			return err
		}
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return all.String()
}
