package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// gitopsRepository reads where the manifests are and how CI writes to them.
func (d *drafter) gitopsRepository() {
	d.repositoryOf()
	d.branchOf()
	d.renderedTo()
	d.writersUnlike()
	if d.own {
		d.tree.Root.Put(draft.Setting{Value: "delivery", Note: "beside your manifests, which stay where they are"}, "gitops", "path")
	} else if len(d.deployments) > 0 {
		if folder := d.folder(); folder != "." {
			d.add(folder, d.deployments[0].targets[0].At(), "gitops", "path")
		}
	}
	d.credential()
	d.signed()
}

// renderedTo reads the branches to which a workflow renders each environment.
func (d *drafter) renderedTo() {
	pattern, at := "", pipeline.Place{}
	for _, p := range d.deployments {
		if !p.app.OK() {
			return
		}
		branch := revisionOf(p.app)
		before, behind, ok := strings.Cut(branch, p.env)
		one := before + "{environment}" + behind
		if !ok || pattern != "" && one != pattern || !slices.ContainsFunc(d.m.Files, func(f *pipeline.File) bool {
			return path.Dir(f.Path) == ".github/workflows" && strings.Contains(string(f.Content), branch) && strings.Contains(string(f.Content), "git push")
		}) {
			return
		}
		pattern, at = one, pipeline.Sources(p.app)[0].Get("targetRevision").At()
	}
	if d.gitops.rendered = pattern != ""; d.gitops.rendered {
		d.add(pattern, at, "gitops", "rendered", "branch")
	}
}

// signed reads whether a job that writes has GitHub make and sign its commits.
func (d *drafter) signed() {
	for _, w := range d.m.Writers {
		for _, s := range w.Job.Steps {
			if strings.Contains(s.Run(), "createCommitOnBranch") {
				d.add(true, s.At(), "gitops", "signed")
				return
			}
		}
	}
}

func (d *drafter) repositoryOf() {
	const spare = "OWNER/gitops"
	for _, w := range d.m.Writers {
		if w.Repository != "" {
			at := w.Checkout.At()
			if n := w.Checkout.With("repository"); n.OK() {
				at = n.At()
			}
			d.gitops.repository = w.Repository
			d.add(w.Repository, at, "gitops", "repository").Spare = spare
			if d.m.Together && d.m.Source != "" && !strings.EqualFold(w.Repository, d.m.Source) {
				d.leave(at, "import again with --gitops and the folder of its clone", "what is in %s, to which the job %s writes: the manifests beside the source were read", w.Repository, w.ID)
			}
			return
		}
	}
	for _, p := range d.deployments {
		if p.app.OK() {
			if name := pipeline.Repository(pipeline.Sources(p.app)[0].Get("repoURL").Text()); name != "" {
				d.gitops.repository = name
				d.add(name, pipeline.Sources(p.app)[0].Get("repoURL").At(), "gitops", "repository").Spare = spare
				return
			}
		}
	}
	if d.m.Together {
		d.gitops.repository = d.repository
		why := "the manifests are in the source repository"
		if len(d.deployments) == 0 {
			why = "no manifests were found: name the repository that is to have them"
		}
		d.guess(d.repository, why, "gitops", "repository").Spare = spare
		return
	}
	d.gitops.repository = draft.Owner(d.repository) + "/gitops"
	d.guess(d.gitops.repository, "write the OWNER/NAME of the GitOps repository", "gitops", "repository").Spare = spare
}

// branchOf takes the branch from the first job that names it, else from the first Application. Jobs and Applications
// with another branch are recorded elsewhere.
func (d *drafter) branchOf() {
	d.gitops.branch = "main"
	take := func(name string, at pipeline.Place) {
		d.gitops.branch = name
		d.add(name, at, "gitops", "branch")
	}
	if way := d.usually(); way != push {
		d.add(way, d.m.Writers[0].At(), "gitops", "write")
	}
	for _, w := range d.m.Writers {
		if w.Branch != "" {
			take(w.Branch, w.BranchAt)
			return
		}
	}
	for _, p := range d.deployments {
		if name := revisionOf(p.app); p.app.OK() && name != "HEAD" {
			take(name, pipeline.Sources(p.app)[0].Get("targetRevision").At())
			return
		}
	}
	if d.m.Together && d.branch != d.gitops.branch {
		d.gitops.branch = d.branch
		d.guess(d.branch, "the manifests are beside the source, and nothing names another branch", "gitops", "branch")
	}
}

// push is the way to write of a spec that says nothing of it.
const push = "push"

// usually is the way in which the first job writes: the environments of other ways say so.
func (d *drafter) usually() string {
	if len(d.m.Writers) == 0 {
		return push
	}
	return d.wayOf(d.m.Writers[0])
}

// wayOf is the way in which a job writes, in the words of a spec. A pull request that the job does not merge is left to a
// person, unless another environment follows in the same run: then GitHub has to merge it. With one repository a spec can
// only push.
func (d *drafter) wayOf(w *pipeline.Writer) string {
	follows := func(p *deployment) bool { return p.after != nil && p.after.writer == w }
	switch {
	case !w.Proposes || d.m.Together:
		return push
	case w.Merges() || slices.ContainsFunc(d.deployments, follows):
		return "pull-request"
	}
	return "review"
}

// folder returns the folder above the application's: the path of an overlay without NAME/overlays/ENVIRONMENT.
func (d *drafter) folder() string {
	dir := d.deployments[0].targets[0].Dir
	if i := strings.Index("/"+dir+"/", "/overlays/"); i >= 0 {
		return path.Dir(path.Clean("./" + ("/" + dir + "/")[1:max(i, 1)]))
	}
	return path.Dir(dir)
}

// credential reads how the deploy job may push.
func (d *drafter) credential() {
	for _, w := range d.m.Writers {
		for _, s := range w.Steps {
			if s.Uses == "actions/create-github-app-token" {
				id := s.With("client-id")
				if !id.OK() {
					id = s.With("app-id")
				}
				key := s.With("private-key")
				client, private := named(id, "vars"), named(key, "secrets")
				if client != "" && private != "" && (client != "GITOPS_APP_CLIENT_ID" || private != "GITOPS_APP_PRIVATE_KEY") {
					d.add(client, id.At(), "gitops", "credential", "app", "clientID")
					d.add(private, key.At(), "gitops", "credential", "app", "privateKey")
				}
				return
			}
		}
		if w.Checkout == nil {
			continue
		}
		key := deployKey(w)
		if name := named(key, "secrets"); name != "" && w.Proposes {
			d.leave(key.At(), "name an App or an access token in gitops.credential", "the deploy key by which the job %s writes: it opens no pull request, and the draft proposes deploys by a GitHub App", w.ID)
			return
		} else if name != "" {
			d.add(name, key.At(), "gitops", "credential", "deployKey")
			return
		}
		d.leaveField(key, "name the secret that holds the key under gitops.credential.deployKey", "the ssh-key by which the job %s writes: without it, the draft assumes a GitHub App", w.ID)
		token := w.Checkout.With("token")
		name, at := named(token, "secrets"), token.At()
		if name == "" {
			name, at = w.Secret, w.SecretAt
		}
		if name != "" && name != "GITHUB_TOKEN" {
			d.add(name, at, "gitops", "credential", "token")
			return
		}
	}
}

// deployKey is the key by which a job reads the GitOps repository over SSH: its checkout has it, or an agent from which a
// clone takes it.
func deployKey(w *pipeline.Writer) pipeline.Node {
	key := w.Checkout.With("ssh-key")
	if key.OK() || w.Checkout.Uses != "" || !strings.Contains(w.Checkout.Run(), "git@github.com") {
		return key
	}
	for _, s := range w.Steps {
		if s.Uses == "webfactory/ssh-agent" {
			return s.With("ssh-private-key")
		}
	}
	return key
}

var variableName = lazy.Regexp(`^[a-zA-Z][a-zA-Z0-9_]*$`)

// named returns the variable or secret if an expression reads only that.
func named(n pipeline.Node, kind string) string {
	inner := strings.Join(strings.Fields(strings.Trim(n.Text(), "${} \n")), "")
	if name, ok := strings.CutPrefix(inner, kind+"."); ok && variableName().MatchString(name) {
		return name
	}
	return ""
}
