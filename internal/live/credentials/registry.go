package credentials

import (
	"encoding/base64"
	"encoding/json"
	"path/filepath"
	"strings"
)

// Registry is how to ask a registry. User and Password are "" where none was found;
// Hint then says why, if there is more to say than that.
type Registry struct{ Base, User, Password, Hint string }

// Registry reads the logins of docker, for ghcr.io the token of GitHub after them.
// PIPEGEN_REGISTRY names the address of a mirror that has the same repositories.
// Programs that hand out credentials are named in docker's file, and are not run: a
// command that only looks should start nothing that a file tells it to.
func (s Sources) Registry(name string) Registry {
	r := Registry{Base: strings.TrimRight(s.Env("PIPEGEN_REGISTRY"), "/")}
	if r.Base == "" {
		r.Base = "https://" + name
	}
	// A mirror is another server: the login of the registry is not for it.
	_, asked, _ := strings.Cut(r.Base, "://")
	folder := s.Env("DOCKER_CONFIG")
	if folder == "" {
		folder = filepath.Join(s.Home, ".docker")
	}
	var config struct {
		Auths map[string]struct {
			Auth string `json:"auth"`
		} `json:"auths"`
		Helpers map[string]string `json:"credHelpers"`
		Store   string            `json:"credsStore"`
	}
	if json.Unmarshal(s.read(folder, "config.json"), &config) == nil {
		for _, key := range []string{asked, "https://" + asked, "https://" + asked + "/v1/"} {
			if user, password, ok := login(config.Auths[key].Auth); ok {
				r.User, r.Password = user, password
				return r
			}
		}
	}
	if token := s.GitHub().Token; asked == "ghcr.io" && token != "" {
		r.User, r.Password = "pipegen", token
		return r
	}
	r.Hint = "no credential for " + asked + " was found: run 'docker login " + asked + "'"
	if config.Helpers[asked] != "" || config.Store != "" {
		r.Hint = "docker keeps the credential for " + asked + " in a helper program, which pipegen does not run: set GITHUB_TOKEN, or write a file with the login and name its folder in DOCKER_CONFIG"
	}
	return r
}

func login(auth string) (user, password string, ok bool) {
	plain, err := base64.StdEncoding.DecodeString(auth)
	if err != nil {
		return "", "", false
	}
	user, password, ok = strings.Cut(string(plain), ":")
	return user, strings.TrimRight(password, "\x00"), ok && password != ""
}
