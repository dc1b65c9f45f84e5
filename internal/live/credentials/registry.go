package credentials

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"path/filepath"
	"strings"
)

// Registry is the address of a registry and a login. User and Password are "" where none was found; Hint may then say
// why.
type Registry struct{ Base, User, Password, Hint string }

// Registry reads the logins of docker, and for ghcr.io then the token of GitHub. PIPEGEN_REGISTRY is the address of a
// mirror that has the same repositories. Credential helpers that docker's file names are not run: a command that only
// reads should not start programs that a file names.
func (s Sources) Registry(name string) Registry {
	address, hub := name, name == "docker.io"
	if hub {
		address = "registry-1.docker.io"
	}
	r := Registry{Base: cmp.Or(strings.TrimRight(s.Env("PIPEGEN_REGISTRY"), "/"), "https://"+address)}
	// A mirror is another server: the login of the registry is not for it.
	_, asked, _ := strings.Cut(r.Base, "://")
	if asked == address && hub {
		// The name under which docker keeps it is older than that of the images.
		asked = "index.docker.io"
	}
	folder := cmp.Or(s.Env("DOCKER_CONFIG"), filepath.Join(s.Home, ".docker"))
	var config struct {
		Auths map[string]struct {
			Auth     string `json:"auth"`
			Identity string `json:"identitytoken"`
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
			// What 'az acr login' leaves: Azure takes the token for a password of this user.
			if token := config.Auths[key].Identity; token != "" && strings.HasSuffix(asked, azureHosts) {
				r.User, r.Password = azureUser, token
				return r
			}
		}
	}
	if token := s.GitHub().Token; asked == "ghcr.io" && token != "" {
		r.User, r.Password = "pipegen", token
		return r
	}
	r.Hint = "no credential for " + asked + " was found: run '" + loginTo(asked) + "'"
	if config.Helpers[asked] != "" || config.Store != "" {
		r.Hint = "docker keeps the credential for " + asked + " in a helper program, which pipegen does not run: set GITHUB_TOKEN, or write a file with the login and name its folder in DOCKER_CONFIG"
	}
	return r
}

const (
	azureHosts = ".azurecr.io"
	azureUser  = "00000000-0000-0000-0000-000000000000"
)

// loginTo is the command that puts a login for a host into docker's file.
func loginTo(host string) string {
	switch part := strings.Split(host, "."); {
	case len(part) == 6 && part[1] == "dkr" && part[2] == "ecr":
		return "aws ecr get-login-password --region " + part[3] + " | docker login --username AWS --password-stdin " + host
	case strings.HasSuffix(host, "-docker.pkg.dev"):
		return "gcloud auth print-access-token | docker login --username oauth2accesstoken --password-stdin " + host
	case host == "public.ecr.aws":
		return "aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin " + host
	case strings.HasSuffix(host, azureHosts):
		return "az acr login --name " + part[0]
	case host == "index.docker.io":
		return "docker login"
	}
	return "docker login " + host
}

func login(auth string) (user, password string, ok bool) {
	plain, err := base64.StdEncoding.DecodeString(auth)
	if err != nil {
		return "", "", false
	}
	user, password, ok = strings.Cut(string(plain), ":")
	return user, strings.TrimRight(password, "\x00"), ok && password != ""
}
