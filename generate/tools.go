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

// Tools are the tools of the table, by name.
func Tools() map[string]pins.Tool { return maps.Clone(toolTable()) }

// ToolForms say how files name the tools of the table.
func ToolForms() map[string]pins.Form {
	out := map[string]pins.Form{}
	for name, t := range toolTable() {
		out[name] = t.Form
	}
	return out
}

// toolTable is the one in templates/tools.json.
var toolTable = sync.OnceValue(func() map[string]pins.Tool { return readTable[pins.Tool]("tools.json") })

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
func toolsOf(s input) map[string]pins.Tool {
	out := Tools()
	for name, chosen := range s.Pipegen.Tools {
		t := out[name]
		t.Version, t.Digest, t.Path = chosen.Version, chosen.Digest, schema.Join("pipegen.tools", name)
		out[name] = t
	}
	for _, own := range s.Tests {
		language, of := own.Value.Toolchain()
		if of == nil || of.PackageManagerVersion == "" {
			continue
		}
		t, known := out[of.PackageManager]
		if known && of.PackageManagerVersion != t.Version {
			t.Version, t.Path = of.PackageManagerVersion, schema.Join(own.Value.At, language)+".packageManagerVersion"
			out[of.PackageManager] = t
		}
	}
	return out
}

// tool is a tool of the plan. Its name is a constant of this package's.
func (r *renderer) tool(name string) pins.Tool {
	t, ok := r.plan.Tools[name]
	if !ok {
		r.fail(fmt.Errorf("tool %s is not in the table", name))
	}
	return t
}

// ofTool is a value that names the release of a tool: the spec's where it names one.
func (r *renderer) ofTool(name, text string) yamldoc.Value {
	return r.own(r.plan.Tools[name].Path, text)
}
