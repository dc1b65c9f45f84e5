package gitrepo

import (
	"net/url"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Remote is the repository that a git address names.
type Remote struct {
	// Host is the server, without a port.
	Host string
	// Repository is OWNER/NAME.
	Repository string
}

// scpLike matches git's short form of an ssh address, USER@HOST:PATH. The host has at least two characters, since
// C:/work is a path.
var scpLike = lazy.Regexp(`^(?:[^@/:\s]+@)?([A-Za-z0-9][A-Za-z0-9.-]+):([^:\s]+)$`)

// ParseRemote reads the address of a git remote: https, ssh, git and scp-like, on github.com or elsewhere. Credentials
// in it are dropped. It returns false for an address without OWNER/NAME on a server, such as a path.
func ParseRemote(address string) (Remote, bool) {
	var host, at string
	if scheme, _, ok := strings.Cut(address, "://"); ok {
		u, err := url.Parse(address)
		if err != nil {
			return Remote{}, false
		}
		switch strings.ToLower(scheme) {
		case "https", "http", "ssh", "git", "git+ssh", "ssh+git", "git+https":
		default:
			return Remote{}, false
		}
		host, at = u.Hostname(), u.Path
	} else if m := scpLike().FindStringSubmatch(address); m != nil {
		host, at = m[1], m[2]
	}
	at = strings.TrimSuffix(strings.Trim(at, "/"), ".git")
	owner, name, ok := strings.Cut(at, "/")
	if !ok || host == "" || owner == "" || name == "" || strings.Contains(name, "/") {
		return Remote{}, false
	}
	return Remote{Host: strings.ToLower(host), Repository: owner + "/" + name}, true
}

// OnGitHub reports whether the host is github.com. A host without a dot is an alias in the user's ssh configuration: it
// counts if its name contains github.
func (r Remote) OnGitHub() bool {
	switch r.Host {
	case "github.com", "www.github.com", "ssh.github.com":
		return true
	}
	return strings.HasPrefix(r.Host, "github.com-") || !strings.Contains(r.Host, ".") && strings.Contains(r.Host, "github")
}
