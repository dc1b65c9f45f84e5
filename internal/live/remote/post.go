package remote

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
)

// Post sends JSON to a URL, and does not retry: nobody can know whether a request without an answer was carried out. An
// error is an [*Error]; the answer then holds what was received.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body []byte) (Answer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Answer{URL: address}, &Error{Kind: Refused, URL: address, Reason: "is no address"}
	}
	if err := Secure(u); err != nil {
		return Answer{URL: address}, &Error{Kind: Refused, URL: address, Reason: err.Error()}
	}
	header = header.Clone()
	header.Set("Content-Type", "application/json")
	a, err := c.send(ctx, http.MethodPost, address, header, bytes.NewReader(body))
	if failure := judge(a, err, c.now()); failure != nil {
		return a, failure
	}
	return a, nil
}
