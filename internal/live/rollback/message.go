package rollback

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/live"
)

// message returns the message of the commit. Its first line is that of the generated workflow, so that readers of the
// history need to know only one form.
func (w Rollback) message() string {
	p := w.Plan
	lines := fmt.Sprintf("roll back %s in %s %s\n\n", p.Name, w.Environment.Name, w.how())
	if c, ok := p.Criterion("rollback"); ok {
		lines += fmt.Sprintf("Criterion %s: %s\n\n", c.ID, strings.Join(strings.Fields(c.Statement), " "))
	}
	to, from := w.to().Live, w.from().Live
	said := func(as string, all []live.Reference) {
		for _, r := range all {
			lines += as + ": " + r.String() + "\n"
		}
	}
	said("Image", to.Without(from))
	said("Unchanged", to.Without(live.Live{Images: to.Without(from)}))
	lines += "\n"
	said("Taken back", from.Without(to))
	return lines + "Run: pipegen rollback, by " + w.By + "\n"
}

// how says how far it goes back, and to what. No number of steps leads to a deploy that was taken back before.
func (w Rollback) how() string {
	to := w.to().Live.Brief(w.from().Live)
	if steps := w.to().Steps; steps != Unreached {
		return fmt.Sprintf("by %d: %s", steps, to)
	}
	return "to " + to
}
