package gitrepo

import (
	"strings"
	"testing"
)

func TestParseRemote(t *testing.T) {
	for address, want := range map[string]Remote{
		"https://github.com/org/repo":                      {"github.com", "org/repo"},
		"https://github.com/org/repo.git":                  {"github.com", "org/repo"},
		"https://github.com/org/repo/":                     {"github.com", "org/repo"},
		"https://token:x-oauth@github.com/Org/My.Repo.git": {"github.com", "Org/My.Repo"},
		"http://GitHub.com:8080/org/repo":                  {"github.com", "org/repo"},
		"ssh://git@github.com/org/repo.git":                {"github.com", "org/repo"},
		"ssh://git@ssh.github.com:443/org/repo.git":        {"ssh.github.com", "org/repo"},
		"git+ssh://git@github.com/org/repo":                {"github.com", "org/repo"},
		"git://github.com/org/repo.git":                    {"github.com", "org/repo"},
		"git@github.com:org/repo.git":                      {"github.com", "org/repo"},
		"github.com:org/repo":                              {"github.com", "org/repo"},
		"git@github-work:org/repo.git":                     {"github-work", "org/repo"},
		"git@github.example.com:team/app.git":              {"github.example.com", "team/app"},
		"https://github.example.com/team/app":              {"github.example.com", "team/app"},
		"org-1234@github.com:org/repo.git":                 {"github.com", "org/repo"},
		"git@github.com:/org/repo.git":                     {"github.com", "org/repo"},
		"":                                                 {},
		"/srv/git/repo.git":                                {},
		"../repo":                                          {},
		"file:///srv/git/org/repo":                         {},
		`C:\work\repo`:                                     {},
		"C:/src/repo":                                      {},
		"https://gitlab.com/group/sub/repo.git":            {},
		"https://github.com/org":                           {},
		"https://github.com//repo":                         {},
		"https://%zz/org/repo":                             {},
		"ext::sh -c touch% /tmp/x org/repo":                {},
	} {
		got, ok := ParseRemote(address)
		if got != want || ok != (want != Remote{}) {
			t.Errorf("%q: %v %v, want %v", address, got, ok, want)
		}
	}
}

func TestOnGitHub(t *testing.T) {
	for host, want := range map[string]bool{
		"github.com": true, "ssh.github.com": true, "github-work": true, "github.com-work": true,
		"github.example.com": false, "gitlab.com": false, "bitbucket": false,
	} {
		if got := (Remote{Host: host}).OnGitHub(); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}

func FuzzRemote(f *testing.F) {
	for _, seed := range []string{"git@github.com:org/repo.git", "https://a:b@github.com:1/o/n", "ssh://[::1]/o/n", "C:/x/y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		r, ok := ParseRemote(address)
		if !ok {
			return
		}
		if r.Host == "" || strings.Count(r.Repository, "/") != 1 || strings.HasPrefix(r.Repository, "/") || strings.HasSuffix(r.Repository, "/") {
			t.Errorf("%q gives %+v", address, r)
		}
	})
}
