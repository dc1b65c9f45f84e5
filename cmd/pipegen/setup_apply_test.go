package main

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pipegen/pipegen/internal/live/setup"
)

// hub is as much of GitHub's API as the commands of a setup need, and what they have made of it.
type hub struct {
	mutex sync.Mutex
	// made are the names in each list, and live is what the overlay names.
	made map[string][]string
	live string
	// broken answers with 500 at paths that have this text.
	broken string
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	at := strings.TrimPrefix(r.URL.Path, "/api/v3/")
	body, _ := io.ReadAll(r.Body)
	var sent map[string]any
	_ = json.Unmarshal(body, &sent)
	folder, name := filepath.Dir(at), filepath.Base(at)
	answer := func(status int, v any) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	each := func(key string, of func(string) map[string]any) {
		list := []any{}
		for _, one := range h.made[at] {
			list = append(list, of(one))
		}
		answer(200, map[string]any{"total_count": len(list), key: list})
	}
	named := func(one string) map[string]any { return map[string]any{"name": one} }
	switch {
	case h.broken != "" && strings.Contains(at, h.broken):
		answer(500, map[string]any{"message": "Server Error"})
	case r.Method == "GET" && name == "environments":
		each("environments", func(one string) map[string]any {
			return map[string]any{"name": one, "protection_rules": []any{}, "deployment_branch_policy": map[string]any{"protected_branches": false, "custom_branch_policies": true}}
		})
	case r.Method == "PUT" && filepath.Base(folder) == "environments":
		policy, _ := sent["deployment_branch_policy"].(map[string]any)
		if policy["custom_branch_policies"] != true || policy["protected_branches"] != false {
			answer(422, map[string]any{"message": "Invalid request: " + string(body)})
			return
		}
		h.made[folder] = append(h.made[folder], name)
		answer(200, named(name))
	case r.Method == "GET" && name == "deployment-branch-policies":
		each("branch_policies", func(one string) map[string]any {
			kind, pattern, _ := strings.Cut(one, " ")
			return map[string]any{"name": pattern, "type": kind}
		})
	case r.Method == "POST" && name == "deployment-branch-policies":
		h.made[at] = append(h.made[at], fmt.Sprint(sent["type"], " ", sent["name"]))
		answer(200, sent)
	case r.Method == "GET" && name == "public-key":
		key, _ := ecdh.X25519().GenerateKey(rand.Reader)
		answer(200, map[string]any{"key_id": "1", "key": base64.StdEncoding.EncodeToString(key.PublicKey().Bytes())})
	case r.Method == "GET" && (name == "secrets" || name == "variables"):
		each(name, named)
	case r.Method == "PUT" && filepath.Base(folder) == "secrets":
		h.made[folder] = append(h.made[folder], name)
		answer(201, map[string]any{})
	case r.Method == "POST" && name == "variables":
		h.made[at] = append(h.made[at], fmt.Sprint(sent["name"]))
		answer(201, map[string]any{})
	case r.Method == "GET" && strings.Contains(at, "/rules/branches/"):
		rules := []any{}
		for _, one := range h.made["rules"] {
			rules = append(rules, map[string]any{"type": "required_status_checks", "parameters": map[string]any{"required_status_checks": []any{map[string]any{"context": one}}}})
		}
		answer(200, rules)
	case r.Method == "POST" && name == "rulesets":
		h.made["rules"] = append(h.made["rules"], fmt.Sprint(sent["name"]))
		answer(201, sent)
	case r.Method == "GET" && strings.Contains(at, "/contents/"):
		// GitHub breaks the lines of base64.
		text := base64.StdEncoding.EncodeToString([]byte("images:\n- name: x\n  newTag: " + h.live + "\n"))
		answer(200, map[string]any{"content": text[:20] + "\n" + text[20:] + "\n"})
	case r.Method == "GET" && at == "repos/example/deployments":
		answer(200, map[string]any{"private": true})
	default:
		answer(404, map[string]any{"message": "Not Found"})
	}
}

const shopSpec = `name: "shop"
intent: "A push to main is running a few minutes later."
source: repository: "example/shop"
test: steps: [{name: "Run the tests", run: "make test"}]
deploy: {port: 8080, probes: readiness: "/ready"}
environments: production: namespace: "shop"
gitops: repository: "example/deployments"
`

// kubectl knows the objects that were made, as lines of a file.
const kubectl = `#!/bin/sh
objects="$HOME/objects"
touch "$objects"
case "$*" in
get*jsonpath*) grep -q '^secret/repository-' "$objects" && printf %s https://github.com/example/deployments | base64 || true ;;
"get "*.*s" "*) echo "error: the server doesn't have a resource type" >&2; exit 1 ;;
get*) kind="$(echo "$2" | sed 's/s\(\.\|$\)/\1/')"; grep "^$kind/" "$objects" || true ;;
"create secret generic"*) echo "secret/$4"; shift 9; test -s "${1#*=password=}" ;;
label*) cat ;;
"create --filename -") cat >> "$objects" ;;
"apply -f argocd/projects/"*) test -f "$3" && echo "appproject.argoproj.io/shop" >> "$objects" ;;
"apply -f argocd/applications/"*) test -f "$3" && echo "application.argoproj.io/shop-production" >> "$objects" ;;
*) echo "kubectl $*: not known here" >&2; exit 1 ;;
esac
`

// older is gh, with the variables that releases before 2.31 do not have.
func older(gh string) string {
	if exec.Command(gh, "variable", "list", "--help").Run() == nil {
		return "#!/bin/sh\nexec " + gh + ` "$@"`
	}
	return "#!/bin/sh\ncase \"$1\" in variable) exec " + gh + ` api --silent --method POST "repos/$5/environments/$7/variables" -f "name=$3" -f "value=$9" ;; esac` + "\nexec " + gh + ` "$@"`
}

// TestSetupApply runs the commands that are printed with the real gh, where that is installed: what is not there is made,
// what has to wait waits, the second start makes nothing again, and no secret is in what is printed.
func TestSetupApply(t *testing.T) {
	gh, err := exec.LookPath("gh")
	if err != nil {
		t.Skip("gh is not installed")
	}
	h := &hub{made: map[string][]string{}, live: "not-deployed-yet"}
	server := httptest.NewTLSServer(h)
	defer server.Close()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{
		"shop/pipeline.cue": shopSpec, "kubectl": kubectl, "token": "top-secret-token\n", "key.pem": "top-secret-key\n",
		"authority.pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})),
		"gh":            older(gh),
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path(name)), 0o755), os.WriteFile(path(name), []byte(text), 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{
		"HOME": dir, "GH_CONFIG_DIR": path("config"), "GH_HOST": strings.TrimPrefix(server.URL, "https://"), "GH_ENTERPRISE_TOKEN": "t", "SSL_CERT_FILE": path("authority.pem"),
		"PATH": dir + ":" + filepath.Dir(gh) + ":" + os.Getenv("PATH"), "GH_NO_UPDATE_NOTIFIER": "1",
	} {
		t.Setenv(name, value)
	}
	spec := path("shop/pipeline.cue")
	world := streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard, env: os.Getenv}
	if code := run([]string{"generate", "-f", spec}, world); code != exitDone {
		t.Fatal(code)
	}
	apply := func(answers map[string]string) (string, int) {
		var said bytes.Buffer
		o := setupOptions{apply: true, terminal: func(streams) bool { return true }, system: func(s streams) setup.System {
			system := atTerminal(s)
			system.Ask = func(word, _ string) (string, error) { return answers[word], nil }
			return system
		}}
		o.spec, o.format = spec, "text"
		err := runSetup(o, streams{in: strings.NewReader(""), out: &said, err: &said, env: os.Getenv})
		exit := exitError{}
		errors.As(err, &exit)
		if strings.Contains(said.String(), "top-secret") {
			t.Errorf("a secret is printed:\n%s", said.String())
		}
		return said.String(), exit.code
	}
	all := map[string]string{"VALUE": "Iv23li", "PRIVATE-KEY.pem": path("key.pem"), "USER": "bot", "TOKEN-FILE": path("token")}

	h.broken = "deployment-branch-policies"
	if said, code := apply(all); code != exitFailed || !strings.Contains(said, "cannot look whether it is done") || !strings.Contains(said, "left      How CI writes") {
		t.Fatalf("a failure: %d\n%s", code, said)
	}
	h.broken = ""
	if said, code := apply(map[string]string{"VALUE": "x; rm -rf /"}); code != exitFailed || !strings.Contains(said, "a word of letters") {
		t.Fatalf("an answer that a shell would run: %d\n%s", code, said)
	}
	said, code := apply(all)
	if code != exitFindings || !strings.Contains(said, "waits     The first run") || !strings.Contains(said, "next: push") {
		t.Fatalf("before the first run: %d\n%s", code, said)
	}
	h.live = "main-0123456"
	if said, code = apply(all); code != exitDone {
		t.Fatalf("after the first run: %d\n%s", code, said)
	}
	before, err := os.ReadFile(path("objects"))
	if err != nil || !strings.Contains(string(before), "application.argoproj.io/shop-production") {
		t.Fatalf("%v: %s", err, before)
	}
	for list, names := range h.made {
		if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != len(names) || len(names) == 0 {
			t.Errorf("%s: %v", list, names)
		}
	}
	if len(h.made) != 5 {
		t.Errorf("made: %v", h.made)
	}
}
