package forge

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// pullRoutes are the pull requests: they can be opened, looked at and merged.
func (f *Forge) pullRoutes() []route {
	return []route{
		{"POST", "/pulls", false, f.openPull},
		{"GET", "/pulls/{number}", false, f.onePull},
		{"PUT", "/pulls/{number}/merge", false, f.mergePull},
	}
}

// invalid is the refusal of a pull request; each error names a field or has words.
func invalid(field, code, message string) error {
	e := map[string]any{"resource": "PullRequest", "code": code}
	if field != "" {
		e["field"] = field
	}
	if message != "" {
		e["message"] = message
	}
	return &refusal{status: http.StatusUnprocessableEntity, message: "Validation Failed", errors: []any{e}}
}

func (f *Forge) openPull(q question) (any, error) {
	var in struct{ Title, Body, Head, Base string }
	if json.NewDecoder(q.Body).Decode(&in) != nil {
		return nil, &refusal{status: http.StatusBadRequest, message: "Problems parsing JSON"}
	}
	owner, _, _ := strings.Cut(q.repository, "/")
	p := &pull{title: in.Title, body: in.Body, head: strings.TrimPrefix(in.Head, owner+":"), base: in.Base, opened: time.Now()}
	p.headSHA, p.baseSHA = q.bare.branch(q.Context(), p.head), q.bare.branch(q.Context(), p.base)
	switch {
	case p.title == "":
		return nil, invalid("title", "missing_field", "")
	case p.headSHA == "":
		return nil, invalid("head", "invalid", "")
	case p.baseSHA == "":
		return nil, invalid("base", "invalid", "")
	case q.holds(q.Context(), p.baseSHA, p.headSHA):
		return nil, invalid("", "custom", fmt.Sprintf("No commits between %s and %s", p.base, p.head))
	}
	f.mutex.Lock()
	r := f.of(q.repository)
	for _, o := range r.pulls {
		if o.closed.IsZero() && o.head == p.head && o.base == p.base {
			f.mutex.Unlock()
			return nil, invalid("", "custom", fmt.Sprintf("A pull request already exists for %s:%s.", owner, p.head))
		}
	}
	p.number = len(r.pulls) + 1
	r.pulls = append(r.pulls, p)
	now := *p
	f.mutex.Unlock()
	told, err := pullOf(q, now)
	return created{told}, err
}

// pull is the pull request that the question names, with its branches as they are.
func (f *Forge) pull(q question) (pull, error) {
	number, _ := strconv.Atoi(q.PathValue("number"))
	f.mutex.Lock()
	pulls := f.of(q.repository).pulls
	if number < 1 || number > len(pulls) {
		f.mutex.Unlock()
		return pull{}, notFound()
	}
	now := *pulls[number-1]
	f.mutex.Unlock()
	if now.closed.IsZero() {
		now.headSHA = cmp.Or(q.bare.branch(q.Context(), now.head), now.headSHA)
		now.baseSHA = cmp.Or(q.bare.branch(q.Context(), now.base), now.baseSHA)
	}
	return now, nil
}

func (f *Forge) onePull(q question) (any, error) {
	p, err := f.pull(q)
	if err != nil {
		return nil, err
	}
	return pullOf(q, p)
}

// mergePull squashes, which is the one way that the repositories allow.
func (f *Forge) mergePull(q question) (any, error) {
	in := struct {
		Title   string `json:"commit_title"`
		Message string `json:"commit_message"`
		SHA     string `json:"sha"`
		Method  string `json:"merge_method"`
	}{Method: "squash"}
	if q.ContentLength != 0 && json.NewDecoder(q.Body).Decode(&in) != nil {
		return nil, &refusal{status: http.StatusBadRequest, message: "Problems parsing JSON"}
	}
	p, err := f.pull(q)
	if err != nil {
		return nil, err
	}
	no := func(status int, message string) (any, error) { return nil, &refusal{status: status, message: message} }
	switch {
	case in.Method != "squash":
		return no(http.StatusMethodNotAllowed, "Merge commits are not allowed on this repository.")
	case in.SHA != "" && in.SHA != p.headSHA:
		return no(http.StatusConflict, "Head branch was modified. Review and try the merge again.")
	case p.merged != "":
		return no(http.StatusMethodNotAllowed, "Pull Request is not mergeable")
	}
	sha, err := q.squash(q.Context(), p, cmp.Or(in.Title, fmt.Sprintf("%s (#%d)", p.title, p.number)), in.Message)
	switch {
	case errors.Is(err, errConflict):
		return no(http.StatusMethodNotAllowed, "Pull Request is not mergeable")
	case errors.Is(err, errMoved):
		return no(http.StatusMethodNotAllowed, "Base branch was modified. Review and try the merge again.")
	case err != nil:
		return nil, err
	}
	now := time.Now()
	f.change(q.repository, func(r *record) {
		p.merged, p.closed = sha, now
		*r.pulls[p.number-1] = p
	})
	f.note(q.bare, push{ref: "refs/heads/" + p.base, before: p.baseSHA, after: sha, kind: "pr_merge", at: now})
	return map[string]any{"sha": sha, "merged": true, "message": "Pull Request successfully merged"}, nil
}
