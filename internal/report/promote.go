package report

import (
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/promote"
	"github.com/pipegen/pipegen/internal/live/rollback"
)

// PromotionPlan is what a promotion would do.
func PromotionPlan(w promote.Promotion, shown rollback.Written) Document {
	p := Part{Title: shown.Application + " goes from " + w.Before.Name + " to " + shown.Environment + ": " + w.Live.Since(w.Was)}
	p.Entries = []Entry{Line("%s ran it as %s, with GitOps commit %s", w.Before.Name, shortRevision(w.Commit), shortRevision(w.Found))}
	for _, says := range w.Answers {
		p.Entries = append(p.Entries, Line("%s", says))
	}
	return Document{Parts: []Part{p, {Entries: []Entry{{Patch: &Patch{"live", shown.Diff}}}}, warnings(shown.Warnings)}}
}

// Promotion is what became of a promotion.
func Promotion(w promote.Promotion, shown rollback.Written) Document {
	data := struct {
		Version     int              `json:"version"`
		Application string           `json:"application"`
		Environment string           `json:"environment"`
		From        string           `json:"from"`
		Outcome     rollback.Outcome `json:"outcome"`
		Source      string           `json:"source"`
		Found       string           `json:"found"`
		Was         []imageData      `json:"was"`
		Images      []imageData      `json:"images"`
		Diff        string           `json:"diff"`
		Warnings    []string         `json:"warnings"`
		Repository  string           `json:"repository"`
		Branch      string           `json:"branch"`
		Commit      string           `json:"commit"`
		PullRequest string           `json:"pullRequest"`
	}{
		jsonVersion, shown.Application, shown.Environment, w.Before.Name, shown.Outcome, w.Commit, w.Found, imagesData(w.Was), imagesData(w.Live),
		shown.Diff, shown.Warnings, shown.Repository, shown.Branch, shown.Commit, shown.PullRequest,
	}
	done := became(shown, w.Live.Since(w.Was)+"; nothing was built", "Nothing is deployed before somebody merges it.")
	return Document{Parts: []Part{done}, Data: data}
}

func imagesData(l live.Live) (out []imageData) {
	for _, r := range l.Images {
		out = append(out, imageData{r.Name, r.Tag, r.Digest})
	}
	return out
}
