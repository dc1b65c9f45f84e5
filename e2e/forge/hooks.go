package forge

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Hook is the webhook of a repository.
type Hook struct {
	// URL is where events go, Secret what signs them, "" for no signature.
	URL, Secret string
	// Events are GitHub's words, such as push, or * for all.
	Events []string
	Active bool
}

// hook is a hook with what became of it.
type hook struct {
	Hook
	id         int64
	changed    time.Time
	deliveries []delivery
}

func (h hook) wants(event string) bool {
	return h.Active && (slices.Contains(h.Events, event) || slices.Contains(h.Events, "*"))
}

// delivery is a time that a hook was sent.
type delivery struct {
	id   int64
	guid string
	at   time.Time
	took time.Duration
	// status is GitHub's word for the result, code the HTTP status, 0 without an
	// answer.
	status string
	code   int
}

// SetHook gives a repository its only webhook, which is notified of each push if it
// has that event. A new hook replaces the last and keeps its deliveries; the zero
// Hook removes both.
func (f *Forge) SetHook(repository string, h Hook) {
	h.Events = slices.Clone(h.Events)
	f.change(repository, func(r *record) {
		if h.URL == "" && h.Secret == "" && len(h.Events) == 0 && !h.Active {
			r.hook = nil
			return
		}
		if r.hook == nil {
			f.last++
			r.hook = &hook{id: f.last}
		}
		r.hook.Hook, r.hook.changed = h, time.Now()
	})
}

// notify sends a push to a webhook and records the result.
func (f *Forge) notify(b bare, p push, to hook) {
	d := delivery{guid: newGUID(), at: time.Now()}
	body, err := pushEvent(f.alive, b, p)
	if err == nil {
		d.at = time.Now()
		d.status, d.code = f.deliver(to, d.guid, body)
		d.took = time.Since(d.at)
	} else {
		d.status = err.Error()
	}
	f.change(b.repository, func(r *record) {
		if r.hook != nil && r.hook.id == to.id {
			f.last++
			d.id = f.last
			r.hook.deliveries = append(r.hook.deliveries, d)
		}
	})
}

// deliver sends the body once, as GitHub does, and waits ten seconds for an answer.
func (f *Forge) deliver(to hook, guid string, body []byte) (status string, code int) {
	patience, cancel := context.WithTimeout(f.alive, 10*time.Second)
	defer cancel()
	request, err := eventRequest(patience, to.URL, to.Secret, guid, body)
	if err != nil {
		return "invalid url", 0
	}
	request.Header.Set("X-GitHub-Hook-ID", strconv.FormatInt(to.id, 10))
	request.Header.Set("X-GitHub-Hook-Installation-Target-Type", "repository")
	client := f.outside()
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if errors.Is(err, context.DeadlineExceeded) {
		return "timed out", 0
	}
	if err != nil {
		return "failed to connect to host", 0
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Sprintf("Invalid HTTP Response: %d", response.StatusCode), response.StatusCode
	}
	return "OK", response.StatusCode
}

// outside is a client that sees what the proxy leads to, and the machine.
func (f *Forge) outside() *http.Client {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	roots.AppendCertsFromPEM(f.Certificate())
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots},
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if f.leads(address) {
					address = f.site.Addr().String()
				}
				return new(net.Dialer).DialContext(ctx, network, address)
			},
		},
	}
}
