package forge

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// The mutations that the GraphQL API knows. REST has none for them.
const (
	enable  = "enablePullRequestAutoMerge"
	commits = "createCommitOnBranch"
)

// kinds are GraphQL's words for the statuses of REST.
var kinds = map[int]string{
	http.StatusForbidden: "FORBIDDEN", http.StatusNotFound: "NOT_FOUND", http.StatusUnprocessableEntity: "UNPROCESSABLE",
}

// graphQL answers the mutation. A refusal of what it asks for has the status 200, too.
func (f *Forge) graphQL(in *http.Request) (any, error) {
	token, err := f.admit(in)
	if err != nil {
		return nil, err
	}
	var asked struct {
		Query     string
		Variables struct{ Input mutationInput }
	}
	if json.NewDecoder(in.Body).Decode(&asked) != nil {
		return nil, unparsed()
	}
	input, mutation := asked.Variables.Input, enable
	var answer map[string]any
	switch {
	case strings.Contains(asked.Query, enable+"("):
		err = f.enableAutoMerge(in.Context(), token, input.PullRequestID, input.MergeMethod, input.ExpectedHeadOID)
		answer = map[string]any{"clientMutationId": nil}
	case strings.Contains(asked.Query, commits+"("):
		var oid string
		oid, err = f.commitOnBranch(in.Context(), token, input)
		mutation, answer = commits, map[string]any{"commit": map[string]any{"oid": oid}}
	default:
		return map[string]any{"errors": []any{map[string]any{"message": "The forge does not know this query."}}}, nil
	}
	if err == nil {
		return map[string]any{"data": map[string]any{mutation: answer}}, nil
	}
	var no *refusal
	if !errors.As(err, &no) {
		return nil, err
	}
	said := map[string]any{"type": kinds[no.status], "path": []any{mutation}, "message": no.message}
	return map[string]any{"data": map[string]any{mutation: nil}, "errors": []any{said}}, nil
}

// mutationInput has the inputs of all mutations.
type mutationInput struct {
	PullRequestID, MergeMethod, ExpectedHeadOID string
	Branch                                      struct{ RepositoryNameWithOwner, BranchName string }
	Message                                     struct{ Headline, Body string }
	FileChanges                                 struct {
		Additions []struct {
			Path     string
			Contents []byte
		}
		Deletions []struct{ Path string }
	}
}

// enableAutoMerge has a pull request merge itself once the rules are met. One that could
// be merged now is refused, as is one whose base has no rules to wait for, and one whose
// head is another than was expected, where something was.
func (f *Forge) enableAutoMerge(ctx context.Context, token, node, method, head string) error {
	no := func(status int, message string) error { return &refusal{status: status, message: message} }
	if token != APIToken {
		return no(http.StatusForbidden, "Resource not accessible by personal access token")
	}
	repository, number := pullOfNode(node)
	b, ok := f.find(repository)
	if !ok {
		return no(http.StatusNotFound, "Could not resolve to a node with the global id of '"+node+"'.")
	}
	if method != "SQUASH" {
		return no(http.StatusUnprocessableEntity, "Merge commits are not allowed on this repository.")
	}
	_, err := f.edit(ctx, b, number, func(p *pull) error {
		switch {
		case !f.mayMergeItself(repository):
			return no(http.StatusUnprocessableEntity, "Auto merge is not allowed for this repository")
		case !p.open():
			return no(http.StatusUnprocessableEntity, "Pull request is closed")
		case head != "" && head != b.branch(ctx, p.head):
			return no(http.StatusUnprocessableEntity, "Head sha does not match")
		case f.mergeable(ctx, b, *p) == clean:
			return no(http.StatusUnprocessableEntity, "Pull request is in clean status")
		case len(f.rules(repository, p.base)) == 0:
			return no(http.StatusUnprocessableEntity, "Protected branch rules not configured for this branch")
		}
		p.waits = true
		return nil
	})
	return err
}

func (f *Forge) mayMergeItself(repository string) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.of(repository).autoMerge
}

// nodeOf is the id of a pull request in GraphQL, pullOfNode the way back.
func nodeOf(repository string, number int) string {
	return "PR_" + base64.RawURLEncoding.EncodeToString([]byte(repository+"#"+strconv.Itoa(number)))
}

func pullOfNode(node string) (repository string, number int) {
	text, _ := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(node, "PR_"))
	repository, digits, _ := strings.Cut(string(text), "#")
	number, _ = strconv.Atoi(digits)
	return repository, number
}
