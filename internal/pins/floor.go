package pins

import (
	"fmt"
	"slices"
	"strings"
)

// floors are the oldest releases that may be used: older ones have a known vulnerability, or no longer work (W05). A
// release of a major version that is not listed must be newer than the last one listed.
var floors = map[string][]struct{ oldest, why string }{
	"docker/build-push-action": {{"v7.4.0", "build metadata could write commands into the log"}},
	"codecov/codecov-action": {
		{"v5.5.5", "it can no longer verify what it downloads"},
		{"v6.0.2", "it can no longer verify what it downloads"},
		{"v7.0.0", "it can no longer verify what it downloads"},
	},
	"aquasecurity/trivy-action": {{"v0.36.0", "its tags were once moved to code that steals secrets"}},
}

// belowFloor says what is wrong with an old release, or "".
func belowFloor(repository, version string) string {
	list := floors[repository]
	if len(list) == 0 || len(numbers(version)) == 0 {
		return ""
	}
	last := list[len(list)-1]
	for _, f := range list {
		if numbers(f.oldest)[0] == numbers(version)[0] {
			last = f
		}
	}
	if compare(version, last.oldest) >= 0 {
		return ""
	}
	return fmt.Sprintf("%s %s is older than %s, the first that may be used: before it, %s", repository, version, last.oldest, last.why)
}

// malicious are releases of tools that attackers published.
var malicious = map[string]struct {
	versions []string
	why      string
}{
	"trivy": {[]string{"0.69.4", "0.69.5", "0.69.6"}, "attackers published it in March 2026, and it steals the secrets of the run"},
}

// Malicious says why a release of a tool must never run, or "".
func Malicious(tool, version string) string {
	if m := malicious[tool]; slices.Contains(m.versions, strings.TrimPrefix(version, "v")) {
		return m.why
	}
	return ""
}
