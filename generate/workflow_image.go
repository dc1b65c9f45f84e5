package generate

import (
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
		"steps":       r.with("build", r.checkout(), append(r.candidate(false), r.fillCache())...),
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

// candidate builds the image and tries it. A run that publishes from the branch also
// fills the build cache; all others only read it.
func (r *renderer) candidate(trusted bool) []yamldoc.Doc {
	values := r.buildInputs()
	values["cacheTo"] = yamldoc.Omit
	if trusted && r.tried() && !r.plan.Release.ByTag {
		values["cacheTo"] = r.cacheTo()
	}
	steps := []yamldoc.Doc{r.emulation(), r.fill("github/buildx", yamldoc.Values{
		"buildx":   r.uses("docker/setup-buildx-action"),
		"buildkit": r.ofTool("buildkit", "image="+r.tool("buildkit").reference()),
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
		"version":  r.ofTool("trivy", r.tool("trivy").Version),
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
		"release":   r.ofTool("cosign", r.tool("cosign").Version),
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
		"image": r.ofTool("binfmt", r.tool("binfmt").reference()),
	})
}

// buildInputs are what every build of the image has in common: builds that differ
// in one of them would not share their layers.
func (r *renderer) buildInputs() yamldoc.Values {
	s := r.plan.Spec
	args := yamldoc.Omit
	if len(s.Image.BuildArgs) > 0 {
		args = r.own("image.buildArgs", assignments(s.Image.BuildArgs))
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

// fillCache is for releases by tag: GitHub lets a run read the caches of its own branch or
// tag and those of the default branch, so what a tag's run writes helps nobody.
// https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching
func (r *renderer) fillCache() yamldoc.Doc {
	if !r.plan.Release.ByTag {
		return yamldoc.Doc{}
	}
	values := r.buildInputs()
	values["branch"] = r.own("source.branch", "github.ref == 'refs/heads/"+r.plan.Spec.Source.Branch+"' && github.event_name == 'push'")
	values["cacheTo"] = r.cacheTo()
	return r.fill("github/build-cache", values)
}

func (r *renderer) cacheTo() yamldoc.Value {
	return yamldoc.Of("type=gha,mode=max,scope=" + r.cacheScope())
}

// cacheScope keeps images and platforms from overwriting one another's cache (W33).
func (r *renderer) cacheScope() string { return r.plan.Spec.Name + "-${{ matrix.arch }}" }

func (r *renderer) login() yamldoc.Doc {
	return r.fill("github/login", yamldoc.Values{
		"login":    r.uses("docker/login-action"),
		"registry": r.own("image.registry", r.plan.Spec.Image.Registry),
	})
}

func (r *renderer) push() yamldoc.Doc {
	values := r.buildInputs()
	values["outputs"] = r.own("image.name", "type=image,name="+r.plan.Image.Reference+",push-by-digest=true,name-canonical=true,push=true")
	values["sbom"] = r.ofTool("sbomScanner", "generator="+r.tool("sbomScanner").reference())
	values["record"] = r.script("record-digest")
	values["upload"] = r.uses("actions/upload-artifact")
	values["cacheTo"] = yamldoc.Omit
	if !r.tried() && !r.plan.Release.ByTag {
		values["cacheTo"] = r.cacheTo()
	}
	return r.fill("github/push", values)
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
	if r.plan.Spec.Image.Attest && !attestsApart(r.plan.Spec) {
		steps = append(steps, r.attest("steps.join.outputs.digest"))
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
