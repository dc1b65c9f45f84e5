package conformance

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"
)

// evaluated says how often the rules of a file are, where it is not each minute: those over days take a second for each
// hour of figures.
var evaluated = map[string]string{"canary/storefront-deployments/storefront/overlays/production/alerts/shop-up.yaml": "5m"}

// alertTests say which alerts come by which figures, by the file of the rules.
var alertTests = map[string]string{
	"canary/storefront-deployments/storefront/overlays/production/alerts/shop-up.yaml": `
# Two in a hundred fail, for hours: all alerts come. When it is over, the fast ones end first.
- interval: 1m
  input_series:
  - {series: 'istio_requests_total{reporter="source",destination_service_namespace="storefront",destination_service_name="shop",response_code="200"}', values: "0+98x900"}
  - {series: 'istio_requests_total{reporter="source",destination_service_namespace="storefront",destination_service_name="shop-canary",response_code="503"}', values: "0+2x480 960+0x420"}
  promql_expr_test:
  - {expr: &alerts 'count by (severity, window) (ALERTS{alertname="ErrorBudgetBurn",workload="shop",alertstate="firing"})', eval_time: 8h,
     exp_samples: [{labels: '{severity="critical",window="1h"}', value: 1}, {labels: '{severity="critical",window="6h"}', value: 1}, {labels: '{severity="warning",window="24h"}', value: 1}, {labels: '{severity="warning",window="72h"}', value: 1}]}
  - {expr: *alerts, eval_time: 490m, exp_samples: [{labels: '{severity="critical",window="6h"}', value: 1}, {labels: '{severity="warning",window="24h"}', value: 1}, {labels: '{severity="warning",window="72h"}', value: 1}]}
  - {expr: *alerts, eval_time: 15h, exp_samples: []}
# One in two thousand fails: half of what may.
- interval: 1m
  input_series:
  - {series: 'istio_requests_total{reporter="source",destination_service_namespace="storefront",destination_service_name="shop",response_code="200"}', values: "0+1999x480"}
  - {series: 'istio_requests_total{reporter="source",destination_service_namespace="storefront",destination_service_name="shop",response_code="500"}', values: "0+1x480"}
  promql_expr_test: [{expr: *alerts, eval_time: 8h, exp_samples: []}]
# Two requests in an hour, and both fail: too few to wake anybody. Those to another service are not counted.
- interval: 1m
  input_series:
  - {series: 'istio_requests_total{reporter="source",destination_service_namespace="storefront",destination_service_name="shop",response_code="500"}', values: "0x20 1x20 2x200"}
  - {series: 'istio_requests_total{reporter="source",destination_service_namespace="storefront",destination_service_name="shop-admin",response_code="500"}', values: "0+100x240"}
  promql_expr_test: [{expr: *alerts, eval_time: 1h, exp_samples: []}]
`,
	"blue-green/deployments/till/overlays/production/alerts/till-open.yaml": `
# The last pod goes away: its figures would say nothing.
- interval: 1m
  input_series:
  - {series: 'up{namespace="till",pod="till-6b7f9c8d4-x2x5z"}', values: "1x20 0x20"}
  promql_expr_test:
  - {expr: &unseen 'count by (severity) (ALERTS{alertname="NoPodSeen",workload="till",alertstate="firing"})', eval_time: 20m, exp_samples: []}
  - {expr: *unseen, eval_time: 27m, exp_samples: [{labels: '{severity="critical"}', value: 1}]}
# Pods of a job whose name begins alike are none of it.
- interval: 1m
  input_series:
  - {series: 'up{namespace="till",pod="till-migrate-x2x5z"}', values: "1x20"}
  promql_expr_test: [{expr: *unseen, eval_time: 15m, exp_samples: [{labels: '{severity="critical"}', value: 1}]}]
`,
	"blue-green/deployments/till/overlays/production/alerts/till-failing.yaml": `
- interval: 15s
  input_series:
  - {series: 'till_requests_total{namespace="till",pod="till-6b7f9c8d4-x2x5z",status="200"}', values: "0+97x80"}
  - {series: 'till_requests_total{namespace="till",pod="till-6b7f9c8d4-x2x5z",status="502"}', values: "0x40 0+3x40"}
  promql_expr_test:
  - {expr: &fail 'count by (severity) (ALERTS{alertname="RequestsFail",workload="till",alertstate="firing"})', eval_time: 10m, exp_samples: []}
  - {expr: *fail, eval_time: 18m, exp_samples: [{labels: '{severity="critical"}', value: 1}]}
`,
	"canary/storefront-deployments/storefront/overlays/production/alerts/shop-quick.yaml": `
- interval: 15s
  input_series:
  - {series: 'istio_request_duration_milliseconds_bucket{reporter="source",destination_service_namespace="storefront",destination_service_name="shop",le="250"}', values: "0+80x40"}
  - {series: 'istio_request_duration_milliseconds_bucket{reporter="source",destination_service_namespace="storefront",destination_service_name="shop",le="1000"}', values: "0+100x40"}
  - {series: 'istio_request_duration_milliseconds_bucket{reporter="source",destination_service_namespace="storefront",destination_service_name="shop",le="+Inf"}', values: "0+100x40"}
  - {series: 'istio_request_duration_milliseconds_count{reporter="source",destination_service_namespace="storefront",destination_service_name="shop"}', values: "0+100x40"}
  promql_expr_test:
  - {expr: 'count by (severity) (ALERTS{alertname="RequestsSlow",workload="shop",alertstate="firing"})', eval_time: 6m, exp_samples: [{labels: '{severity="warning"}', value: 1}]}
`,
}

// TestAlerts: promtool reads the alerts of all golden files, and they come by the figures by which they should.
func TestAlerts(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed: it is in the package prometheus of Debian")
	}
	const golden = "../../golden"
	files, err := filepath.Glob(filepath.Join(golden, "*/*/*/overlays/*/alerts/*-*.yaml"))
	if err != nil || len(files) < len(alertTests) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name, _ := filepath.Rel(golden, file)
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			run := func(args ...string) {
				cmd := exec.Command(promtool, args...)
				cmd.Dir = dir
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("promtool %v: %v\n%s", args, err, out)
				}
			}
			rules(t, file, filepath.Join(dir, "rules.yaml"))
			run("check", "rules", "--lint-fatal", "rules.yaml")
			if tests, ok := alertTests[name]; ok {
				text := "rule_files: [rules.yaml]\nevaluation_interval: " + cmp.Or(evaluated[name], "1m") + "\ntests:" + tests
				if err := os.WriteFile(filepath.Join(dir, "tests.yaml"), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				run("test", "rules", "tests.yaml")
			}
		})
	}
}

// rules writes the rules of a PrometheusRule as Prometheus reads them.
func rules(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var object struct{ Spec map[string]any }
	if err := yaml.Unmarshal(text, &object); err != nil || object.Spec == nil {
		t.Fatal("no PrometheusRule", err)
	}
	if text, err = yaml.Marshal(object.Spec); err == nil {
		err = os.WriteFile(to, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
