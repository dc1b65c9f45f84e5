package forge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// underReview is the rule that a branch changes only by pull requests.
const underReview = "pull_request"

// rules are the types of those that hold for a branch.
func (f *Forge) rules(repository, branch string) []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	r := f.of(repository)
	types := r.rules[branch]
	if r.reviewed[branch] && !slices.Contains(types, underReview) {
		types = append(slices.Clone(types), underReview)
	}
	return types
}

// reviewed reports whether a branch takes only what a person has approved.
func (f *Forge) reviewed(repository, branch string) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.of(repository).reviewed[branch]
}

func (f *Forge) branchRules(q question) (any, error) {
	branch := q.PathValue("branch")
	return each(paged(q, 30, 100, f.rules(q.repository, branch)), func(kind string) any {
		out := map[string]any{"type": kind, "ruleset_source_type": "Repository", "ruleset_source": q.repository, "ruleset_id": 1}
		if kind == underReview && f.reviewed(q.repository, branch) {
			out["parameters"] = map[string]any{
				"required_approving_review_count": 1, "dismiss_stale_reviews_on_push": true, "require_code_owner_review": false,
				"require_last_push_approval": false, "required_review_thread_resolution": false, "allowed_merge_methods": []any{"squash"},
			}
		}
		return out
	}), nil
}

// arriving is asked by git before a ref changes, and refuses a push to a branch that
// takes only what a person has approved.
func (f *Forge) arriving(answer http.ResponseWriter, request *http.Request) {
	asked := request.URL.Query()
	ref := asked.Get("ref")
	if branch, ok := strings.CutPrefix(ref, "refs/heads/"); ok && f.reviewed(asked.Get("repository"), branch) {
		answer.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(answer, "error: GH013: Repository rule violations found for %s.\n\n- Changes must be made through a pull request.\n\n", ref)
	}
}
