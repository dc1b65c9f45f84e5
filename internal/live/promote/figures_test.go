package promote_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/prometheus"
	"github.com/pipegen/pipegen/internal/live/promote"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/plan"
)

var asking = strings.NewReplacer(`probes: readiness: "/ready"}`, `probes: readiness: "/ready", replicas: 10, rollout: canary: steps: [{weight: 10, hold: "5m"}]}`,
	`soak: "30m"}`, `soak: "30m", gates: ["failing", "quick"]}`).Replace(spec) + `prometheus: {
	address: "http://prometheus.monitoring.svc:9090"
	outside: {address: "https://prometheus.example.org", user: "PROMETHEUS_USER", password: "PROMETHEUS_PASSWORD"}
}
criteria: failing: {statement: "Fewer than 1 % of the requests fail.", errors: below: 1}
criteria: quick: {statement: "95 % are answered within 400 ms.", latency: {within: "400ms", quantile: 95}}
`

// figureStep is a step of the workflow that asks Prometheus.
type figureStep struct {
	Run string
	Env map[string]string
}

// asks are what the promotion asks by the plan, and the steps of its workflow.
func asks(t *testing.T) (plan.Plan, []figureStep) {
	t.Helper()
	built, found, err := build.Text("pipeline.cue", []byte(asking), generate.Options{SpecFile: "pipeline.cue"})
	if found.Failed() || err != nil {
		t.Fatal(found, err)
	}
	text, _ := built.Set.Lookup(artifact.Code, ".github/workflows/promote-production.yaml")
	var w struct {
		Jobs map[string]struct{ Steps []figureStep }
	}
	if err := yaml.Unmarshal(text.Content, &w); err != nil {
		t.Fatal(err)
	}
	steps := slices.DeleteFunc(w.Jobs["find-production"].Steps, func(s figureStep) bool { return s.Env["PROMETHEUS"] == "" })
	if len(steps) != 2 || len(built.Plan.Promotions[0].Figures) != 2 {
		t.Fatalf("%d steps ask, and the plan has %d figures", len(steps), len(built.Plan.Promotions[0].Figures))
	}
	return built.Plan, steps
}

// ask runs the step, and returns what it prints.
func (s figureStep) ask(t *testing.T, server, digest string) (string, error) {
	t.Helper()
	folder := t.TempDir()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", "sleep() { :; }\n"+s.Run)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "RUNNER_TEMP=" + folder, "GITHUB_STEP_SUMMARY=" + filepath.Join(folder, "summary")}
	for name, value := range s.Env {
		switch name {
		case "PROMETHEUS":
			value = server + "/prefix/"
		case "PROMOTED_DIGEST":
			value = digest
		case "PROMETHEUS_TOKEN":
			value = "s3cret"
		case "PROMETHEUS_USER":
			value = "12345"
		}
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func vector(series ...string) string {
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(series, ",") + `]}}`
}

func value(v string) string { return `{"metric":{},"value":[1700000000.5,"` + v + `"]}` }

func pod(name, image string) string {
	return fmt.Sprintf(`{"metric":{"pod":%q,"image_spec":%q},"value":[1,"1"]}`, name, image)
}

// TestFiguresAgree gives the command and the steps of the workflow the same answers of Prometheus: both ask the same, and say
// the same of it.
func TestFiguresAgree(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"jq", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("the script needs " + name)
		}
	}
	p, steps := asks(t)
	digest, other := "sha256:"+strings.Repeat("1", 64), "sha256:"+strings.Repeat("2", 64)
	pods := vector(pod("shop-a", "ghcr.io/example/shop:main@"+digest), pod("shop-b", "ghcr.io/example/shop@"+digest))
	enough := vector(value("512"))
	const silent, failing, quick = "does not", 0, 1
	for name, c := range map[string]struct {
		of                     int
		pods, requests, figure string
		status                 int
		says                   string
	}{
		"good":                 {failing, pods, enough, vector(value("1e-05")), 200, ""},
		"none failed":          {failing, pods, enough, vector(value("0")), 200, ""},
		"at the limit":         {failing, pods, enough, vector(value("0.01")), 200, "failing of shop in staging is 0.01, of 512 requests within 5m, and must be < 0.01"},
		"just below it":        {failing, pods, enough, vector(value("9.999999999e-03")), 200, ""},
		"all failed":           {failing, pods, enough, vector(value("1")), 200, "is 1, of 512 requests within 5m, and must be < 0.01"},
		"infinite":             {failing, pods, enough, vector(value("+Inf")), 200, "is +Inf, of 512"},
		"quick":                {quick, pods, enough, vector(value("0.4")), 200, ""},
		"slow":                 {quick, pods, enough, vector(value("0.4000001")), 200, "quick of shop in staging is 0.4000001, of 512 requests within 5m, and must be <= 0.4"},
		"NaN":                  {quick, pods, enough, vector(value("NaN")), 200, "Prometheus has no figure for quick of shop in staging, of 512 requests within 5m"},
		"a word":               {failing, pods, enough, vector(value("0 or 1")), 200, "has no figure for failing"},
		"a number in JSON":     {failing, pods, enough, vector(`{"metric":{},"value":[1,0.5]}`), 200, "is 0.5, of 512"},
		"null":                 {failing, pods, enough, vector(`{"metric":{},"value":[1,null]}`), 200, "has no figure for failing"},
		"two figures":          {failing, pods, enough, vector(value("0"), value("0")), 200, "has no figure for failing"},
		"no figure":            {failing, pods, enough, vector(), 200, "has no figure for failing"},
		"the fewest":           {failing, pods, vector(value("200")), vector(value("0")), 200, ""},
		"one too few":          {failing, pods, vector(value("199.99")), vector(value("0")), 200, "of 199.99 requests within 5m nobody can say whether failing of shop in staging is kept: 200 are needed"},
		"no requests":          {failing, pods, vector(), vector(value("0")), 200, "Prometheus has no figures of requests for failing of shop in staging within 5m"},
		"NaN requests":         {failing, pods, vector(value("NaN")), vector(value("0")), 200, "has no figures of requests"},
		"another one too":      {failing, vector(pod("shop-a", "x@"+digest), pod("shop-b", "x@"+other)), enough, vector(value("0")), 200, "another version ran within 5m as well, so that the figures may be those of either: shop-b (x@" + other + ")"},
		"another one alone":    {failing, vector(pod("shop-b", "x@"+other)), enough, vector(value("0")), 200, "Prometheus knows of no pod that ran " + digest + " within 5m"},
		"by its tag":           {failing, vector(pod("shop-a", "x:"+digest)), enough, vector(value("0")), 200, "knows of no pod"},
		"no pods":              {failing, vector(), enough, vector(value("0")), 200, "Prometheus has no figures of kube-state-metrics"},
		"pods of no image":     {failing, vector(`{"metric":{"pod":"shop-a"},"value":[1,"1"]}`, pod("shop-b", "x@"+digest)), enough, vector(value("0")), 200, "another version ran within 5m as well"},
		"an error of 200":      {failing, pods, enough, `{"status":"error","error":"query timed out"}`, 200, "query timed out"},
		"a scalar":             {failing, pods, `{"status":"success","data":{"resultType":"scalar","result":[1,"512"]}}`, "", 200, silent},
		"a page to log in":     {failing, "<title>Log in</title>", "", "", 200, silent},
		"nothing":              {failing, pods, enough, "", 200, silent},
		"a bad question":       {failing, `{"status":"error","error":"parse error"}`, "", "", 400, "parse error"},
		"what was accepted":    {failing, pods, enough, vector(value("0")), 202, silent},
		"a redirect":           {failing, pods, enough, vector(value("0")), 302, silent},
		"another's login":      {failing, "", "", "", 401, silent},
		"no right":             {failing, "", "", "", 403, silent},
		"too many questions":   {failing, "", "", "", 429, silent},
		"a server that starts": {failing, "", "", "", 503, silent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				query := strings.TrimSpace(r.FormValue("query"))
				if user, password, _ := r.BasicAuth(); r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/prefix/api/v1/query") || user != "12345" || password != "s3cret" {
					t.Errorf("%s %s with %q", r.Method, r.URL.Path, r.Header.Get("Authorization"))
				}
				if !slices.Contains(asked, query) {
					asked = append(asked, query)
				}
				if c.status == http.StatusFound && !strings.HasPrefix(r.URL.Path, "/there") {
					http.Redirect(w, r, "/there"+r.URL.Path+"?"+r.URL.RawQuery, http.StatusFound)
					return
				} else if c.status != http.StatusFound {
					w.WriteHeader(c.status)
				}
				switch {
				case strings.Contains(query, "kube_pod"):
					fmt.Fprint(w, c.pods)
				case strings.HasPrefix(query, "sum("):
					fmt.Fprint(w, c.requests)
				default:
					fmt.Fprint(w, c.figure)
				}
			}))
			defer server.Close()
			f := p.Promotions[0].Figures[c.of]
			f.Address = server.URL + "/prefix/"
			client := &prometheus.Client{User: "12345", Secret: "s3cret", Remote: remote.New(livetest.Now, livetest.NoSleep)}
			good, failure := promote.Answered(t.Context(), client, f, digest)
			said := good + fmt.Sprint(failure)
			mine := asked
			asked = nil
			log, err := steps[c.of].ask(t, server.URL, digest)
			if !slices.Equal(mine, asked) {
				t.Errorf("the command asks\n%s\nand the workflow\n%s", strings.Join(mine, "\n"), strings.Join(asked, "\n"))
			}
			if (err == nil) != (c.says == "") || (failure == nil) != (c.says == "") || (good == "") != (c.says != "") {
				t.Fatalf("the command says %q, and the workflow %v:\n%s", said, err, log)
			}
			if c.says != silent && (!strings.Contains(said, c.says) || !strings.Contains(log, c.says)) {
				t.Errorf("the command says %q, and the workflow %s, want %q", said, log, c.says)
			}
			if c.says != "" && !strings.Contains(log, "Nothing is promoted.") || strings.Contains(said+log, "s3cret") {
				t.Errorf("the command says %q, and the workflow %s", said, log)
			}
		})
	}
}

// TestFindAsks: the figures must be those of the image that is found, and nothing is promoted without a login.
func TestFindAsks(t *testing.T) {
	t.Parallel()
	p, _ := asks(t)
	digests := map[string]bool{}
	for seed := uint64(0); len(digests) < 2 && seed < 6; seed++ {
		ran, figure := "", "512"
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.FormValue("query"), "kube_pod") {
				fmt.Fprint(w, vector(pod("shop-a", "x@"+ran)))
				return
			}
			if strings.HasPrefix(r.FormValue("query"), "sum(") {
				fmt.Fprint(w, vector(value("512")))
				return
			}
			fmt.Fprint(w, vector(value(figure)))
		}))
		defer server.Close()
		for i := range p.Promotions[0].Figures {
			p.Promotions[0].Figures[i].Address = server.URL
		}
		w := madeUp(t, p, seed)
		for _, typed := range w.tags {
			find := func(unasked string) (promote.Promotion, error) {
				return w.find(promote.Request{Commit: typed, Because: "it is mended", Unasked: unasked, Prometheus: &prometheus.Client{Remote: remote.New(livetest.Now, livetest.NoSleep)}})
			}
			ran, figure = "", "512"
			_, err := find("")
			_, digest, asks := strings.Cut(fmt.Sprint(err), "no pod that ran ")
			if !asks {
				continue
			}
			ran, _, _ = strings.Cut(digest, " ")
			digests[ran] = true
			if _, err := find(""); !errors.As(err, &promote.Refused{}) || !strings.Contains(err.Error(), "failing of shop in staging is 512, of 512 requests") {
				t.Errorf("%s of history %d: %v", typed, seed, err)
			}
			figure = "0.001"
			if good, err := find(""); err != nil || len(good.Answers) != 2 || good.Answers[0] != "Prometheus says for failing of shop in staging: 0.001, of 512 requests within 5m, which must be < 0.01" {
				t.Errorf("%s of history %d: %v, %q", typed, seed, err, good.Answers)
			}
			if _, err := find("set PROMETHEUS_PASSWORD"); err == nil || !strings.Contains(err.Error(), "production gets it only while failing of shop in staging is kept: set PROMETHEUS_PASSWORD") {
				t.Errorf("%s of history %d: %v", typed, seed, err)
			}
		}
	}
	if len(digests) < 2 || digests[""] {
		t.Errorf("it asked about %v", digests)
	}
}
