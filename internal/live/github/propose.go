package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pipegen/pipegen/internal/live/remote"
)

// Proposal is a branch that should be merged into another.
type Proposal struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	// Head is the branch with the change, Base the branch to change.
	Head string `json:"head"`
	Base string `json:"base"`
}

// ErrNoToken means that no credential was found.
var ErrNoToken = errors.New("a pull request needs a credential: set GITHUB_TOKEN, or log in with 'gh auth login'")

// Propose opens a pull request in a repository, OWNER/NAME, and returns its page.
func (c *Client) Propose(ctx context.Context, repository string, p Proposal) (page string, err error) {
	if c.Token == "" {
		return "", ErrNoToken
	}
	body, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	a, err := c.Remote.Post(ctx, c.path(repository, "pulls"), c.header("application/vnd.github+json"), body)
	if err != nil {
		return "", explained(err, a)
	}
	var opened struct {
		Page string `json:"html_url"`
	}
	if err := remote.Decode(a, &opened); err != nil {
		return "", err
	}
	return opened.Page, nil
}

// explained adds GitHub's own message to a refusal.
func explained(err error, a remote.Answer) error {
	var said struct {
		Message string `json:"message"`
		Errors  []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(a.Body, &said) != nil || said.Message == "" {
		return err
	}
	words := said.Message
	for _, e := range said.Errors {
		if e.Message != "" {
			words += ": " + e.Message
		}
	}
	if remote.Is(err, remote.Forbidden, remote.NotFound) {
		words += "; the credential needs the right to write pull requests there"
	}
	return fmt.Errorf("%w: %s", err, words)
}
