package detect

import (
	"encoding/json"

	"github.com/pipegen/pipegen/internal/lazy"
)

// PHP is a Composer project.
type PHP struct {
	// Platform reports that composer.json names the release that runs, and Version is the least that it allows, or "".
	Platform bool
	Version  string
	// Locked reports a composer.lock.
	Locked bool
}

var leastPHP = lazy.Regexp(`([0-9]+\.[0-9]+)`)

func findPHP(t tree) *PHP {
	if !t.has("composer.json") {
		return nil
	}
	var pkg struct {
		Require map[string]string `json:"require"`
		Config  struct {
			Platform map[string]any `json:"platform"`
		} `json:"config"`
	}
	// A file that cannot be read leaves its fields empty.
	_ = json.Unmarshal([]byte(t.text("composer.json")), &pkg)
	return &PHP{Platform: pkg.Config.Platform["php"] != nil, Version: group(leastPHP(), pkg.Require["php"]), Locked: t.has("composer.lock")}
}
