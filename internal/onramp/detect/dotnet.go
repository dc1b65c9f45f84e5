package detect

import (
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/lazy"
)

// DotNet is a .NET project or solution.
type DotNet struct {
	// Pinned reports a global.json, and Version is what the project targets otherwise, or "".
	Pinned  bool
	Version string
	// Locked reports a packages.lock.json beside it.
	Locked bool
}

var targetFramework = lazy.Regexp(`<TargetFramework>net([0-9]+\.[0-9]+)</TargetFramework>`)

func findDotNet(t tree) *DotNet {
	files, _ := t.list(".")
	projects := slices.DeleteFunc(files, func(name string) bool {
		return !slices.Contains([]string{".sln", ".slnx", ".csproj", ".fsproj"}, path.Ext(name))
	})
	d := &DotNet{Pinned: t.has("global.json"), Locked: t.has("packages.lock.json")}
	for _, name := range append(projects, "Directory.Build.props") {
		if d.Version == "" {
			d.Version = group(targetFramework(), t.text(name))
		}
	}
	if len(projects) == 0 && !d.Pinned {
		return nil
	}
	return d
}
