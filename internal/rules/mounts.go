package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// mountsGiven: a secret that no instruction mounts is read by nobody, and was meant for one. Only a Dockerfile in the
// working tree can say so.
func mountsGiven(c *Case) {
	for _, i := range c.Facts.Images {
		file := c.File(artifact.Code, i.Dockerfile)
		if file == nil {
			continue
		}
		mounts := pipeline.ParseDockerfile(file.Path, string(file.Content)).Mounts
		j := c.building(i)
		if j == nil {
			continue
		}
		given := c.Facts.Given[j.ID]
		for _, g := range given {
			if slices.ContainsFunc(given, func(one Given) bool { return one.From == g.From && one.mounted(mounts) }) {
				continue
			}
			what, mount := "the secret "+quoted(g.As), "--mount=type=secret,id="+g.As
			if g.As == "" {
				what, mount = "the key "+g.Name, "--mount=type=ssh"
			}
			c.broken(pipeline.Place{File: file, Line: 1}, j.At(), "mount it where it is needed: RUN "+mount+" …, or take it out of the spec", "no instruction mounts %s, which builds are given", what)
		}
	}
}

// mounted reports whether some instruction mounts it, or may do so.
func (g Given) mounted(all []pipeline.DockerMount) bool {
	return slices.ContainsFunc(all, func(m pipeline.DockerMount) bool {
		return m.SSH == (g.As == "") && (m.SSH || m.ID == "" || m.ID == g.As)
	})
}

// building is the first job that builds an image, nil for none.
func (c *Case) building(i ImageFact) *pipeline.Job {
	for _, b := range c.Builds() {
		if image := c.imageOf(b.Job); image != nil && image.Name == i.Name {
			return b.Job
		}
	}
	return nil
}
