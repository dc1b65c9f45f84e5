package prometheus

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// TestFigure: only one number in an answer of the API is a figure, and no login is said in a failure.
func TestFigure(t *testing.T) {
	vector := func(results string) string {
		return `{"status":"success","data":{"resultType":"vector","result":[` + results + `]}}`
	}
	value := func(v string) string { return `{"metric":{},"value":[1700000000.5,"` + v + `"]}` }
	for name, test := range map[string]struct {
		status int
		answer string
		want   float64
		kind   remote.Kind
	}{
		"a number":        {200, vector(value("1.5e-03")), 0.0015, ""},
		"none":            {200, vector(""), 0, None},
		"two":             {200, vector(value("1") + "," + value("2")), 0, None},
		"NaN":             {200, vector(value("NaN")), 0, None},
		"a scalar":        {200, `{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}`, 0, remote.Malformed},
		"an error":        {200, `{"status":"error","error":"query timed out"}`, 0, remote.Malformed},
		"a page":          {200, "<title>Log in</title>", 0, remote.Malformed},
		"a bad question":  {422, `{"status":"error","error":"no"}`, 0, remote.Failed},
		"another's token": {401, "", 0, remote.Unauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/prefix/api/v1/query" || r.FormValue("query") != `up{a="b"}` || r.Header.Get("Authorization") != "Bearer s3cret" {
					t.Errorf("it asks %s with %q", r.URL, r.Header.Get("Authorization"))
				}
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.answer)
			}))
			defer server.Close()
			c := Client{Secret: "s3cret", Remote: remote.New(livetest.Now, livetest.NoSleep)}
			got, err := c.Figure(t.Context(), server.URL+"/prefix/", `up{a="b"}`)
			if got != test.want || (err == nil) != (test.kind == "") || err != nil && (!remote.Is(err, test.kind) || strings.Contains(err.Error(), "s3cret")) {
				t.Errorf("%g %v", got, err)
			}
		})
	}
}
