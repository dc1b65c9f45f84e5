package standins

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"strings"
)

// pull is a pull request as the API returns it.
type pull struct {
	Page           string `json:"html_url"`
	State          string
	MergedAt       string `json:"merged_at"`
	MergeableState string `json:"mergeable_state"`
	Node           string `json:"node_id"`
}

// state is the word that gh has for it.
func (p pull) state() string {
	if p.MergedAt != "" {
		return "MERGED"
	}
	return strings.ToUpper(p.State)
}

// viewPull prints the state, which is all that the scripts ask for.
func (h hub) viewPull(args []string) error {
	flags := flag.NewFlagSet("gh pr view", flag.ContinueOnError)
	repository, field, query := flags.String("repo", "", ""), flags.String("json", "", ""), flags.String("jq", "", "")
	words, err := options(flags, args, 1, "repo", "json", "jq")
	if err != nil {
		return err
	}
	if *field != "state" {
		return errNotImitated
	}
	p, err := h.pull(*repository, words[0])
	if err != nil {
		return err
	}
	text, err := json.Marshal(map[string]string{"state": p.state()})
	if err != nil {
		return err
	}
	return jq(*query, text)
}

func (h hub) pull(repository, number string) (p pull, err error) {
	answer, err := h.ask(http.MethodGet, "repos/"+repository+"/pulls/"+number, nil)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(answer, &p)
}

// createPull prints the page of what it opens.
func (h hub) createPull(args []string) error {
	flags := flag.NewFlagSet("gh pr create", flag.ContinueOnError)
	repository, head, base := flags.String("repo", "", ""), flags.String("head", "", ""), flags.String("base", "", "")
	title, text := flags.String("title", "", ""), flags.String("body", "", "")
	if _, err := options(flags, args, 0, "repo", "head", "base", "title", "body"); err != nil {
		return err
	}
	answer, err := h.ask(http.MethodPost, "repos/"+*repository+"/pulls", map[string]string{"title": *title, "body": *text, "head": *head, "base": *base})
	if err != nil {
		return fmt.Errorf("pull request create failed: %w", err)
	}
	var p pull
	if err := json.Unmarshal(answer, &p); err != nil {
		return err
	}
	_, err = fmt.Println(p.Page)
	return err
}

// mergePull merges a pull request at once if GitHub says that it can be merged; otherwise GitHub merges it once the
// rules are met. It merges only the head that is named, and leaves a merged pull request as it is.
func (h hub) mergePull(args []string) error {
	flags := flag.NewFlagSet("gh pr merge", flag.ContinueOnError)
	repository, head := flags.String("repo", "", ""), flags.String("match-head-commit", "", "")
	flags.Bool("auto", false, "")
	flags.Bool("squash", false, "")
	words, err := options(flags, args, 1, "repo", "auto", "squash", "match-head-commit")
	if err != nil {
		return err
	}
	p, err := h.pull(*repository, words[0])
	switch {
	case err != nil, p.state() == "MERGED":
		return err
	case p.MergeableState == "clean":
		_, err = h.ask(http.MethodPut, "repos/"+*repository+"/pulls/"+words[0]+"/merge", map[string]string{"merge_method": "squash", "sha": *head})
		return err
	}
	return h.mutate("enablePullRequestAutoMerge", map[string]string{"pullRequestId": p.Node, "mergeMethod": "SQUASH", "expectedHeadOid": *head})
}

// mutate changes something that GitHub's REST API cannot.
func (h hub) mutate(name string, input map[string]string) error {
	kind := strings.ToUpper(name[:1]) + name[1:] + "Input"
	answer, err := h.ask(http.MethodPost, "graphql", map[string]any{
		"query":     fmt.Sprintf("mutation($input:%s!){%s(input: $input){clientMutationId}}", kind, name),
		"variables": map[string]any{"input": input},
	})
	if err != nil {
		return err
	}
	var said struct{ Errors []struct{ Message string } }
	if err := json.Unmarshal(answer, &said); err != nil {
		return err
	}
	if len(said.Errors) > 0 {
		return fmt.Errorf("GraphQL: %s (%s)", said.Errors[0].Message, name)
	}
	return nil
}
