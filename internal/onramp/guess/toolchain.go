package guess

import "github.com/pipegen/pipegen/internal/onramp/detect"

// toolchain is the one that the tests run with. Several may be there: that of the
// image that ships comes first, and a package.json last, which often serves the
// tools of another language.
func toolchain(f detect.Facts) string {
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

// shipsWith are the images that a toolchain comes in.
var shipsWith = map[string][]string{
	"python": {"python", "uv"}, "go": {"golang"}, "java": {"eclipse-temurin", "openjdk", "amazoncorretto"},
	"rust": {"rust"}, "node": {"node"},
}

// toolchains are all that the repository has signs of.
func toolchains(f detect.Facts) []string {
	var out []string
	for _, t := range []struct {
		name  string
		found bool
	}{{"python", f.Python != nil}, {"go", f.Go != nil}, {"java", f.Java != nil}, {"rust", f.Rust != nil}, {"node", f.Node != nil}} {
		if t.found {
			out = append(out, t.name)
		}
	}
	return out
}
