package cluster

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
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
		c.add(message)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *chat) add(message string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.messages = append(c.messages, message)
}

// mail listens as a server of mail does; a message of it is MAIL, whom it is for, and all that it says.
func (c *chat) mail(t *testing.T) (port int) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go c.receive(connection)
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

// receive takes what one sender has.
func (c *chat) receive(connection net.Conn) {
	defer connection.Close()
	in := textproto.NewConn(connection)
	for answer, to := "220 mail.example.org", ""; in.PrintfLine("%s", answer) == nil; {
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		answer = "250 OK"
		switch word, _, _ := strings.Cut(strings.ToUpper(line), " "); {
		case word == "RCPT":
			to = strings.Trim(line[len("RCPT TO:"):], "<>")
		case word == "QUIT":
			answer = "221 Bye"
		case word == "DATA":
			if err := in.PrintfLine("354 Go on"); err != nil {
				return
			}
			text, err := in.ReadDotLines()
			if err != nil {
				return
			}
			c.add("MAIL " + to + " " + strings.Join(text, "\n"))
		}
	}
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

// TestNotifications has Argo CD notify two kinds of chat, a pager and people by mail, by the subscriptions of the spec and the
// templates of its catalogue.
func TestNotifications(t *testing.T) {
	c := newChat(t)
	check(t, run.StartNotifications(t.Context(), map[string]string{
		"service.slack":           "token: $slack-token\napiURL: " + c.URL + "/api/\n",
		"service.webhook.pager":   "url: $pager-url\n",
		"service.teams-workflows": "recipientUrls: {billing: $teams-url}\n",
		"service.email":           fmt.Sprintf("{host: 127.0.0.1, port: %d, from: argocd@example.org}\n", c.mail(t)),
	}, map[string]string{"slack-token": "xoxb-0", "pager-url": c.URL + "/pager?key=0", "teams-url": c.URL + "/powerautomate/billing"}))
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
	c.got(t, "POST /powerautomate/billing", "invoices-production")
	c.got(t, "MAIL billing-oncall@example.org", "Application invoices-production is now running") // the line is broken behind
	for _, m := range c.messages {
		if strings.Contains(m, "invoices-staging") && !strings.HasPrefix(m, "POST /api/chat.postMessage billing-deploys ") {
			t.Errorf("staging notifies those of production: %s", m)
		}
	}
}
