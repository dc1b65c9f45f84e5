package forge

import (
	"encoding/base64"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// gitRoutes are the questions that git itself answers, and those that pushes do.
func (f *Forge) gitRoutes() []route {
	return []route{
		{"GET", "/commits", true, history},
		{"GET", "/commits/{ref...}", true, oneCommit},
		{"GET", "/contents/{path...}", true, contents},
		{"GET", "/compare/{both...}", true, compare},
		{"GET", "/branches/{branch...}", true, f.branch},
		{"GET", "/activity", true, f.activity},
	}
}

// barren is the refusal of a repository without commits, nil for any other.
func barren(q question) error {
	if !q.isEmpty(q.Context()) {
		return nil
	}
	return &refusal{status: http.StatusConflict, message: "Git Repository is empty."}
}

func history(q question) (any, error) {
	if err := barren(q); err != nil {
		return nil, err
	}
	parameters := q.URL.Query()
	ref := parameters.Get("sha")
	if ref == "" {
		ref = q.defaultBranch(q.Context())
	}
	sha := q.resolve(q.Context(), ref)
	if sha == "" {
		return nil, notFound()
	}
	args := []string{sha}
	if path := parameters.Get("path"); path != "" {
		args = append(args, "--", path)
	}
	all, err := q.log(q.Context(), args...)
	return each(paged(q, 30, 100, all), func(c commit) any { return commitOf(q.repository, c) }), err
}

func oneCommit(q question) (any, error) {
	if err := barren(q); err != nil {
		return nil, err
	}
	ref := q.PathValue("ref")
	sha := q.resolve(q.Context(), ref)
	if sha == "" {
		return nil, &refusal{status: http.StatusUnprocessableEntity, message: "No commit found for SHA: " + ref}
	}
	c, err := q.commit(q.Context(), sha)
	if err != nil {
		return nil, err
	}
	changes, err := q.changed(q.Context(), c)
	out := commitOf(q.repository, c)
	if q.isSigned(q.Context(), sha) {
		out["commit"].(map[string]any)["verification"] = map[string]any{"verified": true, "reason": "valid", "signature": gpgSignature, "payload": c.message, "verified_at": moment(c.committer.at)}
	}
	added, deleted := lines(changes)
	out["stats"] = map[string]any{"total": added + deleted, "additions": added, "deletions": deleted}
	out["files"] = changesOf(q.repository, sha, changes)
	return out, err
}

// contents is a file or a folder; what a symbolic link points at is not followed.
func contents(q question) (any, error) {
	ctx, at := q.Context(), strings.Trim(q.PathValue("path"), "/")
	ref := q.URL.Query().Get("ref")
	if ref == "" {
		ref = q.defaultBranch(ctx)
	}
	sha := q.resolve(ctx, ref)
	if sha == "" {
		return nil, &refusal{status: http.StatusNotFound, message: "No commit found for the ref " + ref}
	}
	switch q.line(ctx, "cat-file", "-t", sha+":"+at) {
	case "blob":
	case "tree":
		return folder(q, ref, sha, at)
	default:
		return nil, notFound()
	}
	text, err := q.run(ctx, "cat-file", "blob", sha+":"+at)
	if accept := q.Header.Get("Accept"); strings.Contains(accept, "raw") {
		q.header.Set("Content-Type", "application/vnd.github.raw+json; charset=utf-8")
		return raw(text), err
	}
	out := entry(q, ref, at, "file", q.line(ctx, "rev-parse", sha+":"+at), len(text))
	out["encoding"], out["content"] = "base64", inLines(base64.StdEncoding.EncodeToString([]byte(text)))
	return out, err
}

// inLines breaks a text as GitHub breaks base64.
func inLines(text string) string {
	var out strings.Builder
	for ; len(text) > 60; text = text[60:] {
		out.WriteString(text[:60] + "\n")
	}
	return out.String() + text + "\n"
}

func folder(q question, ref, sha, at string) (any, error) {
	listed, err := q.run(q.Context(), "ls-tree", "-z", "--long", sha+":"+at)
	out := []any{}
	for line := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		about, name, _ := strings.Cut(line, "\t")
		// Mode, type, object and size; folders have none.
		fields := strings.Fields(about)
		if len(fields) != 4 {
			continue
		}
		size, _ := strconv.Atoi(fields[3])
		kind := map[string]string{"blob": "file", "tree": "dir", "commit": "submodule"}[fields[1]]
		out = append(out, entry(q, ref, path.Join(at, name), kind, fields[2], size))
	}
	return out, err
}

func entry(q question, ref, at, kind, object string, size int) map[string]any {
	objects, pages := "git/blobs", "blob"
	if kind == "dir" {
		objects, pages = "git/trees", "tree"
	}
	self, git := apiURL(q.repository, "contents", at)+"?ref="+ref, apiURL(q.repository, objects, object)
	html := htmlURL(q.repository, pages, ref, at)
	out := map[string]any{
		"type": kind, "name": path.Base(at), "path": at, "sha": object, "size": size,
		"url": self, "git_url": git, "html_url": html, "download_url": nil,
		"_links": map[string]any{"self": self, "git": git, "html": html},
	}
	if kind == "file" {
		out["download_url"] = address("raw.githubusercontent.com", []string{q.repository, ref, at})
	}
	return out
}

func compare(q question) (any, error) {
	ctx := q.Context()
	from, to, ok := strings.Cut(q.PathValue("both"), "...")
	base, head := q.resolve(ctx, from), q.resolve(ctx, to)
	if !ok || base == "" || head == "" {
		return nil, notFound()
	}
	shared := q.line(ctx, "merge-base", base, head)
	if shared == "" {
		return nil, &refusal{status: http.StatusNotFound, message: "No common ancestor between " + from + " and " + to + "."}
	}
	ahead, err := q.log(ctx, "--reverse", base+".."+head)
	if err != nil {
		return nil, err
	}
	behind, err := q.log(ctx, head+".."+base)
	if err != nil {
		return nil, err
	}
	both, err := q.log(ctx, "--no-walk=unsorted", base, shared)
	if err != nil {
		return nil, err
	}
	changes, err := q.changes(ctx, shared, head)
	page := htmlURL(q.repository, "compare", from+"..."+to)
	return map[string]any{
		"url": apiURL(q.repository, "compare", from+"..."+to), "html_url": page, "permalink_url": page,
		"diff_url": page + ".diff", "patch_url": page + ".patch",
		"status": relation(len(ahead), len(behind)), "ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead),
		"base_commit": commitOf(q.repository, both[0]), "merge_base_commit": commitOf(q.repository, both[len(both)-1]),
		"commits": each(paged(q, 250, 250, ahead), func(c commit) any { return commitOf(q.repository, c) }),
		"files":   changesOf(q.repository, head, changes),
	}, err
}

func relation(ahead, behind int) string {
	switch {
	case ahead > 0 && behind > 0:
		return "diverged"
	case ahead > 0:
		return "ahead"
	case behind > 0:
		return "behind"
	}
	return "identical"
}

func (f *Forge) branch(q question) (any, error) {
	name := q.PathValue("branch")
	sha := q.bare.branch(q.Context(), name)
	if sha == "" {
		return nil, &refusal{status: http.StatusNotFound, message: "Branch not found"}
	}
	c, err := q.commit(q.Context(), sha)
	guarded := len(f.rules(q.repository, name)) > 0
	self := apiURL(q.repository, "branches", name)
	return map[string]any{
		"name": name, "commit": commitOf(q.repository, c), "protected": guarded, "protection_url": self + "/protection",
		"_links": map[string]any{"self": self, "html": htmlURL(q.repository, "tree", name)},
		"protection": map[string]any{
			"enabled":                guarded,
			"required_status_checks": map[string]any{"enforcement_level": "off", "contexts": []any{}, "checks": []any{}},
		},
	}, err
}

// activity lists what became of branches; GitHub documents none for tags.
func (f *Forge) activity(q question) (any, error) {
	wanted := q.URL.Query().Get("ref")
	if wanted != "" && !strings.HasPrefix(wanted, "refs/") {
		wanted = "refs/heads/" + wanted
	}
	var all []push
	for _, p := range f.pushes(q.repository) {
		if strings.HasPrefix(p.ref, "refs/heads/") && (wanted == "" || p.ref == wanted) {
			all = append(all, p)
		}
	}
	return each(paged(q, 30, 100, all), func(p push) any {
		return map[string]any{
			"id": p.id, "node_id": "PSH_" + strconv.FormatInt(p.id, 10), "before": p.before, "after": p.after, "ref": p.ref,
			"timestamp": moment(p.at), "activity_type": p.kind, "actor": account("developer"),
		}
	}), nil
}
