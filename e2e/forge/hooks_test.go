package forge_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/internal/live/github"
)

const secret = "e2e-hook-secret"

// heard is a request that came to a webhook.
type heard struct {
	header http.Header
	body   []byte
}

// listener is a webhook that answers with a status and passes on its requests.
func listener(t *testing.T, status int) (address string, told chan heard) {
	t.Helper()
	told = make(chan heard, 10)
	s := httptest.NewServer(hears(told, status))
	t.Cleanup(s.Close)
	return s.URL + "/api/webhook", told
}

func hears(told chan heard, status int) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body)
		out.WriteHeader(status)
		told <- heard{in.Header, body}
	})
}

func next(t *testing.T, told chan heard) heard {
	t.Helper()
	select {
	case h := <-told:
		return h
	case <-time.After(10 * time.Second):
		t.Fatal("the webhook is told nothing")
		return heard{}
	}
}

// event is a push as Argo CD reads it.
type event struct {
	Ref, Before, After       string
	Created, Deleted, Forced bool
	Pusher                   struct{ Name string }
	Repository               struct {
		FullName      string `json:"full_name"`
		HTMLURL       string `json:"html_url"`
		CloneURL      string `json:"clone_url"`
		DefaultBranch string `json:"default_branch"`
		PushedAt      int64  `json:"pushed_at"`
	}
	Commits []struct {
		ID, Message              string
		Added, Removed, Modified []string
	}
	HeadCommit *struct{ ID string } `json:"head_commit"`
}

func pushed(t *testing.T, h heard) event {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(h.body)
	if h.header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		t.Error("the signature is wrong")
	}
	if h.header.Get("X-GitHub-Event") != "push" || h.header.Get("X-GitHub-Delivery") == "" || h.header.Get("Content-Type") != "application/json" || !strings.HasPrefix(h.header.Get("User-Agent"), "GitHub-Hookshot/") {
		t.Errorf("%v", h.header)
	}
	var e event
	check(t, json.Unmarshal(h.body, &e))
	return e
}

func TestAPushIsToldToTheWebhook(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	address, told := listener(t, http.StatusOK)
	f.SetHook("org/app", forge.Hook{URL: address, Secret: secret, Events: []string{"push"}, Active: true})
	first := commit(t, c, "Begin", map[string]string{"a": "1\n", "b/c d": "1\n"})
	e := pushed(t, next(t, told))
	r := e.Repository
	if e.Ref != "refs/heads/main" || e.Before != none || e.After != first.SHA || !e.Created || e.HeadCommit.ID != first.SHA || len(e.Commits) != 1 ||
		r.FullName != "org/app" || r.HTMLURL != "https://github.com/org/app" || r.CloneURL != r.HTMLURL+".git" || r.DefaultBranch != "main" || time.Since(time.Unix(r.PushedAt, 0)) > time.Minute || e.Pusher.Name == "" {
		t.Errorf("%+v", e)
	}
	check(t, write(c.Folder, map[string]string{"a": "2\n", "new": "1\n"}))
	git(t, c, "add", "--all")
	git(t, c, "commit", "--quiet", "--message", "Between")
	last := commit(t, c, "Last", map[string]string{"b/c d": ""})
	e = pushed(t, next(t, told))
	if e.Before != first.SHA || e.After != last.SHA || len(e.Commits) != 2 {
		t.Fatalf("%+v", e)
	}
	if got := fmt.Sprintf("%+v", e.Commits); !strings.Contains(got, "Message:Between Added:[new] Removed:[] Modified:[a]") || !strings.Contains(got, "Message:Last Added:[] Removed:[b/c d] Modified:[]") || e.Commits[1].ID != last.SHA {
		t.Error(got)
	}
	git(t, c, "push", "--quiet", "origin", "HEAD:refs/heads/x")
	if e = pushed(t, next(t, told)); !e.Created || len(e.Commits) != 0 || e.HeadCommit.ID != last.SHA {
		t.Errorf("a branch without commits of its own: %+v", e)
	}
	git(t, c, "push", "--quiet", "--force", "origin", first.SHA+":refs/heads/x")
	if e = pushed(t, next(t, told)); !e.Forced {
		t.Errorf("%+v", e)
	}
	git(t, c, "push", "--quiet", "origin", ":x")
	if e = pushed(t, next(t, told)); !e.Deleted || e.After != none || e.HeadCommit != nil {
		t.Errorf("%+v", e)
	}
}

func deliveries(t *testing.T, f *forge.Forge, n int) (hook github.Hook, sent []github.Delivery) {
	t.Helper()
	api := hub(f, forge.APIToken)
	eventually(t, "a delivery", func() bool {
		hooks, err := api.Hooks(t.Context(), "org/app")
		check(t, err)
		if len(hooks) != 1 {
			t.Fatalf("%+v", hooks)
		}
		hook = hooks[0]
		sent, err = api.Deliveries(t.Context(), "org/app", hook.ID)
		check(t, err)
		return len(sent) >= n
	})
	return hook, sent
}

func TestDeliveriesTellWhatCameOfThem(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	good, _ := listener(t, http.StatusOK)
	bad, _ := listener(t, http.StatusInternalServerError)
	moved, _ := listener(t, http.StatusFound)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	var of int64
	for i, x := range []struct {
		address, status string
		code            int
	}{
		{good, "OK", 200}, {bad, "Invalid HTTP Response: 500", 500}, {moved, "Invalid HTTP Response: 302", 302},
		{gone.URL + "/api/webhook", "failed to connect to host", 0},
	} {
		before := time.Now().Truncate(time.Second)
		f.SetHook("org/app", forge.Hook{URL: x.address, Secret: secret, Events: []string{"push"}, Active: true})
		commit(t, c, "Change", map[string]string{"a": fmt.Sprintln(i)})
		hook, sent := deliveries(t, f, i+1)
		d := sent[0]
		if len(sent) != i+1 || d.Status != x.status || d.Code != x.code || d.Event != "push" || d.At.Before(before) {
			t.Errorf("%s: %+v", x.address, sent)
		}
		if !hook.TellsArgoCD() || !hook.TellsPushes() || i > 0 && hook.ID != of {
			t.Errorf("%+v", hook)
		}
		of = hook.ID
	}
	if _, _, text := ask(t, f, forge.APIToken, "GET", "org/app/hooks", ""); strings.Contains(text, secret) {
		t.Error("the API tells the secret")
	}
}

func TestWhoDoesNotAskIsNotTold(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	address, told := listener(t, http.StatusOK)
	for i, h := range []forge.Hook{
		{URL: address, Events: []string{"push"}}, {URL: address, Events: []string{"release"}, Active: true}, {},
	} {
		f.SetHook("org/app", h)
		commit(t, c, "Change", map[string]string{"a": fmt.Sprintln(i)})
	}
	if hooks, err := hub(f, forge.APIToken).Hooks(t.Context(), "org/app"); err != nil || len(hooks) != 0 {
		t.Errorf("%+v, %v", hooks, err)
	}
	f.SetHook("org/app", forge.Hook{URL: address, Events: []string{"*"}, Active: true})
	last := commit(t, c, "Last", map[string]string{"a": "last\n"})
	h := next(t, told)
	if !strings.Contains(string(h.body), `"after":"`+last.SHA) || len(told) != 0 || h.header.Get("X-Hub-Signature-256") != "" {
		t.Errorf("%v %s", h.header, h.body)
	}
}

// TestNotify: a test that sends by itself sends the same.
func TestNotify(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	address, told := listener(t, http.StatusOK)
	made := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	check(t, forge.Notify(t.Context(), address, secret, c, made))
	if e := pushed(t, next(t, told)); e.After != made.SHA || len(e.Commits) != 1 || e.Commits[0].Added[0] != "a" {
		t.Errorf("%+v", e)
	}
	bad, _ := listener(t, http.StatusBadRequest)
	if err := forge.Notify(t.Context(), bad, secret, c, made); err == nil || !strings.Contains(err.Error(), "400") {
		t.Error(err)
	}
}
