package detect

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// GHCR and DockerHub are the hosts of two registries.
const (
	GHCR      = "ghcr.io"
	DockerHub = "docker.io"
)

var (
	plainName = lazy.Regexp(`^\$\{\{\s*(secrets|vars)\.([A-Z_][A-Z0-9_]*)\s*\}\}$`)
	ecrHost   = lazy.Regexp(`^[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$`)
)

// InCloud reports a registry of a cloud: what its images are called says nothing of GitHub.
func InCloud(host string) bool { return inAmazon(host) || inGoogle(host) || InAzure(host) }

func inAmazon(host string) bool { return ecrHost().MatchString(host) }

func inGoogle(host string) bool { return strings.HasSuffix(host, "-docker.pkg.dev") }

// InAzure reports a registry of Azure.
func InAzure(host string) bool { return strings.HasSuffix(host, ".azurecr.io") }

// Login is how a workflow logs in to a registry.
type Login struct {
	// Cloud is aws, google or azure, "" for a user with a password.
	Cloud string
	// Fields are those of the login in a spec: names of secrets and variables, and what tells a cloud who the run is.
	Fields map[string]string
	// User is the text of the user where it is not the name of a configuration variable.
	User pipeline.Node
	At   pipeline.Place
}

// whole reports whether all of the login could be read.
func (l Login) whole() bool {
	for _, v := range l.Fields {
		if v == "" {
			return false
		}
	}
	return true
}

// LoginTo is the first login of some jobs to a registry of which all could be read.
func LoginTo(host string, jobs []*pipeline.Job) (Login, bool) {
	for _, j := range jobs {
		for _, s := range j.Steps {
			if !logsInTo(s, host) {
				continue
			}
			if l, ok := cloudLogin(j, host); ok {
				return l, true
			}
			if l, ok := stepLogin(s, host); ok {
				return l, true
			}
		}
	}
	return Login{}, false
}

// logsInTo reports a step that logs in to a host.
func logsInTo(s *pipeline.Step, host string) bool {
	registry := s.Job.Filled(s.With("registry"))
	switch s.Uses {
	case "docker/login-action":
		return registry == host || host == DockerHub && (!s.With("registry").OK() || strings.HasSuffix(registry, DockerHub)) || inAmazon(host) && strings.Contains(s.With("registry").Text(), "${{")
	case "azure/docker-login":
		return Literal(s.With("login-server")) == host
	case "aws-actions/amazon-ecr-login":
		return inAmazon(host)
	}
	for _, c := range s.Commands() {
		switch name, _ := c.Option("--name"); {
		case c.Is("az", "acr", "login") && name != "" && strings.HasPrefix(host, name+"."), c.Is("gcloud", "auth", "configure-docker") && c.Has(host):
			return true
		}
	}
	return false
}

// cloudLogin reads the identity, or the key, with which a job logs in to a cloud.
func cloudLogin(j *pipeline.Job, host string) (Login, bool) {
	for _, s := range j.Steps {
		l := Login{At: s.At(), Fields: map[string]string{}}
		switch {
		case s.Uses == "aws-actions/configure-aws-credentials" && inAmazon(host):
			l.Cloud = "aws"
			if l.Fields["role"] = Literal(s.With("role-to-assume")); l.Fields["role"] == "" {
				l.Fields = map[string]string{"keyID": NameIn(s.With("aws-access-key-id")), "key": NameIn(s.With("aws-secret-access-key"))}
			}
		case s.Uses == "google-github-actions/auth" && inGoogle(host):
			l.Cloud = "google"
			if l.Fields["provider"], l.Fields["serviceAccount"] = Literal(s.With("workload_identity_provider")), Literal(s.With("service_account")); l.Fields["provider"] == "" {
				l.Fields = map[string]string{"key": NameIn(s.With("credentials_json"))}
			}
		case strings.EqualFold(s.Uses, "azure/login") && InAzure(host):
			l.Cloud = "azure"
			l.Fields["client"], l.Fields["tenant"], l.Fields["subscription"] = Literal(s.With("client-id")), Literal(s.With("tenant-id")), Literal(s.With("subscription-id"))
		default:
			continue
		}
		return l, l.whole()
	}
	return Login{}, false
}

// LikelyLogin is the first login of some jobs to a cloud by an identity that a secret or a variable names, with what takes
// the place of what no file has, and with what names it.
func LikelyLogin(host, image string, jobs []*pipeline.Job) (l Login, by pipeline.Node, ok bool) {
	for _, j := range jobs {
		if !slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return logsInTo(s, host) }) {
			continue
		}
		for _, s := range j.Steps {
			switch role, provider := s.With("role-to-assume"), s.With("workload_identity_provider"); {
			case s.Uses == "aws-actions/configure-aws-credentials" && inAmazon(host) && role.OK():
				account, _, _ := strings.Cut(host, ".")
				return Login{"aws", map[string]string{"role": "arn:aws:iam::" + account + ":role/ROLE"}, pipeline.Node{}, s.At()}, role, true
			case s.Uses == "google-github-actions/auth" && inGoogle(host) && provider.OK():
				project, _, _ := strings.Cut(image, "/")
				account := Literal(s.With("service_account"))
				if account == "" {
					account = "push@" + project + ".iam.gserviceaccount.com"
				}
				return Login{"google", map[string]string{"provider": "projects/0/locations/global/workloadIdentityPools/pool/providers/provider", "serviceAccount": account}, pipeline.Node{}, s.At()}, provider, true
			}
		}
	}
	return Login{}, pipeline.Node{}, false
}

// stepLogin reads a user and a password.
func stepLogin(s *pipeline.Step, host string) (Login, bool) {
	user, key := s.With("username"), NameIn(s.With("password"))
	l := Login{At: s.At()}
	switch {
	case inAmazon(host):
		l.Cloud, l.Fields = "aws", map[string]string{"keyID": NameIn(user), "key": key}
	case inGoogle(host):
		l.Cloud, l.Fields = "google", map[string]string{"key": key}
		return l, l.whole() && user.Text() == "_json_key"
	default:
		return UserLogin(user, key, l.At)
	}
	return l, l.whole()
}

// UserLogin is a login by a user and the secret with the password. A user in plain text belongs into a variable.
func UserLogin(user pipeline.Node, key string, at pipeline.Place) (Login, bool) {
	variable := NameIn(user)
	if variable == "" && Literal(user) != "" {
		variable = "REGISTRY_USER"
	}
	l := Login{Fields: map[string]string{"user": variable, "password": key}, At: at}
	if !strings.Contains(user.Text(), "vars.") {
		l.User = user
	}
	return l, l.whole()
}

// Named returns the one secret or variable that a text is: secrets or vars, and its name; "" for any other text.
func Named(text string) (kind, name string) {
	if m := plainName().FindStringSubmatch(text); m != nil {
		return m[1], m[2]
	}
	return "", ""
}

// NameIn is the name of the one secret or variable that a text is, "" for any other text.
func NameIn(n pipeline.Node) string {
	_, name := Named(n.Text())
	return name
}

// Literal is a text that no run fills in, "" for any other.
func Literal(n pipeline.Node) string {
	if strings.Contains(n.Text(), "${{") {
		return ""
	}
	return n.Text()
}

// RegistryOf is the registry of an image with this name, as docker reads it; "" for a placeholder that another file
// replaces.
func RegistryOf(name string) string {
	host, _, several := strings.Cut(name, "/")
	switch {
	case !several:
		return ""
	case strings.ContainsAny(host, ".:") || host == "localhost":
		return host
	}
	return DockerHub
}

// IsPush reports a command that pushes an image.
func IsPush(c pipeline.Command) bool { return c.Is("docker", "push") || c.Has("--push") }
