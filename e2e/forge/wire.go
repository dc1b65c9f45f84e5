package forge

import (
	"hash/fnv"
	"net/url"
	"strings"
	"time"
)

// htmlURL is the page of something in a repository.
func htmlURL(repository string, parts ...string) string {
	return address(Host, append([]string{repository}, parts...))
}

// apiURL is the address of something in a repository, as GitHub's own API has it.
func apiURL(repository string, parts ...string) string {
	return address("api."+Host, append([]string{"repos", repository}, parts...))
}

// address escapes what a path cannot hold, such as the space in a file's name.
func address(host string, parts []string) string {
	return (&url.URL{Scheme: "https", Host: host, Path: "/" + strings.Join(parts, "/")}).String()
}

// id is a number for something that has only a name.
func id(name string) int64 {
	h := fnv.New32a()
	h.Write([]byte(name))
	return int64(h.Sum32() >> 1)
}

// moment is a time as GitHub writes it, null for none.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// first is the first of the times that is known.
func first(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// word is a text that may be missing.
func word(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// each is a list in JSON, never null.
func each[T any](all []T, told func(T) any) []any {
	out := make([]any, 0, len(all))
	for _, one := range all {
		out = append(out, told(one))
	}
	return out
}

func commitOf(repository string, c commit) map[string]any {
	who := func(p person) map[string]any {
		return map[string]any{"name": p.name, "email": p.email, "date": moment(p.at)}
	}
	return map[string]any{
		"sha": c.sha, "node_id": "C_" + c.sha, "url": apiURL(repository, "commits", c.sha), "html_url": htmlURL(repository, "commit", c.sha),
		"comments_url": apiURL(repository, "commits", c.sha, "comments"),
		"author":       nil, "committer": nil,
		"commit": map[string]any{
			"message": c.message, "author": who(c.author), "committer": who(c.committer), "comment_count": 0,
			"tree":         map[string]any{"sha": c.tree, "url": apiURL(repository, "git/trees", c.tree)},
			"url":          apiURL(repository, "git/commits", c.sha),
			"verification": map[string]any{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil},
		},
		"parents": each(c.parents, func(sha string) any {
			return map[string]any{"sha": sha, "url": apiURL(repository, "commits", sha), "html_url": htmlURL(repository, "commit", sha)}
		}),
	}
}

// lines counts those that changes add and delete.
func lines(all []change) (added, deleted int) {
	for _, c := range all {
		added, deleted = added+c.added, deleted+c.deleted
	}
	return added, deleted
}

func changesOf(repository, sha string, all []change) []any {
	return each(all, func(c change) any {
		return map[string]any{
			"sha": c.blob, "filename": c.path, "status": c.status,
			"additions": c.added, "deletions": c.deleted, "changes": c.added + c.deleted,
			"blob_url": htmlURL(repository, "blob", sha, c.path), "raw_url": htmlURL(repository, "raw", sha, c.path),
			"contents_url": apiURL(repository, "contents", c.path) + "?ref=" + sha,
		}
	})
}
