package cluster

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// traffic counts requests to each pod of a namespace, a thousand a second, as the pods of an application do.
type traffic struct {
	*httptest.Server
	namespace string
	mutex     sync.Mutex
	pods      map[string]*counter
	// behaves is how each image does, from its first pod on; coming is how the next one will.
	behaves map[string]string
	coming  string
}

type counter struct {
	since                     time.Time
	good, failed, quick, slow float64
}

func newTraffic(t *testing.T, namespace string) *traffic {
	f := &traffic{namespace: namespace, pods: map[string]*counter{}, behaves: map[string]string{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// next says how the image behaves that comes next.
func (f *traffic) next(how string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.coming = how
}

func (f *traffic) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	pods, err := podsOfRollouts(in.Context(), f.namespace)
	if err != nil {
		http.Error(out, err.Error(), http.StatusInternalServerError)
		return
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	now := time.Now()
	for _, p := range pods {
		if p.Status.Phase != "Running" {
			continue
		}
		name, image := p.Metadata.Name, p.Spec.Containers[0].Image
		if _, known := f.behaves[image]; !known {
			f.behaves[image], f.coming = f.coming, ""
		}
		c := f.pods[name]
		if c == nil {
			c = &counter{since: now}
			f.pods[name] = c
		}
		if f.behaves[image] == "is idle" {
			continue
		}
		came := 1000 * now.Sub(c.since).Seconds()
		failed, slow := came/1000, came/100
		switch f.behaves[image] {
		case "fails":
			failed = came / 20
		case "is slow":
			slow = came / 4
		}
		c.since = now
		c.good, c.failed = c.good+came-failed, c.failed+failed
		c.quick, c.slow = c.quick+came-slow, c.slow+slow
		labels := fmt.Sprintf("namespace=%q,pod=%q", f.namespace, name)
		fmt.Fprintf(out, "http_requests_total{%s,code=\"200\"} %f\nhttp_requests_total{%s,code=\"503\"} %f\n", labels, c.good, labels, c.failed)
		for _, bucket := range []struct {
			le    string
			count float64
		}{{"0.1", c.quick}, {"0.3", c.quick}, {"1", c.quick + c.slow}, {"+Inf", c.quick + c.slow}} {
			fmt.Fprintf(out, "http_request_duration_seconds_bucket{%s,le=%q} %f\n", labels, bucket.le, bucket.count)
		}
		fmt.Fprintf(out, "http_request_duration_seconds_count{%s} %f\nhttp_request_duration_seconds_sum{%s} %f\n", labels, c.quick+c.slow, labels, c.quick/10+c.slow)
	}
}

// podsOfRollouts are those that Argo Rollouts has made in a namespace.
func podsOfRollouts(ctx context.Context, namespace string) ([]pod, error) {
	var list struct{ Items []pod }
	err := run.Kube.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Pod", Namespace: namespace}, "rollouts-pod-template-hash", &list)
	return list.Items, err
}
