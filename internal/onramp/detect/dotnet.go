package detect

import (
	"io/fs"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/lazy"
)

// DotNet is a .NET project or solution.
type DotNet struct {
	// Pinned reports a global.json, and Version is what the project targets otherwise, or "".
	Pinned  bool
	Version string
	// Locked reports a packages.lock.json beside it or in a folder of one of its projects.
	Locked bool
}

var targetFramework = lazy.Regexp(`<TargetFramework>net([0-9]+\.[0-9]+)</TargetFramework>`)

func findDotNet(t tree) *DotNet {
	files, _ := t.list(".")
	projects := slices.DeleteFunc(files, func(name string) bool {
		return !slices.Contains([]string{".sln", ".slnx", ".csproj", ".fsproj"}, path.Ext(name))
	})
	d := &DotNet{Pinned: t.has("global.json")}
	for _, lock := range []string{"packages.lock.json", "*/packages.lock.json", "*/*/packages.lock.json"} {
		found, _ := fs.Glob(t.root.FS(), lock)
		d.Locked = d.Locked || len(found) > 0
	}
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
