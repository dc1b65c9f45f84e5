package live

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Gather asks every system once. If one of them does not answer, its facts are unknown, and the others are still asked.
func Gather(ctx context.Context, t Target, c Clients, now func() time.Time) Facts {
	g := gatherer{ctx: ctx, target: t, clients: c, now: now}
	f := Facts{At: now()}
	_, f.OnDisk = c.GitOps.(Checkout)
	g.fleets(&f)
	t = g.target
	head, err := c.GitOps.Head(ctx)
	for i, p := range t.Environments {
		e := Environment{Name: p.Name, Site: p.Site, Application: p.Application}
		if first := t.first(i); first < i {
			e.Live, e.Deploys = f.Environments[first].Live, f.Environments[first].Deploys
		} else {
			g.gitops(&e, p, head, err)
		}
		f.Environments = append(f.Environments, e)
	}
	g.source(&f)
	for i, p := range t.Environments {
		e := &f.Environments[i]
		g.figures(e, p)
		if first := t.first(i); first < i {
			of := f.Environments[first]
			e.Holds, e.Images, e.Answer, e.Outside = of.Holds, of.Images, of.Answer, of.Outside
			g.application(e, p)
			continue
		}
		e.Holds = g.holds(f.Commit, e.Live)
		for _, of := range p.Images {
			e.Images = append(e.Images, g.image(of, e.Live))
		}
		g.application(e, p)
		e.Answer = g.answer(p.Address)
		for _, q := range p.Questions {
			answer := e.Answer
			if q.URL != p.Address {
				answer = g.answer(q.URL)
			}
			e.Outside = append(e.Outside, Asked{q, answer})
		}
	}
	f.LogRoles = g.logRoles()
	return f
}

type gatherer struct {
	ctx     context.Context
	target  Target
	clients Clients
	now     func() time.Time
}

// source fills in the commit, when it was pushed, and its run with the jobs.
func (g gatherer) source(f *Facts) {
	f.Commit = g.commit(f.Environments)
	if !f.Commit.Known {
		why := f.Commit
		why.Why = "the source commit is not known: " + why.Why
		f.PushedAt, f.Run, f.Jobs = without[time.Time](why), without[github.Run](why), without[[]github.Job](why)
		return
	}
	f.Run = g.run(f.Commit.Value.SHA)
	if !f.Run.Known {
		f.PushedAt, f.Jobs = without[time.Time](f.Run), without[[]github.Job](f.Run)
		return
	}
	run := f.Run.Value
	jobs, err := g.clients.GitHub.Jobs(g.ctx, g.target.Repository, run.ID)
	f.Jobs = factFrom(jobs, run.URL, err)
	f.PushedAt = g.pushedAt(run)
}

// commit resolves the requested commit: by default the newest of the branch, or, if tags are released, the one that the
// first environment runs.
func (g gatherer) commit(environments []Environment) Fact[github.Commit] {
	ref := g.target.Revision
	switch {
	case ref != "":
	case !g.target.ByTag:
		ref = g.target.Branch
	case len(environments) > 0 && environments[0].Live.Known && environments[0].Live.Value.Deployed():
		ref = environments[0].Live.Value.Source
	default:
		return unknown[github.Commit]("nothing is deployed yet: name a tag or a commit with --since")
	}
	commit, err := g.clients.GitHub.Commit(g.ctx, g.target.Repository, ref)
	newest := factFrom(commit, commit.URL, err)
	if g.target.Revision == "" && !g.target.ByTag && g.target.Starts != nil && newest.Known {
		return g.started(newest)
	}
	return newest
}

// started returns the newest commit that has started the pipeline, or the newest of the branch if that should have
// started it: the commits after it may change nothing that the pipeline is made of.
func (g gatherer) started(newest Fact[github.Commit]) Fact[github.Commit] {
	runs, err := g.clients.GitHub.RecentRuns(g.ctx, g.target.Repository, g.target.Workflow, g.target.Branch)
	i := slices.IndexFunc(runs, g.releases)
	if err != nil || i < 0 || runs[i].SHA == newest.Value.SHA {
		return newest
	}
	changed, err := g.clients.GitHub.Changed(g.ctx, g.target.Repository, newest.Value.SHA, runs[i].SHA)
	if err != nil || slices.ContainsFunc(changed, g.target.Starts) {
		return newest
	}
	commit, err := g.clients.GitHub.Commit(g.ctx, g.target.Repository, runs[i].SHA)
	return factFrom(commit, commit.URL, err)
}

// releases reports whether a run may publish: runs of pull requests never do.
func (g gatherer) releases(r github.Run) bool {
	return slices.Contains([]string{"push", "workflow_dispatch", "repository_dispatch"}, r.Event) && (r.Branch == g.target.Branch) != g.target.ByTag
}

// run returns the newest run that may publish.
func (g gatherer) run(sha string) Fact[github.Run] {
	runs, err := g.clients.GitHub.Runs(g.ctx, g.target.Repository, g.target.Workflow, sha)
	if err != nil {
		return factFrom(github.Run{}, "", err)
	}
	if i := slices.IndexFunc(runs, g.releases); i >= 0 {
		return known(runs[i], runs[i].URL)
	}
	return later[github.Run](fmt.Sprintf("%s has not run for %s yet", g.target.Workflow, short(sha)))
}

func (g gatherer) pushedAt(run github.Run) Fact[time.Time] {
	if run.Event != "push" {
		return unknown[time.Time]("the run was not started by a push but by " + run.Event)
	}
	ref := "refs/heads/" + run.Branch
	if g.target.ByTag {
		ref = "refs/tags/" + run.Branch
	}
	at, err := g.clients.GitHub.PushedAt(g.ctx, g.target.Repository, ref, run.SHA)
	if err == nil && at.IsZero() {
		return unknown[time.Time]("GitHub's list of activities does not have the push of " + short(run.SHA))
	}
	return factFrom(at, "", err)
}

// holds asks GitHub which of two commits is newer.
func (g gatherer) holds(commit Fact[github.Commit], live Fact[Live]) Fact[bool] {
	switch {
	case !commit.Known:
		return without[bool](commit)
	case !live.Known:
		return without[bool](live)
	case !live.Value.Deployed():
		return known(false, "")
	case live.Value.Source == commit.Value.SHA:
		return known(true, "")
	}
	holds, err := g.clients.GitHub.Contains(g.ctx, g.target.Repository, live.Value.Source, commit.Value.SHA)
	return factFrom(holds, "", err)
}

// image asks the registry about an image that is live.
func (g gatherer) image(of Repository, f Fact[Live]) Image {
	i := Image{Repository: of, Live: f.Value.Image(of.Reference())}
	why := ""
	switch {
	case !f.Known:
		i.Manifest, i.Tagged = without[registry.Manifest](f), without[string](f)
		i.Referrers, i.Attestations = without[[]registry.Referrer](f), without[int](f)
		return i
	case !f.Value.Deployed():
		why = "nothing is deployed yet"
	// An image name that differs from the spec's must not decide what is asked.
	case i.Live.Name == "":
		why = fmt.Sprintf("the live folder names the image %s, the spec %q", quoted(f.Value.Images), of.Reference())
	}
	if why != "" {
		i.Manifest.Why, i.Tagged.Why, i.Referrers.Why, i.Attestations.Why = why, why, why, why
		return i
	}
	r := g.clients.Registries[of.Registry]
	page := "https://" + i.Live.Name
	m, err := r.Manifest(g.ctx, of.Path, i.Live.Digest)
	i.Manifest = factFrom(m, page, err)
	tagged, err := r.Manifest(g.ctx, of.Path, i.Live.Tag)
	i.Tagged = factFrom(tagged.Digest, page, err)
	referrers, err := r.Referrers(g.ctx, of.Path, i.Live.Digest)
	i.Referrers = factFrom(referrers, page, err)
	n, err := g.clients.GitHub.Attestations(g.ctx, g.target.Repository, i.Live.Digest)
	i.Attestations = factFrom(n, "https://github.com/"+g.target.Repository+"/attestations", err)
	if from := m.Revision; of.Reused && from != "" && from != f.Value.Source {
		i.Named, i.Earlier = g.named(of, f.Value.Source), known(false, "")
		if isCommit(from) {
			earlier, err := g.clients.GitHub.Contains(g.ctx, g.target.Repository, f.Value.Source, from)
			i.Earlier = factFrom(earlier, "", err)
		}
	}
	return i
}

func isCommit(s string) bool { return len(s) == 40 && strings.Trim(s, "0123456789abcdef") == "" }

// named asks to what the tag points that a commit gives to an image.
func (g gatherer) named(of Repository, source string) Fact[Reference] {
	tag := strings.NewReplacer("{sha}", source, "{sha7}", source[:7]).Replace(of.Tag)
	if strings.Contains(tag, "{") {
		return unknown[Reference]("the tag of " + short(source) + " does not follow from the commit alone")
	}
	m, err := g.clients.Registries[of.Registry].Manifest(g.ctx, of.Path, tag)
	fact := factFrom(Reference{Name: of.Reference(), Tag: tag, Digest: m.Digest}, "https://"+of.Reference(), err)
	// What the tag should have named is wanted even where the registry does not have it.
	fact.Value.Tag = tag
	return fact
}

func quoted(all []Reference) string {
	var out []string
	for _, r := range all {
		out = append(out, strconv.Quote(r.Name))
	}
	return strings.Join(out, " and ")
}

func (g gatherer) answer(address string) Fact[Answer] {
	if address == "" {
		return unknown[Answer]("the spec names no url for this environment")
	}
	before := g.now()
	a, err := g.clients.Remote.Get(g.ctx, address, http.Header{})
	if a.Status == 0 && err != nil {
		return factFrom(Answer{}, "", err)
	}
	return known(Answer{Status: a.Status, Took: g.now().Sub(before)}, address)
}

func (g gatherer) logRoles() Fact[map[string][]string] {
	var fact Fact[map[string][]string]
	seen, all := map[[2]string]bool{}, map[string][]string{}
	for _, p := range g.target.Environments {
		in := [2]string{p.ArgoCD, p.Project}
		if seen[in] {
			continue
		}
		seen[in] = true
		by := g.clients.ArgoCDs[p.ArgoCD]
		if by.Client == nil {
			return unknown[map[string][]string](by.Missing)
		}
		roles, err := by.Client.Logs(g.ctx, p.Project)
		fact = factFrom(roles, by.Client.Server+"/settings/projects/"+p.Project, argo(err))
		if len(roles) == 0 {
			return fact // in this one nobody sees logs
		}
		maps.Copy(all, roles)
	}
	fact.Value = all
	return fact
}

// argo explains a refusal of Argo CD, which does not say whether something exists.
func argo(err error) error {
	if remote.Is(err, remote.Forbidden) {
		return fmt.Errorf("%w; Argo CD also answers so when there is no such Application or project", err)
	}
	return err
}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(line)
}
