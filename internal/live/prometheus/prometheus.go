// Package prometheus asks the HTTP API of a Prometheus, or of what answers in its place, one question at a time. It only
// reads.
package prometheus

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
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

// Series is what an expression gives for some labels.
type Series struct {
	Metric map[string]string
	Value  []json.RawMessage
}

// Figure is the one number that an expression gives now. It is never NaN.
func (c *Client) Figure(ctx context.Context, server, expression string) (float64, error) {
	results, err := c.Series(ctx, server, expression)
	if err != nil {
		return 0, err
	}
	if len(results) == 1 && len(results[0].Value) == 2 {
		if n, err := strconv.ParseFloat(strings.Trim(string(results[0].Value[1]), `"`), 64); err == nil && n == n {
			return n, nil
		}
	}
	return 0, &remote.Error{Kind: None, URL: address(server), Reason: "has no such figure"}
}

// Series are what an expression gives now. A redirect is no answer: it leads to a page on which people log in.
func (c *Client) Series(ctx context.Context, server, expression string) ([]Series, error) {
	header := http.Header{"Accept": {"application/json"}}
	switch {
	case c.User != "":
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Secret)))
	case c.Secret != "":
		header.Set("Authorization", "Bearer "+c.Secret)
	}
	at := address(server)
	a, err := c.Remote.Get(ctx, at+"?"+url.Values{"query": {expression}}.Encode(), header)
	var w struct {
		Status, Error string
		Data          struct {
			ResultType string
			Result     json.RawMessage
		}
	}
	said := json.Unmarshal(a.Body, &w) == nil
	if err != nil {
		return nil, briefly(err, at, w.Error)
	}
	var out []Series
	if said && a.Status == http.StatusOK && !a.Redirected && w.Status == "success" && w.Data.ResultType == "vector" && json.Unmarshal(w.Data.Result, &out) == nil {
		return out, nil
	}
	reason := "does not answer as the API of Prometheus does: is it a page to log in?"
	if w.Error != "" {
		reason = fmt.Sprintf("answers with an error: %.300q", w.Error)
	}
	return nil, &remote.Error{Kind: remote.Malformed, URL: at, Reason: reason}
}

func address(server string) string { return strings.TrimRight(server, "/") + "/api/v1/query" }

// briefly is a failure without the question, which is long, and with what Prometheus says of it.
func briefly(err error, at, said string) error {
	if e, ok := err.(*remote.Error); ok {
		short := *e
		if short.URL = at; short.Kind == remote.Failed && said != "" {
			short.Reason = fmt.Sprintf("answers with an error: %.300q", said)
		}
		return &short
	}
	return err
}
