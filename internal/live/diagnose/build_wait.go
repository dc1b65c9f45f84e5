package diagnose

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/github"
)

func approval(p delivery, _ environment, _ []github.Job) *answer {
	switch w := p.details.Waiting; {
	case p.facts.Run.Value.Done():
		return excluded("the run has ended")
	case !w.Known:
		return lacking(w)
	case len(w.Value) == 0:
		return excluded("the run waits for nobody")
	default:
		first := w.Value[0]
		says := "the run waits to deploy to " + first.Environment.Name
		if who := first.Asked(); len(who) > 0 {
			says += ", for the approval of " + strings.Join(who[:min(len(who), 6)], " or ")
		}
		if first.WaitTimer > 0 {
			says += fmt.Sprintf(", with a timer of %d minutes", first.WaitTimer)
		}
		return found(says, "", p.runAt())
	}
}

func turn(p delivery, _ environment, jobs []github.Job) *answer {
	for _, j := range jobs {
		if j.Status == "pending" {
			return found("the job "+j.Name+" waits for its turn", "", jobAt(j))
		}
	}
	return excluded("no job waits for its turn")
}

func queued(p delivery, _ environment, jobs []github.Job) *answer {
	run := p.facts.Run.Value
	if took := p.facts.At.Sub(run.CreatedAt); run.Status == "queued" && len(jobs) == 0 && took > patience {
		return found("the run is queued for "+duration(took)+" and has no job yet", "", p.runAt())
	}
	for _, j := range jobs {
		since := j.CreatedAt
		if since.IsZero() {
			since = run.CreatedAt
		}
		if took := p.facts.At.Sub(since); j.Status == "queued" && took > patience {
			return found(fmt.Sprintf("the job %s is queued for %s, for a runner with the labels %s", j.Name, duration(took), strings.Join(j.Labels, ", ")), "",
				criteria.Evidence{What: "job " + j.Name, URL: j.URL, At: since})
		}
	}
	return excluded("no job is queued for long")
}

func slow(p delivery, _ environment, jobs []github.Job) *answer {
	for _, j := range jobs {
		limit := p.limit(j)
		took := p.facts.At.Sub(j.StartedAt)
		if j.Status != "in_progress" || limit == 0 || took < limit/2 {
			continue
		}
		says := fmt.Sprintf("the job %s takes %s of its %s", j.Name, duration(took), duration(limit))
		for _, s := range j.Steps {
			if s.Status == "in_progress" {
				says += ", and is in the step " + s.Name
			}
		}
		end := j.StartedAt.Add(limit).UTC().Format("15:04:05 UTC")
		return found(says, "wait until "+end+", when GitHub stops it; meanwhile read the log of the step that runs", jobAt(j))
	}
	return excluded("no job takes long")
}
