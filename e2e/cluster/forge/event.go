package forge

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Notify sends what GitHub sends about a push to a webhook, signed with the secret.
func Notify(ctx context.Context, webhook, secret string, to *Clone, commit Commit) error {
	body, err := pushEvent(to.Repository, to.Branch, commit)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, webhook, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-GitHub-Event", "push")
	request.Header.Set("X-Hub-Signature-256", "sha256="+signature(secret, body))
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

// pushEvent is GitHub's payload for a push of one commit, as far as Argo CD reads it.
func pushEvent(repository, branch string, c Commit) ([]byte, error) {
	url := "https://" + Host + "/" + repository
	commit := map[string]any{"id": c.SHA, "added": []string{}, "removed": []string{}, "modified": c.Files}
	return json.Marshal(map[string]any{
		"ref": "refs/heads/" + branch, "before": c.Before, "after": c.SHA,
		"repository": map[string]any{
			"full_name": repository, "html_url": url, "clone_url": url + ".git", "default_branch": branch,
		},
		"commits": []any{commit}, "head_commit": commit,
	})
}

func signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
