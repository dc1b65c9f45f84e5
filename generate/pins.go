package generate

import (
	"fmt"
	"sync"

	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// action is one entry of the pin table: a release, the commit it names (W02), and
// what it takes and gives.
type action struct {
	Version string   `json:"version"`
	SHA     string   `json:"sha"`
	Inputs  []string `json:"inputs"`
	Outputs []string `json:"outputs"`
	// NoMajorTag is set where no tag follows the newest release of a major version.
	NoMajorTag bool `json:"noMajorTag"`
}

// forSteps are the actions that a test step may use. Only pipegen itself uses the others in the table, or they have
// been replaced (W04).
var forSteps = []string{
	"Swatinem/rust-cache",
	"actions/cache",
	"actions/download-artifact",
	"actions/setup-dotnet",
	"actions/setup-go",
	"actions/setup-java",
	"actions/setup-node",
	"actions/setup-python",
	"actions/upload-artifact",
	"astral-sh/setup-uv",
	"codecov/codecov-action",
	"dtolnay/rust-toolchain",
	"golangci/golangci-lint-action",
	"gradle/actions/setup-gradle",
	"pnpm/action-setup",
	"ruby/setup-ruby",
	"shivammathur/setup-php",
	"snok/install-poetry",
}

// pinOf finds the table's entry for an action, which may be one of several in its
// repository: those share a commit (W08).
func pinOf(name string) (action, bool) {
	a, ok := table()[pins.Repository(name)]
	return a, ok
}

// Pinned are the pins of the table, by the repository of the action.
func Pinned() map[string]pins.Pin {
	out := map[string]pins.Pin{}
	for name, a := range table() {
		out[name] = pins.Pin{Version: a.Version, SHA: a.SHA}
	}
	return out
}

// uses is an action as the spec's style names it: by its commit with the release as a
// comment (W01), unless the author wants tags.
func (r *renderer) uses(name string) yamldoc.Value {
	a, ok := pinOf(name)
	if !ok {
		r.fail(fmt.Errorf("action %s is not in the pin table", name))
		return yamldoc.Omit
	}
	style := r.plan.Style
	pin := pins.Newest(pins.Pin{Version: a.Version, SHA: a.SHA}, r.plan.Pins[pins.Repository(name)])
	ref, comment := pins.Reference(style, pin, !a.NoMajorTag)
	if style == pins.Commit {
		return yamldoc.Of(name + "@" + ref).Comment(comment)
	}
	return r.own("pipegen.pins", name+"@"+ref).Comment(comment)
}

// table is the one in templates/actions.json, the only source of versions of actions.
var table = sync.OnceValue(func() map[string]action { return readTable[action]("actions.json") })
