package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/dockerfile"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// setups are the inputs that choose a language's release, with the image that ships
// it.
var setups = []struct {
	action, input string
	images        []string
	parts         int
}{
	{"actions/setup-python", "python-version", []string{"python"}, 2},
	{"astral-sh/setup-uv", "python-version", []string{"python"}, 2},
	{"actions/setup-node", "node-version", []string{"node"}, 1},
	{"actions/setup-go", "go-version", []string{"golang"}, 2},
	{"actions/setup-java", "java-version", []string{"eclipse-temurin", "openjdk", "amazoncorretto"}, 1},
}

// x22: tests run on the release that ships.
func findsX22(f *Case) {
	file := f.dockerfile()
	if file == nil {
		return
	}
	docker := dockerfile.Parse(file.Path, string(file.Content))
	f.steps(func(s *pipeline.Step) {
		for _, setup := range setups {
			tested, ships := s.With(setup.input), docker.Version(setup.images...)
			if s.Uses != setup.action || ships == "" || !plainVersion().MatchString(tested.Text()) {
				continue
			}
			if a, b := first(tested.Text(), setup.parts), first(ships, setup.parts); a != b {
				f.broken(tested.At(), pipeline.Place{File: file, Line: docker.VersionLine(setup.images...)}, "use one release", "tests run on %s %s, and the image ships %s", setup.images[0], tested.Text(), ships)
			}
		}
	})
}

var plainVersion = lazy.Regexp(`^\d+(\.\d+)*$`)

func first(version string, parts int) string {
	all := strings.Split(version, ".")
	return strings.Join(all[:min(parts, len(all))], ".")
}

// dockerfile is the one that the builds name, or the one at the top.
func (f *Case) dockerfile() *pipeline.File {
	for _, b := range f.Builds() {
		if name := b.With("file").Text(); name != "" {
			return f.File(artifact.Code, path.Clean(name))
		}
		if dir := b.With("context").Text(); dir != "" && !strings.Contains(dir, "${{") {
			if file := f.File(artifact.Code, path.Join(dir, "Dockerfile")); file != nil {
				return file
			}
		}
	}
	return f.File(artifact.Code, "Dockerfile")
}
