package rollback

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/revert"
)

// message is the commit's. Its first line is that of the generated workflow, so that
// whoever reads the history needs to know one.
func (w Way) message() string {
	p := w.Plan
	lines := fmt.Sprintf("roll back %s in %s %s\n\n", p.Spec.Name, w.Environment.Name, w.how())
	for _, c := range p.Spec.Criteria {
		if c.Value.Rollback != nil {
			lines += fmt.Sprintf("Criterion %s: %s\n\n", c.ID, strings.Join(strings.Fields(c.Value.Statement), " "))
		}
	}
	lines += "Image: " + w.to().Reference() + "\n\n"
	if w.from().Fault == "" {
		lines += "Taken back: " + w.from().Reference() + "\n"
	}
	return lines + "Run: pipegen rollback, by " + w.by + "\n"
}

// how says how far it goes back. To what was taken back before no number leads.
func (w Way) how() string {
	if steps := w.to().Steps; steps != revert.Unreached {
		return fmt.Sprintf("by %d: %s", steps, w.to().Live.Tag)
	}
	return "to " + w.to().Live.Tag
}

// commit makes the commit on top of head, which may be newer than what was looked at.
// Where the live folder has changed in between there is none: it would take back what
// nobody has seen.
func (w Way) commit(head string) (string, error) {
	if head != w.head {
		diff, err := gitrepo.Diff(w.Dir, w.head, head, w.Environment.Live)
		if err != nil {
			return "", err
		}
		if diff != "" {
			return "", errors.New("somebody has deployed to " + w.Environment.Name + " meanwhile, and nothing was pushed: look at the deploys again")
		}
		w.head = head
		if _, err := w.renders(); err != nil {
			return "", err
		}
	}
	return gitrepo.CommitFolder(w.Dir, head, w.Environment.Live, w.to().At, w.message(), w.Now())
}
