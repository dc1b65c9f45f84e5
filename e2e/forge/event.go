package forge

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"time"
)

// Notify sends what GitHub sends about a push to a webhook, signed with the secret.
func Notify(ctx context.Context, webhook, secret string, to *Clone, c Commit) error {
	b := bare{to.Repository, filepath.Join(to.home, filepath.FromSlash(to.Repository)), to.home}
	p := push{ref: "refs/heads/" + to.Branch, before: c.Before, after: c.SHA, at: time.Now()}
	if p.before == "" {
		p.before = none
	}
	body, err := pushEvent(ctx, b, p)
	if err != nil {
		return err
	}
	request, err := eventRequest(ctx, webhook, secret, newGUID(), body)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		return fmt.Errorf("webhook: %s: %s", response.Status, text)
	}
	return err
}

// eventRequest returns the request that notifies of a push; guid names the
// delivery.
func eventRequest(ctx context.Context, webhook, secret, guid string, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, webhook, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{
		"Accept": {"*/*"}, "Content-Type": {"application/json"}, "User-Agent": {"GitHub-Hookshot/e2e"},
		"X-Github-Event": {"push"}, "X-Github-Delivery": {guid},
	}
	if secret != "" {
		request.Header.Set("X-Hub-Signature-256", "sha256="+signature(secret, body))
	}
	return request, nil
}

// pushEvent is GitHub's payload for a push, with every commit that it brought.
func pushEvent(ctx context.Context, b bare, p push) ([]byte, error) {
	brought, err := b.brought(ctx, p)
	if err != nil {
		return nil, err
	}
	commits := []any{}
	for _, c := range brought {
		told, err := eventCommit(ctx, b, c)
		if err != nil {
			return nil, err
		}
		commits = append(commits, told)
	}
	var head any
	if p.after != none {
		c, err := b.commit(ctx, p.after)
		if err != nil {
			return nil, err
		}
		if head, err = eventCommit(ctx, b, c); err != nil {
			return nil, err
		}
	}
	developer := map[string]any{"name": "developer", "email": "developer@example.org"}
	repository := repositoryOf(b, b.defaultBranch(ctx))
	// Here, and nowhere else, these times are numbers.
	repository["pushed_at"], repository["created_at"] = p.at.Unix(), p.at.Unix()
	return json.Marshal(map[string]any{
		"ref": p.ref, "before": p.before, "after": p.after, "base_ref": nil,
		"created": p.before == none, "deleted": p.after == none, "forced": p.kind == "force_push",
		"compare":    htmlURL(b.repository, "compare", p.before[:12]+"..."+p.after[:12]),
		"repository": repository, "pusher": developer, "sender": account("developer"),
		"commits": commits, "head_commit": head,
	})
}

// eventCommit is a commit in the payload of a webhook.
func eventCommit(ctx context.Context, b bare, c commit) (map[string]any, error) {
	changes, err := b.changed(ctx, c)
	if err != nil {
		return nil, err
	}
	files := map[string][]string{"added": {}, "removed": {}, "modified": {}}
	for _, f := range changes {
		status := strings.Replace(f.status, "changed", "modified", 1)
		files[status] = append(files[status], f.path)
	}
	who := func(p person) map[string]any { return map[string]any{"name": p.name, "email": p.email} }
	return map[string]any{
		"id": c.sha, "tree_id": c.tree, "distinct": true, "message": c.message, "timestamp": moment(c.committer.at),
		"url": htmlURL(b.repository, "commit", c.sha), "author": who(c.author), "committer": who(c.committer),
		"added": files["added"], "removed": files["removed"], "modified": files["modified"],
	}, nil
}

func signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func newGUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
