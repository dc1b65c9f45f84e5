package credentials

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ArgoCD is the address of an Argo CD server and a token. Missing says what to do if either is unknown; it is "" when
// both are known.
type ArgoCD struct{ Server, Token, Missing string }

// ArgoCD reads ARGOCD_SERVER and ARGOCD_AUTH_TOKEN, then the file of the argocd command line, in its current context. A
// token from the file is used only for the server in the file.
func (s Sources) ArgoCD() ArgoCD {
	a := ArgoCD{Server: s.Env("ARGOCD_SERVER"), Token: s.Env("ARGOCD_AUTH_TOKEN")}
	server, token := s.context()
	switch {
	case a.Server == "":
		a.Server, a.Token = server, cmp.Or(a.Token, token)
	case a.Token == "" && strings.TrimPrefix(a.Server, "https://") == server:
		a.Token = token
	}
	switch {
	case a.Server == "":
		a.Missing = "no server is known: set ARGOCD_SERVER and ARGOCD_AUTH_TOKEN, or log in with 'argocd login'"
	case a.Token == "":
		a.Missing = "no credential was found: set ARGOCD_AUTH_TOKEN, or log in with 'argocd login'"
	}
	if a.Server != "" && !strings.Contains(a.Server, "://") {
		a.Server = "https://" + a.Server
	}
	a.Server = strings.TrimRight(a.Server, "/")
	return a
}

// context returns the current context of the argocd command line: its server, as HOST:PORT with a path if there is one,
// and the token of its user.
func (s Sources) context() (server, token string) {
	var config struct {
		Current  string `yaml:"current-context"`
		Contexts []struct {
			Name   string `yaml:"name"`
			Server string `yaml:"server"`
			User   string `yaml:"user"`
		} `yaml:"contexts"`
		Servers []struct {
			Server string `yaml:"server"`
			Root   string `yaml:"grpc-web-root-path"`
		} `yaml:"servers"`
		Users []struct {
			Name  string `yaml:"name"`
			Token string `yaml:"auth-token"`
		} `yaml:"users"`
	}
	if yaml.Unmarshal(s.read(s.folder("ARGOCD_CONFIG_DIR", "argocd"), "config"), &config) != nil {
		return "", ""
	}
	for _, c := range config.Contexts {
		if c.Name != config.Current {
			continue
		}
		server = c.Server
		for _, u := range config.Users {
			if u.Name == c.User {
				token = u.Token
			}
		}
		for _, v := range config.Servers {
			if root := strings.Trim(v.Root, "/"); v.Server == c.Server && root != "" {
				server += "/" + root
			}
		}
	}
	return server, token
}
