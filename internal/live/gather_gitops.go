package live

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/live/github"
)

// gitops reads what should run, everything from one commit.
func (g gatherer) gitops(e *Environment, p Destination, head github.Commit, err error) {
	if err != nil {
		e.Live, e.Deploys = factFrom(Live{}, "", err), factFrom([]Deploy(nil), "", err)
		return
	}
	from := g.clients.GitOps
	file, err := from.File(g.ctx, head.SHA, p.Folder+"/kustomization.yaml")
	l := Live{Revision: head.SHA}
	if err == nil {
		l, err = parseLive(file)
		l.Revision = head.SHA
	}
	if err == nil {
		var source []byte
		source, err = from.File(g.ctx, head.SHA, p.Folder+"/source-commit")
		l.Source = firstLine(source)
	}
	if err != nil {
		err = fmt.Errorf("%s in the GitOps repository: %w", p.Folder, err)
	}
	e.Live = factFrom(l, head.URL, err)
	commits, err := from.History(g.ctx, head.SHA, p.Folder)
	e.Deploys = factFrom(g.deploys(p.Name, commits), "", err)
}

// maxLive is how many bytes a live folder's kustomization.yaml may have. It has a few lines, and even a small text can
// keep a YAML parser busy.
const maxLive = 16 << 10

// parseLive reads the image of a live folder.
func parseLive(file []byte) (Live, error) {
	if len(file) > maxLive {
		return Live{}, fmt.Errorf("kustomization.yaml has more than %d KiB, and should have a few lines", maxLive>>10)
	}
	var k struct {
		Images []struct {
			Name   string `yaml:"newName"`
			Tag    string `yaml:"newTag"`
			Digest string `yaml:"digest"`
		} `yaml:"images"`
	}
	if yaml.Unmarshal(file, &k) != nil {
		return Live{}, errors.New("kustomization.yaml is no YAML of a kustomization")
	}
	if len(k.Images) != 1 {
		return Live{}, fmt.Errorf("kustomization.yaml has %d images, and must have the one that runs", len(k.Images))
	}
	i := k.Images[0]
	if !isDigest(i.Digest) || i.Tag == "" || strings.ContainsAny(i.Tag, "/:@?#") {
		return Live{}, errors.New("kustomization.yaml names no image by tag and digest")
	}
	return Live{Image: i.Name, Tag: i.Tag, Digest: i.Digest}, nil
}

func isDigest(s string) bool {
	hex, ok := strings.CutPrefix(s, "sha256:")
	return ok && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}

// deploys distinguishes bumps from commits that take them back by their messages: those of rollback.yaml, with or
// without a number of steps, and those of git revert. Other commits, such as the first one, are left out.
func (g gatherer) deploys(environment string, commits []github.Commit) []Deploy {
	var out []Deploy
	bump := fmt.Sprintf("deploy %s to %s: ", g.target.Application, environment)
	back := fmt.Sprintf("roll back %s in %s ", g.target.Application, environment)
	for _, c := range commits {
		s := c.Subject()
		switch {
		case strings.HasPrefix(s, bump):
			out = append(out, Deploy{Commit: c})
		case strings.HasPrefix(s, back+"by "), strings.HasPrefix(s, back+"to "), strings.HasPrefix(s, `Revert "`+bump):
			out = append(out, Deploy{Commit: c, Back: true})
		}
	}
	return out
}
