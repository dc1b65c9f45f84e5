package frompipeline

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

const (
	ourRegistry = "ghcr.io"
	dockerHub   = "docker.io"
)

var (
	plainName = lazy.Regexp(`^\$\{\{\s*(secrets|vars)\.([A-Z_][A-Z0-9_]*)\s*\}\}$`)
	ecrHost   = lazy.Regexp(`^[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$`)
)

// nameIn is the name of the one secret or variable that a text is, "" for any other text.
func nameIn(n pipeline.Node) string {
	if m := plainName().FindStringSubmatch(n.Text()); m != nil {
		return m[2]
	}
	return ""
}

// literal is a text that no run fills in, "" for any other.
func literal(n pipeline.Node) string {
	if strings.Contains(n.Text(), "${{") {
		return ""
	}
	return n.Text()
}

// inCloud reports a registry of a cloud: what its images are called says nothing of GitHub.
func inCloud(host string) bool {
	return ecrHost().MatchString(host) || inGoogle(host) || inAzure(host)
}

func inGoogle(host string) bool { return strings.HasSuffix(host, "-docker.pkg.dev") }

func inAzure(host string) bool { return strings.HasSuffix(host, ".azurecr.io") }

// registryOf reads the registry of an image and how the originals log in to it.
func (d *drafter) registryOf(i *image, host string, at pipeline.Place) {
	if host == "" || host == ourRegistry {
		return
	}
	if !d.login(host, "registry") {
		d.leave(at, "write both, image.registry and the login in registries", "the image is in the registry %q, and the login there cannot be read", host)
		return
	}
	d.add(host, at, i.field("registry")...)
}

// login puts the first login to a host that can be read into the draft, and reports whether there is one. Jobs that push
// come first: others may log in to pull alone. The environment in GitHub
// is the one whose jobs log in.
func (d *drafter) login(host, environment string) bool {
	if d.tree.Root.Has("registries", host, "login") {
		return true
	}
	for _, pushing := range []bool{true, false} {
		for _, j := range d.m.Jobs() {
			for _, s := range j.Steps {
				if d.pushes(j) == pushing && logsInTo(s, host) && (d.cloudLogin(j, host) || d.passwordLogin(s, host, environment)) {
					return true
				}
			}
		}
	}
	return false
}

// pushes reports whether a job pushes an image.
func (d *drafter) pushes(j *pipeline.Job) bool {
	return slices.ContainsFunc(d.m.Builds(), func(b pipeline.Build) bool { return b.Job == j && b.Pushes.OK() }) ||
		slices.ContainsFunc(j.Commands(), isPush) || d.copies(j)
}

// logsInTo reports a step that logs in to a host.
func logsInTo(s *pipeline.Step, host string) bool {
	switch registry := literal(s.With("registry")); s.Uses {
	case "docker/login-action":
		return registry == host || host == dockerHub && (!s.With("registry").OK() || strings.HasSuffix(registry, dockerHub)) || ecrHost().MatchString(host) && strings.Contains(s.With("registry").Text(), "${{")
	case "azure/docker-login":
		return literal(s.With("login-server")) == host
	case "aws-actions/amazon-ecr-login":
		return ecrHost().MatchString(host)
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
func (d *drafter) cloudLogin(j *pipeline.Job, host string) bool {
	for _, s := range j.Steps {
		fields := map[string]string{}
		cloud := ""
		switch {
		case s.Uses == "aws-actions/configure-aws-credentials" && ecrHost().MatchString(host):
			cloud = "aws"
			if fields["role"] = literal(s.With("role-to-assume")); fields["role"] == "" {
				fields = map[string]string{"keyID": nameIn(s.With("aws-access-key-id")), "key": nameIn(s.With("aws-secret-access-key"))}
			}
		case s.Uses == "google-github-actions/auth" && inGoogle(host):
			cloud = "google"
			if fields["provider"], fields["serviceAccount"] = literal(s.With("workload_identity_provider")), literal(s.With("service_account")); fields["provider"] == "" {
				fields = map[string]string{"key": nameIn(s.With("credentials_json"))}
			}
		case strings.EqualFold(s.Uses, "azure/login") && inAzure(host):
			cloud = "azure"
			fields["client"], fields["tenant"], fields["subscription"] = literal(s.With("client-id")), literal(s.With("tenant-id")), literal(s.With("subscription-id"))
		default:
			continue
		}
		return d.addLogin(s.At(), fields, host, "login", cloud)
	}
	return false
}

// passwordLogin reads a user and a password.
func (d *drafter) passwordLogin(s *pipeline.Step, host, environment string) bool {
	user, key := s.With("username"), nameIn(s.With("password"))
	switch {
	case ecrHost().MatchString(host):
		return d.addLogin(s.At(), map[string]string{"keyID": nameIn(user), "key": key}, host, "login", "aws")
	case inGoogle(host):
		return user.Text() == "_json_key" && d.addLogin(s.At(), map[string]string{"key": key}, host, "login", "google")
	}
	return d.userLogin(s.At(), user, key, environment, host, "login")
}

// readers reads how jobs that build and do not push log in: that can only be to pull. The secret of those that push is
// not handed to builds, although the originals may do so.
func (d *drafter) readers() {
	if !slices.ContainsFunc(d.m.Jobs(), d.pushes) {
		return // something that is not read pushes
	}
	for _, j := range d.m.Jobs() {
		for _, s := range j.Steps {
			if s.Uses != "docker/login-action" || !builds(j) || d.pushes(j) {
				continue
			}
			host := cmp.Or(s.With("registry").Text(), dockerHub)
			if strings.Contains(host, dockerHub) {
				host = dockerHub
			}
			if push := d.tree.Root.Leaf("registries", host, "login", "password"); push == nil || push.Value != nameIn(s.With("password")) {
				d.reader(host, s.At(), s.With("username"), s.With("password"))
			}
		}
	}
}

// reader puts the first login that pulls from a host into the draft, and reports whether there is one.
func (d *drafter) reader(host string, at pipeline.Place, user, password pipeline.Node) bool {
	key := nameIn(password)
	switch {
	case d.tree.Root.Has("registries", host, "reader"):
		return true
	case host == ourRegistry:
		own := key == "GITHUB_TOKEN" || strings.Contains(password.Text(), "github.token")
		if own {
			d.add(true, at, "registries", host, "reader", "token")
		}
		return own
	case strings.Contains(host, "${{") || ecrHost().MatchString(host) || inGoogle(host):
		return false
	}
	return d.userLogin(at, user, key, "registry-read", host, "reader")
}

// userLogin puts a user and the secret with the password into the draft, if both could be read.
func (d *drafter) userLogin(at pipeline.Place, user pipeline.Node, key, environment string, path ...string) bool {
	variable := nameIn(user)
	if variable == "" && literal(user) != "" {
		variable = "REGISTRY_USER"
	}
	if !d.addLogin(at, map[string]string{"user": variable, "password": key}, path...) {
		return false
	}
	if !strings.Contains(user.Text(), "vars.") {
		d.leave(user.At(), "store the user as the variable "+variable+" of the environment "+environment, "the user that logs in to %s is no configuration variable", path[0])
	}
	return true
}

// addLogin puts a login below registries if all of it could be read.
func (d *drafter) addLogin(at pipeline.Place, fields map[string]string, path ...string) bool {
	for _, v := range fields {
		if v == "" {
			return false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		d.add(fields[name], at, slices.Concat([]string{"registries"}, path, []string{name})...)
	}
	return true
}
