package detect

import (
	"regexp"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Go is a Go module.
type Go struct {
	Module string
	// Version is the version in the go line, or "".
	Version string
}

var (
	goModule  = lazy.Regexp(`(?m)^module\s+"?([^\s"]+)"?`)
	goVersion = lazy.Regexp(`(?m)^go\s+([0-9][0-9a-z.]*)`)
)

func findGo(t tree) *Go {
	if !t.has("go.mod") {
		return nil
	}
	text := t.text("go.mod")
	return &Go{Module: group(goModule(), text), Version: group(goVersion(), text)}
}

// group returns the first group of the first match, or "".
func group(re *regexp.Regexp, text string) string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
