package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// secretIn is the name of the one secret that a text is, or the spec's name of the run's own token; "" for any other text.
func secretIn(text string) string {
	if pipeline.RunToken(text) {
		return "GITHUB_TOKEN"
	}
	if kind, name := detect.Named(text); kind == "secrets" {
		return name
	}
	return ""
}

// looksForSecrets reports the step with which pipegen looks whether the secrets of a job are set.
func looksForSecrets(s *pipeline.Step) bool {
	return s.Get("id").Text() == "given" && s.Get("env", "MISSING").OK()
}

// withSecrets is the condition of steps that pipegen leaves out in runs that get no secrets.
const withSecrets = "steps.given.outputs.missing == ''"

// testVariable reads a variable of tests: a secret, or a text.
func (d *drafter) testVariable(t *testRun, name string, v pipeline.Node) bool {
	secret := secretIn(v.Text())
	if secret == "" {
		return d.nugetFeed(name, v) != ""
	}
	d.add(secret, v.At(), t.field("secrets", name)...)
	return true
}

// pair is a line NAME=VALUE of an input.
type pair struct {
	name, value string
	at          pipeline.Place
}

func pairs(input pipeline.Node) []pair {
	var out []pair
	for n, line := range strings.Split(input.Text(), "\n") {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			out = append(out, pair{name, value, input.TextLine(n)})
		}
	}
	return out
}

// buildSecrets reads the secrets that a build mounts, and the rights of the token among them.
func (d *drafter) buildSecrets(i *image, b build) {
	for _, s := range pairs(b.With("secrets")) {
		if name := secretIn(strings.Trim(s.value, `"`)); name != "" {
			d.add(name, s.at, i.field("secrets", strings.Trim(s.name, `"`))...)
		} else {
			d.leave(s.at, "", "the secret %q of the build, which is no secret by its name alone", s.name)
		}
	}
	feeds := []string{}
	for _, s := range pairs(b.With("secret-envs")) {
		variable := b.Env(s.value)
		if name := secretIn(variable.Text()); name != "" {
			d.add(name, s.at, i.field("secrets", s.name)...)
		} else if feed := d.nugetFeed(s.name, variable); feed != "" {
			feeds = append(feeds, feed)
		} else {
			d.leave(s.at, "", "the secret %q of the build, whose value a step gives", s.name)
		}
	}
	if len(feeds) > 0 {
		d.add(feeds, b.With("secret-envs").At(), i.field("feeds")...)
	} else {
		d.readRights(b.Job, i.field("permissions")...)
	}
	d.buildKey(i, b)
}

// readRights reads what the token of a job may read besides the source.
func (d *drafter) readRights(j *pipeline.Job, at ...string) {
	if slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Uses == "docker/login-action" }) {
		return // the right is that of the login
	}
	for name, right := range j.Get("permissions").Pairs() {
		if right.Text() == "read" && name == "packages" {
			d.add("read", right.At(), slices.Concat(at, []string{name})...)
		}
	}
}

// nugetCredentials begin the variables by which NuGet knows the user and password of a source.
const nugetCredentials = "NuGetPackageSourceCredentials_"

var nugetValue = lazy.Regexp(`^Username=(.*);Password=(\$\{\{[^}]*\}\})(;.*)?$`)

// nugetFeed reads a variable with which NuGet logs in to a source, and returns the name of the feed; "" where it is none.
func (d *drafter) nugetFeed(variable string, v pipeline.Node) string {
	source, ok := strings.CutPrefix(variable, nugetCredentials)
	m := nugetValue().FindStringSubmatch(v.Text())
	if !ok || m == nil || secretIn(m[2]) == "" {
		return ""
	}
	name := strings.ToLower(strings.ReplaceAll(source, "_", "-"))
	if d.tree.Root.Has("feeds", name, "nuget") {
		return name
	}
	d.add(source, v.At(), "feeds", name, "nuget")
	if kind, user := detect.Named(m[1]); kind == "vars" {
		d.add(user, v.At(), "feeds", name, "user")
	}
	d.add(secretIn(m[2]), v.At(), "feeds", name, "password")
	return name
}

// buildKey reads the key that an agent keeps for a build: pipegen's own step starts one, or the action that most use.
func (d *drafter) buildKey(i *image, b build) {
	ssh := b.With("ssh")
	if !ssh.OK() {
		return
	}
	for _, s := range b.Job.Steps {
		key := s.Env("BUILD_KEY")
		if s.Uses == "webfactory/ssh-agent" {
			key = s.With("ssh-private-key")
		}
		if name := secretIn(key.Text()); name != "" && name != "GITHUB_TOKEN" {
			d.add(name, key.At(), i.field("ssh")...)
			return
		}
	}
	d.leaveField(ssh, "store the key as a secret, and name it in image.ssh", "the input %s of the build", "ssh")
}
