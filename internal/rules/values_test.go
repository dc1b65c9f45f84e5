package rules_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// least is a spec by its top-level fields: each value below replaces some of them.
var least = map[string]string{
	"name":         `"shop"`,
	"intent":       `"A push to main is running a few minutes later."`,
	"source":       `{repository: "example/shop"}`,
	"test":         `{steps: [{name: "Test", run: "make test"}]}`,
	"deploy":       `{port: 8080, probes: {readiness: "/ready", liveness: "/live"}}`,
	"environments": `{production: namespace: "shop"}`,
	"gitops":       `{repository: "example/deployments"}`,
}

// answered are rights for which the author answers.
const answered = `{port: 8080, probes: readiness: "/ready", serviceAccount: may: [{verbs: [V], resources: ["configmaps"]}]}` + "\n" +
	`accept: [{rule: "K35", object: "Role/shop", because: "It gives rights to others."}]`

// mounted is a spec whose database has its address from a store, by a provider of the CSI driver.
func mounted(provider string) string {
	return `{port: 8080, probes: readiness: "/ready", secrets: URL: {name: "shop-database", key: "url"}}` + "\n" +
		`secrets: "shop-database": csi: {provider: ` + provider + `, keys: url: {from: "shop-database-url", type: V}}`
}

const (
	onAzure = `"azure", parameters: {keyvaultName: "shop", tenantId: "3f1c0c1e-6a7b-4f6e-9d53-0c2b7a1e4d55"}`
	onAWS   = `"aws", parameters: region: "eu-central-1"`
)

// values says for each enumeration of the schema where in a spec a value of it
// stands, as V. Where a value stands by itself, the exceptions say how.
var values = map[string]struct {
	field, text string
	but         map[string]string
}{
	"Python.packageManager": {"test", `{python: {version: "3.13", package: "shop", packageManager: V}}`, map[string]string{
		"pip": `{python: {version: "3.13", package: "shop", packageManager: V, requirements: ["requirements.txt"]}}`,
	}},
	"CoverageReport.format": {"test", `{steps: [{name: "Test", run: "make test"}], report: {format: V, path: "coverage.out"}}`, nil},
	"Image.registry":        {"image", `{registry: V}`, nil},
	"Image.builder":         {"image", `{builder: V, platforms: ["linux/amd64", "linux/arm64"]}`, nil},
	"Platform":              {"image", `{platforms: [V]}`, nil},
	"Workload.pullPolicy":   {"deploy", `{port: 8080, probes: readiness: "/ready", pullPolicy: V}`, nil},
	"CronJob.overlap":       {"deploy", `{cron: {schedule: "0 3 * * *", timeout: "30m", overlap: V}}`, nil},
	"PodField":              {"deploy", `{port: 8080, probes: readiness: "/ready", fields: FIELD: V}`, nil},
	"Rollout.strategy":      {"deploy", `{port: 8080, probes: readiness: "/ready", rollout: strategy: V}`, nil},
	"Canary.traffic":        {"deploy", `{port: 8080, probes: readiness: "/ready", replicas: 10, route: {hosts: ["shop.example.org"], gateway: name: "public"}, rollout: canary: {traffic: V, steps: [{weight: 10, hold: "5m"}]}}`, nil},
	"Toleration.effect":     {"deploy", `{port: 8080, probes: readiness: "/ready", placement: tolerations: [{key: "dedicated", value: "shop", effect: V}]}`, nil},
	"Verb": {"deploy", `{port: 8080, probes: readiness: "/ready", serviceAccount: may: [{verbs: [V], resources: ["configmaps"]}]}`, map[string]string{
		"escalate": answered, "bind": answered, "impersonate": answered, "*": answered,
	}},
	"Strictness":                     {"deploy", `{port: 8080, probes: readiness: "/ready", placement: spread: V}`, nil},
	"Pace.select":                    {"deploy", `{port: 8080, probes: readiness: "/ready", scale: {min: 2, max: 9, cpu: 70, behaviour: down: {select: V, policies: [{percent: 10, every: "60s"}]}}}`, nil},
	"TriggerAuthentication.provider": {"deploy", `{worker: {}, command: ["work"], scale: {min: 0, max: 9, keda: [{type: "queue", metadata: name: "orders", authentication: provider: V}]}}`, nil},
	"Stateful.whenDeleted":           {"deploy", `{port: 8080, probes: readiness: "/ready", stateful: whenDeleted: V, volumes: data: {path: "/data", claim: size: "1Gi"}}`, nil},
	"Stateful.whenScaled":            {"deploy", `{port: 8080, probes: readiness: "/ready", stateful: whenScaled: V, volumes: data: {path: "/data", claim: size: "1Gi"}}`, nil},
	"Claim.access": {"deploy", `{port: 8080, probes: readiness: "/ready", replicas: 1, volumes: data: {path: "/data", claim: {size: "1Gi", access: V}}}`, map[string]string{
		"ReadOnlyMany": `{port: 8080, probes: readiness: "/ready", volumes: data: {path: "/data", readOnly: true, claim: {name: "shared", access: V}}}`,
	}},
	"MountedEntry.type":       {"deploy", mounted(onAzure), map[string]string{"secretsmanager": mounted(onAWS), "ssmparameter": mounted(onAWS)}},
	"Smoke.pullPolicy":        {"deploy", `{port: 8080, probes: readiness: "/ready", smoke: pullPolicy: V}` + "\n" + `criteria: it: {statement: "It.", endpoint: within: "30s"}`, nil},
	"Prometheus.from":         {"deploy", `{port: 8080, probes: readiness: "/ready", rollout: blueGreen: {}}` + "\n" + `prometheus: {address: "http://prometheus:9090", from: V}` + "\n" + `criteria: it: {statement: "It.", errors: below: 1}`, nil},
	"Criterion.errors.alert":  {"deploy", `{port: 8080, probes: readiness: "/ready", rollout: blueGreen: {}}` + "\n" + `prometheus: address: "http://prometheus:9090"` + "\n" + `criteria: it: {statement: "It.", errors: {below: 1, alert: V}}`, nil},
	"Criterion.latency.alert": {"deploy", `{port: 8080, probes: readiness: "/ready", rollout: blueGreen: {}}` + "\n" + `prometheus: address: "http://prometheus:9090"` + "\n" + `criteria: it: {statement: "It.", latency: {within: "400ms", quantile: 95, alert: V}}`, nil},
	"On.release":              {"environments", `{staging: namespace: "shop-staging", production: {namespace: "shop", on: release: V}}`, nil},
	"Environment.write":       {"environments", `{production: {namespace: "shop", write: V}}`, nil},
	"GitOps.write":            {"gitops", `{repository: "example/deployments", write: V}`, nil},
	"NotificationTrigger":     {"environments", `{production: {namespace: "shop", notify: {slack: ["deploys"], triggers: [V]}}}`, nil},
	"Notice.as":               {"workflow", `{notify: {secret: "CHAT", as: V}}`, nil},
	"SyncWindow.kind":         {"argocd", `{syncWindows: [{kind: V, schedule: "0 18 * * 5", duration: "60h"}]}`, nil},
	"ExtraStep.if":            {"workflow", `{jobs: test: after: [{name: "Say", run: "true", if: V}]}`, nil},
	"ExtraJob.if":             {"workflow", `{extraJobs: say: {if: V, steps: [{name: "Say", run: "true"}]}}`, nil},
	"ExtraJob.when":           {"workflow", `{extraJobs: say: {when: V, steps: [{name: "Say", run: "true"}]}}`, nil},
	"DispatchRuns":            {"workflow", `{dispatch: "base-image": V}`, nil},
	"Permission":              {"workflow", `{extraJobs: say: {permissions: (V): "read", steps: [{name: "Say", run: "gh api /", token: true}]}}`, map[string]string{"id-token": `{extraJobs: say: {permissions: (V): "write", needs: ["test"], when: "release", steps: [{name: "Say", run: "gh api /", token: true}]}}`}},
	"Access":                  {"workflow", `{extraJobs: say: {permissions: checks: V, steps: [{name: "Say", run: "gh api /", token: true}]}}`, nil},
	"ReadPermission":          {"test", `{steps: [{name: "Test", run: "make test"}], permissions: (V): "read"}`, nil},
	"ReadAccess":              {"test", `{steps: [{name: "Test", run: "make test"}], permissions: packages: V}`, nil},
	"Patch.in":                {"patches", `[{file: ".github/workflows/ci.yaml", in: V, reason: "Why not.", ops: [{op: "test", path: "/name", value: "shop"}]}]`, map[string]string{"gitops": `[{file: "shop/base/service.yaml", in: V, reason: "Why not.", ops: [{op: "test", path: "/kind", value: "Service"}]}]`}},
	"Operation.op": {"patches", `[{file: ".github/workflows/ci.yaml", reason: "Why not.", ops: [{op: V, path: "/name", value: "shop"}]}]`, map[string]string{
		"remove": `[{file: ".github/workflows/ci.yaml", reason: "Why not.", ops: [{op: "add", path: "/run-name", value: "x"}, {op: V, path: "/run-name"}]}]`,
		"move":   `[{file: ".github/workflows/ci.yaml", reason: "Why not.", ops: [{op: "add", path: "/run-name", value: "shop"}, {op: V, from: "/run-name", path: "/name"}]}]`,
		"copy":   `[{file: ".github/workflows/ci.yaml", reason: "Why not.", ops: [{op: V, from: "/name", path: "/run-name"}]}]`,
	}},
	"Pipegen.pins":             {"pipegen", `{pins: V}`, nil},
	"Pipegen.bot":              {"pipegen", `{bot: V}`, nil},
	"Criterion.tests":          {"criteria", `{it: {statement: "It.", tests: V}}`, nil},
	"Criterion.scanned.refuse": {"criteria", `{it: {statement: "It.", scanned: refuse: V}}`, nil},
	"Criterion.synced.from":    {"criteria", `{it: {statement: "It.", synced: {within: "60m", from: V}}}`, nil},
	"Criterion.endpoint.from":  {"criteria", `{it: {statement: "It.", endpoint: {within: "30s", from: V}}}`, nil},
	"Criterion.rollback.by":    {"criteria", `{it: {statement: "It.", rollback: {within: "2h", by: V}}}`, nil},
	"LogPlace":                 {"criteria", `{it: {statement: "It.", logs: in: [V]}}`, nil},
	"Guard":                    {"nonGoals", `{it: {statement: "It.", guard: V, reason: "Why not."}}`, nil},
}

// refused are values that a spec may have for the sake of the reason that it gets:
// TestRulesOfTime shows it.
var refused = []string{"Criterion.rollback.by/source-revert"}

// TestEveryValueCompiles: a value that the schema names gives an output that the
// proofs accept, in the least spec that can have it.
func TestEveryValueCompiles(t *testing.T) {
	for name, alternatives := range enumerations(t) {
		at, ok := values[name]
		if !ok {
			t.Errorf("no spec shows the values of %s: %s", name, strings.Join(alternatives, ", "))
		}
		for _, v := range alternatives {
			if slices.Contains(refused, name+"/"+v) {
				continue
			}
			t.Run(name+"/"+v, func(t *testing.T) {
				text := at.text
				if but, ok := at.but[v]; ok {
					text = but
				}
				spec := at.field + ": " + strings.ReplaceAll(text, "V", `"`+v+`"`) + "\n"
				for field, value := range least {
					if field != at.field {
						spec += field + ": " + value + "\n"
					}
				}
				if found := run(t, inputOf(t, spec)); len(found) > 0 {
					show(t, found)
					t.Error("there should be no finding")
				}
			})
		}
	}
}

// TestNamesOfImages: images and workloads may be called so, and like one another's beginnings.
func TestNamesOfImages(t *testing.T) {
	for _, name := range []string{"base", "live", "smoke", "production", "test", "image", "deploy", "gate", "main", "publish", "changes", "shop", "api-web", "web-api"} {
		t.Run(name, func(t *testing.T) {
			spec := `
images: {"` + name + `": context: "one", api: context: "two", web: {}}
workloads: {
	"` + name + `": {image: "` + name + `", port: 8080, probes: readiness: "/ready"}
	api: {image: "api", port: 8080, probes: readiness: "/ready", from: ["web"]}
	web: {image: "web", worker: {}}
}
criteria: answers: {statement: "It.", endpoint: within: "30s"}
`
			for field, value := range least {
				if field != "deploy" {
					spec += field + ": " + value + "\n"
				}
			}
			if found := run(t, inputOf(t, spec)); len(found) > 0 {
				show(t, found)
				t.Error("there should be no finding")
			}
		})
	}
}

// TestNamesOfFolders: a pipeline and an environment may be called what folders, jobs
// and files of the output are called. "overlays" is refused.
func TestNamesOfFolders(t *testing.T) {
	const rest = `
criteria: {
	answers: {statement: "It.", endpoint: within: "30s"}
	back: {statement: "It.", rollback: within: "1h"}
}
`
	for _, name := range []string{"base", "live", "argocd", "smoke", "custom", "production", "projects", "applications", "test", "image", "deploy", "gate", "github", "main", "publish", "rollback", "gitops", "code"} {
		t.Run(name, func(t *testing.T) {
			spec := rest
			for field, value := range least {
				switch field {
				case "name":
					value = `"` + name + `"`
				case "environments":
					value = `{"` + name + `": {namespace: "shop", custom: true}}`
				case "deploy":
					value = `{port: 8080, probes: readiness: "/ready", custom: base: true}`
				}
				spec += field + ": " + value + "\n"
			}
			if found := run(t, inputOf(t, spec)); len(found) > 0 {
				show(t, found)
				t.Error("there should be no finding")
			}
		})
	}
}

// enumerations are the alternatives of texts that the schema names, by definition
// and field.
func enumerations(t *testing.T) map[string][]string {
	t.Helper()
	src, err := os.ReadFile("../../schema/pipeline.cue")
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile("pipeline.cue", src)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	var walk func(at string, decls []ast.Decl)
	walk = func(at string, decls []ast.Decl) {
		for _, d := range decls {
			f, ok := d.(*ast.Field)
			if !ok {
				continue
			}
			name, _, _ := ast.LabelName(f.Label)
			if strings.HasPrefix(name, "_") {
				continue
			}
			name = strings.TrimPrefix(at+"."+strings.TrimPrefix(name, "#"), ".")
			if s, ok := f.Value.(*ast.StructLit); ok {
				walk(name, s.Elts)
			} else if a := texts(f.Value); len(a) > 0 {
				out[name] = a
			}
		}
	}
	walk("", file.Decls)
	return out
}

// texts are the alternatives of an expression that is nothing but texts.
func texts(e ast.Expr) []string {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return texts(x.X)
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			return []string{strings.Trim(x.Value, `"`)}
		}
	case *ast.BinaryExpr:
		if a, b := texts(x.X), texts(x.Y); x.Op == token.OR && len(a) > 0 && len(b) > 0 {
			return append(a, b...)
		}
	}
	return nil
}
