package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// noticeOf is who is told of runs that fail, nil for nobody.
func noticeOf(s input) *plan.Notice {
	n := s.Workflow.Notify
	if n == nil {
		return nil
	}
	return &plan.Notice{Path: "workflow.notify", Secret: n.Secret, As: n.As}
}

const noticeMinutes = 5

// noticeJobs tell that one of other jobs failed, in runs that no pull request starts, since the address is a secret.
func noticeJobs(s input, id string, of plan.Jobs, runs plan.Runs) plan.Jobs {
	n := noticeOf(s)
	if n == nil {
		return nil
	}
	of = slices.DeleteFunc(slices.Clone(of), func(j plan.Job) bool { return j.Runs&runs == 0 })
	return plan.Jobs{{ID: id, Name: "Say what failed", Path: n.Path, Needs: of.IDs(), Runs: runs, Limit: plan.Limit{Minutes: noticeMinutes},
		RunsOn: plan.RunsOn{Labels: []string{usualRunner}}, Own: &plan.OwnJob{Environment: plan.NoticeEnvironment, OnFailure: true}}}
}

func (r *renderer) notice() yamldoc.Doc {
	n := r.plan.Notice
	return r.fill("github/notice-step", yamldoc.Values{
		"webhook": yamldoc.From(n.Path+".secret", "${{ secrets."+n.Secret+" }}"),
		"secret":  r.own(n.Path+".secret", n.Secret),
		"run":     r.script("notice", "notice-"+n.As, "notice-send"),
	})
}

// noticed are the branches and tags whose failed runs are reported.
func noticed(p plan.Plan) refs {
	out := released(p)
	for _, e := range p.Environments {
		if tags := refsOf(p, e).tags; out.tags == "" {
			out.tags = tags
		} else if tags != "" && tags != out.tags {
			out.tags = everyTag
		}
	}
	return out
}
