package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// commitNamed requires that the image and the overlay name the commit that was built. Whether the
// running program says it too, only the cluster knows.
func commitNamed(c *Case) {
	for _, w := range c.Workflows {
		var label pipeline.Node
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Builds() {
					label = s.With("labels")
					c.labelled(s)
				}
				if s.Joins() {
					c.annotated(s, label)
				}
			}
		}
	}
	for _, w := range c.writers {
		for _, e := range w.edits {
			c.records(w, e)
		}
	}
}

const revision = "org.opencontainers.image.revision"

func (c *Case) labelled(s *pipeline.Step) {
	labels := s.With("labels")
	want := map[string]string{revision: "${{ github.sha }}", "org.opencontainers.image.source": "${{ github.server_url }}/${{ github.repository }}"}
	for _, line := range strings.Split(labels.Text(), "\n") {
		if k, v, ok := strings.Cut(line, "="); ok && want[k] == strings.TrimSpace(v) {
			delete(want, k)
		}
	}
	for k, v := range want {
		c.broken(labels.At(), c.recordPlace(), k+"="+v, "%s builds an image whose label %s does not say %s", s.Job.Label(), k, v)
	}
}

func (c *Case) annotated(s *pipeline.Step, label pipeline.Node) {
	for _, cmd := range s.Commands() {
		// One that is there already, by the digest that another job says, names the commit that built it.
		again := len(cmd.Args(4)) == 2 && strings.Contains(last(cmd.Words), "@‹needs.")
		if cmd.Is("docker", "buildx", "imagetools", "create") && !again && !cmd.Has("index:"+revision+"=‹github.sha›") {
			c.broken(cmd.At(), label.At(), `--annotation "index:`+revision+`=${GITHUB_SHA}"`, "%s joins an image that does not name the commit", s.Job.Label())
		}
	}
}

// records requires that the edit comes with the commit it was built from (W39).
func (c *Case) records(w *writer, e pipeline.Edit) {
	for _, cmd := range w.Commands {
		if to := cmd.Output(); to != "" && w.InRepository(to) == path.Join(e.Folder, "source-commit") && cmd.Has(w.Run.SHA) {
			return
		}
	}
	c.broken(e.At(), c.sourceCommit(e), "write GITHUB_SHA to source-commit beside the image", "%s does not write down which commit it deploys to %s", w.Job.Label(), e.Folder)
}

func (c *Case) sourceCommit(e pipeline.Edit) pipeline.Place {
	if s := c.File(artifact.GitOps, path.Join(e.Folder, "source-commit")); s != nil {
		return s.At(1)
	}
	return c.AnyOverlay()
}

func (c *Case) recordPlace() pipeline.Place {
	for _, w := range c.writers {
		for _, e := range w.edits {
			return c.sourceCommit(e)
		}
	}
	return pipeline.Place{}
}
