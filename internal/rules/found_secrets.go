package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// w20: the token of the run reaches its own repository only.
func findsW20(f *Case) {
	for _, w := range f.Writers {
		if w.Checkout == nil || w.Repository == "" || f.Together || len(w.Pushes) == 0 {
			continue
		}
		source := f.Source
		named := w.Checkout.With("repository")
		if source != "" && strings.EqualFold(w.Repository, source) || !named.OK() {
			continue
		}
		token := w.Checkout.With("token")
		switch {
		case token.OK() && pipeline.RunToken(token.Text()):
			f.broken(token.At(), named.At(), "use a token of a GitHub App that is installed on "+w.Repository, "job %s writes to %s with the token of the run, which reaches its own repository only", w.ID, w.Repository)
		case !token.OK() && !w.Checkout.With("ssh-key").OK() && !w.Checkout.With("persist-credentials").False():
			f.broken(w.Checkout.Get("uses").At(), named.At(), "use a token of a GitHub App that is installed on "+w.Repository, "job %s checks out %s without a token of its own, and so cannot push to it", w.ID, w.Repository)
		}
	}
}
