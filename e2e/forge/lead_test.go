package forge_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
)

// visitor goes through the proxy and trusts the forge, and nobody else.
func visitor(t *testing.T, f *forge.Forge) *http.Client {
	t.Helper()
	proxy, err := url.Parse(f.Proxy())
	check(t, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(f.Certificate())
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func says(text string) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) { fmt.Fprint(out, text, " ", in.Host, in.URL.Path) })
}

func TestTheProxyLeadsToOtherHosts(t *testing.T) {
	f := start(t)
	check(t, f.Lead("argocd.example.org", says("argo")))
	check(t, f.Lead("ghcr.io", says("old")))
	check(t, f.Lead("ghcr.io", says("registry")))
	client := visitor(t, f)
	get := func(address string) string {
		response, err := client.Get(address)
		if err != nil {
			return "failed"
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		check(t, err)
		return fmt.Sprint(response.StatusCode, " ", string(text))
	}
	f.SetReachable(false)
	for address, want := range map[string]string{
		"https://argocd.example.org/a": "200 argo argocd.example.org/a", "https://ghcr.io/v2/": "200 registry ghcr.io/v2/",
		"https://example.org/": "failed", "https://ghcr.io:8443/": "failed", "https://github.com/": "failed",
	} {
		if got := get(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	f.SetReachable(true)
	if got := get("https://github.com/org/app/info/refs"); got != "401 " {
		t.Errorf("github.com answers %s", got)
	}
	for _, host := range []string{"", forge.Host, "ghcr.io:443"} {
		if f.Lead(host, says("x")) == nil {
			t.Errorf("the forge stands for %q", host)
		}
	}
}

func TestAWebhookFindsALedHost(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	told := make(chan heard, 1)
	check(t, f.Lead("argocd.example.org", hears(told, http.StatusOK)))
	f.SetHook("org/app", forge.Hook{URL: "https://argocd.example.org/api/webhook", Secret: secret, Events: []string{"push"}, Active: true})
	made := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	if e := pushed(t, next(t, told)); e.After != made.SHA {
		t.Errorf("%+v", e)
	}
}
