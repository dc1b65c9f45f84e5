package remote

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"reflect"
	"strings"
	"time"
)

// Kind is what went wrong with a request.
type Kind string

const (
	// Refused: the request was not sent.
	Refused Kind = "refused"
	// Unreachable: no answer came, or none in time.
	Unreachable Kind = "unreachable"
	// Unauthorized: the credential is missing or not accepted.
	Unauthorized Kind = "unauthorized"
	// Forbidden: the credential lacks the right.
	Forbidden Kind = "forbidden"
	// NotFound: it does not exist, or the credential may not see it.
	NotFound Kind = "not found"
	// RateLimited: there were too many requests.
	RateLimited Kind = "rate limited"
	// Failed: any other status that is not a success.
	Failed Kind = "failed"
	// Malformed: the answer is not what the API promises.
	Malformed Kind = "malformed"
)

// Error is a request without a usable answer.
type Error struct {
	Kind Kind
	URL  string
	// Status is the status of the answer, 0 without one.
	Status int
	// Reason completes the sentence; it is "" if the status says enough.
	Reason string
}

func (e *Error) Error() string {
	said := map[Kind]string{
		Unauthorized: "asks for a credential",
		Forbidden:    "refuses this credential",
		NotFound:     "has no such thing, or does not show it to this credential",
		Failed:       "failed",
	}[e.Kind]
	if e.Reason != "" {
		said = e.Reason
	}
	if e.Status != 0 {
		return fmt.Sprintf("%s %s (status %d)", e.URL, said, e.Status)
	}
	return e.URL + " " + said
}

// Is reports whether err is an [*Error] of one of the kinds.
func Is(err error, kinds ...Kind) bool {
	e := (*Error)(nil)
	if !errors.As(err, &e) {
		return false
	}
	for _, k := range kinds {
		if e.Kind == k {
			return true
		}
	}
	return false
}

// Passing reports whether a failure may pass by itself, so that the same request may succeed later.
func Passing(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && (e.Kind == Unreachable || e.Kind == RateLimited || e.Status >= 500)
}

// networkReason describes a failure of the network.
func networkReason(err error) string {
	var dns *net.DNSError
	var cert *x509.UnknownAuthorityError
	var host *x509.HostnameError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "did not answer in time"
	case errors.Is(err, context.Canceled):
		return "was not waited for"
	case errors.As(err, &dns):
		return "cannot be reached: there is no host " + dns.Name
	case errors.As(err, &cert), errors.As(err, &host):
		return "cannot be trusted: its certificate is not valid here"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "broke off its answer"
	}
	if e := (*url.Error)(nil); errors.As(err, &e) {
		err = e.Err
	}
	if e := (*net.OpError)(nil); errors.As(err, &e) {
		return "cannot be reached"
	}
	return "cannot be reached: " + err.Error()
}

// Decode reads the JSON of an answer. Missing fields keep their zero values.
func Decode(a Answer, into any) error {
	err := json.Unmarshal(a.Body, into)
	if err == nil {
		return nil
	}
	f := &Error{Kind: Malformed, URL: a.URL, Status: a.Status, Reason: "does not answer in JSON, or only in part"}
	var wrong *json.UnmarshalTypeError
	var at *time.ParseError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		f.Reason = fmt.Sprintf("gives %s as %s, where %s is expected", wrong.Field, word(wrong.Value), typeWord(wrong.Type))
	case errors.As(err, &wrong):
		f.Reason = fmt.Sprintf("answers with %s, where %s is expected", word(wrong.Value), typeWord(wrong.Type))
	case errors.As(err, &at):
		f.Reason = "gives an invalid time"
	}
	return f
}

func word(value string) string {
	value, _, _ = strings.Cut(value, " ")
	words := map[string]string{"string": "text", "number": "a number", "bool": "true or false", "object": "an object", "array": "a list"}
	if w, ok := words[value]; ok {
		return w
	}
	return "something else"
}

func typeWord(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Int, reflect.Int64, reflect.Float64:
		return "a whole number"
	}
	return "an object"
}
