// Package kube speaks to the API server of Kubernetes over plain HTTP: apply, get,
// list, patch and delete, which is all that the tests need.
package kube

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// ErrNotFound is what the API server says about an object that is not there.
var ErrNotFound = errors.New("not found")

// Client is an administrator of one cluster. It is safe for concurrent use.
type Client struct {
	server, token string
	http          *http.Client
	mutex         sync.Mutex
	resources     map[string]resource // by apiVersion and kind
}

// New returns a client of the server, such as https://127.0.0.1:6443, which shows
// the certificate and takes the token.
func New(server, token string, certificate []byte) (*Client, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(certificate) {
		return nil, errors.New("the API server's certificate is not PEM")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	return &Client{
		server: server, token: token,
		http:      &http.Client{Transport: transport, Timeout: 30 * time.Second},
		resources: map[string]resource{},
	}, nil
}

// Ready reports whether the API server serves.
func (c *Client) Ready(ctx context.Context) error {
	_, _, err := c.do(ctx, http.MethodGet, "/readyz", "", nil)
	return err
}

// do returns the answer and the warnings that came with it.
func (c *Client) do(ctx context.Context, method, path, contentType string, body []byte) ([]byte, []string, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.server+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, err
	}
	if response.StatusCode >= 300 {
		var status struct{ Message string }
		text := strings.TrimSpace(string(answer))
		if json.Unmarshal(answer, &status) == nil && status.Message != "" {
			text = status.Message
		}
		err := fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text)
		if response.StatusCode == http.StatusNotFound {
			err = fmt.Errorf("%w: %w", ErrNotFound, err)
		}
		return nil, nil, err
	}
	return answer, response.Header.Values("Warning"), nil
}
