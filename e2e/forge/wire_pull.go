package forge

import (
	"context"
	"maps"
	"strconv"
	"strings"
)

func pullOf(q question, p pull) (any, error) {
	ctx, number := q.Context(), strconv.Itoa(p.number)
	owner, _, _ := strings.Cut(q.repository, "/")
	repository := repositoryOf(q.bare, q.defaultBranch(ctx))
	end := func(ref, sha string) any {
		return map[string]any{"label": owner + ":" + ref, "ref": ref, "sha": sha, "user": account(owner), "repo": repository}
	}
	page := htmlURL(q.repository, "pull", number)
	out := map[string]any{
		"id": id(page), "node_id": "PR_" + number, "number": p.number, "title": p.title, "body": word(p.body), "state": "open",
		"html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch",
		"user": account("developer"), "author_association": "MEMBER", "head": end(p.head, p.headSHA), "base": end(p.base, p.baseSHA),
		"draft": false, "locked": false, "auto_merge": nil, "maintainer_can_modify": false, "comments": 0, "review_comments": 0,
		"assignee": nil, "assignees": []any{}, "requested_reviewers": []any{}, "requested_teams": []any{}, "labels": []any{}, "milestone": nil,
		"merged": p.merged != "", "merge_commit_sha": word(p.merged), "mergeable": nil, "mergeable_state": "unknown",
		"created_at": moment(p.opened), "updated_at": moment(p.opened), "closed_at": moment(p.closed), "merged_at": moment(p.closed), "merged_by": nil,
	}
	linkPull(out, q.repository, number, p.headSHA)
	if err := measure(ctx, out, q.bare, p); err != nil {
		return nil, err
	}
	if p.merged != "" {
		out["state"], out["merged_by"], out["updated_at"] = "closed", account("developer"), moment(p.closed)
		return out, nil
	}
	_, err := q.merge(ctx, p.baseSHA, p.headSHA)
	out["mergeable"], out["mergeable_state"] = err == nil, "clean"
	if err != nil {
		out["mergeable_state"] = "dirty"
	}
	return out, nil
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
