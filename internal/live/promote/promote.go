// Package promote deploys to an environment what the one before it has run of a commit, as the generated workflow
// promote-NAME.yaml does: it finds the images in a checkout of the GitOps repository, refuses what may not be deployed,
// and makes the commit of such a deploy. A test gives this package and the scripts of the workflow the same histories.
package promote

import (
	"context"
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/prometheus"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/plan"
)

// Request is what a person wants to promote.
type Request struct {
	// Commit is a tag of the source or the beginning of a commit; "" is what the environment before runs.
	Commit string
	// Because is the reason for which a commit that was taken back is deployed again.
	Because string
	// GitHub is asked what the run of the commit kept, where the spec says what that must be.
	GitHub *github.Client
	// Prometheus is asked about the environment before, where the spec says how its requests must be answered. Unasked
	// explains why it must not be asked, "" where it may be.
	Prometheus *prometheus.Client
	Unasked    string
	// Attested returns an error unless the pipeline has built an image, given by its digest.
	Attested func(ctx context.Context, p plan.Plan, image string) error
	// Stored returns an error unless a registry has an image, given by its digest.
	Stored func(ctx context.Context, i plan.Image, digest string) error
}

// Refused says why a commit is not promoted: the checkouts are ready, and another commit may be promoted.
type Refused struct{ error }

func refuse(format string, args ...any) error { return Refused{fmt.Errorf(format, args...)} }

// Promotion is a promotion to one environment, before anything is written.
type Promotion struct {
	rollback.Change
	// Commit is the one of the source that is promoted, and Found the GitOps commit with which the environment before ran
	// it.
	Commit, Found string
	// Was is what the environment runs now.
	Was live.Live
	// Answers are what Prometheus has said of the environment before.
	Answers []string
}

// Environment returns the environment of a plan with a name, if it takes what another one has run.
func Environment(p plan.Plan, name string) (plan.Environment, error) {
	var names []string
	for _, e := range p.Environments {
		switch {
		case e.Name == name && e.After == "":
			return e, fmt.Errorf("%s gets what a run builds, and no environment comes before it: start %s again for that", name, p.Workflow)
		case e.Name == name:
			return e, nil
		case e.After != "":
			names = append(names, e.Name)
		}
	}
	takes := "--to takes " + strings.Join(names, " or ")
	if near := diag.Closest(name, names); near != "" {
		takes = "did you mean " + near + "?"
	}
	if len(names) == 0 {
		takes = "nor any that takes what another one has run"
	}
	return plan.Environment{}, fmt.Errorf("there is no environment %q: %s", name, takes)
}

// Find finds the images in the history of the environment before, as origin has it.
func Find(ctx context.Context, c rollback.Checkout, e plan.Environment, request Request) (Promotion, error) {
	w := Promotion{}
	var err error
	if w.Change, err = c.Begin(ctx, e); err != nil {
		return w, err
	}
	w.Before = c.Plan.Environment(e.After)
	branch, err := gitrepo.Head(ctx, c.Code, c.Plan.Source.Branch)
	if err != nil {
		return w, fmt.Errorf("the code repository says which commits contain one another: %w", err)
	}
	past, err := w.past()
	if err != nil {
		return w, err
	}
	found, err := w.choose(past, branch, request.Commit)
	if err != nil {
		return w, err
	}
	if err := w.soaked(past, found); err != nil {
		return w, err
	}
	if gates := c.Plan.Promotion(e).Gates; e.Promotes() && len(gates) > 0 {
		if err := Kept(ctx, request.GitHub, c.Plan, w.Commit, gates); err != nil {
			return w, err
		}
	}
	if err := w.fits(request.Because); err != nil {
		return w, err
	}
	if err := w.state(past[found], request.Because); err != nil {
		return w, err
	}
	if err := w.answered(ctx, request); err != nil {
		return w, err
	}
	for _, i := range c.Plan.Verified(e) {
		r := w.Live.Image(e.Pulls(i).Reference)
		if err := request.Attested(ctx, c.Plan, i.Reference+"@"+r.Digest); err != nil {
			return w, err
		}
	}
	return w, w.copied(ctx, request)
}

// copied requires that images are where the pods of the environment pull them: a workflow copies them, and nobody did so
// for a person.
func (w *Promotion) copied(ctx context.Context, request Request) error {
	for _, i := range w.Plan.Copied(w.Environment) {
		pulls := w.Environment.Pulls(i)
		r := w.Live.Image(pulls.Reference)
		if err := request.Stored(ctx, pulls, r.Digest); err != nil {
			return refuse("pods of %s pull %s, and the image is not known to be there: %w. Copy it first: oras cp --recursive %s@%s %s:%s", w.Environment.Name, pulls.Reference, err, i.Reference, r.Digest, pulls.Reference, r.Tag)
		}
	}
	return nil
}

// state makes the live folder with the images of a state of the environment before, and the message of its commit.
func (w *Promotion) state(of moment, because string) error {
	files, now, err := w.read()
	if err != nil {
		return err
	}
	then, err := live.ParseFolder(of.Kustomization, of.Source)
	if err != nil {
		return refuse("what %s ran of %s cannot be read from GitOps commit %.12s: %w", w.Before.Name, w.Commit, w.Found, err)
	}
	w.Was = now
	set := map[string]live.Reference{}
	for _, i := range w.Plan.ImagesIn(w.Environment) {
		ran, pulls := w.Before.Pulls(i).Reference, w.Environment.Pulls(i).Reference
		r := then.Image(ran)
		if r.Name == "" || r.Tag == artifact.NeverDeployedTag {
			return refuse("%s ran %s without an image %s: see GitOps commit %.12s", w.Before.Name, w.Commit, ran, w.Found)
		}
		// An image that runs with the same digest keeps its tag: another name for the same bytes would restart its pods.
		if r.Name = pulls; now.Image(pulls).Digest != r.Digest {
			set[i.Name] = r
		}
	}
	kustomization, source := "kustomization.yaml", "source-commit"
	changed := map[string][]byte{source: []byte(w.Commit + "\n"), kustomization: files[kustomization]}
	if len(set) > 0 {
		if changed[kustomization], err = live.SetImages(files[kustomization], set); err != nil {
			return fmt.Errorf("%s/%s cannot be changed: %w", w.Environment.Live, kustomization, err)
		}
	}
	if string(changed[source]) == string(files[source]) && len(set) == 0 {
		return refuse("%s runs the images of %s already", w.Environment.Name, w.Commit)
	}
	if w.Live, err = live.ParseFolder(changed[kustomization], changed[source]); err != nil {
		return fmt.Errorf("%s/%s cannot be changed: %w", w.Environment.Live, kustomization, err)
	}
	w.ChartValues(changed)
	w.Message = w.message(set, because)
	w.Branches = "promote/" + w.Plan.Name + "-" + w.Environment.Name + "-"
	w.State, err = gitrepo.CommitFiles(w.Dir, w.Head, w.Environment.Live, changed, w.Message, w.Now())
	return err
}

// message is that of a deploy by the workflow, in whose words the history is read.
func (w *Promotion) message(set map[string]live.Reference, because string) string {
	title, text := "no image has changed", "No image has changed."
	var lines, titles []string
	images := w.Plan.ImagesIn(w.Environment)
	for _, i := range images {
		r, changes := set[i.Name]
		switch {
		case !changes:
			continue
		case len(images) == 1:
			titles = append(titles, r.Tag)
		default:
			titles = append(titles, i.Name)
		}
		lines = append(lines, "Image: "+r.String())
	}
	if len(set) > 0 {
		title, text = strings.Join(titles, ", "), strings.Join(lines, "\n")
	}
	out := fmt.Sprintf("deploy %s to %s: %s\n\n%s\n\nSource: %s@%s\nRun: pipegen promote, by %s\n", w.Plan.Name, w.Environment.Name, title, text, w.Plan.Source.Repository, w.Commit, w.By)
	if because != "" {
		out += "Because: " + strings.Join(strings.Fields(because), " ") + "\n"
	}
	return out
}

// read returns the files of the live folder at Head, and what they say.
func (w *Promotion) read() (map[string][]byte, live.Live, error) {
	files := map[string][]byte{}
	for _, name := range []string{"kustomization.yaml", "source-commit"} {
		content, ok := gitrepo.File(w.Dir, w.Head, w.Environment.Live+"/"+name)
		if !ok {
			return nil, live.Live{}, fmt.Errorf("%s has no %s/%s: type 'pipegen generate', and commit it", w.Plan.GitOps.Repository, w.Environment.Live, name)
		}
		files[name] = content
	}
	now, err := live.ParseFolder(files["kustomization.yaml"], files["source-commit"])
	if err != nil {
		err = fmt.Errorf("%s of %s: %w", w.Environment.Live, w.Plan.GitOps.Repository, err)
	}
	return files, now, err
}
