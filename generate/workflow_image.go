package generate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// buildJob builds where nothing may be published, without any right to do so (X07).
func (r *renderer) buildJob() yamldoc.Doc {
	return r.fill("github/build", yamldoc.Values{
		"needs":       r.needs("build", "tests"),
		"unpublished": yamldoc.Of(r.plan.Release.Otherwise),
		"timeout":     yamldoc.Of(r.plan.Timeouts.Publish),
		"legs":        r.legs(),
		"env":         r.additionalEnv("build"),
		"steps":       r.with("build", r.checkout(), r.candidate(false)...),
	})
}

func (r *renderer) publishJob() yamldoc.Doc {
	steps := append(r.candidate(true), r.login(), r.push())
	why := "# Each platform on a runner of its own kind, side by side: emulation takes three to ten times as long."
	if r.plan.Image.Emulated() {
		why = "# Each platform in a job of its own, side by side."
	}
	return yamldoc.Join(yamldoc.Text(why), r.fill("github/publish", yamldoc.Values{
		"needs":     r.needs("publish", "tests"),
		"published": yamldoc.Of(r.plan.Release.Condition),
		"timeout":   r.promised("published", r.plan.Timeouts.Publish),
		"legs":      r.legs(),
		"env":       r.additionalEnv("publish"),
		"steps":     r.with("publish", r.checkout(), steps...),
	}))
}

// promised is a number that a criterion decides, and names it: whoever meets the
// limit finds the promise behind it.
func (r *renderer) promised(kind string, n int) yamldoc.Value {
	c, at, ok := promiseOf(r.plan.Spec, kind)
	if !ok {
		return yamldoc.Of(n)
	}
	return r.own(at, n).Comment("criterion " + c.ID)
}

// named is a constant at which a criterion bites, with the criterion's name.
func (r *renderer) named(text, kind string) yamldoc.Value {
	c, at, ok := promiseOf(r.plan.Spec, kind)
	if !ok {
		return yamldoc.Of(text)
	}
	return r.own(at, text).Comment("criterion " + c.ID)
}

// titled is the name of a step at which a criterion bites.
func (r *renderer) titled(text, kind string) yamldoc.Value {
	c, at, ok := promiseOf(r.plan.Spec, kind)
	if !ok {
		return yamldoc.Of(text)
	}
	return r.own(at, text+" (criterion "+c.ID+")")
}

func (r *renderer) legs() yamldoc.Value {
	var legs []yamldoc.Doc
	for i, l := range r.plan.Image.Legs {
		legs = append(legs, r.fill("github/leg", yamldoc.Values{
			"platform": r.own(schema.Item("image.platforms", i), l.Platform),
			"runner":   yamldoc.Of(l.Runner),
			"arch":     yamldoc.Of(l.Arch),
		}))
	}
	return list(legs...)
}

// candidate builds the image and tries it. A trusted run also fills the build
// cache; all others only read it.
func (r *renderer) candidate(trusted bool) []yamldoc.Doc {
	values := r.buildInputs()
	values["cacheTo"] = yamldoc.Omit
	if trusted && r.tried() {
		values["cacheTo"] = r.cacheTo()
	}
	steps := []yamldoc.Doc{r.emulation(), r.fill("github/buildx", yamldoc.Values{
		"buildx":   r.uses("docker/setup-buildx-action"),
		"buildkit": yamldoc.Of("image=" + buildKitImage),
	})}
	if !r.tried() {
		if trusted {
			return steps
		}
		delete(values, "cacheTo")
		return append(steps, r.fill("github/build-only", values))
	}
	return append(steps, r.fill("github/build-candidate", values), r.smoke(), r.scan())
}

// tried says whether anything is done with the image before it is pushed.
func (r *renderer) tried() bool {
	_, _, scanned := promiseOf(r.plan.Spec, "scanned")
	return scanned || r.plan.Image.HealthPath != ""
}

func (r *renderer) scan() yamldoc.Doc {
	c, at, ok := promiseOf(r.plan.Spec, "scanned")
	if !ok {
		return yamldoc.Doc{}
	}
	return r.fill("github/scan", yamldoc.Values{
		"name":     r.own(at, "Refuse known vulnerabilities (criterion "+c.ID+")"),
		"trivy":    r.uses("aquasecurity/trivy-action"),
		"version":  yamldoc.Of(trivyRelease),
		"severity": r.own(at+".refuse", severities(c.Value.Scanned.Refuse, ",")),
	})
}

func (r *renderer) sign() yamldoc.Doc {
	c, at, ok := promiseOf(r.plan.Spec, "signed")
	if !ok {
		return yamldoc.Doc{}
	}
	return r.fill("github/sign", yamldoc.Values{
		"installer": r.uses("sigstore/cosign-installer"),
		"release":   yamldoc.Of(cosignRelease),
		"name":      r.own(at, "Sign the image (criterion "+c.ID+")"),
		"image":     r.image(),
		"run":       r.script("sign"),
	})
}

// emulation lets a runner build and try images for other platforms, where the spec
// asks for that. The leg of the runner's own platform has no use for it (W44).
func (r *renderer) emulation() yamldoc.Doc {
	if !r.plan.Image.Emulated() {
		return yamldoc.Doc{}
	}
	condition := yamldoc.Omit
	if slices.ContainsFunc(r.plan.Image.Legs, func(l Leg) bool { return !l.Emulated }) {
		condition = yamldoc.Of("matrix.platform != '" + nativePlatform + "'")
	}
	return r.fill("github/qemu", yamldoc.Values{
		"qemu":  r.uses("docker/setup-qemu-action"),
		"if":    condition,
		"image": r.own("image.builder", emulatorImage),
	})
}

// buildInputs are what every build of the image has in common: builds that differ
// in one of them would not share their layers.
func (r *renderer) buildInputs() yamldoc.Values {
	s := r.plan.Spec
	args := yamldoc.Omit
	if len(s.Image.BuildArgs) > 0 {
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(s.Image.BuildArgs)) {
			lines = append(lines, name+"="+s.Image.BuildArgs[name])
		}
		args = r.own("image.buildArgs", strings.Join(lines, "\n")+"\n")
	}
	return yamldoc.Values{
		"build":      r.uses("docker/build-push-action"),
		"context":    r.own("image.context", s.Image.Context),
		"dockerfile": r.own("image.dockerfile", s.Image.Dockerfile),
		"target":     r.optional("image.target", s.Image.Target),
		"buildArgs":  args,
		"labels": yamldoc.Of("org.opencontainers.image.source=${{ github.server_url }}/${{ github.repository }}\n" +
			"org.opencontainers.image.revision=${{ github.sha }}\n"),
		"cacheFrom": yamldoc.Of("type=gha,scope=" + r.cacheScope()),
	}
}

func (r *renderer) cacheTo() yamldoc.Value {
	return yamldoc.Of("type=gha,mode=max,scope=" + r.cacheScope())
}

// cacheScope keeps images and platforms from overwriting one another's cache (W33).
func (r *renderer) cacheScope() string { return r.plan.Spec.Name + "-${{ matrix.arch }}" }

func (r *renderer) smoke() yamldoc.Doc {
	if r.plan.Image.HealthPath == "" {
		return yamldoc.Doc{}
	}
	d := r.plan.Spec.Deploy
	env := yamldoc.Omit
	if len(d.Env) > 0 {
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(d.Env)) {
			lines = append(lines, name+"="+d.Env[name])
		}
		env = r.own("deploy.env", strings.Join(lines, "\n")+"\n")
	}
	writable := yamldoc.Omit
	if len(d.Writable) > 0 {
		writable = r.own("deploy.writable", strings.Join(d.Writable, " "))
	}
	return r.fill("github/smoke", yamldoc.Values{
		"path":     r.own("deploy.probes", r.plan.Image.HealthPath),
		"port":     r.own("deploy.port", d.Port),
		"runAs":    r.own("deploy.runAs", fmt.Sprintf("%d:%d", d.RunAs.User, d.RunAs.Group)),
		"seconds":  r.own("deploy.probes.startup", r.plan.Rollout.StartupThreshold*StartupPeriod),
		"writable": writable,
		"env":      env,
		"run":      r.script("smoke"),
	})
}

func (r *renderer) login() yamldoc.Doc {
	return r.fill("github/login", yamldoc.Values{
		"login":    r.uses("docker/login-action"),
		"registry": r.own("image.registry", r.plan.Spec.Image.Registry),
	})
}

func (r *renderer) push() yamldoc.Doc {
	values := r.buildInputs()
	values["outputs"] = r.own("image.name", "type=image,name="+r.plan.Image.Reference+",push-by-digest=true,name-canonical=true,push=true")
	values["sbom"] = yamldoc.Of("generator=" + sbomScanner)
	values["record"] = r.script("record-digest")
	values["upload"] = r.uses("actions/upload-artifact")
	values["cacheTo"] = yamldoc.Omit
	if !r.tried() {
		values["cacheTo"] = r.cacheTo()
	}
	return r.fill("github/push", values)
}

// imagePermissions are those of the job that names the image, each with its reason
// (W16, W17).
func (r *renderer) imagePermissions() yamldoc.Value {
	_, _, signed := promiseOf(r.plan.Spec, "signed")
	attest := r.plan.Spec.Image.Attest
	grant := func(name, why string) yamldoc.Entry {
		return yamldoc.Entry{Key: name, Value: yamldoc.Of("write").Comment(why)}
	}
	m := yamldoc.Map{grant("packages", "name the pushed image")}
	if signed || attest {
		m[0] = grant("packages", "name the pushed image, and store what is signed beside it")
		m = append(m, grant("id-token", "sign as this workflow"))
	}
	if attest {
		m = append(m, grant("attestations", "store the attestation"), grant("artifact-metadata", "link the attestation to the package"))
	}
	return yamldoc.Of(m)
}

func (r *renderer) imageJob() yamldoc.Doc {
	var architectures []string
	for _, l := range r.plan.Image.Legs {
		architectures = append(architectures, l.Arch)
	}
	steps := []yamldoc.Doc{r.login(), r.fill("github/join", yamldoc.Values{
		"download":      r.uses("actions/download-artifact"),
		"image":         r.image(),
		"architectures": r.own("image.platforms", strings.Join(architectures, " ")),
		"scheme":        r.own("image.tag", r.plan.Spec.Image.Tag),
		"run":           r.script("join"),
	})}
	steps = append(steps, r.sign())
	if r.plan.Spec.Image.Attest {
		steps = append(steps, r.fill("github/attest", yamldoc.Values{
			"name":   r.titled("Attest where the image comes from", "attested"),
			"attest": r.uses("actions/attest"),
			"image":  r.image(),
		}))
	}
	return r.fill("github/image", yamldoc.Values{
		"needs":       r.needs("image", ""),
		"published":   yamldoc.Of(r.plan.Release.Condition),
		"timeout":     r.promised("published", r.plan.Timeouts.Image),
		"permissions": r.imagePermissions(),
		"env":         r.additionalEnv("image"),
		"steps":       r.with("image", yamldoc.Doc{}, steps...),
	})
}
