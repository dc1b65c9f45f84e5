package cluster

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// chat takes the place of the services that notifications go to.
type chat struct {
	*httptest.Server
	lock     sync.Mutex
	messages []string
}

func newChat(t *testing.T) *chat {
	c := &chat{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		message := r.Method + " " + r.URL.Path
		if form, err := url.ParseQuery(string(body)); err == nil && form.Has("channel") {
			message += " " + form.Get("channel") + " " + form.Get("text")
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"ok": true, "channel": "C1", "ts": "1.1"}`)
		} else {
			message += " " + string(body)
		}
		c.lock.Lock()
		defer c.lock.Unlock()
		c.messages = append(c.messages, message)
	}))
	t.Cleanup(c.Close)
	return c
}

// got waits for a message that begins so and has some words.
func (c *chat) got(t *testing.T, begins, words string) {
	t.Helper()
	for range 300 {
		c.lock.Lock()
		all := slices.Clone(c.messages)
		c.lock.Unlock()
		if slices.ContainsFunc(all, func(m string) bool { return strings.HasPrefix(m, begins) && strings.Contains(m, words) }) {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Errorf("no message %q with %q came, but:\n%s", begins, words, strings.Join(c.messages, "\n"))
}

// TestNotifications has Argo CD notify a chat and a pager, by the subscriptions of the spec and the templates of its
// catalogue.
func TestNotifications(t *testing.T) {
	c := newChat(t)
	check(t, run.StartNotifications(t.Context(), map[string]string{
		"service.slack":         "token: $slack-token\napiURL: " + c.URL + "/api/\n",
		"service.webhook.pager": "url: $pager-url\n",
	}, map[string]string{"slack-token": "xoxb-0", "pager-url": c.URL + "/pager?key=0"}))
	tr := generate(t, spec(t, "notifications"))
	for _, a := range tr.applications {
		a.bump(t, "a1")
	}
	tr.install(t)
	const deployed = "is now running new version of deployments manifests"
	c.got(t, "POST /api/chat.postMessage billing-deploys", "invoices-staging "+deployed)
	c.got(t, "POST /api/chat.postMessage billing-deploys", "invoices-production "+deployed)
	c.got(t, "POST /api/chat.postMessage releases", "invoices-production "+deployed)
	c.got(t, "GET /pager", "invoices-production "+deployed)
	for _, m := range c.messages {
		if strings.Contains(m, "releases") && strings.Contains(m, "invoices-staging") || strings.HasPrefix(m, "GET /pager") && strings.Contains(m, "invoices-staging") {
			t.Errorf("staging notifies those of production: %s", m)
		}
	}
}
