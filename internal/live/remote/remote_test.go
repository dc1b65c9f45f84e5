package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// asker returns a client whose pauses are recorded and take no time.
func asker() (*Client, *[]time.Duration) {
	var pauses []time.Duration
	return New(func() time.Time { return noon }, func(ctx context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return ctx.Err()
	}), &pauses
}

// server gives the answers in turn, and repeats the last one.
func server(t *testing.T, answers ...http.HandlerFunc) (address string, asked *atomic.Int32) {
	t.Helper()
	asked = new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := min(int(asked.Add(1)), len(answers)) - 1
		answers[i](w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, `{"ok":true}`)
	}
}

// hangUp ends the connection in the middle of an answer.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	fmt.Fprint(w, `{"half":`)
	panic(http.ErrAbortHandler)
}

func TestGet(t *testing.T) {
	for name, c := range map[string]struct {
		answers []http.HandlerFunc
		kind    Kind // "": success
		passing bool
		words   string
		asked   int
		pauses  []time.Duration
	}{
		"well":         {answers: []http.HandlerFunc{status(200)}, asked: 1},
		"unauthorized": {answers: []http.HandlerFunc{status(401)}, kind: Unauthorized, words: "asks for a credential", asked: 1},
		"forbidden":    {answers: []http.HandlerFunc{status(403)}, kind: Forbidden, words: "refuses this credential", asked: 1},
		"not found":    {answers: []http.HandlerFunc{status(404)}, kind: NotFound, words: "has no such thing", asked: 1},
		"other":        {answers: []http.HandlerFunc{status(418)}, kind: Failed, words: "status 418", asked: 1},
		"not built":    {answers: []http.HandlerFunc{status(501)}, kind: Failed, passing: true, asked: 1},
		"well after all": {answers: []http.HandlerFunc{status(500), status(502), status(200)}, asked: 3,
			pauses: []time.Duration{500 * time.Millisecond, time.Second}},
		"never well": {answers: []http.HandlerFunc{status(500)}, kind: Failed, passing: true, words: "status 500", asked: 4,
			pauses: []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}},
		"asks for patience": {answers: []http.HandlerFunc{status(429, "Retry-After", "7"), status(200)}, asked: 2, pauses: []time.Duration{7 * time.Second}},
		"patience by date": {answers: []http.HandlerFunc{status(503, "Retry-After", noon.Add(9*time.Second).Format(http.TimeFormat)), status(200)}, asked: 2,
			pauses: []time.Duration{9 * time.Second}},
		"asks for too much": {answers: []http.HandlerFunc{status(429, "Retry-After", "3600")}, kind: RateLimited, words: "again at 13:00:00 UTC", asked: 1},
		"GitHub's limit": {answers: []http.HandlerFunc{status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(noon.Add(20*time.Second).Unix())), status(200)}, asked: 2,
			pauses: []time.Duration{20 * time.Second}},
		"GitHub's limit for an hour": {answers: []http.HandlerFunc{status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(noon.Add(time.Hour).Unix()))},
			kind: RateLimited, words: "again at 13:00:00 UTC", asked: 1},
		"a limit without a time": {answers: []http.HandlerFunc{status(429), status(200)}, asked: 2, pauses: []time.Duration{500 * time.Millisecond}},
		"broken off":             {answers: []http.HandlerFunc{hangUp, status(200)}, asked: 2, pauses: []time.Duration{500 * time.Millisecond}},
		"always broken off":      {answers: []http.HandlerFunc{hangUp}, kind: Unreachable, words: "broke off its answer", asked: 4, pauses: []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}},
		"too long": {answers: []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
			w.Write(make([]byte, MaxBody+1))
		}}, kind: Malformed, words: "more than 4 MiB", asked: 1},
		"just not too long": {answers: []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
			w.Write(make([]byte, MaxBody))
		}}, asked: 1},
	} {
		t.Run(name, func(t *testing.T) {
			address, asked := server(t, c.answers...)
			client, pauses := asker()
			_, err := client.Get(t.Context(), address, nil)
			switch {
			case c.kind == "" && err != nil:
				t.Fatal(err)
			case c.kind != "" && !Is(err, c.kind):
				t.Fatalf("%v is not of the kind %q", err, c.kind)
			case c.kind != "" && (!strings.Contains(err.Error(), c.words) || !strings.Contains(err.Error(), address)):
				t.Errorf("%q lacks %q or the address", err, c.words)
			}
			if Passing(err) != (c.kind == RateLimited || c.kind == Unreachable || c.passing) {
				t.Errorf("%v: passing is %t", err, Passing(err))
			}
			if int(asked.Load()) != c.asked || fmt.Sprint(*pauses) != fmt.Sprint(c.pauses) {
				t.Errorf("asked %d times with pauses %v, want %d and %v", asked.Load(), *pauses, c.asked, c.pauses)
			}
		})
	}
}

// TestSilence: a request to a server that never answers ends when the caller's time
// is up.
func TestSilence(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	address, asked := server(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	client, _ := asker()
	_, err := client.Get(ctx, address, nil)
	if !Is(err, Unreachable) || asked.Load() != 1 {
		t.Errorf("%v after %d tries", err, asked.Load())
	}
}

func TestNobodyThere(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	client, pauses := asker()
	if _, err := client.Get(t.Context(), s.URL, nil); !Is(err, Unreachable) || !strings.Contains(err.Error(), "cannot be reached") {
		t.Error(err)
	}
	if len(*pauses) != 3 {
		t.Errorf("%d pauses", len(*pauses))
	}
}

// TestSilentServer: many requests to a server that does not answer take no longer
// than one, and after a while it is asked again.
func TestSilentServer(t *testing.T) {
	address, asked := server(t, hangUp, hangUp, hangUp, hangUp, status(200))
	now := noon
	client := New(func() time.Time { return now }, func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
	for range 3 {
		if _, err := client.Get(t.Context(), address, nil); !Is(err, Unreachable) {
			t.Error(err)
		}
	}
	if asked.Load() != 4 {
		t.Errorf("it was asked %d times, want the 4 of one question", asked.Load())
	}
	now = now.Add(silence)
	if _, err := client.Get(t.Context(), address, nil); err != nil {
		t.Error(err)
	}
}

// TestUntrusted: a server with an untrusted certificate is refused.
func TestUntrusted(t *testing.T) {
	s := httptest.NewUnstartedServer(status(200))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	client, _ := asker()
	if _, err := client.Get(t.Context(), s.URL, nil); !Is(err, Unreachable) || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
}

func TestRedirects(t *testing.T) {
	seen := map[string]string{}
	record := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { seen[name] = r.Header.Get("Authorization") }
	}
	elsewhere, _ := server(t, record("elsewhere"))
	var home string
	home, _ = server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/here":
			http.Redirect(w, r, "/there", http.StatusFound)
		case "/away":
			http.Redirect(w, r, elsewhere, http.StatusFound)
		case "/back":
			http.Redirect(w, r, home+"/away", http.StatusFound)
		case "/open":
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusFound)
		default:
			record("home")(w, r)
		}
	})
	client, _ := asker()
	get := func(path string) error {
		clear(seen)
		_, err := client.Get(t.Context(), home+path, http.Header{"Authorization": {"secret"}})
		return err
	}
	if err := get("/here"); err != nil || seen["home"] != "secret" {
		t.Errorf("the credential did not stay with its host: %v %v", seen, err)
	}
	for _, path := range []string{"/away", "/back"} {
		got, err := "", get(path)
		if got = seen["elsewhere"]; err != nil || got != "" {
			t.Errorf("%s: another host got %q: %v", path, got, err)
		}
	}
	if err := get("/open"); !Is(err, Unreachable) || !strings.Contains(err.Error(), "not encrypted") {
		t.Errorf("an open address was followed: %v", err)
	}
	if err := get("/circle"); !Is(err, Unreachable) || !strings.Contains(err.Error(), "circle") {
		t.Error(err)
	}
}

func TestSecure(t *testing.T) {
	for address, want := range map[string]bool{
		"https://api.github.com": true, "http://127.0.0.1:80": true, "http://localhost": true, "http://[::1]:5": true,
		"http://example.org": false, "ftp://example.org": false, "https://": false, "https://user:secret@example.org": false, "http://localhost.example.org": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		err = Secure(u)
		if (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%v tells a password", err)
		}
	}
}

func TestDecode(t *testing.T) {
	type shape struct {
		Name  string    `json:"name"`
		Count int       `json:"count"`
		At    time.Time `json:"at"`
		Parts []struct {
			Done bool `json:"done"`
		} `json:"parts"`
	}
	for body, words := range map[string]string{
		`{"name":"a","count":1,"at":"2026-11-20T12:00:00Z","parts":[{"done":true}]}`: "",
		`{"name":null,"at":null,"parts":null,"more":[]}`:                             "",
		`{"name":5}`:                 "gives name as a number, where text is expected",
		`{"count":"5"}`:              "gives count as text, where a whole number is expected",
		`{"count":1.5}`:              "gives count as a number, where a whole number is expected",
		`{"parts":{}}`:               "gives parts as an object, where a list is expected",
		`{"parts":[{"done":"yes"}]}`: "gives parts.done as text, where true or false is expected",
		`{"at":"yesterday"}`:         "gives an invalid time",
		`[]`:                         "answers with a list, where an object is expected",
		`{"name":"a"`:                "does not answer in JSON, or only in part",
		`<html>`:                     "does not answer in JSON",
		``:                           "does not answer in JSON",
	} {
		var s shape
		err := Decode(Answer{URL: "https://example.org/x", Body: []byte(body)}, &s)
		switch {
		case words == "":
			if err != nil {
				t.Errorf("%s: %v", body, err)
			}
		case !Is(err, Malformed) || !strings.Contains(err.Error(), words) || !strings.HasPrefix(err.Error(), "https://example.org/x "):
			t.Errorf("%s: %v, want %q", body, err, words)
		}
	}
}

// FuzzDecode: for any answer, the message names the address and no Go type.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"a":{"b":[1]}}`, `{"a":"x"}`, `[{"a":1e999}]`, `{"t":"2026"}`, "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var s struct {
			A struct {
				B []string `json:"b"`
			} `json:"a"`
			T time.Time `json:"t"`
		}
		err := Decode(Answer{URL: "https://example.org", Body: body}, &s)
		if err != nil && (!strings.HasPrefix(err.Error(), "https://example.org ") || strings.Contains(err.Error(), "struct {") || strings.Contains(err.Error(), "Go ")) {
			t.Error(err)
		}
	})
}

func TestSleep(t *testing.T) {
	if err := Sleep(t.Context(), 0); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
