package forge

import (
	"maps"
	"strconv"
	"strings"
)

// longAgo is the start time of everything without a recorded one.
const longAgo = "2026-11-01T09:00:00Z"

func account(login string) map[string]any {
	self, number := "https://api."+Host+"/users/"+login, strconv.FormatInt(id(login), 10)
	out := map[string]any{
		"login": login, "id": id(login), "node_id": "U_" + number, "type": "User", "site_admin": false, "gravatar_id": "",
		"url": self, "html_url": "https://" + Host + "/" + login, "avatar_url": "https://avatars.githubusercontent.com/u/" + number + "?v=4",
	}
	link(out, self, accountLinks)
	return out
}

// namedRepository is what GitHub says of a repository where it belongs to something else.
func namedRepository(repository string) map[string]any {
	owner, name, _ := strings.Cut(repository, "/")
	out := map[string]any{
		"id": id(repository), "node_id": "R_" + strconv.FormatInt(id(repository), 10), "name": name, "full_name": repository,
		"owner": account(owner), "private": true, "fork": false, "description": nil,
		"url": apiURL(repository), "html_url": htmlURL(repository),
	}
	link(out, apiURL(repository), repositoryLinks)
	return out
}

// repositoryOf is what GitHub says of a repository that takes part itself.
func repositoryOf(b bare, defaultBranch string) map[string]any {
	page := htmlURL(b.repository)
	out := namedRepository(b.repository)
	maps.Copy(out, map[string]any{
		"default_branch": defaultBranch, "visibility": "private", "archived": false, "disabled": false,
		"created_at": longAgo, "updated_at": longAgo, "pushed_at": longAgo,
		"clone_url": page + ".git", "svn_url": page, "git_url": "git://" + Host + "/" + b.repository + ".git",
		"ssh_url": "git@" + Host + ":" + b.repository + ".git", "mirror_url": nil, "homepage": nil, "language": nil, "license": nil,
		"has_issues": true, "has_projects": true, "has_wiki": true, "has_downloads": true, "has_pages": false, "has_discussions": false,
		"size": 0, "forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "open_issues": 0, "open_issues_count": 0,
	})
	return out
}
