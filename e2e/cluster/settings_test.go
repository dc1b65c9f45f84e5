package cluster

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
)

// settings is api.github.com for the owner of repositories: what he sets there holds in the forge, which answers all else.
type settings struct {
	*http.ServeMux
	mutex sync.Mutex
	// environments has the refs of each, such as branch main, by its path; checks are required; made counts what was made.
	environments map[string][]string
	checks       []string
	made         int
	// broken answers a POST of hooks with 500.
	broken bool
}

func newSettings(t *testing.T) *settings {
	s := &settings{ServeMux: http.NewServeMux(), environments: map[string][]string{}}
	api, err := url.Parse(run.Forge.API())
	check(t, err)
	s.Handle("/", httputil.NewSingleHostReverseProxy(api))
	const repository, environment = "/repos/{owner}/{name}", "/repos/{owner}/{name}/environments/{environment}"
	s.on("GET "+repository+"/environments", 200, func(r *http.Request, _ map[string]any) any {
		list := []any{}
		for path := range s.environments {
			list = append(list, map[string]any{"name": path[len(r.URL.Path)+1:], "protection_rules": []any{}, "deployment_branch_policy": map[string]any{"protected_branches": false, "custom_branch_policies": true}})
		}
		return map[string]any{"total_count": len(list), "environments": list}
	})
	s.on("PUT "+environment, 200, func(r *http.Request, _ map[string]any) any {
		s.environments[r.URL.Path] = []string{}
		run.Forge.SetStored(nameOf(r), r.PathValue("environment"), "variables")
		return map[string]any{"name": r.PathValue("environment")}
	})
	const policies = "/deployment-branch-policies"
	s.on("GET "+environment+policies, 200, func(r *http.Request, _ map[string]any) any {
		list := []any{}
		for _, name := range s.environments[r.URL.Path[:len(r.URL.Path)-len(policies)]] {
			list = append(list, map[string]any{"type": "branch", "name": name})
		}
		return map[string]any{"total_count": len(list), "branch_policies": list}
	})
	s.on("POST "+environment+policies, 200, func(r *http.Request, sent map[string]any) any {
		at := r.URL.Path[:len(r.URL.Path)-len(policies)]
		s.environments[at] = append(s.environments[at], sent["name"].(string))
		return sent
	})
	s.on("GET "+environment+"/secrets/public-key", 200, func(*http.Request, map[string]any) any {
		key, err := ecdh.X25519().GenerateKey(rand.Reader)
		if err != nil {
			return err.Error()
		}
		return map[string]any{"key_id": "1", "key": base64.StdEncoding.EncodeToString(key.PublicKey().Bytes())}
	})
	s.on("PUT "+environment+"/secrets/{secret}", 201, func(r *http.Request, _ map[string]any) any {
		run.Forge.SetStored(nameOf(r), r.PathValue("environment"), "secrets", r.PathValue("secret"))
		return map[string]any{}
	})
	s.on("GET "+repository+"/rules/branches/{branch}", 200, func(*http.Request, map[string]any) any {
		list := []any{}
		for _, c := range s.checks {
			list = append(list, map[string]any{"context": c})
		}
		return []any{map[string]any{"type": "required_status_checks", "parameters": map[string]any{"required_status_checks": list}}}
	})
	s.on("POST "+repository+"/rulesets", 201, func(_ *http.Request, sent map[string]any) any {
		s.checks = append(s.checks, sent["name"].(string))
		return sent
	})
	s.on("POST "+repository+"/hooks", 201, func(r *http.Request, sent map[string]any) any {
		config := sent["config"].(map[string]any)
		run.Forge.SetHook(nameOf(r), forge.Hook{URL: config["url"].(string), Secret: config["secret"].(string), Events: []string{"push"}, Active: sent["active"] == true})
		config["secret"] = "********"
		return sent
	})
	return s
}

func nameOf(r *http.Request) string { return r.PathValue("owner") + "/" + r.PathValue("name") }

// on answers requests, one at a time.
func (s *settings) on(pattern string, status int, answer func(r *http.Request, sent map[string]any) any) {
	s.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		var sent map[string]any
		_ = json.NewDecoder(r.Body).Decode(&sent) // a GET has nothing
		status := status
		var body any = map[string]any{"message": "Server Error"}
		if s.broken && r.Method == http.MethodPost && r.URL.Path[len(r.URL.Path)-len("/hooks"):] == "/hooks" {
			status = http.StatusInternalServerError
		} else {
			body = answer(r, sent)
			if r.Method != http.MethodGet {
				s.made++
			}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	})
}

// breaks has hooks refused from now on, or not.
func (s *settings) breaks(yes bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.broken = yes
}

// count is how much was made.
func (s *settings) count() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.made
}
