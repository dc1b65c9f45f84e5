package act

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// TestNotice: a run that should have deployed and fails sends one message, to the address in the secret. A run of a pull
// request sends none, even where it knows the address.
func TestNotice(t *testing.T) {
	t.Parallel()
	for as, text := range map[string]func(map[string]any) string{
		"slack": func(m map[string]any) string { s, _ := m["text"].(string); return s },
		"teams": func(m map[string]any) string { text, _ := json.Marshal(m["attachments"]); return string(text) },
		"json": func(m map[string]any) string {
			text, _ := json.Marshal(m["failed"])
			return string(text) + m["run"].(string)
		},
	} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			var lock sync.Mutex
			var messages []map[string]any
			chat := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				lock.Lock()
				defer lock.Unlock()
				var m map[string]any
				if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Method != http.MethodPost || r.URL.String() != "/hook?key=0" {
					t.Errorf("%s %s: %v", r.Method, r.URL, err)
				}
				messages = append(messages, m)
			}))
			t.Cleanup(chat.Close)
			w := world{runner.New(t, runner.Options{Spec: func(spec string) string {
				return spec + "\nworkflow: notify: {secret: \"CHAT\", as: \"" + as + "\"}\n"
			}})}
			knowing := func(e runner.Event) runner.Event {
				secrets := map[string]string{"CHAT": chat.URL + "/hook?key=0"}
				for name, value := range e.Secrets {
					secrets[name] = value
				}
				e.Secrets = secrets
				return e
			}
			w.PytestStatus = 1
			w.Run(t, knowing(w.PullRequest(t))).Want(t, "gate=failure test=failure")
			if len(messages) != 0 {
				t.Errorf("a pull request sends %v", messages)
			}
			result := w.Run(t, knowing(w.Develop(t, "version = 2")))
			result.Want(t, "gate=failure notice=success test=failure")
			if len(messages) != 1 || !strings.Contains(text(messages[0]), "test") || strings.Contains(text(messages[0]), "gate") || !strings.Contains(text(messages[0]), "/actions/runs/") {
				t.Errorf("the messages are %v", messages)
			}
			missing := w.Run(t, w.Develop(t, "version = 3"))
			missing.Want(t, "gate=failure notice=failure test=failure")
			if !missing.Has("error", "The secret CHAT is not set") {
				t.Errorf("no error names the secret: %+v", missing.Notes)
			}
			w.PytestStatus = 0
			w.Run(t, knowing(w.Develop(t, "version = 4"))).Want(t, allGreen)
			if len(messages) != 1 {
				t.Errorf("a green run sends %v", messages)
			}
		})
	}
}
