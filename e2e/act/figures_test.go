package act

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	promotedDigest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	otherDigest    = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
	theToken       = "s3cret-of-prometheus"
	// evicted is behind the digest of a pod that has ended, and that Kubernetes still has.
	evicted = " evicted"
)

// figureStep is a generated step that asks Prometheus.
type figureStep struct {
	Name, Run string
	Env       map[string]string
}

// figureSteps are those of the promotion of specs/canary, by their criteria.
func figureSteps(t *testing.T) map[string]figureStep {
	t.Helper()
	text, err := os.ReadFile("../../golden/canary/storefront/.github/workflows/promote-production.yaml")
	check(t, err)
	var w struct {
		Jobs map[string]struct{ Steps []figureStep }
	}
	check(t, yaml.Unmarshal(text, &w))
	out := map[string]figureStep{}
	for _, s := range w.Jobs["find-production"].Steps {
		if strings.HasPrefix(s.Name, "Ask Prometheus") {
			out[s.Env["CRITERION"]] = s
		}
	}
	if len(out) != 2 {
		t.Fatalf("%d steps ask Prometheus", len(out))
	}
	return out
}

// ask runs a step as GitHub does, about a namespace, and returns what it prints and its summary.
func (s figureStep) ask(t *testing.T, address, namespace string, env map[string]string) (log, summary string, green bool) {
	t.Helper()
	folder := t.TempDir()
	all := maps.Clone(s.Env)
	for name, value := range all {
		all[name] = strings.ReplaceAll(value, "storefront-staging", namespace)
	}
	all["PROMETHEUS"], all["PROMOTED_DIGEST"], all["PROMETHEUS_TOKEN"] = address, promotedDigest, theToken+"\n"
	maps.Copy(all, env)
	summaryFile := filepath.Join(folder, "summary")
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", "sleep() { :; }\n"+s.Run)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "RUNNER_TEMP=" + folder, "GITHUB_STEP_SUMMARY=" + summaryFile}
	for name, value := range all {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	said, _ := os.ReadFile(summaryFile)
	if strings.Contains(string(out)+string(said), theToken) {
		t.Errorf("the token is in the log:\n%s", out)
	}
	return string(out), string(said), err == nil
}

// program is what Prometheus has of a namespace: how many requests come each second, how many of them fail, and how many are
// answered within 250 ms; and which images its pods name.
type program struct {
	namespace               string
	requests, failed, quick float64
	images                  []string
}

func (p program) figures(seconds float64) string {
	var out strings.Builder
	labels := fmt.Sprintf(`reporter="source",destination_service_namespace=%q,destination_service_name="shop"`, p.namespace)
	if p.requests > 0 {
		fmt.Fprintf(&out, "istio_requests_total{%s,response_code=\"200\"} %g\n", labels, (p.requests-p.failed)*seconds)
		fmt.Fprintf(&out, "istio_requests_total{%s,response_code=\"503\"} %g\n", labels, p.failed*seconds)
		for le, n := range map[string]float64{"250": p.quick, "5000": p.requests, "+Inf": p.requests} {
			fmt.Fprintf(&out, "istio_request_duration_milliseconds_bucket{%s,le=%q} %g\n", labels, le, n*seconds)
		}
		fmt.Fprintf(&out, "istio_request_duration_milliseconds_count{%s} %g\n", labels, p.requests*seconds)
	}
	for i, image := range p.images {
		pod := fmt.Sprintf(`namespace=%q,pod="shop-7d4b9c6f5d-x%d2zq"`, p.namespace, i+4)
		phase := "Running"
		image, evicted := strings.CutSuffix(image, evicted)
		if evicted {
			phase = "Failed"
		}
		fmt.Fprintf(&out, "kube_pod_container_info{%s,container=\"shop\",image_spec=\"ghcr.io/example/storefront:main@%s\"} 1\n", pod, image)
		for _, name := range []string{"Running", "Failed"} {
			is := 0
			if name == phase {
				is = 1
			}
			fmt.Fprintf(&out, "kube_pod_status_phase{%s,phase=%q} %d\n", pod, name, is)
		}
		fmt.Fprintf(&out, "kube_pod_container_info{%s,container=\"proxy\",image_spec=\"istio/proxyv2:1.27\"} 1\n", pod)
	}
	return out.String()
}

// TestFigures runs the generated steps that ask Prometheus before a promotion, against the real one.
func TestFigures(t *testing.T) {
	t.Parallel()
	ours := []string{promotedDigest, promotedDigest}
	programs := []program{
		{"good", 100, 0.5, 99, ours},
		{"fails", 100, 2, 99, ours},
		{"slow", 100, 0, 80, ours},
		{"idle", 1, 0, 1, ours},
		{"silent", 0, 0, 0, ours},
		{"mixed", 100, 0, 100, []string{promotedDigest, otherDigest}},
		{"aborted", 100, 0, 100, []string{otherDigest, otherDigest}},
		{"unseen", 100, 0, 100, nil},
		{"evicted", 100, 0, 100, []string{promotedDigest, otherDigest + evicted}},
	}
	prometheus := startPrometheus(t, programs)
	steps := figureSteps(t)
	for _, one := range []struct{ criterion, of, says string }{
		{"failing", "good", ""}, {"quick", "good", ""}, {"failing", "evicted", ""},
		{"failing", "fails", "failing of shop in staging is 0.0"},
		{"quick", "fails", ""},
		{"quick", "slow", "quick of shop in staging is "},
		{"failing", "idle", "nobody can say whether failing of shop in staging is kept: 200 are needed"},
		{"failing", "silent", "Prometheus has no figures of requests for failing of shop in staging"},
		{"failing", "mixed", "another version ran within 5m as well"},
		{"failing", "aborted", "Prometheus knows of no pod that ran " + promotedDigest},
		{"failing", "unseen", "Prometheus knows of no pod that ran " + promotedDigest},
	} {
		log, summary, green := steps[one.criterion].ask(t, prometheus, one.of, nil)
		switch {
		case green != (one.says == ""):
			t.Errorf("%s of what is %s: green is %v:\n%s", one.criterion, one.of, green, log)
		case green && !strings.Contains(summary, "Prometheus says for "+one.criterion+" of shop in staging: "):
			t.Errorf("%s of what is %s: the summary says %q", one.criterion, one.of, summary)
		case !strings.Contains(log, one.says):
			t.Errorf("%s of what is %s does not say %q:\n%s", one.criterion, one.of, one.says, log)
		}
	}
}

// startPrometheus starts the real one, and returns its address once it has enough figures.
func startPrometheus(t *testing.T, programs []program) string {
	t.Helper()
	binary, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("there is no prometheus on this machine")
	}
	start, asked := time.Now(), atomic.Int32{}
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		for _, p := range programs {
			fmt.Fprint(w, p.figures(time.Since(start).Seconds()))
		}
	}))
	t.Cleanup(target.Close)
	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, "prometheus.yaml"), fmt.Appendf(nil, `
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- job_name: all
  honor_labels: true
  static_configs: [{targets: [%q]}]
`, strings.TrimPrefix(target.URL, "http://")), 0o600))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	address := listener.Addr().String()
	check(t, listener.Close())
	cmd := exec.Command(binary, "--config.file="+filepath.Join(folder, "prometheus.yaml"), "--web.listen-address="+address, "--storage.tsdb.path="+filepath.Join(folder, "data"))
	check(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for wait := time.Now(); asked.Load() < 12; time.Sleep(200 * time.Millisecond) {
		if time.Since(wait) > 2*time.Minute {
			t.Fatal("Prometheus does not ask for figures")
		}
	}
	return "http://" + address
}

// TestFiguresUnanswered: where anything but Prometheus answers, nothing is promoted.
func TestFiguresUnanswered(t *testing.T) {
	t.Parallel()
	pods := `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"shop-x","image_spec":"shop@` + promotedDigest + `"},"value":[1,"1"]}]}}`
	number := func(values ...string) string {
		var results []string
		for _, v := range values {
			results = append(results, `{"metric":{},"value":[1700000000.5,"`+v+`"]}`)
		}
		return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(results, ",") + `]}}`
	}
	step := figureSteps(t)["failing"]
	for _, one := range []struct {
		name, requests, figure, says string
	}{
		{"a good one", number("1.2e+03"), number("1e-05"), ""},
		{"none at all that failed", number("512"), number("0"), ""},
		{"the limit", number("512"), number("0.01"), "is 0.01, of 512 requests within 5m, and must be < 0.01"},
		{"a small exponent", number("512"), number("9.99e-03"), ""},
		{"a large one", number("512"), number("1e+00"), "is 1e+00"},
		{"NaN", number("512"), number("NaN"), "has no figure for failing"},
		{"Inf", number("512"), number("+Inf"), "is +Inf"},
		{"a word", number("512"), number("0 or 1"), "has no figure for failing"},
		{"two figures", number("512"), number("0", "0"), "has no figure for failing"},
		{"an empty list", number("512"), number(), "has no figure for failing"},
		{"NaN requests", number("NaN"), number("0"), "has no figures of requests"},
		{"one request too few", number("199.99"), number("0"), "200 are needed"},
		{"an error with status 200", number("512"), `{"status":"error","error":"query timed out\n::error::"}`, "(query timed out ::error::), and not as"},
		{"a scalar", number("512"), `{"status":"success","data":{"resultType":"scalar","result":[1,"0"]}}`, "not as the API of Prometheus does"},
		{"a page to log in", number("512"), `<!doctype html><title>Log in</title>`, "answers 200, and not as the API of Prometheus does"},
		{"nothing", number("512"), ``, "answers 200, and not as the API of Prometheus does"},
		{"302", "", "", "answers 302, and not as"},
		{"401", "", "", "answers 401: it does not let this workflow ask, with the secret PROMETHEUS_TOKEN"},
		{"503", "", "", "answers 503, and not as"},
	} {
		t.Run(one.name, func(t *testing.T) {
			var headers []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				headers = append(headers, r.Header.Get("Authorization"))
				switch query := r.FormValue("query"); {
				case one.name == "302":
					http.Redirect(w, r, "/login", http.StatusFound)
				case one.name == "401":
					http.Error(w, "<h1>Unauthorized</h1>", http.StatusUnauthorized)
				case one.name == "503":
					http.Error(w, "starting", http.StatusServiceUnavailable)
				case strings.Contains(query, "kube_pod"):
					fmt.Fprint(w, pods)
				case strings.HasPrefix(query, "sum("):
					fmt.Fprint(w, one.requests)
				default:
					fmt.Fprint(w, one.figure)
				}
			}))
			defer server.Close()
			log, _, green := step.ask(t, server.URL, "storefront-staging", nil)
			if green != (one.says == "") || !strings.Contains(log, one.says) {
				t.Errorf("green is %v, and it does not say %q:\n%s", green, one.says, log)
			}
			if green == strings.Contains(log, "Nothing is promoted.") || strings.Count(log, "\n") > 1 {
				t.Errorf("it says\n%s", log)
			}
			if slices.ContainsFunc(headers, func(h string) bool { return h != "Bearer "+theToken }) {
				t.Errorf("it asks with %q", headers)
			}
		})
	}
	for _, one := range []struct {
		env  map[string]string
		says string
	}{
		{map[string]string{"PROMETHEUS_TOKEN": ""}, "the secret PROMETHEUS_TOKEN is not set in the environment production"},
		{map[string]string{"PROMETHEUS": "http://127.0.0.1:1"}, "http://127.0.0.1:1 does not answer: curl: (7)"},
		{map[string]string{"PROMETHEUS": "http://127.0.0.1:1", "PROMETHEUS_USER": "12345"}, "does not answer"},
	} {
		if log, _, green := step.ask(t, "", "storefront-staging", one.env); green || !strings.Contains(log, one.says) {
			t.Errorf("green is %v, and it does not say %q:\n%s", green, one.says, log)
		}
	}
}
