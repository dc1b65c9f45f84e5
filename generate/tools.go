package generate

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"

	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
	"github.com/pipegen/pipegen/templates"
)

// Tool is what a workflow or a Job downloads besides actions: a pinned action does not
// pin what it fetches (W06).
type Tool struct {
	Kind ToolKind `json:"kind"`
	pins.Form
	// Version is the release, as the tool's own tags have it.
	Version string `json:"version"`
	// Digest is what the download is held against, as sha256:…, or "".
	Digest string `json:"digest"`
	// Checked says what holds a download without a digest against anything.
	Checked string `json:"checked"`
	// Repository is where releases are tagged on GitHub, as OWNER/NAME.
	Repository string `json:"repository"`
	// FromSpec is set where the spec names the release, and not the table.
	FromSpec bool `json:"-"`
}

// ToolKind is the form in which a tool is downloaded.
type ToolKind string

const (
	// ImageTool is a container image, named by tag and digest.
	ImageTool ToolKind = "image"
	// ArchiveTool is the archive for linux/amd64 of a release, with its digest.
	ArchiveTool ToolKind = "archive"
	// ReleaseTool is fetched by an action, which is given the version and takes no digest.
	ReleaseTool ToolKind = "release"
	// PackageTool comes from a package index.
	PackageTool ToolKind = "package"
)

// Pin is the tool's release with its digest.
func (t Tool) Pin() Pin { return Pin{Version: t.Version, SHA: t.Digest} }

// reference names an image.
func (t Tool) reference() string { return t.Image + ":" + t.Version + "@" + t.Digest }

// Tools are those of the table, by name.
func Tools() map[string]Tool { return maps.Clone(toolTable()) }

// ToolForms say how files name the tools of the table.
func ToolForms() map[string]pins.Form {
	out := map[string]pins.Form{}
	for name, t := range toolTable() {
		out[name] = t.Form
	}
	return out
}

// toolTable is the one in templates/tools.json.
var toolTable = sync.OnceValue(func() map[string]Tool { return readTable[Tool]("tools.json") })

// readTable reads a table of templates, by name. One that cannot be read is a fault of
// this program.
func readTable[T any](file string) map[string]T {
	src, err := templates.Files.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var table map[string]T
	if err := json.Unmarshal(src, &table); err != nil {
		panic(fmt.Sprintf("%s: %v", file, err))
	}
	return table
}

// toolsOf are the tools in the releases that a spec names, or else the table.
func toolsOf(s schema.Spec) map[string]Tool {
	out := Tools()
	for name, chosen := range s.Pipegen.Tools {
		t := out[name]
		t.Version, t.Digest, t.FromSpec = chosen.Version, chosen.Digest, true
		out[name] = t
	}
	if py := s.Test.Python; py != nil && py.PackageManagerVersion != "" {
		t := out[py.PackageManager]
		t.FromSpec = py.PackageManagerVersion != t.Version
		t.Version = py.PackageManagerVersion
		out[py.PackageManager] = t
	}
	return out
}

// tool is a tool of the plan. Its name is a constant of this package's.
func (r *renderer) tool(name string) Tool {
	t, ok := r.plan.Tools[name]
	if !ok {
		r.fail(fmt.Errorf("tool %s is not in the table", name))
	}
	return t
}

// ofTool is a value that names the release of a tool: the spec's where it names one.
func (r *renderer) ofTool(name, text string) yamldoc.Value {
	if r.plan.Tools[name].FromSpec {
		return r.own(schema.Join("pipegen.tools", name), text)
	}
	return yamldoc.Of(text)
}
