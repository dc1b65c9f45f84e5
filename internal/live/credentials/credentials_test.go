package credentials

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sources returns a home with these files, and an environment with these variables.
func sources(t *testing.T, files, env map[string]string) Sources {
	t.Helper()
	home := t.TempDir()
	for name, text := range files {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Sources{Home: home, Env: func(name string) string { return strings.ReplaceAll(env[name], "HOME", home) }}
}

func TestGitHub(t *testing.T) {
	hosts := map[string]string{".config/gh/hosts.yml": "github.com:\n  user: ada\n  oauth_token: from-gh\ngit.example.org:\n  oauth_token: other\n", "own/hosts.yml": "github.com:\n  oauth_token: own\n"}
	for name, c := range map[string]struct {
		files, env map[string]string
		want       GitHub
	}{
		"nothing":               {nil, nil, GitHub{"https://api.github.com", ""}},
		"gh's file":             {hosts, nil, GitHub{"https://api.github.com", "from-gh"}},
		"gh's folder":           {hosts, map[string]string{"GH_CONFIG_DIR": "HOME/own"}, GitHub{"https://api.github.com", "own"}},
		"XDG":                   {map[string]string{"x/gh/hosts.yml": "github.com: {oauth_token: xdg}"}, map[string]string{"XDG_CONFIG_HOME": "HOME/x"}, GitHub{"https://api.github.com", "xdg"}},
		"variable first":        {hosts, map[string]string{"GITHUB_TOKEN": "two"}, GitHub{"https://api.github.com", "two"}},
		"gh's variable first":   {hosts, map[string]string{"GITHUB_TOKEN": "two", "GH_TOKEN": "one"}, GitHub{"https://api.github.com", "one"}},
		"a server of one's own": {hosts, map[string]string{"GITHUB_API_URL": "https://git.example.org/api/v3/"}, GitHub{"https://git.example.org/api/v3", "other"}},
		"an unknown server":     {hosts, map[string]string{"GITHUB_API_URL": "https://evil.example.org"}, GitHub{"https://evil.example.org", ""}},
		"broken file":           {map[string]string{".config/gh/hosts.yml": "{"}, nil, GitHub{"https://api.github.com", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sources(t, c.files, c.env).GitHub(); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestRegistry(t *testing.T) {
	auth := base64.StdEncoding.EncodeToString([]byte("ada:secret"))
	docker := map[string]string{".docker/config.json": `{"auths":{"ghcr.io":{"auth":"` + auth + `"}}}`}
	for name, c := range map[string]struct {
		files, env           map[string]string
		base, user, password string
		hint                 string
	}{
		"nothing":         {nil, nil, "https://ghcr.io", "", "", "docker login ghcr.io"},
		"docker's login":  {docker, map[string]string{"GH_TOKEN": "t"}, "https://ghcr.io", "ada", "secret", ""},
		"docker's folder": {map[string]string{"d/config.json": `{"auths":{"https://ghcr.io":{"auth":"` + auth + `"}}}`}, map[string]string{"DOCKER_CONFIG": "HOME/d"}, "https://ghcr.io", "ada", "secret", ""},
		"GitHub's token":  {nil, map[string]string{"GITHUB_TOKEN": "t"}, "https://ghcr.io", "pipegen", "t", ""},
		"a helper":        {map[string]string{".docker/config.json": `{"auths":{"ghcr.io":{}},"credsStore":"desktop"}`}, nil, "https://ghcr.io", "", "", "does not run"},
		"no base64":       {map[string]string{".docker/config.json": `{"auths":{"ghcr.io":{"auth":"%%"}}}`}, nil, "https://ghcr.io", "", "", "docker login"},
		// The login of the registry and GitHub's token are not for a mirror.
		"a mirror": {docker, map[string]string{"PIPEGEN_REGISTRY": "https://mirror.example.org/", "GH_TOKEN": "t"}, "https://mirror.example.org", "", "", "mirror.example.org"},
		"a mirror with a login": {map[string]string{".docker/config.json": `{"auths":{"mirror.example.org":{"auth":"` + auth + `"}}}`},
			map[string]string{"PIPEGEN_REGISTRY": "https://mirror.example.org"}, "https://mirror.example.org", "ada", "secret", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := sources(t, c.files, c.env).Registry("ghcr.io")
			if got.Base != c.base || got.User != c.user || got.Password != c.password || !strings.Contains(got.Hint, c.hint) || c.hint == "" && got.Hint != "" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestOtherRegistries: Docker Hub answers under another name than its images have, and docker keeps its login under a
// third one; clouds have commands of their own.
func TestOtherRegistries(t *testing.T) {
	auth := base64.StdEncoding.EncodeToString([]byte("ada:secret"))
	nobody := base64.StdEncoding.EncodeToString([]byte("00000000-0000-0000-0000-000000000000:"))
	docker := map[string]string{".docker/config.json": `{"auths":{"https://index.docker.io/v1/":{"auth":"` + auth + `"}}}`}
	for name, c := range map[string]struct {
		files      map[string]string
		base, user string
		hint       string
	}{
		"docker.io": {docker, "https://registry-1.docker.io", "ada", ""},
		"quay.io":   {docker, "https://quay.io", "", "run 'docker login quay.io'"},
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com": {docker, "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com", "", "aws ecr get-login-password --region eu-west-1 |"},
		"europe-docker.pkg.dev":                        {docker, "https://europe-docker.pkg.dev", "", "gcloud auth print-access-token |"},
		"example.azurecr.io":                           {docker, "https://example.azurecr.io", "", "run 'az acr login --name example'"},
		"public.ecr.aws":                               {docker, "https://public.ecr.aws", "", "aws ecr-public get-login-password --region us-east-1 |"},
		// The one of a user without a password is a token, as 'az acr login' leaves it.
		"here.azurecr.io":           {map[string]string{".docker/config.json": `{"auths":{"here.azurecr.io":{"auth":"` + nobody + `","identitytoken":"e.y.j"}}}`}, "https://here.azurecr.io", "00000000-0000-0000-0000-000000000000", ""},
		"tokens.example.org":        {map[string]string{".docker/config.json": `{"auths":{"tokens.example.org":{"auth":"` + nobody + `","identitytoken":"e.y.j"}}}`}, "https://tokens.example.org", "", "run 'docker login tokens.example.org'"},
		"registry.example.org:5000": {nil, "https://registry.example.org:5000", "", "run 'docker login registry.example.org:5000'"},
	} {
		t.Run(name, func(t *testing.T) {
			// GitHub's token is not for them.
			got := sources(t, c.files, map[string]string{"GITHUB_TOKEN": "t"}).Registry(name)
			if got.Base != c.base || got.User != c.user || !strings.Contains(got.Hint, c.hint) || c.hint == "" && got.Hint != "" {
				t.Errorf("%+v", got)
			}
		})
	}
	if got := sources(t, nil, nil).Registry("docker.io"); !strings.Contains(got.Hint, "run 'docker login'") {
		t.Errorf("%+v", got)
	}
}

func TestArgoCD(t *testing.T) {
	config := map[string]string{".config/argocd/config": `current-context: work
contexts:
- {name: play, server: play.example.org, user: play}
- {name: work, server: argo.example.org, user: work}
servers:
- {server: argo.example.org, grpc-web-root-path: /argo}
users:
- {name: play, auth-token: toy}
- {name: work, auth-token: real}
`}
	for name, c := range map[string]struct {
		files, env    map[string]string
		server, token string
		missing       string
	}{
		"nothing":            {nil, nil, "", "", "no server is known"},
		"variables":          {nil, map[string]string{"ARGOCD_SERVER": "argo.example.org:443", "ARGOCD_AUTH_TOKEN": "t"}, "https://argo.example.org:443", "t", ""},
		"a whole address":    {nil, map[string]string{"ARGOCD_SERVER": "http://127.0.0.1:8080/", "ARGOCD_AUTH_TOKEN": "t"}, "http://127.0.0.1:8080", "t", ""},
		"no token":           {nil, map[string]string{"ARGOCD_SERVER": "argo.example.org"}, "https://argo.example.org", "", "ARGOCD_AUTH_TOKEN"},
		"argocd's file":      {config, nil, "https://argo.example.org/argo", "real", ""},
		"a token of its own": {config, map[string]string{"ARGOCD_AUTH_TOKEN": "t"}, "https://argo.example.org/argo", "t", ""},
		// The token of the file is not sent to another server.
		"another server": {config, map[string]string{"ARGOCD_SERVER": "evil.example.org"}, "https://evil.example.org", "", "ARGOCD_AUTH_TOKEN"},
		"broken file":    {map[string]string{".config/argocd/config": "]"}, nil, "", "", "no server is known"},
	} {
		t.Run(name, func(t *testing.T) {
			got := sources(t, c.files, c.env).ArgoCD("")
			if got.Server != c.server || got.Token != c.token || !strings.Contains(got.Missing, c.missing) || c.missing == "" && got.Missing != "" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestArgoCDAt: each of several servers gets its own credential, and none that is kept for another one.
func TestArgoCDAt(t *testing.T) {
	config := map[string]string{".config/argocd/config": `current-context: us
contexts:
- {name: eu, server: "argocd.eu.example.org:443", user: eu}
- {name: us, server: argocd.us.example.org, user: us}
- {name: old, server: argocd.us.example.org, user: old}
- {name: below, server: argo.example.org, user: below}
servers:
- {server: argo.example.org, grpc-web-root-path: /ap}
users:
- {name: eu, auth-token: europe}
- {name: us, auth-token: america}
- {name: old, auth-token: stale}
- {name: below, auth-token: asia}
`}
	named := func(server string) map[string]string {
		return map[string]string{"ARGOCD_SERVER": server, "ARGOCD_AUTH_TOKEN": "t"}
	}
	for _, c := range []struct {
		name, address string
		env           map[string]string
		token         string
	}{
		{"its context", "https://argocd.eu.example.org", nil, "europe"},
		{"the current one of two", "https://argocd.us.example.org/", nil, "america"},
		{"below a path", "https://argo.example.org/ap", nil, "asia"},
		{"above a path", "https://argo.example.org", nil, ""},
		{"the variables", "https://argocd.eu.example.org", named("argocd.eu.example.org"), "t"},
		{"the variables of another one", "https://argocd.us.example.org", named("argocd.eu.example.org"), "america"},
		{"a token for nobody knows whom", "https://argocd.us.example.org", map[string]string{"ARGOCD_AUTH_TOKEN": "t"}, "america"},
		{"no credential", "https://argocd.sa.example.org", named("argocd.eu.example.org"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := sources(t, config, c.env).ArgoCD(c.address)
			if got.Server != strings.TrimRight(c.address, "/") || got.Token != c.token || (got.Missing == "") != (c.token != "") || c.token == "" && !strings.Contains(got.Missing, c.address) {
				t.Errorf("%+v", got)
			}
		})
	}
}
