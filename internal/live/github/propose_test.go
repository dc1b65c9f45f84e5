package github

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/remote"
)

// TestPropose: a pull request is requested once, no matter what the answer is.
func TestPropose(t *testing.T) {
	for _, c := range []struct {
		status        int
		answer, words string
	}{
		{http.StatusCreated, `{"html_url":"https://github.com/o/r/pull/1"}`, ""},
		{http.StatusNotFound, `{"message":"Not Found"}`, "Not Found; the credential needs the right"},
		{http.StatusInternalServerError, `oops`, "failed (status 500)"},
		{http.StatusCreated, `oops`, "does not answer in JSON"},
		{http.StatusUnprocessableEntity, `{"message":"Validation Failed","errors":[{"message":"No commits"},{"code":"x"}]}`, "Validation Failed: No commits"},
	} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			asked++
			if r.Method != http.MethodPost || r.URL.Path != "/repos/o/r/pulls" || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s %s", r.Method, r.URL)
			}
			out.WriteHeader(c.status)
			out.Write([]byte(c.answer))
		}))
		defer server.Close()
		client := Client{API: server.URL, Token: "secret", Remote: remote.New(time.Now, remote.Sleep)}
		page, err := client.Propose(t.Context(), "o/r", Proposal{Title: "t", Head: "h", Base: "main"})
		if asked != 1 || (err == nil) != (c.words == "") || err == nil && page == "" || err != nil && (!strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%d: asked %d times, %q, %v", c.status, asked, page, err)
		}
	}
	if _, err := (&Client{}).Propose(t.Context(), "o/r", Proposal{}); !errors.Is(err, ErrNoToken) {
		t.Errorf("without a credential: %v", err)
	}
	plain := Client{API: "http://api.example.org", Token: "secret", Remote: remote.New(time.Now, remote.Sleep)}
	if _, err := plain.Propose(t.Context(), "o/r", Proposal{}); err == nil || !strings.Contains(err.Error(), "not encrypted") {
		t.Errorf("without encryption: %v", err)
	}
}
