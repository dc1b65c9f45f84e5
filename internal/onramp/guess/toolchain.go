package guess

import "github.com/pipegen/pipegen/internal/onramp/detect"

// toolchain returns the toolchain of the tests. Of several, that of the image comes first, and a package.json last,
// since it often serves the tools of another language.
func toolchain(f detect.Project) string {
	found := toolchains(f)
	for _, t := range found {
		if f.Docker.Version(shipsWith[t]...) != "" {
			return t
		}
	}
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// shipsWith are the images that contain a toolchain.
var shipsWith = map[string][]string{
	"python": {"python", "uv"}, "go": {"golang"}, "java": {"eclipse-temurin", "openjdk", "amazoncorretto"},
	"rust": {"rust"}, "node": {"node"}, "dotnet": {"sdk", "aspnet"}, "php": {"php"}, "ruby": {"ruby"},
}

// toolchains returns all toolchains that the repository seems to use.
func toolchains(f detect.Project) []string {
	var out []string
	for _, t := range []struct {
		name  string
		found bool
	}{{"python", f.Python != nil}, {"go", f.Go != nil}, {"java", f.Java != nil}, {"rust", f.Rust != nil}, {"dotnet", f.DotNet != nil}, {"php", f.PHP != nil}, {"ruby", f.Ruby != nil}, {"node", f.Node != nil}} {
		if t.found {
			out = append(out, t.name)
		}
	}
	return out
}
