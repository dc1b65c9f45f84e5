package generate

import (
	"encoding/json"
	"fmt"

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
