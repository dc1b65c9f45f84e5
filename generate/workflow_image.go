package generate

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// imageJobs make an image: built where nothing may be published, else pushed for each platform, named, and attested.
func (r *renderer) imageJobs(i plan.Image) []yamldoc.Doc {
	jobs := r.plan.Jobs
	return []yamldoc.Doc{r.buildJob(i, jobs.Find(i.Jobs.Build)), r.publishJob(i, jobs.Find(i.Jobs.Publish)),
		r.imageJob(i, jobs.Find(i.Jobs.Name)), r.attestJob(i, jobs.Find(i.Jobs.Attest)), r.tagsJob(i, jobs.Find(i.Jobs.Move))}
}

// onWay are the values that all jobs that make an image have in common. c is the criterion that bites where they wait,
// nil for none.
func (r *renderer) onWay(j plan.Job, c *plan.Criterion, steps yamldoc.Value) yamldoc.Values {
	return yamldoc.Values{
		"needs":       r.needs(j, c),
		"condition":   yamldoc.Of(r.when(j)),
		"env":         r.addedVariables(j),
		"steps":       steps,
		"environment": r.environmentOf(j),
	}
}

// environmentOf is where a job finds its logins to registries, or the secrets that its tests or its build are given.
func (r *renderer) environmentOf(j plan.Job) yamldoc.Value {
	from := "registries"
	if len(j.Given) > 0 {
		from = j.Given[0].Path
	}
	return r.optional(from, j.Environment)
}

// buildJob builds where nothing may be published, without any right to do so (X07).
func (r *renderer) buildJob(i plan.Image, j plan.Job) yamldoc.Doc {
	values := r.onWay(j, r.plan.Demands.By(plan.Tested, i.Name, ""), r.with(j, r.secretsFirst(j), append(r.readersFirst(j, "", r.candidate(i, j, false)), r.fillCache(i))...))
	values["outputs"] = r.missing(j)
	values["legs"] = r.legs(i)
	note := "# For every run that must not publish: the image builds and answers, without any credential."
	if len(r.plan.Readers) > 0 {
		note = "# For every run that must not publish: the image builds and answers, with no credential but to pull."
	}
	values["runner"] = ofTheLeg
	if len(j.Given) > 0 {
		note = "# For every run that must not publish: the image builds and answers, with no credential but what its build reads."
	}
	return r.job(j, "github/build", values, note)
}

func (r *renderer) publishJob(i plan.Image, j plan.Job) yamldoc.Doc {
	steps := append(r.candidate(i, j, true), r.login(i, j, ""))
	if r.pullsFrom(i.Registry) {
		// The base image may be there: then the login comes first.
		steps = append([]yamldoc.Doc{r.login(i, j, "")}, r.candidate(i, j, true)...)
	}
	steps = append(r.readersFirst(j, i.Registry, steps), r.push(i, j))
	why := "# Each platform on a runner of its own kind, side by side: emulation takes three to ten times as long."
	if i.Emulated() {
		why = "# Each platform in a job of its own, side by side."
	}
	values := r.onWay(j, r.plan.Demands.By(plan.Tested, i.Name, ""), r.with(j, r.secretsFirst(j), steps...))
	values["legs"], values["runner"] = r.legs(i), ofTheLeg
	return r.job(j, "github/publish", values, why)
}

func (r *renderer) imageJob(i plan.Image, j plan.Job) yamldoc.Doc {
	var architectures []string
	for _, l := range i.Legs {
		architectures = append(architectures, l.Arch)
	}
	parts, reused, content := []string{"join-tag", "join-free", "join-sources", "+join-index", "join"}, yamldoc.Omit, yamldoc.Omit
	if i.TakenAgain() {
		parts = []string{"join-tag", "join-same", "join-free", "join-reuse", "join-sources", "join-index-found", "join"}
		reused, content = r.known(digestOutput, i), r.known(contentOutput, i)
	}
	digest := "steps.join.outputs.digest"
	steps := []yamldoc.Doc{r.login(i, j, ""), r.fill("github/join", yamldoc.Values{
		"built":         r.ifBuilt(i),
		"download":      r.uses("actions/download-artifact"),
		"pattern":       yamldoc.Of(r.artifact(i, "*")),
		"image":         r.image(i),
		"architectures": r.own(i.Path+".platforms", strings.Join(architectures, " ")),
		"scheme":        r.own(i.Path+".tag", i.Tag),
		"reused":        reused,
		"content":       content,
		"run":           r.script(parts...),
	}), r.sign(i, j)}
	if i.AttestedFirst() {
		steps = append(steps, r.attest(i, j, digest))
	}
	all := r.around(j, yamldoc.Doc{}, steps...)
	if i.Jobs.Attest == "" {
		all = yamldoc.Spaced(all, r.keep(i, digest, r.ifBuilt(i)))
	}
	return r.job(j, "github/image", r.onWay(j, nil, yamldoc.Block(all)),
		"# One name for all platforms. Its digest is what every later step uses; nobody works out a tag again.")
}

func (r *renderer) attestJob(i plan.Image, j plan.Job) yamldoc.Doc {
	digest := "needs." + i.Jobs.Name + ".outputs.digest"
	values := r.onWay(j, nil, yamldoc.Block(yamldoc.Spaced(r.login(i, j, ""), r.attest(i, j, digest), r.keep(i, digest, yamldoc.Omit))))
	delete(values, "env")
	return r.job(j, "github/attest-job", values, "# Signs where the image comes from. No criterion asks for it, so no deploy waits for it.")
}

// attest attests the image with the digest that an expression gives. The action itself
// asks Sigstore again when it does not answer.
func (r *renderer) attest(i plan.Image, j plan.Job, digest string) yamldoc.Doc {
	built := yamldoc.Omit
	if i.AttestedFirst() {
		built = r.ifBuilt(i)
	}
	return r.fill("github/attest", yamldoc.Values{
		"name":   r.step(j, plan.StepAttest),
		"built":  built,
		"attest": r.uses("actions/attest"),
		"image":  r.image(i),
		"digest": yamldoc.Of("${{ " + digest + " }}"),
	})
}

// keep gives an image that was built a name by its files.
func (r *renderer) keep(i plan.Image, digest string, built yamldoc.Value) yamldoc.Doc {
	if !i.TakenAgain() {
		return yamldoc.Doc{}
	}
	return r.fill("github/keep", yamldoc.Values{
		"built":   built,
		"image":   r.image(i),
		"content": r.known(contentOutput, i),
		"digest":  yamldoc.Of("${{ " + digest + " }}"),
		"run":     r.script("keep"),
	})
}

// ifBuilt is the condition of a step that has nothing to do where an image is as it was.
func (r *renderer) ifBuilt(i plan.Image) yamldoc.Value {
	if len(i.Paths) == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Of(built([]string{i.Name}))
}

// known is what the job changes knows of an image.
func (r *renderer) known(kind string, i plan.Image) yamldoc.Value {
	return yamldoc.Of("${{ " + changesOutput(kind, i.Name) + " }}")
}

// artifact is the name under which the digest for an architecture is handed on. A name of an image has no point in it,
// so that nothing of one image is taken for another's.
func (r *renderer) artifact(i plan.Image, arch string) string {
	if len(r.plan.Images) == 1 {
		return "digest-" + arch
	}
	return "digest-" + i.Name + "." + arch
}

func (r *renderer) legs(i plan.Image) yamldoc.Value {
	var legs []yamldoc.Doc
	for _, l := range i.Legs {
		legs = append(legs, r.fill("github/leg", yamldoc.Values{
			"platform": r.own(l.Path, l.Platform),
			"runner":   r.runsOn(l.RunsOn),
			"arch":     yamldoc.Of(l.Arch),
		}))
	}
	return list(legs...)
}

// candidate builds the image and tries it. A run that publishes from the branch also
// fills the build cache; all others only read it.
func (r *renderer) candidate(i plan.Image, j plan.Job, trusted bool) []yamldoc.Doc {
	values := r.buildInputs(i)
	values["name"] = r.step(j, plan.StepBuild)
	values["if"] = r.optional("", unlessMissing(j))
	values["cacheTo"] = yamldoc.Omit
	if trusted && r.plan.Tried(i) && !r.plan.Release.ByTag() {
		values["cacheTo"] = r.cacheTo(i)
	}
	steps := []yamldoc.Doc{r.shortCommit(i), r.emulation(i), r.fill("github/buildx", yamldoc.Values{
		"buildx":   r.uses("docker/setup-buildx-action"),
		"buildkit": r.ofTool("buildkit", "image="+r.tool("buildkit").Reference()),
	}), r.keyFirst(i, j)}
	if !r.plan.Tried(i) {
		if trusted {
			return steps
		}
		delete(values, "cacheTo")
		return append(steps, r.fill("github/build-only", values))
	}
	steps = append(steps, r.fill("github/build-candidate", values))
	for _, w := range r.plan.Workloads {
		if w.Name == i.TriedAs {
			steps = append(steps, r.try(i, w, j))
		}
	}
	return append(steps, r.scan(i, j))
}

func (r *renderer) scan(i plan.Image, j plan.Job) yamldoc.Doc {
	c := r.plan.Demands.By(plan.Scanned, i.Name, "")
	if c == nil {
		return yamldoc.Doc{}
	}
	return r.fill("github/scan", yamldoc.Values{
		"name":     r.step(j, plan.StepScan),
		"if":       r.optional("", unlessMissing(j)),
		"trivy":    r.uses("aquasecurity/trivy-action"),
		"version":  r.ofTool("trivy", r.tool("trivy").Version),
		"severity": r.own(c.At()+".refuse", strings.Join(c.Severities(), ",")),
	})
}

func (r *renderer) sign(i plan.Image, j plan.Job) yamldoc.Doc {
	if r.plan.Demands.By(plan.Signed, i.Name, "") == nil {
		return yamldoc.Doc{}
	}
	return r.fill("github/sign", yamldoc.Values{
		"built":     r.ifBuilt(i),
		"installer": r.uses("sigstore/cosign-installer"),
		"release":   r.ofTool("cosign", r.tool("cosign").Version),
		"name":      r.step(j, plan.StepSign),
		"image":     r.image(i),
		"run":       r.script("sign"),
	})
}

// emulation lets a runner build and try images for other platforms, where the spec asks for that. The leg of the
// runner's own platform does not need it (W44).
func (r *renderer) emulation(i plan.Image) yamldoc.Doc {
	if !i.Emulated() {
		return yamldoc.Doc{}
	}
	condition := yamldoc.Omit
	if slices.ContainsFunc(i.Legs, func(l plan.Leg) bool { return !l.Emulated }) {
		condition = yamldoc.Of("matrix.platform != '" + nativePlatform + "'")
	}
	return r.fill("github/qemu", yamldoc.Values{
		"qemu":  r.uses("docker/setup-qemu-action"),
		"if":    condition,
		"image": r.ofTool("binfmt", r.tool("binfmt").Reference()),
	})
}

// buildInputs are what every build of the image has in common: builds that differ
// in one of them would not share their layers.
func (r *renderer) buildInputs(i plan.Image) yamldoc.Values {
	args := yamldoc.Omit
	if len(i.BuildArgs) > 0 {
		args = yamldoc.From(i.Path+".buildArgs", ofTheRun.Replace(assignments(i.BuildArgs)))
	}
	env, secrets := r.mounted(i)
	return yamldoc.Values{
		"env":        env,
		"secrets":    secrets,
		"ssh":        buildKey(i),
		"build":      r.uses("docker/build-push-action"),
		"context":    r.own(i.Path+".context", i.Context),
		"dockerfile": r.own(i.Path+".dockerfile", i.Dockerfile),
		"target":     r.optional(i.Path+".target", i.Target),
		"buildArgs":  args,
		"labels": yamldoc.Of("org.opencontainers.image.source=${{ github.server_url }}/${{ github.repository }}\n" +
			"org.opencontainers.image.revision=${{ github.sha }}\n"),
		"cacheFrom": yamldoc.Of("type=gha,scope=" + r.cacheScope(i)),
	}
}

// ofTheRun are the words of a build argument that each run fills in. GitHub's expressions cannot cut a text, so a step does.
var ofTheRun = strings.NewReplacer("{sha}", "${{ github.sha }}", shortCommit, "${{ steps.commit.outputs.sha7 }}", "{gitTag}", "${{ github.ref_name }}", "{runNumber}", "${{ github.run_number }}")

const shortCommit = "{sha7}"

// shortCommit is the step that cuts the commit, if a build argument asks for it.
func (r *renderer) shortCommit(i plan.Image) yamldoc.Doc {
	if !strings.Contains(assignments(i.BuildArgs), shortCommit) {
		return yamldoc.Doc{}
	}
	return r.fill("github/short-commit", yamldoc.Values{"run": r.script("short-commit")})
}

// fillCache is for releases by tag: GitHub lets a run read the caches of its own branch or tag and those of the default
// branch, so no other run can read what a tag's run writes.
// https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching
func (r *renderer) fillCache(i plan.Image) yamldoc.Doc {
	if !r.plan.Release.ByTag() {
		return yamldoc.Doc{}
	}
	values := r.buildInputs(i)
	values["branch"] = r.own("source.branch", plan.Push.Condition(r.plan.Release.All(), r.plan.Source.Branch))
	values["cacheTo"] = r.cacheTo(i)
	return r.fill("github/build-cache", values)
}

func (r *renderer) cacheTo(i plan.Image) yamldoc.Value {
	return yamldoc.Of("type=gha,mode=max,scope=" + r.cacheScope(i))
}

// cacheScope keeps images and platforms from overwriting one another's cache (W33). The caches of a repository are one
// space, in which several specs may have an image of the same name.
func (r *renderer) cacheScope(i plan.Image) string {
	spec := ""
	if path.Dir(r.plan.SpecFile) != "." {
		spec = r.plan.Name + "."
	}
	return spec + i.Name + "-${{ matrix.arch }}"
}

func (r *renderer) push(i plan.Image, j plan.Job) yamldoc.Doc {
	values := r.buildInputs(i)
	values["name"] = r.step(j, plan.StepPush)
	values["outputs"] = r.own(i.Path+".name", "type=image,name="+i.Reference+",push-by-digest=true,name-canonical=true,push=true")
	values["sbom"] = r.ofTool("sbomScanner", "generator="+r.tool("sbomScanner").Reference())
	values["record"] = r.script("record-digest")
	values["upload"] = r.uses("actions/upload-artifact")
	values["artifact"] = yamldoc.Of(r.artifact(i, "${{ matrix.arch }}"))
	values["cacheTo"] = yamldoc.Omit
	if !r.plan.Tried(i) && !r.plan.Release.ByTag() {
		values["cacheTo"] = r.cacheTo(i)
	}
	return r.fill("github/push", values)
}
