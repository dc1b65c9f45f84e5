package credentials

import (
	"cmp"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/live/github"
)

// GitHub is the address of GitHub's API and a token, "" where none was found.
type GitHub struct{ API, Token string }

// GitHub reads GITHUB_API_URL, which runs on GitHub have; then GH_TOKEN and GITHUB_TOKEN, in the order of gh; then the
// file in which gh keeps its login when the system has no keyring.
func (s Sources) GitHub() GitHub {
	g := GitHub{API: cmp.Or(strings.TrimRight(s.Env("GITHUB_API_URL"), "/"), github.DefaultAPI), Token: cmp.Or(s.Env("GH_TOKEN"), s.Env("GITHUB_TOKEN"))}
	if g.Token == "" {
		g.Token = s.hosts()[host(g.API)]
	}
	return g
}

func (s Sources) hosts() map[string]string {
	var hosts map[string]struct {
		Token string `yaml:"oauth_token"`
	}
	out := map[string]string{}
	if yaml.Unmarshal(s.read(s.folder("GH_CONFIG_DIR", "gh"), "hosts.yml"), &hosts) != nil {
		return out
	}
	for name, h := range hosts {
		out[name] = h.Token
	}
	return out
}

// host is GitHub's name in gh's file.
func host(api string) string {
	u, err := url.Parse(api)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Host, "api.")
}
