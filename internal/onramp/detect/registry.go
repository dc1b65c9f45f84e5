package detect

import (
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// Registry is where workflows push an image today.
type Registry struct {
	// Host is that of the registry, and Image the name of the image there; "" for what no text has in full.
	Host, Image string
	// Login is how they log in, nil where that could not be read.
	Login *Login
	// At is what says so.
	At pipeline.Place
}

// findRegistry reads the first job of workflows that pushes an image. One that pushes to GHCR as well comes first: that needs
// no secret.
func findRegistry(m *pipeline.Model, source string) *Registry {
	var out *Registry
	for _, j := range m.Jobs() {
		for _, r := range pushed(m, j, source) {
			if out == nil || out.Host != GHCR && r.Host == GHCR {
				out = &r
			}
		}
	}
	if out == nil || out.Host == "" || out.Host == GHCR {
		return out
	}
	if l, ok := LoginTo(out.Host, m.Jobs()); ok {
		out.Login = &l
	}
	return out
}

// pushed are the images that a job pushes. Where no name is known in full, they are the registries that it logs in to.
func pushed(m *pipeline.Model, j *pipeline.Job, source string) []Registry {
	var named []pipeline.Reference
	pushes := false
	for _, b := range m.Builds() {
		if b.Job == j && b.Pushes.OK() {
			pushes = true
			named = append(named, b.References()...)
		}
	}
	for _, c := range j.Commands() {
		if IsPush(c) {
			pushes = true
			name, _ := c.Option("--tag")
			if args := c.Args(2); len(args) > 0 && c.Is("docker", "push") {
				name = args[len(args)-1]
			} else if name == "" {
				name, _ = c.Option("-t")
			}
			named = append(named, pipeline.Reference{Name: pipeline.ParseImage(name).Name, At: c.At()})
		}
	}
	var out, hosts []Registry
	owner, _, _ := strings.Cut(source, "/")
	for _, n := range named {
		name := strings.ToLower(strings.NewReplacer("‹github.repository›", source, "‹github.repository_owner›", owner).Replace(n.Name))
		if host := RegistryOf(name); host != "" && whole(name) {
			out = append(out, Registry{Host: host, Image: strings.TrimPrefix(name, host+"/"), At: n.At})
		}
	}
	if !pushes || len(out) > 0 {
		return out
	}
	for _, s := range j.Steps {
		if host, ok := LoggedInTo(s); ok {
			hosts = append(hosts, Registry{Host: host, At: s.At()})
		}
	}
	// A name whose host a step gives is that of the image there.
	for _, n := range named {
		if of, name, ok := strings.Cut(n.Name, "›/"); ok && len(hosts) == 1 && strings.HasPrefix(of, "‹steps.") && whole(name) {
			hosts[0].Image = name
		}
	}
	return hosts
}

// whole reports a text of which no run fills in a part.
func whole(text string) bool { return !strings.ContainsAny(text, "‹$"+shell.Unknown) }

// LoggedInTo is the registry that a step logs in to, "" where its name is not known.
func LoggedInTo(s *pipeline.Step) (host string, ok bool) {
	switch strings.ToLower(s.Uses) {
	case "docker/login-action":
		if host = s.Job.Filled(s.With("registry")); host == "" || strings.HasSuffix(host, DockerHub) {
			return DockerHub, true
		}
	case "aws-actions/amazon-ecr-login":
		host = ownECR(s.Job)
	case "azure/docker-login":
		host = s.Job.Filled(s.With("login-server"))
	case "google-github-actions/auth", "azure/login":
	default:
		return "", false
	}
	if !whole(host) {
		return "", true
	}
	return host, true
}

var awsAccount = lazy.Regexp(`^arn:aws:iam::([0-9]{12}):role/`)

// ownECR is the registry of the account whose role a job takes on, in the region that it names.
func ownECR(j *pipeline.Job) string {
	for _, s := range j.Steps {
		if m := awsAccount().FindStringSubmatch(j.Filled(s.With("role-to-assume"))); m != nil {
			return m[1] + ".dkr.ecr." + j.Filled(s.With("aws-region")) + ".amazonaws.com"
		}
	}
	return ""
}
