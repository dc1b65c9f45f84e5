package registry

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/pipegen/pipegen/internal/live/remote"
)

// get requests something from a repository. A registry that wants a token says where to get one; the second request has
// it.
func (c *Client) get(ctx context.Context, repository, what, accept string) (remote.Answer, error) {
	address := c.Base + "/v2/" + repository + "/" + what
	a, err := c.Remote.Get(ctx, address, header(accept, ""))
	if !remote.Is(err, remote.Unauthorized) {
		return a, err
	}
	scheme, parameters := challenge(a.Header.Get("Www-Authenticate"))
	authorization := ""
	switch {
	case scheme == "basic" && c.Password != "":
		authorization = c.basic()
	case scheme == "bearer":
		token, terr := c.token(ctx, repository, parameters)
		if terr != nil {
			return a, c.hinted(terr)
		}
		authorization = "Bearer " + token
	default:
		return a, c.hinted(err)
	}
	a, err = c.Remote.Get(ctx, address, header(accept, authorization))
	return a, c.hinted(err)
}

func (c *Client) hinted(err error) error {
	if c.Hint != "" && remote.Is(err, remote.Unauthorized, remote.Forbidden, remote.NotFound) {
		return fmt.Errorf("%w; %s", err, c.Hint)
	}
	return err
}

func (c *Client) basic() string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Password))
}

// token asks the registry's issuer for the right to pull. If the credential does not have it, the image may still be
// public.
func (c *Client) token(ctx context.Context, repository string, parameters map[string]string) (string, error) {
	realm, err := url.Parse(parameters["realm"])
	if err != nil {
		return "", &remote.Error{Kind: remote.Malformed, URL: c.Base, Reason: "names no address for tokens"}
	}
	q := realm.Query()
	if parameters["service"] != "" {
		q.Set("service", parameters["service"])
	}
	q.Set("scope", "repository:"+repository+":pull")
	realm.RawQuery = q.Encode()
	authorization := ""
	if c.Password != "" {
		authorization = c.basic()
	}
	a, err := c.Remote.Get(ctx, realm.String(), header("application/json", authorization))
	if authorization != "" && remote.Is(err, remote.Unauthorized, remote.Forbidden) {
		var anonymous error
		if a, anonymous = c.Remote.Get(ctx, realm.String(), header("application/json", "")); anonymous == nil {
			err = nil
		}
	}
	if err != nil {
		return "", err
	}
	var w struct {
		Token       string `json:"token"`
		AccessToken string `json:"access_token"`
	}
	if err := remote.Decode(a, &w); err != nil {
		return "", err
	}
	token := cmp.Or(w.Token, w.AccessToken)
	if token == "" {
		return "", errors.New(remote.Host(a.URL) + " gives no token")
	}
	return token, nil
}

// challenge reads a WWW-Authenticate header: a scheme and its parameters.
func challenge(h string) (scheme string, parameters map[string]string) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(h), " ")
	parameters = map[string]string{}
	for rest != "" {
		name, after, ok := strings.Cut(rest, "=")
		if !ok {
			break
		}
		var value string
		if quoted, is := strings.CutPrefix(after, `"`); is {
			value, rest, _ = strings.Cut(quoted, `"`)
			_, rest, _ = strings.Cut(rest, ",")
		} else {
			value, rest, _ = strings.Cut(after, ",")
		}
		parameters[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return strings.ToLower(scheme), parameters
}
