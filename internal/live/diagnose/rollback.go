package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live"
)

// rollbackCauses are the causes if a deploy was to be taken back, and something else runs.
func rollbackCauses() []Cause {
	return []Cause{
		{ID: "rollback-failed", Statement: "The workflow that takes deploys back has failed", Tested: "its newest run ended without success, after the newest rollback", Remedy: "read the log of the run", whole: true, test: rollbackFailed},
		{ID: "rollback-unmerged", Statement: "The pull request of the rollback waits to be merged", Tested: "one from a branch rollback/NAME-ENVIRONMENT-COMMIT is open", Remedy: "look at what it waits for, and merge it", test: rollbackUnmerged},
		{ID: "source-reverted", Statement: "The source was reverted, and the image of before is not built yet", Tested: "the source commit is a revert, and an earlier image is live", Remedy: "pipegen rollback, or the workflow rollback.yaml: neither needs a build", test: sourceReverted},
		{ID: "redeployed", Statement: "What was taken back was deployed again", Tested: "the newest deploy has the tag or the digest that the rollback before it took back", Remedy: "take it back again, and revert the source too, or a newer commit deploys it once more", test: of(back, redeployed)},
		{ID: "wrong-commit", Statement: "Another deploy than the newest was reverted", Tested: "the revert names a commit that is not the deploy before it", Remedy: "pipegen rollback, or the workflow rollback.yaml, with the tag to go back to", test: of(back, wrongCommit)},
		{ID: "digest-gone", Statement: "The image to go back to is no longer in the registry", Tested: "the registry does not have the digest of the live folder, and the newest deploy is a rollback", Remedy: "go back to another deploy, or build that commit again; keep images for as long as you may go back", test: of(lastBack, digestGone)},
		{ID: "not-synced", Statement: "Argo CD has not synced the rollback", Tested: "the newest deploy is a rollback, and no sync of it has ended", Remedy: "pipegen doctor sync", test: of(lastBack, notSynced)},
		{ID: "by-tag", Statement: "The pods name their image by tag, and a node may have an older one of that name", Tested: "the image of each pod was looked at: with a digest no cache can be wrong", Remedy: "pipegen check, and apply what the GitOps repository has", test: byTag},
		{ID: "old-pods", Statement: "Pods of another deploy still run", Tested: "Argo CD has synced the rollback, and a pod runs another digest than the live folder names", Remedy: "wait for the rollout, or see what holds it up: pipegen doctor sync", test: of(lastBack, oldPods)},
	}
}

func rollbackFailed(p delivery, _ environment) *answer {
	runs := p.details.Rollbacks
	switch {
	case !goesBack(p.plan):
		return excluded("the spec has no workflow for rollbacks")
	case !runs.Known:
		return lacking(runs)
	case len(runs.Value) == 0:
		return excluded("the workflow has never run")
	}
	newest := runs.Value[0]
	if !newest.Done() || newest.Succeeded() {
		return excluded("the newest rollback by the workflow did not fail")
	}
	for _, e := range p.facts.Environments {
		for _, d := range e.Deploys.Value {
			if d.Back && d.At.After(newest.CreatedAt) {
				return excluded("a later rollback did not fail")
			}
		}
	}
	return found("the newest run of "+p.rollback()+" ended as "+newest.Conclusion, fmt.Sprintf("gh run view %d --log-failed --repo %s", newest.ID, p.repository()),
		criteria.Evidence{What: "run", URL: newest.URL, Revision: newest.SHA, At: newest.CreatedAt})
}

func sourceReverted(p delivery, e environment) *answer {
	c := p.facts.Commit
	switch {
	case !c.Known:
		return lacking(c)
	case !strings.HasPrefix(c.Value.Message, `Revert "`):
		return excluded("the source commit is no revert")
	case !e.Holds.Known:
		return lacking(e.Holds)
	case e.Holds.Value:
		return excluded("the revert is live")
	}
	return found("the revert "+short(c.Value.SHA)+" of the source must be tested and built before it is live",
		p.takeBack(e, "")+": it takes the deploy back without a build",
		criteria.Evidence{What: "commit", URL: c.URL, Revision: c.Value.SHA, At: c.Value.At})
}

// takeBack returns the command that takes the newest deploy back, or goes back to a tag.
func (p delivery) takeBack(e environment, to string) string {
	command, tag, newest := "pipegen rollback --env "+e.Name, " --to ", " --steps 1"
	if goesBack(p.plan) {
		command, tag, newest = "gh workflow run "+p.rollback()+" --repo "+p.repository()+" -f environment="+e.Name, " -f to=", ""
	}
	if to == "" {
		return command + newest
	}
	return command + tag + to
}

// back returns the index of the newest rollback among the deploys.
func back(_ delivery, e environment) (at int, no *answer) {
	if !e.Deploys.Known {
		return 0, lacking(e.Deploys)
	}
	for i, d := range e.Deploys.Value {
		if d.Back {
			return i, nil
		}
	}
	return 0, excluded("no deploy has been taken back")
}

var (
	reference = lazy.Regexp(`(?m)^(Image|Taken back): (\S+):([\w.-]+)@(sha256:[0-9a-f]{64})`)
	bumped    = lazy.Regexp(`^(?:Revert ")?deploy [^ ]+ to [^ ]+: ([\w.-]+)"?$`)
	reverts   = lazy.Regexp(`This reverts commit ([0-9a-f]{40})`)
)

// takenAway returns the images that a rollback has removed, as its message says. That of a git revert has a commit or the
// title of one, whose message names what it had deployed; without that one, the title of one image has its tag.
func takenAway(e environment, d live.Deploy) []live.Reference {
	commit := ""
	if m := reverts().FindStringSubmatch(d.Message); m != nil {
		commit = m[1]
	}
	before := e.Deploys.Value[slices.IndexFunc(e.Deploys.Value, func(o live.Deploy) bool { return o.SHA == d.SHA })+1:]
	for _, of := range before {
		titled := d.Subject() == `Revert "`+of.Subject()+`"`
		if said := named(of.Message, "Image"); (of.SHA == commit || commit == "" && titled) && len(said) > 0 {
			return said
		}
	}
	if m := bumped().FindStringSubmatch(d.Subject()); m != nil {
		return []live.Reference{{Tag: m[1]}}
	}
	return named(d.Message, "Taken back")
}

// named are the images that a message lists behind a word.
func named(message, word string) (out []live.Reference) {
	for _, m := range reference().FindAllStringSubmatch(message, -1) {
		if m[1] == word {
			out = append(out, live.Reference{Name: m[2], Tag: m[3], Digest: m[4]})
		}
	}
	return out
}

func redeployed(p delivery, e environment, at int) *answer {
	switch {
	case at == 0:
		return excluded("nothing was deployed since the rollback")
	case !e.Live.Known:
		return lacking(e.Live)
	}
	d := e.Deploys.Value[at]
	l := e.Live.Value
	for _, taken := range takenAway(e, d) {
		at := slices.IndexFunc(l.Images, func(r live.Reference) bool {
			return (taken.Name == "" || taken.Name == r.Name) && (r.Tag == taken.Tag || r.Digest == taken.Digest)
		})
		if at < 0 {
			continue
		}
		return found(l.Says(l.Images[at:at+1])+" was taken back, and deployed again by a later run: one that a person has started, or of a newer commit",
			p.takeBack(e, "")+", and revert "+short(l.Source)+" in "+p.repository()+" too",
			commitAt("rollback", d.Commit), commitAt("deploy", e.Deploys.Value[0].Commit))
	}
	return excluded("what is live now is not what was taken back; whether its source still has the fault is for people to see")
}

func wrongCommit(p delivery, e environment, at int) *answer {
	all := e.Deploys.Value
	m := reverts().FindStringSubmatch(all[at].Message)
	if m == nil || at+1 >= len(all) || all[at+1].SHA == m[1] {
		return excluded("the newest deploy was the one to be reverted")
	}
	return found(fmt.Sprintf("the revert takes back %s, and the deploy before it is %s", short(m[1]), short(all[at+1].SHA)),
		p.takeBack(e, "TAG")+", with the tag to go back to", commitAt("rollback", all[at].Commit))
}
