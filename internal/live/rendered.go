package live

import (
	"encoding/json"
	"errors"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Rendering is what the branch of an environment has that a workflow renders.
type Rendering struct {
	// Dry is the commit from which it was rendered, "" where the branch has nothing yet.
	Dry string
	// Run is the newest run of the workflow on the branch of the deploys; its id is 0 if there is none.
	Run github.Run
}

// metadata is the file in which the layout of Argo CD's source hydrator names the commit that was rendered.
const metadata = "hydrator.metadata"

// dry replaces the revisions that Argo CD names by those from which they were rendered, so that they can be compared with
// deploys. A revision without the file is no rendered one: Argo CD read the manifests themselves then.
func (g gatherer) dry(p Destination, app argocd.Application) (argocd.Application, error) {
	var err error
	for _, revision := range []*string{&app.Revision, &app.Operation.Revision} {
		if *revision, err = g.dryOf(p, *revision); err != nil {
			return app, err
		}
	}
	var history []argocd.Deployment
	for _, h := range app.History {
		// A sync whose commit nobody knows shows nothing.
		if h.Revision, err = g.dryOf(p, h.Revision); err == nil {
			history = append(history, h)
		}
	}
	app.History = history
	return app, nil
}

func (g gatherer) dryOf(p Destination, revision string) (string, error) {
	if revision == "" {
		return "", nil
	}
	if dry, ok := g.clients.Dry[p.Rendered+"@"+revision]; ok {
		return dry, nil
	}
	file, err := g.clients.GitOps.File(g.ctx, revision, p.Rendered+"/"+metadata)
	if remote.Is(err, remote.NotFound) {
		return revision, nil
	}
	dry := ""
	if err == nil {
		dry, err = parseMetadata(file)
	}
	if err == nil && g.clients.Dry != nil {
		g.clients.Dry[p.Rendered+"@"+revision] = dry
	}
	return dry, err
}

func parseMetadata(file []byte) (string, error) {
	var m struct {
		Dry string `json:"drySha"`
	}
	if err := json.Unmarshal(file, &m); err != nil || !isCommit(m.Dry) {
		return "", errors.New(metadata + " names no commit from which it was rendered")
	}
	return m.Dry, nil
}

// rendering asks what the branch of an environment has, and for the run that should have rendered.
func (x examiner) rendering(p Destination) Fact[Rendering] {
	file, err := x.clients.GitHub.File(x.ctx, x.look.GitOps, p.RenderedBranch, p.Rendered+"/"+metadata)
	var out Rendering
	if err == nil {
		out.Dry, err = parseMetadata(file)
	}
	if err != nil && !remote.Is(err, remote.NotFound) {
		return factFrom(out, "", err)
	}
	runs, err := x.clients.GitHub.RecentRuns(x.ctx, x.look.GitOps, x.look.RenderWorkflow, x.look.GitOpsBranch)
	if err != nil && !remote.Is(err, remote.NotFound) {
		return factFrom(out, "", needing(err, "read Actions of "+x.look.GitOps))
	}
	for _, r := range runs {
		if r.Event == "push" && out.Run.ID == 0 {
			out.Run = r
		}
	}
	return known(out, "https://github.com/"+x.look.GitOps+"/tree/"+p.RenderedBranch)
}

// rendersNewest reports whether the newest deploy of an environment is in what was rendered.
func (x examiner) rendersNewest(e Environment, r Fact[Rendering]) Fact[bool] {
	switch {
	case !e.Deploys.Known:
		return without[bool](e.Deploys)
	case !r.Known:
		return without[bool](r)
	case len(e.Deploys.Value) == 0:
		return unknown[bool]("nothing is deployed yet")
	}
	return x.within(r.Value.Dry, e.Deploys.Value[0].SHA)
}
