package detect

import "github.com/pipegen/pipegen/internal/lazy"

// Ruby is a project with a Gemfile.
type Ruby struct {
	// Pinned reports a .ruby-version, and Version is what the Gemfile asks for otherwise, or "".
	Pinned  bool
	Version string
	// Locked reports a Gemfile.lock.
	Locked bool
}

var gemfileRuby = lazy.Regexp(`(?m)^ruby\s+["'](?:~>\s*)?([0-9]+\.[0-9]+(?:\.[0-9]+)?)["']`)

func findRuby(t tree) *Ruby {
	if !t.has("Gemfile") {
		return nil
	}
	return &Ruby{Pinned: t.has(".ruby-version"), Version: group(gemfileRuby(), t.text("Gemfile")), Locked: t.has("Gemfile.lock")}
}
