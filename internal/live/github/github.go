// Package github asks GitHub's REST API what became of a commit. Its only request that changes something opens a pull
// request.
package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/live/remote"
)

// DefaultAPI is the address of GitHub's own API.
const DefaultAPI = "https://api.github.com"

// maxPages bounds a list; each page holds a hundred entries.
const maxPages = 10

// Client asks one API with one credential.
type Client struct {
	// API is the address without a slash at its end.
	API string
	// Token may be "" for public repositories.
	Token  string
	Remote *remote.Client
}

// Commit is a commit of a repository.
type Commit struct {
	SHA string
	// Message is the whole message; Subject returns its first line.
	Message string
	// At is when it was committed.
	At  time.Time
	URL string
	// Signature is GitHub's reason for calling it verified or not, "valid" where it does, "" where GitHub was not asked.
	Signature string
}

// Subject returns the first line of the message.
func (c Commit) Subject() string {
	s, _, _ := strings.Cut(c.Message, "\n")
	return s
}

type wireCommit struct {
	SHA     string `json:"sha"`
	HTMLURL string `json:"html_url"`
	Commit  struct {
		Message   string `json:"message"`
		Committer struct {
			Date time.Time `json:"date"`
		} `json:"committer"`
		Verification struct {
			Reason string `json:"reason"`
		} `json:"verification"`
	} `json:"commit"`
}

func (w wireCommit) commit() Commit {
	return Commit{SHA: w.SHA, Message: w.Commit.Message, At: w.Commit.Committer.Date, URL: w.HTMLURL, Signature: w.Commit.Verification.Reason}
}

// Commit resolves a branch, a tag or a commit.
func (c *Client) Commit(ctx context.Context, repository, ref string) (Commit, error) {
	var w wireCommit
	a, err := c.get(ctx, "application/vnd.github+json", c.path(repository, "commits", ref))
	if err == nil {
		err = remote.Decode(a, &w)
	}
	if err == nil && w.SHA == "" {
		err = &remote.Error{Kind: remote.Malformed, URL: a.URL, Reason: "names no sha"}
	}
	return w.commit(), err
}

// History lists the commits up to ref that changed a path, the newest first; at most a hundred.
func (c *Client) History(ctx context.Context, repository, ref, path string) ([]Commit, error) {
	var ws []wireCommit
	q := url.Values{"sha": {ref}, "path": {path}, "per_page": {"100"}}
	if err := c.json(ctx, c.path(repository, "commits")+"?"+q.Encode(), &ws); err != nil {
		return nil, err
	}
	out := make([]Commit, len(ws))
	for i, w := range ws {
		out[i] = w.commit()
	}
	return out, nil
}

// File returns the content of a file at a commit.
func (c *Client) File(ctx context.Context, repository, ref, path string) ([]byte, error) {
	address := c.path(append([]string{repository, "contents"}, strings.Split(path, "/")...)...)
	a, err := c.get(ctx, "application/vnd.github.raw+json", address+"?ref="+url.QueryEscape(ref))
	return a.Body, err
}

// Contains reports whether the history of head has the commit base.
func (c *Client) Contains(ctx context.Context, repository, head, base string) (bool, error) {
	var w struct {
		Status string `json:"status"`
	}
	if err := c.json(ctx, c.path(repository, "compare", base+"..."+head)+"?per_page=1", &w); err != nil {
		return false, err
	}
	return w.Status == "ahead" || w.Status == "identical", nil
}

// Changed returns the paths of the files that a commit changes since an older one; GitHub names at most 300.
func (c *Client) Changed(ctx context.Context, repository, head, base string) ([]string, error) {
	var w struct {
		Files []struct {
			Name string `json:"filename"`
			Was  string `json:"previous_filename"`
		} `json:"files"`
	}
	err := c.json(ctx, c.path(repository, "compare", base+"..."+head)+"?per_page=1", &w)
	var out []string
	for _, f := range w.Files {
		if out = append(out, f.Name); f.Was != "" {
			out = append(out, f.Was)
		}
	}
	return out, err
}

// PushedAt returns when a commit became the head of a ref, such as refs/heads/main; it is zero if GitHub's list of
// activities does not say.
func (c *Client) PushedAt(ctx context.Context, repository, ref, sha string) (time.Time, error) {
	var ws []struct {
		After     string    `json:"after"`
		Timestamp time.Time `json:"timestamp"`
	}
	q := url.Values{"ref": {ref}, "per_page": {"100"}}
	if err := c.json(ctx, c.path(repository, "activity")+"?"+q.Encode(), &ws); err != nil {
		return time.Time{}, err
	}
	for _, w := range ws {
		if w.After == sha {
			return w.Timestamp, nil
		}
	}
	return time.Time{}, nil
}

// Attestations counts the attestations that GitHub keeps for a digest.
func (c *Client) Attestations(ctx context.Context, repository, digest string) (int, error) {
	var w struct {
		Attestations []struct{} `json:"attestations"`
	}
	err := c.json(ctx, c.path(repository, "attestations", digest), &w)
	if remote.Is(err, remote.NotFound) && c.Token != "" {
		return 0, nil
	}
	return len(w.Attestations), err
}

// path joins segments, each escaped except for the slash in OWNER/NAME.
func (c *Client) path(segments ...string) string {
	owner, name, _ := strings.Cut(segments[0], "/")
	out := c.API + "/repos/" + url.PathEscape(owner) + "/" + url.PathEscape(name)
	for _, s := range segments[1:] {
		out += "/" + url.PathEscape(s)
	}
	return out
}

// read returns the value that an address answers with.
func read[T any](ctx context.Context, c *Client, address string) (T, error) {
	var out T
	err := c.json(ctx, address, &out)
	return out, err
}

func (c *Client) json(ctx context.Context, address string, into any) error {
	a, err := c.get(ctx, "application/vnd.github+json", address)
	if err != nil {
		return err
	}
	return remote.Decode(a, into)
}

func (c *Client) header(accept string) http.Header {
	h := http.Header{"Accept": {accept}, "X-Github-Api-Version": {"2022-11-28"}}
	if c.Token != "" {
		h.Set("Authorization", "Bearer "+c.Token)
	}
	return h
}

func (c *Client) get(ctx context.Context, accept, address string) (remote.Answer, error) {
	a, err := c.Remote.Get(ctx, address, c.header(accept))
	if c.Token == "" && remote.Is(err, remote.Unauthorized, remote.Forbidden, remote.NotFound, remote.RateLimited) {
		err = fmt.Errorf("%w; no credential was given: set GITHUB_TOKEN, or log in with 'gh auth login'", err)
	}
	return a, err
}
