package credentials

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ArgoCD is the address of an Argo CD server and a token. Missing says what to do if either is unknown; it is "" when
// both are known.
type ArgoCD struct{ Server, Token, Missing string }

// ArgoCD finds the credential for the Argo CD at an address, or for the only one, whose address is then found as well. It
// reads ARGOCD_SERVER and ARGOCD_AUTH_TOKEN, which are about one server, and then the file of the argocd command line: a
// context for the address, else the current one. A token goes to no other server than the one that it is kept for.
func (s Sources) ArgoCD(address string) ArgoCD {
	a := ArgoCD{Server: cmp.Or(address, s.Env("ARGOCD_SERVER"))}
	server, token := s.context(a.Server)
	switch named := s.Env("ARGOCD_SERVER"); {
	case a.Server == "":
		a.Server, a.Token = server, cmp.Or(s.Env("ARGOCD_AUTH_TOKEN"), token)
	case address == "" || sameServer(named, address):
		a.Token = cmp.Or(s.Env("ARGOCD_AUTH_TOKEN"), token)
	default:
		a.Token = token
	}
	switch {
	case a.Server == "":
		a.Missing = "no server is known: set ARGOCD_SERVER and ARGOCD_AUTH_TOKEN, or log in with 'argocd login'"
	case a.Token == "" && address != "":
		a.Missing = "no credential for " + address + " was found: log in with 'argocd login " + plainServer(address) + "', or set ARGOCD_SERVER and ARGOCD_AUTH_TOKEN for this one"
	case a.Token == "":
		a.Missing = "no credential was found: set ARGOCD_AUTH_TOKEN, or log in with 'argocd login'"
	}
	if a.Server != "" && !strings.Contains(a.Server, "://") {
		a.Server = "https://" + a.Server
	}
	a.Server = strings.TrimRight(a.Server, "/")
	return a
}

// plainServer is an address as the argocd command line has it.
func plainServer(address string) string {
	return strings.TrimRight(strings.TrimPrefix(address, "https://"), "/")
}

// sameServer reports two spellings of one address.
func sameServer(a, b string) bool {
	plain := func(s string) string {
		host, path, _ := strings.Cut(plainServer(s), "/")
		return strings.ToLower(strings.TrimSuffix(host, ":443")) + "/" + path
	}
	return a != "" && plain(a) == plain(b)
}

// context returns a context of the argocd command line: its server, as HOST:PORT with a path if there is one, and the token
// of its user. It is the current one, or with an address one for that server.
func (s Sources) context(address string) (server, token string) {
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
		is := c.Server
		for _, v := range config.Servers {
			if root := strings.Trim(v.Root, "/"); v.Server == c.Server && root != "" {
				is += "/" + root
			}
		}
		if address == "" && c.Name != config.Current || address != "" && !sameServer(is, address) {
			continue
		}
		for _, u := range config.Users {
			// Of several for one server the current one counts.
			if u.Name == c.User && (token == "" || c.Name == config.Current) {
				server, token = is, u.Token
			}
		}
	}
	return server, token
}
