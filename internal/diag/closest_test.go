package diag

import (
	"testing"
)

func TestClosest(t *testing.T) {
	fields := []string{"name", "intent", "owner", "source", "test", "image", "deploy", "environments", "gitops", "argocd", "criteria", "components", "nonGoals", "replicas", "readiness"}
	for word, want := range map[string]string{
		"enviroments":  "environments", // a letter lost
		"envrionments": "environments", // two swapped
		"environment":  "environments",
		"replica":      "replicas",
		"rediness":     "readiness",
		"deply":        "deploy",
		"dpeloy":       "deploy",
		"Name":         "name", // case alone
		"NONGOALS":     "nonGoals",
		"non-goals":    "nonGoals",
		"gitOps":       "gitops",
		"argo":         "", // too far
		"notify":       "",
		"x":            "",
		"":             "",
		"te":           "",
		"tset":         "test",
	} {
		if got := Closest(word, fields); got != want {
			t.Errorf("Closest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := Closest("a", nil); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

func TestBegun(t *testing.T) {
	fields := []string{"coverage", "environments", "env", "envFrom", "replicas"}
	for word, want := range map[string]string{"cover": "coverage", "Repl": "replicas", "envs": "", "env": "", "re": "", "replicated": ""} {
		if got := Begun(word, fields); got != want {
			t.Errorf("Begun(%q) = %q, want %q", word, got, want)
		}
	}
}
