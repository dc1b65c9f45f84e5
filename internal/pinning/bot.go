package pinning

import (
	"os"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/workspace"
)

// OneBot drops the configuration of a bot where the repository already configures one, since one bot is enough.
func OneBot(changes []workspace.Change, roots workspace.Roots) []workspace.Change {
	out := changes[:0]
	for _, c := range changes {
		if c.File.Owner == artifact.Seeded && c.Status == workspace.Missing && isBot(c.File.Path) && hasBot(roots[artifact.Code]) {
			continue
		}
		out = append(out, c)
	}
	return out
}

func isBot(name string) bool {
	return name == generate.DependabotFile || name == generate.RenovateFile
}

// hasBot reports whether a repository configures one of the known bots.
func hasBot(dir string) bool {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	for _, name := range []string{
		generate.DependabotFile, ".github/dependabot.yaml",
		generate.RenovateFile, "renovate.json5", ".github/renovate.json", ".github/renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5",
	} {
		if _, err := root.Lstat(name); err == nil {
			return true
		}
	}
	return false
}
