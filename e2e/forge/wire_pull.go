package forge

import (
	"context"
	"maps"
	"strconv"
	"strings"
)

// state is GitHub's word: one that is merged is closed, too.
func (p pull) state() string {
	if p.open() {
		return "open"
	}
	return "closed"
}

// listedPull is what GitHub says of a pull request in a list.
func listedPull(q question, p pull) map[string]any {
	number := strconv.Itoa(p.number)
	owner, _, _ := strings.Cut(q.repository, "/")
	repository := repositoryOf(q.bare, q.defaultBranch(q.Context()))
	end := func(ref, sha string) any {
		return map[string]any{"label": owned(q.repository, ref), "ref": ref, "sha": sha, "user": account(owner), "repo": repository}
	}
	page := htmlURL(q.repository, "pull", number)
	out := map[string]any{
		"id": id(page), "node_id": nodeOf(q.repository, p.number), "number": p.number, "title": p.title, "body": word(p.body), "state": p.state(),
		"html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch",
		"user": account("developer"), "author_association": "MEMBER", "head": end(p.head, p.headSHA), "base": end(p.base, p.baseSHA),
		"draft": false, "locked": false, "auto_merge": nil, "merge_commit_sha": word(p.merged),
		"assignee": nil, "assignees": []any{}, "requested_reviewers": []any{}, "requested_teams": []any{}, "labels": labelsOf(q.repository, p), "milestone": nil,
		"created_at": moment(p.opened), "updated_at": moment(p.changed), "closed_at": moment(p.closed), "merged_at": nil,
	}
	if p.waits {
		out["auto_merge"] = map[string]any{
			"enabled_by": account("developer"), "merge_method": "squash", "commit_title": p.subject(), "commit_message": p.body,
		}
	}
	if p.merged != "" {
		out["merged_at"] = out["closed_at"]
	}
	linkPull(out, q.repository, number, p.headSHA)
	return out
}

// pullOf is what it says of one by itself.
func (f *Forge) pullOf(q question, p pull) (any, error) {
	out := listedPull(q, p)
	maps.Copy(out, map[string]any{
		"merged": p.merged != "", "merged_by": nil, "mergeable": nil, "mergeable_state": "unknown",
		"maintainer_can_modify": false, "comments": 0, "review_comments": 0,
	})
	if p.merged != "" {
		out["merged_by"] = account("developer")
	}
	if p.open() {
		state := f.mergeable(q.Context(), q.bare, p)
		out["mergeable"], out["mergeable_state"] = state != dirty, state
	}
	return out, measure(q.Context(), out, q.bare, p)
}

// linkPull adds the addresses, some of them in two places.
func linkPull(out map[string]any, repository, number, sha string) {
	self, issue := apiURL(repository, "pulls", number), apiURL(repository, "issues", number)
	links := map[string]string{
		"issue": issue, "comments": issue + "/comments", "commits": self + "/commits", "statuses": apiURL(repository, "statuses", sha),
		"review_comments": self + "/comments", "review_comment": apiURL(repository, "pulls/comments") + "{/number}",
	}
	all := map[string]any{"self": map[string]any{"href": self}, "html": map[string]any{"href": out["html_url"]}}
	for name, address := range links {
		out[name+"_url"], all[name] = address, map[string]any{"href": address}
	}
	out["url"], out["_links"] = self, all
}

// measure adds how much a pull request changes.
func measure(ctx context.Context, out map[string]any, b bare, p pull) error {
	commits, err := b.log(ctx, p.baseSHA+".."+p.headSHA)
	if err != nil {
		return err
	}
	changes, err := b.changes(ctx, b.line(ctx, "merge-base", p.baseSHA, p.headSHA), p.headSHA)
	added, deleted := lines(changes)
	maps.Copy(out, map[string]any{"commits": len(commits), "changed_files": len(changes), "additions": added, "deletions": deleted})
	return err
}
