// Package remote sends requests to HTTP APIs and trusts none of their answers: each request has a time limit, each
// answer a size limit, and no credential follows a redirect to another host.
package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	// MaxBody is how many bytes of an answer are read; a longer one is refused.
	MaxBody = 4 << 20
	// perTry is how long one try may take, including the body.
	perTry = 20 * time.Second
	// tries is how often a request is sent before its last failure counts.
	tries = 4
	// maxPause is the longest pause that a server may ask for.
	maxPause   = 30 * time.Second
	firstPause = 500 * time.Millisecond
	// silence is how long a server that did not answer is not asked again.
	silence   = 30 * time.Second
	redirects = 5
)

// Client sends requests. It remembers which servers did not answer a moment ago, so that many requests to one of them
// take no longer than one.
type Client struct {
	http  *http.Client
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu     sync.Mutex
	silent map[string]time.Time // by host: until when it is not asked
}

// New returns a client that uses the given clock and pauses.
func New(now func() time.Time, sleep func(context.Context, time.Duration) error) *Client {
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: perTry}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    perTry,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        time.Minute,
	}
	return &Client{http: &http.Client{Transport: transport, CheckRedirect: follow}, now: now, sleep: sleep, silent: map[string]time.Time{}}
}

// Sleep waits, or returns when its context ends.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// follow decides about a redirect. The standard client passes the credential on to subdomains; here it goes only to the
// host for which it was meant.
func follow(req *http.Request, via []*http.Request) error {
	if len(via) > redirects {
		return errors.New("it redirects in a circle")
	}
	if err := Secure(req.URL); err != nil {
		return err
	}
	if req.URL.Host != via[0].URL.Host || req.URL.Scheme != via[0].URL.Scheme {
		req.Header.Del("Authorization")
	}
	return nil
}

// Secure refuses an address where others could read a credential: it must be https, or http on this machine.
func Secure(u *url.URL) error {
	if u.Host == "" || u.User != nil {
		return fmt.Errorf("%s is no address of a server, such as https://api.example.org", u.Redacted())
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("%s is not encrypted: give an https address", u.Redacted())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Answer is the answer of a server.
type Answer struct {
	// URL is the requested URL, before any redirect.
	URL    string
	Status int
	Header http.Header
	Body   []byte
	// Redirected: it is the answer of another address.
	Redirected bool
}

// Get requests a URL. An error is an [*Error]; the answer then holds what was received, such as the header of a
// refusal.
func (c *Client) Get(ctx context.Context, address string, header http.Header) (Answer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Answer{URL: address}, &Error{Kind: Refused, URL: address, Reason: "is no address"}
	}
	if err := Secure(u); err != nil {
		return Answer{URL: address}, &Error{Kind: Refused, URL: address, Reason: err.Error()}
	}
	if c.isSilent(u.Host) {
		return Answer{URL: address}, &Error{Kind: Unreachable, URL: address, Reason: "was not asked: its server did not answer a moment ago"}
	}
	for try := 1; ; try++ {
		a, err := c.send(ctx, http.MethodGet, address, header, nil)
		failure := judge(a, err, c.now())
		if failure == nil {
			return a, nil
		}
		pause := c.pause(try, a, failure)
		if pause < 0 || ctx.Err() != nil || c.sleep(ctx, pause) != nil {
			if failure.Kind == Unreachable && ctx.Err() == nil {
				c.markSilent(u.Host)
			}
			return a, failure
		}
	}
}

func (c *Client) isSilent(host string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now().Before(c.silent[host])
}

func (c *Client) markSilent(host string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.silent[host] = c.now().Add(silence)
}

// send is one try.
func (c *Client) send(ctx context.Context, method, address string, header http.Header, body io.Reader) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, perTry)
	defer cancel()
	a := Answer{URL: address}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return a, err
	}
	req.Header = header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Header.Set("User-Agent", "pipegen")
	resp, err := c.http.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.Status, a.Header, a.Redirected = resp.StatusCode, resp.Header, resp.Request.Response != nil
	a.Body, err = io.ReadAll(io.LimitReader(resp.Body, MaxBody+1))
	if err == nil && len(a.Body) > MaxBody {
		return a, errTooLong
	}
	return a, err
}

var errTooLong = fmt.Errorf("sends more than %d MiB", MaxBody>>20)

// Host returns the host of an address, for messages.
func Host(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return strings.TrimSuffix(address, "/")
}
