package remote

import (
	"net/http"
	"strconv"
	"time"
)

// judge returns the failure that an answer or an error means, or nil.
func judge(a Answer, err error, now time.Time) *Error {
	switch {
	case err == errTooLong:
		return &Error{Kind: Malformed, URL: a.URL, Status: a.Status, Reason: err.Error()}
	case err != nil:
		return &Error{Kind: Unreachable, URL: a.URL, Reason: networkReason(err)}
	case a.Status >= 200 && a.Status < 300:
		return nil
	case limited(a):
		f := &Error{Kind: RateLimited, URL: a.URL, Status: a.Status, Reason: "too many questions were asked"}
		if at, ok := again(a.Header, now); ok {
			f.Reason += ", it answers again at " + at.UTC().Format(time.TimeOnly) + " UTC"
		}
		return f
	}
	kinds := map[int]Kind{http.StatusUnauthorized: Unauthorized, http.StatusForbidden: Forbidden, http.StatusNotFound: NotFound}
	kind, known := kinds[a.Status]
	if !known {
		kind = Failed
	}
	return &Error{Kind: kind, URL: a.URL, Status: a.Status}
}

// limited also recognizes GitHub's rate limits, which have the status 403.
func limited(a Answer) bool {
	return a.Status == http.StatusTooManyRequests ||
		a.Status == http.StatusForbidden && (a.Header.Get("X-Ratelimit-Remaining") == "0" || a.Header.Get("Retry-After") != "")
}

// pause returns how long to wait before the next try; negative means no more tries.
func (c *Client) pause(try int, a Answer, f *Error) time.Duration {
	if try >= tries {
		return -1
	}
	switch {
	case f.Kind == RateLimited || f.Status == http.StatusServiceUnavailable:
		if at, ok := again(a.Header, c.now()); ok {
			wait := max(at.Sub(c.now()), 0)
			if wait > maxPause {
				return -1
			}
			return wait
		}
	case f.Kind == Unreachable || f.Status >= 500 && f.Status != http.StatusNotImplemented:
	default:
		return -1
	}
	return firstPause << (try - 1)
}

// again reads from a header when the next request may be sent.
func again(h http.Header, now time.Time) (time.Time, bool) {
	after := h.Get("Retry-After")
	if s, err := strconv.Atoi(after); err == nil && s >= 0 {
		return now.Add(time.Duration(min(s, 1<<30)) * time.Second), true
	}
	if at, err := http.ParseTime(after); err == nil {
		return at, true
	}
	if h.Get("X-Ratelimit-Remaining") == "0" {
		if s, err := strconv.ParseInt(h.Get("X-Ratelimit-Reset"), 10, 64); err == nil && s > 0 && s < 1<<40 {
			return time.Unix(s, 0), true
		}
	}
	return time.Time{}, false
}
