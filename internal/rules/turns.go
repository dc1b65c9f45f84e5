package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// queue is the group in which a writer waits, "" for none.
func (w *writer) queue() string { return w.Run.Fill(w.Job, w.Group().Text()) }

// waitsItsTurn requires that each job which writes to the GitOps repository waits for its turn and
// is not stopped; with a spec, that none is dropped because a newer one arrives.
func waitsItsTurn(c *Case) {
	for _, w := range c.writers {
		n, all := w.Get("concurrency"), w.Workflow.Get("concurrency")
		switch stops, queue := n.Get("cancel-in-progress"), n.Get("queue"); {
		case !n.OK() || c.Facts != nil && (w.queue() == "" || uncertain(w.queue())):
			c.broken(n.At(), w.At(), "give the job a concurrency: group of its own", "two runs of %s may write at the same time", w.Job.Label())
		case stops.True() || c.Facts != nil && stops.OK() && !stops.False():
			c.broken(stops.At(), w.At(), "cancel-in-progress: false", "a newer run stops %s in the middle of its write", w.Job.Label())
		case c.Facts != nil && queue.Text() != "max":
			c.broken(queue.At(), w.At(), "queue: max", "the group of %s keeps one waiting job and drops it when another arrives, whichever is newer", w.Job.Label())
		}
		alone := strings.Contains(all.Get("group").Text(), "github.run_id")
		if c.Facts != nil && !w.Workflow.Builds() && all.OK() && !alone {
			c.broken(all.At(), n.At(), "leave concurrency to the jobs", "%s waits in a queue of its workflow as well, which drops what somebody has asked for, or holds it up while another waits for an approval", w.Job.Label())
		}
	}
}

// asksWhatIsNewer requires that a deploy asks the history of the source whether what is deployed
// is newer; with a spec, that the history is there: a shallow checkout cannot answer.
func asksWhatIsNewer(c *Case) {
	for _, w := range c.writers {
		if len(w.Edits) == 0 || len(w.Pushes) == 0 {
			continue
		}
		at := slices.IndexFunc(w.Commands, w.asksHistory)
		if at < 0 {
			c.broken(w.Pushes[0].At(), w.Job.At(), "keep the deployed commit beside the image, and ask git merge-base --is-ancestor before the edit", "a run of %s for an older commit replaces what a newer one deployed", w.Job.Label())
		} else if c.Facts != nil {
			c.history(w, w.Commands[at])
		}
	}
}

// asksHistory reports a command that asks which of two commits is newer: where something is known
// of the run, whether its own commit is in the history of the live one, and not the other way round.
func (w *writer) asksHistory(cmd pipeline.Command) bool {
	i := slices.Index(cmd.Words, "--is-ancestor")
	return cmd.Git("merge-base") && (w.Run == nil || i >= 0 && i+1 < len(cmd.Words) && cmd.Words[i+1] == w.Run.SHA)
}

// history requires that the folder in which the history is asked has all of the source's.
func (c *Case) history(w *writer, cmd pipeline.Command) {
	dir := cmd.Dir
	for i, word := range cmd.Words {
		if word == "-C" && i+1 < len(cmd.Words) {
			dir = shell.Join(dir, cmd.Words[i+1])
		}
	}
	for _, s := range w.Steps {
		if s.Uses != "actions/checkout" || s == w.Checkout || path.Clean(s.With("path").Text()) != path.Clean(dir) {
			continue
		}
		if depth := s.With("fetch-depth"); depth.Text() != "0" {
			c.broken(depth.At(), cmd.At(), "fetch-depth: 0", "%s asks which of two commits is newer in a checkout that does not have them", w.Job.Label())
		}
		return
	}
	c.broken(cmd.At(), w.Job.At(), "check the source out to that folder", "%s asks the history in %s, where no step checks the source out", w.Job.Label(), quoted(dir))
}
