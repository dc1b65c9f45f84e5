package generate

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/templates"
)

// action is one entry of the pin table: a release, the commit it names (W02), and
// what it takes and gives.
type action struct {
	Version string   `json:"version"`
	SHA     string   `json:"sha"`
	Inputs  []string `json:"inputs"`
	Outputs []string `json:"outputs"`
}

// forSteps are the actions that a test step may use. The others in the table are
// pipegen's own to place, or have been replaced (W04).
var forSteps = []string{
	"Swatinem/rust-cache",
	"actions/cache",
	"actions/download-artifact",
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
	"snok/install-poetry",
}

// pinOf finds the table's entry for an action, which may be one of several in its
// repository: those share a commit (W08).
func pinOf(name string) (action, bool) {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 2 {
		return action{}, false
	}
	a, ok := pins[parts[0]+"/"+parts[1]]
	return a, ok
}

// pins is the table in templates/actions.json, the only source of versions.
var pins = readPins()

func readPins() map[string]action {
	src, err := templates.Files.ReadFile("actions.json")
	if err != nil {
		panic(err)
	}
	var table map[string]action
	if err := json.Unmarshal(src, &table); err != nil {
		panic(fmt.Sprintf("actions.json: %v", err))
	}
	return table
}
