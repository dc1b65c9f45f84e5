package registry

import (
	"maps"
	"testing"
)

func TestChallenge(t *testing.T) {
	for header, want := range map[string]struct {
		scheme     string
		parameters map[string]string
	}{
		`Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:a/b:pull,push"`: {"bearer",
			map[string]string{"realm": "https://ghcr.io/token", "service": "ghcr.io", "scope": "repository:a/b:pull,push"}},
		`BASIC realm=here, charset="UTF-8"`: {"basic", map[string]string{"realm": "here", "charset": "UTF-8"}},
		`Bearer realm="open`:                {"bearer", map[string]string{"realm": "open"}},
		`Negotiate`:                         {"negotiate", map[string]string{}},
		``:                                  {"", map[string]string{}},
	} {
		scheme, parameters := challenge(header)
		if scheme != want.scheme || !maps.Equal(parameters, want.parameters) {
			t.Errorf("%s: %s %v", header, scheme, parameters)
		}
	}
}

// FuzzChallenge: reading any header ends.
func FuzzChallenge(f *testing.F) {
	f.Add(`Bearer realm="https://ghcr.io/token",service="ghcr.io"`)
	f.Add(`Bearer a=,"b"=,`)
	f.Fuzz(func(t *testing.T, header string) {
		_, parameters := challenge(header)
		if len(parameters) > len(header) {
			t.Errorf("%d parameters", len(parameters))
		}
	})
}
