// Package prometheus asks the HTTP API of a Prometheus, or of what answers in its place, for one figure at a time. It only
// reads.
package prometheus

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/live/remote"
)

// Client asks with one login. Secret is a token, or the password of User; "" where nobody logs in.
type Client struct {
	User, Secret string
	Remote       *remote.Client
}

// None is the kind of failure of an answer without a number, such as that there are no such series.
const None remote.Kind = "without a figure"

// Figure is the one number that an expression gives now. It is never NaN.
func (c *Client) Figure(ctx context.Context, server, expression string) (float64, error) {
	header := http.Header{"Accept": {"application/json"}}
	switch {
	case c.User != "":
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Secret)))
	case c.Secret != "":
		header.Set("Authorization", "Bearer "+c.Secret)
	}
	at := strings.TrimRight(server, "/") + "/api/v1/query"
	a, err := c.Remote.Get(ctx, at+"?"+url.Values{"query": {expression}}.Encode(), header)
	if err != nil {
		return 0, briefly(err, at)
	}
	var w struct {
		Status, Error string
		Data          struct {
			ResultType string
			Result     json.RawMessage
		}
	}
	var results []struct{ Value []json.RawMessage }
	if json.Unmarshal(a.Body, &w) != nil || w.Status != "success" || w.Data.ResultType != "vector" || json.Unmarshal(w.Data.Result, &results) != nil {
		return 0, &remote.Error{Kind: remote.Malformed, URL: at, Reason: "does not answer as the API of Prometheus does: is it a page to log in?"}
	}
	var text string
	if len(results) == 1 && len(results[0].Value) == 2 && json.Unmarshal(results[0].Value[1], &text) == nil {
		if n, err := strconv.ParseFloat(text, 64); err == nil && n == n {
			return n, nil
		}
	}
	return 0, &remote.Error{Kind: None, URL: at, Reason: "has no such figure"}
}

// briefly is a failure without the question, which is long.
func briefly(err error, at string) error {
	if e, ok := err.(*remote.Error); ok {
		short := *e
		short.URL = at
		return &short
	}
	return err
}
