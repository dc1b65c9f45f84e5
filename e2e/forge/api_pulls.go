package forge

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// pullRoutes are the pull requests: they can be opened, looked at, changed and merged.
func (f *Forge) pullRoutes() []route {
	return []route{
		{"GET", "/pulls", false, f.listPulls},
		{"POST", "/pulls", false, f.openPull},
		{"GET", "/pulls/{number}", false, f.onePull},
		{"PATCH", "/pulls/{number}", false, f.changePull},
		{"PUT", "/pulls/{number}/merge", false, f.mergePull},
		{"POST", "/issues/{number}/labels", false, f.addLabels},
		{"DELETE", "/issues/{number}/labels/{label}", false, f.removeLabel},
		{"POST", "/issues/{number}/comments", false, f.comment},
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
		return nil, unparsed()
	}
	opened, err := f.open(q.Context(), q.bare, in.Title, in.Body, strings.TrimPrefix(in.Head, owned(q.repository, "")), in.Base)
	if err != nil {
		return nil, err
	}
	pull, err := f.pullOf(q, opened)
	return created{pull}, err
}

// open opens a pull request between two branches.
func (f *Forge) open(ctx context.Context, b bare, title, body, head, base string) (pull, error) {
	now := time.Now()
	p := &pull{title: title, body: body, head: head, base: base, opened: now, changed: now}
	p.headSHA, p.baseSHA = b.branch(ctx, p.head), b.branch(ctx, p.base)
	switch {
	case p.title == "":
		return pull{}, invalid("title", "missing_field", "")
	case p.headSHA == "":
		return pull{}, invalid("head", "invalid", "")
	case p.baseSHA == "":
		return pull{}, invalid("base", "invalid", "")
	case b.holds(ctx, p.baseSHA, p.headSHA):
		return pull{}, invalid("", "custom", fmt.Sprintf("No commits between %s and %s", p.base, p.head))
	}
	f.mutex.Lock()
	r := f.of(b.repository)
	if r.rival(*p) {
		f.mutex.Unlock()
		return pull{}, invalid("", "custom", fmt.Sprintf("A pull request already exists for %s.", owned(b.repository, p.head)))
	}
	p.number = len(r.pulls) + 1
	r.pulls = append(r.pulls, p)
	opened := *p
	f.mutex.Unlock()
	return opened, nil
}

// pull is the number of the pull request that the question names, 0 for none.
func (q question) pull() int {
	number, _ := strconv.Atoi(q.PathValue("number"))
	return number
}

func (f *Forge) onePull(q question) (any, error) {
	p, err := f.latest(q.Context(), q.bare, q.pull())
	if err != nil {
		return nil, err
	}
	return f.pullOf(q, p)
}

// listPulls lists those that the question is about, the newest first. As on GitHub, a
// head without its owner is no head, and those of all branches are listed.
func (f *Forge) listPulls(q question) (any, error) {
	asked := q.URL.Query()
	state, head, base := cmp.Or(asked.Get("state"), "open"), asked.Get("head"), asked.Get("base")
	var found []pull
	for number := 1; ; number++ {
		p, err := f.latest(q.Context(), q.bare, number)
		if err != nil {
			break
		}
		if (state == "all" || state == p.state()) && (base == "" || base == p.base) &&
			(!strings.Contains(head, ":") || head == owned(q.repository, p.head)) {
			found = append(found, p)
		}
	}
	return each(paged(q, 30, 100, newestFirst(found)), func(p pull) any { return listedPull(q, p) }), nil
}

// changePull changes what the question names, and leaves the rest.
func (f *Forge) changePull(q question) (any, error) {
	var in struct{ Title, Body, State *string }
	if json.NewDecoder(q.Body).Decode(&in) != nil {
		return nil, unparsed()
	}
	p, err := f.edit(q.Context(), q.bare, q.pull(), func(p *pull) error {
		if in.Title != nil {
			p.title = *in.Title
		}
		if in.Body != nil {
			p.body = *in.Body
		}
		if p.title == "" {
			return invalid("title", "missing_field", "")
		}
		if in.State == nil || *in.State == p.state() {
			return nil
		}
		switch *in.State {
		case "closed":
			p.end()
			return nil
		case "open":
			return f.reopen(q.repository, p)
		}
		return invalid("state", "invalid", "")
	})
	if err != nil {
		return nil, err
	}
	return f.pullOf(q, p)
}

func (f *Forge) reopen(repository string, p *pull) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if p.merged != "" || f.of(repository).rival(*p) {
		return invalid("", "custom", "state cannot be changed.")
	}
	p.closed = time.Time{}
	return nil
}

func (f *Forge) mergePull(q question) (any, error) {
	in := struct {
		Title   string `json:"commit_title"`
		Message string `json:"commit_message"`
		SHA     string `json:"sha"`
		Method  string `json:"merge_method"`
	}{Method: "squash"}
	if q.ContentLength != 0 && json.NewDecoder(q.Body).Decode(&in) != nil {
		return nil, unparsed()
	}
	if in.Method != "squash" {
		return nil, &refusal{status: http.StatusMethodNotAllowed, message: "Merge commits are not allowed on this repository."}
	}
	p, err := f.squash(q.Context(), q.bare, q.pull(), wish{in.Title, in.Message, in.SHA})
	if err != nil {
		return nil, err
	}
	return map[string]any{"sha": p.merged, "merged": true, "message": "Pull Request successfully merged"}, nil
}
