package promote

import (
	"context"
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/prometheus"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/plan"
)

// answered asks Prometheus as the workflow does.
func (w *Promotion) answered(ctx context.Context, request Request) error {
	if !w.Environment.Promotes() {
		return nil
	}
	for _, f := range w.Plan.Promotion(w.Environment).Figures {
		if request.Unasked != "" {
			return fmt.Errorf("%s gets it only while %s is kept: %s", w.Environment.Name, f.Name(), request.Unasked)
		}
		image := w.Environment.Pulls(w.Plan.Image(f.Image)).Reference
		says, err := Answered(ctx, request.Prometheus, f, w.Live.Image(image).Digest)
		if err != nil {
			return err
		}
		w.Answers = append(w.Answers, says)
	}
	return nil
}

// Answered refuses an image where the requests to the environment before were not answered as they must be, or where
// another one ran meanwhile as well: the figures are of both. It returns what Prometheus has said.
func Answered(ctx context.Context, c *prometheus.Client, f plan.Figure, digest string) (string, error) {
	pods, err := c.Series(ctx, f.Address, f.Pods)
	if err != nil {
		return "", unasked(f, err)
	}
	ran, others := false, []string{}
	for _, p := range pods {
		image := p.Metric["image_spec"]
		if strings.HasSuffix(image, "@"+digest) {
			ran = true
		} else if len(others) < 3 {
			others = append(others, fmt.Sprintf("%s (%s)", p.Metric["pod"], image))
		}
	}
	switch {
	case !ran:
		return "", unkept(f, "Prometheus knows of no pod that ran %s within %s: %s is about another version, or Prometheus has no figures of kube-state-metrics", digest, f.Span(), f.Name())
	case len(others) > 0:
		return "", unkept(f, "another version ran within %s as well, so that the figures may be those of either: %s; try again once only %s has run for %s", f.Span(), gitrepo.Visible(strings.Join(others, ", ")), digest, f.Span())
	}
	counted, err := c.Figure(ctx, f.Address, f.Requests)
	switch {
	case remote.Is(err, prometheus.None):
		return "", unkept(f, "Prometheus has no figures of requests for %s within %s", f.Name(), f.Span())
	case err != nil:
		return "", unasked(f, err)
	case counted < float64(f.Floor):
		return "", unkept(f, "of %g requests within %s nobody can say whether %s is kept: %d are needed; try again once more have come", counted, f.Span(), f.Name(), f.Floor)
	}
	figure, err := c.Figure(ctx, f.Address, f.Query)
	switch {
	case remote.Is(err, prometheus.None):
		return "", unkept(f, "Prometheus has no figure for %s, of %g requests within %s", f.Name(), counted, f.Span())
	case err != nil:
		return "", unasked(f, err)
	case !f.Keeps(figure):
		return "", unkept(f, "%s is %g, of %g requests within %s, and must be %s", f.Name(), figure, counted, f.Span(), f.Bound())
	}
	return fmt.Sprintf("Prometheus says for %s: %g, of %g requests within %s, which must be %s", f.Name(), figure, counted, f.Span(), f.Bound()), nil
}

func unkept(f plan.Figure, format string, args ...any) error {
	return refuse("criterion %s: "+format, append([]any{f.Criterion.ID}, args...)...)
}

func unasked(f plan.Figure, err error) error {
	return fmt.Errorf("criterion %s: Prometheus does not say whether %s is kept, and nothing is promoted: %w", f.Criterion.ID, f.Name(), err)
}
